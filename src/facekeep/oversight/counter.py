"""The person counter: a range, its lines, its alarms, and the day 0 that latches.

The upper bound governs. At 70, 90 and 100 % of a line an alarm is written down; at 100 % the filing
opens, and its day 0 stays though the count fall again (law.md section 3; Measures art. 15, PIPL
art. 52). Only counts are kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from facekeep.governance.clockbook import Part, Sheet
from facekeep.governance.filings import Kind, Status, opened
from facekeep.governance.workdays import day_of
from facekeep.oversight.books import Books
from facekeep.terms.errors import Misused

SHARES = (70, 90, 100)
"""Per cent of a line at which somebody is told."""

ALARMED = "oversight:counter:alarmed"
RELEASED = "oversight:counter:released"


@dataclass(frozen=True, slots=True)
class Lines:
    """Numbers of people at which a duty begins. Never above the law's; lower ones are for tests.

    ``stored``: Measures art. 15. ``handled``: PIPL art. 52. ``sensitive``: GB/T 45574, advisory.
    ``important``: Network Data Regulations art. 28, Audit Measures art. 4. ``platform``: the draft
    for large platforms, counted and never a duty.
    """

    stored: int = 100_000
    handled: int = 1_000_000
    sensitive: int = 100_000
    important: int = 10_000_000
    platform: int = 50_000_000

    def __post_init__(self) -> None:
        law = (100_000, 1_000_000, 100_000, 10_000_000, 50_000_000)
        own = (self.stored, self.handled, self.sensitive, self.important, self.platform)
        if not all(1 <= mine <= theirs for mine, theirs in zip(own, law, strict=True)):
            raise Misused("a line of the law can be lowered, never raised")

    def counters(self) -> tuple[Counter, ...]:
        """Which count is held against which line, and what reaching it opens."""
        return (
            Counter("stored", "stored", self.stored, Kind.FACE),
            Counter("handled", "handled", self.handled, Kind.OFFICER),
            Counter("sensitive", "sensitive", self.sensitive),
            Counter("important", "handled", self.important),
            Counter("platform", "handled", self.platform),
        )


@dataclass(frozen=True, slots=True)
class Counter:
    """One line. ``opens`` is the filing that begins to run when the upper bound reaches it."""

    name: str
    count: str
    line: int
    opens: Kind | None = None

    def mark(self, share: int) -> int:
        """The number of people that is ``share`` per cent of the line, rounded up."""
        return -(-self.line * share // 100)


LAW = Lines()


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted on a day: ``people`` by counter as (lower, upper), minors apart."""

    day: date
    people: Mapping[str, tuple[int, int]]
    under_14: int
    from_14_to_17: int
    age_unknown: int


def look(books: Books, now: int) -> Count:
    """The count as it is at a moment; writes nothing."""
    people = books.ask("storage.counting.people", now).facts
    minors = books.ask("storage.counting.minors", now).facts
    ranges = {name: _pair(people[name]) for name in ("stored", "handled", "sensitive")}
    return Count(
        day_of(now), ranges, minors["under_14"], minors["from_14_to_17"], minors["age_unknown"]
    )


def take(books: Books, lines: Lines = LAW) -> Count:
    """Count, keep the day's count, and let alarms and filings follow. Idempotent."""
    now = int(books.now())
    count = look(books, now)
    with books.transaction() as tx:
        _keep(tx, books, count, now)
        for counter in lines.counters():
            _alarm(tx, books, counter, count, now)
        _minors(tx, books, count, now)
    return count


def taken_today(books: Books) -> bool:
    """Whether the day has its count."""
    return books.clocks.version(Part.COUNT, books.today.isoformat()) > 0


def history(books: Books) -> list[Count]:
    """The last count of each day, oldest first."""
    return [_count(sheet) for sheet in books.clocks.every(Part.COUNT)]


def alarms(books: Books) -> list[Sheet]:
    """Every alarm, standing or released."""
    return books.clocks.every(Part.ALARM)


