"""What was verified is good until somebody writes: other connections, we ourselves, a rollback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from facekeep.db import remembered
from facekeep.db.remembered import Remembered, RememberedRows
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


PEOPLE = (
    (
        "CREATE TABLE yes (id INTEGER PRIMARY KEY, person BLOB, n INTEGER) STRICT",
        "CREATE TABLE no (id INTEGER PRIMARY KEY, person BLOB, n INTEGER) STRICT",
    ),
)
ANN, BEN = b"ann", b"ben"


class Hall:
    """A book of two tables about people that counts how often it reads."""

    def __init__(self, path: Path) -> None:
        self.store = Store.create(path / "p.db", "p", PEOPLE, b"h" * 16, b"m" * 16)
        self.reads = 0
        self.seen: RememberedRows[int] = RememberedRows(
            self.store, {"yes": "person", "no": "person"}
        )
        self.write("INSERT INTO yes VALUES (1, ?, 5)", ANN)
        self.write("INSERT INTO yes VALUES (2, ?, 7)", BEN)

    def write(self, sql: str, *values: object) -> None:
        with self.store.transaction() as tx:
            tx.execute(sql, values)

    def sum(self, person: bytes) -> int:
        return self.seen.get(person, "sum", lambda: self._read(person))

    def _read(self, person: bytes) -> int:
        self.reads += 1
        sql = "SELECT coalesce((SELECT sum(n) FROM yes WHERE person = ?1), 0)"
        row = self.store.one(
            f"{sql} - coalesce((SELECT sum(n) FROM no WHERE person = ?1), 0)", person
        )
        assert row is not None
        return int(row[0])


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    yield hall
    hall.store.close()


def test_rows_are_not_read_twice_while_nobody_writes_them(hall: Hall) -> None:
    """Another person's rows, another table's and another key leave them alone."""
    assert [hall.sum(ANN) for _ in range(3)] == [5] * 3
    hall.write("INSERT INTO no VALUES (1, ?, 2)", BEN)
    assert (hall.sum(ANN), hall.reads) == (5, 1)
    assert (hall.sum(BEN), hall.reads) == (5, 2)


@pytest.mark.parametrize(
    ("sql", "then"),
    [
        ("INSERT INTO no VALUES (3, x'616e6e', 1)", 4),
        ("INSERT OR REPLACE INTO yes VALUES (1, x'616e6e', 9)", 9),
        ("INSERT OR REPLACE INTO yes VALUES (1, x'62656e', 9)", 0),
        ("INSERT INTO yes VALUES (1, x'616e6e', 9) ON CONFLICT DO UPDATE SET n = excluded.n", 9),
        ("UPDATE yes SET n = 6 WHERE id = 1", 6),
        ("UPDATE yes SET person = x'62656e' WHERE id = 1", 0),
        ("UPDATE yes SET person = x'616e6e' WHERE id = 2", 12),
        ("UPDATE yes SET n = n + 1", 6),
        ("DELETE FROM yes WHERE id = 1", 0),
        ("DELETE FROM yes", 0),
    ],
)
def test_every_way_of_writing_a_row_drops_it(hall: Hall, sql: str, then: int) -> None:
    """Whoever writes need not know of the memory: inserted, replaced, moved, deleted."""
    assert hall.sum(ANN) == 5
    hall.write(sql)
    assert hall.sum(ANN) == then
    assert hall.sum(ANN) == then


def test_rows_are_as_new_inside_a_transaction_and_as_old_after_its_rollback(hall: Hall) -> None:
    """What is not kept is not remembered."""
    assert hall.sum(ANN) == 5
    with pytest.raises(RuntimeError), hall.store.transaction() as tx:  # noqa: PT012
        tx.execute("UPDATE yes SET n = 1 WHERE id = 1")
        assert hall.sum(ANN) == 1
        raise RuntimeError
    assert hall.sum(ANN) == 5


def test_rows_that_another_connection_wrote_are_seen_in_the_next_look(hall: Hall) -> None:
    """Somebody who edits the file behind our back, before a look and before a transaction."""
    for n in (2, 3):
        assert hall.sum(ANN) == hall.sum(ANN)
        other = sqlite3.connect(hall.store.path, isolation_level=None)
        other.execute("UPDATE yes SET n = ? WHERE id = 1", (n,))
        other.close()
        if n == 2:
            assert hall.sum(ANN) == n
        with hall.store.transaction():
            assert hall.sum(ANN) == n


def test_a_first_look_inside_a_transaction_watches_nothing(hall: Hall) -> None:
    """A trigger begun there would go with the rollback, and later writes would go unseen."""
    with pytest.raises(RuntimeError), hall.store.transaction():  # noqa: PT012
        assert hall.sum(ANN) == 5
        raise RuntimeError
    assert hall.sum(ANN) == 5
    hall.write("UPDATE yes SET n = 6 WHERE id = 1")
    assert hall.sum(ANN) == 6


def test_memory_of_rows_does_not_grow(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first."""
    monkeypatch.setattr(remembered, "MOST", 10)
    for n in range(50):
        hall.sum(bytes([n]))
    assert len(hall.seen._kept) == 10


def test_what_is_dropped_by_a_write_is_never_put_back_by_a_slow_reader(hall: Hall) -> None:
    """Readers and writers in threads: after each write, whoever looks sees at least that much."""

    def writes(_: int) -> int:
        seen = 0
        for _ in range(40):
            with hall.store.transaction() as tx:
                tx.execute("UPDATE yes SET n = n + 1 WHERE id = 1")
                (wrote,) = tx.execute("SELECT n FROM yes WHERE id = 1").fetchone()
            seen += hall.sum(ANN) < wrote
        return seen

    with ThreadPoolExecutor(6) as pool:
        looking = [pool.submit(lambda: [hall.sum(ANN) for _ in range(200)]) for _ in range(3)]
        assert sum(pool.map(writes, range(3))) == 0
        for looks in (future.result() for future in looking):
            assert looks == sorted(looks)
