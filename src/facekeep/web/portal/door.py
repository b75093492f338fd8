"""The portal's two ways in: a link (``Linked``), and behind it a visit opened by PIN or passkey (``Visiting``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request, Response

from facekeep.assembly import House
from facekeep.collection.invitations import Opened
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import NotSignedIn
from facekeep.web.caller import service_of
from facekeep.web.pages.site import VISIT, Site
from facekeep.web.portal.visits import LONGEST_S, Visit, Visits
from facekeep.web.portal.wording import WORDS
from facekeep.web.service import Service

PORTAL = Site("portal", WORDS, "/")
Token = Annotated[str, Path(pattern=r"^[0-9a-f]{40}$")]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a link. What they do, they do themselves: the gate has no role for a person."""

    service: Service
    token: str
    opened: Opened

    @property
    def house(self) -> House:
        """The open house."""
        return self.service.house

    @property
    def subject(self) -> str:
        """The operator's reference for them."""
        return self.opened.subject

    @property
    def purpose(self) -> Purpose:
        """What the link is about, in the text last in force."""
        return self.house.home.purposes.current(self.opened.purpose)

    @property
    def path(self) -> str:
        """Where their link leads."""
        return f"/p/{self.token}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at their own pages."""

    service: Service
    visit: Visit
    name: str

    @property
    def house(self) -> House:
        """The open house."""
        return self.service.house

    @property
    def subject(self) -> str:
        """The operator's reference for them."""
        return self.visit.subject

    @property
    def purpose(self) -> Purpose:
        """What the visit is about, in the text last in force."""
        return self.house.home.purposes.current(self.visit.purpose)


def linked(request: Request, token: Token) -> Guest:
    """Whoever holds this link. Raises ``LinkClosed``."""
    service = service_of(request)
    return Guest(service, token, service.house.invitations.open(token))


def visiting(request: Request) -> Visitor:
    """Whoever opened their own pages here. Raises ``NotSignedIn``, also where their consent ended
    meanwhile at another door.
    """
    service, name = service_of(request), request.cookies.get(VISIT, "")
    visit = visits_of(request).find(name)
    if not service.house.home.directory.persons(visit.subject, visit.purpose):
        visits_of(request).end(name)
        raise NotSignedIn("your visit is over", "Open your link again")
    return Visitor(service, visit, name)


def visits_of(request: Request) -> Visits:
    """Everybody who is at their own pages."""
    visits = request.app.state.visits
    assert isinstance(visits, Visits)
    return visits


def begin_visit(request: Request, response: Response, guest: Guest) -> None:
    """Let somebody in whose PIN, passkey or new consent was right."""
    name = visits_of(request).begin(guest.subject, guest.opened.purpose, guest.token)
    response.set_cookie(
        VISIT, name, max_age=LONGEST_S, path="/", secure=True, httponly=True, samesite="strict"
    )


Linked = Annotated[Guest, Depends(linked)]
Visiting = Annotated[Visitor, Depends(visiting)]
