"""What a book that keeps rows asks of the ledger: one chain of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Protocol


class Diary(Protocol):
    """A chain of the ledger for one matter, handed in by ``storage``."""

    def write(
        self,
        tx: sqlite3.Connection,
        kind: str,
        details: Mapping[str, Any],
        public: Mapping[str, Any],
    ) -> bytes:
        """Append an entry in the caller's transaction; returns its identifier, 16 bytes."""
        ...

    def last(self) -> Mapping[str, Any] | None:
        """The sealed details of the newest entry; None where there is none."""
        ...
