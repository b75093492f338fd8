"""Writers who share a COMMIT: each is taken back alone, and nobody hears of what is not on the disk."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from facekeep.db import turns
from facekeep.db.store import Store
from facekeep.terms.errors import Broken

ROOT = Path(__file__).resolve().parents[3]
TABLES = (
    (
        "CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB) STRICT",
        "CREATE TABLE half (n INTEGER, side TEXT, PRIMARY KEY (n, side)) STRICT",
    ),
)
HOME, MARK = b"h" * 16, b"m" * 16
PATIENCE_S = 30

Body = Callable[[sqlite3.Connection], object]


class Refusing(Exception):
    """What a body raises for reasons of its own."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "s.db", "s", TABLES, HOME, MARK)
    yield store
    store.close()


@pytest.fixture
def said(store: Store) -> Iterator[list[str]]:
    """Every statement the store's connection runs, in order."""
    statements: list[str] = []
    store.connection.set_trace_callback(statements.append)
    yield statements
    store.connection.set_trace_callback(None)


def act(store: Store, body: Body) -> None:
    with store.transaction() as tx:
        body(tx)


def together(store: Store, first: Body, *others: Body) -> list[BaseException | None]:
    """Bodies in one group: the others arrive while the first is at work. What each of them heard."""

    def waiting(tx: sqlite3.Connection) -> None:
        until(lambda: len(store._turns._coming) == len(others))
        first(tx)

    with ThreadPoolExecutor(1 + len(others)) as pool:
        heard: list[Future[None]] = [pool.submit(act, store, waiting)]
        until(lambda: store._turns._at_work)
        heard += [pool.submit(act, store, body) for body in others]
        return [future.exception(PATIENCE_S) for future in heard]


def until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def put(n: int) -> Body:
    return lambda tx: tx.execute("INSERT INTO t VALUES (?, x'00')", (n,))


def put_and_raise(n: int) -> Body:
    def body(tx: sqlite3.Connection) -> None:
        put(n)(tx)
        raise Refusing

    return body


def kept(store: Store) -> list[int]:
    return [n for (n,) in store.rows("SELECT n FROM t ORDER BY n")]


def ends(said: list[str]) -> list[str]:
    return [one for one in said if one in ("COMMIT", "ROLLBACK")]


def test_writers_who_wait_for_each_other_share_a_commit(store: Store, said: list[str]) -> None:
    """One BEGIN, one COMMIT, everything kept."""
    heard = together(store, put(1), put(2), put(3), put(4))
    assert heard == [None] * 4
    assert (said.count("BEGIN IMMEDIATE"), ends(said)) == (1, ["COMMIT"])
    assert kept(store) == [1, 2, 3, 4]


def test_somebody_alone_begins_works_and_commits(store: Store, said: list[str]) -> None:
    """No savepoint, no company to wait for."""
    act(store, put(1))
    assert [one.split()[0] for one in said] == ["BEGIN", "INSERT", "COMMIT"]


def test_one_body_that_raises_takes_back_its_own_work_only(store: Store, said: list[str]) -> None:
    """In the middle or at the end of a group."""
    heard = together(store, put(1), put_and_raise(2), put(3), put_and_raise(4))
    assert [type(one) for one in heard] == [type(None), Refusing, type(None), Refusing]
    assert ends(said) == ["COMMIT"]
    assert kept(store) == [1, 3]


def test_the_first_body_that_raises_holds_nobody_up(store: Store, said: list[str]) -> None:
    """It saw nothing of anybody: it is rolled back at once, and the others open a group of theirs."""
    heard = together(store, put_and_raise(1), put(2), put(3))
    assert [type(one) for one in heard] == [Refusing, type(None), type(None)]
    assert ends(said)[0] == "ROLLBACK"
    assert kept(store) == [2, 3]


class Failing:
    """A connection whose COMMIT does not reach the disk."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, *values)


def test_a_commit_that_fails_fails_everybody(store: Store) -> None:
    """Also whoever raised for a reason it read from the others' rows: that reason is not true."""
    store._turns.connection = Failing(store.connection)  # type: ignore[assignment]
    heard = together(store, put(1), put(2), put_and_raise(3))
    assert [type(one) for one in heard] == [Broken] * 3
    assert not store.connection.in_transaction
    store._turns.connection = store.connection
    assert kept(store) == []
    act(store, put(5))
    assert kept(store) == [5]


def test_a_full_disk_under_one_body_is_named_to_all(store: Store) -> None:
    """SQLite rolls back everything by itself: whoever was waiting for the COMMIT hears of it."""
    (pages,) = store.one("PRAGMA page_count") or (0,)
    store.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    heard = together(
        store, put(1), lambda tx: tx.execute("INSERT INTO t VALUES (2, zeroblob(1000000))")
    )
    assert ["the disk is full" in str(one) for one in heard] == [True, True]
    assert kept(store) == []


