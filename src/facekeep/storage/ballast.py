"""Room for withdrawals on a full disk: a file that is let go of when one of them needs it.

1. A withdrawal that finds the disk full lets the ballast go and is carried out again.
2. While it is gone, nothing else is written: the room is for withdrawals alone. Reading goes on.
3. It is laid again, without a restart, once there is room for it and as much again.

Nothing is asked of a home that nobody serves: whoever stands beside it can make room.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from facekeep.terms.errors import DiskFull

BYTES = 4 * 1024 * 1024
"""Some hundred withdrawals: each sweeps the logs it filled."""

MARGIN = BYTES
"""What must be free beside it: laying it must not fill the disk."""

PAGE = 64 * 1024
"""Less than one request writes at most."""

FULL = (errno.ENOSPC, errno.EDQUOT)
Result = TypeVar("Result")


class Ballast:
    """One home's. Whoever serves the home lays it first."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        self._wanted, self._lies = False, False

    def lay(self) -> bool:
        """From now on ordinary writing needs it; whether there was room."""
        self._wanted = True
        with self._lock:
            self._lies = self._lies or self._laid()
        return self._lies

    def require(self, _: object = None) -> None:
        """Raises ``DiskFull`` while the room is kept for withdrawals: a condition of transactions."""
        if self._wanted and not self._lies and not self.lay():
            raise _full()

    def require_room(self) -> None:
        """The same, and where not even a page more fits on the disk: what ``/readyz`` asks."""
        self.require()
        if self._wanted and _free(self._path.parent) < PAGE:
            raise _full()

    def lend(self, act: Callable[[], Result]) -> Result:
        """Do it; where the disk is full, let the ballast go and do it again.

        ``act`` must be one that may be repeated from anywhere it got to.
        """
        try:
            return act()
        except (DiskFull, OSError) as error:
            if not (is_full(error) and self._let_go()):
                raise
        return act()

    def _laid(self) -> bool:
        if self._path.exists() and self._path.stat().st_size == BYTES:
            return True
        if _free(self._path.parent) < BYTES + MARGIN:
            return False
        handle = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            os.posix_fallocate(handle, 0, BYTES)
        except OSError:
            self._path.unlink()
            return False
        finally:
            os.close(handle)
        return True

    def _let_go(self) -> bool:
        """Whether there was something to let go of."""
        with self._lock:
            there = self._path.exists()
            self._path.unlink(missing_ok=True)
            self._lies = False
        return there


def is_full(error: BaseException) -> bool:
    """Whether it says that a disk is full, or a share of it."""
    return isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in FULL)


def _full() -> DiskFull:
    return DiskFull("the disk is full", "Free some space; withdrawals are still taken")


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
