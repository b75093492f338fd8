"""Giving consent: the person's own act, told first, separate for each purpose and storage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from facekeep.governance.consent import Consent, Scope, consent_to
from facekeep.governance.guardians import Ages, ages, guardian_term, require_guardian
from facekeep.governance.notices import Notice, notice_of
from facekeep.governance.purposes import Purpose
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.terms.errors import GuardianRequired, Misused
from facekeep.terms.values import ConsentState, StorageClass

MINUTE = 60
"""Consent times are kept to the minute, like the ledger's: seconds would join them to a door log."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who consents to what, as the door heard it. ``guardian`` is the operator's reference."""

    subject: str = field(repr=False)
    purpose: str
    scope: Scope = Scope.PROCESSING
    guardian: str | None = field(default=None, repr=False)
    birth: date | None = None


class ConsentDesk:
    """Records what people decide."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def notice(self, purpose: str) -> Notice:
        """What a person is told before deciding."""
        return notice_of(self._home.purposes.get(purpose))

    def give(self, asking: Asking) -> Consent:
        """Record a consent; the one in force is returned unchanged.

        Raises ``GuardianRequired`` under 14, ``PurposeNotAllowed`` where nothing is published,
        ``Misused`` for an absurd birth date or a storage consent nobody asks for.
        """
        purpose = self._home.purposes.get(asking.purpose)
        _refuse_pointless_scope(purpose, asking.scope)
        now = self._home.journal.now()
        known_ages = self._ages(asking, now)
        require_guardian(known_ages, asking.guardian, _day(now))
        person = self._home.directory.person(asking.subject, purpose.id)
        standing = self._home.consents.latest(person.id, asking.scope)
        if standing is not None and standing.in_force(purpose, now):
            return standing
        given = self._record(asking, purpose, known_ages, int(now // MINUTE) * MINUTE)
        self._home.erase_ungranted()
        return given

    def show(self, subject: str, purpose: str) -> list[Consent]:
        """Every consent record of a person for a purpose, oldest first; none for the unknown.

        Raises ``PurposeNotAllowed`` where nothing of this name is published.
        """
        purpose = self._home.purposes.get(purpose).id
        return self._home.consents.of_person(self._home.directory.person(subject, purpose).id)

    def _record(self, asking: Asking, purpose: Purpose, known: Ages | None, now: int) -> Consent:
        home = self._home
        with home.records.transaction() as tx:
            person = home.directory.enter(tx, asking.subject, purpose.id, known)
            sealed = home.directory.seal(asking.guardian, person.id) if asking.guardian else None
            # A consent to an earlier text of the purpose loses its force when a new one is given.
            home.consents.conclude(tx, person.id, ConsentState.INVALIDATED, [asking.scope])
            consent = consent_to(
                purpose, consent_id=home.entropy(16), person=person.id, scope=asking.scope, at=now,
                until=guardian_term(known, asking.guardian, _day(now)), guardian=sealed,
            )  # fmt: skip
            home.consents.record(tx, consent)
            secret = home.vault.draw_secret(person.id)
            home.journal.write(
                tx, Chain(secret, purpose.id), "collection:consent:given", _told(consent)
            )
        return consent

    def _ages(self, asking: Asking, now: float) -> Ages | None:
        """When the person turns 14 and 18. A birth date is stated once; another one is refused."""
        known = self._home.directory.ages(asking.subject)
        stated = ages(asking.birth, _day(now)) if asking.birth is not None else None
        if known is not None and stated is not None and known != stated:
            raise GuardianRequired(
                "another birth date was given before",
                "Have it corrected first; until then the one on record holds",
            )
        return known or stated


def _refuse_pointless_scope(purpose: Purpose, scope: Scope) -> None:
    if scope is Scope.STORAGE and purpose.storage is StorageClass.TERMINAL:
        raise Misused("this purpose keeps face data in the terminal: no storage consent is due")


def _told(consent: Consent) -> dict[str, str | int]:
    return {
        "consent": consent.id.hex(),
        "scope": consent.scope.value,
        "notice": consent.notice.hex(),
        "purpose_hash": consent.purpose_hash.hex(),
        "expires": consent.expires,
        "by": "guardian" if consent.guardian else "person",
    }


def _day(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).date()
