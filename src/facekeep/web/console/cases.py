"""What people ask of us: the queue with its clocks, a case as a dossier, and the steps open from here.

The list and the facts name nobody. The text is opened by one's own signature, and the person reads that
somebody looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response

from facekeep.access.roles import Action
from facekeep.governance.calendars import calendar_of
from facekeep.governance.workdays import day_of
from facekeep.rights import case_receipts
from facekeep.rights.answers import event_of
from facekeep.rights.cases import (
    AWAITED,
    NEXT,
    OUTCOMES,
    Kind,
    Outcome,
    Reason,
    State,
    Step,
    overdue,
)
from facekeep.rights.review import decision_of
from facekeep.rights.secrets import ACT as OPEN_SECRET
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.home import Home
from facekeep.terms.errors import Misused
from facekeep.web.caller import Calling
from facekeep.web.console.acting import case_hand, caught, guessing, prove_first
from facekeep.web.console.eyes import eyes_on
from facekeep.web.console.proofs import case_strip
from facekeep.web.console.rail import render
from facekeep.web.console.stories import story_of
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HOME = "/console/cases"
Number = Annotated[str, Path(alias="number", pattern=r"^[0-9a-f]{32}$")]
StepName = Annotated[
    Literal[
        "acknowledged", "assigned", "escalated", "verified", "extended", "answered", "refused",
        "closed",
    ],
    Path(alias="step"),
]  # fmt: skip
SOON_DAYS = 3
Word = TypeVar("Word", Outcome, Reason)
CLUE = frozenset({State.ASSIGNED, State.ESCALATED, State.VERIFIED})
USUAL = (Outcome.DONE, Outcome.NOTHING_HELD)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue: no name, no text."""

    row: CaseRow
    late: bool
    left: int
    """Working days until it is due; below none once it is late."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a step page asks beside the words for the person."""

    outcomes: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, str], ...]


# -- looking ----------------------------------------------------------------------------------


@router.get(HOME)
def cases(request: Request, call: Calling, every: Annotated[bool, Query(alias="all")] = False) -> Response:  # fmt: skip
    """Cases that wait, the latest first; all of them where asked for."""
    with call.doing(Action.READ_CASES) as house:
        rows = [r for r in house.home.cases.every() if every or State(r.state) in AWAITED]
        waiting = sorted((_waiting(call, row) for row in rows), key=lambda one: (one.row.due, one.row.opened))  # fmt: skip
    return render(request, call, "console/cases.html.j2", rows=waiting, every=every, soon=SOON_DAYS)


@router.get(HOME + "/{number}")
def case(request: Request, call: Calling, number: Number) -> Response:
    """The facts of a case, and what may be done from here."""
    with call.doing(Action.READ_CASES):
        return _case(request, call, _row(call, number))


@router.post(HOME + "/{number}")
def look(request: Request, call: Calling, number: Number, form: Filled) -> Response:
    """The same with its text. Who looked, and when, is written down for the person."""
    return once(request, form, lambda: _look(request, call, number, form))


def _look(request: Request, call: Call, number: str, form: Form) -> Response:
    faults, row = Faults(), _row(call, number)
    with caught(faults, call, "passphrase"), call.doing(Action.READ_CASES) as house:
        looked = house.cases.look(number, case_hand(request, call, form))
        return _case(request, call, looked, told=True)
    return _case(request, call, row, faults)


def _case(
    request: Request, call: Call, row: CaseRow, faults: Faults | None = None, told: bool = False
) -> Response:
    home = call.house.home
    restraint, may = home.restraints.of_case(row.id), call.may(Action.WORK_CASES)
    sealed = bool(row.person) and home.vault.sealed_secret(row.person) is not None
    return render(
        request, call, "console/case.html.j2", status=422 if faults else 200, it=_waiting(call, row),
        steps=list(_open_steps(row)) if may else [], told=row.about if told else None,
        stops=may and restraint is not None and restraint.stands, faults=faults,
        decision=_decision(call, row) if told else {}, strip=case_strip(call, row),
        secret=sealed and State(row.state) in AWAITED
        and call.house.gate.could(call.caller, Action.OPEN_SECRET),
    )  # fmt: skip


