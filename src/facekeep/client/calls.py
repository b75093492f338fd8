"""What can be asked of the service, each described once for both clients.

Every function says what the request is and how its answer is read; ``Client`` sends it and returns the
answer, ``AsyncClient`` returns an awaitable of the same. Bodies and answers are ``facekeep.terms.wire``.
A ``subject`` is the operator's own opaque reference, never a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import httpx

from facekeep.client.request import (
    Picture,
    Request,
    asked,
    get,
    page,
    picture_of,
    reader,
    segment,
    send,
)
from facekeep.terms.wire.alternatives import AlternativeRequest, AlternativeTold
from facekeep.terms.wire.base import Page
from facekeep.terms.wire.captures import (
    CaptureRequest,
    CaptureSession,
    Link,
    LinkRequest,
    Profile,
    SignedCapture,
)
from facekeep.terms.wire.consents import (
    AskRequest,
    Channel,
    ConsentRequest,
    ConsentStanding,
    GuardianTold,
    InvitationRequest,
    InvitationTold,
    Receipt,
    RequestTold,
    RestraintRequest,
    RestraintTold,
    ScopeName,
    Waiting,
)
from facekeep.terms.wire.factors import FactorRequest, Factors, FactorShown
from facekeep.terms.wire.health import Ready
from facekeep.terms.wire.identifications import Identification, IdentificationRequest
from facekeep.terms.wire.imports import Import
from facekeep.terms.wire.jobs import JobTold, RenewalOrder
from facekeep.terms.wire.ledger import Growth, Inclusion, LedgerEntry, PublicKeys
from facekeep.terms.wire.purposes import Language, NoticeTold, PurposeBrief, PurposeTold
from facekeep.terms.wire.references import (
    Reference,
    ReferenceRequest,
    ReferenceStanding,
    Renewal,
    RenewalRequest,
)
from facekeep.terms.wire.verifications import Verification, VerificationRequest

Operation = Literal["enrolment", "verification", "identification"]

# -- told first ------------------------------------------------------------------------------


def purposes(*, limit: int | None = None) -> Request[Page[PurposeBrief]]:
    """Every purpose in force that this key may see."""
    return page("/v1/purposes", PurposeBrief, limit=limit)


def purpose(purpose: str) -> Request[PurposeTold]:
    """One purpose in force: error rates, consents needed, other ways in."""
    return get(f"/v1/purposes/{segment(purpose)}", PurposeTold)


def notice(purpose: str, *, language: Language | None = None) -> Request[NoticeTold]:
    """What a person is told before they decide: show all of it, and hand its ``hash`` back."""
    return get(f"/v1/purposes/{segment(purpose)}/notice", NoticeTold, lang=language)


# -- consent ---------------------------------------------------------------------------------


def ask(
    subject: str, purpose: str, *, scope: ScopeName = "processing", guardian: bool = False
) -> Request[RequestTold]:
    """Write down that somebody is asked. Raises ``AskedTooSoon`` after a no."""
    body = asked(AskRequest, purpose=purpose, scope=scope, guardian=guardian)
    return send("POST", f"{_of(subject)}/requests", body, RequestTold)


def invite_subject(
    subject: str, purpose: str, *, guardian: bool = False
) -> Request[InvitationTold]:
    """A link to the portal for one person; hand it to nobody else. Raises ``AskedTooSoon`` after a no."""
    body = asked(InvitationRequest, purpose=purpose, guardian=guardian)
    return send("POST", f"{_of(subject)}/invitations", body, InvitationTold)


def give_consent(
    subject: str, purpose: str, *, notice: str, language: Language, channel: Channel,
    scope: ScopeName = "processing", birth_date: date | None = None,
    guardian: GuardianTold | None = None,
) -> Request[Receipt]:  # fmt: skip
    """The person said yes, having been shown the notice of this hash. Give them the receipt."""
    body = asked(
        ConsentRequest, purpose=purpose, notice=notice, language=language, channel=channel,
        scope=scope, birth_date=birth_date, guardian=guardian,
    )  # fmt: skip
    return send("POST", f"{_of(subject)}/consents", body, Receipt)


def consents(subject: str, *, limit: int | None = None) -> Request[Page[ConsentStanding]]:
    """How somebody stands to every purpose; alike for whom nobody knows."""
    return page(f"{_of(subject)}/consents", ConsentStanding, limit=limit)


def consent(subject: str, purpose: str) -> Request[ConsentStanding]:
    """How somebody stands to one purpose: every record, oldest first."""
    return get(f"{_of(subject)}/consents/{segment(purpose)}", ConsentStanding)


def withdraw(
    subject: str, purpose: str, *, by: Literal["person", "guardian"] = "person"
) -> Request[Receipt | Waiting]:
    """The person takes their consent back, and what was kept of their face is erased.

    A ``Receipt`` says that it is done: hand it over and keep no copy. ``Waiting`` says that it holds
    and where the receipt will be.
    """
    path = f"{_of(subject)}/consents/{segment(purpose)}"
    return Request("DELETE", path, _left, {"by": by})


def receipt(event: str) -> Request[Receipt]:
    """The receipt of a withdrawal that was finished later."""
    return get(f"/v1/receipts/{segment(event)}", Receipt)


def restrain(
    subject: str, purpose: str, *, kind: Literal["restriction", "objection"], identified: str,
    text: str = "",
) -> Request[RestraintTold]:  # fmt: skip
    """Stop comparing somebody's face without ending their consent."""
    body = asked(RestraintRequest, purpose=purpose, kind=kind, identified=identified, text=text)
    return send("POST", f"{_of(subject)}/restraints", body, RestraintTold)


