"""The intent log: an act that spans stores is written down before it begins.

Stores have no common transaction. An act is opened here, moves from stage to stage, and is closed
in the transaction that completes it; the next start completes or rolls back whatever is open.
Bodies hold random identifiers only (hex), never a subject's reference.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from facekeep.db.store import Store
from facekeep.terms.encoding import canonical
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE intent (
        id BLOB PRIMARY KEY, kind TEXT NOT NULL, stage TEXT NOT NULL, body TEXT NOT NULL,
        began INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "intent", "body", "random identifiers of an act under way",
            "the act's end", "governance.intents"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intent:
    """An act under way: ``kind`` names the act, ``stage`` how far it came."""

    id: bytes
    kind: str
    stage: str
    body: dict[str, str]


class IntentLog:
    """Open intents."""

    def __init__(self, records: Store) -> None:
        self._records = records

    def begin(self, tx: sqlite3.Connection, intent: Intent, at: int) -> Intent:
        """Write an act down before it begins."""
        body = canonical(intent.body).decode()
        tx.execute(
            "INSERT INTO intent VALUES (?, ?, ?, ?, ?)",
            (intent.id, intent.kind, intent.stage, body, at),
        )
        return intent

    def reach(self, tx: sqlite3.Connection, intent: Intent, stage: str) -> None:
        """The act came this far."""
        tx.execute("UPDATE intent SET stage = ? WHERE id = ?", (stage, intent.id))

    def amend(self, tx: sqlite3.Connection, intent: Intent, body: dict[str, str]) -> None:
        """The act turned out to be about more than was known when it was begun."""
        text = canonical(body).decode()
        tx.execute("UPDATE intent SET body = ? WHERE id = ?", (text, intent.id))

    def close(self, tx: sqlite3.Connection, intent: Intent) -> None:
        """The act is complete, or rolled back."""
        tx.execute("DELETE FROM intent WHERE id = ?", (intent.id,))

    def open(self) -> list[Intent]:
        """Every open intent, oldest first."""
        rows = self._records.rows("SELECT id, kind, stage, body FROM intent ORDER BY began, id")
        return [Intent(row[0], row[1], row[2], json.loads(row[3])) for row in rows]
