"""Sessions of the staff: kept here, not in the browser, which holds a random name and nothing else.

A session is named by 256 random bits of which we keep the digest. It ends by sign-out, after thirty
minutes without a request, twelve hours after it began, and with any change of its account's role,
passphrase or state. Every sign-in makes a new one, so that none can be handed to somebody beforehand
(session fixation). The ledger's last word about it is whether it is open: an ended row put back opens
nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from facekeep.access.register import Diaries, Margin, Register, Row
from facekeep.access.staff import Staff, StaffBook, State
from facekeep.db.remembered import Remembered
from facekeep.db.store import Store
from facekeep.terms.errors import Broken, NotSignedIn
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE session (
        id BLOB PRIMARY KEY, staff TEXT NOT NULL, epoch INTEGER NOT NULL, factor TEXT NOT NULL,
        opened_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX session_by_staff ON session (staff)",
    """CREATE TABLE session_seen (
        id BLOB PRIMARY KEY, at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "session", "staff", "who of the staff is signed in, and since when",
            "a day after the session's end", "access.sessions"),
    Holding("records", "session_seen", "id", "when somebody signed in asked last",
            "a day after the session's end", "access.sessions"),
)  # fmt: skip

TOKEN_BYTES = 32
IDLE_S = 30 * 60
LONGEST_S = 12 * 3600
PROVED_S = 10 * 60
"""For how long both factors, shown once, count for what cannot be taken back."""

SEEN_EVERY_S = 60
"""How often the last request is written down."""

OPEN = 0
"""``ended_at`` of a session that lives."""

DAY = 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_AGAIN = "Sign in: POST /v1/sessions"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, by the digest of the session's name. Times in seconds since 1970."""

    id: bytes
    staff: str
    epoch: int
    factor: str
    opened_at: int
    ended_at: int = OPEN

    @property
    def row(self) -> Row:
        """The columns, in the table's order."""
        return (self.id, self.staff, self.epoch, self.factor, self.opened_at, self.ended_at)


class SessionBook:
    """Who is signed in. Every reader raises ``Tampered`` where row and ledger disagree."""

    def __init__(
        self, records: Store, key: bytes, staff: StaffBook, diaries: Diaries, entropy: Entropy
    ) -> None:
        self._records, self._staff, self._entropy = records, staff, entropy
        self._register = Register("session", 6, key, diaries)
        self._margin = Margin("session_seen", key)
        self._kept: Remembered[Session | None] = Remembered(records)
        self._seen: dict[bytes, int] = {}
        self._proved: dict[bytes, int] = {}

    def open(
        self, tx: sqlite3.Connection, staff: Staff, factor: str, at: int
    ) -> tuple[str, Session]:
        """Sign somebody in; returns the name for their browser, and the session."""
        token = base64.urlsafe_b64encode(self._entropy(TOKEN_BYTES)).decode().rstrip("=")
        session = Session(_digest(token), staff.id, staff.epoch, factor, at)
        self._write(tx, session, "access:session:opened")
        self._margin.write(tx, session.id, at)
        self._seen[session.id] = self._proved[session.id] = at
        return token, session

    def end(self, tx: sqlite3.Connection, identity: bytes, at: int) -> None:
        """Sign somebody out, for good; ending twice does nothing more."""
        session = self.find(identity)
        if session is not None and session.ended_at == OPEN:
            self._write(tx, replace(session, ended_at=max(at, 1)), "access:session:ended")
        self._seen.pop(identity, None)
        self._proved.pop(identity, None)

    def prove(self, identity: bytes, at: int) -> None:
        """Both factors were shown again. Not written: after a restart they are shown once more."""
        self._proved[identity] = at

    def known(self, token: str, now: float) -> bytes:
        """The session that a browser names, by its digest; this request counts as seen.

        Raises ``NotSignedIn`` alike for a name that nobody has and one that ended; one that ended by
        itself is written down as ended, whatever a clock says later.
        """
        identity = _digest(token) if _TOKEN.fullmatch(token) else b""
        try:
            self.living(identity, now)
        except NotSignedIn:
            self._end_for_good(identity, int(now))
            raise
        self._see(identity, int(now))
        return identity

    def facts(self, identity: bytes, now: float) -> tuple[str, bool]:
        """Role, and whether both factors were shown a short while ago. Raises ``NotSignedIn``."""
        _, staff = self.living(identity, now)
        proved = self._proved.get(identity)
        return staff.role.value, proved is not None and proved <= now < proved + PROVED_S

    def living(self, identity: bytes, now: float) -> tuple[Session, Staff]:
        """A session and its owner while both are good. Raises ``NotSignedIn``."""
        session = self.find(identity)
        staff = self._staff.find(session.staff) if session else None
        if session is None or staff is None or not self._lives(session, staff, now):
            raise NotSignedIn("nobody is signed in here, or not any more", _AGAIN)
        return session, staff

    def find(self, identity: bytes) -> Session | None:
        """The session of that digest; None where there is none."""
        return self._kept.get(identity.hex(), self._read)

    def sweep(self, tx: sqlite3.Connection, now: float) -> None:
        """Forget sessions that are long over."""
        self._kept.forget()
        over = int(now) - LONGEST_S - DAY
        tx.execute("DELETE FROM session_seen WHERE id IN (SELECT id FROM session WHERE opened_at < ?)", (over,))  # fmt: skip
        tx.execute("DELETE FROM session WHERE opened_at < ?", (over,))

    def _lives(self, session: Session, staff: Staff, now: float) -> bool:
        seen = self._last_seen(session)
        return (
            session.ended_at == OPEN
            and staff.state is State.ACTIVE
            and staff.epoch == session.epoch
            and session.opened_at <= now < session.opened_at + LONGEST_S
            and now < seen + IDLE_S
        )

    def _last_seen(self, session: Session) -> int:
        seen = self._seen.get(session.id)
        if seen is None:
            with self._records.reading() as connection:
                seen = self._margin.read(connection, session.id)
            seen = self._seen[session.id] = -LONGEST_S if seen is None else seen
        return seen

    def _see(self, identity: bytes, now: int) -> None:
        """In memory at once, in the store once a minute: after a restart a minute may be missing, and
        on a full disk more, which ends a session earlier and keeps nobody who leaves waiting.
        """
        before = self._seen.get(identity, 0)
        self._seen[identity] = max(now, before)
        if now // SEEN_EVERY_S != before // SEEN_EVERY_S:
            with suppress(Broken), self._records.transaction() as tx:
                self._margin.write(tx, identity, now)

    def _end_for_good(self, identity: bytes, now: int) -> None:
        session = self.find(identity)
        if session is not None and session.ended_at == OPEN:
            with suppress(Broken), self._records.transaction() as tx:  # at the next look, then
                self.end(tx, identity, now)

    def _write(self, tx: sqlite3.Connection, session: Session, kind: str) -> None:
        self._kept.forget()
        told = {"staff": session.staff, "factor": session.factor}
        self._register.write(tx, session.row, kind, told, {})

    def _read(self, name: str) -> Session | None:
        row = self._records.one("SELECT * FROM session WHERE id = ?", bytes.fromhex(name))
        return None if row is None else self._opened(row)

    def _opened(self, row: tuple[Any, ...]) -> Session:
        return Session(*self._register.opened(row))  # type: ignore[arg-type] # as sealed


def _digest(token: str) -> bytes:
    """SHA-256: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