def test_a_rollback_that_a_body_hid_is_told_to_the_others(store: Store) -> None:
    """Who swallows the error of a full disk keeps nothing, and neither do the others."""
    (pages,) = store.one("PRAGMA page_count") or (0,)
    store.connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    def swallow(tx: sqlite3.Connection) -> None:
        with pytest.raises(sqlite3.OperationalError):
            tx.execute("INSERT INTO t VALUES (2, zeroblob(1000000))")

    heard = together(store, put(1), swallow)
    assert [type(one) for one in heard] == [Broken] * 2
    assert kept(store) == []


@pytest.mark.parametrize("round_", range(10))
def test_a_reader_sees_only_what_is_on_the_disk(store: Store, said: list[str], round_: int) -> None:
    """Between a body and its COMMIT nobody outside the group reads: not once in the whole course."""
    with ThreadPoolExecutor(2) as pool:
        reading: list[Future[list[int]]] = []

        def first(tx: sqlite3.Connection) -> None:
            put(1)(tx)
            reading.extend(pool.submit(kept, store) for _ in range(2))

        assert together(store, first, put(2), put(3)) == [None] * 3
        seen = [future.result(PATIENCE_S) for future in reading]
    begun, committed = said.index("BEGIN IMMEDIATE"), said.index("COMMIT")
    assert not [one for one in said[begun:committed] if one.startswith("SELECT")]
    assert all(one in ([1], [1, 2], [1, 3], [1, 2, 3]) for one in seen)


def test_who_reads_and_writes_within_keeps_the_store(store: Store, said: list[str]) -> None:
    """Nobody writes between the rows of one look, not even while a transaction of it ends."""
    with ThreadPoolExecutor(1) as pool:
        with store.reading():
            other = pool.submit(act, store, put(2))
            until(lambda: len(store._turns._coming) == 1)
            act(store, put(1))
            assert kept(store) == [1]
        assert other.exception(PATIENCE_S) is None
    assert kept(store) == [1, 2]


def test_a_transaction_within_another_is_refused(store: Store) -> None:
    """The outer one may go on."""
    with store.transaction() as tx:
        put(1)(tx)
        with pytest.raises(Broken, match="within another"), store.transaction():
            pass
        put(2)(tx)
    assert kept(store) == [1, 2]


def test_a_writer_that_never_comes_is_not_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was called off on the way to its turn: whoever waits for its COMMIT ends the group."""
    monkeypatch.setattr(turns, "LOOK_AGAIN_S", 0.01)
    coming = store._turns._coming
    coming.append(None)
    with ThreadPoolExecutor(2) as pool:
        left = pool.submit(act, store, put(1))
        until(lambda: store._turns._left is not None)
        reading = pool.submit(kept, store)
        coming.pop()
        assert left.exception(PATIENCE_S) is None
        assert reading.result(PATIENCE_S) == [1]


def promised(store: Store, body: Body, ready: threading.Event) -> None:
    """A writer who says so, and is ready when told."""
    with store.soon():
        assert ready.wait(PATIENCE_S)
        act(store, body)


def test_writers_who_can_wait_share_a_commit(
    store: Store, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first waits at its gate while the second is near, and they are on the disk together."""
    monkeypatch.setattr(turns, "COMPANY_S", PATIENCE_S)
    ready, later = threading.Event(), threading.Event()
    ready.set()
    with ThreadPoolExecutor(2) as pool:
        second = pool.submit(promised, store, put(2), later)
        until(lambda: bool(store._turns._soon))
        first = pool.submit(promised, store, put(1), ready)
        until(lambda: bool(store._turns._gates))
        assert kept(store) == []
        later.set()
        assert (first.exception(PATIENCE_S), second.exception(PATIENCE_S)) == (None, None)
    assert kept(store) == [1, 2]
    assert said.count("COMMIT") == 1
    assert not any((store._turns._coming, store._turns._soon, store._turns._gates))


def test_a_writer_who_can_wait_lets_readers_come_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits to read has read before it writes."""
    monkeypatch.setattr(turns, "COMPANY_S", PATIENCE_S)
    ready = threading.Event()
    ready.set()
    with ThreadPoolExecutor(2) as pool:
        with store.reading():
            reader = pool.submit(kept, store)
            until(lambda: bool(store._turns._looking))
            writer = pool.submit(promised, store, put(1), ready)
            until(lambda: bool(store._turns._gates))
        assert reader.result(PATIENCE_S) == []
        assert writer.exception(PATIENCE_S) is None
    assert kept(store) == [1]


def test_nobody_is_waited_for_who_thinks_better_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who promised a write and has none after all ends what waits for it alone."""
    monkeypatch.setattr(turns, "LOOK_AGAIN_S", PATIENCE_S)
    left: list[Future[None]] = []

    def nothing_after_all(pool: ThreadPoolExecutor) -> None:
        with store.soon():
            left.append(pool.submit(act, store, put(1)))
            until(lambda: store._turns._left is not None)
            raise Refusing

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(Refusing):
            nothing_after_all(pool)
        assert left[0].exception(PATIENCE_S) is None
    assert kept(store) == [1]


