"""The steps of a purpose that carry a signature: signed, released, suspended, ended.

Each has a page of its own that says what will happen, to how many people, what cannot be undone and who
else must approve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.access.roles import Act, Action
from facekeep.assembly import House
from facekeep.governance.filed import IN_USE
from facekeep.oversight.filing import ended_message
from facekeep.storage.certificates import Certificate
from facekeep.terms.encoding import canonical
from facekeep.web.caller import Calling
from facekeep.web.console.acting import WHOLE, caught, hand_of, name_of, prove_first, signed
from facekeep.web.console.eyes import FourEyes, eyes_on
from facekeep.web.console.purposes import HOME, Dossier, PurposeName, dossier_of
from facekeep.web.console.rail import render
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.service import Call

router = APIRouter()
IDENTIFICATION = "identification"
PUBLISH_IDENTIFICATION = "publish-identification"


@dataclass(frozen=True, slots=True)
class Toll:
    """What an ending does, in numbers."""

    people: int
    devices: tuple[str, ...]
    in_force: bool


# -- signed -----------------------------------------------------------------------------------


@router.get(HOME + "/{purpose}/sign")
def sign_page(request: Request, call: Calling, purpose: PurposeName) -> Response:
    """What one's signature will say."""
    return _page(request, call, "sign", purpose, Action.PUBLISH)


@router.post(HOME + "/{purpose}/sign")
def sign(request: Request, call: Calling, purpose: PurposeName, form: Filled) -> Response:
    """The text under its assessment, signed."""

    def act(house: House) -> None:
        house.purposes.sign(purpose, hand_of(request, call, form)(house.purposes.message(purpose)))

    return _done(request, call, "sign", purpose, Action.PUBLISH, form, act)


# -- released ---------------------------------------------------------------------------------


@router.get(HOME + "/{purpose}/release")
def release_page(request: Request, call: Calling, purpose: PurposeName) -> Response:
    """What comes into force, and for whom the notice changes."""
    return _page(request, call, "release", purpose, Action.PUBLISH)


@router.post(HOME + "/{purpose}/release")
def release(request: Request, call: Calling, purpose: PurposeName, form: Filled) -> Response:
    """In force from now on; by four eyes where people may be searched for."""
    return once(request, form, lambda: _release(request, call, purpose, form))


def _release(request: Request, call: Call, name: str, form: Form) -> Response:
    first = prove_first(request, call, Action.PUBLISH)
    if first is not None:
        return first
    faults = Faults()
    with caught(faults, call):
        hand_of(request, call, form)
        eyes = release_eyes(call.house, dossier_of(call, name))
        with call.doing(Action.PUBLISH, name) as house:
            if eyes is None:
                house.purposes.release(name, name_of(call))
            else:
                act = Act(Action.PUBLISH, name)
                with house.gate.holding_two(call.caller, act, (eyes.act, eyes.what)):
                    house.purposes.release(name, name_of(call))
        return go(f"{HOME}/{name}")
    return _shown(request, call, "release", name, Action.PUBLISH, faults)


def release_eyes(house: House, found: Dossier) -> FourEyes | None:
    """Two officers, where the newest text lets people be searched for."""
    book = house.home.purposes
    purpose = book.text(found.purpose.id, found.newest)
    if IDENTIFICATION not in purpose.operations:
        return None
    last = book.last(purpose.id, found.newest)
    what = "/".join((purpose.id, last.hash.hex(), last.assessment.hex()))
    return eyes_on(house, PUBLISH_IDENTIFICATION, what)


# -- suspended --------------------------------------------------------------------------------


@router.get(HOME + "/{purpose}/suspend")
def suspend_page(request: Request, call: Calling, purpose: PurposeName) -> Response:
    """Who cannot be recognised from then on."""
    return _page(request, call, "suspend", purpose, Action.SUSPEND)


@router.post(HOME + "/{purpose}/suspend")
def suspend(request: Request, call: Calling, purpose: PurposeName, form: Filled) -> Response:
    """Use stops until somebody assesses, signs and releases anew."""

    def act(house: House) -> None:
        because = form.text("because")
        house.purposes.suspend(purpose, _word(request, call, form, "suspend", purpose), because)

    return _done(request, call, "suspend", purpose, Action.SUSPEND, form, act)


