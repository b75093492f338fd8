"""Clocks of duties: every ``deadline`` field of the law as data, and what it makes of a moment."""

from __future__ import annotations

from datetime import date

import pytest

from facekeep.governance.clocks import Clock, Unit, clock_of, years_after
from facekeep.governance.workdays import day_of, end_of, packaged
from facekeep.terms.errors import Misused

NOON = 1_763_697_600  # 2025-11-21 12:00 in China


@pytest.mark.parametrize(
    ("deadline", "clock"),
    [
        ({"days": 30, "unit": "cn_workday", "from": "x"}, Clock(Unit.WORKDAY, 30, "x")),
        ({"days": 30, "unit": "calendar_day", "from": "x"}, Clock(Unit.DAY, 30, "x")),
        ({"hours": 4, "from": "discovery"}, Clock(Unit.HOUR, 4, "discovery")),
        ({"hours": 72, "from": "awareness"}, Clock(Unit.HOUR, 72, "awareness")),
        ({"every": "P2Y"}, Clock(Unit.YEAR, 2)),
        ({"annual": "01-31"}, Clock(Unit.ANNUAL, 1, "", "01-31")),
        ({"immediate": True}, Clock(Unit.AT_ONCE)),
    ],
)
def test_deadline_fields(deadline: dict[str, object], clock: Clock) -> None:
    """As ``controls.yaml`` writes them."""
    assert clock_of(deadline) == clock


@pytest.mark.parametrize(
    "deadline",
    [
        {}, {"days": 30}, {"days": 0, "unit": "cn_workday"}, {"days": 3, "unit": "fortnight"},
        {"hours": 0}, {"hours": True}, {"hours": "4"}, {"every": "P9Y"}, {"annual": "02-30"},
        {"annual": "1-31"}, {"immediate": False},
    ],
)  # fmt: skip
def test_other_fields_are_refused(deadline: dict[str, object]) -> None:
    """A clock we cannot read does not silently never ring."""
    with pytest.raises(Misused):
        clock_of(deadline)


@pytest.mark.parametrize("hours", [1, 2, 4, 24, 72])
def test_hours_run_through_the_night(hours: int) -> None:
    """To the second."""
    assert Clock(Unit.HOUR, hours).rings(NOON, packaged()) == NOON + hours * 3600


def test_days_end_with_their_last_second_in_china() -> None:
    """Thirty calendar days and thirty working days from the same noon."""
    calendar = packaged()
    assert Clock(Unit.DAY, 30).rings(NOON, calendar) == end_of(date(2025, 12, 21))
    assert Clock(Unit.WORKDAY, 30).rings(NOON, calendar) == end_of(date(2026, 1, 5))
    assert Clock(Unit.AT_ONCE).rings(NOON, calendar) == NOON


def test_years_and_fixed_days() -> None:
    """Every two years; by 31 January of the next; leap days have a successor."""
    calendar = packaged()
    assert Clock(Unit.YEAR, 2).due(date(2024, 2, 29), calendar).date == date(2026, 2, 28)
    assert Clock(Unit.ANNUAL, 1, "", "01-31").due(date(2026, 5, 1), calendar).date == date(
        2027, 1, 31
    )
    assert years_after(date(2023, 3, 1), 3) == date(2026, 3, 1)
    assert Clock(Unit.HOUR, 4).due(date(2025, 11, 21), calendar).date == date(2025, 11, 22)
    assert day_of(NOON) == date(2025, 11, 21)
