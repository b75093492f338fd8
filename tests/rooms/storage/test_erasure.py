"""Erasure: wherever a row got to, it goes from there; nobody else's does."""

from __future__ import annotations

import os

import pytest

from facekeep.terms.values import RowId
from tests.rooms.storage.shelf import Shelf


def held(shelf: Shelf) -> tuple[set[bytes], set[bytes]]:
    return {row.row for row in shelf.vault.every()}, set(shelf.references.identifiers())


def test_erasing_ends_both_halves_and_only_those(shelf: Shelf) -> None:
    """The person's evidence secret lives on; the erasure is on the list."""
    gone, kept = shelf.pair(), shelf.pair()
    secret = shelf.vault.draw_secret(b"p" * 16)
    shelf.eraser.erase([gone], 5)
    assert held(shelf) == ({kept.row}, {kept.row})
    assert shelf.vault.secret(b"p" * 16) == secret
    assert [(e.row, e.at, e.departed) for e in shelf.custody.erasures()] == [
        (gone.row.hex(), 5, False)
    ]


def test_erasing_nobody_changes_nothing(shelf: Shelf) -> None:
    """No new slot, nothing on the list."""
    row = shelf.pair()
    shelf.eraser.erase([], 5)
    assert shelf.vault.generation == 1
    assert held(shelf) == ({row.row}, {row.row})
    assert list(shelf.custody.erasures()) == []


@pytest.mark.parametrize("lies_in", ["both", "keys", "references", "neither"])
def test_one_row_goes_from_wherever_it_got_to(shelf: Shelf, lies_in: str) -> None:
    """An enrolment interrupted anywhere; a repeat is no error."""
    kept = shelf.pair()
    row = {
        "both": lambda: shelf.pair().row, "keys": lambda: shelf.key(active=False).row,
        "references": shelf.reference, "neither": lambda: RowId(os.urandom(16)),
    }[lies_in]()  # fmt: skip
    for _ in range(2):
        shelf.eraser.erase_row(row, 5)
        assert held(shelf) == ({kept.row}, {kept.row})


def test_replacing_ends_the_older_in_either_store(shelf: Shelf) -> None:
    """Where the key is gone already, the reference still goes; the newer counts."""
    newer, older = shelf.pair(active=False), shelf.pair()
    loose = shelf.reference()
    shelf.eraser.replace(newer.row, [older.row, loose], 5)
    assert held(shelf) == ({newer.row}, {newer.row})
    assert shelf.vault.of_purpose("gate")[0].row == newer.row


def test_departure_takes_rows_a_first_try_had_left(shelf: Shelf) -> None:
    """Their keys are gone already: only named."""
    shelf.vault.draw_secret(b"p" * 16)
    row, more, other = shelf.pair(), shelf.reference(), shelf.pair(b"o" * 16)
    shelf.eraser.depart(b"p" * 16, [b"c" * 16], [row], [more], 5, 50)
    assert held(shelf) == ({other.row}, {other.row})
    assert shelf.vault.secret(b"p" * 16) is None


def test_rows_without_a_grant_go_once(shelf: Shelf) -> None:
    """Run out, ended, or both: counted as one; a repeat finds nobody."""
    run_out = shelf.pair(b"a" * 16, expires=10)
    ended = shelf.pair(b"b" * 16, active=False)
    both = shelf.pair(b"d" * 16, expires=10)
    kept = shelf.pair(b"e" * 16, expires=11)
    consents = [b"b" * 16, b"d" * 16, b"?" * 16]
    assert shelf.eraser.erase_ungranted([], 9.9) == 0
    assert shelf.eraser.erase_ungranted(consents, 10.5) == 3
    assert held(shelf) == ({kept.row}, {kept.row})
    assert shelf.eraser.erase_ungranted(consents, 10.5) == 0
    erased = {e.row for e in shelf.custody.erasures()}
    assert erased == {row.row.hex() for row in (run_out, ended, both)}


def test_halves_without_their_other_half_go(shelf: Shelf) -> None:
    """Counted; a widowed key is an erasure to be remembered, an orphan says nothing to anybody."""
    kept, widow, orphan = shelf.pair(), shelf.key(), shelf.reference()
    assert (shelf.eraser.erase_orphans(), shelf.eraser.erase_widowed(5)) == (1, 1)
    assert (shelf.eraser.erase_orphans(), shelf.eraser.erase_widowed(5)) == (0, 0)
    assert held(shelf) == ({kept.row}, {kept.row})
    listed = [e.row for e in shelf.custody.erasures()]
    assert listed == [widow.row.hex()]
    assert orphan.hex() not in listed
