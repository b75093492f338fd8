"""Another way in: which there are, and what becomes of the face data of whoever changes over."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.rights.cases import Kind
from facekeep.web.pages.forms import Filled, once
from facekeep.web.pages.site import show
from facekeep.web.portal.cases import opened_page, request_of
from facekeep.web.portal.door import PORTAL, Visiting

router = APIRouter()


@router.get("/mine/other-way")
def ask(request: Request, visitor: Visiting) -> Response:
    """The other ways, and two offers: erase, or keep and stop."""
    return show(request, PORTAL, "portal/other_way.html.j2", back="/mine", purpose=visitor.purpose)


@router.post("/mine/other-way")
def stop(request: Request, visitor: Visiting, form: Filled) -> Response:
    """Keep what is kept and compare nothing: a restriction, which holds from this moment."""
    asked = request_of(visitor, Kind.RESTRICTION)
    return once(request, form, lambda: opened_page(request, visitor.house, asked, back="/mine"))
