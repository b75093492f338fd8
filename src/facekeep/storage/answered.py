"""One capture, one decision, one step (custody rule 2).

The same picture asked at four error rates would bracket its score. What was answered is remembered
under the chain's secret for a month: a row is noise to whoever has the table.
"""

from __future__ import annotations

import hmac
import sqlite3

from facekeep.storage.journal import Chain
from facekeep.terms.errors import Refused
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE answered (
        tag BLOB PRIMARY KEY, step TEXT NOT NULL, day INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "answered", "tag", "keyed digests of probes that were answered, and their step",
            "thirty days", "storage.answered"),
)  # fmt: skip


DAY = 86_400
KEPT_DAYS = 30
"""How long a picture is remembered."""


def refuse_another_step(
    tx: sqlite3.Connection, chain: Chain, probe_digest: bytes, step: float, now: float
) -> None:
    """Remember that a probe is answered at this step. Raises ``Refused`` at any other one."""
    tag = hmac.digest(chain.secret, b"answered" + probe_digest, "sha256")
    asked = f"{step:g}"
    kept = "INSERT OR IGNORE INTO answered VALUES (?, ?, ?)"
    if tx.execute(kept, (tag, asked, int(now // DAY))).rowcount:
        return
    row = tx.execute("SELECT step FROM answered WHERE tag = ?", (tag,)).fetchone()
    if row[0] != asked:
        raise Refused(
            "this picture was answered at another error rate",
            "Take a new one; a picture is answered at one rate only",
            article="I24745-TPL",
        )


def forget_old(tx: sqlite3.Connection, now: float) -> None:
    """Forget pictures answered more than :data:`KEPT_DAYS` ago."""
    tx.execute("DELETE FROM answered WHERE day < ?", (int(now // DAY) - KEPT_DAYS,))
