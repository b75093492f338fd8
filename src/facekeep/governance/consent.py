"""Consent records (ISO/IEC TS 27560 with W3C DPV states): the only writer of consent.

One record per person, purpose and scope. ``processing`` is the consent to be recognised for a
purpose; ``storage`` the separate one for keeping face data off the terminal (Measures art. 8).
A record is bound to the purpose's hash and to the notice that was read; a changed purpose leaves
it without force, and while somebody has not been told of a changed notice, use stops for them.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from facekeep.db.remembered import RememberedRows
from facekeep.db.store import Store
from facekeep.governance.consent_story import IN_FORCE, About, Event, Shown, follow
from facekeep.governance.notices import notice_of
from facekeep.governance.purposes import Purpose
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import (
    ConsentExpired,
    ConsentMissing,
    ConsentWithdrawn,
    NoticeNotShown,
    Tampered,
)
from facekeep.terms.values import ConsentState, Holding, StorageClass

TABLES = (
    """CREATE TABLE consent (
        id BLOB PRIMARY KEY, person BLOB NOT NULL, purpose TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('processing', 'storage')),
        purpose_hash BLOB NOT NULL, notice BLOB NOT NULL, state TEXT NOT NULL,
        given_at INTEGER NOT NULL, expires INTEGER NOT NULL, guardian BLOB, about TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX consent_by_person ON consent (person, scope, given_at)",
)

HOLDINGS = (
    Holding("records", "consent", "person", "consent records, which prove consent afterwards",
            "the end of the evidence term", "rights.withdrawal"),
)  # fmt: skip

DAY = 86_400
BROKEN_SEAL = "(its seal did not hold)"
STANDING = tuple(sorted(state.value for state in IN_FORCE))
"""The states in force, for SQL."""

UNTOLD = "notice-change"
"""The kind of delivery without which a person does not know of a changed notice."""


TOLD_SEAL = "facekeep delivery"


def delivery_fields(columns: Iterable[object]) -> tuple[bytes, ...]:
    """What the seal of a delivery covers: every column of its row before the seal."""
    return tuple(_delivery_field(column) for column in columns)


def _delivery_field(column: object) -> bytes:
    if column is None:
        return b""
    return column if isinstance(column, bytes) else b"." + str(column).encode()


class Scope(StrEnum):
    """What a consent covers."""

    PROCESSING = "processing"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent record. Times in seconds since 1970; ``guardian`` is sealed, and holds the
    guardian's reference with the proof of the relationship.
    """

    id: bytes
    person: bytes
    purpose: str
    scope: Scope
    purpose_hash: bytes
    notice: bytes
    state: ConsentState
    given_at: int
    expires: int
    guardian: bytes | None
    about: About = field(default_factory=About)

    @property
    def stands(self) -> bool:
        """Whether it was given or renewed and nothing ended it; its term is not looked at."""
        return self.state in IN_FORCE

    @property
    def affirmed_at(self) -> int:
        """When the person last said yes (seconds)."""
        said = [event.at for event in self.about.events if event.state in IN_FORCE]
        return max(said, default=self.given_at)

    @property
    def sealed_fields(self) -> tuple[bytes, ...]:
        """What a record's seal covers: everything."""
        times = (self.given_at, self.expires)  # signed: a damaged row has bytes too
        numbers = (time.to_bytes(8, "big", signed=True) for time in times)
        words = (self.purpose.encode(), self.scope.encode(), self.state.encode())
        fixed = (self.id, self.person, self.purpose_hash, self.notice, self.guardian or b"")
        return (*fixed, *words, *numbers, self.about.to_text().encode())

    def in_force(self, purpose: Purpose, now: float) -> bool:
        """Given, unexpired, and for this very purpose."""
        return self.stands and self.expires > now and self.purpose_hash == purpose.hash

    def stated(self) -> dict[str, str | int]:
        """What a receipt says of this consent: nothing that names anybody."""
        shown = self.about.shown
        return {
            "id": self.id.hex(),
            "purpose": self.purpose,
            "scope": self.scope.value,
            "purpose_hash": self.purpose_hash.hex(),
            "notice": self.notice.hex(),
            "language": "" if shown is None else shown.language,
            "channel": "" if shown is None else shown.channel.value,
            "shown_at": 0 if shown is None else shown.at,
            "given_at": self.given_at,
            "expires": self.expires,
            "by": "guardian" if self.guardian else "person",
        }

    def salt(self, secret: bytes) -> bytes:
        """32 bytes that keep the ledger's commitment apart from the record for everybody who does
        not hold the person's evidence secret.
        """
        return hmac.digest(secret, b"consent receipt" + self.id, "sha256")

    def commitment(self, secret: bytes) -> bytes:
        """What the ledger entry of the giving is bound to: 32 bytes."""
        return commitment(self.stated(), self.salt(secret))

    def becoming(self, state: ConsentState, event: Event) -> Consent:
        """The record in its next state. Raises ``Misused`` for a state that cannot follow."""
        return replace(self, state=follow(self.state, state), about=self.about.with_event(event))


