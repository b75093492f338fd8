"""Which rows a 1:N search covers: both keepers must mean the same ones in the same order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from facekeep.protect.schemes.split import Frame
from facekeep.terms.encoding import prefixed
from facekeep.terms.values import Epoch, RowId


@dataclass(frozen=True)
class Gallery:
    """Rows in order of their random identifiers, each at its epoch; new each generation."""

    frame: Frame
    rows: tuple[RowId, ...] = field(repr=False)
    epochs: tuple[Epoch, ...] = field(repr=False)

    @cached_property
    def root(self) -> bytes:
        """32 bytes naming exactly these rows at these epochs in this order."""
        fields = (self.frame.tenant, self.frame.model.encode(), *self.rows, *self.epochs)
        return hashlib.sha256(prefixed(*fields)).digest()

    @property
    def epoch(self) -> Epoch:
        """The epoch a permit over the whole gallery names."""
        return Epoch(self.root[:8])
