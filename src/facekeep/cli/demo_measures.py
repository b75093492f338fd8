"""What a thief can measure, each with a control that shows the instrument sees. Pure.

Every p-value is a Monte Carlo one, exact whatever the sample's size: (1 + draws at least as
extreme) / (1 + draws), against draws of uniformly random bytes put through the same procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facekeep.terms.values import Ring

DRAWS = 9_999
ALARM = 1e-4
"""A p-value no larger than this is called a pattern: by chance once in 10,000 runs."""

CHUNK = 500
BINS = 60
"""Of the histogram of guesses: three to a twentieth of the axis."""
PIECE = 16
"""Bytes of a secret that are looked for at once: no file holds them by chance (2^-128)."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evenness:
    """Chi-square of a byte histogram against even, and what even bytes give."""

    bytes: int
    chi_square: float
    p: float
    low: float
    high: float

    @property
    def is_noise(self) -> bool:
        """Whether nothing tells it from random bytes."""
        return self.p > ALARM


def evenness(data: bytes, rng: np.random.Generator) -> Evenness:
    """How evenly the 256 byte values occur; ``low..high`` holds 95 % of random data."""
    seen = float(_chi_square(np.frombuffer(data, np.uint8)[None, :])[0])
    null = np.concatenate(
        [_chi_square(rng.integers(0, 256, (size, len(data)), np.uint8)) for size in _chunks(DRAWS)]
    )
    low, high = np.quantile(null, [0.025, 0.975])
    return Evenness(len(data), seen, _p(seen, null), float(low), float(high))


def _chi_square(rows: NDArray[np.uint8]) -> Floats:
    offsets = 256 * np.arange(len(rows))[:, None]
    counts = np.bincount((rows + offsets).ravel(), minlength=256 * len(rows))
    expected = rows.shape[1] / 256
    uneven: Floats = ((counts.reshape(len(rows), 256) - expected) ** 2 / expected).sum(axis=1)
    return uneven


@dataclass(frozen=True, slots=True)
class Guess:
    """The best cosine a thief reaches, among what random words reach by the same procedure."""

    best: float
    readings: int
    p: float
    low: float
    high: float
    most: float
    null: Floats = field(repr=False)

    @property
    def is_chance(self) -> bool:
        """Whether random words do as well."""
        return self.p > ALARM

    def histogram(self) -> dict[str, list[float]]:
        """Edges 0..1 and the share of draws in each bin."""
        counts, edges = np.histogram(self.null, bins=BINS, range=(0.0, 1.0))
        return {"edges": edges.round(4).tolist(), "shares": (counts / len(self.null)).tolist()}


def best_guess(words: Ring, targets: Floats, rng: np.random.Generator) -> Guess:
    """Read ``words (rows, d)`` as templates in every way, keep the best |cosine| with any target.

    The thief is even told which reading and which row was best.
    """
    best = float(_best(words[None], targets)[0])
    null = np.concatenate(
        [
            _best(rng.integers(0, 1 << 16, (size, *words.shape), np.uint16), targets)
            for size in _chunks(DRAWS)
        ]
    )
    low, high = np.quantile(null, [0.025, 0.975])
    readings = len(list(_readings(words))) * len(targets)
    most = float(null.max())
    return Guess(best, readings, _p(best, null), float(low), float(high), most, null)


def cosine(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The cosine of two vectors."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    return float(x @ y / (np.linalg.norm(x) * np.linalg.norm(y)))


def _best(draws: Ring, targets: Floats) -> Floats:
    """For each draw ``(rows, d)`` the largest |cosine| over rows, readings and targets."""
    best = np.zeros(len(draws))
    for reading in _readings(draws):
        lengths = np.linalg.norm(reading, axis=-1) + 1e-12
        reached = np.abs(reading @ targets.T).max(axis=-1) / lengths
        np.maximum(best, reached.max(axis=-1), out=best)
    return best


def _readings(words: Ring) -> Iterator[Floats]:
    """Words as signed or centred numbers; their low or high bytes likewise."""
    low, high = (words & 0xFF).astype(np.uint8), (words >> 8).astype(np.uint8)
    yield words.view(np.int16).astype(np.float64)
    yield words.astype(np.float64) - 32767.5
    for half in (low, high):
        yield half.view(np.int8).astype(np.float64)
        yield half.astype(np.float64) - 127.5


def _chunks(total: int) -> Iterator[int]:
    for start in range(0, total, CHUNK):
        yield min(CHUNK, total - start)


def _p(seen: float, null: Floats) -> float:
    return float((1 + np.count_nonzero(null >= seen)) / (1 + len(null)))


# -- looking for bytes ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sweep:
    """A byte-level search: what was read and which forms of a secret were found."""

    files: int
    bytes: int
    holding: int
    """Files that hold a piece of any form."""
    found: tuple[str, ...]


def sweep(roots: Iterable[Path], secrets: Mapping[str, bytes]) -> Sweep:
    """Look in every file for any 16-byte piece of any form of a secret."""
    pieces = {form: _pieces(secret) for form, secret in secrets.items()}
    files, read, holding, found = 0, 0, 0, set[str]()
    for path in _files(roots):
        data = path.read_bytes()
        here = {form for form, cut in pieces.items() if any(piece in data for piece in cut)}
        files, read, holding = files + 1, read + len(data), holding + bool(here)
        found |= here
    return Sweep(files, read, holding, tuple(sorted(found)))


def _pieces(secret: bytes) -> list[bytes]:
    return [secret[at : at + PIECE] for at in range(0, len(secret) - PIECE + 1, PIECE)]


def _files(roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        yield from sorted(path for path in root.rglob("*") if path.is_file())