def commitment(stated: Mapping[str, str | int], salt: bytes) -> bytes:
    """SHA-256 over a salt and what a receipt says, 32 bytes."""
    return hashlib.sha256(prefixed(salt, canonical(dict(stated)))).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's yes as it was obtained. ``until`` ends it earlier than retention would (seconds);
    ``most_days`` caps its term; ``guardian`` is sealed; ``asked_at`` is None for an own act.
    """

    shown: Shown
    at: int
    by: str = "person"
    until: int | None = None
    most_days: int | None = None
    guardian: bytes | None = None
    asked_at: int | None = None


def consent_to(
    purpose: Purpose, scope: Scope, answer: Answer, *, consent_id: bytes, person: bytes
) -> Consent:
    """A consent given now, expiring with the purpose's retention or earlier.

    Raises ``NoticeNotShown`` where another text was shown than the notice in force.
    """
    require_current(answer.shown, purpose)
    return Consent(
        consent_id, person, purpose.id, scope, purpose.hash, answer.shown.notice,
        ConsentState.GIVEN, answer.at, _term(purpose, answer), answer.guardian, _story(answer),
    )  # fmt: skip


def require_current(shown: Shown | None, purpose: Purpose) -> None:
    """Raises ``NoticeNotShown`` where the notice in force was not what the person saw."""
    if shown is None or shown.notice != notice_of(purpose).digest:
        raise NoticeNotShown(
            "the notice in force was not shown before the decision",
            f"Show it: facekeep purpose show {purpose.id}",
        )


def _term(purpose: Purpose, answer: Answer) -> int:
    days = min(purpose.retention_days, answer.most_days or purpose.retention_days)
    expires = answer.at + days * DAY
    return expires if answer.until is None else min(expires, answer.until)


def _story(answer: Answer) -> About:
    asked = answer.asked_at
    before = () if asked is None else (Event(ConsentState.REQUESTED, asked, "handler"),)
    given = Event(ConsentState.GIVEN, answer.at, answer.by)
    return About(answer.shown, asked, (), (*before, given))


@dataclass(frozen=True, slots=True)
class Ending:
    """How consents end: the state, when (seconds), by whom, and why."""

    state: ConsentState
    at: int
    by: str = "person"
    why: str = ""

    @property
    def event(self) -> Event:
        """The step it is in a record's story."""
        return Event(self.state, self.at, self.by, self.why)


