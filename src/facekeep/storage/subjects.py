"""People as the operator names them, kept apart from everything else.

A subject is an opaque reference the operator gives. Here it becomes one random **person** per
purpose: found by a keyed digest of reference *and* purpose, named only in a sealed field. Two
purposes share no identifier, and a stolen database names nobody and joins nobody: the key lies in
``records.key`` in the home, not in ``records.db``. The sealed field covers the whole row, so a row
edited in the store is refused.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from facekeep.db.remembered import RememberedRows
from facekeep.db.store import Store
from facekeep.governance.guardians import Ages
from facekeep.protect.derive import Mac, derive
from facekeep.protect.envelope import Envelope
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import Misused, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE person (
        id BLOB PRIMARY KEY, lookup BLOB NOT NULL, purpose TEXT NOT NULL,
        departed INTEGER NOT NULL CHECK (departed IN (0, 1)), about BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX one_living_person ON person (lookup) WHERE departed = 0",
    "CREATE INDEX person_by_lookup ON person (lookup, departed)",
)

HOLDINGS = (
    Holding("records", "person", "id", "the operator's opaque reference and two dates, sealed",
            "the end of the evidence term", "storage.subjects"),
)  # fmt: skip

MAX_REFERENCE = 200
"""Characters in an operator's reference."""

BLOCK = 256
"""What is sealed about a person is padded to a multiple of this many bytes."""

_COLUMNS = "id, lookup, purpose, departed, about"


@dataclass(frozen=True, slots=True)
class Person:
    """One subject in one purpose, from a consent to its end.

    ``known`` is False for a stand-in that takes the same path; ``departed`` is True after a
    withdrawal or expiry. Whoever consents again is a new person: the old story stays apart.
    """

    id: bytes
    purpose: str
    known: bool
    departed: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody on the roll, for counting: ``subject`` is the same in every purpose and in no file."""

    person: bytes
    subject: bytes = field(repr=False)
    departed: bool
    ages: Ages | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the directory, opened."""

    person: Person
    reference: str
    ages: Ages | None


