"""People made of numbers, drawn to the statistics of a real embedder (MobileFaceNet foamliu).

Mated cosines .625 +- .127, non-mated .012 +- .102 (97 effective dimensions). A person
is a direction, a picture is that direction and noise of the same spectrum; how much of each is
drawn anew for every picture. A direction common to all gives non-mated pairs their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekeep.terms.values import Float32

EFFECTIVE = 97.0
"""Dimensions that faces really fill, whatever the length of the vector."""

COMMON = 0.012
"""The mean non-mated cosine."""

OWN_MEAN, OWN_SPREAD = 0.789, 0.107
"""A picture's share of its person's direction; mated cosines are products of two shares."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """One spectrum and one common direction for everybody drawn from it."""

    d: int
    scale: Float32
    common: Float32

    @classmethod
    def of(cls, d: int, generator: np.random.Generator) -> Crowd:
        """``d`` dimensions, of which as many are effective as faces fill."""
        direction = generator.standard_normal(d).astype(np.float32)
        return cls(d, _spectrum(d), direction / np.linalg.norm(direction) * COMMON**0.5)

    def people(self, count: int, generator: np.random.Generator) -> Float32:
        """Directions of persons ``float32 (count, d)``, not yet with what all have in common."""
        return self._drawn(count, generator)

    def pictures(self, people: Float32, generator: np.random.Generator) -> Float32:
        """One picture of each person: unit vectors ``float32 (count, d)``."""
        count = len(people)
        share = np.clip(generator.normal(OWN_MEAN, OWN_SPREAD, (count, 1)), 0.3, 0.98)
        mixed = share * people + np.sqrt(1 - share**2) * self._drawn(count, generator)
        return _units((mixed * np.sqrt(1 - COMMON) + self.common).astype(np.float32))

    def _drawn(self, count: int, generator: np.random.Generator) -> Float32:
        return _units(generator.standard_normal((count, self.d), dtype=np.float32) * self.scale)


def _spectrum(d: int) -> Float32:
    """Standard deviations j^(-a/2) with as many effective dimensions as were measured."""
    low, high = 0.0, 2.0
    ranks = np.arange(1, d + 1)
    for _ in range(60):
        middle = (low + high) / 2
        variance = ranks**-middle
        effective = variance.sum() ** 2 / (variance**2).sum()
        low, high = (middle, high) if effective > EFFECTIVE else (low, middle)
    return (ranks ** (-low / 2)).astype(np.float32)


def _units(rows: Float32) -> Float32:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
