"""Copies of a store at work, and files that are there whole or not at all."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from facekeep.db.store import Store
from facekeep.storage.copies import chunks_of, copied, new_file, write_new
from facekeep.terms.errors import Broken, Misused

TABLES = (("CREATE TABLE t (x BLOB) STRICT",),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with a thousand rows."""
    made = Store.create(tmp_path / "s.db", "s", TABLES, b"h" * 16, b"m" * 16)
    with closing(made):
        with made.transaction() as tx:
            tx.executemany(
                "INSERT INTO t VALUES (?)", [(bytes([n % 256]) * 100,) for n in range(1000)]
            )
        yield made


def rows(content: bytes, folder: Path) -> int:
    path = folder / "copy"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(raw.execute("SELECT count(*) FROM t").fetchone()[0])


def test_a_copy_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    """What is written meanwhile is not in it, and a row in the log already is."""
    with copied(store) as file:
        with store.transaction() as tx:
            tx.execute("DELETE FROM t")
        content = b"".join(chunks_of(file))
    assert rows(content, tmp_path) == 1000
    assert store.rows("SELECT count(*) FROM t") == [(0,)]


def test_a_copy_has_no_name(store: Store) -> None:
    """Whatever ends the process ends the copy: nothing lies in the folder while it is read."""
    before = {path.name for path in store.path.parent.iterdir()}
    with copied(store) as file:
        assert file.read(16) == b"SQLite format 3\0"
        assert {path.name for path in store.path.parent.iterdir()} == before


def test_what_a_killed_copy_left_is_no_hindrance(store: Store) -> None:
    """Should a name be left behind all the same."""
    left = store.path.with_name("s.db.copy")
    left.write_bytes(b"left")
    with copied(store) as file:
        assert file.read(6) == b"SQLite"
    assert not left.exists()


def test_the_store_is_swept_after_a_copy(store: Store) -> None:
    """No reader stays to keep the log from being emptied."""
    with copied(store):
        store.sweep()


def test_a_new_file_is_whole_or_absent(tmp_path: Path) -> None:
    """Mode 0600, under its name only at the end."""
    path = tmp_path / "x"
    write_new(path, [b"a", b"b"])
    assert path.read_bytes() == b"ab"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "y") as file:
        file.write(bytes(1 // 0))
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither a file nor a link's target."""
    path = tmp_path / "x"
    path.write_bytes(b"mine")
    with pytest.raises(Broken, match="exists"):
        write_new(path, [b"other"])
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "disk is full"), (errno.EROFS, "written to"),
     (errno.EIO, "does not answer")],
)  # fmt: skip
def test_the_machine_says_why(tmp_path: Path, number: int, said: str) -> None:
    """By the cause's name, and nothing is left."""
    with pytest.raises(Broken, match=said), new_file(tmp_path / "x"):
        raise OSError(number, "…")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Is the caller's mistake."""
    with pytest.raises(Misused, match="no such folder"):
        write_new(tmp_path / "none" / "x", [b""])
