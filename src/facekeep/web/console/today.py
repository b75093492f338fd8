"""Today: is anything wrong, what is due, can I prove it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.assembly import House, refusals
from facekeep.governance.filings import Filing, Kind, Status
from facekeep.oversight import counter
from facekeep.oversight.agenda import Agenda, Item, agenda, ics
from facekeep.oversight.counter import LAW
from facekeep.storage.posture import SAFEGUARDS
from facekeep.terms.messages import in_language
from facekeep.web.caller import Calling
from facekeep.web.console import charts
from facekeep.web.console.answers import Answers, answers_of
from facekeep.web.console.charts import Figure, Point
from facekeep.web.console.jobs import attention_of
from facekeep.web.console.rail import render
from facekeep.web.console.told import apart, sentence
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.dates import number
from facekeep.web.service import Call

router = APIRouter()

SHOWN = 12
"""Deadlines shown at first; the calendar file has them all."""

HOUR = 3600
POSTURE = "storage.posture.six"


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline, as it is shown."""

    what: str
    day: date
    duty: str
    provisional: bool
    overdue: bool
    left: int
    """Days from today; negative once it is over."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong, and what to do about it."""

    what: str
    remedy: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """The person counter: its range, the line of the law, the drawing, and the filing that latched."""

    lower: int
    upper: int
    line: int
    drawing: str
    filing: Filing | None
    alarms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """What somebody outside last saw of the ledger."""

    name: str
    size: int
    at: int
    hours: int
    late: bool
    witnessed: bool


@router.get("/console")
def today(call: Calling, request: Request) -> Response:
    """The first page: what whoever reads may see of it."""
    with call.doing("own_session") as house:
        answers = answers_of(house) if call.may("read_evidence") else None
        outside = outside_of(house) if call.may("read_ledger") else None
        troubles = list(_troubles(call, house, answers))
        return render(
            request, call, "console/today.html.j2", troubles=troubles, outside=outside,
            reads_ledger=call.may("read_ledger"), answers=answers,
            apart=lambda text: apart(text, call.language), **(_judged(call, house, answers) if answers else {}),
        )  # fmt: skip


@router.get("/console/agenda.ics")
def calendar(call: Calling) -> Response:
    """Every deadline as a calendar file; it names nobody."""
    with call.doing("read_evidence") as house:
        answers = answers_of(house)
        listed = agenda(answers.asks, answers.at)
        file = ics(listed, house.home.id, answers.at, call.language)
    disposition = {"Content-Disposition": 'attachment; filename="facekeep.ics"'}
    return Response(file, media_type="text/calendar", headers=disposition)


def _judged(call: Call, house: House, answers: Answers) -> dict[str, Any]:
    """What rests on the rooms' answers."""
    listed = agenda(answers.asks, answers.at)
    items = dues_of(listed, house.books.today, call.language)
    lacking = answers.finding(POSTURE)
    return {
        "dues": items[:SHOWN], "more": len(items) - SHOWN,
        "overdue": sum(one.overdue for one in items), "next": next((d for d in items if not d.overdue), None),
        "people": people_of(call, answers, house), "posture": _posture(lacking.facts),
    }  # fmt: skip


# -- what is due -----------------------------------------------------------------------------------


def dues_of(listed: Agenda, today: date, language: str) -> list[Due]:
    """Deadlines, overdue first, the soonest of each first."""
    return [_due(item, today, language) for item in listed.items]


def _due(item: Item, today: date, language: str) -> Due:
    what = in_language(item.what, language)
    left = (item.due - today).days
    what = what[:1].upper() + what[1:]
    return Due(
        apart(what, language),
        item.due,
        item.obligation,
        item.provisional,
        item.is_overdue(today),
        left,
    )


# -- what is wrong ---------------------------------------------------------------------------------


def _troubles(call: Call, house: House, answers: Answers | None) -> Iterator[Trouble]:
    """Everything somebody should look at, each with its way out, as far as whoever reads may see it."""
    say, language = WORDS.say, call.language
    if call.may("read_jobs"):
        for one in house.jobs.health().attention:
            yield Trouble(
                attention_of(one, language), say("today.see_jobs", language), "/console/jobs"
            )
    if call.may("read_ledger") and house.witness.target is None:
        remedy = say("today.name_witness", language)
        yield Trouble(say("today.no_witness", language), remedy, "/console/ledger")
    if answers is None:
        return
    for refusal in refusals(house, house.settings):
        yield Trouble(sentence(refusal.what, language), sentence(refusal.remedy, language))
    for gap in answers.finding(POSTURE).gaps:
        yield Trouble(sentence(gap.what, language), sentence(gap.next, language))
    for question in agenda(answers.asks, answers.at).unanswered:
        what = say("today.unanswered", language, question=question)
        yield Trouble(apart(what, language), sentence("facekeep doctor", language))


def _posture(facts: object) -> list[tuple[str, bool | None]]:
    """The six safeguards by their keys; None where nobody could say."""
    known = facts if isinstance(facts, dict) else {}
    return [(name.replace(" ", "_"), known.get(name)) for name in SAFEGUARDS]


# -- how many people -------------------------------------------------------------------------------


def people_of(call: Call, answers: Answers, house: House) -> People:
    """The counter as it is now."""
    books = answers.books(house)
    lower, upper = counter.look(books, answers.at).people["stored"]
    line, *_ = LAW.counters()
    running = house.books.filings.of(Kind.FACE, Status.OPEN, Status.SUBMITTED)
    alarms = tuple(
        int(sheet.told["share"]) for sheet in counter.standing(house.books)
        if sheet.told["counter"] == line.name
    )  # fmt: skip
    drawing = _gauge(call, lower, upper, line.line)
    return People(lower, upper, line.line, drawing, next(iter(running), None), alarms)


def _gauge(call: Call, lower: int, upper: int, line: int) -> str:
    say, language = WORDS.say, call.language
    told = {"range": ranged(lower, upper, language), "line": number(line, language)}
    said = say("today.people.said", language, **told)
    point = Point(said, said, upper, lower, upper)
    desc = say("today.people.desc", language, **told)
    figure = Figure("people", say("today.people", language), desc, (point,), line, str(line))
    return charts.gauge(figure, line)


def ranged(lower: int, upper: int, language: str) -> str:
    """A range of people; one number where both ends agree."""
    one = number(upper, language)
    return one if lower == upper else f"{number(lower, language)}–{one}"


# -- can it be proved ------------------------------------------------------------------------------


def outside_of(house: House) -> Outside | None:
    """What was last seen outside; None where nobody ever looked."""
    last, age = house.witness.last(), house.witness.age()
    if last is None:
        return None
    late, known = house.witness.is_late(), house.witness.target is not None
    return Outside(last.name, last.size, last.at, (age or 0) // HOUR, late, known)
