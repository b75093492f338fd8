"""The first page, for anybody: what this is, what it is used for here, and where to go."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from facekeep.terms.errors import FacekeepError
from facekeep.web.caller import Serving
from facekeep.web.pages.forms import Faults, Filled
from facekeep.web.pages.site import go, show
from facekeep.web.portal.door import PORTAL
from facekeep.web.portal.telling import Told, told
from facekeep.web.problems import language_of
from facekeep.web.service import Service

router = APIRouter()
PurposeName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
LINK = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{40}(?![0-9a-fA-F])")
"""The secret part of a link, wherever it stands in what was pasted."""


@router.get("/")
def welcome(request: Request, service: Serving) -> Response:
    """What this is and where to go."""
    return _page(request, service, Faults(), {})


@router.post("/p")
def follow(request: Request, service: Serving, form: Filled) -> Response:
    """A link or code that somebody typed or pasted. It leads to our own pages alone."""
    faults = Faults()
    found = LINK.search(form.text("link"))
    if found:
        return go(f"/p/{found[0].lower()}")
    faults.add("link", PORTAL.words.say("welcome.link.wrong", language_of(request)))
    return _page(request, service, faults, form.typed)


@router.get("/p")
def no_link() -> Response:
    """Somebody went back to where they had sent a link from."""
    return go("/")


@router.get("/notices/{purpose}")
def notice(request: Request, service: Serving, purpose: PurposeName) -> Response:
    """The notice of a purpose in force, for whoever wants to read it (Measures art. 5)."""
    text = service.house.home.purposes.get(purpose)
    shown = told(service.house, text, language_of(request))
    return show(request, PORTAL, "portal/public_notice.html.j2", told=shown, back="/")


def _page(request: Request, service: Service, faults: Faults, typed: dict[str, str]) -> Response:
    return show(
        request, PORTAL, "portal/welcome.html.j2", status=422 if faults else 200,
        purposes=_in_force(service, request), faults=faults, typed=typed,
    )  # fmt: skip


def _in_force(service: Service, request: Request) -> list[Told]:
    """Every purpose in force that can be told of."""
    house, language, found = service.house, language_of(request), []
    for name in house.home.purposes.names():
        try:
            found.append(told(house, house.home.purposes.get(name), language))
        except FacekeepError:
            continue  # it went out of force this moment, or is suspended
    return found
