"""The choice: use my face, use another way, not now. Three answers alike, none chosen beforehand."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.governance.invitations import InvitationState
from facekeep.terms.values import ConsentState
from facekeep.web.pages.forms import Filled, once
from facekeep.web.pages.site import go, show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.door import PORTAL, Guest, Linked
from facekeep.web.portal.leads import may_choose
from facekeep.web.portal.notice import steps
from facekeep.web.portal.telling import ways
from facekeep.web.problems import language_of

router = APIRouter()


@router.get("/p/{token}/choice")
def choice(request: Request, guest: Linked) -> Response:
    """The three cards. Whoever comes as far has seen the notice: the link counts as opened."""
    if not may_choose(guest):
        return go(guest.path)
    guest.house.invitations.note(guest.opened, InvitationState.OPENED)
    return _page(request, guest, "portal/choice.html.j2", back=guest.path, steps=steps(request, 1))


@router.post("/p/{token}/other-way")
def choose_other_way(request: Request, guest: Linked, form: Filled) -> Response:
    """They say no to their face being used; nothing else changes for them."""
    return once(request, form, lambda: _refused(request, guest))


@router.get("/p/{token}/other-way")
def other_way(request: Request, guest: Linked) -> Response:
    """The other ways in, and how to use them."""
    noted = guest.opened.invitation.state is InvitationState.OTHER_WAY
    back = f"{guest.path}/choice"
    return _page(request, guest, "portal/chosen_other_way.html.j2", noted=noted, back=back)


@router.post("/p/{token}/later")
def choose_later(request: Request, guest: Linked, form: Filled) -> Response:
    """They say not now."""
    return once(request, form, lambda: _deferred(request, guest))


@router.get("/p/{token}/later")
def later(request: Request, guest: Linked) -> Response:
    """Nothing happens; the link stays open until its day."""
    invitation = guest.opened.invitation
    noted, back = invitation.state is InvitationState.LATER, f"{guest.path}/choice"
    return _page(
        request, guest, "portal/later.html.j2", noted=noted, until=invitation.expires, back=back
    )


def _refused(request: Request, guest: Guest) -> Response:
    if not may_choose(guest):  # answered at another door, or in another tab
        return go(guest.path)
    with acting(guest.house, guest.purpose, language_of(request)) as house:
        house.requests.refuse(guest.subject, guest.purpose.id)
        house.invitations.note(guest.opened, InvitationState.OTHER_WAY)
    return go(f"{guest.path}/other-way")


def _deferred(request: Request, guest: Guest) -> Response:
    if not may_choose(guest):
        return go(guest.path)
    with acting(guest.house, guest.purpose, language_of(request)) as house:
        state = house.requests.state(guest.subject, guest.purpose.id)
        if state is ConsentState.REQUESTED:  # "later" answers a question; nobody else asked
            house.requests.defer(guest.subject, guest.purpose.id)
        house.invitations.note(guest.opened, InvitationState.LATER)
    return go(f"{guest.path}/later")


def _page(request: Request, guest: Guest, template: str, **context: Any) -> Response:
    language = language_of(request)
    return show(
        request, PORTAL, template, path=guest.path, title=guest.purpose.title.of(language),
        ways=ways(guest.purpose, language), contact=guest.purpose.handler.contact, **context,
    )  # fmt: skip
