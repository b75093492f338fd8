"""What was verified is good until somebody writes: other connections, we ourselves, a rollback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekeep.db.remembered import Remembered
from facekeep.db.store import Store

MIGRATIONS = (("CREATE TABLE thing (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT",),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "t.db", "t", MIGRATIONS, b"h" * 16, b"m" * 16)
    with store.transaction() as tx:
        tx.execute("INSERT INTO thing VALUES ('a', 1)")
    yield store
    store.close()


class Shelf:
    """A book that counts how often it reads."""

    def __init__(self, store: Store) -> None:
        self.store, self.reads = store, 0
        self.seen: Remembered[int] = Remembered(store)

    def get(self) -> int:
        return self.seen.get("a", self.read)

    def read(self, name: str) -> int:
        self.reads += 1
        row = self.store.one("SELECT n FROM thing WHERE name = ?", name)
        assert row is not None
        return int(row[0])

    def write(self, tx: sqlite3.Connection, n: int) -> None:
        self.seen.forget()
        tx.execute("UPDATE thing SET n = ?", (n,))


def test_nothing_is_read_twice_while_nobody_writes(store: Store) -> None:
    """The point of it."""
    shelf = Shelf(store)
    assert [shelf.get() for _ in range(5)] == [1] * 5
    assert shelf.reads == 1


def test_another_connection_is_seen(store: Store) -> None:
    """Somebody who edits the file behind our back is noticed at the next look."""
    shelf = Shelf(store)
    assert shelf.get() == 1
    with sqlite3.connect(store.path) as other:
        other.execute("UPDATE thing SET n = 7")
    other.close()
    assert shelf.get() == 7


def test_our_own_write_is_seen_at_once_and_a_rollback_undone(store: Store) -> None:
    """Inside a transaction the new value, after its rollback the old one."""
    shelf = Shelf(store)
    assert shelf.get() == 1
    with pytest.raises(RuntimeError), store.transaction() as tx:  # noqa: PT012
        shelf.write(tx, 2)
        assert shelf.get() == 2
        raise RuntimeError
    assert shelf.get() == 1
    with store.transaction() as tx:
        shelf.write(tx, 3)
    assert shelf.get() == 3


def test_what_fails_is_not_remembered(store: Store) -> None:
    """A refusal is asked for again."""
    seen: Remembered[int] = Remembered(store)

    def missing(name: str) -> int:
        raise KeyError(name)

    for _ in range(2):
        with pytest.raises(KeyError):
            seen.get("b", missing)
    assert seen.get("b", lambda name: 5) == 5
