"""Has anybody else committed since? Mostly told without asking SQLite.

In WAL mode every commit, of whichever process, writes the head of the index that all connections share
(``-shm``: 48 bytes twice over, with a counter, sizes, salts and a checksum; https://sqlite.org/walformat.html,
section 2.1). While these bytes are what they were, nobody has committed, and the ``data_version`` is what it
was. To look costs half a microsecond; the pragma takes two system calls and lets go of the interpreter
three times, several times a decision.
"""

from __future__ import annotations

import mmap
import sqlite3
from contextlib import suppress
from pathlib import Path

HEAD_BYTES = 96


class Commits:
    """One connection's ``data_version``. Its user takes turns: one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._index = Path(f"{path}-shm")
        self._shared: mmap.mmap | None = None
        self._known = (b"", 0)

    def version(self, connection: sqlite3.Connection) -> int:
        """Changes when somebody else's connection commits (custody rule 5)."""
        head, (known, version) = self._head(), self._known
        if head and head == known:
            return version
        version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        if head == self._head():  # nobody committed while we asked
            self._known = (head, version)
        return version

    def close(self) -> None:
        """Let go of the index."""
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    def _head(self) -> bytes:
        """The bytes as they are; none before there is an index."""
        if self._shared is None:
            with suppress(OSError, ValueError), self._index.open("rb") as file:
                self._shared = mmap.mmap(file.fileno(), HEAD_BYTES, access=mmap.ACCESS_READ)
        return self._shared[:] if self._shared is not None else b""
