"""Renewing everybody, or everybody of a purpose, while the service goes on.

Two officers order it (PIPL art. 51(4)); a worker carries it out in lots of a few buckets. A lot's rows
are noted with the epoch they are at, renewed, then sealed in the ledger in the very transaction that
moves the job past them. A row that left its noted epoch was renewed already: after a crash, or where
another worker took over, no row is renewed twice. Whoever is verified meanwhile is asked to wait for
one lot at most. Rows that do not authenticate are left out, counted, and stay refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from facekeep.access.approvals import digest_of
from facekeep.db.queue import Job, Queue, State, Task
from facekeep.db.worker import Hold
from facekeep.protect.keytree import BUCKETS
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame
from facekeep.storage.diary import Diary
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.keys import KeyRow
from facekeep.storage.reset import KIND as RENEWED
from facekeep.terms.errors import Misused, Tampered

ACT = "renew-all"
"""What two officers approve; ``what`` is :func:`about`."""

KIND = "storage.renewal"
ORDERED = "storage:renewal:ordered"
COMPLETED = "storage:renewal:completed"

REASONS = ("keys", "leak", "schedule")
"""Why faces are reset; after a leak of keys every sealed copy of references ends as well."""

LOT_BUCKETS = 8
"""A 128th of all rows: about a thousand of a hundred thousand, a second's work."""

PATIENCE_S = 86_400
"""A renewal that was ordered is done within a day, or late by name."""


def about(purpose: str, because: str) -> str:
    """What the approvals name: a purpose (or ``*`` for all) and the reason."""
    return f"{purpose or '*'}:{because}"


class BulkRenewals:
    """Orders renewals and carries them out. ``keepers`` raises ``Broken`` while the home is locked."""

    def __init__(self, home: Home, queue: Queue, keepers: Callable[[], Keepers]) -> None:
        self._home, self._queue, self._keepers = home, queue, keepers
        self._diary = Diary(home.journal, Chain(home.directory.chain_secret("renewals")))

    def order(self, purpose: str, because: str) -> Job:
        """Queue a renewal two officers approved; the one under way where there is one.

        ``purpose`` is empty for everybody. Raises ``Refused`` without two approvals or for a purpose
        not in force, ``Misused`` for a reason that is none.
        """
        home, now = self._home, int(self._home.journal.now())
        if because not in REASONS:
            raise Misused(f"a renewal is because of one of: {', '.join(REASONS)}")
        if purpose:
            home.purposes.get(purpose)
        what = about(purpose, because)
        if (under_way := self._queue.wanted(KIND, what)) is not None:
            return under_way
        with home.records.transaction() as tx:
            names = home.approvals.use(tx, ACT, digest_of(ACT, what), now)
            body = {"purpose": purpose, "because": because}
            job = self._queue.put(tx, Task(KIND, what, body, patience=PATIENCE_S), now)
            told = {"open": [*self.ordered(), job.id.hex()], "officers": list(names)}
            self._diary.write(tx, ORDERED, told, {"job": job.id.hex(), "because": because})
        return job

    def ordered(self) -> list[str]:
        """The jobs that were ordered and not completed, by the ledger's word."""
        told = self._diary.last()
        return [] if told is None else [str(one) for one in told["open"]]

    def lost(self) -> list[str]:
        """Those whose row is gone from the store, or says that it is done when it is not."""
        known = {job.id.hex(): job for job in self._queue.all()}
        return [one for one in self.ordered() if one not in known or not known[one].open]

    def carry_out(self, hold: Hold) -> None:
        """Renew lot by lot from where the job stands; raises with it resumable."""
        if hold.job.id.hex() not in self.ordered():
            raise Tampered("a renewal was put in the queue that nobody ordered")
        keepers = self._keepers()
        self._end_archives(str(hold.job.body["because"]))
        keepers.renewer.resume()
        for buckets in _lots(hold.job):
            self._renew(hold, keepers, buckets)
        self._complete(hold)

    def _renew(self, hold: Hold, keepers: Keepers, buckets: range) -> None:
        found = self._rows(str(hold.job.body["purpose"]), buckets)
        if not found:
            return
        with keepers.renewer.turn:
            genuine = keepers.references.genuine((row.row, self._frame(row)) for row in found)
            rows = [row for row in self._home.vault.present(found) if row.row in genuine]
            noted = self._noted(hold, rows)
            keepers.renewer.renew([row for row in rows if _tag(row) in noted])
        self._seal(hold, rows, buckets, damaged=len(found) - len(rows))

    def _noted(self, hold: Hold, rows: Sequence[KeyRow]) -> set[str]:
        """The rows of this lot that are to be renewed, each at the epoch it is to leave."""
        job = hold.job
        if not job.body.get("noted"):
            body = {**job.body, "noted": " ".join(map(_tag, rows))}
            with self._home.records.transaction() as tx:
                hold.advance(tx, job.done, job.total, body)
        return set(str(hold.job.body["noted"]).split())

    def _seal(self, hold: Hold, rows: Sequence[KeyRow], buckets: range, damaged: int) -> None:
        """The lot's entry, and the job moves on: both or neither."""
        home, job = self._home, hold.job
        damaged += _number(job, "damaged")
        body = {**job.body, "next": buckets.stop, "noted": "", "damaged": damaged}
        details = {"because": job.body["because"], "job": job.id.hex()}
        done = job.done + len(rows)
        total = max(done, job.total or home.vault.number(str(job.body["purpose"])))
        with home.records.transaction() as tx:
            home.journal.write_rows(tx, home.own_chain(), RENEWED, self._seals(rows), details)
            hold.advance(tx, done, total, body)

    def _complete(self, hold: Hold) -> None:
        home, job = self._home, hold.job
        self._end_archives(str(job.body["because"]))
        with home.records.transaction() as tx:
            still = [one for one in self.ordered() if one != job.id.hex()]
            public = {"job": job.id.hex(), "rows": job.done, "damaged": _number(job, "damaged")}
            self._diary.write(tx, COMPLETED, {"open": still}, public)
            hold.done(tx)
        home.records.sweep()

    def _end_archives(self, because: str) -> None:
        """Sealed copies of keys would bring the old ones back; after a leak of keys an old
        reference would find its old key."""
        self._home.archives.end_keys()
        if because == "keys":
            self._home.archives.end_references()

    def _rows(self, purpose: str, buckets: range) -> list[KeyRow]:
        rows = self._home.vault.in_buckets(buckets)
        return [row for row in rows if not purpose or row.grant.purpose == purpose]

    def _frame(self, row: KeyRow) -> Frame:
        return Frame(self._home.id, row.model, row.d)

    def _seals(self, rows: Sequence[KeyRow]) -> list[bytes]:
        found = self._home.references.of_rows([row.row for row in rows])
        return [split.seal_of(record) for record in found if record is not None]


def progress(job: Job) -> float:
    """How much of a job is done, 0 to 1."""
    if job.state is State.DONE:
        return 1.0
    return min(job.done / job.total, 1.0) if job.total else 0.0


def _lots(job: Job) -> Iterator[range]:
    """The runs of buckets from where a job stands to the end."""
    for first in range(_number(job, "next"), BUCKETS, LOT_BUCKETS):
        yield range(first, first + LOT_BUCKETS)


def _tag(row: KeyRow) -> str:
    """A row at its epoch, told by nobody without the row itself: 16 hexadecimal digits."""
    return hashlib.sha256(row.row + row.epoch).hexdigest()[:16]


def _number(job: Job, name: str) -> int:
    value: Any = job.body.get(name, 0)
    return int(value)
