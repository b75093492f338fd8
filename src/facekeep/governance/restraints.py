"""Restraints: a person asked us to stop, so no face of theirs is compared or taken in.

A restriction or an objection (PIPL art. 44) holds from the moment its case is opened and is lifted
by the outcome of that case alone. Every row is sealed, so a restraint edited in the store is
refused; one deleted there is missed by its case (``rights.cases``).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from facekeep.db.remembered import RememberedRows
from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.terms.errors import Misused, Restrained, Tampered
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE restraint (
        case_id BLOB PRIMARY KEY, person BLOB NOT NULL, kind TEXT NOT NULL,
        since INTEGER NOT NULL, lifted_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX restraint_by_person ON restraint (person)",
)

HOLDINGS = (
    Holding("records", "restraint", "person", "whose face is not to be compared, and why",
            "the end of the evidence term", "rights.withdrawal"),
)  # fmt: skip

STANDING = 0
"""``lifted_at`` of a restraint that holds."""

OTHER_WAY = "Offer another way in; only the outcome of the person's case lifts this"


class Restriction(StrEnum):
    """Why nothing is compared."""

    RESTRICTION = "restriction"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Restraint:
    """One restraint, placed by one case. Times in seconds since 1970; ``lifted_at`` 0 while it holds."""

    case: bytes
    person: bytes
    kind: Restriction
    since: int
    lifted_at: int = STANDING

    @property
    def stands(self) -> bool:
        """Whether it holds."""
        return self.lifted_at == STANDING

    @property
    def fields(self) -> tuple[bytes, ...]:
        """What the row's seal covers: everything."""
        times = (self.since.to_bytes(8, "big"), self.lifted_at.to_bytes(8, "big"))
        return (self.case, self.person, self.kind.encode(), *times)


class RestraintBook:
    """Restraints of every person."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep restraint")
        self._kept: RememberedRows[list[Restraint]] = RememberedRows(
            records, {"restraint": "person"}
        )

    def place(
        self, tx: sqlite3.Connection, case: bytes, person: bytes, kind: Restriction, at: int
    ) -> Restraint:
        """Stop comparison for a person, by a case."""
        restraint = Restraint(case, person, kind, at)
        self._write(tx, restraint)
        return restraint

    def lift(self, tx: sqlite3.Connection, case: bytes, at: int) -> None:
        """The case's outcome lifts what it placed. Raises ``Misused`` where it placed nothing."""
        restraint = self.of_case(case)
        if restraint is None:
            raise Misused("this case stopped nothing")
        self._write(tx, replace(restraint, lifted_at=max(at, 1)))

    def require_free(self, person: bytes) -> None:
        """Raises ``Restrained`` while a restraint holds, ``Tampered`` where one was edited."""
        for restraint in self.of_person(person):
            if restraint.stands:
                raise Restrained(f"comparison was stopped by the person's {restraint.kind.value}", OTHER_WAY)  # fmt: skip

    def of_person(self, person: bytes) -> list[Restraint]:
        """Every restraint of a person, lifted ones too. Raises ``Tampered``."""
        return list(self._kept.get(person, "all", lambda: self._of_person(person)))

    def _of_person(self, person: bytes) -> list[Restraint]:
        rows = self._records.rows("SELECT * FROM restraint WHERE person = ?", person)
        return [self._opened(row) for row in rows]

    def of_case(self, case: bytes) -> Restraint | None:
        """What a case placed. Raises ``Tampered``."""
        row = self._records.one("SELECT * FROM restraint WHERE case_id = ?", case)
        return None if row is None else self._opened(row)

    def forget(self, tx: sqlite3.Connection, person: bytes) -> None:
        """After the evidence term, forget a person's restraints."""
        tx.execute("DELETE FROM restraint WHERE person = ?", (person,))

    def forget_case(self, tx: sqlite3.Connection, case: bytes) -> None:
        """A case past its term takes what it placed with it."""
        tx.execute("DELETE FROM restraint WHERE case_id = ?", (case,))

    def _write(self, tx: sqlite3.Connection, restraint: Restraint) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO restraint VALUES (?,?,?,?,?,?)",
            (
                restraint.case,
                restraint.person,
                restraint.kind.value,
                restraint.since,
                restraint.lifted_at,
                self._seal.of(*restraint.fields),
            ),
        )

    def _opened(self, row: tuple[Any, ...]) -> Restraint:
        case, person, kind, since, lifted_at, seal = row
        try:
            restraint = Restraint(case, person, Restriction(kind), since, lifted_at)
            self._seal.check(seal, *restraint.fields)
        except (ValueError, OverflowError):
            raise Tampered("a restraint was changed") from None
        return restraint
