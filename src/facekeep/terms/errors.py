"""The error tree: who is wrong, which duty says so, and the way out.

``FacekeepError``
    ``Refused``        the law or the person says no: expected, recorded, the next step shown
    ``NotRecognised``  the answer is no: nothing to compare, or no match
    ``Tampered``       evidence or ciphertext does not verify: alarm
    ``Broken``         our fault or the machine's: store unreachable, key missing

No message carries a name, a score, a vector or a key, and none says whether a subject exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class FacekeepError(Exception):
    """Root of the tree. ``code`` is stable and safe to match on; ``exit_code`` is the CLI's."""

    code: ClassVar[str] = "facekeep"
    exit_code: ClassVar[int] = 5
    alternatives: tuple[str, ...] | None = None
    """Other ways in, by their ids, where a door knows them."""

    def as_dict(self) -> dict[str, str]:
        """The public face of the error, for ``--json`` and for the ledger."""
        return {"error": self.code, "message": str(self)}


class Refused(FacekeepError):
    """The law or the person says no. Names the article, the reason and the remedy."""

    code = "refused"
    exit_code = 3
    article: ClassVar[str] = "FRM-04"

    def __init__(self, reason: str, remedy: str, article: str | None = None) -> None:
        self.reason, self.remedy = reason, remedy
        self.duty = article or self.article
        super().__init__(f"{reason} [{self.duty}]. {remedy}")

    def as_dict(self) -> dict[str, str]:
        return {
            "error": self.code,
            "article": self.duty,
            "reason": self.reason,
            "remedy": self.remedy,
        }


class ConsentMissing(Refused):
    """No separate consent for this purpose (Measures art. 6)."""

    code = "consent_missing"
    article = "FRM-06-1"


class ConsentWithdrawn(Refused):
    """The person withdrew (Measures art. 6)."""

    code = "consent_withdrawn"
    article = "FRM-06-2"


class ConsentExpired(Refused):
    """The consent's term is over (PIPL art. 19: shortest retention)."""

    code = "consent_expired"
    article = "PIPL-19"


class NoticeNotShown(Refused):
    """The notice in force was not shown, or its change not told (Measures art. 5)."""

    code = "notice_not_shown"
    article = "FRM-05-1"


class LinkClosed(Refused):
    """A link to the portal that is unknown, ended or over: nothing says which (Measures art. 5)."""

    code = "link_closed"
    article = "FRM-05-1"


class ConsentVoid(Refused):
    """Asked for in a way that makes any answer void (Measures art. 12; SPC 2021 art. 4)."""

    code = "consent_void"
    article = "FRM-12"


class AskedTooSoon(Refused):
    """Asking again after a refusal is pressing (Network Data Regulations art. 22)."""

    code = "asked_too_soon"
    article = "NDSR-22"


class Restrained(Refused):
    """The person restricted the processing or objected to it (PIPL art. 44)."""

    code = "restrained"
    article = "PIPL-44-46"


class GuardianRequired(Refused):
    """Under 14 a guardian consents (Measures art. 7)."""

    code = "guardian_required"
    article = "FRM-07-1"


class PurposeNotAllowed(Refused):
    """Unknown, unpublished or ended purpose, or an operation or model it does not name."""

    code = "purpose_not_allowed"
    article = "FRM-04"


class NotPublishable(Refused):
    """Something is missing before a purpose may be published; every gap is named at once.

    ``whats`` and ``remedies`` are the single sentences, in the order of the law.
    """

    code = "not_publishable"
    article = "FRM-09-1"

    def __init__(
        self, whats: Sequence[str], remedies: Sequence[str], article: str | None = None
    ) -> None:
        self.whats, self.remedies = tuple(whats), tuple(dict.fromkeys(remedies))
        super().__init__("; ".join(self.whats), "; ".join(self.remedies), article)


class NotReady(NotPublishable):
    """The service may not start in production yet; every reason is named at once (promise P10)."""

    code = "not_ready"
    article = "FRM-14"


class NoAlternativeOffered(Refused):
    """Face may not be the only way (Measures art. 10)."""

    code = "no_alternative"
    article = "FRM-10-1"


class PlaceForbidden(Refused):
    """Private spaces are refused with no override (Measures art. 13)."""

    code = "place_forbidden"
    article = "FRM-13-2"


class CaptureRefused(Refused):
    """A picture whose origin does not hold (custody rule 11). ``why`` is stable and safe to match on."""

    code = "capture_refused"
    article = "FRM-13-1"

    def __init__(self, reason: str, remedy: str, article: str | None = None, *, why: str) -> None:
        self.why = why
        super().__init__(reason, remedy, article)

    def as_dict(self) -> dict[str, str]:
        return {**super().as_dict(), "why": self.why}