class Directory:
    """Persons of a home."""

    def __init__(self, records: Store, key: bytes, entropy: Entropy) -> None:
        self._records, self._entropy = records, entropy
        self._lookups = Mac(derive(key, "facekeep lookup"))
        self._stranger_key = derive(key, "facekeep stranger")
        self._chain_key = derive(key, "facekeep chain")
        self._asked_key = derive(key, "facekeep asked")
        self._envelope = Envelope(key, "facekeep persons")
        self._kept: RememberedRows[Person] = RememberedRows(records, {"person": "lookup"})

    # -- finding ----------------------------------------------------------------------------

    def person(self, reference: str, purpose: str) -> Person:
        """The person of a subject and purpose; a stand-in where nobody is known.

        The stand-in's identifier is stable, so an unknown subject is counted like a known one.
        """
        lookup = self._lookup(reference, purpose)
        return self._kept.get(lookup, purpose, lambda: self._person(lookup, purpose))

    def _person(self, lookup: bytes, purpose: str) -> Person:
        found = self._entries("WHERE lookup = ? ORDER BY departed", lookup)
        if found:
            return found[0].person
        stranger = hmac.digest(self._stranger_key, lookup, "sha256")[:16]
        return Person(stranger, purpose, known=False)

    def persons(self, reference: str, purpose: str | None) -> list[Person]:
        """The living persons of a subject, in one purpose or in all."""
        purposes = self._purposes() if purpose is None else [purpose]
        found = (self.person(reference, one) for one in purposes)
        return [person for person in found if person.known and not person.departed]

    def living(self) -> list[bytes]:
        """The identifiers of persons whose consent has not ended, as the rows say, unopened."""
        rows = self._records.rows("SELECT id FROM person WHERE departed = 0 ORDER BY id")
        return [bytes(row[0]) for row in rows]

    def lives(self, person: bytes) -> bool:
        """Whether a person's consent has not ended."""
        sql = "SELECT 1 FROM person WHERE id = ? AND departed = 0"
        return self._records.one(sql, person) is not None

    def everybody(self) -> set[bytes]:
        """Every person's identifier, departed ones too."""
        return {bytes(row[0]) for row in self._records.rows("SELECT id FROM person")}

    def roll(self) -> Iterator[Enrolled]:
        """Everybody, opened one by one in memory; a row that was edited is left out."""
        for row in self._records.rows(f"SELECT {_COLUMNS} FROM person"):
            with suppress(Tampered):
                entry = self._opened(*row)
                subject = self._lookup(entry.reference, "")
                gone = entry.person.departed
                yield Enrolled(entry.person.id, subject, gone, entry.ages)

    def reference_of(self, person: bytes) -> str:
        """The operator's reference for a person, to answer an identification."""
        found = self._entries("WHERE id = ?", person)
        if not found:
            raise Misused("no such person")
        return found[0].reference

    def purpose_of(self, person: bytes) -> str:
        """The purpose a person was entered for."""
        row = self._records.one("SELECT purpose FROM person WHERE id = ?", person)
        if row is None:
            raise Misused("no such person")
        return str(row[0])

    def ages(self, reference: str) -> Ages | None:
        """When a subject turns 14 and 18, where a birth date was once given for any purpose."""
        lookups = (self._lookup(reference, purpose) for purpose in self._purposes())
        entries = (e for lookup in lookups for e in self._entries("WHERE lookup = ?", lookup))
        return next((entry.ages for entry in entries if entry.ages is not None), None)

    def ages_of(self, person: bytes) -> Ages | None:
        """When a person turns 14 and 18, where it was ever stated for the subject behind them."""
        found = self._entries("WHERE id = ?", person)
        if not found:
            return None
        return found[0].ages or self.ages(found[0].reference)

    def pseudonym(self, reference: str, purpose: str) -> bytes:
        """16 bytes that stand for a subject and purpose where nobody is entered, such as beside a
        refusal: the same each time, and joined to nothing else without the key.
        """
        return hmac.digest(self._asked_key, self._lookup(reference, purpose), "sha256")[:16]

    # -- entering and leaving ---------------------------------------------------------------

    def enter(
        self, tx: sqlite3.Connection, reference: str, purpose: str, ages: Ages | None
    ) -> Person:
        """The living person of a subject and purpose, entered where there is none."""
        known = self.person(reference, purpose)
        if known.known and not known.departed:
            known_ages = self._entries("WHERE id = ?", known.id)[0].ages
            self._write(tx, _Entry(known, normal(reference), ages or known_ages))
            return known
        person = Person(self._entropy(16), purpose, known=True)
        self._write(tx, _Entry(person, normal(reference), ages))
        return person

    def depart(self, tx: sqlite3.Connection, person: bytes) -> None:
        """The person's consent ended; only the evidence lives on."""
        for entry in self._entries("WHERE id = ?", person):
            gone = Person(person, entry.person.purpose, known=True, departed=True)
            self._write(tx, _Entry(gone, entry.reference, entry.ages))

    def rename(self, tx: sqlite3.Connection, reference: str, new: str) -> None:
        """Correct the operator's reference, in every purpose and for departed persons too.

        Raises ``Misused`` where the new one names somebody already: two stories would be joined.
        """
        if self._of_subject(new):
            raise Misused("this reference names somebody already")
        for entry in self._of_subject(reference):
            self._write(tx, _Entry(entry.person, normal(new), entry.ages))

    def correct_ages(self, tx: sqlite3.Connection, reference: str, ages: Ages) -> None:
        """Correct when a subject turns 14 and 18, in every purpose."""
        for entry in self._of_subject(reference):
            self._write(tx, _Entry(entry.person, entry.reference, ages))

    def erase_person(self, tx: sqlite3.Connection, person: bytes) -> None:
        """Forget a person and the consents that were kept as evidence."""
        tx.execute("DELETE FROM consent WHERE person = ?", (person,))
        tx.execute("DELETE FROM delivery WHERE person = ?", (person,))
        tx.execute("DELETE FROM person WHERE id = ?", (person,))

    # -- secrets ----------------------------------------------------------------------------

    def seal(self, text: str, person: bytes) -> bytes:
        """Seal a short text about a person, such as a guardian's reference."""
        return self._envelope.wrap(normal(text).encode(), b"about", person)

    def seal_about(self, document: bytes, person: bytes) -> bytes:
        """Seal a short document about a person, padded so that its length tells little."""
        padded = document.ljust(-(-len(document) // BLOCK) * BLOCK)
        return self._envelope.wrap(padded, b"document", person)

    def open_about(self, sealed: bytes, person: bytes) -> bytes:
        """What :meth:`seal_about` sealed. Raises ``Tampered``."""
        return self._envelope.unwrap(sealed, b"document", person).rstrip()

    def stranger_secret(self, person: Person) -> bytes:
        """The evidence secret of a stand-in: derived, so that it needs no row."""
        return derive(self._stranger_key, "secret", person.id)

    def chain_secret(self, name: str) -> bytes:
        """The secret behind entries about the home itself or a whole purpose."""
        return derive(self._chain_key, "secret", name.encode())

    # -- rows -------------------------------------------------------------------------------

    def _of_subject(self, reference: str) -> list[_Entry]:
        """Everything entered of a subject, departed persons too."""
        lookups = [self._lookup(reference, purpose) for purpose in self._purposes()]
        return [e for lookup in lookups for e in self._entries("WHERE lookup = ?", lookup)]

    def _entries(self, where: str, *values: object) -> list[_Entry]:
        rows = self._records.rows(f"SELECT {_COLUMNS} FROM person {where}", *values)
        return [self._opened(*row) for row in rows]

    def _opened(
        self, identity: bytes, lookup: bytes, purpose: str, departed: int, about: bytes
    ) -> _Entry:
        """A row as it was written. Raises ``Tampered`` where anything in it was changed."""
        bound = (identity, lookup, purpose.encode(), bytes([departed]))
        told = json.loads(self._envelope.unwrap(about, *bound))
        dates = [date.fromisoformat(day) for day in told["ages"]]
        person = Person(identity, purpose, known=True, departed=bool(departed))
        return _Entry(person, told["reference"], Ages(*dates) if dates else None)

    def _write(self, tx: sqlite3.Connection, entry: _Entry) -> None:
        person, ages = entry.person, entry.ages
        lookup = self._lookup(entry.reference, person.purpose)
        dates = [ages.turns_14.isoformat(), ages.turns_18.isoformat()] if ages else []
        told = canonical({"reference": entry.reference, "ages": dates})
        told = told.ljust(-(-len(told) // BLOCK) * BLOCK)
        bound = (person.id, lookup, person.purpose.encode(), bytes([person.departed]))
        tx.execute(
            f"INSERT OR REPLACE INTO person ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            (
                person.id,
                lookup,
                person.purpose,
                int(person.departed),
                self._envelope.wrap(told, *bound),
            ),
        )

    def _lookup(self, reference: str, purpose: str) -> bytes:
        """A keyed digest of reference and purpose, 32 bytes."""
        fields = prefixed(normal(reference).encode(), purpose.encode())
        return self._lookups.of(fields)

    def _purposes(self) -> list[str]:
        rows = self._records.rows("SELECT DISTINCT purpose FROM person ORDER BY purpose")
        return [row[0] for row in rows]


def normal(reference: str) -> str:
    """One spelling of a reference (Unicode NFC). Raises ``Misused`` for an unusable one."""
    text = unicodedata.normalize("NFC", reference).strip()
    if not text or len(text) > MAX_REFERENCE or not text.isprintable():
        raise Misused(f"a reference has 1 to {MAX_REFERENCE} printable characters")
    return text
