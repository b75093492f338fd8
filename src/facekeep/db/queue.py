"""Work that waits: leases with a fencing token, in the store of the act that wants it.

Rules (each has a test):

1. A job is put in the transaction of the act that wants it: both are kept, or neither.
2. Whoever leases a job raises its **fence**. Progress and completion name the fence and go into the
   transaction of their effect, so of two workers who hold the same job one takes effect, once.
3. Leases and pauses run on the machine's steady clock under the **owner**, drawn anew whenever a home
   is entered. The wall clock can jump: nothing is leased twice for it, and nothing waits for it. What
   an earlier owner held is free at once, for the home's lock proves that owner gone.
4. Nothing is dropped. A job past its deadline goes on, and is late by name until it is done.
5. Every row is sealed: one that was edited in the store is never carried out.

Bodies hold random identifiers and names of purposes, never a subject's reference.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from facekeep.db.store import Store
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Retry, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE job (
        id BLOB PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        state TEXT NOT NULL, attempts INTEGER NOT NULL, fence INTEGER NOT NULL,
        owner BLOB NOT NULL, free_at INTEGER NOT NULL, made INTEGER NOT NULL, due INTEGER NOT NULL,
        deadline INTEGER NOT NULL, told_late INTEGER NOT NULL, ended INTEGER NOT NULL,
        done INTEGER NOT NULL, total INTEGER NOT NULL, error TEXT NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX job_by_state ON job (state, due)",
    """CREATE UNIQUE INDEX job_wanted_once ON job (kind, key)
        WHERE state IN ('queued', 'leased')""",
)

HOLDINGS = (
    Holding("records", "job", "body", "purposes and random identifiers of work under way",
            "30 days after the work's end", "db.queue"),
)  # fmt: skip

LEASE_S = 60.0
"""Seconds a lease lasts unless it is kept up: a worker that hangs is replaced after them."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 900.0
"""Seconds before a job that failed is tried again; they double with each try."""

PATIENCE_S = 86_400
"""Seconds after which a job that nobody gave a deadline is late."""

KEPT_S = 30 * 86_400
"""Seconds for which a job that ended can still be looked at."""

ID_BYTES = 16
NOBODY = b""
"""The owner of a job nobody holds and that waits for nothing."""

Ticks = Callable[[], float]
"""Seconds on a clock that only goes forward, such as ``time.monotonic``."""


class Seal(Protocol):
    """Authenticates rows (``protect.derive.Seal``)."""

    def of(self, *fields: bytes) -> bytes:
        """A code over the fields."""
        ...

    def check(self, seal: bytes, *fields: bytes) -> None:
        """Raises ``Tampered`` where a field or the code was changed."""
        ...


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    """It cannot be done as it is: somebody has to look, and say ``retry``."""


class LeaseLost(Retry):
    """Somebody else has the job by now: whatever was about to be written is not."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is wanted. The same ``kind`` and ``key`` are wanted once at a time.

    ``due`` (seconds since 1970, 0: now) is the earliest moment, ``patience`` the seconds after it
    in which the work is to be done.
    """

    kind: str
    key: str
    body: Mapping[str, str | int] = field(default_factory=dict)
    due: int = 0
    patience: int = PATIENCE_S


@dataclass(frozen=True, slots=True)
class Job:
    """A task on its way. Times in seconds since 1970, 0 for never; ``free_at`` in milliseconds of the
    owner's steady clock. ``done`` of ``total`` are counted in whatever the work consists of."""

    id: bytes
    kind: str
    key: str
    body: Mapping[str, str | int]
    made: int
    due: int
    deadline: int
    state: State = State.QUEUED
    attempts: int = 0
    fence: int = 0
    owner: bytes = NOBODY
    free_at: int = 0
    told_late: int = 0
    ended: int = 0
    done: int = 0
    total: int = 0
    error: str = ""

    @property
    def open(self) -> bool:
        """Still to be done, by us or after somebody looked."""
        return self.state is not State.DONE

    def late(self, now: float) -> bool:
        """Past its deadline. What rests between two rounds is not late for resting."""
        return self.open and now > self.deadline

    @property
    def columns(self) -> tuple[Any, ...]:
        """The row, without its seal."""
        return (
            self.id, self.kind, self.key, canonical(dict(self.body)).decode(), self.state.value,
            self.attempts, self.fence, self.owner, self.free_at, self.made, self.due, self.deadline,
            self.told_late, self.ended, self.done, self.total, self.error,
        )  # fmt: skip


