"""The six rules of a store."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Thread

import pytest

from facekeep.db import store as db_store
from facekeep.db.store import Store
from facekeep.terms.errors import Broken, StoreMissing, Tampered

TABLES = (("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB) STRICT",),)
HOME, MARK = b"h" * 16, b"m" * 16


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "s.db", "s", TABLES, HOME, MARK)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1),
     ("trusted_schema", 0), ("temp_store", 2)],
)  # fmt: skip
def test_pragmas_keep_our_promises(store: Store, pragma: str, value: object) -> None:
    """Each connection, not only the first."""
    assert store.one(f"PRAGMA {pragma}") == (value,)


def test_failed_transaction_leaves_nothing(store: Store) -> None:
    """All or nothing."""

    def fail() -> None:
        with store.transaction() as tx:
            tx.execute("INSERT INTO t VALUES (1, x'00')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.rows("SELECT * FROM t") == []


def test_writes_take_the_lock_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second writer is told who is in the way, within two seconds."""
    with store.transaction():
        other = sqlite3.connect(store.path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_busy_store_fails_with_a_name(store: Store) -> None:
    """Fail closed, with the cause."""
    store._connection.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Broken, match="another process"), store.transaction():
        pass
    other.close()


def test_full_disk_is_named_and_loses_nothing(store: Store) -> None:
    """SQLITE_FULL rolls back; what was acknowledged stays."""
    with store.transaction() as tx:
        tx.execute("INSERT INTO t VALUES (1, x'aa')")
    (pages,) = store.one("PRAGMA page_count") or (0,)
    store._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(Broken, match="disk is full"), store.transaction() as tx:
        tx.execute("INSERT INTO t VALUES (2, zeroblob(1000000))")
    assert store.rows("SELECT n FROM t") == [(1,)]


def test_sweep_waits_for_a_reader_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """wal_checkpoint returns busy = 1 without raising; so we look."""
    monkeypatch.setattr(db_store, "SWEEP_PATIENCE_S", 0.01)
    store._connection.execute("PRAGMA busy_timeout = 10")
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()
    with store.transaction() as tx:
        tx.execute("INSERT INTO t VALUES (1, x'00')")
    with pytest.raises(Broken, match="reader"):
        store.sweep()
    reader.close()
    store.sweep()
    assert Path(f"{store.path}-wal").stat().st_size == 0


@pytest.mark.parametrize(
    ("name", "home", "error"),
    [("s", b"x" * 16, Tampered), ("t", HOME, Tampered)],
)
def test_strange_store_is_refused(store: Store, name: str, home: bytes, error: type) -> None:
    """Another home's, or another store under this name."""
    store.close()
    with pytest.raises(error):
        Store.open(store.path, name, TABLES, home)


def test_schema_versions_are_lifted_one_by_one(store: Store) -> None:
    """Older: told to upgrade. Newer: told to install. Lifted in one transaction."""
    store.close()
    wanted = (*TABLES, ("ALTER TABLE t ADD COLUMN c TEXT",))
    with pytest.raises(Broken, match="upgrade"):
        Store.open(store.path, "s", wanted, HOME)
    lifted = Store.open_any_version(store.path, "s", wanted, HOME)
    assert (lifted.upgrade(), lifted.version) == (1, 2)
    lifted.close()
    with pytest.raises(Broken, match="newer"):
        Store.open(store.path, "s", TABLES, HOME)


def test_existing_file_is_never_overwritten(store: Store) -> None:
    """``create`` creates."""
    with pytest.raises(Broken):
        Store.create(store.path, "s", TABLES, HOME, MARK)


def test_missing_store_is_said_to_be_missing(tmp_path: Path) -> None:
    """And not made anew, empty."""
    with pytest.raises(StoreMissing):
        Store.open(tmp_path / "none.db", "s", TABLES, HOME)
    assert not (tmp_path / "none.db").exists()


class Badge:
    """An authority that is kept in the store it gives leave to write to."""

    def __init__(self, store: Store) -> None:
        self.store, self.asked = store, 0
        with store.transaction() as tx:
            tx.execute("INSERT INTO t VALUES (100, x'01')")

    def revoke(self) -> None:
        with self.store.transaction() as tx:
            tx.execute("DELETE FROM t WHERE n = 100")

    def require(self, tx: sqlite3.Connection) -> None:
        self.asked += 1
        assert tx.in_transaction
        if tx.execute("SELECT 1 FROM t WHERE n = 100").fetchone() is None:
            raise Broken("the badge was revoked")


def test_authority_is_read_again_in_the_transaction_of_the_act(store: Store) -> None:
    """Revoked between a request's start and its transaction, it takes the act back."""
    badge = Badge(store)

    def act() -> None:
        with store.transaction() as tx:
            tx.execute("INSERT INTO t VALUES (1, x'00')")

    with store.under(badge.require):
        act()
        revoking = Thread(target=badge.revoke)  # somebody else's, so not under our badge
        revoking.start()
        revoking.join()
        with pytest.raises(Broken, match="revoked"), store.transaction() as tx:
            tx.execute("INSERT INTO t VALUES (2, x'00')")
    assert (store.rows("SELECT n FROM t"), badge.asked) == ([(1,)], 2)


def test_conditions_add_up_and_end_with_their_block(store: Store) -> None:
    """The outer one is asked first; after the block nobody asks."""
    order: list[str] = []
    with store.under(lambda tx: order.append("outer")):
        with store.under(lambda tx: order.append("inner")), store.transaction():
            pass
        with store.transaction():
            pass
    with store.transaction():
        pass
    assert order == ["outer", "inner", "outer"]