@pytest.mark.parametrize("way", ["at the gate", "in a group"])
def test_a_promise_that_takes_long_keeps_nobody_waiting_long(store: Store, way: str) -> None:
    """Company is waited for a moment, and no longer."""
    never, ready = threading.Event(), threading.Event()
    ready.set()
    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(promised, store, put(2), never)
        until(lambda: bool(store._turns._soon))
        body = partial(promised, ready=ready) if way == "at the gate" else act
        assert pool.submit(body, store, put(1)).exception(PATIENCE_S) is None
        assert kept(store) == [1]
        never.set()
        assert late.exception(PATIENCE_S) is None
    assert kept(store) == [1, 2]


def test_authority_that_ended_in_the_same_group_ends_the_act(store: Store) -> None:
    """The check runs in the savepoint of the act, behind whoever revoked."""
    act(store, put(100))

    def badge(tx: sqlite3.Connection) -> None:
        if tx.execute("SELECT 1 FROM t WHERE n = 100").fetchone() is None:
            raise Refusing

    def under_badge(tx: sqlite3.Connection) -> None:
        badge(tx)
        put(1)(tx)

    heard = together(store, lambda tx: tx.execute("DELETE FROM t WHERE n = 100"), under_badge)
    assert [type(one) for one in heard] == [type(None), Refusing]
    assert kept(store) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_update_is_lost_and_no_body_is_halved(store: Store, seed: int) -> None:
    """Many threads count up, some raise half-way: the count is of those who were told it was kept."""
    threads, each = 8, 25
    act(store, lambda tx: tx.execute("INSERT INTO t VALUES (0, x'')"))

    def count(tx: sqlite3.Connection, lot: random.Random, n: int) -> None:
        (so_far,) = tx.execute("SELECT length(b) FROM t WHERE n = 0").fetchone()
        tx.execute("INSERT INTO half VALUES (?, 'left')", (n,))
        if lot.random() < 0.3:
            raise Refusing
        tx.execute("UPDATE t SET b = zeroblob(?) WHERE n = 0", (so_far + 1,))
        tx.execute("INSERT INTO half VALUES (?, 'right')", (n,))

    def work(thread: int) -> set[int]:
        lot, done = random.Random(1000 * seed + thread), set()
        for n in range(thread * each, (thread + 1) * each):
            try:
                with store.soon() if lot.random() < 0.5 else nullcontext():
                    act(store, lambda tx, n=n: count(tx, lot, n))  # type: ignore[misc]
                done.add(n)
            except Refusing:
                assert store.one("SELECT 1 FROM half WHERE n = ?", n) is None
        return done

    with ThreadPoolExecutor(threads) as pool:
        told = set[int]().union(*pool.map(work, range(threads)))
    assert dict(store.rows("SELECT n, count(*) FROM half GROUP BY n")) == dict.fromkeys(told, 2)
    assert store.one("SELECT length(b) FROM t WHERE n = 0") == (len(told),)


CHILD = """
import os, sys, threading
from pathlib import Path
from facekeep.db.store import Store

store = Store.open(Path(sys.argv[1]), "s", ((), ), b"h" * 16)
start = (store.one("SELECT coalesce(max(n), 0) FROM half") or (0,))[0]

def work(thread):
    for n in range(start + 1 + thread, 10**9, 8):
        with store.soon(), store.transaction() as tx:
            tx.execute("INSERT INTO half VALUES (?, 'left')", (n,))
            tx.execute("INSERT INTO half VALUES (?, 'right')", (n,))
        os.write(1, b"%d\\n" % n)

for thread in range(8):
    threading.Thread(target=work, args=(thread,)).start()
"""


@pytest.mark.parametrize("rounds", [6, pytest.param(100, marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_when_killed(store: Store, rounds: int) -> None:
    """kill -9 under eight writers, again and again on one file."""
    store.close()
    lot, told = random.Random(1), set[int]()
    for _ in range(rounds):
        told |= acknowledged_until_killed(store.path, lot.randrange(20, 200))
        again = Store.open(store.path, "s", TABLES, HOME)
        halves = dict(again.rows("SELECT n, count(*) FROM half GROUP BY n"))
        again.close()
        assert told <= halves.keys()
        assert set(halves.values()) == {2}


def acknowledged_until_killed(path: Path, few: int) -> set[int]:
    command = [sys.executable, "-c", textwrap.dedent(CHILD), str(path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(few)]
        child.kill()
        lines += child.stdout.readlines()
    return {int(line) for line in lines if line.endswith(b"\n")}


def test_threads_that_only_read_do_not_meet_in_groups(store: Store, said: list[str]) -> None:
    """Readers begin nothing."""
    threads = [threading.Thread(target=kept, args=(store,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not [one for one in said if not one.startswith("SELECT")]
