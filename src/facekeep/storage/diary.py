"""A diary: one chain of the ledger, handed to rooms below that keep a book of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facekeep.storage.journal import Chain, Journal


@dataclass(frozen=True, slots=True)
class Diary:
    """Writes and reads one chain; whoever holds it learns neither its secret nor any other."""

    journal: Journal
    chain: Chain

    def write(
        self,
        tx: sqlite3.Connection,
        kind: str,
        details: Mapping[str, Any],
        public: Mapping[str, Any],
    ) -> bytes:
        """Append an entry in the caller's transaction; returns its identifier, 16 bytes."""
        return self.journal.write(tx, self.chain, kind, details, public).id

    def last(self) -> Mapping[str, Any] | None:
        """The sealed details of the newest entry; None where there is none."""
        told = self.journal.last(self.chain)
        return None if told is None else told.details
