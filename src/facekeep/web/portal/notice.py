"""Behind a link: the notice first. Opening it uses nothing up, so that a previewer of links may look."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.web.pages.site import go, show
from facekeep.web.portal.door import PORTAL, Guest, Linked
from facekeep.web.portal.leads import Lead, lead_of
from facekeep.web.portal.telling import read_before, told, ways
from facekeep.web.problems import language_of

router = APIRouter()


@router.get("/p/{token}")
def notice(request: Request, guest: Linked) -> Response:
    """The notice; to whoever has consented, the door to their own pages."""
    match lead_of(guest):
        case Lead.OPEN:
            return go(f"{guest.path}/open")
        case Lead.FINISH:
            return go(f"{guest.path}/consent")
        case Lead.SPENT:
            return _spent(request, guest)
        case _:
            return _told(request, guest)


def _told(request: Request, guest: Guest) -> Response:
    purpose = guest.house.home.purposes.get(guest.purpose.id)
    earlier = read_before(guest.house, guest.subject, purpose)
    return show(
        request, PORTAL, "portal/notice.html.j2", path=guest.path, back="/",
        told=told(guest.house, purpose, language_of(request), earlier), steps=steps(request, 0),
        answer=guest.opened.invitation.state.value,
    )  # fmt: skip


def _spent(request: Request, guest: Guest) -> Response:
    language, purpose = language_of(request), guest.purpose
    return show(
        request, PORTAL, "portal/spent.html.j2", title=purpose.title.of(language), back="/",
        ways=ways(purpose, language), contact=purpose.handler.contact,
    )  # fmt: skip


STEPS = ("notice", "choice", "consent", "face")


def steps(request: Request, now: int) -> list[tuple[str, bool]]:
    """Where somebody is on their way."""
    language = language_of(request)
    return [
        (PORTAL.words.say(f"choosing.step.{name}", language), at == now)
        for at, name in enumerate(STEPS)
    ]
