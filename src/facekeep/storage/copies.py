"""Consistent copies of a store while it is at work, and files written whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from facekeep.db.store import Store
from facekeep.terms.errors import Broken, Misused

CHUNK = 1 << 20


@contextmanager
def copied(store: Store) -> Iterator[BinaryIO]:
    """A copy of a store as of one moment (SQLite's online backup API), open for reading.

    It lies beside the store in a file without a name: whatever ends the process ends the copy too.
    Writers go on meanwhile; a sweep waits for the copy to be made.
    """
    part = store.path.with_name(f"{store.path.name}.copy")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(handle, "rb") as file:
        with closing(sqlite3.connect(part, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")
            target.execute("PRAGMA synchronous = OFF")
            part.unlink()
            _copy(store, target)
        yield file


def _copy(store: Store, target: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(f"{store.path.absolute().as_uri()}?mode=ro", uri=True)) as source:
        try:
            source.backup(target)
        except sqlite3.OperationalError as error:
            raise Broken(f"{store.name} could not be copied", "Free some space") from error


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """A file from where it stands to its end."""
    while chunk := file.read(CHUNK):
        yield chunk


def write_new(path: Path, chunks: Iterable[bytes]) -> None:
    """A new file of mode 0600, durable when this returns; a failure leaves none.

    Raises ``Broken`` where one of that name lies, or the disk is full or away.
    """
    with new_file(path) as file:
        for chunk in chunks:
            file.write(chunk)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """The same for somebody who writes and seeks: the name appears when all is written."""
    refuse_existing(path)
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _named(error) from error
    finally:
        part.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """Raises ``Broken`` where something of that name lies already."""
    if path.exists():
        raise Broken(f"{path.name} already exists", "Choose another folder, or move it away")


def _named(error: OSError) -> Broken | Misused:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Broken("the disk is full", "Free some space; nothing acknowledged was lost")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Misused("there is no such folder")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Broken("the folder may not be written to", "Choose another, or change its rights")
    return Broken("the disk does not answer", "Check the disk")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
