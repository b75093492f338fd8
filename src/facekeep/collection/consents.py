"""Giving consent: the person's own act, told first, separate for each purpose and storage.

Asking is in :mod:`facekeep.collection.requests`. A person may always come by themselves; where they
had been asked, the request is answered by what they say here.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from facekeep.governance.consent import (
    Answer,
    Consent,
    Ending,
    Scope,
    consent_to,
    require_current,
)
from facekeep.governance.consent_record import document
from facekeep.governance.consent_story import Channel, Event, Fault, Shown
from facekeep.governance.guardians import (
    Ages,
    Guardian,
    ages,
    day_of,
    guardian_term,
    require_child_rules,
    require_guardian,
    rules_for,
)
from facekeep.governance.notices import Notice, notice_of
from facekeep.governance.purposes import Purpose
from facekeep.governance.requests import Request
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.subjects import Person, normal
from facekeep.terms.errors import (
    ConsentMissing,
    ConsentVoid,
    GuardianRequired,
    Misused,
    Refused,
)
from facekeep.terms.values import ConsentState, Operation, StorageClass

MINUTE = 60
"""Consent times are kept to the minute, like the ledger's: seconds would join them to a door log."""

GIVEN = "collection:consent:given"
RENEWED = "collection:consent:renewed"
VOID = "collection:consent:void"
ENDED = "collection:consent:ended"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who consents to what, as the door heard it, and which notice the person was shown.

    ``faults`` are what makes the answer void, as far as whoever asked admits it.
    """

    subject: str = field(repr=False)
    purpose: str
    scope: Scope = Scope.PROCESSING
    guardian: Guardian | None = field(default=None, repr=False)
    birth: date | None = None
    shown: Shown | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def by(self) -> str:
        """Who decides."""
        return "guardian" if self.guardian else "person"


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision on its way."""

    asking: Asking
    purpose: Purpose
    ages: Ages | None
    request: Request | None
    at: int

    @property
    def child(self) -> bool:
        """Whether the person is under 14 now."""
        return self.ages is not None and self.ages.is_child(day_of(self.at))


