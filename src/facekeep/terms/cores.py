"""One processor core for the interpreter, every core for what computes without it.

The threads of an interpreter take turns. Spread over several cores they give each turn to another core,
whose caches know nothing of the work, and whoever lets go of the interpreter for two microseconds (for
each row that SQLite reads) comes back behind somebody else: measured, a verification then costs twice as
much, and nobody is faster for it. So the threads that answer :func:`settle` on one core, with those they
start. What computes without the interpreter (eyes, searches, argon2id) steps out onto all of them and
back (:func:`spread`).

Where nobody settles, where there is one core or the system has no such thing, nothing happens.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Cores = frozenset[int]

_ALL: Cores = frozenset(getattr(os, "sched_getaffinity", lambda _: ())(0))
"""What the process was given, before any of its threads settles."""


class _Own(threading.local):
    """Whether a thread has settled."""

    settled = False


_own = _Own()
_choosing = threading.Lock()
_chosen: list[Cores] = []


def settle() -> None:
    """Share one core with the other threads that settle, from here on."""
    if not _own.settled:
        _own.settled = True
        if core := _core():
            _move(core)


@contextmanager
def spread() -> Iterator[None]:
    """Every core the process has, for a block that computes without the interpreter."""
    if not any(_chosen):
        yield
        return
    before = frozenset(os.sched_getaffinity(0))
    _move(_ALL)
    try:
        yield
    finally:
        _move(before)


def _core() -> Cores:
    """The core of all who settle: the one on which the first of them runs. Empty for none."""
    with _choosing:
        if not _chosen:
            _chosen.append(_present() if len(_ALL) > 1 else frozenset())
    return _chosen[0]


def _present() -> Cores:
    """The core on which this thread runs now (proc_pid_stat(5), field 39), where that is told."""
    with suppress(OSError, ValueError, IndexError):
        told = Path("/proc/thread-self/stat").read_text()
        return frozenset({int(told.rpartition(")")[2].split()[36])}) & _ALL
    return frozenset()


def _move(cores: Cores) -> None:
    with suppress(OSError):  # where it is not allowed, everybody stays everywhere
        os.sched_setaffinity(0, cores)
