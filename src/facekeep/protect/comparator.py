"""The comparator: two padded partial sums and a permit in, yes or no out.

It never sees a probe, a reference or a key, and nothing it returns carries a score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facekeep.protect.schemes import split
from facekeep.terms.errors import Tampered
from facekeep.terms.values import NORM_BOUND, Decision, Permit


class Comparator:
    """Holds its own name; a permit made out to another comparator is refused."""

    def __init__(self, name: str) -> None:
        self.name = name

    def one(
        self, reference_half: split.Partial, key_half: split.Partial, permit: Permit
    ) -> Decision:
        """1:1. Raises ``Tampered`` on any mismatch."""
        self._refuse_foreign(permit)
        (score,) = split.opened(reference_half, key_half)
        return split.decide(int(score), permit.threshold)

    def many(
        self, reference_half: split.Partial, key_half: split.Partial, permit: Permit
    ) -> NDArray[np.intp]:
        """1:N: the positions that match, in row order. Raises ``Tampered`` on any mismatch."""
        self._refuse_foreign(permit)
        scores = split.opened(reference_half, key_half)
        return np.flatnonzero(scores >= permit.threshold)

    def _refuse_foreign(self, permit: Permit) -> None:
        if permit.comparator != self.name:
            raise Tampered("the permit names another comparator")
        if not 0 < permit.threshold <= NORM_BOUND:
            raise Tampered("the permit's threshold is out of range")
