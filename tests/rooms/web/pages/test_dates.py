"""Days, times and numbers as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from facekeep.web.pages import dates

NOON = 1_795_233_600  # 2026-11-21 12:00 in China


@pytest.mark.parametrize("at", [NOON, "2026-11-21T04:00:00Z", date(2026, 11, 21), "2026-11-21"])
def test_a_day(at: float | date | str) -> None:
    assert dates.day(at, "en") == "21 Nov 2026"
    assert dates.day(at, "zh") == "2026年11月21日"


def test_a_moment_names_its_zone() -> None:
    assert dates.moment(NOON, "en") == "21 Nov 2026 12:00 (UTC+8)"
    assert dates.moment(NOON, "zh") == "2026年11月21日 12:00（北京时间）"


def test_the_day_changes_at_midnight_in_china() -> None:
    assert dates.day(NOON + 12 * 3600 - 1, "en") == "21 Nov 2026"
    assert dates.day(NOON + 12 * 3600, "en") == "22 Nov 2026"


def test_numbers_and_shares() -> None:
    assert dates.number(12345, "en") == dates.number(12345, "zh") == "12,345"
    assert (dates.percent(0.05, "en"), dates.percent(0.0525, "zh")) == ("5%", "5.2%")