class Queue:
    """The jobs of one store. ``owner`` is whoever has the home at this time, 16 bytes."""

    def __init__(
        self, records: Store, seal: Seal, owner: bytes, ticks: Ticks, entropy: Entropy
    ) -> None:
        self._records, self._seal, self._entropy = records, seal, entropy
        self._owner, self._ticks = owner, ticks

    # -- wanting --------------------------------------------------------------------------------

    def put(self, tx: sqlite3.Connection, task: Task, now: float) -> Job:
        """Queue a task in the caller's transaction; the job already under way where it is wanted
        already."""
        known = tx.execute(_WANTED, (task.kind, task.key)).fetchone()
        return self._opened(known) if known else self._add(tx, self._entropy(ID_BYTES), task, now)

    def stand(self, tx: sqlite3.Connection, task: Task, now: float) -> Job:
        """A job that is never done for good: there is one of its kind, and it is free now.

        A row that was edited or removed is made anew: what it says is known without it.
        """
        identity = standing_id(task.kind)
        known = tx.execute(f"{_SELECT} WHERE id = ?", (identity,)).fetchone()
        job = self._intact(known) if known else None
        if job is None or not job.open:
            tx.execute("DELETE FROM job WHERE id = ?", (identity,))
            return self._add(tx, identity, task, now)
        return job

    def _add(self, tx: sqlite3.Connection, identity: bytes, task: Task, now: float) -> Job:
        at = int(now)
        due = max(task.due, at)
        job = Job(identity, task.kind, task.key, task.body, at, due, due + task.patience)
        return self._write(tx, job)

    def standing(self, kind: str) -> Job | None:
        """The standing job of a kind; None where it is missing, was edited, or ended."""
        row = self._records.one(f"{_SELECT} WHERE id = ?", standing_id(kind))
        job = None if row is None else self._intact(row)
        return job if job is not None and job.open else None

    # -- holding --------------------------------------------------------------------------------

    def lease(self, now: float, kinds: Iterable[str]) -> Job | None:
        """The job that waited longest, ours until the lease runs out; None where none is free."""
        wanted = tuple(kinds)
        sought, values = _waiting(now, wanted)
        if not self._free(self._records.rows(sought, *values)):
            return None  # looked at without a transaction: most looks find nothing
        with self._records.transaction() as tx:
            free = self._free(tx.execute(sought, values).fetchall())
            if not free:
                return None
            job = free[0]
            return self._write(tx, replace(
                job, state=State.LEASED, attempts=job.attempts + 1, fence=job.fence + 1,
                owner=self._owner, free_at=self._in(LEASE_S),
            ))  # fmt: skip

    def keep(self, lease: Job) -> Job:
        """Hold on for another while. Raises ``LeaseLost``."""
        with self._records.transaction() as tx:
            return self._write(tx, replace(self._held(tx, lease), free_at=self._in(LEASE_S)))

    def advance(
        self, tx: sqlite3.Connection, lease: Job, done: int, total: int,
        body: Mapping[str, str | int] | None = None,
    ) -> Job:  # fmt: skip
        """So much is done, in the transaction that did it; holds on as well. Raises ``LeaseLost``."""
        held = self._held(tx, lease)
        return self._write(tx, replace(
            held, done=done, total=total, body=held.body if body is None else body,
            free_at=self._in(LEASE_S),
        ))  # fmt: skip

    def finish(self, tx: sqlite3.Connection, lease: Job, now: float) -> Job:
        """Done, in the transaction of the effect. Raises ``LeaseLost``: then nothing was done."""
        held = self._held(tx, lease)
        return self._write(tx, replace(
            held, state=State.DONE, ended=int(now), owner=NOBODY, free_at=0, error=""
        ))  # fmt: skip

    def rest(self, lease: Job, now: float, pause: float, patience: int) -> Job:
        """A standing job had its round: the next begins after ``pause`` seconds."""
        with self._records.transaction() as tx:
            held = self._held(tx, lease)
            deadline = int(now + pause) + patience
            return self._write(tx, replace(
                held, state=State.QUEUED, attempts=0, ended=int(now), deadline=deadline,
                told_late=0, free_at=self._in(pause), error="",
            ))  # fmt: skip

    def postpone(self, lease: Job, error: str) -> Job:
        """It did not work this time: tried again after a pause that grows."""
        with self._records.transaction() as tx:
            held = self._held(tx, lease)
            free_at = self._in(pause_after(held.attempts))
            return self._write(tx, replace(held, state=State.QUEUED, free_at=free_at, error=error))

    def give_up(self, lease: Job, error: str) -> Job:
        """It cannot work as it is: kept, named, and tried again only when somebody says so."""
        with self._records.transaction() as tx:
            held = self._held(tx, lease)
            return self._write(tx, replace(held, state=State.FAILED, owner=NOBODY, error=error))

    # -- looking --------------------------------------------------------------------------------

    def get(self, identity: bytes) -> Job | None:
        """One job. Raises ``Tampered`` where its row was edited."""
        row = self._records.one(f"{_SELECT} WHERE id = ?", identity)
        return None if row is None else self._opened(row)

    def wanted(self, kind: str, key: str) -> Job | None:
        """The job of this kind and key that is still to be done. Raises ``Tampered``."""
        row = self._records.one(_WANTED, kind, key)
        return None if row is None else self._opened(row)

    def all(self) -> list[Job]:
        """Every job whose row is intact, the oldest first."""
        rows = self._records.rows(f"{_SELECT} ORDER BY made, id")
        return [job for row in rows if (job := self._intact(row)) is not None]

    def edited(self) -> list[bytes]:
        """The identifiers of rows somebody changed in the store."""
        rows = self._records.rows(f"{_SELECT} ORDER BY id")
        return [bytes(row[0]) for row in rows if self._intact(row) is None]

    def resting(self, job: Job) -> bool:
        """Between two rounds that went well."""
        held_back = job.owner == self._owner and job.free_at > self._ticks() * 1000
        return job.state is State.QUEUED and not job.error and held_back

    def late(self, now: float) -> list[Job]:
        """Whatever is past its deadline and not at rest."""
        return [job for job in self.all() if job.late(now) and not self.resting(job)]

    # -- looking after --------------------------------------------------------------------------

    def tell_late(self, tx: sqlite3.Connection, job: Job, now: float) -> bool:
        """Note that somebody is told of a late job; False where they were told before."""
        row = tx.execute(f"{_SELECT} WHERE id = ?", (job.id,)).fetchone()
        current = None if row is None else self._opened(row)
        if current is None or current.told_late or not current.late(now):
            return False
        self._write(tx, replace(current, told_late=int(now)))
        return True

    def retry(self, tx: sqlite3.Connection, identity: bytes, now: float) -> Job:
        """Try a failed or waiting job again at once, in its full time.

        Raises ``Misused`` where there is no such job, or it is done or under way.
        """
        row = tx.execute(f"{_SELECT} WHERE id = ?", (identity,)).fetchone()
        job = None if row is None else self._opened(row)
        if job is None or job.state not in (State.FAILED, State.QUEUED):
            raise Misused("there is no such job that could be tried again")
        if (other := self.wanted(job.kind, job.key)) is not None and other.id != job.id:
            raise Misused("the same is wanted again already, by another job")
        deadline = int(now) + max(job.deadline - job.due, 0)
        return self._write(tx, replace(
            job, state=State.QUEUED, attempts=0, owner=NOBODY, free_at=0, due=int(now),
            deadline=deadline, told_late=0,
        ))  # fmt: skip

    def forget_old(self, tx: sqlite3.Connection, now: float) -> int:
        """Remove what ended :data:`KEPT_S` ago; returns how many."""
        old = (State.DONE, int(now) - KEPT_S)
        return int(tx.execute("DELETE FROM job WHERE state = ? AND ended < ?", old).rowcount)

    # -- within ---------------------------------------------------------------------------------

    def _free(self, rows: Iterable[tuple[Any, ...]]) -> list[Job]:
        intact = (job for row in rows if (job := self._intact(row)) is not None)
        return [job for job in intact if self._is_free(job)]

    def _is_free(self, job: Job) -> bool:
        return job.owner != self._owner or job.free_at <= self._ticks() * 1000

    def _held(self, tx: sqlite3.Connection, lease: Job) -> Job:
        """The job as it is now, if the lease still counts. One that ran out counts until taken."""
        row = tx.execute(f"{_SELECT} WHERE id = ?", (lease.id,)).fetchone()
        job = None if row is None else self._opened(row)
        ours = (lease.fence, lease.owner, State.LEASED)
        if job is None or (job.fence, job.owner, job.state) != ours:
            raise LeaseLost("somebody else has this job by now", "Leave it to them")
        return job

    def _in(self, seconds: float) -> int:
        return int((self._ticks() + seconds) * 1000)

    def _write(self, tx: sqlite3.Connection, job: Job) -> Job:
        row = job.columns
        marks = ",".join("?" * (len(row) + 1))
        tx.execute(f"INSERT OR REPLACE INTO job VALUES ({marks})", (*row, self._sealed(row)))
        return job

    def _sealed(self, row: tuple[Any, ...]) -> bytes:
        return self._seal.of(*map(_bytes, row))

    def _intact(self, row: tuple[Any, ...]) -> Job | None:
        try:
            return self._opened(row)
        except Tampered:
            return None

    def _opened(self, row: tuple[Any, ...]) -> Job:
        *columns, seal = row
        self._seal.check(seal, *map(_bytes, columns))
        identity, kind, key, body, state, attempts, fence, owner, free_at, *times = columns
        made, due, deadline, told_late, ended, done, total, error = times
        return Job(
            identity, kind, key, json.loads(body), made, due, deadline, State(state), attempts,
            fence, owner, free_at, told_late, ended, done, total, error,
        )  # fmt: skip


