"""Counts of attempts: they add up, and one that was edited in the store is not counted on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from facekeep.db.store import Store
from facekeep.storage.ways import TABLES, Ending, Tally, WayBook
from facekeep.terms.errors import Tampered

FACE = Tally("gate", date(2026, 3, 2), "face", "standard", Ending.DONE, 2)
CARD = Tally("gate", date(2026, 3, 2), "card", "standard", Ending.DONE, 5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "r.db", "records", (TABLES,), b"h" * 16, b"m" * 16)
    yield store
    store.close()


@pytest.fixture
def book(store: Store) -> WayBook:
    return WayBook(store, b"k" * 32)


def count(store: Store, book: WayBook, *tallies: Tally) -> None:
    for tally in tallies:
        with store.transaction() as tx:
            book.count(tx, tally)


def counted(book: WayBook) -> dict[str, int]:
    return {tally.way: tally.n for tally in book.tallies("gate")}


def test_attempts_alike_are_one_row(store: Store, book: WayBook) -> None:
    """In whatever order they come, and after a restart."""
    count(store, book, FACE, FACE, CARD, FACE, CARD)
    assert counted(book) == {"face": 3, "card": 2}
    again = WayBook(store, b"k" * 32)
    count(store, again, FACE)
    assert counted(again) == {"face": 4, "card": 2}


def test_what_was_taken_back_is_not_counted(store: Store, book: WayBook) -> None:
    """The next attempt goes on from what lies there."""
    count(store, book, FACE)
    with suppress(RuntimeError), store.transaction() as tx:
        book.count(tx, FACE)
        raise RuntimeError
    assert counted(book) == {"face": 1}
    count(store, book, FACE)
    assert counted(book) == {"face": 2}


@pytest.mark.parametrize("edit", ["n = n + 1", "mac = zeroblob(32)", "n = 0"])
def test_an_edited_count_is_refused_at_once(store: Store, book: WayBook, edit: str) -> None:
    """By the very book that wrote it a moment ago, and by the next one."""
    count(store, book, FACE, FACE)
    with store.transaction() as tx:
        tx.execute(f"UPDATE way_tally SET {edit}")
    for reader in (book, WayBook(store, b"k" * 32)):
        with pytest.raises(Tampered):
            count(store, reader, FACE)


def test_another_rows_seal_does_not_serve(store: Store, book: WayBook) -> None:
    """The count that was sealed last, pasted over another one."""
    count(store, book, CARD, FACE)
    with store.transaction() as tx:
        tx.execute("UPDATE way_tally SET mac = (SELECT mac FROM way_tally WHERE way = 'face')")
    with pytest.raises(Tampered):
        count(store, book, CARD)