def upper(count: Count, counter: Counter) -> int:
    """The bound that governs."""
    return count.people[counter.count][1]


def _keep(tx: sqlite3.Connection, books: Books, count: Count, now: int) -> None:
    name, told = count.day.isoformat(), _told(count)
    last = books.clocks.latest(Part.COUNT, name)
    if last is None or dict(last.told) != told:
        books.clocks.keep(tx, Part.COUNT, name, told, now, last.version if last else 0)


def _alarm(tx: sqlite3.Connection, books: Books, counter: Counter, count: Count, now: int) -> None:
    for share in SHARES:
        name = f"{counter.name}/{share}"
        sheet = books.clocks.latest(Part.ALARM, name)
        standing = sheet is not None and sheet.told["standing"]
        reached = upper(count, counter) >= counter.mark(share)
        if reached and not standing:
            _sound(tx, books, counter, count, share, now)
        elif standing and not reached and not _held(books, counter, share):
            _write(tx, books, counter, count, share, now, standing=False)


def _sound(
    tx: sqlite3.Connection, books: Books, counter: Counter, count: Count, share: int, now: int
) -> None:
    """An alarm; at the line itself day 0 latches and the filing opens."""
    if share == SHARES[-1] and counter.opens and not _is_filed(books, counter.opens):
        filing = opened(counter.opens, count.day, books.calendar)
        books.filings.begin(tx, filing, now)
    _write(tx, books, counter, count, share, now, standing=True)


def _write(
    tx: sqlite3.Connection, books: Books, counter: Counter, count: Count, share: int, now: int, *,
    standing: bool,
) -> None:  # fmt: skip
    name = f"{counter.name}/{share}"
    told = {
        "counter": counter.name, "share": share, "line": counter.line, "standing": standing,
        "day": count.day.isoformat(), "people": list(count.people[counter.count]),
    }  # fmt: skip
    books.clocks.keep(tx, Part.ALARM, name, told, now, books.clocks.version(Part.ALARM, name))
    public = {"counter": counter.name, "share": share, "line": counter.line}
    books.clocks.tell(tx, ALARMED if standing else RELEASED, public)


def _held(books: Books, counter: Counter, share: int) -> bool:
    """Day 0 latched: the alarm at the line stands as long as its filing is open or in force."""
    return share == SHARES[-1] and counter.opens is not None and _is_filed(books, counter.opens)


def _is_filed(books: Books, kind: Kind) -> bool:
    """Whether such a filing is open or submitted."""
    return bool(books.filings.of(kind, Status.OPEN, Status.SUBMITTED))


def _minors(tx: sqlite3.Connection, books: Books, count: Count, now: int) -> None:
    """A year in which anybody was under 18 has a report, due by 31 January of the next."""
    if not count.under_14 + count.from_14_to_17:
        return
    filing = opened(Kind.MINORS, count.day, books.calendar, name=str(count.day.year))
    if books.filings.get(filing.id) is None:
        books.filings.keep(tx, filing, now)
        books.clocks.tell(tx, "oversight:filing:opened", {"filing": filing.id})


def _pair(told: Sequence[int]) -> tuple[int, int]:
    lower, highest = told
    return lower, highest


def _told(count: Count) -> dict[str, object]:
    return {
        **{name: list(people) for name, people in count.people.items()},
        "under_14": count.under_14,
        "from_14_to_17": count.from_14_to_17,
        "age_unknown": count.age_unknown,
    }


def _count(sheet: Sheet) -> Count:
    told = sheet.told
    people = {name: _pair(told[name]) for name in ("stored", "handled", "sensitive")}
    ages = (told["under_14"], told["from_14_to_17"], told["age_unknown"])
    return Count(date.fromisoformat(sheet.id), people, *ages)


def standing(books: Books) -> Iterator[Sheet]:
    """The alarms that stand."""
    return (sheet for sheet in alarms(books) if sheet.told["standing"])
