"""Consent records (ISO/IEC TS 27560 with W3C DPV states): the only writer of consent.

One record per person, purpose and scope. ``processing`` is the consent to be recognised for a
purpose; ``storage`` the separate one for keeping face data off the terminal (Measures art. 8).
A record is bound to the purpose's hash and to the notice that was read; a changed purpose leaves
it without force.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from facekeep.db.store import Store
from facekeep.governance.notices import notice_of
from facekeep.governance.purposes import Purpose
from facekeep.protect.derive import Seal
from facekeep.terms.errors import ConsentExpired, ConsentMissing, ConsentWithdrawn, Tampered
from facekeep.terms.values import ConsentState, Holding, StorageClass

TABLES = (
    """CREATE TABLE consent (
        id BLOB PRIMARY KEY, person BLOB NOT NULL, purpose TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('processing', 'storage')),
        purpose_hash BLOB NOT NULL, notice BLOB NOT NULL, state TEXT NOT NULL,
        given_at INTEGER NOT NULL, expires INTEGER NOT NULL, guardian BLOB, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX consent_by_person ON consent (person, scope, given_at)",
)

HOLDINGS = (
    Holding("records", "consent", "person", "consent records, which prove consent afterwards",
            "the end of the evidence term", "rights.withdrawal"),
)  # fmt: skip

DAY = 86_400


class Scope(StrEnum):
    """What a consent covers."""

    PROCESSING = "processing"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent record. Times in seconds since 1970; ``guardian`` is sealed."""

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

    @property
    def sealed_fields(self) -> tuple[bytes, ...]:
        """What a record's seal covers: everything."""
        numbers = (self.given_at.to_bytes(8, "big"), self.expires.to_bytes(8, "big"))
        words = (self.purpose.encode(), self.scope.encode(), self.state.encode())
        fixed = (self.id, self.person, self.purpose_hash, self.notice, self.guardian or b"")
        return (*fixed, *words, *numbers)

    def in_force(self, purpose: Purpose, now: float) -> bool:
        """Given, unexpired, and for this very purpose."""
        given = self.state is ConsentState.GIVEN
        return given and self.expires > now and self.purpose_hash == purpose.hash


def consent_to(
    purpose: Purpose, *, consent_id: bytes, person: bytes, scope: Scope, at: int,
    until: int | None = None, guardian: bytes | None = None,
) -> Consent:  # fmt: skip
    """A consent given now, expiring with the purpose's retention or earlier."""
    expires = at + purpose.retention_days * DAY
    expires = min(expires, until) if until is not None else expires
    notice = notice_of(purpose).digest
    state = ConsentState.GIVEN
    return Consent(
        consent_id, person, purpose.id, scope, purpose.hash, notice, state, at, expires, guardian
    )


class ConsentBook:
    """Consent records of every person, each under a seal: a record edited in the store is refused."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep consent")

    def record(self, tx: sqlite3.Connection, consent: Consent) -> None:
        """Keep a record, new or in a new state."""
        tx.execute(
            "INSERT OR REPLACE INTO consent VALUES (?,?,?,?,?,?,?,?,?,?,?)",
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
                self._seal.of(*consent.sealed_fields),
            ),
        )

    def conclude(
        self,
        tx: sqlite3.Connection,
        person: bytes,
        state: ConsentState,
        scopes: Iterable[Scope] = tuple(Scope),
    ) -> None:
        """Withdraw, expire or invalidate the given consents of a person.

        Ending asks for no seal: a record that somebody edited is ended like any other.
        """
        rows = self._records.rows("SELECT * FROM consent WHERE person = ?", person)
        for consent in map(_consent, rows):
            if consent.state is ConsentState.GIVEN and consent.scope in scopes:
                self.record(tx, replace(consent, state=state))

    def identifiers(self, person: bytes) -> list[bytes]:
        """The identifiers of every record of a person, sealed or not."""
        return [
            row[0] for row in self._records.rows("SELECT id FROM consent WHERE person = ?", person)
        ]

    def persons_of_given(self, among: Iterable[bytes]) -> set[bytes]:
        """Whose consents these are that still stand as given, sealed or not."""
        rows = self._records.rows(
            "SELECT id, person FROM consent WHERE state = ?", ConsentState.GIVEN
        )
        wanted = set(among)
        return {bytes(person) for consent, person in rows if consent in wanted}

    def ended(self, among: Iterable[bytes]) -> list[bytes]:
        """Those of the given identifiers whose consent was ended, by a record whose seal holds."""
        rows = self._records.rows("SELECT id FROM consent WHERE state != ?", ConsentState.GIVEN)
        known = {bytes(row[0]) for row in rows}
        found = (self._row(consent) for consent in known.intersection(among))
        return [consent.id for consent in found if consent is not None]

    def latest(self, person: bytes, scope: Scope) -> Consent | None:
        """The newest record of one scope."""
        row = self._records.one(
            "SELECT * FROM consent WHERE person = ? AND scope = ? ORDER BY state = 'ConsentGiven' DESC, given_at DESC, id",
            person,
            scope,
        )
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
            "SELECT * FROM consent WHERE state = ? AND scope = ? AND expires <= ?",
            ConsentState.GIVEN, Scope.PROCESSING, int(now),
        )  # fmt: skip
        return [_consent(row) for row in rows if self._is_sealed(row)]

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

        Raises ``ConsentMissing``, ``ConsentWithdrawn`` or ``ConsentExpired``. Reads the records
        as they are in the caller's transaction.
        """
        if purpose.storage is not StorageClass.TERMINAL:
            self._in_force(person, purpose, Scope.STORAGE, now)
        return self._in_force(person, purpose, Scope.PROCESSING, now)

    def term(self, person: bytes, purpose: Purpose, now: float) -> int:
        """When the first of the consents that are due runs out: the term of what they release."""
        due = [Scope.PROCESSING]
        due += [] if purpose.storage is StorageClass.TERMINAL else [Scope.STORAGE]
        return min(self._in_force(person, purpose, scope, now).expires for scope in due)

    def _in_force(self, person: bytes, purpose: Purpose, scope: Scope, now: float) -> Consent:
        consent = self.latest(person, scope)
        if consent is not None and consent.in_force(purpose, now):
            return consent
        raise _why_not(consent, purpose, scope, now)


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
    identity, person, purpose, scope, bound_to, notice, state, *rest = row[:-1]
    return Consent(
        identity, person, purpose, Scope(scope), bound_to, notice, ConsentState(state), *rest
    )