def _decision(call: Call, row: CaseRow) -> Mapping[str, Any]:
    """The codes of the decision a review is about; never a score."""
    if row.kind != Kind.HUMAN_REVIEW:
        return {}
    try:
        return decision_of(call.house.home, row)
    except Misused:
        return {}


def _waiting(call: Call, row: CaseRow) -> Waiting:
    home = call.house.home
    now = home.journal.now()
    return Waiting(row, overdue(row, now), _workdays(home, day_of(now), row.due))


def _workdays(home: Home, today: date, due: date) -> int:
    """Working days from one day to another, below none where the other is past."""
    calendar = calendar_of(home.clocks)
    first, last = sorted((today, due))
    days = (first + timedelta(n) for n in range(1, (last - first).days + 1))
    found = sum(calendar.is_workday(one) for one in days)
    return found if due >= today else -found


@router.get(HOME + "/{number}/receipt")
def receipt(call: Calling, number: Number) -> Response:
    """The person's proof of how far their case is, signed now."""
    with call.doing(Action.WORK_CASES) as house:
        text = case_receipts.issue(house.home, _row(call, number)).to_json()
    name = f"case-{number[:8]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/json", headers=headers)


# -- steps ------------------------------------------------------------------------------------


@router.get(HOME + "/{number}/steps/{step}")
def step_page(request: Request, call: Calling, number: Number, step: StepName) -> Response:
    """What the step says and does."""
    return _step_page(request, call, number, step)


@router.post(HOME + "/{number}/steps/{step}")
def take(request: Request, call: Calling, number: Number, step: StepName, form: Filled) -> Response:
    """One step, signed; an erasure's receipt is shown once, for the person."""
    return once(request, form, lambda: _take(request, call, number, step, form))


def _take(request: Request, call: Call, number: str, state: str, form: Form) -> Response:
    faults, receipts = Faults(), list[str]()
    with caught(faults, call), call.doing(Action.WORK_CASES) as house:
        step = _step(state, form)
        hand = case_hand(request, call, form)
        house.cases.take(number, step, hand, lambda paper: receipts.append(paper.to_json()))
        if receipts:
            return render(
                request, call, "console/case_erased.html.j2", case=number, receipt=receipts[0]
            )
        return go(f"{HOME}/{number}")
    return _step_page(request, call, number, state, faults, form)


def _step(state: str, form: Form) -> Step:
    version = form.text("version")
    return Step(
        State(state), form.text("text"), _one_of(Outcome, form.text("outcome")),
        _one_of(Reason, form.text("reason")), form.text("appeal"), form.text("to"),
        int(version) if version.isdecimal() else 0,
    )  # fmt: skip


def _one_of(words: type[Word], text: str) -> Word | None:
    try:
        return words(text) if text else None
    except ValueError:
        raise Misused(f"one of: {', '.join(words)}") from None


def _step_page(
    request: Request, call: Call, number: str, state: str, faults: Faults | None = None,
    form: Form | None = None,
) -> Response:  # fmt: skip
    with call.doing(Action.WORK_CASES):
        row = _row(call, number)
        if state not in _open_steps(row):
            return go(f"{HOME}/{number}")
    return render(
        request, call, "console/case_step.html.j2", status=422 if faults else 200,
        it=_waiting(call, row), step=state, choice=_choice(call, row, state), faults=faults,
        typed=form.typed if form else {},
    )  # fmt: skip


