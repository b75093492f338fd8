"""Resetting one's face like a password: the stored half and its key change, and nobody comes back to the camera."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.rights.answers import unnoted
from facekeep.storage.reset import Scope
from facekeep.web.pages.forms import Filled, once
from facekeep.web.pages.site import show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.problems import language_of

router = APIRouter()
BECAUSE = "asked"
"""Why the ledger says that it was done."""


@router.get("/mine/reset")
def ask(request: Request, visitor: Visiting) -> Response:
    """What will happen, and one button; nothing to press where no face data is kept."""
    return show(
        request, PORTAL, "portal/reset.html.j2", back="/mine", purpose=visitor.purpose,
        enrolled=_enrolled(visitor), done=None,
    )  # fmt: skip


@router.post("/mine/reset")
def reset(request: Request, visitor: Visiting, form: Filled) -> Response:
    """Do it; the old copy is worthless from now on."""

    def done() -> Response:
        with acting(visitor.house, visitor.purpose, language_of(request)) as house:
            scope = Scope(visitor.subject, visitor.purpose.id)
            renewed = house.resetter.renew(scope, BECAUSE)
        return show(
            request, PORTAL, "portal/reset.html.j2", back="/mine", purpose=visitor.purpose,
            enrolled=True, done=renewed,
        )  # fmt: skip

    return once(request, form, done)


def _enrolled(visitor: Visitor) -> bool:
    told = unnoted(visitor.house.home, visitor.subject, visitor.visit.purpose)
    return any(one.held.enrolled for one in told)
