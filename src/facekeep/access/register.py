"""A register: rows under a seal, each of which is the ledger's last word about its name.

A seal shows an edited or planted row; only the ledger shows an earlier version that was put back,
such as a key before it was revoked (PIPL art. 51(4)).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from facekeep.db.diary import Diary
from facekeep.protect.derive import Seal
from facekeep.terms.errors import Tampered

Diaries = Callable[[str], Diary]
"""The ledger's chain of a row, by its name."""

Column = str | int | bytes
"""What a row is made of; the first one names it, and the seal is kept as the last."""

Row = tuple[Column, ...]


class Register:
    """Writes and checks the rows of one table. ``columns`` counts them without the seal."""

    def __init__(self, table: str, columns: int, key: bytes, diaries: Diaries) -> None:
        marks = ", ".join("?" * (columns + 1))
        self._insert = f"INSERT OR REPLACE INTO {table} VALUES ({marks})"
        self._seal, self._diaries = Seal(key, f"facekeep {table}"), diaries

    def write(
        self, tx: sqlite3.Connection, row: Row, kind: str,
        details: Mapping[str, Any], public: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Keep a row as the newest of its name, and tell the ledger, in the caller's transaction."""
        seal = self._seal.of(*map(_covered, row))
        tx.execute(self._insert, (*row, seal))
        self._diary(row[0]).write(tx, kind, {**details, "seal": seal.hex()}, public)

    def opened(self, kept: tuple[Any, ...]) -> Row:
        """A row as it was written, without its seal. Raises ``Tampered`` for any other."""
        *row, seal = kept
        self._seal.check(seal, *map(_covered, row))
        told = self._diary(row[0]).last()
        if told is None or told["seal"] != seal.hex():
            raise Tampered("a row of the access register is another than the ledger's")
        return tuple(row)

    def knows(self, name: Column) -> bool:
        """Whether the ledger remembers a row of that name, be it there or not."""
        return self._diary(name).last() is not None

    def _diary(self, name: Column) -> Diary:
        return self._diaries(name.hex() if isinstance(name, bytes) else str(name))


class Margin:
    """Small facts beside a register that change too often for the ledger: sealed, never told."""

    def __init__(self, table: str, key: bytes) -> None:
        self._insert = f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)"
        self._select = f"SELECT * FROM {table} WHERE id = ?"
        self._seal = Seal(key, f"facekeep {table}")

    def write(self, tx: sqlite3.Connection, name: Column, number: int) -> None:
        """Keep a number under a name."""
        tx.execute(self._insert, (name, number, self._seal.of(_covered(name), _covered(number))))

    def read(self, connection: sqlite3.Connection, name: Column) -> int | None:
        """The number under a name. Raises ``Tampered`` where it was edited."""
        kept = connection.execute(self._select, (name,)).fetchone()
        if kept is None:
            return None
        self._seal.check(kept[2], _covered(name), _covered(kept[1]))
        return int(kept[1])


def _covered(column: Column) -> bytes:
    """A column as its seal covers it: no two of different kinds are alike."""
    if isinstance(column, bytes):
        return b"b" + column
    return (f"i{column}" if isinstance(column, int) else f"s{column}").encode()
