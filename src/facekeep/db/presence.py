"""Whether the file a store holds open is still the one that lies at its path.

A file that was moved, deleted or replaced stays open and takes every write, and all of it is gone at the
next start. SQLite does not look for itself in WAL mode, so we do: before each transaction, and where a
decision is made from what is read.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from facekeep.terms.errors import Broken, StoreMissing

Identity = tuple[int, int]
"""Device and inode."""

_BRING_BACK = "Bring it back; the service goes on by itself"
_RESTORE = "Stop the service, then bring it back from a backup"


class Presence:
    """One store's file and its log, as they were when they were opened."""

    def __init__(self, path: Path) -> None:
        self._file, self._log = str(path), f"{path}-wal"
        opened = _stat(self._file)
        self._identity, self._size = _identity(opened), opened.st_size
        self._log_identity: Identity | None = None
        self._looking = Lock()  # an older look never overrules a newer one

    def require(self) -> bool:
        """Whether the file is as long as it was, at least.

        Raises ``StoreMissing`` where nothing lies there, ``Broken`` where something else does.
        """
        with self._looking:
            now = _stat(self._file)
            if _identity(now) != self._identity:
                raise _replaced(self._file)
            self._require_log()
            as_long = now.st_size >= self._size
            self._size = now.st_size if as_long else self._size
        return as_long

    def refuse_cut(self, whole: int) -> None:
        """Raises ``Broken`` where the file is shorter than the ``whole`` bytes the store takes it to
        have. It becomes shorter by itself when it was written anew (``Store.rewrite``), by us or by
        somebody who died over it.
        """
        with self._looking:
            now = _stat(self._file)
            if now.st_size < min(self._size, whole):
                raise Broken(f"{Path(self._file).name} is truncated", _RESTORE)
            self._size = now.st_size

    def _require_log(self) -> None:
        """The log lies there from the first write to the last close."""
        if self._log_identity is None:
            self._log_identity = _seen(self._log)
        elif _identity(_stat(self._log)) != self._log_identity:
            raise _replaced(self._log)


def _stat(path: str) -> os.stat_result:
    try:
        return os.stat(path)  # noqa: PTH116 - a third of the time, six times a decision
    except FileNotFoundError:
        raise StoreMissing(f"{Path(path).name} is missing", _BRING_BACK) from None
    except OSError as error:
        cause = f"{Path(path).name} cannot be reached: {error.strerror}"
        raise Broken(cause, "Check the disk") from error


def _seen(path: str) -> Identity | None:
    return _identity(_stat(path)) if Path(path).exists() else None


def _identity(found: os.stat_result) -> Identity:
    return found.st_dev, found.st_ino


def _replaced(path: str) -> Broken:
    return Broken(f"{Path(path).name} was replaced while it was in use", "Restart the service")
