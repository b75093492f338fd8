"""Second factors as they are kept: what opens them is a person's evidence secret, and dies with it.

A row is sealed under the person's own secret, so a stolen store is no list of codes to try, and after
a withdrawal every older copy of it is noise. Whether a row is the newest of its kind is not its own to
say: the ledger remembers its digest (``use.second_factors``).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from facekeep.db.store import Store
from facekeep.protect.envelope import Envelope
from facekeep.storage.journal import Chain
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE second_factor (
        person BLOB NOT NULL, kind TEXT NOT NULL, kept BLOB NOT NULL,
        PRIMARY KEY (person, kind)
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "second_factor", "person",
            "what proves a PIN, a card or a passkey, sealed under the person's secret",
            "the end of the consent", "rights.withdrawal"),
)  # fmt: skip

BLOCK = 512
"""What is kept is padded to a multiple of this many bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One factor of one person. ``digest`` names the row where the ledger speaks of it, 32 bytes."""

    facts: Mapping[str, str] = field(repr=False)
    digest: bytes


class FactorRows:
    """The second factors of a home."""

    def __init__(self, records: Store) -> None:
        self._records = records

    def keep(
        self, tx: sqlite3.Connection, chain: Chain, person: bytes, kind: str,
        facts: Mapping[str, str],
    ) -> bytes:  # fmt: skip
        """Keep a factor in place of an earlier one of its kind; returns the row's digest."""
        plain = canonical(dict(facts))
        padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)
        kept = _envelope(chain).wrap(padded, person, kind.encode())
        tx.execute("INSERT OR REPLACE INTO second_factor VALUES (?, ?, ?)", (person, kind, kept))
        return _digest(person, kind, kept)

    def find(self, chain: Chain, person: bytes, kind: str) -> Kept | None:
        """What is kept. Raises ``Tampered`` where it is another's, or was changed."""
        sql = "SELECT kept FROM second_factor WHERE person = ? AND kind = ?"
        row = self._records.one(sql, person, kind)
        if row is None:
            return None
        facts = json.loads(_envelope(chain).unwrap(row[0], person, kind.encode()))
        return Kept(facts, _digest(person, kind, row[0]))

    def remove(self, tx: sqlite3.Connection, person: bytes, kind: str) -> None:
        """The person has no factor of this kind any more."""
        tx.execute("DELETE FROM second_factor WHERE person = ? AND kind = ?", (person, kind))

    def forget(self, tx: sqlite3.Connection, person: bytes) -> None:
        """The consent ended, and every factor with it."""
        tx.execute("DELETE FROM second_factor WHERE person = ?", (person,))


def _envelope(chain: Chain) -> Envelope:
    return Envelope(chain.secret, "facekeep second factor")


def _digest(person: bytes, kind: str, kept: bytes) -> bytes:
    return hashlib.sha256(prefixed(person, kind.encode(), kept)).digest()