def import_subjects(
    purpose: str, lines: bytes, *, kind: str = "text/csv", mode: Literal["each", "all"] = "each"
) -> Request[Import]:
    """Write down whom you are going to ask, out of a CSV or JSON list. Nobody is enrolled by it."""
    described = send("POST", "/v1/imports", None, Import, purpose=purpose, mode=mode)
    return replace(described, content=lines, kind=kind)


# -- faces -----------------------------------------------------------------------------------


def open_capture(
    device: str, purpose: str, operation: Operation, *, subject: str | None = None,
    profile: Profile = "standard",
) -> Request[CaptureSession]:  # fmt: skip
    """A session a registered device signs a picture in: good once, for one question."""
    body = asked(
        CaptureRequest, device=device, purpose=purpose, operation=operation, subject=subject,
        profile=profile,
    )  # fmt: skip
    return send("POST", "/v1/captures", body, CaptureSession)


def make_link(subject: str, purpose: str, *, seconds: int | None = None) -> Request[Link]:
    """A link by which one person enrols once from their own phone."""
    body = asked(LinkRequest, subject=subject, purpose=purpose, seconds=seconds)
    return send("POST", "/v1/captures/links", body, Link)


def enrol(
    subject: str, purpose: str, photos: Sequence[Picture], *, device: str | None = None,
    capture: SignedCapture | None = None, link: str | None = None, profile: Profile = "standard",
) -> Request[Reference]:  # fmt: skip
    """One new reference from one to eight photographs; an older one is erased."""
    body = asked(
        ReferenceRequest, purpose=purpose, photos=[picture_of(photo) for photo in photos],
        device=device, capture=capture, link=link, profile=profile,
    )  # fmt: skip
    return send("POST", f"{_of(subject)}/references", body, Reference)


def references(subject: str, *, limit: int | None = None) -> Request[Page[ReferenceStanding]]:
    """In which purposes somebody can be recognised."""
    return page(f"{_of(subject)}/references", ReferenceStanding, limit=limit)


def status(subject: str, purpose: str) -> Request[ReferenceStanding]:
    """Whether somebody can be recognised in one purpose. Whom nobody knows is simply not enrolled."""
    return get(f"{_of(subject)}/references/{segment(purpose)}", ReferenceStanding)


def renew(
    subject: str, purpose: str, *, because: Literal["leak", "schedule"] = "schedule"
) -> Request[Renewal]:
    """Reset one face like a password; every earlier copy is refused from here on."""
    path = f"{_of(subject)}/references/{segment(purpose)}/renewals"
    return send("POST", path, asked(RenewalRequest, because=because), Renewal)


def verify(
    subject: str, purpose: str, photo: Picture, *, device: str | None = None,
    capture: SignedCapture | None = None, max_fmr: float | None = None,
    factor: FactorShown | None = None, profile: Profile = "standard",
) -> Request[Verification]:  # fmt: skip
    """Is this the person? ``decision`` is ``match`` or ``non-match``; offer ``alternatives`` either way."""
    body = asked(
        VerificationRequest, subject=subject, purpose=purpose, photo=picture_of(photo),
        device=device, capture=capture, max_fmr=max_fmr, factor=factor, profile=profile,
    )  # fmt: skip
    return send("POST", "/v1/verifications", body, Verification)


