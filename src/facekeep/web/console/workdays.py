"""Working days: which years are known, and the next one's schedule once it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from facekeep.access.roles import Act, Action
from facekeep.governance.workdays import read_table, workdays_in
from facekeep.oversight.filing import add_years
from facekeep.web.caller import Calling
from facekeep.web.console.acting import caught, prove_first
from facekeep.web.console.rail import render
from facekeep.web.console.told import tongue_of
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.service import Call

router = APIRouter()
PATH = "/console/filing/workdays"


@dataclass(frozen=True, slots=True)
class Year:
    """One year as it is counted."""

    year: int
    days: int
    source: str
    tongue: str
    """The language the source is told in: whoever added the year wrote it."""


@router.get(PATH)
def workdays(call: Calling, request: Request) -> Response:
    """The years that are known."""
    return _page(call, request)


@router.post(PATH)
def add(call: Calling, request: Request, form: Filled) -> Response:
    """One more year; dates that were provisional move with it. What contradicts a known day is refused."""
    if (on := prove_first(request, call, Action.FILE)) is not None:
        return on
    call.house.gate.require(call.caller, Act(Action.FILE))

    def act() -> Response:
        faults, text = Faults(), _given(form)
        faults.unless(text, "text", WORDS.say("workdays.missing", call.language))
        if text:
            with caught(faults, call, "text"), call.doing(Action.FILE) as house:
                add_years(house.books, read_table(text))
        return _page(call, request, faults, form.typed) if faults else go(PATH)

    return once(request, form, act)


def _given(form: Form) -> bytes:
    """The file, or what was typed."""
    return next(iter(form.pictures("file")), form.text("text").encode())


def _page(
    call: Call, request: Request, faults: Faults | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    with call.doing("read_evidence") as house:
        known = house.books.calendar.years
        years = [
            Year(year, workdays_in(year, one), one.source, tongue_of(one.source))
            for year, one in sorted(known.items())
        ]
        may = house.gate.could(call.caller, Action.FILE)
    return render(
        request, call, "console/workdays.html.j2", status=422 if faults else 200, years=years,
        may=may, faults=faults, typed=typed or {},
    )  # fmt: skip
