"""Looking at some of many: which ones is drawn by lot, so that nobody can keep out of every look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from facekeep.terms.ports import Entropy

One = TypeVar("One")


def some(values: Sequence[One], most: int, entropy: Entropy) -> list[One]:
    """At most so many, in a row from a place drawn by lot; all of them where there are no more."""
    if len(values) <= most:
        return list(values)
    start = int.from_bytes(entropy(8), "big") % len(values)
    return [values[(start + n) % len(values)] for n in range(most)]
