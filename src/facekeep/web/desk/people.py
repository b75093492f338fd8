"""The desk: who comes, how they stand, and what can be done for them. Never a face, never a story."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from facekeep.assembly import House
from facekeep.governance.consent import Scope
from facekeep.storage.standing import standing_of
from facekeep.storage.subjects import normal
from facekeep.terms.values import ConsentState
from facekeep.use.second_factors import FactorKind
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling
from facekeep.web.desk.books import books_of
from facekeep.web.desk.door import Helped, Helping, saying
from facekeep.web.desk.frame import render
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.service import Call

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Card:
    """How somebody stands to one purpose, as far as helping them needs it. Times in seconds since 1970;
    whoever nobody knows has a card like anybody who never answered.
    """

    consented: bool
    until: int | None
    asked: ConsentState
    enrolled: bool
    since: int | None
    needs: str
    pin: str
    """``none``, ``set`` or ``locked``: too often wrong."""


@router.get("/desk")
def desk(call: Calling, request: Request) -> Response:
    """One field: whom are you helping?"""
    return _page(request, call, Faults(), {})


@router.post("/desk/people")
def begin(call: Calling, request: Request, form: Filled) -> Response:
    """The next person's turn."""
    faults = _odd(call, form)
    if faults:
        return _page(request, call, faults, form.typed)

    def act() -> Response:
        with call.doing("read_consent", form.text("purpose")):
            turn = books_of(request).turns.begin(
                session_of(call), form.text("reference"), form.text("purpose"), call.language
            )
        return go(turn.path)

    return once(request, form, act)


@router.get("/desk/people/{turn}")
def card(helping: Helped) -> Response:
    """How they stand, and what can be done."""
    turn = helping.turn
    with helping.call.doing("read_consent", turn.purpose) as house:
        shown = card_of(house, turn.subject, turn.purpose)
    return helping.render("desk/card.html.j2", card=shown, may=_may(helping))


@router.post("/desk/people/{turn}/end")
def end(helping: Helped, form: Filled) -> Response:
    """The person goes; the next one may come."""
    helping.turns.end(helping.turn)
    return go("/desk")


def card_of(house: House, subject: str, purpose: str) -> Card:
    """How a subject stands to a purpose."""
    text, now = house.home.purposes.current(purpose), house.home.journal.now()
    records = house.consents.show(subject, purpose)
    given = [r for r in records if r.scope is Scope.PROCESSING and r.in_force(text, now)]
    found = standing_of(house.home, subject, text)
    return Card(
        bool(given), given[-1].expires if given else None,
        house.requests.state(subject, purpose), found.enrolled, found.since, found.needs,
        _pin(house, subject, purpose),
    )  # fmt: skip


def purposes_of(call: Call, action: str) -> list[tuple[str, str]]:
    """The purposes in force for which somebody may do an act: their names and titles."""
    book = call.house.home.purposes
    mine = [name for name in book.names() if call.may(action, name)]
    return [(name, book.get(name).title.of(call.language)) for name in mine]


def _pin(house: House, subject: str, purpose: str) -> str:
    for one in house.second_factors.standing(subject, purpose):
        if one.kind is FactorKind.PIN:
            return "set" if one.usable else "locked"
    return "none"


def _may(helping: Helping) -> frozenset[str]:
    asked = ("give_consent", "enrol", "withdraw", "record_alternative")
    return frozenset(one for one in asked if helping.may(one))


def _odd(call: Call, form: Form) -> Faults:
    faults = Faults()
    with saying(faults, "reference", call.language):
        normal(form.text("reference"))
    return faults


def _page(request: Request, call: Call, faults: Faults, typed: dict[str, str]) -> Response:
    return render(
        request, call, "desk/desk.html.j2", status=422 if faults else 200, faults=faults,
        typed=typed, purposes=purposes_of(call, "read_consent"),
    )  # fmt: skip
