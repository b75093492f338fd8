"""The desk: who comes, how they stand, and what can be done for them. Never a face, never a story."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from facekeep.assembly import House
from facekeep.governance.consent import Scope
from facekeep.governance.purposes import PurposeBook, Stage
from facekeep.storage.standing import standing_of
from facekeep.storage.subjects import normal
from facekeep.terms.errors import NoticeNotShown, PurposeNotAllowed, Restrained
from facekeep.terms.values import ConsentState
from facekeep.use.second_factors import FactorKind
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling
from facekeep.web.desk.books import books_of
from facekeep.web.desk.door import Helped, Helping, saying
from facekeep.web.desk.frame import render
from facekeep.web.desk.wording import WORDS
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
    stopped: str
    """Why nothing is compared although they consented: ``restrained``, ``untold``, or empty."""


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
        _pin(house, subject, purpose), _stopped(house, subject, purpose),
    )  # fmt: skip


def published_of(call: Call) -> list[tuple[str, str]]:
    """Every purpose there ever was that somebody may help with, those in force first: whoever consented to one
    that is suspended or over still leaves, and still asks for what is theirs."""
    book = call.house.home.purposes
    in_force = book.names()
    names = [
        *in_force,
        *(one for one in book.known() if one not in in_force and _was_published(book, one)),
    ]
    return [
        (one, book.current(one).title.of(call.language))
        for one in names
        if call.may("read_consent", one)
    ]


def purposes_of(call: Call, action: str) -> list[tuple[str, str]]:
    """The purposes in force for which somebody may do an act: their names and titles."""
    book = call.house.home.purposes
    mine = [name for name in book.names() if call.may(action, name)]
    return [(name, book.get(name).title.of(call.language)) for name in mine]


def _was_published(book: PurposeBook, name: str) -> bool:
    return any(step.stage is Stage.PUBLISHED for step in book.steps(name))


def _pin(house: House, subject: str, purpose: str) -> str:
    """Where nothing is asked any more, no PIN opens anything either."""
    with suppress(PurposeNotAllowed):
        for one in house.second_factors.standing(subject, purpose):
            if one.kind is FactorKind.PIN:
                return "set" if one.usable else "locked"
    return "none"


def _stopped(house: House, subject: str, purpose: str) -> str:
    person = house.home.directory.person(subject, purpose)
    try:
        if person.known and not person.departed:
            house.home.require_free(person)
    except Restrained:
        return "restrained"
    except NoticeNotShown:
        return "untold"
    return ""


def _may(helping: Helping) -> frozenset[str]:
    """What can be done where the purpose is in force, and what always can."""
    in_force = helping.turn.purpose in helping.house.home.purposes.names()
    asked = ("withdraw", *(("give_consent", "enrol", "record_alternative") if in_force else ()))
    return frozenset(one for one in asked if helping.may(one))


def _odd(call: Call, form: Form) -> Faults:
    faults = Faults()
    with saying(faults, "reference", call.language):
        normal(form.text("reference"))
    known = form.text("purpose") in call.house.home.purposes.known()
    faults.unless(known, "purpose", WORDS.say("desk.purpose.choose", call.language))
    return faults


def _page(request: Request, call: Call, faults: Faults, typed: dict[str, str]) -> Response:
    return render(
        request, call, "desk/desk.html.j2", status=422 if faults else 200, faults=faults,
        typed=typed, purposes=published_of(call),
    )  # fmt: skip
