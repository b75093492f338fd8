"""One process owns a home: an advisory lock that dies with the process."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from facekeep.terms.errors import HomeBusy

PATIENCE_S = 2.0
"""How long to wait for another command to finish before saying that the home is busy."""

SOCKET = "facekeep.sock"
"""In the home's folder, where whoever holds its lock for long takes the others' commands."""


class HomeLock:
    """Held from construction to :meth:`release` (or to the end of the process)."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + PATIENCE_S
        while not self._taken():
            if time.monotonic() > deadline:
                os.close(self._file)
                raise HomeBusy(
                    "another process owns this home", "Let it finish, or speak to it instead"
                )
            time.sleep(0.02)

    def release(self) -> None:
        """Let the next process in."""
        os.close(self._file)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
