"""Working days: the regulator's own dates, an independent calendar, and bounds that hold."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.governance.workdays import (
    LONGEST,
    Calendar,
    Due,
    Schedule,
    day_of,
    due,
    end_of,
    packaged,
    read_table,
    workdays_in,
)
from facekeep.terms.errors import Misused

GOLDEN = {
    "2025-06-01": "2025-07-14",  # set by the regulator: face filing
    "2025-07-18": "2025-08-29",  # set by the regulator: officer report
    "2025-09-01": "2025-10-17",
    "2025-12-31": "2026-02-12",
    "2026-01-15": "2026-03-04",
    "2026-02-10": "2026-03-30",
    "2026-09-15": "2026-11-02",
    "2026-11-19": "2026-12-31",
}
FIRST, LAST = date(2024, 1, 1), date(2026, 10, 20)
STARTS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
LENGTHS = (1, 2, 5, 15, 30)
PUBLISHED = range(2024, 2027)


@pytest.mark.parametrize(("start", "expected"), GOLDEN.items())
def test_golden_dates(start: str, expected: str) -> None:
    """Thirty working days, the day of the event excluded."""
    assert due(date.fromisoformat(start), 30) == Due(date.fromisoformat(expected))


def test_golden_date_into_a_year_without_a_schedule() -> None:
    """Provisional, and earlier than the day before's: safe, not monotonic."""
    assert due(date(2026, 11, 20), 30) == Due(date(2026, 12, 29), provisional=True)


def _independent(start: date, days: int) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return day


def test_an_independent_calendar_agrees_on_every_start() -> None:
    """1,024 start dates, several lengths, none off by a day."""
    assert len(STARTS) == 1024
    for start in STARTS:
        for days in LENGTHS:
            assert due(start, days) == Due(_independent(start, days)), (start, days)


def test_an_independent_calendar_agrees_on_every_day() -> None:
    """All 1,096 days of the published years."""
    day = FIRST
    while day.year in PUBLISHED:
        assert packaged().is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_monday_to_friday_alone_would_be_wrong() -> None:
    """Control: on 695 of the 1,024 starts, and late on 37."""
    naive = Calendar({year: _plain() for year in PUBLISHED})
    told = [(naive.due(s, 30).date, due(s, 30).date) for s in STARTS]
    assert sum(a != b for a, b in told) == 695
    assert sum(a > b for a, b in told) == 37


def _plain() -> Schedule:
    return Schedule.model_construct(holidays=frozenset(), makeup=frozenset(), source="none")


def test_working_days_a_year() -> None:
    """2025 and 2026 have 248 each."""
    years = packaged().years
    assert {year: workdays_in(year, years[year]) for year in (2025, 2026)} == {2025: 248, 2026: 248}


@pytest.mark.parametrize("hidden", PUBLISHED)
@pytest.mark.parametrize("days", [15, 30])
def test_a_provisional_date_is_never_late(hidden: int, days: int) -> None:
    """Hide a year from the table: every date that enters it is early or right."""
    known = {year: one for year, one in packaged().years.items() if year != hidden}
    partial = Calendar(known)
    entered = 0
    for start in STARTS:
        told, truth = partial.due(start, days), due(start, days)
        assert told.date <= truth.date, start
        assert told.provisional or told == truth
        entered += told.provisional
    assert entered > 200


WITHIN = st.dates(FIRST, date(2026, 6, 30))


@given(WITHIN, st.integers(1, 60), st.integers(0, 30))
def test_within_published_years_later_is_never_sooner(start: date, days: int, later: int) -> None:
    """Monotone in the start and strictly in the length; each answer is a working day."""
    one = due(start, days)
    assert due(start + timedelta(days=later), days).date >= one.date
    assert due(start, days + 1).date > one.date
    assert packaged().is_workday(one.date)
    assert not one.provisional


@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.integers(1, LONGEST))
def test_every_answer_lies_after_its_start(start: date, days: int) -> None:
    """Even a provisional one: a working day takes a calendar day at least."""
    assert due(start, days).date >= start + timedelta(days=days)


