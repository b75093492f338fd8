"""Carrying out what waits: a lane leases jobs of its kinds, one at a time, and says how they went.

A handler does its effect in the transaction in which it says ``done`` or ``advance``; one that only
repeats what may be repeated just returns. Whatever a handler raises, the lane goes on with the next
job. Refusals are not tried again: asking twice does not make a thing allowed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from facekeep.db.queue import Job, LeaseLost, Queue, State, Task, standing_id
from facekeep.db.store import Store
from facekeep.terms.errors import FacekeepError, Misused, Refused, Tampered

TRIES_OF_DAMAGE = 5
"""Damage may be a look at the wrong moment; so many looks in a row are damage."""

POLL_S = 0.5
"""Seconds between two looks for work."""

STOP_PATIENCE_S = 10.0
"""Seconds a lane is given to lay down what it has in hand; what it does not is leased anew."""

FAULT = "fault"
"""The code of an error that is none of ours: what it says may hold values and is not kept."""

Now = Callable[[], float]
Alarm = Callable[[sqlite3.Connection, Job], object]
"""Writes down, in the same transaction, that a job is late, or took the place of an edited one."""


class Hold:
    """A leased job in a handler's hands."""

    def __init__(self, queue: Queue, lease: Job, now: Now) -> None:
        self._queue, self._lease, self._now = queue, lease, now

    @property
    def job(self) -> Job:
        """As it was last written."""
        return self._lease

    @property
    def now(self) -> float:
        """Wall time, seconds since 1970."""
        return self._now()

    def keep(self) -> None:
        """Hold on for another while. Raises ``LeaseLost``."""
        self._lease = self._queue.keep(self._lease)

    def advance(
        self, tx: sqlite3.Connection, done: int, total: int,
        body: Mapping[str, str | int] | None = None,
    ) -> None:  # fmt: skip
        """So much is done, in the transaction that did it. Raises ``LeaseLost``."""
        self._lease = self._queue.advance(tx, self._lease, done, total, body)

    def done(self, tx: sqlite3.Connection) -> None:
        """All is done, in the transaction of the last effect. Raises ``LeaseLost``."""
        self._lease = self._queue.finish(tx, self._lease, self._now())


Handler = Callable[[Hold], object]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is done again and again: ``every`` so many seconds, late ``patience`` seconds after."""

    name: str
    every: float
    patience: int
    do: Callable[[], object]


class Worker:
    """Carries out jobs; may be asked from several threads and by several processes at once."""

    def __init__(
        self, records: Store, queue: Queue, now: Now, handlers: Mapping[str, Handler],
        standing: Sequence[Standing] = (), alarm: Alarm = lambda tx, job: None,
        replaced: Alarm = lambda tx, job: None,
    ) -> None:  # fmt: skip
        self.queue, self._records, self._now = queue, records, now
        self._alarm, self._replaced = alarm, replaced
        self._handlers, self._standing = handlers, {one.name: one for one in standing}

    @property
    def kinds(self) -> tuple[str, ...]:
        """Everything that can be carried out."""
        return (*self._handlers, *self._standing)

    def stand(self) -> None:
        """See that every standing job is there: after a first start, and after somebody removed or
        edited one; the latter is written down."""
        for one in self._standing.values():
            if self.queue.standing(one.name) is None:
                self._stand(Task(one.name, one.name, patience=one.patience))

    def _stand(self, task: Task) -> None:
        edited = standing_id(task.kind) in self.queue.edited()
        with self._records.transaction() as tx:
            job = self.queue.stand(tx, task, self._now())
            if edited:
                self._replaced(tx, job)

    def run_one(self, kinds: Sequence[str] | None = None) -> Job | None:
        """Carry out the job that waited longest; returns how it stands now, None where none waits."""
        lease = self.queue.lease(self._now(), self.kinds if kinds is None else kinds)
        if lease is None:
            return None
        try:
            return self._carried_out(lease)
        except LeaseLost:
            return self.queue.get(lease.id)

    def run_all(self, kinds: Sequence[str] | None = None, most: int = 100) -> int:
        """Carry out what waits, at most so many jobs; returns how many."""
        count = 0
        while count < most and self.run_one(kinds) is not None:
            count += 1
        return count

    def tell_late(self) -> list[Job]:
        """Raise an alarm once for each job past its deadline; returns those it was raised for."""
        now, told = self._now(), []
        for job in self.queue.late(now):
            if job.told_late:
                continue
            with self._records.transaction() as tx:
                if self.queue.tell_late(tx, job, now):
                    self._alarm(tx, job)
                    told.append(job)
        return told

    def _carried_out(self, lease: Job) -> Job:
        hold, again = Hold(self.queue, lease, self._now), self._standing.get(lease.kind)
        try:
            self._do(hold, again)
        except LeaseLost:
            raise
        except FacekeepError as error:
            return self._failed(hold.job, error)
        except Exception:  # noqa: BLE001 - one job that breaks holds up no other; it is named by its code
            return self.queue.postpone(hold.job, FAULT)
        return hold.job

    def _do(self, hold: Hold, again: Standing | None) -> None:
        if again is not None:
            again.do()
            self.queue.rest(hold.job, self._now(), again.every, again.patience)
            return
        self._handlers[hold.job.kind](hold)
        if hold.job.state is State.LEASED:
            with self._records.transaction() as tx:
                hold.done(tx)

    def _failed(self, lease: Job, error: FacekeepError) -> Job:
        hopeless = isinstance(error, Refused | Misused) or (
            isinstance(error, Tampered) and lease.attempts >= TRIES_OF_DAMAGE
        )
        if hopeless and lease.kind not in self._standing:
            return self.queue.give_up(lease, error.code)
        return self.queue.postpone(lease, error.code)


class Lane:
    """A thread that does one thing over and over until it is stopped; an error never ends it."""

    def __init__(self, name: str, turn: Callable[[], object], pause: float = POLL_S) -> None:
        self._turn, self._pause, self._stopping = turn, pause, threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"facekeep {name}", daemon=True)
        self.name, self.stumbled = name, ""
        """``stumbled``: the code of what the last turn raised; empty where it went well."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end: long turns look now and then."""
        return self._stopping.is_set()

    @property
    def alive(self) -> bool:
        """Whether it is at work."""
        return self._thread.is_alive()

    def ask_to_stop(self) -> None:
        """Begin no other turn."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the end of the turn under way, for :data:`STOP_PATIENCE_S` at most."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_PATIENCE_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
                self.stumbled = ""
            except FacekeepError as error:
                self.stumbled = error.code
            except Exception:  # noqa: BLE001 - a lane outlives whatever a store or a disk does
                self.stumbled = FAULT
            self._stopping.wait(self._pause)
