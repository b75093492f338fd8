"""A roll: rows whose seals, taken together, are what the ledger last said about them.

A seal shows an edited row; only the ledger shows a row that was deleted, or an older copy that was
put back. Every look at a roll compares the two.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from typing import Any

from facekeep.db.diary import Diary
from facekeep.db.store import Store
from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import Tampered


class Roll:
    """The rows of one append-only table. ``seals`` is SQL for their seals, oldest first."""

    def __init__(self, records: Store, diary: Diary, seals: str, what: str) -> None:
        self._records, self._diary, self._seals, self._what = records, diary, seals, what

    def check(self) -> None:
        """Raises ``Tampered`` where rows and ledger disagree."""
        with self._records.reading():
            digest, told = self._digest(), self._diary.last()
        if digest != (_EMPTY if told is None else told["roll"]):
            raise Tampered(f"the {self._what} are others than the ledger's")

    def write(
        self,
        tx: sqlite3.Connection,
        kind: str,
        details: Mapping[str, Any],
        public: Mapping[str, Any],
    ) -> None:
        """The ledger's word about the rows as they lie now, in the transaction that wrote them."""
        self._diary.write(tx, kind, {**details, "roll": self._digest()}, public)

    def _digest(self) -> str:
        rows = self._records.rows(self._seals)
        return hashlib.sha256(prefixed(*(row[0] for row in rows))).hexdigest()


_EMPTY = hashlib.sha256(b"").hexdigest()
