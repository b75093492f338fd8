"""Asking for consent: one purpose and one scope at a time, and never again and again.

A request names nobody: it hangs on a pseudonym, so that a refusal enrols nobody into anything. It
is kept only as long as it protects the person, and then forgotten.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from facekeep.db.store import Store
from facekeep.governance.consent import Scope
from facekeep.governance.consent_story import follow
from facekeep.protect.derive import Seal
from facekeep.terms.errors import AskedTooSoon, ConsentVoid
from facekeep.terms.values import ConsentState, Holding

TABLES = (
    """CREATE TABLE consent_request (
        id BLOB PRIMARY KEY, subject BLOB NOT NULL, purpose TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('processing', 'storage')),
        state TEXT NOT NULL, notice BLOB NOT NULL, asked_at INTEGER,
        answered_at INTEGER, reminders INTEGER NOT NULL, guardian INTEGER NOT NULL,
        until INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX request_by_subject ON consent_request (subject, purpose, scope, until)",
)

HOLDINGS = (
    Holding("records", "consent_request", "subject",
            "that a pseudonym was asked, and said no or later",
            "the end of the rest after the answer", "governance.requests"),
)  # fmt: skip

DAY = 86_400
COOL_DOWN_DAYS = 30
"""Days of rest after a refusal. The law names no number: apps that asked again within 48 hours were
called out for pressing people, and a month is a period everybody can remember having said no in."""

OPEN_DAYS = 7
"""Days a request waits for an answer; silence is not consent, and then it counts as "later"."""

REMINDERS = 1
"""How often somebody who said "later" may be reminded."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``subject`` is a pseudonym; times in seconds since 1970; ``asked_at`` is None
    where somebody said no before anybody asked; ``guardian`` says that a guardian was asked.
    """

    id: bytes
    subject: bytes
    purpose: str
    scope: Scope
    state: ConsentState
    notice: bytes
    asked_at: int | None
    answered_at: int | None
    reminders: int
    guardian: bool
    until: int

    @property
    def open(self) -> bool:
        """Whether it still waits for a yes or a no."""
        return self.state in (ConsentState.REQUESTED, ConsentState.DEFERRED)

    def lapsed(self, now: float) -> Request:
        """Nobody answered for :data:`OPEN_DAYS`: as if "later" had been said; else as it is."""
        waits = self.state is ConsentState.REQUESTED and not self.reminders
        if not waits or self.asked_at is None or now < self.asked_at + OPEN_DAYS * DAY:
            return self
        return replace(self, state=follow(self.state, ConsentState.DEFERRED))

    def answered(self, state: ConsentState, at: int) -> Request:
        """With the person's answer. Raises ``Misused`` where it had its last one already."""
        until = at + COOL_DOWN_DAYS * DAY
        return replace(self, state=follow(self.state, state), answered_at=at, until=until)

    def reminded(self, at: int) -> Request:
        """Asked once more after "later". Raises ``AskedTooSoon`` for a second time."""
        if self.reminders >= REMINDERS:
            raise AskedTooSoon(
                "this person was reminded already", "Wait until they come by themselves"
            )
        state = follow(self.state, ConsentState.REQUESTED)
        until = at + COOL_DOWN_DAYS * DAY
        return replace(self, state=state, reminders=self.reminders + 1, until=until)

    @property
    def columns(self) -> tuple[Any, ...]:
        """The row, its seal left out."""
        return (
            self.id, self.subject, self.purpose, self.scope.value, self.state.value, self.notice,
            self.asked_at, self.answered_at, self.reminders, int(self.guardian), self.until,
        )  # fmt: skip


def one_only(purposes: tuple[str, ...], scopes: tuple[Scope, ...], default: str | None) -> None:
    """Raises ``ConsentVoid`` for a bundle, and for an answer that stands there before the person
    gave one (Measures art. 12, SPC 2021 art. 4).
    """
    if len(purposes) != 1 or len(scopes) != 1:
        raise ConsentVoid(
            "consents cannot be asked for in a bundle", "Ask for one purpose and one scope"
        )
    if default is not None:
        raise ConsentVoid(
            "an answer chosen beforehand is no answer", "Show both answers, neither chosen"
        )


class RequestBook:
    """Requests under way and refusals at rest, each under a seal."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep request")

    def keep(self, tx: sqlite3.Connection, request: Request) -> None:
        """Keep a request, new or answered."""
        columns = request.columns
        places = ",".join("?" * (len(columns) + 1))
        tx.execute(
            f"INSERT OR REPLACE INTO consent_request VALUES ({places})",
            (*columns, self._seal.of(*_fields(columns))),
        )

    def forget(self, tx: sqlite3.Connection, request: Request) -> None:
        """A yes lives on in the consent record; nothing else needs the request."""
        tx.execute("DELETE FROM consent_request WHERE id = ?", (request.id,))

    def forget_due(self, tx: sqlite3.Connection, now: float) -> int:
        """Forget what has lain its time; returns how many."""
        return tx.execute("DELETE FROM consent_request WHERE until <= ?", (int(now),)).rowcount

    def latest(self, subject: bytes, purpose: str, scope: Scope) -> Request | None:
        """The newest request for one purpose and scope. Raises ``Tampered``."""
        row = self._records.one(
            "SELECT * FROM consent_request WHERE subject = ? AND purpose = ? AND scope = ?"
            " ORDER BY until DESC, id",
            subject, purpose, scope,
        )  # fmt: skip
        return None if row is None else self._opened(row)

    def every(self) -> list[Request]:
        """Every request, oldest first. Raises ``Tampered``."""
        rows = self._records.rows("SELECT * FROM consent_request ORDER BY until, id")
        return [self._opened(row) for row in rows]

    def refuse_pressing(self, earlier: Request | None, now: float) -> None:
        """Raises ``AskedTooSoon`` while a refusal rests or a request is still open."""
        if earlier is None or earlier.until <= now:
            return
        if earlier.state is ConsentState.REFUSED:
            raise AskedTooSoon(
                "this person said no, and is not asked again for a while",
                "They may come by themselves at any time; offer another way until then",
            )
        if earlier.open:
            raise AskedTooSoon(
                "this person has been asked and not answered yet", "Wait for the answer"
            )

    def _opened(self, row: tuple[Any, ...]) -> Request:
        self._seal.check(row[-1], *_fields(row[:-1]))
        (identity, subject, purpose, scope, state, notice, asked_at, answered_at, reminders,
         guardian, until, _) = row  # fmt: skip
        return Request(
            identity, subject, purpose, Scope(scope), ConsentState(state), notice, asked_at,
            answered_at, reminders, bool(guardian), until,
        )  # fmt: skip


def _fields(columns: tuple[Any, ...]) -> tuple[bytes, ...]:
    return tuple(c if isinstance(c, bytes) else b"." + str(c).encode() for c in columns)