class ConsentDesk:
    """Records what people decide."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def notice(self, purpose: str) -> Notice:
        """What a person is told before deciding."""
        return notice_of(self._home.purposes.get(purpose))

    def shown(self, purpose: str, language: str, channel: Channel) -> Shown:
        """The notice in force was just put before the person: what the door did, for the record."""
        return Shown(self.notice(purpose).digest, language, channel, self._now())

    def give(self, asking: Asking) -> Consent:
        """Record a consent; the one in force is returned unchanged.

        Raises ``NoticeNotShown`` where the notice in force was not what the person saw,
        ``ConsentVoid`` (and records it as void) where it was obtained by a fault,
        ``GuardianRequired`` under 14, ``PurposeNotAllowed`` where nothing is published or children
        are not admitted, ``Misused`` for an absurd birth date or a storage consent nobody asks for.
        """
        case = self._admit(asking)
        person = self._home.directory.person(asking.subject, case.purpose.id)
        standing = self._home.consents.latest(person.id, asking.scope)
        if standing is not None and standing.in_force(case.purpose, self._home.journal.now()):
            return standing
        given = self._record(case)
        self._home.erase_ungranted()
        if given.state is ConsentState.INVALIDATED:
            raise _void()
        return given

    def renew(self, asking: Asking) -> Consent:
        """A consent in force, affirmed once more: its term begins anew, face data keeps its own.

        Raises ``ConsentMissing`` where none is in force, and what :meth:`give` raises.
        """
        case, home = self._admit(asking), self._home
        if asking.faults:
            raise _void()
        with home.records.transaction() as tx:
            person = home.directory.person(asking.subject, case.purpose.id)
            standing = home.consents.latest(person.id, asking.scope)
            if standing is None or not standing.in_force(case.purpose, home.journal.now()):
                raise ConsentMissing("there is no consent to renew", "Give one")
            fresh = self._made(case, person)
            event = Event(ConsentState.RENEWED, case.at, asking.by)
            renewed = replace(
                standing.becoming(ConsentState.RENEWED, event), expires=fresh.expires,
                notice=fresh.notice, guardian=fresh.guardian,
            )  # fmt: skip
            about = replace(renewed.about, shown=asking.shown)
            renewed = replace(renewed, about=about)
            home.consents.record(tx, renewed)
            home.deliveries.settle_shown(tx, renewed)
            chain = home.chain(person)
            public = {"record": renewed.commitment(chain.secret).hex()}
            home.journal.write(tx, chain, RENEWED, _told(renewed), public)
        return renewed

    def invalidate(self, subject: str, purpose: str, fault: Fault) -> int:
        """Consents that turn out to have been obtained by a fault lose their force, and what they
        released is erased; returns how many. Raises ``ConsentMissing`` where none stands.
        """
        home = self._home
        with home.records.transaction() as tx:
            person = home.directory.person(subject, purpose)
            standing = [c for c in home.consents.of_person(person.id) if c.stands]
            if not standing or person.departed:
                raise ConsentMissing("there is no consent to declare void", "Nothing is in force")
            ending = Ending(ConsentState.INVALIDATED, self._now(), "handler", fault.value)
            home.consents.conclude(tx, person.id, ending)
            told = {"state": ending.state.value, "fault": fault.value, "consents": len(standing)}
            home.journal.write(tx, home.chain(person), ENDED, told)
        home.erase_ungranted()
        return len(standing)

    def show(self, subject: str, purpose: str) -> list[Consent]:
        """Every consent record of a person for a purpose, oldest first; none for the unknown.

        Raises ``PurposeNotAllowed`` where nothing of this name is published.
        """
        purpose = self._home.purposes.current(purpose).id
        return self._home.consents.of_person(self._home.directory.person(subject, purpose).id)

    def export(self, subject: str, purpose: str | None = None) -> dict[str, Any]:
        """Every consent record of a subject as JSON-LD, in one purpose or in all.

        Raises ``PurposeNotAllowed`` where nothing of this name was ever published.
        """
        home = self._home
        names = home.purposes.known() if purpose is None else [home.purposes.current(purpose).id]
        persons = (home.directory.person(subject, name) for name in names)
        records = [one for person in persons for one in home.consents.of_person(person.id)]
        return document(subject, [(one, self._text_of(one)) for one in records])

    def _text_of(self, consent: Consent) -> Purpose:
        """The text a consent is bound to; the newest one where that is not kept."""
        bound = self._home.purposes.by_hash(consent.purpose_hash)
        return bound or self._home.purposes.current(consent.purpose)

    # -- may it be given ------------------------------------------------------------------------

    def _admit(self, asking: Asking) -> _Case:
        """The notice, the scope, the age, the guardian, the rules for children."""
        home = self._home
        purpose = home.purposes.get(asking.purpose)
        _refuse_pointless_scope(purpose, asking.scope)
        normal(asking.subject)
        require_current(asking.shown, purpose)
        at = self._now()
        known = self._ages(asking, at)
        request = self._request(asking, purpose)
        require_guardian(known, asking.guardian, day_of(at))
        self._refuse_child_alone(asking, known, at)
        require_child_rules(purpose, known, at, Operation.ENROLMENT)
        _refuse_outgrown_guardian(asking, request, known, at)
        return _Case(asking, purpose, known, request, at)

    def _refuse_child_alone(self, asking: Asking, known: Ages | None, at: int) -> None:
        """Somebody asked a guardian: until a birth date says otherwise, it is a child who answers."""
        grown = known is not None and not known.is_child(day_of(at))
        if asking.guardian is None and not grown and self._guardian_was_asked(asking):
            raise GuardianRequired(
                "a parent or guardian was asked for this person",
                "Have them consent, or state a birth date that shows the person to be 14",
            )

    def _guardian_was_asked(self, asking: Asking) -> bool:
        home = self._home
        subject = home.directory.pseudonym(asking.subject, asking.purpose)
        latest = home.requests.latest(subject, asking.purpose, asking.scope)
        return latest is not None and latest.guardian

    def _request(self, asking: Asking, purpose: Purpose) -> Request | None:
        """The open request this answers; None where the person came by themselves."""
        home = self._home
        subject = home.directory.pseudonym(asking.subject, purpose.id)
        latest = home.requests.latest(subject, purpose.id, asking.scope)
        return latest if latest is not None and latest.open else None

    def _ages(self, asking: Asking, now: float) -> Ages | None:
        """When the person turns 14 and 18. A birth date is stated once; another one is refused."""
        known = self._home.directory.ages(asking.subject)
        stated = ages(asking.birth, day_of(now)) if asking.birth is not None else None
        if known is not None and stated is not None and known != stated:
            raise GuardianRequired(
                "another birth date was given before",
                "Have it corrected first; until then the one on record holds",
            )
        return known or stated

    # -- recording ------------------------------------------------------------------------------

    def _record(self, case: _Case) -> Consent:
        home, asking = self._home, case.asking
        with home.records.transaction() as tx:
            standing = self._given_meanwhile(case)
            if standing is not None:
                return standing
            self._refuse_answered_elsewhere(case)
            person = home.directory.enter(tx, asking.subject, case.purpose.id, case.ages)
            # A consent to an earlier text of the purpose loses its force when a new one is given.
            why = Ending(ConsentState.INVALIDATED, case.at, "handler", "the purpose changed")
            home.consents.conclude(tx, person.id, why, [asking.scope])
            consent = _faulty(self._made(case, person), asking.faults, case.at)
            home.consents.record(tx, consent)
            home.deliveries.settle_shown(tx, consent)
            if case.request is not None:
                home.requests.forget(tx, case.request)
            self._write_down(tx, person, consent)
        return consent

    def _given_meanwhile(self, case: _Case) -> Consent | None:
        """Two doors heard one answer: the second finds the first's record."""
        home, asking = self._home, case.asking
        person = home.directory.person(asking.subject, case.purpose.id)
        latest = home.consents.latest(person.id, asking.scope)
        in_force = latest is not None and latest.in_force(case.purpose, home.journal.now())
        return latest if in_force else None

    def _refuse_answered_elsewhere(self, case: _Case) -> None:
        """Another door heard "no" or "later" since this one began: neither answer is lost."""
        still = self._request(case.asking, case.purpose)
        if case.request is not None and still != case.request:
            raise Refused(
                "this was answered otherwise at another door",
                "Ask the person which answer holds; they may give it anew", article="FRM-06-1",
            )  # fmt: skip

    def _made(self, case: _Case, person: Person) -> Consent:
        asking, home = case.asking, self._home
        guardian = asking.guardian
        sealed = home.directory.seal_about(guardian.to_bytes(), person.id) if guardian else None
        assert asking.shown is not None  # require_current saw to that
        answer = Answer(
            shown=asking.shown, at=case.at, by=asking.by, guardian=sealed,
            until=guardian_term(case.ages, guardian, day_of(case.at)),
            most_days=rules_for(case.purpose).retention_days if case.child else None,
            asked_at=None if case.request is None else case.request.asked_at,
        )  # fmt: skip
        return consent_to(
            case.purpose, asking.scope, answer, consent_id=home.entropy(16), person=person.id
        )

    def _write_down(self, tx: sqlite3.Connection, person: Person, consent: Consent) -> None:
        home = self._home
        chain = Chain(home.vault.draw_secret(person.id), consent.purpose)
        if consent.state is ConsentState.INVALIDATED:
            faults = [fault.value for fault in consent.about.faults]
            home.journal.write(tx, chain, VOID, {"consent": consent.id.hex(), "faults": faults})
            return
        public = {"record": consent.commitment(chain.secret).hex()}
        home.journal.write(tx, chain, GIVEN, _told(consent), public)

    def _now(self) -> int:
        return int(self._home.journal.now() // MINUTE) * MINUTE


def _void() -> ConsentVoid:
    return ConsentVoid(
        "this consent is void because of how it was obtained",
        "Ask anew: one purpose, nothing chosen beforehand, no pressure",
    )


def _faulty(consent: Consent, faults: tuple[Fault, ...], at: int) -> Consent:
    """A consent obtained by a fault is recorded, and void from its first moment."""
    if not faults:
        return consent
    ordered = tuple(sorted(set(faults)))
    event = Event(ConsentState.INVALIDATED, at, "handler", ", ".join(ordered))
    void = consent.becoming(ConsentState.INVALIDATED, event)
    return replace(void, about=replace(void.about, faults=ordered))


def _refuse_pointless_scope(purpose: Purpose, scope: Scope) -> None:
    if scope is Scope.STORAGE and purpose.storage is StorageClass.TERMINAL:
        raise Misused("this purpose keeps face data in the terminal: no storage consent is due")


def _refuse_outgrown_guardian(
    asking: Asking, request: Request | None, known: Ages | None, at: int
) -> None:
    """The guardian was asked; meanwhile the child turned 14 and decides alone."""
    outgrown = request is not None and request.guardian and asking.guardian is not None
    if outgrown and known is not None and not known.is_child(day_of(at)):
        raise GuardianRequired(
            "the person turned 14 since the guardian was asked", "Ask the person themselves"
        )


def _told(consent: Consent) -> dict[str, str | int | bool]:
    return {
        "consent": consent.id.hex(),
        "scope": consent.scope.value,
        "notice": consent.notice.hex(),
        "purpose_hash": consent.purpose_hash.hex(),
        "expires": consent.expires,
        "by": "guardian" if consent.guardian else "person",
    }
