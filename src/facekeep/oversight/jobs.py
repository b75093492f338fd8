"""What runs by itself, for whoever asks how it goes: jobs, lanes, alarms.

Four lanes go side by side, so that a slow webhook or a renewal of everybody keeps no term waiting:
``clock`` ends on time what is due, ``work`` carries out what was ordered, ``post`` speaks to others,
``ledger`` seals checkpoints.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from string import hexdigits

from facekeep.db.queue import ID_BYTES, Job, State
from facekeep.db.worker import Lane, Standing, Worker
from facekeep.oversight import upkeep
from facekeep.oversight.witnessing import Witnessing
from facekeep.storage.bulk import KIND, BulkRenewals
from facekeep.storage.home import Home
from facekeep.terms.errors import Misused

LATE = "oversight:job:late"
RETRIED = "oversight:job:retried"
REPLACED = "oversight:job:replaced"

SEAL_PAUSE_S = 5.0
"""Seconds between two looks for new entries: a checkpoint is signed within ten (stack.md, section 4)."""

LEAST_PREFIX = 4
"""Characters of an identifier somebody has to type."""

LOOK_PAUSE_S = 1.0
"""Seconds between two looks for work."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done again and again. ``look_after`` is taken at every look of the clock's lane."""

    clock: Sequence[Standing]
    post: Sequence[Standing]
    seal: Callable[[], object]
    look_after: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Health:
    """How the work that nobody waits for goes; kinds and codes only."""

    late: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    stumbled: tuple[str, ...] = ()
    edited: int = 0
    lost: int = 0
    waiting: int = 0
    witness_age: int | None = None
    """Seconds since somebody outside last saw the ledger; None where nobody ever did."""
    witness_late: bool = False

    @property
    def good(self) -> bool:
        """Nothing is late, failed, changed or gone."""
        return not self.attention

    @property
    def attention(self) -> tuple[str, ...]:
        """What somebody should look at, each in a few words."""
        told = [f"late: {one}" for one in self.late]
        told += [f"failed: {one}" for one in self.failed]
        told += [f"stumbled: {one}" for one in self.stumbled]
        told += ["jobs were edited in the store"] if self.edited else []
        told += ["an ordered job is gone from the store"] if self.lost else []
        told += ["nobody outside saw the ledger for too long"] if self.witness_late else []
        return tuple(told)


class Jobs:
    """The jobs of an open home, and the threads that carry them out."""

    def __init__(self, home: Home, renewals: BulkRenewals, plan: Plan, witness: Witnessing) -> None:
        self._home, self._plan, self._witness, self.renewals = home, plan, witness, renewals
        self._worker = Worker(
            home.records, home.jobs, home.journal.now, {KIND: renewals.carry_out},
            [*plan.clock, *plan.post], partial(self._note, LATE), partial(self._note, REPLACED),
        )  # fmt: skip
        self._lanes: tuple[Lane, ...] = ()

    # -- running ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work, in threads of our own. Starting twice does nothing more."""
        if self._lanes:
            return
        self._lanes = (
            Lane("clock", self._clock, LOOK_PAUSE_S),
            Lane("work", lambda: self._worker.run_one([KIND]), LOOK_PAUSE_S),
            Lane("post", lambda: self._worker.run_all(_names(self._plan.post)), LOOK_PAUSE_S),
            Lane("ledger", self._plan.seal, SEAL_PAUSE_S),
        )
        for lane in self._lanes:
            lane.start()

    def stop(self) -> None:
        """Lay down what is in hand. What is not laid down in time is leased anew by the next."""
        for lane in self._lanes:
            lane.ask_to_stop()
        for lane in self._lanes:
            lane.join()
        self._lanes = ()

    def run_one(self) -> Job | None:
        """Carry out one job here and now; None where none waits."""
        return self._worker.run_one()

    def tick(self) -> None:
        """Everything that is due at this moment, here and now: for a home no service runs for."""
        upkeep.each([self._plan.seal, self._clock, self._worker.run_all])

    def _clock(self) -> None:
        upkeep.each([
            self._worker.stand,
            lambda: self._worker.run_all(_names(self._plan.clock)),
            self._plan.look_after,
            self._worker.tell_late,
        ])  # fmt: skip

    # -- looking ----------------------------------------------------------------------------------

    def list(self) -> list[Job]:
        """Every job whose row is intact, the oldest first."""
        return self._home.jobs.all()

    def get(self, identity: str) -> Job:
        """One job by its hexadecimal identifier, or the beginning of it. Raises ``Misused`` where it is
        none's, or several's."""
        job = self._home.jobs.get(self._identifier(identity))
        if job is None:
            raise Misused("there is no such job")
        return job

    def late(self, job: Job) -> bool:
        """Past its deadline, and not at rest between two rounds."""
        return job.late(self._home.journal.now()) and not self._home.jobs.resting(job)

    def retry(self, identity: str) -> Job:
        """Try a job again at once, and write that down. Raises ``Misused``."""
        home = self._home
        with home.records.transaction() as tx:
            job = home.jobs.retry(tx, self._identifier(identity), home.journal.now())
            self._note(RETRIED, tx, job)
        return job

    def health(self) -> Health:
        """How it goes. Reads only."""
        jobs = self.list()
        return Health(
            late=tuple(job.kind for job in jobs if self.late(job)),
            failed=tuple(job.kind for job in jobs if job.state is State.FAILED or job.error),
            stumbled=tuple(f"{lane.name}: {lane.stumbled}" for lane in self._lanes if lane.stumbled)
            + tuple(f"{lane.name}: ended" for lane in self._lanes if not lane.alive),
            edited=len(self._home.jobs.edited()),
            lost=len(self.renewals.lost()),
            waiting=sum(job.state is State.QUEUED and not job.ended for job in jobs),
            witness_age=self._witness.age(),
            witness_late=self._witness.is_late(),
        )

    def _identifier(self, text: str) -> bytes:
        if len(text) == 2 * ID_BYTES and set(text) <= set(hexdigits):
            return bytes.fromhex(text)
        found = [job.id for job in self.list() if job.id.hex().startswith(text)]
        if len(found) != 1 or len(text) < LEAST_PREFIX:
            raise Misused("there is no such job")
        return found[0]

    def _note(self, kind: str, tx: sqlite3.Connection, job: Job) -> None:
        public = {"job": job.id.hex(), "kind": job.kind}
        self._home.journal.write(tx, self._home.own_chain(), kind, {}, public)


def _names(standing: Sequence[Standing]) -> list[str]:
    return [one.name for one in standing]
