"""A gallery's root names exactly these rows, at these epochs, in this order."""

from __future__ import annotations

import pytest

from facekeep.protect.schemes.split import Frame
from facekeep.storage.gallery import Gallery
from facekeep.terms.values import Epoch, RowId

ROWS = tuple(RowId(bytes([n]) * 16) for n in range(3))
EPOCHS = tuple(Epoch(bytes([n]) * 8) for n in range(3))
FRAME = Frame(b"t" * 16, "m", 8)
GALLERY = Gallery(FRAME, ROWS, EPOCHS)


@pytest.mark.parametrize(
    "other",
    [Gallery(FRAME, ROWS[::-1], EPOCHS), Gallery(FRAME, ROWS, EPOCHS[::-1]),
     Gallery(FRAME, ROWS[::-1], EPOCHS[::-1]), Gallery(FRAME, ROWS[:2], EPOCHS[:2]),
     Gallery(Frame(b"u" * 16, "m", 8), ROWS, EPOCHS), Gallery(Frame(b"t" * 16, "n", 8), ROWS, EPOCHS),
     Gallery(FRAME, (), ())],
    ids=["rows", "epochs", "order", "fewer", "home", "model", "none"],
)  # fmt: skip
def test_any_other_gallery_has_another_root(other: Gallery) -> None:
    """A permit over one does not serve the other."""
    assert other.root != GALLERY.root
    assert other.epoch != GALLERY.epoch


def test_same_gallery_has_the_same_root() -> None:
    """Both keepers arrive at it by themselves; 32 bytes, of which a permit's epoch is the head."""
    assert Gallery(FRAME, ROWS, EPOCHS).root == GALLERY.root
    assert len(GALLERY.root) == 32
    assert GALLERY.epoch == GALLERY.root[:8]


def test_gallery_does_not_show_its_rows() -> None:
    """Identifiers stay out of logs."""
    assert "rows" not in repr(GALLERY)
