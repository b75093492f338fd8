"""Replies kept for a day: a request that is repeated is answered again, and not done again.

Rules of this module (each has a test):

1. A request is named by who asks and by the ``Idempotency-Key`` they sent (draft-ietf-httpapi-
   idempotency-key-header); we keep a keyed digest of that name, and of what was asked.
2. A reply may be about a person, and an erasure receipt holds what only they may have. It is sealed
   under a key made of ours *and* of the ``Idempotency-Key``, which we do not keep: it opens only for
   whoever repeats the request.
3. What was begun and never answered was interrupted: nobody knows how far it came, and it is not
   begun again.
4. When a person leaves, the replies about them are erased, and the requests remain as digests: a
   late repetition of their consent must not give it anew. What was refused because they had left says
   no more than that, and is kept.
"""

from __future__ import annotations

import base64
import hmac
import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any

from facekeep.db.store import Store
from facekeep.protect.derive import Seal, derive
from facekeep.protect.envelope import Envelope
from facekeep.storage.subjects import Directory
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import KeyReused, Misused, OutcomeUnknown, StillRunning, Tampered
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE reply (
        tag BLOB PRIMARY KEY, request BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('begun', 'answered', 'forgotten')),
        until INTEGER NOT NULL, answer BLOB NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reply_by_end ON reply (until)",
    """CREATE TABLE reply_about (
        about BLOB NOT NULL, tag BLOB NOT NULL, PRIMARY KEY (about, tag)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reply_about_by_tag ON reply_about (tag)",
)

HOLDINGS = (
    Holding("records", "reply", "answer", "answers of the service, sealed to whoever repeats the request",
            "a day, or the person's leaving", "storage.replies"),
    Holding("records", "reply_about", "about", "a keyed digest of whom an answer is about",
            "a day, or the person's leaving", "storage.replies"),
)  # fmt: skip

KEPT_S = 86_400
"""Seconds a request may be repeated: whoever lost an answer asks within the day."""

REFUSALS = 400
"""The first status of a refusal (RFC 9110 section 15.5)."""

BEGUN, ANSWERED, FORGOTTEN = "begun", "answered", "forgotten"
LOOK = "See what is there now, then ask with a new Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be repeated: who asks, under which key, for what (a digest, 32 bytes)."""

    who: str
    key: str = field(repr=False)
    what: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it went out."""

    status: int
    media_type: str
    body: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """To be sealed."""
        told = {"status": self.status, "kind": self.media_type}
        return canonical({**told, "body": base64.b64encode(self.body).decode()})

    @classmethod
    def from_bytes(cls, text: bytes) -> Reply:
        """What was sealed."""
        told = json.loads(text)
        return cls(told["status"], told["kind"], base64.b64decode(told["body"]))


class ReplyBook:
    """Requests under way and answered."""

    def __init__(self, records: Store, key: bytes, directory: Directory) -> None:
        self._records, self._directory = records, directory
        self._root = derive(key, "facekeep replies")
        self._seal = Seal(key, "facekeep reply")
        self._running: set[bytes] = set()
        self._lock = Lock()

    def begin(self, asked: Asked, now: float) -> Reply | None:
        """The answer that was given already; None where the request is to be carried out now, and
        then :meth:`answer` or :meth:`release` follows, and :meth:`rest` in any case.

        Raises ``KeyReused`` where something else was asked under this key, ``StillRunning`` while the
        same is being done, ``OutcomeUnknown`` where it was interrupted or its answer was erased.
        """
        tag = self._tag(asked)
        with self._records.transaction() as tx:
            tx.execute("DELETE FROM reply WHERE tag = ? AND until <= ?", (tag, int(now)))
            row = tx.execute("SELECT * FROM reply WHERE tag = ?", (tag,)).fetchone()
            if row is None:
                self._write(tx, tag, self._request(asked), BEGUN, int(now) + KEPT_S, b"")
                with self._lock:
                    self._running.add(tag)
                return None
        return self._told(asked, row)

    def answer(self, asked: Asked, reply: Reply, about: Iterable[tuple[str, str]]) -> None:
        """Keep an answer; ``about`` are the subjects and purposes it names, if any."""
        tag, people = self._tag(asked), list(about)
        with self._records.transaction() as tx:
            row = tx.execute("SELECT until FROM reply WHERE tag = ?", (tag,)).fetchone()
            if row is None:
                return
            if reply.status < REFUSALS and any(self._left(*person) for person in people):
                self._write(tx, tag, self._request(asked), FORGOTTEN, row[0], b"")
                return
            sealed = self._envelope(asked).wrap(reply.to_bytes(), tag, self._request(asked))
            self._write(tx, tag, self._request(asked), ANSWERED, row[0], sealed)
            tx.executemany(
                "INSERT OR IGNORE INTO reply_about VALUES (?, ?)",
                [(about, tag) for about in map(self._about, people) if about],
            )

    def release(self, asked: Asked) -> None:
        """Nothing was done: the same key may ask again."""
        with self._records.transaction() as tx:
            tx.execute("DELETE FROM reply WHERE tag = ? AND state = ?", (self._tag(asked), BEGUN))

    def rest(self, asked: Asked) -> None:
        """Nobody works on it any more, however it ended."""
        with self._lock:
            self._running.discard(self._tag(asked))

    def forget(self, tx: sqlite3.Connection, subject: str, purpose: str) -> None:
        """A person leaves: what was answered about them is erased."""
        about = self._about((subject, purpose))
        sql = "SELECT * FROM reply WHERE tag IN (SELECT tag FROM reply_about WHERE about = ?)"
        for tag, request, _, until, *_ in tx.execute(sql, (about,)).fetchall():
            self._write(tx, tag, request, FORGOTTEN, until, b"")
            tx.execute("DELETE FROM reply_about WHERE tag = ?", (tag,))

    def forget_due(self, tx: sqlite3.Connection, now: float) -> int:
        """Forget what is a day old; returns how many."""
        gone = tx.execute("DELETE FROM reply WHERE until <= ?", (int(now),)).rowcount
        tx.execute("DELETE FROM reply_about WHERE tag NOT IN (SELECT tag FROM reply)")
        return gone

    # -- within -----------------------------------------------------------------------------

    def _told(self, asked: Asked, row: tuple[Any, ...]) -> Reply:
        tag, request, state, until, answer, seal = row
        self._seal.check(seal, *_fields(tag, request, state, until, answer))
        if not hmac.compare_digest(request, self._request(asked)):
            raise KeyReused(
                "another request was made with this Idempotency-Key", "Draw a new key for it"
            )
        if state == ANSWERED:
            return Reply.from_bytes(self._envelope(asked).unwrap(answer, tag, request))
        if state == FORGOTTEN:
            raise OutcomeUnknown(
                "this was answered, and the answer erased when the person left", LOOK
            )
        with self._lock:
            running = tag in self._running
        if running:
            raise StillRunning("the same request is being carried out", "Ask again in a moment")
        raise OutcomeUnknown("this was begun and interrupted: nobody knows how far it came", LOOK)

    def _write(
        self,
        tx: sqlite3.Connection,
        tag: bytes,
        request: bytes,
        state: str,
        until: int,
        answer: bytes,
    ) -> None:
        seal = self._seal.of(*_fields(tag, request, state, until, answer))
        tx.execute(
            "INSERT OR REPLACE INTO reply VALUES (?, ?, ?, ?, ?, ?)",
            (tag, request, state, until, answer, seal),
        )

    def _tag(self, asked: Asked) -> bytes:
        return self._digest(b"tag", asked.who.encode(), asked.key.encode())

    def _request(self, asked: Asked) -> bytes:
        """Bound to the key: two requests alike under two keys are not seen to be alike."""
        return self._digest(b"request", asked.key.encode(), asked.what)

    def _envelope(self, asked: Asked) -> Envelope:
        return Envelope(
            derive(self._root, "answer", asked.who.encode(), asked.key.encode()), "facekeep reply"
        )

    def _left(self, subject: str, purpose: str) -> bool:
        with suppress(Misused, Tampered):
            return self._directory.person(subject, purpose).departed
        return False

    def _about(self, person: tuple[str, str]) -> bytes:
        """Who is meant, and nothing that any other table has; empty for a name that cannot be one."""
        with suppress(Misused):
            return self._digest(b"about", self._directory.pseudonym(*person))
        return b""

    def _digest(self, *fields: bytes) -> bytes:
        return hmac.digest(self._root, prefixed(*fields), "sha256")


def digest_of(method: str, target: str, media_type: str, body: bytes) -> bytes:
    """What was asked, 32 bytes."""
    fields = (method.encode(), target.encode(), media_type.encode(), sha256(body).digest())
    return sha256(prefixed(*fields)).digest()


def _fields(tag: bytes, request: bytes, state: str, until: int, answer: bytes) -> tuple[bytes, ...]:
    return tag, request, state.encode(), until.to_bytes(8, "big"), answer