_SELECT = "SELECT * FROM job"
_WANTED = f"{_SELECT} WHERE kind = ? AND key = ? AND state IN ('queued', 'leased')"


def _waiting(now: float, kinds: tuple[str, ...]) -> tuple[str, tuple[object, ...]]:
    """The question for jobs of these kinds whose time has come, and its values."""
    marks = ",".join("?" * len(kinds))
    where = f"state IN ('queued', 'leased') AND due <= ? AND kind IN ({marks})"
    return f"{_SELECT} WHERE {where} ORDER BY due, id", (int(now), *kinds)


def steady() -> float:
    """Seconds since this machine started, asleep or awake; no setting of the clock moves them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def standing_id(kind: str) -> bytes:
    """The identifier of the one standing job of a kind, 16 bytes."""
    return hashlib.sha256(b"facekeep standing job\x00" + kind.encode()).digest()[:ID_BYTES]


def pause_after(attempts: int) -> float:
    """Seconds to wait after so many tries."""
    return min(FIRST_PAUSE_S * 2.0 ** max(attempts - 1, 0), LONGEST_PAUSE_S)


def _bytes(value: str | int | bytes) -> bytes:
    """One column for the seal, its type told apart."""
    if isinstance(value, bytes):
        return b"b" + value
    return f"{type(value).__name__[0]}{value}".encode()
