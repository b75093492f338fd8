"""The home's own calendar: years the operator added to those that come with Facekeep.

A year is added from a YAML table when the State Council publishes it. Another text for a year that
is known already must say what it ``amends``; without that it is refused, naming the first day on
which the two differ. Every version stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from facekeep.governance.clockbook import ClockBook, Part
from facekeep.governance.workdays import Calendar, Schedule, packaged
from facekeep.terms.errors import Misused


def calendar_of(book: ClockBook) -> Calendar:
    """The years that come with Facekeep and the home's own. Raises ``Tampered``."""
    return packaged().with_years(
        {int(sheet.id): _schedule(sheet.told) for sheet in book.every(Part.YEAR)}
    )


def add_years(
    tx: sqlite3.Connection, book: ClockBook, years: Mapping[int, Schedule], at: int
) -> list[int]:
    """Add or amend years; returns those that changed. Raises ``Misused`` naming a day in dispute."""
    known, changed = calendar_of(book), []
    for year, schedule in sorted(years.items()):
        before = known.years.get(year)
        if before is not None and _same(before, schedule):
            continue
        if before is not None and not schedule.amends:
            day = min((before.holidays ^ schedule.holidays) | (before.makeup ^ schedule.makeup))
            raise Misused(
                f"{day} is another kind of day in the schedule already known;"
                " an amended year says in `amends` what changed it"
            )
        name = str(year)
        book.keep(tx, Part.YEAR, name, _told(schedule), at, book.version(Part.YEAR, name))
        changed.append(year)
    return changed


def _same(one: Schedule, other: Schedule) -> bool:
    return (one.holidays, one.makeup) == (other.holidays, other.makeup)


def _told(schedule: Schedule) -> dict[str, object]:
    return {
        "source": schedule.source,
        "amends": schedule.amends,
        "holidays": [day.isoformat() for day in sorted(schedule.holidays)],
        "makeup": [day.isoformat() for day in sorted(schedule.makeup)],
    }


def _schedule(told: Mapping[str, object]) -> Schedule:
    return Schedule.model_validate(dict(told))
