"""The portal's two ways in: a link (``Linked``), and behind it a visit opened by PIN or passkey (``Visiting``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request, Response

from facekeep.assembly import House
from facekeep.collection.invitations import Opened
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import NotSignedIn
from facekeep.web import cookies
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
    """Whoever opened their own pages here. Raises ``NotSignedIn``, also where at another door their consent
    ended meanwhile, or what they came by was set anew.
    """
    service, name = service_of(request), request.cookies.get(VISIT, "")
    visit = visits_of(request).find(name)
    if not _stands(service, visit):
        visits_of(request).end(name)
        raise NotSignedIn("your visit is over", "Open your link again")
    return Visitor(service, visit, name)


def _stands(service: Service, visit: Visit) -> bool:
    house = service.house
    known = house.home.directory.persons(visit.subject, visit.purpose)
    return bool(known) and visit.mark == house.second_factors.mark(visit.subject, visit.purpose)


def visits_of(request: Request) -> Visits:
    """Everybody who is at their own pages."""
    visits = request.app.state.visits
    assert isinstance(visits, Visits)
    return visits


def begin_visit(request: Request, response: Response, guest: Guest) -> None:
    """Let somebody in whose PIN, passkey or new consent was right."""
    let_in(request, response, guest.subject, guest.opened.purpose, guest.token)


def let_in(request: Request, response: Response, subject: str, purpose: str, link: str) -> None:
    """A new visit by what opens their pages now, under a new name in this browser."""
    mark = service_of(request).house.second_factors.mark(subject, purpose)
    name = visits_of(request).begin(subject, purpose, link, mark)
    cookies.keep(response, name, VISIT, LONGEST_S)


Linked = Annotated[Guest, Depends(linked)]
Visiting = Annotated[Visitor, Depends(visiting)]
