"""Behind a link: the notice first. Opening it uses nothing up, so that a previewer of links may look."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.web.pages.site import go, show
from facekeep.web.portal.door import PORTAL, Guest, Linked
from facekeep.web.portal.standing import Person
from facekeep.web.portal.telling import read_before, told
from facekeep.web.problems import language_of

router = APIRouter()


@router.get("/p/{token}")
def notice(request: Request, guest: Linked) -> Response:
    """The notice; to whoever has consented, the door to their own pages."""
    person = person_of(guest)
    if person.consented:
        return go(f"{guest.path}/consent" if unfinished(guest) else f"{guest.path}/open")
    earlier = read_before(guest.house, guest.subject, guest.purpose)
    shown = told(
        guest.house, guest.house.home.purposes.get(guest.purpose.id), language_of(request), earlier
    )
    return show(
        request, PORTAL, "portal/notice.html.j2", told=shown, path=guest.path, back="/",
        steps=steps(request, 0), answer=guest.opened.invitation.state.value,
    )  # fmt: skip


def person_of(guest: Guest) -> Person:
    """Whoever the link is for, in its purpose."""
    return Person(guest.house, guest.subject, guest.purpose)


def unfinished(guest: Guest) -> bool:
    """Whether consenting by this link was cut short before a PIN was kept: it may be gone on with.

    A consent given elsewhere is no such thing: whoever stole a link sets no PIN to it.
    """
    return not guest.opened.invitation.answered and person_of(guest).lacks_pin


STEPS = ("notice", "choice", "consent", "face")


def steps(request: Request, now: int) -> list[tuple[str, bool]]:
    """Where somebody is on their way."""
    language = language_of(request)
    return [
        (PORTAL.words.say(f"choosing.step.{name}", language), at == now)
        for at, name in enumerate(STEPS)
    ]