def _choice(call: Call, row: CaseRow, state: str) -> Choice:
    outcomes = sorted(OUTCOMES.get(Kind(row.kind), frozenset(USUAL)))
    officers = [one.name for one in call.house.home.officers.living()]
    return Choice(
        tuple(_named(call, "case_outcome", one) for one in outcomes) if state == State.ANSWERED else (),
        tuple(_named(call, "case_reason", one) for one in Reason) if state == State.REFUSED else (),
        tuple((one, one) for one in officers) if state == State.ASSIGNED else (),
    )  # fmt: skip


def _named(call: Call, terms: str, value: str) -> tuple[str, str]:
    return value, WORDS.say(f"term.{terms}.{value}", call.language)


def _open_steps(row: CaseRow) -> Iterator[str]:
    """In the order in which a case goes."""
    extended = any(step["state"] == State.EXTENDED for step in row.about["steps"])
    for state in State:
        if state not in NEXT[State(row.state)]:
            continue
        if (state in CLUE and row.kind != Kind.COMPLAINT) or (state is State.EXTENDED and extended):
            continue
        yield state.value


# -- restraints, and a departed person's story --------------------------------------------------


@router.get(HOME + "/{number}/lift")
def lift_page(request: Request, call: Calling, number: Number) -> Response:
    """That somebody will be recognised again."""
    return _lift_page(request, call, number)


@router.post(HOME + "/{number}/lift")
def lift(request: Request, call: Calling, number: Number, form: Filled) -> Response:
    """What an earlier answer stopped goes on."""
    return once(request, form, lambda: _lift(request, call, number, form))


def _lift(request: Request, call: Call, number: str, form: Form) -> Response:
    faults = Faults()
    with caught(faults, call, "text"), call.doing(Action.WORK_CASES) as house:
        house.cases.lift(number, form.text("text"), case_hand(request, call, form))
        return go(f"{HOME}/{number}")
    return _lift_page(request, call, number, faults, form)


def _lift_page(
    request: Request,
    call: Call,
    number: str,
    faults: Faults | None = None,
    form: Form | None = None,
) -> Response:
    with call.doing(Action.WORK_CASES):
        it = _waiting(call, _row(call, number))
    return render(
        request, call, "console/case_lift.html.j2", status=422 if faults else 200, it=it,
        faults=faults, typed=form.typed if form else {},
    )  # fmt: skip


@router.get(HOME + "/{number}/secret")
def secret_page(request: Request, call: Calling, number: Number) -> Response:
    """Who approved the opening so far, and what it needs."""
    return prove_first(request, call, Action.OPEN_SECRET) or _secret_page(request, call, number)


@router.post(HOME + "/{number}/secret")
def open_secret(request: Request, call: Calling, number: Number, form: Filled) -> Response:
    """A departed person's entries, once, by four eyes and the home's passphrase."""
    return once(request, form, lambda: _open_secret(request, call, number, form))


def _open_secret(request: Request, call: Call, number: str, form: Form) -> Response:
    first = prove_first(request, call, Action.OPEN_SECRET)
    if first is not None:
        return first
    faults = Faults()
    with caught(faults, call):
        with call.doing(Action.OPEN_SECRET) as house, guessing(request, call):
            told = house.open_secret(number, form.text("passphrase").encode())
        story = story_of(map(event_of, told), call.language)
        return render(request, call, "console/case_story.html.j2", case=number, story=story)
    return _secret_page(request, call, number, faults)


def _secret_page(
    request: Request, call: Call, number: str, faults: Faults | None = None
) -> Response:
    with call.doing(Action.OPEN_SECRET) as house:
        it, eyes = _waiting(call, _row(call, number)), eyes_on(house, OPEN_SECRET, number)
    return render(
        request, call, "console/case_secret.html.j2", status=422 if faults else 200, it=it,
        eyes=eyes, faults=faults,
    )  # fmt: skip


def _row(call: Call, number: str) -> CaseRow:
    try:
        return call.house.cases.row(number)
    except Misused:
        raise Unreadable(404) from None