class FactorMissing(Refused):
    """The purpose asks for a second factor that was not shown (GB/T 38671: factors beside the face)."""

    code = "factor_missing"
    article = "FRM-14-1"


class PermitExpired(Refused):
    """The permit is used, stale, or of an earlier boot of the key keeper."""

    code = "permit_expired"
    article = "I24745-TPL"


class BudgetSpent(Refused):
    """No further unattested pictures for this enrolment (custody rule 3)."""

    code = "budget_spent"
    article = "I24745-TPL"


class CalibrationTooWeak(Refused):
    """The calibration cannot support the asked error rate (ISO/IEC 19795-1)."""

    code = "calibration_too_weak"
    article = "I19795-PERF"


class UnknownModel(Refused):
    """A model file whose digest no card names."""

    code = "unknown_model"
    article = "I19795-PERF"


class AdoptionRequired(Refused):
    """The home is older than, or other than, what its anchor remembers."""

    code = "adoption_required"
    article = "I24745-TPL"


class NotSignedIn(Refused):
    """Nobody known asks: no session, no key, or one that ended (PIPL art. 51(4))."""

    code = "not_signed_in"
    article = "PIPL-51-4"


class NotPermitted(Refused):
    """Whoever asks may not do this (PIPL art. 51(4): access by role)."""

    code = "not_permitted"
    article = "PIPL-51-4"


class TooMany(Refused):
    """More than we take at once. ``retry_after`` is in whole seconds."""

    code = "too_many"
    article = "PIPL-51-3"

    def __init__(self, reason: str, remedy: str, *, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(reason, remedy)


class Conflict(Refused):
    """A request that was made before, in another way or with an end nobody knows (HTTP 409)."""

    code = "conflict"
    article = "PIPL-51-3"


class KeyReused(Conflict):
    """An ``Idempotency-Key`` that named another request (HTTP 422)."""

    code = "key_reused"


class OutcomeUnknown(Conflict):
    """A request that was begun and interrupted, or whose answer was erased."""

    code = "outcome_unknown"


class StillRunning(Conflict):
    """The same request is being carried out. ``retry_after`` is in whole seconds."""

    code = "still_running"
    retry_after: ClassVar[int] = 1


class NotRecognised(FacekeepError):
    """The answer is no. ``reason`` says what was missing."""

    code = "not_recognised"
    exit_code = 1

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotAPicture(NotRecognised):
    """Not an image, truncated, empty, or a kind we do not read."""

    code = "not_a_picture"


class PictureTooLarge(NotRecognised):
    """More pixels or bytes than we decode; refused before decoding."""

    code = "picture_too_large"


class NoFace(NotRecognised):
    """No face in the picture."""

    code = "no_face"


class SeveralFaces(NotRecognised):
    """More than one face where one person is asked for."""

    code = "several_faces"


class TooPoor(NotRecognised):
    """The sample's quality is under the purpose's minimum."""

    code = "too_poor"


class PresentationAttack(NotRecognised):
    """The attack check rejected the capture (ISO/IEC 30107-3)."""

    code = "presentation_attack"


class Ambiguous(NotRecognised):
    """A 1:N search returned more people than asked for; no identifier is released."""

    code = "ambiguous"


class Tampered(FacekeepError):
    """Evidence or ciphertext does not verify. ``where`` names the place, never its content."""

    code = "tampered"
    exit_code = 4

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(where)


class Broken(FacekeepError):
    """Our fault or the machine's: ``what`` is broken and ``remedy`` mends it."""

    code = "broken"
    exit_code = 5

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}. {remedy}".rstrip(". ") + ".")

    def as_dict(self) -> dict[str, str]:
        return {"error": self.code, "message": self.what, "remedy": self.remedy}


class WrongPassphrase(Broken):
    """The passphrase does not open the root."""

    code = "wrong_passphrase"


class HomeBusy(Broken):
    """Another process owns the home."""

    code = "home_busy"


class StoreMissing(Broken):
    """A store file, the slot or a key file is not where it belongs."""

    code = "store_missing"


class DiskFull(Broken):
    """Nothing more can be written. What was acknowledged is kept, and can be read."""

    code = "disk_full"


class Retry(Broken):
    """A keeper is at another epoch: a renewal passed by. Ask again."""

    code = "retry"


class Renewing(Retry):
    """A renewal is under way at this moment. Ask again in a while."""


class Misused(FacekeepError):
    """Arguments that make no sense: the command line's exit 2."""

    code = "usage"
    exit_code = 2
