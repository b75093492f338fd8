"""Rates follow the protocol to the letter, and intervals cover what they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.vision.rates import (
    LEAST_RANK,
    Pairs,
    all_pairs,
    area_under_curve,
    equal_error_rate,
    false_matches,
    false_non_matches,
    rank_of,
    threshold_above,
    wilson,
)

SCORES = st.lists(st.integers(-50, 50), min_size=1, max_size=200)


def one_person_each(mated: list[float], non_mated: list[float]) -> Pairs:
    """Pairs of two identities, whatever their number: for what does not look at identities."""
    return Pairs(
        np.array(mated, float),
        np.zeros(len(mated), np.intp),
        np.array(non_mated, float),
        np.zeros(len(non_mated), np.intp),
        np.ones(len(non_mated), np.intp),
        np.array([2, 2]),
    )


@given(SCORES, st.sampled_from([0.5, 0.2, 0.1, 0.05, 0.02, 0.01]))
def test_the_threshold_is_the_tightest_that_keeps_the_rate(scores: list[int], fmr: float) -> None:
    """Strictly above it no more than the rate; at or above it, more."""
    values = np.array(scores, float)
    threshold = threshold_above(values, fmr)
    rank = int(np.floor(fmr * len(values) + 1e-9))
    if rank < LEAST_RANK:
        assert threshold is None
        return
    assert threshold == sorted(scores, reverse=True)[rank]
    assert (values > threshold).mean() <= fmr + 1e-12
    assert (values >= threshold).mean() > fmr - 1e-12


def test_no_figure_under_rank_three() -> None:
    """2,999 pairs say nothing about one in a thousand; 3,000 do."""
    assert threshold_above(np.arange(2999.0), 1e-3) is None
    assert threshold_above(np.arange(3000.0), 1e-3) == 2996


@pytest.mark.parametrize(
    ("fmr", "pairs", "rank"), [(1e-3, 3000, 3), (0.29, 100, 29), (1e-5, 300_000, 3)]
)
def test_ranks_survive_floating_point(fmr: float, pairs: int, rank: int) -> None:
    """0.29 x 100 is 28.999... in binary."""
    assert rank_of(fmr, pairs) == rank


def test_all_pairs_are_all_pairs() -> None:
    """Three pictures of one, two of another: 3 + 1 mated, 6 non-mated, none twice."""
    vectors = np.eye(5, dtype=np.float32)
    pairs = all_pairs(vectors, np.array([0, 0, 0, 1, 1]))
    assert (len(pairs.mated), len(pairs.non_mated)) == (4, 6)
    assert sorted(pairs.mated_of) == [0, 0, 0, 1]
    assert set(zip(pairs.first, pairs.second, strict=True)) == {(0, 1)}
    assert pairs.pictures.tolist() == [3, 2]


def test_codes_are_scored_exactly() -> None:
    """Integer dot products come out as integers, extremes included."""
    codes = np.array([[127, 0], [0, -127], [127, 0]], np.int8)
    pairs = all_pairs(codes, np.array([0, 1, 0]))
    assert pairs.mated.tolist() == [16129]
    assert pairs.non_mated.tolist() == [0, 0]


def test_among_keeps_pairs_within() -> None:
    """A pair with one foot outside the group is outside."""
    pairs = all_pairs(np.eye(6, dtype=np.float32), np.array([0, 0, 1, 1, 2, 2]))
    inside = pairs.among(np.array([True, False, True]))
    assert (len(inside.mated), len(inside.non_mated)) == (2, 4)
    assert inside.pictures.tolist() == [2, 0, 2]


@given(SCORES, SCORES)
def test_area_under_curve_counts_orders(mated: list[int], non_mated: list[int]) -> None:
    """Share of (mated, non-mated) in the right order, ties half."""
    order = np.sign(np.subtract.outer(mated, non_mated))
    wanted = ((order + 1) / 2).mean()
    assert area_under_curve(one_person_each(mated, non_mated)) == pytest.approx(wanted)


def test_equal_error_rate_of_known_curves() -> None:
    """Apart: 0. The same distribution twice: a half. A tenth swapped: a tenth."""
    low, high = np.arange(100.0), np.arange(1000.0, 1100)
    assert equal_error_rate(one_person_each(list(high), list(low))) == pytest.approx(0, abs=0.01)
    assert equal_error_rate(one_person_each(list(low), list(low))) == pytest.approx(0.5, abs=0.01)
    mated, other = [*high[:90], *low[:10]], [*low[:90], *high[:10]]
    assert equal_error_rate(one_person_each(mated, other)) == pytest.approx(0.1, abs=0.02)


def test_rates_count_strictly_above() -> None:
    """A score at the threshold is no match."""
    pairs = one_person_each([1, 2, 3], [1, 2, 3, 4])
    assert false_non_matches((pairs, 2)).errors == 2
    assert false_matches((pairs, 2)).errors == 2
    assert false_matches((pairs, 2)).value == 0.5


def test_parts_are_pooled() -> None:
    """Two halves at thresholds of their own make one rate."""
    pairs = one_person_each([1, 2, 3], [1, 2, 3, 4])
    pooled = false_matches((pairs, 2), (pairs, 3))
    assert (pooled.errors, pooled.trials) == (3, 8)


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    # Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(errors: int, trials: int, low: float, high: float) -> None:
    """Published values."""
    assert wilson(errors, trials) == pytest.approx((low, high), abs=1e-4)


def test_no_trials_say_nothing() -> None:
    """0..1, and a rate of 0."""
    empty = one_person_each([], [])
    rate = false_non_matches((empty, 0))
    assert (rate.value, rate.low, rate.high) == (0.0, 0.0, 1.0)


def test_intervals_hold_the_rate_and_know_clusters() -> None:
    """Errors in one identity's pairs alone: wider than independent pairs would have it."""
    count = 50
    mated_of = np.repeat(np.arange(count), 10)
    scores = np.where(mated_of < 5, 0.0, 1.0)
    none = np.zeros(0, np.intp)
    pairs = Pairs(scores, mated_of, np.zeros(0), none, none, np.full(count, 5))
    rate = false_non_matches((pairs, 0.5))
    low, high = wilson(rate.errors, rate.trials)
    assert rate.value == 0.1
    assert rate.low < low
    assert rate.high > high


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000))
def test_non_mated_trials_are_counted_without_listing(seed: int) -> None:
    """The bootstrap's denominator equals the sum over the listed pairs."""
    from facekeep.vision.rates import _drawn_twice, _draws, _non_mated_trials

    generator = np.random.default_rng(seed)
    identity = np.sort(generator.integers(0, 8, 30))
    pairs = all_pairs(generator.normal(size=(30, 4)), identity)
    draws = _draws(pairs.identities)[:5]
    listed = _drawn_twice(draws, pairs.first, pairs.second)
    assert np.allclose(_non_mated_trials(draws, pairs.pictures), listed)
