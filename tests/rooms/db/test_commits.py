"""Whether anybody else has committed is never overlooked, and mostly not asked."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekeep.db.commits import Commits
from facekeep.db.store import Store

TABLES = (("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB) STRICT",),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "s.db", "s", TABLES, b"h" * 16, b"m" * 16)
    yield store
    store.close()


def put(store: Store, n: int) -> None:
    with store.transaction() as tx:
        tx.execute("INSERT INTO t VALUES (?, zeroblob(3000))", (n,))


def asked(store: Store) -> int:
    (version,) = store.connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def test_it_is_what_the_pragma_says_whoever_writes(store: Store) -> None:
    """We, another connection, another checkpoint, an emptied log, in any order."""
    other = sqlite3.connect(store.path, isolation_level=None)
    lot, acts = random.Random(3), 0

    def ours() -> None:
        put(store, 1000 + acts)

    def theirs() -> None:
        other.execute("INSERT INTO t VALUES (?, zeroblob(3000))", (5000 + acts,))

    def checkpoint() -> None:
        other.execute("PRAGMA wal_checkpoint(RESTART)")

    for _ in range(300):
        acts += 1
        before = store.data_version
        act = lot.choice((ours, theirs, checkpoint, store.sweep, lambda: None))
        act()
        assert store.data_version == asked(store)
        assert (store.data_version != before) == (act is theirs)
    other.close()


def test_another_process_is_seen_at_once(store: Store) -> None:
    """The head of the index is shared by all of them."""
    before = store.data_version
    write = f"import sqlite3; sqlite3.connect({str(store.path)!r}, isolation_level=None)"
    command = [sys.executable, "-c", f"{write}.execute('INSERT INTO t VALUES (7, NULL)')"]
    subprocess.run(command, check=True)
    assert store.data_version != before


def test_nothing_is_asked_while_nobody_commits(store: Store) -> None:
    """The point of it: one question after each commit of ours, however often one looks."""
    said: list[str] = []
    put(store, 1)
    store.connection.set_trace_callback(said.append)
    assert len({store.data_version for _ in range(50)}) == 1
    assert said.count("PRAGMA data_version") == 1
    put(store, 2)
    assert len({store.data_version for _ in range(50)}) == 1
    assert said.count("PRAGMA data_version") == 2
    store.connection.set_trace_callback(None)


def test_without_an_index_the_pragma_is_asked(store: Store, tmp_path: Path) -> None:
    """A file that lies elsewhere than it says is no reason to be wrong."""
    commits = Commits(tmp_path / "nowhere.db")
    other = sqlite3.connect(store.path, isolation_level=None)
    before = commits.version(store.connection)
    other.execute("INSERT INTO t VALUES (1, NULL)")
    assert commits.version(store.connection) != before
    other.close()
