"""Warm rows: expanded once, in the gallery's order, and zero the moment they are erased."""

from __future__ import annotations

import numpy as np
import pytest

from facekeep.protect.schemes.split import Frame
from facekeep.storage.gallery import Gallery
from facekeep.storage.keepers.warm import WarmRows
from facekeep.terms.errors import Retry
from facekeep.terms.values import Epoch, Ring, RowId

FRAME = Frame(b"t" * 16, "m", 4)


def gallery(*numbers: int, epoch: int = 0) -> Gallery:
    rows = tuple(RowId(bytes([n]) * 16) for n in numbers)
    return Gallery(FRAME, rows, tuple(Epoch(bytes([epoch]) * 8) for _ in numbers))


class Expanding:
    """Expands a row to its number plus its epoch, and counts."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, row: RowId, epoch: Epoch) -> Ring:
        self.asked.append(row[0])
        return np.full(FRAME.words, row[0] + epoch[0], np.uint16)


def shown(words: Ring) -> list[int]:
    assert (words == words[:, :1]).all()
    return [int(word) for word in words[:, 0]]


def test_each_row_is_expanded_once() -> None:
    """The same gallery again asks nobody; a grown one asks for the newcomers."""
    warm, expand = WarmRows(), Expanding()
    for _ in range(2):
        assert shown(warm.of(gallery(1, 2, 3), expand)) == [1, 2, 3]
    assert expand.asked == [1, 2, 3]
    assert shown(warm.of(gallery(3, 9, 1), expand)) == [3, 9, 1]
    assert expand.asked == [1, 2, 3, 9]


def test_row_at_another_epoch_is_expanded_anew() -> None:
    """A renewed row's old words serve nobody."""
    warm, expand = WarmRows(), Expanding()
    warm.of(gallery(1, 2), expand)
    assert shown(warm.of(gallery(1, 2, epoch=5), expand)) == [6, 7]
    assert expand.asked == [1, 2, 1, 2]


def test_erased_row_is_overwritten_at_once() -> None:
    """Whoever still holds the array sees zeros; the others keep their words."""
    warm, expand = WarmRows(), Expanding()
    words = warm.of(gallery(1, 2, 3), expand)
    warm.forget([RowId(b"\2" * 16), RowId(b"?" * 16)])
    assert shown(words) == [1, 0, 3]
    assert shown(warm.of(gallery(1, 3), expand)) == [1, 3]
    assert expand.asked == [1, 2, 3]


def test_erased_row_is_never_answered_from_memory() -> None:
    """Asked for again it is expanded again, which refuses."""
    warm, expand = WarmRows(), Expanding()
    warm.of(gallery(1, 2), expand)
    warm.forget([RowId(b"\1" * 16)])

    def gone(row: RowId, epoch: Epoch) -> Ring:
        raise Retry("gone", "")

    with pytest.raises(Retry):
        warm.of(gallery(1, 2), gone)
    assert shown(warm.of(gallery(2), gone)) == [2]


def test_dropped_rows_are_all_expanded_again() -> None:
    """Somebody else wrote to the store."""
    warm, expand = WarmRows(), Expanding()
    warm.of(gallery(1, 2), expand)
    warm.drop()
    warm.of(gallery(1, 2), expand)
    assert expand.asked == [1, 2, 1, 2]


def test_empty_gallery_has_no_rows() -> None:
    """Of the right width all the same."""
    assert WarmRows().of(gallery(), Expanding()).shape == (0, FRAME.words)