@pytest.mark.parametrize(
    ("start", "days"),
    [
        (date(2026, 1, 1), 0),
        (date(2026, 1, 1), -3),
        (date(2026, 1, 1), 501),
        (date(9999, 12, 31), 1),
    ],
)
def test_absurd_lengths_and_starts_are_refused(start: date, days: int) -> None:
    """No endless walk, no overflow."""
    with pytest.raises(Misused):
        due(start, days)


def test_the_day_is_china_s() -> None:
    """16:00 UTC is the next day there; a day ends with its last second."""
    assert day_of(1_763_740_799) == date(2025, 11, 21)
    assert day_of(1_763_740_800) == date(2025, 11, 22)
    assert end_of(date(2025, 11, 21)) == 1_763_740_799


# -- tables ---------------------------------------------------------------------------------

GOOD = """timezone: Asia/Shanghai
years:
  2027:
    source: State Council schedule
    holidays: [2027-01-01, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11, 2027-02-12, 2027-05-03,
      2027-10-01, 2027-10-04, 2027-10-05, 2027-10-06]
    makeup: [2027-02-06, 2027-02-20]
"""


def test_a_table_is_read() -> None:
    """Unquoted years and dates are texts to us, whatever YAML would make of them."""
    (year,) = read_table(GOOD.encode()).items()
    assert year[0] == 2027
    assert date(2027, 2, 6) in year[1].makeup


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("2027-02-06", "2027-02-08", "2027-02-08"),  # both holiday and make-up
        ("2027-02-06", "2027-02-05", "2027-02-05"),  # a weekday as make-up
        ("2027-01-01", "2027-01-02", "2027-01-02"),  # a weekend as holiday
        ("2027-01-01", "2026-01-01", "2026-01-01"),  # another year
        ("2027-02-09", "2027-02-08", "2027-02-08"),  # twice
        ("2027-02-09", "2027-02-30", "holidays"),
        ("2027-02-09", "20270209", "holidays"),
        ("2027-02-09", "on", "holidays"),
        ("  2027:", "  on:", "years"),
        ("  2027:", "  27:", "years"),
        ("  2027:", "  ? [2027]\n  :", "not a word"),
        ("makeup:", "yes: 1\n    makeup:", "yes"),
        ("    makeup: [2027-02-06, 2027-02-20]\n", "", "makeup"),
        ("Asia/Shanghai", "UTC", "timezone"),
        ("source: State Council schedule", "source: ''", "source"),
        ("years:", "more: 1\nyears:", "more"),
        ("    source:", "    source: a\n    source:", "given twice"),
        ("[2027-02-06, 2027-02-20]", "&a [2027-02-06]\n    x: *a", "aliases"),
        ("2027-02-08, 2027-02-09, 2027-02-10", "2027-02-08, , 2027-02-10", "YAML"),
    ],
)  # fmt: skip
def test_a_contradictory_table_is_refused_by_name(old: str, new: str, named: str) -> None:
    """The day or the key at fault is in the refusal."""
    assert old in GOOD
    with pytest.raises(Misused, match=named.replace("[", r"\[")):
        read_table(GOOD.replace(old, new, 1).encode())


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"[" * 5000, b"a: &x [*x]", b"- 1", b"!!python/object:os.system {}"]
)
def test_hostile_files_are_refused(text: bytes) -> None:
    """Nothing is executed, nothing runs away."""
    with pytest.raises(Misused):
        read_table(text)


def test_a_year_without_holidays_is_no_schedule() -> None:
    """An empty file would make every date late."""
    holidays = GOOD[GOOD.index("holidays: [") : GOOD.index("    makeup")]
    empty = GOOD.replace(holidays, "holidays: []\n")
    with pytest.raises(Misused, match="too few holidays"):
        read_table(empty.encode())


def test_a_file_too_large_is_not_read() -> None:
    """A schedule is a page."""
    with pytest.raises(Misused, match="too large"):
        read_table(b"#" * 70_000)


def test_growing_the_table_settles_a_provisional_date() -> None:
    """The same start, once the year is known."""
    grown = packaged().with_years(read_table(GOOD.encode()))
    settled = grown.due(date(2026, 11, 20), 30)
    assert not settled.provisional
    assert settled.date >= due(date(2026, 11, 20), 30).date
