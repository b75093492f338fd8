"""What waits for a second pair of eyes, in words: an approval itself names only a digest.

Whoever approves first says what it is about; whoever comes second reads it here, and signs for the
same thing or for nothing. A row that was edited or planted no longer fits its digest or its seal.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from facekeep.access.approvals import Approval, ApprovalBook, approval_message, digest_of
from facekeep.access.officers import LEAST_OFFICERS, OfficerBook
from facekeep.access.signin import Hand
from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.protect.envelope import Envelope
from facekeep.terms.errors import Misused, Tampered
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE approval_matter (
        digest BLOB PRIMARY KEY, act TEXT NOT NULL, what BLOB NOT NULL, until INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "approval_matter", "what", "what waits for a second approval, in words",
            "the end of its last approval, a week at most", "access.pending"),
)  # fmt: skip

MAX_WHAT = 300


@dataclass(frozen=True, slots=True)
class Matter:
    """One act that somebody approved and that did not happen yet."""

    act: str
    what: str
    until: int
    by: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether two officers stand behind it: it can be done now."""
        return len(self.by) >= LEAST_OFFICERS


class PendingBook:
    """What waits. Raises ``Tampered`` where a row was changed."""

    def __init__(
        self, records: Store, key: bytes, approvals: ApprovalBook, officers: OfficerBook
    ) -> None:
        self._records, self._approvals, self._officers = records, approvals, officers
        self._seal = Seal(key, "facekeep approval matter")
        self._wrap = Envelope(key, "facekeep approval matter")

    def approve(
        self, tx: sqlite3.Connection, act: str, what: str, hand: Hand, at: int, expires: int
    ) -> Approval:
        """Keep somebody's approval together with what it is about.

        Raises ``Refused`` or ``Misused`` as ``ApprovalBook.approve`` does.
        """
        if not 1 <= len(what) <= MAX_WHAT or not what.isprintable():
            raise Misused(f"what is approved is named in 1 to {MAX_WHAT} printable characters")
        digest = digest_of(act, what)
        signed = hand(approval_message(act, digest, expires))
        approval = self._approvals.approve(tx, act, digest, signed, at, expires)
        self._keep(tx, digest, act, what, expires)
        return approval

    def matter(self, act: str, what: str, now: float) -> Matter:
        """One matter as it stands. Raises ``Misused`` where nobody approved it."""
        found = [one for one in self.waiting(now) if (one.act, one.what) == (act, what)]
        if not found:
            raise Misused("nobody has approved this")
        return found[0]

    def waiting(self, now: float) -> list[Matter]:
        """Every matter somebody stands behind, the one that runs out first first."""
        rows = self._records.rows("SELECT * FROM approval_matter WHERE until > ?", int(now))
        matters = [self._opened(row, now) for row in rows]
        return sorted((one for one in matters if one.by), key=lambda one: (one.until, one.act))

    def sweep(self, tx: sqlite3.Connection, now: float) -> None:
        """Forget what ran out."""
        tx.execute("DELETE FROM approval_matter WHERE until <= ?", (int(now),))

    def _keep(self, tx: sqlite3.Connection, digest: bytes, act: str, what: str, until: int) -> None:
        before = tx.execute(
            "SELECT until FROM approval_matter WHERE digest = ?", (digest,)
        ).fetchone()
        longest = max(until, before[0] if before else 0)
        wrapped = self._wrap.wrap(what.encode(), digest)
        seal = self._seal.of(digest, act.encode(), wrapped, longest.to_bytes(8, "big"))
        tx.execute(
            "INSERT OR REPLACE INTO approval_matter VALUES (?,?,?,?,?)",
            (digest, act, wrapped, longest, seal),
        )

    def _opened(self, row: tuple[Any, ...], now: float) -> Matter:
        digest, act, wrapped, until, seal = row
        try:
            self._seal.check(seal, digest, act.encode(), wrapped, until.to_bytes(8, "big"))
        except OverflowError:
            raise Tampered("what waits for an approval was changed") from None
        what = self._wrap.unwrap(wrapped, digest).decode()
        return Matter(act, what, until, tuple(self._approvals.given(act, digest, now)))
