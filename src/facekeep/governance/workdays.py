"""Chinese working days: when a deadline of so many of them falls.

The day of the event is excluded, the N-th working day included, in the zone Asia/Shanghai. A day is
a working day if it is on its year's make-up list, or a weekday off its holiday list. The lists are
facts that come with Facekeep (``cn_workdays.yaml``) and can be added to (``governance.calendars``).
A year without a published schedule is counted as plain Monday to Friday, less three calendar days:
never later than the true date, and marked provisional.

Every scalar of a table is read as text, so that YAML's booleans and dates cannot change it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from facekeep.terms.errors import Misused

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one time without summer time since 1991."""

CAUTION_DAYS = 3
"""Calendar days a provisional date lies before the plain count: safe on every start of 2008-2026."""

MOST_WORKDAYS = 256
"""A schedule with more working days than this left its holidays out; real years have 247 to 253."""

LONGEST = 500
"""Working days nobody's deadline exceeds."""

MAX_TABLE_BYTES = 64 * 1024
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due. A provisional date is early rather than late and will be recomputed."""

    date: date
    provisional: bool = False


# -- the zone -------------------------------------------------------------------------------


def day_of(seconds: float) -> date:
    """The calendar day in China at a moment (seconds since 1970)."""
    return datetime.fromtimestamp(seconds, SHANGHAI).date()


def end_of(day: date) -> int:
    """The last second of a day in China (seconds since 1970): until then nothing is overdue."""
    following = datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return int(following.astimezone(UTC).timestamp()) - 1


def begin_of(day: date) -> int:
    """The first second of a day in China (seconds since 1970)."""
    return end_of(day - timedelta(days=1)) + 1


# -- the table ------------------------------------------------------------------------------


def _as_day(text: object) -> object:
    """A day is written YYYY-MM-DD and in no other way."""
    if isinstance(text, str) and len(text) == 10:
        return date.fromisoformat(text)
    raise ValueError("a day is written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_as_day)]
Year = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}$")]


class Schedule(BaseModel):
    """One year as published. ``amends`` says why it replaces what was known of that year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["published"] = "published"
    source: Annotated[str, Field(min_length=1, max_length=300)]
    amends: Annotated[str, Field(max_length=300)] = ""
    holidays: frozenset[Day]
    makeup: frozenset[Day]

    @model_validator(mode="before")
    @classmethod
    def _no_day_twice(cls, told: Any) -> Any:
        for name in ("holidays", "makeup"):
            days = told.get(name) if isinstance(told, Mapping) else None
            for day in _repeated(days if isinstance(days, list) else []):
                raise ValueError(f"{day} is listed twice")
        return told

    @model_validator(mode="after")
    def _no_contradiction(self) -> Schedule:
        for day in sorted(self.holidays & self.makeup):
            raise ValueError(f"{day} is both a holiday and a make-up day")
        for day in sorted(d for d in self.holidays if d.weekday() >= SATURDAY):
            raise ValueError(f"{day} is a weekend day: only weekdays are listed as holidays")
        for day in sorted(d for d in self.makeup if d.weekday() < SATURDAY):
            raise ValueError(f"{day} is a weekday: only weekend days are listed as make-up days")
        return self


class Table(BaseModel):
    """Years by their number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: Literal["Asia/Shanghai"]
    years: Annotated[dict[Year, Schedule], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _every_day_in_its_year(self) -> Table:
        for year, schedule in self.years.items():
            for day in sorted(schedule.holidays | schedule.makeup):
                if day.year != int(year):
                    raise ValueError(f"{day} does not lie in {year}")
            if workdays_in(int(year), schedule) > MOST_WORKDAYS:
                raise ValueError(f"{year} has too few holidays to be a schedule")
        return self


def workdays_in(year: int, schedule: Schedule | None) -> int:
    """How many working days a year has."""
    calendar = Calendar({year: schedule} if schedule else {})
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(calendar.is_workday(day) for day in days)


# -- counting -------------------------------------------------------------------------------


class Calendar:
    """Published years, and what follows from them."""

    def __init__(self, years: Mapping[int, Schedule]) -> None:
        self.years = dict(years)

    def knows(self, year: int) -> bool:
        """Whether a year's schedule is published here."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether a day is a working day; plain Monday to Friday in an unpublished year."""
        schedule = self.years.get(day.year)
        if schedule is None:
            return day.weekday() < SATURDAY
        return day in schedule.makeup or (day.weekday() < SATURDAY and day not in schedule.holidays)

    def due(self, start: date, days: int) -> Due:
        """The ``days``-th working day after ``start`` (1 to :data:`LONGEST`). Raises ``Misused``."""
        if not 1 <= days <= LONGEST or not 1970 <= start.year <= 2199:
            raise Misused("a deadline counts 1 to 500 working days from a day of 1970 to 2199")
        day, left, provisional = start, days, False
        while left:
            day += timedelta(days=1)
            left -= self.is_workday(day)
            provisional = provisional or not self.knows(day.year)
        if not provisional:
            return Due(day)
        soonest = start + timedelta(days=days)  # each working day takes a calendar day at least
        return Due(max(soonest, day - timedelta(days=CAUTION_DAYS)), provisional=True)

    def with_years(self, more: Mapping[int, Schedule]) -> Calendar:
        """The same with more years, or other ones."""
        return Calendar({**self.years, **more})


def due(start: date, days: int) -> Due:
    """The ``days``-th working day after ``start`` by the table that comes with Facekeep."""
    return packaged().due(start, days)


# -- reading --------------------------------------------------------------------------------


class _Text(yaml.BaseLoader):
    """Reads every scalar as text, and refuses what silently loses or multiplies content."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if not all(isinstance(key, str) for key in keys):
            raise yaml.YAMLError("a key is not a word")
        for key in _repeated(keys):
            raise yaml.YAMLError(f"{key} is given twice")
        return super().construct_mapping(node, deep)


def read_table(text: bytes) -> dict[int, Schedule]:
    """The years of a table. Raises ``Misused`` naming the day that contradicts itself."""
    if len(text) > MAX_TABLE_BYTES:
        raise Misused("the calendar file is too large")
    try:
        told = yaml.load(text.decode(), _Text)  # noqa: S506 - texts, lists and mappings only
        table = Table.model_validate(told)
    except ValidationError as error:
        raise _fault(error) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = str(error).partition("\n")[0]
        raise Misused(f"the calendar file is not YAML: {first}") from None
    return {int(year): schedule for year, schedule in table.years.items()}


@cache
def packaged() -> Calendar:
    """The table that comes with Facekeep."""
    text = resources.files("facekeep.governance").joinpath("cn_workdays.yaml").read_bytes()
    return Calendar(read_table(text))


def _repeated(values: Sequence[Any]) -> list[str]:
    texts = [str(value) for value in values]
    return sorted({text for text in texts if texts.count(text) > 1})


def _fault(error: ValidationError) -> Misused:
    """The first fault: the sentence that names a day, or the place that cannot be read."""
    first = error.errors()[0]
    if first["type"] == "value_error" and not isinstance(first["input"], str):
        return Misused(first["msg"].removeprefix("Value error, "))
    where = ".".join(str(step) for step in first["loc"])
    return Misused(f"the calendar file is not right at {where or 'its beginning'}")
