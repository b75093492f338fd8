"""Consents on pages: how many per purpose, and one person at a time, by name and by one's signature.

There is no list of people. Whoever looks somebody up signs for it, and the person reads that they did.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.access.roles import Act, Action
from facekeep.assembly import House
from facekeep.governance.consent import Scope
from facekeep.rights.answers import Answered, answer, document
from facekeep.web.caller import Calling
from facekeep.web.console.acting import case_hand, caught
from facekeep.web.console.rail import render
from facekeep.web.console.stories import story_of
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.service import Call

router = APIRouter()
HOME = "/console/consents"
MAX_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Count:
    """How many people stand how to one purpose."""

    purpose: str
    title: str
    in_force: int
    enrolled: int
    ended: int


@router.get(HOME)
def consents(request: Request, call: Calling) -> Response:
    """Counts, and for those who work on cases a field to look one person up."""
    return _page(request, call)


@router.post(HOME)
def look_up(request: Request, call: Calling, form: Filled) -> Response:
    """How one person stands to every purpose; the look is written down."""
    return once(request, form, lambda: _look_up(request, call, form))


def _look_up(request: Request, call: Call, form: Form) -> Response:
    call.house.gate.require(call.caller, Act(Action.WORK_CASES))
    faults, subject = Faults(), form.text("subject")
    fits = 0 < len(subject) <= MAX_SUBJECT and subject.isprintable()
    faults.unless(fits, "subject", WORDS.say("consents.no_subject", call.language))
    if not faults:
        with caught(faults, call, "subject"), call.doing(Action.WORK_CASES) as house:
            found = answer(house.home, subject, case_hand(request, call, form))
            return render(
                request, call, "console/consent_person.html.j2", subject=subject,
                found=[_told(house, one, call.language) for one in found],
            )  # fmt: skip
    return _page(request, call, faults, form)


def _told(house: House, one: Answered, language: str) -> dict[str, Any]:
    title = house.home.purposes.current(one.held.purpose).title
    return {**document(one), "title": title, "story": story_of(one.events, language)}


def _page(
    request: Request, call: Call, faults: Faults | None = None, form: Form | None = None
) -> Response:
    with call.house.gate.holding(call.caller, Act(_opening(call))):
        rows = [_count(call, name) for name in call.house.home.purposes.known()]
    return render(
        request, call, "console/consents.html.j2", status=422 if faults else 200,
        rows=[row for row in rows if row is not None], faults=faults,
        may=call.may(Action.WORK_CASES), typed=form.typed if form else {},
    )  # fmt: skip


def _opening(call: Call) -> Action:
    """Counts are evidence; whoever works on cases needs them too."""
    return Action.READ_CASES if call.may(Action.READ_CASES) else Action.READ_EVIDENCE


def _count(call: Call, name: str) -> Count | None:
    """Nothing about a draft: nobody was ever asked."""
    home, house = call.house.home, call.house
    book = home.purposes
    if not any(step.stage == "published" for step in book.steps(name)):
        return None
    purpose, now = book.current(name), home.journal.now()
    standing = home.consents.standing(name)
    said = Counter(one.in_force(purpose, now) for one in standing if one.scope is Scope.PROCESSING)
    title = purpose.title.of(call.language)
    return Count(name, title, said[True], house.enrolled(name), said[False])
