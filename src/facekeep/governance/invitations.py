"""Invitations: a link that opens the portal for one person and one purpose, kept as a digest only.

Until the person has answered it shows the notice and takes their choice; afterwards it is the door to their own
pages, which their PIN or passkey opens. A newer link of the same person and purpose ends the earlier ones.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE invitation (
        id BLOB PRIMARY KEY, campaign TEXT NOT NULL, purpose TEXT NOT NULL, subject BLOB NOT NULL,
        about BLOB NOT NULL, guardian INTEGER NOT NULL, state TEXT NOT NULL,
        made_at INTEGER NOT NULL, expires INTEGER NOT NULL, reminders INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX invitation_by_subject ON invitation (subject, purpose)",
    "CREATE INDEX invitation_by_campaign ON invitation (campaign, id)",
    """CREATE TABLE campaign_count (
        campaign TEXT NOT NULL, purpose TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (campaign, purpose, what)
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "invitation", "subject", "whom a link to the portal was made for, sealed",
            "the end of the link, or two weeks after the consent ended", "governance.invitations"),
)  # fmt: skip

DAY = 86_400
OPEN_DAYS = 14
"""Days a link waits for an answer."""

TOKEN_BYTES = 20
"""160 random bits: a link cannot be guessed."""

REMINDERS = 1
"""How often a campaign may remind somebody who has not answered."""


class InvitationState(StrEnum):
    """How far a link has come."""

    MADE = "made"
    OPENED = "opened"
    LATER = "later"
    REFUSED = "refused"
    OTHER_WAY = "other-way"
    CONSENTED = "consented"


ANSWERED = frozenset(
    {InvitationState.REFUSED, InvitationState.OTHER_WAY, InvitationState.CONSENTED}
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One link. ``subject`` is a pseudonym, ``about`` the operator's reference, sealed; times in seconds
    since 1970; ``campaign`` is empty for a link that somebody was handed by itself.
    """

    id: bytes
    campaign: str
    purpose: str
    subject: bytes = field(repr=False)
    about: bytes = field(repr=False)
    guardian: bool
    state: InvitationState
    made_at: int
    expires: int
    reminders: int = 0

    @property
    def answered(self) -> bool:
        """Whether the person has made a choice."""
        return self.state in ANSWERED

    def becoming(self, state: InvitationState, until: int) -> Invitation:
        """The same in another state, open at least until then."""
        return replace(self, state=state, expires=max(self.expires, until))

    @property
    def columns(self) -> tuple[Any, ...]:
        """The row, its seal left out."""
        return (
            self.id, self.campaign, self.purpose, self.subject, self.about, int(self.guardian),
            self.state.value, self.made_at, self.expires, self.reminders,
        )  # fmt: skip


def digest_of(token: str) -> bytes:
    """What a link is kept as: 32 bytes."""
    return sha256(b"facekeep invitation" + token.encode(errors="replace")).digest()


class InvitationBook:
    """Links that open the portal, each under a seal, and the counts of campaigns."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep invitation")

    def keep(self, tx: sqlite3.Connection, invitation: Invitation) -> None:
        """Keep a link, new or changed."""
        columns = invitation.columns
        places = ",".join("?" * (len(columns) + 1))
        seal = self._seal.of(*_fields(columns))
        tx.execute(f"INSERT OR REPLACE INTO invitation VALUES ({places})", (*columns, seal))

    def find(self, identity: bytes) -> Invitation | None:
        """The link of that digest; None where there is none. Raises ``Tampered``."""
        row = self._records.one("SELECT * FROM invitation WHERE id = ?", identity)
        return None if row is None else self._opened(row)

    def of_subject(self, subject: bytes, purpose: str) -> list[Invitation]:
        """The links of one person and purpose. Raises ``Tampered``."""
        sql = "SELECT * FROM invitation WHERE subject = ? AND purpose = ?"
        return [self._opened(row) for row in self._records.rows(sql, subject, purpose)]

    def of_campaign(self, campaign: str) -> list[Invitation]:
        """The links of one campaign that still open something. Raises ``Tampered``."""
        rows = self._records.rows("SELECT * FROM invitation WHERE campaign = ?", campaign)
        return [self._opened(row) for row in rows]

    def doors(self) -> list[Invitation]:
        """The links by which somebody consented: doors to their own pages. Raises ``Tampered``."""
        sql, state = "SELECT * FROM invitation WHERE state = ?", InvitationState.CONSENTED.value
        return [self._opened(row) for row in self._records.rows(sql, state)]

    def forget(self, tx: sqlite3.Connection, among: Iterable[Invitation]) -> None:
        """These links open nothing any more."""
        for one in among:
            tx.execute("DELETE FROM invitation WHERE id = ?", (one.id,))

    def forget_due(self, tx: sqlite3.Connection, now: float) -> int:
        """Forget links whose time is over; returns how many."""
        return tx.execute("DELETE FROM invitation WHERE expires <= ?", (int(now),)).rowcount

    def forget_unanswered(self, tx: sqlite3.Connection) -> int:
        """Forget every link that nobody has consented by: no PIN stands behind it. Returns how many."""
        consented = InvitationState.CONSENTED.value
        return tx.execute("DELETE FROM invitation WHERE state != ?", (consented,)).rowcount

    # -- campaigns --------------------------------------------------------------------------

    def count(self, tx: sqlite3.Connection, campaign: str, purpose: str, what: str) -> None:
        """One more of something. Numbers name nobody and stay when the links are gone."""
        if campaign:
            tx.execute(
                "INSERT INTO campaign_count VALUES (?, ?, ?, 1)"
                " ON CONFLICT (campaign, purpose, what) DO UPDATE SET n = n + 1",
                (campaign, purpose, what),
            )

    def campaigns(self) -> dict[tuple[str, str], Counter[str]]:
        """What came of every campaign, by its name and purpose."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for campaign, purpose, what, n in self._records.rows("SELECT * FROM campaign_count"):
            found.setdefault((campaign, purpose), Counter())[what] = n
        return found

    def _opened(self, row: tuple[Any, ...]) -> Invitation:
        self._seal.check(row[-1], *_fields(row[:-1]))
        (identity, campaign, purpose, subject, about, guardian, state, made_at, expires,
         reminders, _) = row  # fmt: skip
        return Invitation(
            identity, campaign, purpose, subject, about, bool(guardian), InvitationState(state),
            made_at, expires, reminders,
        )  # fmt: skip


def _fields(columns: tuple[Any, ...]) -> tuple[bytes, ...]:
    return tuple(c if isinstance(c, bytes) else b"." + str(c).encode() for c in columns)
