"""The reference store: ``c``, MAC, epoch, salt under random identifiers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from facekeep.db.store import Store
from facekeep.protect.schemes.split import Record
from facekeep.terms.values import Epoch, Holding, RowId

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE reference (
            row BLOB PRIMARY KEY, epoch BLOB NOT NULL, words BLOB NOT NULL,
            salt BLOB NOT NULL, mac BLOB NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
)

HOLDINGS = (
    Holding("references", "reference", "row", "split references: noise without their keys",
            "withdrawal, expiry or a new enrolment", "storage.erasure"),
)  # fmt: skip

_COLUMNS = "row, epoch, words, salt, mac"
_AT_ONCE = 500
"""Rows named in one query; SQLite allows at least 999."""

SMALL = 4096
"""Rows up to which a file is written anew at rest: some milliseconds."""

FEW = 512
"""Rows up to which it is written anew after every single one, since a page is most of the file:
whoever copies the store of an open home would see who came to two purposes at one visit."""


class ReferenceStore:
    """Rows of ``references.db``."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._disturbed = False
        self._told: list[Callable[[Iterable[RowId]], None]] = []

    def when_gone(self, tell: Callable[[Iterable[RowId]], None]) -> None:
        """Whoever holds rows in memory is told that they were erased or replaced."""
        self._told.append(tell)

    def keep(self, record: Record) -> None:
        """Add one record. Neither the log nor a small file may tell who enrolled after whom."""
        with self.store.transaction() as tx:
            tx.execute(f"INSERT INTO reference ({_COLUMNS}) VALUES (?,?,?,?,?)", _as_row(record))
        self.store.sweep()
        self._disturbed = True
        self._settle_up_to(FEW)

    def of_row(self, row: RowId) -> Record | None:
        """One record."""
        found = self.store.one(f"SELECT {_COLUMNS} FROM reference WHERE row = ?", row)
        return None if found is None else _record(found)

    def of_rows(self, rows: Sequence[RowId]) -> Iterator[Record | None]:
        """Many records, in the order asked for, hundreds to a query."""
        for start in range(0, len(rows), _AT_ONCE):
            asked = rows[start : start + _AT_ONCE]
            marks = ",".join("?" * len(asked))
            sql = f"SELECT {_COLUMNS} FROM reference WHERE row IN ({marks})"
            found = {one[0]: one for one in self.store.rows(sql, *asked)}
            yield from (_record(found[row]) if row in found else None for row in asked)

    def every(self) -> Iterable[Record]:
        """Every record, in order of identifiers."""
        for found in self.store.connection.execute(
            f"SELECT {_COLUMNS} FROM reference ORDER BY row"
        ):
            yield _record(found)

    def identifiers(self) -> set[RowId]:
        """Every identifier."""
        return {RowId(row[0]) for row in self.store.rows("SELECT row FROM reference")}

    def swap(self, changes: Iterable[tuple[Record, Epoch]]) -> int:
        """Compare-and-set: replace each record still at the given epoch; returns how many were.

        The log is swept: beside the file it would hold old and new words, and so the delta.
        """
        changes = list(changes)
        self._forget(record.row for record, _ in changes)
        with self.store.transaction() as tx:
            cursor = tx.executemany(
                "UPDATE reference SET epoch = ?, words = ?, salt = ?, mac = ?"
                " WHERE row = ? AND epoch = ?",
                [(r.epoch, _bytes(r), r.salt, r.mac, r.row, before) for r, before in changes],
            )
        self.store.sweep()
        return cursor.rowcount

    def erase(self, rows: Iterable[RowId]) -> None:
        """Delete rows and leave no byte of them: pages, free list and WAL are swept."""
        gone = list(rows)
        self._forget(gone)
        with self.store.transaction() as tx:
            tx.executemany("DELETE FROM reference WHERE row = ?", [(row,) for row in gone])
        self.store.sweep()

    def settle(self) -> None:
        """Write a small file anew in order of identifiers, when a home comes to rest.

        Within a page, rows lie in the order of arrival; with few rows that is the order in which
        people enrolled. In a large file neighbours on a page are strangers drawn at random.
        """
        self._settle_up_to(SMALL)

    def _settle_up_to(self, most: int) -> None:
        rows = self.store.rows("SELECT count(*) FROM reference")[0][0]
        if self._disturbed and rows <= most:
            self._disturbed = not self.store.rewrite()

    def _forget(self, rows: Iterable[RowId]) -> None:
        gone = list(rows)
        for tell in self._told:
            tell(gone)


def _bytes(record: Record) -> bytes:
    return record.words.astype("<u2", copy=False).tobytes()


def _as_row(r: Record) -> tuple[bytes, ...]:
    return (r.row, r.epoch, _bytes(r), r.salt, r.mac)


def _record(found: tuple[bytes, ...]) -> Record:
    row, epoch, words, salt, mac = found
    return Record(RowId(row), Epoch(epoch), np.frombuffer(words, "<u2"), salt, mac)