class ConsentBook:
    """Consent records of every person, each under a seal: a record edited in the store is refused."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep consent")
        self._told = Seal(key, TOLD_SEAL)
        self._newest: RememberedRows[Consent | None] = RememberedRows(
            records, {"consent": "person"}
        )
        self._waiting: RememberedRows[bool] = RememberedRows(records, {"delivery": "person"})

    def record(self, tx: sqlite3.Connection, consent: Consent) -> None:
        """Keep a record, new or in a new state."""
        tx.execute(
            "INSERT OR REPLACE INTO consent VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                consent.id,
                consent.person,
                consent.purpose,
                consent.scope,
                consent.purpose_hash,
                consent.notice,
                consent.state,
                consent.given_at,
                consent.expires,
                consent.guardian,
                consent.about.to_text(),
                self._seal.of(*consent.sealed_fields),
            ),
        )

    def conclude(
        self,
        tx: sqlite3.Connection,
        person: bytes,
        ending: Ending,
        scopes: Iterable[Scope] = tuple(Scope),
    ) -> None:
        """Withdraw, expire, invalidate or revoke the given consents of a person.

        Ending asks for no seal: a record that somebody edited is ended like any other, and its
        story says that it had been edited.
        """
        rows = self._records.rows("SELECT * FROM consent WHERE person = ?", person)
        for row in rows:
            consent, event = _consent(row), ending.event
            if not self._is_sealed(row):
                event = replace(event, why=f"{event.why} {BROKEN_SEAL}".strip())
            if consent.stands and consent.scope in scopes:
                self.record(tx, consent.becoming(ending.state, event))

    def identifiers(self, person: bytes) -> list[bytes]:
        """The identifiers of every record of a person, sealed or not."""
        return [
            row[0] for row in self._records.rows("SELECT id FROM consent WHERE person = ?", person)
        ]

    def standing(self, purpose: str) -> list[Consent]:
        """Every consent to a purpose that nothing has ended, oldest first, sealed or not: telling
        people and ending their consents ask for no seal.
        """
        rows = self._records.rows(
            "SELECT * FROM consent WHERE purpose = ? AND state IN (?, ?) ORDER BY given_at, id",
            purpose, *STANDING,
        )  # fmt: skip
        return [_consent(row) for row in rows]

    def by_guardians(self) -> list[Consent]:
        """Every consent in force that a guardian gave and whose seal holds."""
        rows = self._records.rows(
            "SELECT * FROM consent WHERE guardian IS NOT NULL AND state IN (?, ?)", *STANDING
        )
        return [_consent(row) for row in rows if self._is_sealed(row)]

    def persons_of_given(self, among: Iterable[bytes]) -> set[bytes]:
        """Whose consents these are that still stand as given, sealed or not."""
        rows = self._records.rows("SELECT id, person FROM consent WHERE state IN (?, ?)", *STANDING)
        wanted = set(among)
        return {bytes(person) for consent, person in rows if consent in wanted}

    def ended(self, among: Iterable[bytes]) -> list[bytes]:
        """Those of the given identifiers whose consent was ended, by a record whose seal holds."""
        rows = self._records.rows("SELECT id FROM consent WHERE state NOT IN (?, ?)", *STANDING)
        known = {bytes(row[0]) for row in rows}
        found = (self._row(consent) for consent in known.intersection(among))
        return [consent.id for consent in found if consent is not None]

    def latest(self, person: bytes, scope: Scope) -> Consent | None:
        """The newest record of one scope."""
        return self._newest.get(person, scope.value, lambda: self._latest(person, scope))

    def _latest(self, person: bytes, scope: Scope) -> Consent | None:
        row = self._records.one(
            "SELECT * FROM consent WHERE person = ? AND scope = ?"
            " ORDER BY state IN (?, ?) DESC, given_at DESC, id",
            person, scope, *STANDING,
        )  # fmt: skip
        return None if row is None else self._opened(row)

    def by_id(self, consent: bytes) -> Consent | None:
        """One record by its identifier."""
        row = self._records.one("SELECT * FROM consent WHERE id = ?", consent)
        return None if row is None else self._opened(row)

    def of_person(self, person: bytes) -> list[Consent]:
        """Every record of a person, oldest first."""
        rows = self._records.rows(
            "SELECT * FROM consent WHERE person = ? ORDER BY given_at, scope", person
        )
        return [self._opened(row) for row in rows]

    def expired(self, now: float) -> list[Consent]:
        """Given consents of the processing scope whose term is over."""
        rows = self._records.rows(
            "SELECT * FROM consent WHERE state IN (?, ?) AND scope = ? AND expires <= ?",
            *STANDING, Scope.PROCESSING, int(now),
        )  # fmt: skip
        return [_consent(row) for row in rows if self._is_sealed(row)]

    def lapsed(self, now: float) -> set[bytes]:
        """Persons nothing stands for any more and whose every term is over: consents that lost
        their force and were not given anew.
        """
        rows = self._records.rows(
            "SELECT person FROM consent GROUP BY person"
            " HAVING max(expires) <= ? AND max(state IN (?, ?)) = 0",
            int(now), *STANDING,
        )  # fmt: skip
        return {bytes(row[0]) for row in rows}

    def every(self) -> Iterator[tuple[Consent, bool]]:
        """Every record with whether its seal holds, oldest first."""
        for row in self._records.rows("SELECT * FROM consent ORDER BY given_at, id"):
            yield _consent(row), self._is_sealed(row)

    def _row(self, consent: bytes) -> Consent | None:
        """One record, or None where there is none or its seal does not hold."""
        row = self._records.one("SELECT * FROM consent WHERE id = ?", consent)
        return _consent(row) if row is not None and self._is_sealed(row) else None

    def _is_sealed(self, row: tuple[Any, ...]) -> bool:
        try:
            self._opened(row)
        except Tampered:
            return False
        return True

    def _opened(self, row: tuple[Any, ...]) -> Consent:
        """A record as it was written. Raises ``Tampered``."""
        consent = _consent(row)
        self._seal.check(row[-1], *consent.sealed_fields)
        return consent

    def require(self, person: bytes, purpose: Purpose, now: float) -> Consent:
        """The consent in force, with the storage consent beside it where one is due.

        Raises ``ConsentMissing``, ``ConsentWithdrawn`` or ``ConsentExpired``, and
        ``NoticeNotShown`` while a changed notice has not reached the person. Reads the records as
        they are in the caller's transaction.
        """
        *_, consent = [self._in_force(person, purpose, scope, now) for scope in _due(purpose)]
        self._refuse_untold(person, purpose)
        return consent

    def require_processing(self, person: bytes, purpose: Purpose, now: float) -> Consent:
        """The consent to the processing, whatever was said of storage: for what opens the person's own
        pages and no comparison. Raises as :meth:`require` does.
        """
        return self._in_force(person, purpose, Scope.PROCESSING, now)

    def _refuse_untold(self, person: bytes, purpose: Purpose) -> None:
        """Measures art. 5: who has not been told what changed is not compared meanwhile."""
        if self._waiting.get(person, "notice", lambda: self._untold(person)):
            raise NoticeNotShown(
                "the notice changed and the person has not been told yet",
                f"Offer another way: {', '.join(a.id for a in purpose.alternatives)}",
                article="FRM-05-2",
            )

    def _untold(self, person: bytes) -> bool:
        """Whether a changed notice waits. Raises ``Tampered`` where somebody called one told."""
        rows = self._records.rows(
            "SELECT kind, settled_at, * FROM delivery WHERE person = ?", person
        )
        for _, _, *told, seal in rows:
            self._told.check(seal, *delivery_fields(told))
        return any(kind == UNTOLD and settled is None for kind, settled, *_ in rows)

    def term(self, person: bytes, purpose: Purpose, now: float) -> int:
        """When the first of the consents that are due runs out: the term of what they release."""
        due = reversed(_due(purpose))
        return min(self._in_force(person, purpose, scope, now).expires for scope in due)

    def _in_force(self, person: bytes, purpose: Purpose, scope: Scope, now: float) -> Consent:
        consent = self.latest(person, scope)
        if consent is not None and consent.in_force(purpose, now):
            return consent
        raise _why_not(consent, purpose, scope, now)


def _due(purpose: Purpose) -> tuple[Scope, ...]:
    """The consents without which nobody is recognised: off the terminal, that to storage too."""
    if purpose.storage is StorageClass.TERMINAL:
        return (Scope.PROCESSING,)
    return (Scope.STORAGE, Scope.PROCESSING)


def _why_not(
    consent: Consent | None, purpose: Purpose, scope: Scope, now: float
) -> ConsentMissing | ConsentWithdrawn | ConsentExpired:
    other_way = f"Offer another way: {', '.join(a.id for a in purpose.alternatives)}"
    if consent is None:
        return ConsentMissing(
            f"no separate consent to {scope.value} for this purpose",
            f"Ask the person, or: {other_way}",
        )
    if consent.state is ConsentState.WITHDRAWN:
        return ConsentWithdrawn("the consent was withdrawn", other_way)
    if consent.state is ConsentState.EXPIRED or consent.expires <= now:
        return ConsentExpired("the consent has expired", f"Ask the person anew, or: {other_way}")
    return ConsentMissing(
        "the purpose changed since this consent", f"Ask the person anew, or: {other_way}"
    )


def _consent(row: tuple[Any, ...]) -> Consent:
    """A record as it lies in the store, its seal not looked at."""
    (identity, person, purpose, scope, bound_to, notice, state, given_at, expires, guardian, about,
     _) = row  # fmt: skip
    return Consent(
        identity, person, purpose, Scope(scope), bound_to, notice, _state(state), given_at,
        expires, guardian, _about(about),
    )  # fmt: skip


def _state(text: str) -> ConsentState:
    """The state; unknown where somebody wrote another word, which the seal then tells."""
    return ConsentState(text) if text in set(ConsentState) else ConsentState.UNKNOWN


def _about(text: str) -> About:
    """The story; an empty one where somebody damaged it, which the seal then tells."""
    try:
        return About.from_text(text)
    except Tampered:
        return About()
