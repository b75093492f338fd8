"""Clocks of duties: how long somebody has, as the law counts it.

A clock is data: the ``deadline`` field of an obligation. It runs in Chinese working days, calendar
days or hours from an event, ends on a day of every year, or rings at once.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from facekeep.governance.workdays import Calendar, Due, day_of, end_of
from facekeep.terms.errors import Misused

HOUR = 3600
DAY = 24 * HOUR


class Unit(StrEnum):
    """What a clock counts."""

    AT_ONCE = "immediate"
    HOUR = "hour"
    WORKDAY = "cn_workday"
    DAY = "calendar_day"
    YEAR = "year"
    ANNUAL = "annual"
    """On a fixed day of the year that follows."""


@dataclass(frozen=True, slots=True)
class Clock:
    """``length`` units from the event ``since``; ``on`` is the day (MM-DD) of an annual one."""

    unit: Unit
    length: int = 0
    since: str = ""
    on: str = ""

    def rings(self, event: float, calendar: Calendar) -> int:
        """The last moment (seconds since 1970) at which a duty from ``event`` is still in time."""
        match self.unit:
            case Unit.AT_ONCE:
                return int(event)
            case Unit.HOUR:
                return int(event) + self.length * HOUR
            case _:
                return end_of(self.due(day_of(event), calendar).date)

    def due(self, start: date, calendar: Calendar) -> Due:
        """The last day that is still in time, the day of the event excluded."""
        match self.unit:
            case Unit.WORKDAY:
                return calendar.due(start, self.length)
            case Unit.DAY:
                return Due(start + timedelta(days=self.length))
            case Unit.YEAR:
                return Due(years_after(start, self.length))
            case Unit.ANNUAL:
                return Due(date.fromisoformat(f"{start.year + 1}-{self.on}"))
            case _:
                return Due(day_of(self.rings(end_of(start), calendar)))


def clock_of(deadline: Mapping[str, object]) -> Clock:
    """The clock a ``deadline`` field describes. Raises ``Misused`` for one we cannot read."""
    since = str(deadline.get("from", ""))
    match deadline:
        case {"immediate": True}:
            return Clock(Unit.AT_ONCE)
        case {"hours": int(hours)} if not isinstance(hours, bool) and hours > 0:
            return Clock(Unit.HOUR, hours, since)
        case {"days": int(days), "unit": "cn_workday" | "calendar_day" as unit} if days > 0:
            return Clock(Unit(str(unit)), days, since)
        case {"every": "P1Y" | "P2Y" | "P3Y" as every}:
            return Clock(Unit.YEAR, int(str(every)[1]), since)
        case {"annual": str(on)} if _is_day_of_year(on):
            return Clock(Unit.ANNUAL, 1, since, on)
        case _:
            raise Misused("this deadline cannot be read")


def years_after(start: date, years: int) -> date:
    """The same day of a later year; the last of February where there is no 29th."""
    last = months.monthrange(start.year + years, start.month)[1]
    return start.replace(year=start.year + years, day=min(start.day, last))


def _is_day_of_year(text: str) -> bool:
    try:
        return len(text) == 5 and bool(date.fromisoformat(f"2001-{text}"))
    except ValueError:
        return False
