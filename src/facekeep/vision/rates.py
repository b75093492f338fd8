"""Error rates and their intervals: pure functions over scores.

Protocol: all mated and all non-mated pairs; the threshold for a false match rate is the
non-mated score at the zero-based rank floor(FMR x pairs) from the top, and scores strictly above
it are accepted; no figure where that rank is below 3 (ISO/IEC 19795-1, rule of 3).

Intervals are 95 % and are the wider, at each end, of two: Wilson's for a proportion, which takes
pairs as independent, and a percentile bootstrap over identities, which does not but is blind
when no error was seen. Identities are drawn with replacement; a mated pair counts as often as
its identity was drawn, a non-mated pair the product of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating[Any]]
Indices = NDArray[np.integer[Any]]

LEAST_RANK = 3
"""Fewest false matches above a threshold that make it a figure."""

REPLICATES = 1000
"""Draws of the bootstrap."""

SEED = 19795
"""Of the bootstrap: figures are reproducible."""

Z95 = 1.959964
"""97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``errors`` of ``trials`` with a 95 % interval ``low..high``."""

    errors: int
    trials: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The rate; 0 for no trials."""
        return self.errors / self.trials if self.trials else 0.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs' scores and the identities (0-based numbers) they come from."""

    mated: Scores = field(repr=False)
    mated_of: Indices = field(repr=False)
    non_mated: Scores = field(repr=False)
    first: Indices = field(repr=False)
    second: Indices = field(repr=False)
    pictures: Indices = field(repr=False)
    """How many pictures each identity has: ``(identities,)``."""

    @property
    def identities(self) -> int:
        """How many identities are numbered, with or without pictures."""
        return len(self.pictures)

    def among(self, members: NDArray[np.bool_]) -> Pairs:
        """Only pairs within ``members`` (``bool (identities,)``)."""
        mated, other = members[self.mated_of], members[self.first] & members[self.second]
        return Pairs(
            self.mated[mated],
            self.mated_of[mated],
            self.non_mated[other],
            self.first[other],
            self.second[other],
            np.where(members, self.pictures, 0),
        )


def all_pairs(vectors: NDArray[np.generic], identity: Indices) -> Pairs:
    """Dot products of every two rows of ``vectors`` ``(n, d)``; ``identity`` numbers each row.

    Twelve bytes a pair. Exact for codes: no partial sum reaches 2^24, so ``float32`` holds them
    as integers.
    """
    values, numbers = vectors.astype(np.float32), identity.astype(np.int32)
    later = [slice(at + 1, None) for at in range(len(values))]
    scores = np.concatenate([values[rest] @ values[rest.start - 1] for rest in later])
    first = np.repeat(numbers, np.arange(len(values))[::-1])
    second = np.concatenate([numbers[rest] for rest in later])
    same = first == second
    return Pairs(
        scores[same],
        first[same],
        scores[~same],
        first[~same],
        second[~same],
        np.bincount(identity),
    )


def rank_of(fmr: float, pairs: int) -> int:
    """floor(FMR x pairs), safe against 0.001 * 3000 coming out below 3."""
    return int(fmr * pairs + 1e-9)


def threshold_above(non_mated: Scores, fmr: float) -> float | None:
    """The score to be exceeded for ``fmr``; None where the rank is under :data:`LEAST_RANK`."""
    rank = rank_of(fmr, len(non_mated))
    if rank < LEAST_RANK or rank >= len(non_mated):
        return None
    at = len(non_mated) - 1 - rank
    return float(np.partition(non_mated, at)[at])


Judged = tuple[Pairs, float]
"""Pairs and the threshold they are held against: scores strictly above it match."""


def false_non_matches(*parts: Judged) -> Rate:
    """FNMR pooled over ``parts``, which number the same identities."""
    count = parts[0][0].identities
    missed = np.concatenate([pairs.mated_of[pairs.mated <= limit] for pairs, limit in parts])
    tried = np.concatenate([pairs.mated_of for pairs, _ in parts])
    draws = _draws(count)
    errors, trials = (draws @ np.bincount(of, minlength=count) for of in (missed, tried))
    return _rate(len(missed), len(tried), errors, trials)


def false_matches(*parts: Judged) -> Rate:
    """FMR pooled over ``parts``, which number the same identities."""
    hits = [pairs.non_mated > limit for pairs, limit in parts]
    draws = _draws(parts[0][0].identities)
    errors = [
        _drawn_twice(draws, pairs.first[hit], pairs.second[hit])
        for hit, (pairs, _) in zip(hits, parts, strict=True)
    ]
    trials = [_non_mated_trials(draws, pairs.pictures) for pairs, _ in parts]
    matched = sum(int(hit.sum()) for hit in hits)
    return _rate(matched, sum(map(len, hits)), np.sum(errors, axis=0), np.sum(trials, axis=0))


def _draws(identities: int) -> Scores:
    """How often each identity is drawn: ``(REPLICATES, identities)``."""
    generator = np.random.default_rng(SEED)
    shares = np.full(identities, 1 / max(identities, 1))
    return generator.multinomial(identities, shares, REPLICATES).astype(np.float64)


def _drawn_twice(draws: Scores, first: Indices, second: Indices) -> Scores:
    """Pairs counted by the product of their identities' draws, for each replicate."""
    return np.array([draw[first] @ draw[second] for draw in draws])


def _non_mated_trials(draws: Scores, pictures: Indices) -> Scores:
    """All pairs of pictures of two identities, counted likewise: no need to list them."""
    drawn = draws * pictures
    totals: Scores = (drawn.sum(axis=1) ** 2 - (drawn**2).sum(axis=1)) / 2
    return totals


def _rate(errors: int, trials: int, drawn_errors: Scores, drawn_trials: Scores) -> Rate:
    low, high = wilson(errors, trials)
    usable = drawn_trials > 0
    if usable.any():
        ratios = drawn_errors[usable] / drawn_trials[usable]
        lower, upper = np.percentile(ratios, [2.5, 97.5])
        low, high = min(low, float(lower)), max(high, float(upper))
    return Rate(errors, trials, low, high)


def wilson(errors: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a proportion; 0..1 without trials."""
    if trials == 0:
        return 0.0, 1.0
    share, z2 = errors / trials, Z95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = share * (1 - share) / trials + z2 / (4 * trials**2)
    half = Z95 * float(np.sqrt(spread)) / (1 + z2 / trials)
    low = 0.0 if errors == 0 else max(middle - half, 0.0)
    high = 1.0 if errors == trials else min(middle + half, 1.0)
    return low, high


def area_under_curve(pairs: Pairs) -> float:
    """The chance that a mated score exceeds a non-mated one (ties count half)."""
    if not len(pairs.mated) or not len(pairs.non_mated):
        return float("nan")
    ordered = np.sort(pairs.non_mated)
    below = np.searchsorted(ordered, pairs.mated, side="left")
    not_above = np.searchsorted(ordered, pairs.mated, side="right")
    return float((below + not_above).mean() / (2 * len(ordered)))


def equal_error_rate(pairs: Pairs) -> float:
    """Where FNMR and FMR meet, as the mean of both at the closest threshold."""
    if not len(pairs.mated) or not len(pairs.non_mated):
        return float("nan")
    thresholds = np.unique(pairs.mated)
    missed = np.searchsorted(np.sort(pairs.mated), thresholds, side="right") / len(pairs.mated)
    passed = np.searchsorted(np.sort(pairs.non_mated), thresholds, side="right")
    matched = 1 - passed / len(pairs.non_mated)
    closest = int(np.argmin(np.abs(missed - matched)))
    return float((missed[closest] + matched[closest]) / 2)
