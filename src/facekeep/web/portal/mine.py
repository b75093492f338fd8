"""My face data: what is held (never the face), for what, until when, and what the person can do about it.

Of one purpose alone, the link's: what somebody agreed to elsewhere is opened by the link and the PIN of there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from facekeep.governance.consent import Consent, Scope
from facekeep.rights import answers
from facekeep.rights.access_copy import copy_of
from facekeep.rights.answers import Answered
from facekeep.storage.case_rows import CaseRow
from facekeep.terms.errors import DiskFull, NotSignedIn
from facekeep.web.pages.forms import Filled, once
from facekeep.web.pages.site import Language, go, show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.portal.history import Line, newest
from facekeep.web.portal.standing import Person
from facekeep.web.problems import Unreadable, language_of

router = APIRouter()
MINE = "/mine"
LATEST = 3
"""Entries of the history that the first page shows."""

Shown = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class Given:
    """One consent as its person reads it."""

    scope: str
    state: str
    tone: str
    given_at: int
    expires: int
    by: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A notice that waits to be read, under the number that leaves the home."""

    shown: str
    text: str


@router.get(MINE)
def mine(request: Request, visitor: Visiting) -> Response:
    """Everything on one page, and the way to each right."""
    told = _answered(visitor)
    language = language_of(request)
    consents = [_given(visitor, one) for one in told.held.consents]
    return show(
        request, PORTAL, "portal/mine.html.j2", told=told, purpose=visitor.purpose, consents=consents,
        in_force=any(one.tone == "good" for one in consents if one.scope == "processing"),
        notices=_unread(visitor, language), cases=_cases(visitor), latest=_latest(visitor, language),
        link=f"/p/{visitor.visit.link}",
        next=Person(visitor.house, visitor.subject, visitor.purpose).next.value,
    )  # fmt: skip


@router.post("/mine/notices/{shown}")
def read(request: Request, visitor: Visiting, form: Filled, shown: Shown) -> Response:
    """The person has read a notice of this purpose; only then is their face compared again."""
    if shown not in {one.shown for one in _unread(visitor, "en")}:
        raise Unreadable(404)
    with acting(visitor.house, visitor.purpose, language_of(request)) as house:
        house.outbox.acknowledge(visitor.subject, bytes.fromhex(shown))
    return go(MINE)


@router.post("/mine/copy")
def copy(request: Request, visitor: Visiting, form: Filled) -> Response:
    """The portable copy of this purpose, written down like every look."""

    def made() -> Response:
        with acting(visitor.house, visitor.purpose, language_of(request)) as house:
            packed = copy_of(house.home, visitor.subject, purpose=visitor.purpose.id)
        headers = {"Content-Disposition": 'attachment; filename="facekeep-copy.zip"'}
        return Response(packed, headers=headers, media_type="application/zip")

    return once(request, form, made)


def _answered(visitor: Visitor) -> Answered:
    """The visitor's own answer, the look written down; a full disk hides nothing from them.

    Raises ``NotSignedIn`` where their consent ended under their eyes.
    """
    home, found = visitor.house.home, list[Answered]()
    with suppress(DiskFull), home.records.under(home.ballast.require):
        found = answers.again(home, visitor.subject, visitor.visit.purpose)
    found = found or answers.unnoted(home, visitor.subject, visitor.visit.purpose)
    if not found:
        raise NotSignedIn("your visit is over", "Open your link again")
    return found[0]


def _given(visitor: Visitor, consent: Consent) -> Given:
    home = visitor.house.home
    in_force = consent.in_force(visitor.purpose, home.journal.now())
    tone = "good" if in_force else "plain"
    state = "in-force" if in_force else consent.state.value
    by = "guardian" if consent.guardian else "person"
    scope = "storage" if consent.scope is Scope.STORAGE else "processing"
    return Given(scope, state, tone, consent.given_at, consent.expires, by)


def _unread(visitor: Visitor, language: str) -> list[Unread]:
    house = visitor.house
    waiting = house.outbox.banner(visitor.subject, visitor.visit.purpose)
    return [
        Unread(house.home.deliveries.shown(one).hex(), one.words.of(language)) for one in waiting
    ]


def _cases(visitor: Visitor) -> list[CaseRow]:
    home = visitor.house.home
    person = home.directory.person(visitor.subject, visitor.visit.purpose)
    return home.cases.of_person(person.id)[::-1]


def _latest(visitor: Visitor, language: Language) -> list[Line]:
    return newest(visitor, language, 0, LATEST)
