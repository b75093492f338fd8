"""Rows of a gallery held ready in memory, and dropped the moment they are erased.

A search over noise reads every row, so expanding rows anew for each search is out of the question;
what is kept here is exactly what the keeper holds anyway, never more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import RLock

import numpy as np

from facekeep.storage.gallery import Gallery
from facekeep.terms.values import Epoch, Ring, RowId

Expand = Callable[[RowId, Epoch], Ring]
"""One row's words ``uint16 (d + 2,)``; raises where the row is not at this epoch."""


class WarmRows:
    """The rows of the gallery that was searched last."""

    def __init__(self) -> None:
        self._root = b""
        self._places: dict[tuple[RowId, Epoch], int] = {}
        self._words: Ring = _nothing()
        self._lock = RLock()

    def of(self, gallery: Gallery, expand: Expand) -> Ring:
        """The gallery's words ``uint16 (N, d + 2)`` in its order; only new rows are expanded."""
        with self._lock:
            if self._root != gallery.root:
                self._words = self._arranged(gallery, expand)
                pairs = zip(gallery.rows, gallery.epochs, strict=True)
                self._places = {pair: place for place, pair in enumerate(pairs)}
                self._root = gallery.root
            return self._words

    def forget(self, rows: Iterable[RowId]) -> None:
        """Overwrite erased rows at once, before anybody is told that they are gone."""
        gone = set(rows)
        with self._lock:
            for pair in [pair for pair in self._places if pair[0] in gone]:
                self._words[self._places.pop(pair)] = 0
                self._root = b""

    def drop(self) -> None:
        """Forget everything."""
        with self._lock:
            self._root, self._places, self._words = b"", {}, _nothing()

    def _arranged(self, gallery: Gallery, expand: Expand) -> Ring:
        words = np.empty((len(gallery.rows), gallery.frame.words), np.uint16)
        for place, pair in enumerate(zip(gallery.rows, gallery.epochs, strict=True)):
            known = self._places.get(pair)
            words[place] = self._words[known] if known is not None else expand(*pair)
        return words


def _nothing() -> Ring:
    return np.empty((0, 0), np.uint16)
