"""Budgets: what is spent for good, what is counted for a day, and when somebody is told."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from facekeep.storage.budgets import (
    ALARM_FAILURES,
    ATTESTED_MISSES,
    DAY,
    DEVICE_FAILURES,
    MAX_DEVICE_NAME,
    MAX_DEVICES,
    MICRO,
    MISS,
    Totals,
    alarm_is_due,
    attested_misses,
    counted_device,
    refuse_spent,
)
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import BudgetSpent, Misused
from facekeep.terms.values import CaptureLevel

MIDNIGHT = 20_000 * DAY


def failed(times: int, device: str = "gate-1", now: float = MIDNIGHT, start: Totals | None = None):  # type: ignore[no-untyped-def]
    totals = start or Totals()
    for _ in range(times):
        totals = totals.after(1.0, True, device, now)
    return totals


decisions = st.lists(
    st.tuples(
        st.floats(0, 2), st.booleans(), st.text(max_size=8), st.integers(0, 3 * DAY).map(float)
    ),
    max_size=60,
)


@given(decisions=decisions)
def test_totals_return_as_they_were_sealed(decisions: list[tuple[float, bool, str, float]]) -> None:
    """Over any decisions in the order of time, through the canonical form the ledger seals."""
    totals, units = Totals(), Fraction()
    for cost, failure, device, now in sorted(decisions, key=lambda d: d[3]):
        totals = totals.after(cost, failure, device, MIDNIGHT + now)
        units += round(cost * MICRO)
    read = Totals.read({"totals": json.loads(canonical(totals.as_dict()))})
    assert read.as_dict() == totals.as_dict()
    assert totals.spent == units
    today = [d for d in decisions if d[3] // DAY == max(x[3] for x in decisions) // DAY]
    now = MIDNIGHT + max((d[3] for d in decisions), default=0)
    assert totals.failed_today(now) == sum(d[1] for d in today)


@pytest.mark.parametrize("details", [None, {}, {"outcome": "refused"}, {"totals": None}])
def test_chain_without_totals_starts_at_nothing(details: dict[str, object] | None) -> None:
    """A first question is asked on a full budget."""
    assert Totals.read(details) == Totals()
    assert Totals().as_dict() == {"spent": 0, "day": 0, "failures": {}, "missed": 0}


def test_failures_roll_over_at_midnight_and_the_budget_does_not() -> None:
    """The last second still counts, the next day starts at nothing; what was told stays told."""
    late = failed(DEVICE_FAILURES, now=MIDNIGHT + DAY - 0.5)
    assert late.failed_today(MIDNIGHT) == DEVICE_FAILURES
    with pytest.raises(BudgetSpent):
        refuse_spent(late, 128, True, "gate-1", MIDNIGHT + DAY - 0.25)
    refuse_spent(late, 128, True, "gate-1", MIDNIGHT + DAY)
    assert late.failed_today(MIDNIGHT + DAY) == 0
    following = late.after(1.0, True, "gate-1", MIDNIGHT + DAY)
    assert following.failed_today(MIDNIGHT + DAY) == 1
    assert following.spent == (DEVICE_FAILURES + 1) * MICRO


def test_match_counts_no_failure() -> None:
    """It may cost, but closes no device."""
    totals = Totals().after(1.0, False, "gate-1", MIDNIGHT)
    assert totals.failed_today(MIDNIGHT) == 0
    assert totals.spent == MICRO


def test_one_device_closes_at_its_tenth_failure() -> None:
    """Nine are forgiven; the other device, counted by itself, is open."""
    nine = failed(DEVICE_FAILURES - 1)
    refuse_spent(nine, 128, True, "gate-1", MIDNIGHT)
    ten = failed(1, start=nine)
    with pytest.raises(BudgetSpent, match="too many attempts"):
        refuse_spent(ten, 128, True, "gate-1", MIDNIGHT)
    refuse_spent(ten, 128, True, "gate-2", MIDNIGHT)


@pytest.mark.parametrize("d", [1, 2, 127, 128, 512])
def test_unattested_answers_stop_where_the_next_would_pass_half_the_dimension(d: int) -> None:
    """Exactly at d / 2 in millionths; attested ones have an account of their own."""
    most = d * MICRO // 2 - MICRO
    if most >= 0:
        refuse_spent(Totals(most), d, False, "none", MIDNIGHT)
    spent = Totals(most + 1)
    with pytest.raises(BudgetSpent, match="no longer answered"):
        refuse_spent(spent, d, False, "none", MIDNIGHT)
    refuse_spent(spent, d, True, "none", MIDNIGHT)


def test_alarm_is_due_at_the_fiftieth_failure_of_a_day_only() -> None:
    """Over all devices, once a day however many follow, and again on another day."""
    totals, alarms = Totals(), []
    for now in (MIDNIGHT, MIDNIGHT + DAY):
        for n in range(2 * ALARM_FAILURES):
            totals = totals.after(0.0, True, f"gate-{n % 7}", now)
            if alarm_is_due(totals, True, now):
                alarms.append((now, n + 1))
    assert alarms == [(MIDNIGHT, ALARM_FAILURES), (MIDNIGHT + DAY, ALARM_FAILURES)]


def test_alarm_is_not_due_on_a_day_without_failures() -> None:
    """Yesterday's fifty are yesterday's."""
    assert not alarm_is_due(failed(ALARM_FAILURES), True, MIDNIGHT + DAY)


def test_match_after_the_fiftieth_failure_raises_no_second_alarm() -> None:
    """The alarm says that a threshold was reached, not that it once was."""
    fifty = failed(ALARM_FAILURES)
    assert alarm_is_due(fifty, True, MIDNIGHT)
    assert not alarm_is_due(fifty.after(0.0, False, "gate-1", MIDNIGHT), False, MIDNIGHT)


def test_devices_beyond_the_last_place_are_counted_together() -> None:
    """The entry stays small, the sum stays whole, and whoever has a place keeps it."""
    totals = Totals()
    for n in range(MAX_DEVICES + 20):
        totals = totals.after(0.0, True, f"gate-{n}", MIDNIGHT)
    assert totals.failures is not None
    assert len(totals.failures) == MAX_DEVICES + 1
    assert totals.failures["others"] == 20
    assert totals.failed_today(MIDNIGHT) == MAX_DEVICES + 20
    again = failed(DEVICE_FAILURES - 1, "gate-0", start=totals)
    with pytest.raises(BudgetSpent):
        refuse_spent(again, 128, True, "gate-0", MIDNIGHT)


def test_counters_do_not_show_a_devices_name_or_its_length() -> None:
    """Eight hex digits for any name."""
    for device in ("x-1", "staff-entrance-north", "门" * 64):
        totals = failed(1, device)
        assert totals.failures is not None
        (name,) = totals.failures
        assert len(name) == 8
        assert device not in name


def test_new_enrolment_resets_what_was_spent_but_not_the_day() -> None:
    """New features, but the same person at the same door."""
    totals = failed(DEVICE_FAILURES).after_attested(True).renewed()
    assert (totals.spent, totals.missed) == (0, 0)
    assert totals.failed_today(MIDNIGHT) == DEVICE_FAILURES


def test_after_changes_nobody_elses_totals() -> None:
    """Two questions asked at once start from the same totals."""
    start = failed(1)
    failed(3, start=start)
    assert start.failed_today(MIDNIGHT) == 1
    assert start.spent == MICRO


# -- attested non-matches -------------------------------------------------------------------

VISITS = 4 * 365 * 3
SEEDS = 2_000


@given(answers=st.lists(st.booleans(), max_size=200))
def test_account_is_what_was_missed_less_an_eighth_of_what_matched(answers: list[bool]) -> None:
    """Against exact fractions, never below nothing; nothing else of the totals moves."""
    totals, wanted = Totals(5, 6, {"a": 7}), Fraction()
    for missed in answers:
        totals = totals.after_attested(missed)
        wanted = max(Fraction(), wanted + (1 if missed else -Fraction(1, 8)))
    assert Fraction(totals.missed, MISS) == wanted
    assert (totals.spent, totals.day, totals.failures) == (5, 6, {"a": 7})


@pytest.mark.parametrize(
    ("d", "most"), [(64, 128), (128, 256), (256, 384), (512, 384), (4096, 384)]
)
def test_line_of_strangers_is_refused_after_its_last_and_not_before(d: int, most: int) -> None:
    """Twice the dimension, and never more than 384; at attested captures only."""
    totals = Totals()
    for _ in range(most):
        refuse_spent(totals, d, True, "gate-1", MIDNIGHT)
        totals = totals.after_attested(True)
    with pytest.raises(BudgetSpent, match="somebody else"):
        refuse_spent(totals, d, True, "gate-1", MIDNIGHT)
    refuse_spent(totals, d, False, "none", MIDNIGHT)


def test_seven_visits_are_not_enough_for_another_stranger() -> None:
    """Eight are."""
    totals = Totals(missed=ATTESTED_MISSES * MISS)
    for visit in range(1, MISS + 1):
        totals = totals.after_attested(False)
        if visit < MISS:
            with pytest.raises(BudgetSpent):
                refuse_spent(totals, 512, True, "gate-1", MIDNIGHT)
    refuse_spent(totals, 512, True, "gate-1", MIDNIGHT)


def most_borne(fnmr: float) -> NDArray[np.int64]:
    """The fullest the account ever is in three years at an ordinary gate, for many people at once."""
    generator = np.random.default_rng(3)
    missed, most = np.zeros(SEEDS, np.int64), np.zeros(SEEDS, np.int64)
    for _ in range(VISITS):
        change = np.where(generator.random(SEEDS) < fnmr, MISS, -1)
        missed = np.maximum(0, missed + change)
        most = np.maximum(most, missed)
    return most


@pytest.mark.parametrize(("fnmr", "at_most"), [(0.05, 1 / 8), (0.10, 1 / 2)])
def test_honest_person_trips_nothing_in_three_years(fnmr: float, at_most: float) -> None:
    """4,380 visits of 2,000 people: none comes near the limit (same draws every time)."""
    assert most_borne(fnmr).max() <= at_most * attested_misses(128) * MISS


def test_simulated_account_is_the_products() -> None:
    """One person's three years through the totals themselves, sealed and read back each time."""
    generator = np.random.default_rng(11)
    totals, missed = Totals(), 0
    for visit in range(VISITS):
        refuse_spent(totals, 128, True, "gate-1", MIDNIGHT + visit * DAY / 4)
        missing = bool(generator.random() < 0.10)
        totals = totals.after(0.0, missing, "gate-1", MIDNIGHT + visit * DAY / 4)
        totals = totals.after_attested(missing)
        totals = Totals.read({"totals": json.loads(canonical(totals.as_dict()))})
        missed = max(0, missed + (MISS if missing else -1))
    assert totals.missed == missed


def test_control_a_stranger_in_every_second_place_trips() -> None:
    """Within three years, and so does a reference that misses its own person one time in four."""
    assert most_borne(0.5).min() > ATTESTED_MISSES * MISS
    assert most_borne(0.25).min() > ATTESTED_MISSES * MISS


@pytest.mark.parametrize("device", ["gate-1", "", "x" * 1000])
def test_unregistered_device_has_no_name(device: str) -> None:
    """Anybody can claim any name."""
    assert counted_device(device, CaptureLevel.NONE) == "none"


@pytest.mark.parametrize("level", [CaptureLevel.DEVICE, CaptureLevel.ATTESTED])
def test_registered_device_has_a_name_of_bounded_length(level: CaptureLevel) -> None:
    """1 to 64 characters."""
    for name in ("x", "门" * MAX_DEVICE_NAME):
        assert counted_device(name, level) == name
    for name in ("", "x" * (MAX_DEVICE_NAME + 1)):
        with pytest.raises(Misused):
            counted_device(name, level)