# -- ended ------------------------------------------------------------------------------------


@router.get(HOME + "/{purpose}/end")
def end_page(request: Request, call: Calling, purpose: PurposeName) -> Response:
    """How many people's face data goes, and that nothing brings it back."""
    return _page(request, call, "end", purpose, Action.END_PURPOSE)


@router.post(HOME + "/{purpose}/end")
def end(request: Request, call: Calling, purpose: PurposeName, form: Filled) -> Response:
    """Over for good, with a certificate where somebody's data went."""
    return once(request, form, lambda: _end(request, call, purpose, form))


def _end(request: Request, call: Call, name: str, form: Form) -> Response:
    first = prove_first(request, call, Action.END_PURPOSE)
    if first is not None:
        return first
    faults = Faults()
    typed = form.text("purpose") == name
    faults.unless(typed, "purpose", WORDS.say("end.not_typed", call.language))
    if not faults:
        with caught(faults, call), call.doing(Action.END_PURPOSE, name) as house:
            paper = _ended(request, call, house, name, form)
            return go(f"{HOME}/{name}") if paper is None else _certificate(request, call, paper)
    return _shown(request, call, "end", name, Action.END_PURPOSE, faults, form)


def _ended(request: Request, call: Call, house: House, name: str, form: Form) -> Certificate | None:
    """A use that ran is ended with all it kept; a text that never did just ends."""
    message = ended_message(house.home.id, name, house.books.today)
    who = signed(request, call, form, message)
    if house.home.purposes.stage(name) not in IN_USE:
        house.purposes.end(name, who, form.text("because"))
        return None
    return house.end_use(name, who)[0]


def _certificate(request: Request, call: Call, paper: Certificate) -> Response:
    said = paper.body["said"]
    return render(request, call, "console/purpose_ended.html.j2", said=said, paper=paper.to_json())


def toll_of(house: House, name: str) -> Toll:
    """What an ending would do now: devices that serve nothing else stop."""
    others = set(house.home.purposes.names()) - {name}
    rows = [row.device for _, row in house.home.devices.audit() if row is not None]
    devices = tuple(d.id for d in rows if name in d.purposes and not others & set(d.purposes))
    return Toll(house.enrolled(name), devices, house.home.purposes.stage(name) in IN_USE)


# -- shared -----------------------------------------------------------------------------------


def _word(request: Request, call: Call, form: Form, act: str, name: str) -> str:
    """Whoever is signed in signs for this act, here and now."""
    at, home = int(call.house.home.journal.now()), call.house.home.id.hex()
    about: dict[str, Any] = {"purpose": name, "because": form.text("because")}
    message = canonical({**about, "act": f"purpose:{act}", "home": home, "at": at})
    return signed(request, call, form, message)


def _done(
    request: Request, call: Call, act: str, name: str, action: Action, form: Form,
    do: Callable[[House], None],
) -> Response:  # fmt: skip
    """One signed step, carried out once; the page again where something is wrong."""

    def carried_out() -> Response:
        first = prove_first(request, call, action)
        if first is not None:
            return first
        faults = Faults()
        with caught(faults, call, "because" if act == "suspend" else WHOLE):
            with call.doing(action, name) as house:
                do(house)
            return go(f"{HOME}/{name}")
        return _shown(request, call, act, name, action, faults, form)

    return once(request, form, carried_out)


def _page(request: Request, call: Call, act: str, name: str, action: Action) -> Response:
    return prove_first(request, call, action) or _shown(request, call, act, name, action)


def _shown(
    request: Request, call: Call, act: str, name: str, action: Action,
    faults: Faults | None = None, form: Form | None = None,
) -> Response:  # fmt: skip
    with call.doing(action, name) as house:
        found = dossier_of(call, name)
        eyes = release_eyes(house, found) if act == "release" else None
        toll = toll_of(house, name)
    return render(
        request, call, f"console/purpose_{act}.html.j2", status=422 if faults else 200, it=found,
        toll=toll, eyes=eyes, faults=faults, typed=form.typed if form else {},
    )  # fmt: skip
