"""The book of clocks: filings, alarms, counts and calendar years, each version kept under a seal.

Nothing in it is about a person: dates, numbers, digests, names of purposes and officers. A record is
never changed or removed; a newer version stands after it. Writing names the version that was read,
so of two officers who edit at once the second is told (compare-and-set). An edited row breaks its
seal, a missing version leaves a hole, and a missing end differs from the digest that the ledger
remembers (:meth:`ClockBook.digest`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from facekeep.db.diary import Diary
from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import Refused, Tampered

TABLES = (
    """CREATE TABLE clock (
        book TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, told TEXT NOT NULL,
        at INTEGER NOT NULL, mac BLOB NOT NULL, PRIMARY KEY (book, id, version)
    ) STRICT, WITHOUT ROWID""",
)


class Part(StrEnum):
    """What a record is of."""

    YEAR = "calendar"
    FILING = "filing"
    SNAPSHOT = "snapshot"
    MATERIAL = "material"
    ALARM = "alarm"
    COUNT = "count"
    ENDING = "ending"


IN_LEDGER = tuple(part for part in Part if part is not Part.COUNT)
"""Whose every change is an entry; a daily count is sealed, and an entry only where it alarms."""


EMPTY = hashlib.sha256().hexdigest()
"""The digest of a book nothing was written in."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of one record. ``at`` in seconds since 1970."""

    part: Part
    id: str
    version: int
    told: Mapping[str, Any]
    at: int


class ClockBook:
    """Versioned records of the home's clocks."""

    def __init__(self, records: Store, key: bytes, diary: Diary) -> None:
        self._records, self._diary = records, diary
        self._seal = Seal(key, "facekeep clock")

    def tell(self, tx: sqlite3.Connection, kind: str, public: Mapping[str, Any]) -> bytes:
        """Write an act to the ledger, with the digest of the book as it stands after it.

        Goes into the transaction that kept the act's records; returns the entry's identifier.
        """
        return self._diary.write(tx, kind, {"digest": self.digest()}, public)

    def is_whole(self) -> bool:
        """Whether the book is what the ledger's last entry about it says."""
        last = self._diary.last()
        told = EMPTY if last is None else last.get("digest")
        return self.digest() == told

    def keep(
        self, tx: sqlite3.Connection, part: Part, name: str, told: Mapping[str, Any], at: int,
        after: int = 0,
    ) -> Sheet:  # fmt: skip
        """Add the version that follows ``after`` (0: a new record).

        Raises ``Refused`` where somebody else added one meanwhile: nothing is lost.
        """
        if self.version(part, name) != after:
            raise Refused(
                "somebody else changed this record meanwhile",
                "Read it again and repeat what is still to be done",
                article="PIPL-51-1",
            )
        text = canonical(told).decode()
        mac = self._seal.of(*_bound(part, name, after + 1, text, at))
        tx.execute("INSERT INTO clock VALUES (?,?,?,?,?,?)", (part, name, after + 1, text, at, mac))
        return Sheet(part, name, after + 1, dict(told), at)

    def version(self, part: Part, name: str) -> int:
        """The newest version of a record; 0 where there is none."""
        row = self._records.one(
            "SELECT max(version) FROM clock WHERE book = ? AND id = ?", part, name
        )
        return int(row[0] or 0) if row else 0

    def latest(self, part: Part, name: str) -> Sheet | None:
        """A record as it stands."""
        history = self.history(part, name)
        return history[-1] if history else None

    def history(self, part: Part, name: str) -> list[Sheet]:
        """Every version of a record, oldest first."""
        return self._opened("WHERE book = ? AND id = ? ORDER BY version", part, name)

    def every(self, part: Part) -> list[Sheet]:
        """Every record of a part as it stands, in order of names."""
        sheets = self._opened("WHERE book = ? ORDER BY id, version", part)
        return list({sheet.id: sheet for sheet in sheets}.values())

    def digest(self) -> str:
        """SHA-256 over everything whose changes are entries of the ledger, hex."""
        marks = ",".join("?" * len(IN_LEDGER))
        rows = self._records.rows(
            f"SELECT mac FROM clock WHERE book IN ({marks}) ORDER BY book, id, version", *IN_LEDGER
        )
        return hashlib.sha256(prefixed(*(row[0] for row in rows))).hexdigest()

    def _opened(self, where: str, *values: object) -> list[Sheet]:
        """Rows as they were written. Raises ``Tampered`` for an edited or missing version."""
        rows = self._records.rows(
            f"SELECT book, id, version, told, at, mac FROM clock {where}", *values
        )
        for part, name, version, text, at, mac in rows:
            self._seal.check(mac, *_bound(part, name, version, text, at))
        _refuse_holes((part, name, version) for part, name, version, *_ in rows)
        return [
            Sheet(Part(part), name, version, json.loads(text), at)
            for part, name, version, text, at, _ in rows
        ]


def _bound(part: str, name: str, version: int, text: str, at: int) -> tuple[bytes, ...]:
    """What a record's seal covers: everything."""
    numbers = (number.to_bytes(8, "big", signed=True) for number in (version, at))
    return (part.encode(), name.encode(), text.encode(), *numbers)


def _refuse_holes(rows: Iterable[tuple[str, str, int]]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for part, name, version in rows:
        if version != seen.get((part, name), 0) + 1:
            raise Tampered("a version is missing from the book of clocks")
        seen[part, name] = version
