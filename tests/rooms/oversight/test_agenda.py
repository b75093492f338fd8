"""The agenda: one list of everything due, and a calendar file that names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from facekeep.assembly import House
from facekeep.governance.filings import Kind
from facekeep.oversight import clocks, counter
from facekeep.oversight.agenda import Agenda, agenda, ics
from facekeep.oversight.books import Ask
from facekeep.oversight.counter import Lines
from facekeep.oversight.filing import open_rectification
from facekeep.terms.errors import Tampered
from facekeep.terms.evidence import Finding
from tests.attacks.toolkit import DAY, Site, agree

TODAY = date(2026, 6, 15)
HOME = bytes(16)
NOW = datetime(2026, 6, 15, 4, tzinfo=UTC).timestamp()


def saying(*dues: Mapping[str, object]) -> Ask:
    return lambda now: Finding({"due": list(dues)})


def due(what: str, day: str, **more: object) -> dict[str, object]:
    return {"what": what, "due": day, "provisional": False, "obligation": "X-1", "ref": "r", **more}


def events(file: bytes) -> list[dict[str, object]]:
    found = Calendar.from_ical(file)
    return [dict(one) | {"alarms": one.walk("VALARM")} for one in found.walk("VEVENT")]


def test_soonest_first_and_overdue_before_all() -> None:
    """Whoever says it, in one order."""
    asks = {
        "b": saying(due("later", "2026-08-01"), due("late", "2026-06-01", ref="s")),
        "a": saying(due("soon", "2026-06-20")),
    }
    listed = agenda(asks, int(NOW))
    assert [item.what for item in listed.items] == ["late", "soon", "later"]
    assert [item.is_overdue(TODAY) for item in listed.items] == [True, False, False]


def test_the_same_duty_said_twice_is_one_item() -> None:
    """Two questions may know of one filing."""
    twice = {"a": saying(due("file", "2026-07-01")), "b": saying(due("file", "2026-07-01"))}
    assert len(agenda(twice, int(NOW)).items) == 1


def broken(now: int) -> Finding:
    raise Tampered("a sealed record was changed")


@pytest.mark.parametrize(
    "ask",
    [
        broken,
        lambda now: Finding({"due": [{"what": "x"}]}),
        lambda now: Finding({"due": 7}),
        saying(due("x", "soon")),
        saying(due("x", "2026-02-30")),
    ],
)
def test_a_question_that_cannot_be_answered_is_named(ask: Ask) -> None:
    """And holds nothing else up."""
    listed = agenda({"room.broken": ask, "room.well": saying(due("file", "2026-07-01"))}, int(NOW))
    assert listed.unanswered == ("room.broken",)
    assert [item.what for item in listed.items] == ["file"]


def test_rooms_that_say_nothing_make_an_empty_list() -> None:
    """And an empty, valid file."""
    listed = agenda({"a": lambda now: Finding()}, int(NOW))
    assert listed == Agenda((), ())
    assert events(ics(listed, HOME, NOW, "en")) == []


# -- the calendar file ----------------------------------------------------------------------


def test_the_file_holds_days_reminders_and_stable_names() -> None:
    """Read back by an independent reader of RFC 5545."""
    first = agenda({"a": saying(due("file it", "2026-07-01", provisional=True))}, int(NOW))
    moved = agenda({"a": saying(due("file it", "2026-07-03"))}, int(NOW + DAY))
    (one,) = events(ics(first, HOME, NOW, "en"))
    (two,) = events(ics(moved, HOME, NOW + DAY, "zh"))
    assert one["UID"] == two["UID"]  # the calendar moves the entry instead of doubling it
    assert one["DTSTART"].dt == date(2026, 7, 1)  # type: ignore[attr-defined]
    assert one["DTEND"].dt == date(2026, 7, 2)  # type: ignore[attr-defined]
    assert one["DTSTAMP"].dt == datetime(2026, 6, 15, 4, tzinfo=UTC)  # type: ignore[attr-defined]
    assert str(one["SUMMARY"]) == "File it [X-1] (provisional)"
    assert (one["STATUS"], two["STATUS"]) == ("TENTATIVE", "CONFIRMED")
    triggers = [alarm["TRIGGER"].dt for alarm in one["alarms"]]  # type: ignore[attr-defined]
    assert triggers == [timedelta(days=-14), timedelta(days=-3)]


def test_two_homes_and_two_duties_have_different_names() -> None:
    """Merged calendars keep both."""
    listed = agenda(
        {"a": saying(due("x", "2026-07-01"), due("x", "2026-07-01", ref="s"))}, int(NOW)
    )
    names = {
        str(e["UID"]) for home in (HOME, b"\1" * 16) for e in events(ics(listed, home, NOW, "en"))
    }
    assert len(names) == 4


def test_the_yearly_report_comes_back_every_year(site: Site, house: House) -> None:
    """MINOR-37, by 31 January."""
    agree(house, "youth", birth=date(2010, 1, 1))
    counter.take(house.books)
    listed = agenda(house.questions(), int(house.books.now()))
    entries = {str(e["SUMMARY"]): e for e in events(ics(listed, house.home.id, NOW, "en"))}
    report = entries["Report the yearly audit on minors [MINOR-37]"]
    assert report["RRULE"]["FREQ"] == ["YEARLY"]  # type: ignore[index]
    assert report["DTSTART"].dt == date(2027, 1, 31)  # type: ignore[attr-defined]


def test_the_agenda_of_a_home_names_nobody(site: Site, house: House) -> None:
    """Filings, clocks, cases: no reference of a person in the list or the file, in any language."""
    for name in ("alice-7781", "bob-9912"):
        site.enrol(house, name)
    agree(house, "child-5510", birth=date(2010, 1, 1))
    counter.take(house.books, Lines(stored=2))
    open_rectification(house.books, TODAY)
    listed = agenda(house.questions(), int(house.books.now()))
    kinds = {item.obligation for item in listed.items}
    assert {"FRM-15-1", "MINOR-37", "AUD-11"} <= kinds
    assert not [name for name in listed.unanswered if name in clocks.questions(house.books)]
    for language in ("zh", "en"):
        text = ics(listed, house.home.id, house.books.now(), language).decode()
        unfolded = text.replace("\r\n ", "")
        for name in ("alice-7781", "bob-9912", "child-5510", "7781"):
            assert name not in unfolded
    assert "办理人脸识别应用备案" in ics(listed, house.home.id, NOW, "zh").decode().replace(
        "\r\n ", ""
    )


def test_next_year_s_calendar_is_due_by_the_end_of_this_one(house: House) -> None:
    """Until the schedule is in the table."""
    listed = agenda(house.questions(), int(house.books.now()))
    assert [(i.ref, i.due) for i in listed.items if i.ref.startswith("calendar")] == [
        ("calendar/2027", date(2026, 12, 31))
    ]
    assert not house.books.filings.of(Kind.FACE)
