"""Where cameras may be: registered with their zones, closed. A private space is refused, no override."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from facekeep.access.roles import Action
from facekeep.governance.places import Place, PlaceRow
from facekeep.governance.purpose_text import PlaceKind
from facekeep.web.caller import Calling
from facekeep.web.console.acting import caught, prove_first
from facekeep.web.console.proofs import own_strip
from facekeep.web.console.questions import Ask, Part, Rows, Sheet, blame, pair, read
from facekeep.web.console.rail import render
from facekeep.web.console.toml_text import written
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HOME = "/console/places"
PlaceName = Annotated[str, Path(alias="place", pattern=r"^[a-z][a-z0-9-]{0,39}$")]
LABELS = "place_form"
KINDS = tuple(kind.value for kind in PlaceKind)

FORM: Part = (
    Ask("id"), Ask("kind", "one", KINDS, "place_kind"), *pair("name", "line"), Ask("address"),
    Ask("public", "yes", needed=False), Ask("public_safety.document", needed=False),
    Rows("zones", (
        Ask("label"), Ask("unit", "one", ("metres", "picture"), "unit"), Ask("points", "area"),
    ), 1),
)  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


@router.get(HOME)
def places(request: Request, call: Calling) -> Response:
    """Every place, open or closed."""
    with call.doing(Action.READ_DEVICES) as house:
        book = house.home.places
        rows = [book.row(name) for name in book.names()]
    may = call.house.gate.could(call.caller, Action.MANAGE_PLACES)
    return render(request, call, "console/places.html.j2", rows=rows, may=may)


@router.get(HOME + "/_new")
def new(request: Request, call: Calling) -> Response:
    """An empty form."""
    return prove_first(request, call, Action.MANAGE_PLACES) or _form(request, call, {})


@router.post(HOME + "/_new")
def add(request: Request, call: Calling, form: Filled) -> Response:
    """A place registered."""
    return once(request, form, lambda: _put(request, call, form, 0))


@router.get(HOME + "/{place}")
def place(request: Request, call: Calling, place: PlaceName) -> Response:
    """One place: its zones, its devices, the ledger's word."""
    with call.doing(Action.READ_DEVICES) as house:
        row = _row(call, place)
        audited = (one for _, one in house.home.devices.audit() if one is not None)
        devices = [one for one in audited if one.device.place == place]
        strip = own_strip(call, "place", place)
    may = call.house.gate.could(call.caller, Action.MANAGE_PLACES)
    return render(
        request, call, "console/place.html.j2", row=row, devices=devices, strip=strip, may=may
    )


@router.get(HOME + "/{place}/edit")
def edit(request: Request, call: Calling, place: PlaceName) -> Response:
    """The same form, filled in."""
    first = prove_first(request, call, Action.MANAGE_PLACES)
    return first or _form(request, call, _document(_row(call, place)), _row(call, place).version)


@router.post(HOME + "/{place}/edit")
def save(request: Request, call: Calling, place: PlaceName, form: Filled) -> Response:
    """The next version; nothing where somebody else wrote meanwhile."""
    version = int(form.text("over")) if form.text("over").isdecimal() else 0
    return once(request, form, lambda: _put(request, call, form, version))


@router.get(HOME + "/{place}/close")
def close_page(request: Request, call: Calling, place: PlaceName) -> Response:
    """Which devices take no picture any more."""
    return prove_first(request, call, Action.MANAGE_PLACES) or _close_page(request, call, place)


@router.post(HOME + "/{place}/close")
def close(request: Request, call: Calling, place: PlaceName, form: Filled) -> Response:
    """Nothing is captured there any more."""
    return once(request, form, lambda: _close(request, call, place))


def _close(request: Request, call: Call, name: str) -> Response:
    first = prove_first(request, call, Action.MANAGE_PLACES)
    if first is not None:
        return first
    with call.doing(Action.MANAGE_PLACES) as house:
        _row(call, name)
        house.register.close_place(name)
    return go(f"{HOME}/{name}")


def _close_page(request: Request, call: Call, name: str) -> Response:
    with call.doing(Action.MANAGE_PLACES) as house:
        row = _row(call, name)
        audited = (one for _, one in house.home.devices.audit() if one is not None)
        devices = [one.device.id for one in audited if one.device.place == name]
    return render(request, call, "console/place_close.html.j2", row=row, devices=devices)


def _put(request: Request, call: Call, form: Form, replaces: int) -> Response:
    first = prove_first(request, call, Action.MANAGE_PLACES)
    if first is not None:
        return first
    shown, faults = read(FORM, form), Faults()
    place = _made(shown, faults, call.language)
    if place is not None:
        text = written(json.loads(place.model_dump_json())).encode()
        with caught(faults, call), call.doing(Action.MANAGE_PLACES) as house:
            house.register.add_place(text, replaces)
            return go(f"{HOME}/{place.id}")
    return _form(request, call, shown, replaces, faults)


def _made(shown: Mapping[str, Any], faults: Faults, language: str) -> Place | None:
    """The place a form describes; a document on public safety stands for the order itself."""
    told = {**shown, "public": bool(shown.get("public"))}
    told["zones"] = [{**zone, "points": _points(zone.get("points", ""))} for zone in shown.get("zones", ())]  # fmt: skip
    if safety := shown.get("public_safety"):
        told["public_safety"] = {
            **safety,
            "digest": sha256(safety["document"].encode()).hexdigest(),
        }
    try:
        return Place.model_validate(told)
    except ValidationError as error:
        blame(error, faults, language, LABELS)
        return None


def _points(text: str) -> list[list[float]]:
    """Corners as people type them, one a line: ``0, 0``."""
    return [[float(n) for n in _NUMBER.findall(line)] for line in text.splitlines() if line.strip()]


def _document(row: PlaceRow) -> dict[str, Any]:
    document = row.place.model_dump(mode="json")
    zones = [{**zone, "points": _lines(zone["points"])} for zone in document["zones"]]
    return {**document, "zones": zones}


def _lines(points: list[list[float]]) -> str:
    return "\n".join(f"{x:g}, {y:g}" for x, y in points)


def _form(
    request: Request, call: Call, document: Mapping[str, Any], over: int = 0,
    faults: Faults | None = None,
) -> Response:  # fmt: skip
    with call.doing(Action.MANAGE_PLACES):
        blocks = Sheet(LABELS, call.language, document).blocks(FORM)
    title = WORDS.say("places.edit" if over else "places.new", call.language)
    return render(
        request, call, "console/place_form.html.j2", status=422 if faults else 200, blocks=blocks,
        faults=faults, over=over, title=title,
    )  # fmt: skip


def _row(call: Call, name: str) -> PlaceRow:
    found = call.house.home.places.find(name)
    if found is None:
        raise Unreadable(404)
    return found
