"""Opening one's own pages: the link, and the PIN or passkey that was set with the consent. Never a face.

Whatever is wrong is answered in the same words. A wrong try counts in the ledger; after five the PIN opens
nothing until it is set anew at the desk (``use.second_factors``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response

from facekeep.terms.errors import NotSignedIn, PurposeNotAllowed, Refused
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.pages.forms import Faults, Filled, Form
from facekeep.web.pages.site import PLAIN, SCRIPT, VISIT, go, show
from facekeep.web.portal.door import (
    PORTAL,
    Guest,
    Linked,
    Visiting,
    begin_visit,
    visits_of,
)
from facekeep.web.portal.pace import door, pace_of
from facekeep.web.problems import language_of

router = APIRouter()
MINE = "/mine"
PIN = re.compile(r"[0-9]{4,12}", re.ASCII)
FORGET = '"cache", "storage"'
"""What a browser lets go of when somebody leaves (W3C Clear Site Data); the language may stay."""


@dataclass(frozen=True, slots=True)
class Ways:
    """By what somebody may open their pages; ``question`` is for the browser, empty without a passkey."""

    pin: bool
    question: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return self.pin or bool(self.question)


@router.get("/p/{token}/open")
def ask(request: Request, guest: Linked) -> Response:
    """Ask for the PIN or the passkey; whoever has agreed to nothing has nothing to open."""
    if not _has_pages(guest):
        return go(guest.path)
    return _page(request, guest, Faults())


@router.post("/p/{token}/open")
def enter(request: Request, guest: Linked, form: Filled) -> Response:
    """Begin a visit where the PIN or the passkey is right; an earlier one of this browser ends.

    Raises ``TooMany`` where many tries at this link were wrong lately: each is an entry of the ledger.
    """
    if not _has_pages(guest):
        return go(guest.path)
    pace, tries = pace_of(request), door(guest.token)
    pace.refuse(tries)
    if not _opens(guest, form):
        pace.step(tries)
        faults = Faults()
        faults.add("pin", PORTAL.words.say("open.wrong", language_of(request)))
        return _page(request, guest, faults, status=422)
    visits_of(request).end(request.cookies.get(VISIT, ""))
    response = go(MINE)
    begin_visit(request, response, guest)
    return response


@router.post("/mine/leave")
def leave(request: Request, visitor: Visiting, form: Filled) -> Response:
    """End the visit; the browser forgets what it was shown."""
    visits_of(request).end(visitor.name)
    response = show(request, PORTAL, "portal/left.html.j2", back="")
    response.delete_cookie(VISIT, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = FORGET
    return response


def _has_pages(guest: Guest) -> bool:
    person = guest.house.home.directory.person(guest.subject, guest.opened.purpose)
    return person.known and not person.departed


def _opens(guest: Guest, form: Form) -> bool:
    """Whether what was shown is right. On a full disk too: this is the way to a withdrawal."""
    factor = _shown(guest, form)
    if factor is None:
        return False
    house, purpose = guest.house, guest.opened.purpose
    return house.home.ballast.lend(
        lambda: house.second_factors.opens(guest.subject, purpose, factor)
    )


def _shown(guest: Guest, form: Form) -> Factor | None:
    credential, pin = form.text("credential"), form.text("pin")
    if not credential:
        return Factor(FactorKind.PIN, pin) if PIN.fullmatch(pin) else None
    try:
        factors = guest.house.second_factors
        return factors.answered(guest.subject, guest.opened.purpose, credential)
    except NotSignedIn:
        return None


def _page(request: Request, guest: Guest, faults: Faults, status: int = 200) -> Response:
    ways = _ways(guest)
    return show(
        request, PORTAL, "portal/open.html.j2", status=status, back=guest.path, faults=faults,
        needs=SCRIPT if ways.question else PLAIN, guest=guest, ways=ways,
    )  # fmt: skip


def _ways(guest: Guest) -> Ways:
    """What is set. One that is used up is asked for like any other: nothing says which it is."""
    try:
        factors = guest.house.second_factors
        kinds = {one.kind for one in factors.standing(guest.subject, guest.opened.purpose)}
    except PurposeNotAllowed:  # the purpose has ended; what is the person's stays theirs
        return Ways(pin=True)
    question = _question(guest) if FactorKind.PASSKEY in kinds else ""
    return Ways(FactorKind.PIN in kinds, question)


def _question(guest: Guest) -> str:
    """Empty where this home has no address that a passkey could be bound to."""
    try:
        return json.dumps(guest.house.second_factors.question(guest.subject, guest.opened.purpose))
    except Refused:
        return ""
