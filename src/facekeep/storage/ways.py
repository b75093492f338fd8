"""Attempts counted without names: how long each way in took, and how it ended.

One row a purpose, day, way, accessibility profile, outcome and bucket of seconds. No person, no time
of day, no order: a door log cannot be joined with it. Rows are sealed: a count that was edited in
the store is refused.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.terms.errors import Misused, Tampered

TABLES = (
    """CREATE TABLE way_tally (
        purpose TEXT NOT NULL, day TEXT NOT NULL, way TEXT NOT NULL, profile TEXT NOT NULL,
        outcome TEXT NOT NULL, seconds INTEGER NOT NULL, n INTEGER NOT NULL, mac BLOB NOT NULL,
        PRIMARY KEY (purpose, day, way, profile, outcome, seconds)
    ) STRICT, WITHOUT ROWID""",
)

BUCKETS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 180, 240, 300, 450, 600, 900, 1800, 3600)  # fmt: skip
"""Upper ends in seconds: steps of a quarter to a half, fine enough for a median, coarse enough that a
time singles nobody out."""

LONGEST_S = BUCKETS[-1]


class Ending(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    FAILED = "failed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Tally:
    """So many attempts alike. ``seconds`` is the upper end of their bucket."""

    purpose: str
    day: date
    way: str
    profile: str
    outcome: Ending
    seconds: int
    n: int = 1

    @property
    def key(self) -> tuple[str | int, ...]:
        """What makes attempts alike."""
        return (self.purpose, self.day.isoformat(), self.way, self.profile, self.outcome.value, self.seconds)  # fmt: skip

    @property
    def fields(self) -> tuple[bytes, ...]:
        """What the row's seal covers: everything."""
        return tuple(str(part).encode() for part in (*self.key, self.n))


def bucket(seconds: float) -> int:
    """The upper end of the bucket an attempt's time falls into. Raises ``Misused``."""
    if not 0 <= seconds <= LONGEST_S:
        raise Misused(f"an attempt takes 0 to {LONGEST_S} seconds")
    return BUCKETS[bisect_left(BUCKETS, seconds)]


_ALIKE = "purpose = ? AND day = ? AND way = ? AND profile = ? AND outcome = ? AND seconds = ?"


class WayBook:
    """Every tally of a home."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep ways")
        self._sealed: tuple[tuple[str | int, ...], int, bytes] | None = None
        """The count that was sealed last: lying there byte for byte, it needs no second look."""

    def count(self, tx: sqlite3.Connection, tally: Tally) -> None:
        """One attempt more. Raises ``Tampered`` where the count so far was edited."""
        key = tally.key
        found = tx.execute(f"SELECT n, mac FROM way_tally WHERE {_ALIKE}", key).fetchone()
        if found is not None and self._sealed != (key, *found):
            self._opened((*key, *found))
        total = replace(tally, n=found[0] + 1 if found else 1)
        mac = self._seal.of(*total.fields)
        if found is None:
            tx.execute("INSERT INTO way_tally VALUES (?,?,?,?,?,?,?,?)", (*key, total.n, mac))
        else:
            tx.execute(f"UPDATE way_tally SET n = ?, mac = ? WHERE {_ALIKE}", (total.n, mac, *key))
        self._sealed = key, total.n, mac

    def tallies(self, purpose: str) -> Iterator[Tally]:
        """A purpose's tallies. Raises ``Tampered``."""
        for row in self._records.rows("SELECT * FROM way_tally WHERE purpose = ?", purpose):
            yield self._opened(row)

    def _opened(self, row: tuple[Any, ...]) -> Tally:
        purpose, day, way, profile, outcome, seconds, n, mac = row
        try:
            tally = Tally(purpose, date.fromisoformat(day), way, profile, Ending(outcome), seconds, n)  # fmt: skip
        except ValueError:
            raise Tampered("a count of attempts was changed") from None
        self._seal.check(mac, *tally.fields)
        return tally
