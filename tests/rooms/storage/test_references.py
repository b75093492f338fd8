"""The reference store: rows as they were kept, swapped only from the epoch they are at."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from facekeep.protect.schemes.split import Record
from facekeep.storage import references as module
from facekeep.terms.values import Epoch, RowId
from tests.rooms.storage.shelf import Shelf


def record(shelf: Shelf, row: RowId) -> Record:
    found = shelf.references.of_row(row)
    assert found is not None
    return found


def test_record_returns_as_it_was_kept(shelf: Shelf) -> None:
    """Sixteen-bit words, little-endian on disk; nobody for an unknown name."""
    words = np.array([0, 1, 0x0102, 0xFFFF], np.uint16)
    kept = Record(RowId(b"r" * 16), Epoch(b"e" * 8), words, b"s" * 16, b"m" * 32)
    shelf.references.keep(kept)
    found = record(shelf, kept.row)
    assert found.words.dtype == np.uint16
    assert found.words.tolist() == words.tolist()
    assert (found.row, found.epoch, found.salt, found.mac) == (
        kept.row, kept.epoch, kept.salt, kept.mac,
    )  # fmt: skip
    (raw,) = shelf.references.store.rows("SELECT words FROM reference")
    assert raw[0] == bytes.fromhex("000001000201ffff")
    assert shelf.references.of_row(RowId(b"?" * 16)) is None


def test_no_name_is_kept_twice(shelf: Shelf) -> None:
    """A row is replaced by compare-and-set or not at all."""
    row = shelf.reference()
    before = record(shelf, row)
    with pytest.raises(Exception, match="UNIQUE"):
        shelf.references.keep(replace(before, mac=b"x" * 32))
    assert record(shelf, row).mac == before.mac


def test_many_rows_come_in_the_order_asked_for(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over several queries, with unknown and repeated names among them."""
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    rows = [shelf.reference() for _ in range(7)]
    asked = [rows[5], RowId(b"?" * 16), rows[0], rows[5], rows[2], rows[6], rows[1], rows[0]]
    found = [one.row if one else None for one in shelf.references.of_rows(asked)]
    assert found == [row if row in rows else None for row in asked]
    assert list(shelf.references.of_rows([])) == []
    assert [one.row for one in shelf.references.every()] == sorted(rows)
    assert shelf.references.identifiers() == set(rows)


def test_only_rows_still_at_the_epoch_are_swapped(shelf: Shelf) -> None:
    """The others stay as they are; the number says how many went."""
    rows = [shelf.reference() for _ in range(3)]
    records = [record(shelf, row) for row in rows]
    fresh = [replace(r, epoch=Epoch(b"n" * 8), words=r.words + 1) for r in records]
    befores = [records[0].epoch, Epoch(b"x" * 8), records[2].epoch]
    assert shelf.references.swap(list(zip(fresh, befores, strict=True))) == 2
    epochs = [record(shelf, row).epoch for row in rows]
    assert epochs == [b"n" * 8, records[1].epoch, b"n" * 8]
    assert (record(shelf, rows[0]).words == records[0].words + 1).all()
    assert shelf.references.swap([(fresh[0], records[0].epoch)]) == 0


def test_holders_are_told_of_every_row_that_goes_or_changes(shelf: Shelf) -> None:
    """Before it happens; generators are read once."""
    row, other, heard = shelf.reference(), shelf.reference(), []
    shelf.references.when_gone(lambda rows: heard.append(sorted(rows)))
    before = record(shelf, row)
    shelf.references.swap(iter([(replace(before, epoch=Epoch(b"n" * 8)), before.epoch)]))
    shelf.references.erase(one for one in (row, other))
    assert heard == [[row], sorted([row, other])]
    assert shelf.references.identifiers() == set()


def test_erasing_the_unknown_is_no_error(shelf: Shelf) -> None:
    """A repeated erasure, and one of nobody."""
    row = shelf.reference()
    for gone in ([], [RowId(os.urandom(16))]):
        shelf.references.erase(gone)
    assert shelf.references.identifiers() == {row}


def test_small_file_is_written_anew_after_each_record_and_a_large_one_at_rest(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a page is most of the file nothing waits; beyond, it waits until the home rests."""
    monkeypatch.setattr(module, "FEW", 3)
    written: list[int] = []
    real = shelf.references.store.rewrite
    monkeypatch.setattr(
        shelf.references.store, "rewrite", lambda: written.append(1) is None and real()
    )
    for _ in range(5):
        shelf.reference()
    assert len(written) == 3
    shelf.references.settle()
    shelf.references.settle()
    assert len(written) == 4


def test_file_that_could_not_be_written_anew_is_tried_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader was there: at rest it is made up for."""
    with monkeypatch.context() as patched:
        patched.setattr(shelf.references.store, "rewrite", lambda: False)
        shelf.reference()
    written: list[int] = []
    monkeypatch.setattr(shelf.references.store, "rewrite", lambda: written.append(1) is None)
    shelf.references.settle()
    shelf.references.settle()
    assert len(written) == 1