def identify(
    purpose: str, photo: Picture, *, device: str | None = None,
    capture: SignedCapture | None = None, max_fpir: float | None = None, top: int = 5,
    profile: Profile = "standard",
) -> Request[Identification]:  # fmt: skip
    """Who is this, among the people enrolled for a purpose? ``subjects`` is empty where nobody was found."""
    body = asked(
        IdentificationRequest, purpose=purpose, photo=picture_of(photo), device=device,
        capture=capture, max_fpir=max_fpir, top=top, profile=profile,
    )  # fmt: skip
    return send("POST", "/v1/identifications", body, Identification)


def record_alternative(
    purpose: str, way: str, *, outcome: Literal["done", "failed", "abandoned"], seconds: float,
    profile: Profile = "standard",
) -> Request[AlternativeTold]:  # fmt: skip
    """Count how one attempt without a face went; nobody is named."""
    body = asked(
        AlternativeRequest, purpose=purpose, way=way, outcome=outcome, seconds=seconds,
        profile=profile,
    )  # fmt: skip
    return send("POST", "/v1/alternatives", body, AlternativeTold)


# -- second factors --------------------------------------------------------------------------


def factors(subject: str, purpose: str) -> Request[Factors]:
    """Which second factors somebody has set, and what the purpose asks for."""
    return get(_factors(subject, purpose), Factors)


def set_factor(subject: str, purpose: str, factor: FactorShown) -> Request[Factors]:
    """Set one factor, in place of an earlier one of its kind."""
    body = asked(FactorRequest, factor=factor)
    return send("PUT", _factors(subject, purpose), body, Factors)


def remove_factor(
    subject: str, purpose: str, kind: Literal["pin", "card", "passkey"]
) -> Request[Factors]:
    """Take one factor away."""
    return send("DELETE", f"{_factors(subject, purpose)}/{kind}", None, Factors)


# -- evidence and operation ------------------------------------------------------------------


def keys() -> Request[PublicKeys]:
    """Every key the home has signed with, the one in use first."""
    return get("/v1/keys", PublicKeys)


def checkpoint() -> Request[str]:
    """The newest signed checkpoint, as text: keep it where the service cannot reach."""
    return Request(
        "GET", "/v1/ledger/checkpoint", lambda response: response.text, accept="text/plain"
    )


def entries(*, limit: int | None = None) -> Request[Page[LedgerEntry]]:
    """The ledger's entries under the newest checkpoint, oldest first. They name nobody."""
    return page("/v1/ledger/entries", LedgerEntry, limit=limit)


def entry(event: str) -> Request[LedgerEntry]:
    """One entry, once a checkpoint vouches for it."""
    return get(f"/v1/ledger/entries/{segment(event)}", LedgerEntry)


def proof(event: str) -> Request[Inclusion]:
    """The proof that an entry lies under the newest checkpoint (see ``facekeep.client.proofs``)."""
    return get(f"/v1/ledger/entries/{segment(event)}/proof", Inclusion)


def consistency(older: int, newer: int | None = None) -> Request[Growth]:
    """The proof that the log only grew between two sizes."""
    return get("/v1/ledger/consistency", Growth, from_=older, to=newer)


def jobs(*, limit: int | None = None) -> Request[Page[JobTold]]:
    """Work that waits, runs or failed."""
    return page("/v1/jobs", JobTold, limit=limit)


def job(job: str) -> Request[JobTold]:
    """One job."""
    return get(f"/v1/jobs/{segment(job)}", JobTold)


def renew_all(
    because: Literal["keys", "leak", "schedule"], *, purpose: str | None = None
) -> Request[JobTold]:
    """Order a reset of everybody's face. Two officers approve it first."""
    body = asked(RenewalOrder, because=because, purpose=purpose)
    return send("POST", "/v1/renewals", body, JobTold)


def ready() -> Request[Ready]:
    """Whether faces can be compared now. Raises ``Broken`` where not."""
    return get("/readyz", Ready)


def _of(subject: str) -> str:
    return f"/v1/subjects/{segment(subject)}"


def _factors(subject: str, purpose: str) -> str:
    return f"{_of(subject)}/factors/{segment(purpose)}"


def _left(response: httpx.Response) -> Receipt | Waiting:
    model = Waiting if response.status_code == httpx.codes.ACCEPTED else Receipt
    read: Receipt | Waiting = reader(model)(response)
    return read
