"""A store whose file is not where it was is not written to, and nothing else is taken for that."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekeep.db.store import Store
from facekeep.terms.errors import Broken, StoreMissing, Tampered

SCHEMA = (("CREATE TABLE thing (id INTEGER PRIMARY KEY, body BLOB) STRICT",),)
HOME = b"h" * 16
LOT = 400


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with some rows, most of them in its file and some in its log."""
    made = Store.create(tmp_path / "things.db", "things", SCHEMA, HOME, b"m")
    fill(made)
    made.sweep()
    add(made)
    yield made
    made.close()


def add(store: Store) -> None:
    with store.transaction() as tx:
        tx.execute("INSERT INTO thing (body) VALUES (randomblob(3000))")


def fill(store: Store) -> None:
    with store.transaction() as tx:
        tx.executemany("INSERT INTO thing (body) VALUES (randomblob(?))", [(3000,)] * LOT)


def empty(store: Store) -> None:
    with store.transaction() as tx:
        tx.execute("DELETE FROM thing")


def count(store: Store) -> int:
    return int(store.rows("SELECT count(*) FROM thing")[0][0])


def test_a_file_that_was_moved_takes_no_more(store: Store) -> None:
    """Named at once; moved back, the store goes on with everything it had."""
    before = count(store)
    away = store.path.rename(store.path.with_name("away"))
    for _ in range(2):
        with pytest.raises(StoreMissing, match=r"things\.db is missing"):
            add(store)
    away.rename(store.path)
    add(store)
    assert count(store) == before + 1


def test_a_copy_in_its_place_is_another_file(store: Store) -> None:
    """What lies there now would be believed at the next start, without what we wrote."""
    away = store.path.rename(store.path.with_name("away"))
    shutil.copy(away, store.path)
    with pytest.raises(Broken, match="was replaced while it was in use"):
        store.require_there()


def test_a_log_that_was_tidied_up_is_missed(store: Store) -> None:
    """What is not in the file yet lies there."""
    add(store)
    Path(f"{store.path}-wal").unlink()
    with pytest.raises(StoreMissing, match=r"things\.db-wal is missing"):
        add(store)


def test_a_file_that_was_cut_is_named(store: Store) -> None:
    """SQLite may hold its pages in memory and notice nothing for days."""
    with store.path.open("r+b") as file:
        file.truncate(8192)
    with pytest.raises(Broken, match="is truncated"):
        store.require_there()


def test_a_file_written_anew_is_shorter_and_whole(store: Store) -> None:
    """Whoever left leaves no room behind; that is no fault."""
    long = store.path.stat().st_size
    empty(store)
    assert store.rewrite()
    assert store.path.stat().st_size < long
    store.require_there()
    fill(store)
    store.require_there()


def test_a_file_that_somebody_died_over_is_whole(store: Store) -> None:
    """Written anew in the log, not yet in the file: the next one's sweep makes it shorter."""
    empty(store)
    with store.reading() as connection:
        connection.execute("VACUUM")
    copy = store.path.with_name("copy.db")
    shutil.copy(store.path, copy)
    shutil.copy(f"{store.path}-wal", f"{copy}-wal")  # as it lies after kill -9
    other = Store.open(copy, "things", SCHEMA, HOME)
    other.require_there()
    other.sweep()
    other.require_there()
    add(other)
    assert count(other) == 1
    other.close()


@pytest.fixture
def torn(store: Store) -> Path:
    """A store whose process died between the first page and the last of moving its log into it."""
    fill(store)
    copy = store.path.with_name("torn.db")
    shutil.copy(store.path, copy)
    shutil.copy(f"{store.path}-wal", f"{copy}-wal")
    store.sweep()
    with copy.open("r+b") as file:
        file.write(store.path.read_bytes()[:4096])  # the page that tells how many there are
    return copy


def test_a_death_while_the_log_moves_is_no_damage(store: Store, torn: Path) -> None:
    """The log has what the file lacks."""
    other = Store.open(torn, "things", SCHEMA, HOME)
    assert count(other) == count(store)
    assert other.damage() is None
    other.sweep()
    other.require_there()
    other.close()


def test_the_same_without_its_log_is_truncated(torn: Path) -> None:
    """Somebody tidied up."""
    Path(f"{torn}-wal").unlink()
    with pytest.raises(Tampered, match="is truncated"):
        Store.open(torn, "things", SCHEMA, HOME)


def test_a_log_does_not_vouch_for_a_file_that_was_cut(torn: Path) -> None:
    """What is missing is in neither."""
    with torn.open("r+b") as file:
        file.truncate(40 * 4096)
    with pytest.raises((Tampered, Broken)):
        Store.open(torn, "things", SCHEMA, HOME)


def test_writing_anew_beside_others_alarms_nobody(store: Store) -> None:
    """One thread empties and rewrites, others write and look."""
    wrong: list[BaseException] = []
    done = threading.Event()

    def busy() -> None:
        try:
            while not done.is_set():
                add(store)
                store.require_there()
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    threads = [threading.Thread(target=busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(15):
        fill(store)
        empty(store)
        store.rewrite()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
