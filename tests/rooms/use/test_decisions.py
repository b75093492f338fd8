"""From people searched to an error rate."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.protect.leakage import entropy, verification_cost
from facekeep.terms.values import MAX_FPIR_STEPS
from facekeep.use.decisions import fmr_for
from facekeep.use.identification import magnitude


def test_search_of_nobody_and_of_one_is_the_rate_itself() -> None:
    """N below one does not divide."""
    assert fmr_for(0.1, 0) == fmr_for(0.1, 1) == pytest.approx(0.1)


def test_rate_falls_as_people_join() -> None:
    """Monotone, and without cancellation at a million."""
    rates = [fmr_for(0.1, n) for n in (1, 10, 1000, 10**6)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(1.0536e-7, rel=1e-3)


@pytest.mark.parametrize(
    ("n", "told"), [(0, "0"), (1, "1-9"), (9, "1-9"), (10, "10-99"), (1000, "1000-9999")]
)
def test_number_searched_is_told_to_the_order_only(n: int, told: str) -> None:
    """Nobody learns who came or left."""
    assert magnitude(n) == told


def test_cost_of_an_answer() -> None:
    """Custody rule 3, figure for figure."""
    assert entropy(1e-3) == pytest.approx(0.0114, abs=1e-4)
    assert entropy(1e-4) == pytest.approx(0.0015, abs=1e-4)
    assert entropy(0) == entropy(1) == 0
    assert verification_cost(False, False, 1e-3) == 1
    assert verification_cost(True, False, 1e-3) == 0
    assert verification_cost(True, True, 1e-3) == entropy(1e-3)


DIGITS = 60
ONE = 10**DIGITS


def root(value: int, n: int) -> int:
    """The n-th root of ``value / ONE``, in units of ``1 / ONE``, rounded down; n a power of two."""
    while n > 1:
        value, n = isqrt(value * ONE), n // 2
    return value


@pytest.mark.parametrize("fpir", MAX_FPIR_STEPS)
@pytest.mark.parametrize("power", range(21))
def test_rate_is_the_exact_root_for_powers_of_two(fpir: float, power: int) -> None:
    """1 - (1 - FPIR)^(1/N) by whole square roots to sixty digits, up to a million people."""
    kept = int((1 - Fraction(str(fpir))) * ONE)
    exact = Fraction(ONE - root(kept, 2**power), ONE)
    assert fmr_for(fpir, 2**power) == pytest.approx(float(exact), rel=1e-12)


@given(people=st.integers(1, 10**6), fpir=st.sampled_from(MAX_FPIR_STEPS))
def test_rate_lies_between_its_exact_bounds(people: int, fpir: float) -> None:
    """Bernoulli below, the first two terms of the series above; nothing is lost to cancellation."""
    n, p = people, Fraction(str(fpir))
    rate, slack = Fraction(fmr_for(fpir, people)), 1 + Fraction(1, 10**12)
    assert rate * slack >= p / n
    assert rate <= slack * p / n * (1 + p / (1 - p) * (n - 1) / n)
    assert rate <= p * slack


@given(people=st.integers(1, 200), fpir=st.sampled_from(MAX_FPIR_STEPS))
def test_searching_at_the_rate_keeps_the_promise(people: int, fpir: float) -> None:
    """N people at FMR, counted with exact fractions, falsely answer at FPIR."""
    false = 1 - (1 - Fraction(fmr_for(fpir, people))) ** people
    assert float(false) == pytest.approx(fpir, rel=1e-12)


@given(people=st.integers(1, 10**9))
def test_number_told_contains_the_number_searched(people: int) -> None:
    """An order of magnitude, and the same for everybody within it."""
    low, high = map(int, magnitude(people).split("-"))
    assert low <= people <= high
    assert high == 10 * low - 1
    assert magnitude(low) == magnitude(high) == magnitude(people)
