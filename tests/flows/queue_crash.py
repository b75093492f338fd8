"""A worker that dies by ``kill -9`` at the n-th step of its work, and takes two effects a job.

Run as ``python -m tests.flows.queue_crash FILE N [OWNER]``; where the work ends before, it prints
``done``. A step is what can be half done: before and after each commit. With an ``OWNER`` several
such workers share the jobs, with leases so short that they steal from each other.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from facekeep.db import queue as room
from facekeep.db.queue import Queue, steady
from facekeep.db.store import Store
from facekeep.db.worker import Hold, Worker
from facekeep.protect.derive import Seal

HOME = b"h" * 16
SCHEMA = (*room.TABLES, "CREATE TABLE effect (job BLOB, part INTEGER, fence INTEGER) STRICT")
NEVER = 1_000_000
SHORT_S = 0.02


def open_store(path: Path) -> Store:
    return Store.open(path, "r", [SCHEMA], HOME)


def queue_of(store: Store, owner: bytes) -> Queue:
    return Queue(store, Seal(b"k" * 32, "facekeep job"), owner, steady, os.urandom)


def take_effect(store: Store, hold: Hold) -> None:
    """Two effects, each in the transaction that says so; a resumed job goes on with the second."""
    if not hold.job.done:
        with store.transaction() as tx:
            tx.execute("INSERT INTO effect VALUES (?, 1, ?)", (hold.job.id, hold.job.fence))
            hold.advance(tx, 1, 2)
    with store.transaction() as tx:
        tx.execute("INSERT INTO effect VALUES (?, 2, ?)", (hold.job.id, hold.job.fence))
        hold.done(tx)


def lay_fuse(fatal: int) -> None:
    """Every write transaction is two steps; at the fatal one the process is gone."""
    transaction, taken = Store.transaction, [0]

    def step() -> None:
        taken[0] += 1
        if taken[0] == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def watched(store: Store) -> Iterator[Any]:
        with transaction(store) as tx:
            yield tx
            step()
        step()

    Store.transaction = watched  # type: ignore[method-assign,assignment]


def main(file: str, fatal: str, owner: str = "") -> None:
    if owner:
        room.LEASE_S = SHORT_S
    store = open_store(Path(file))
    queue = queue_of(store, bytes.fromhex(owner) or os.urandom(16))
    lay_fuse(int(fatal))
    worker = Worker(store, queue, time.time, {"work": lambda hold: take_effect(store, hold)})
    while any(job.open for job in queue.all()):
        if worker.run_one() is None:
            time.sleep(SHORT_S)  # whatever is left is in the other's hands
    print("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
