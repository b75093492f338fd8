"""Storage off the terminal: a question of its own, yes and no alike (Measures art. 8)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.collection.consents import Asking
from facekeep.governance.consent import Scope
from facekeep.governance.consent_story import Channel
from facekeep.terms.errors import NoticeNotShown
from facekeep.terms.values import StorageClass
from facekeep.web.pages.forms import Filled, Form, once
from facekeep.web.pages.site import go, show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.portal.receipts import standing_of
from facekeep.web.portal.telling import told
from facekeep.web.problems import language_of

router = APIRouter()


@router.get("/mine/storage")
def storage(request: Request, visitor: Visiting) -> Response:
    """The question. A no may become a yes at any time; a yes ends by withdrawing, face and all: this
    purpose keeps nothing anywhere else.
    """
    person, purpose = standing_of(visitor), visitor.purpose
    if purpose.storage is StorageClass.TERMINAL or not person.consented:
        return go("/mine")
    return show(
        request, PORTAL, "portal/storage.html.j2",
        told=told(visitor.house, purpose, language_of(request)), agreed=not person.storage_due,
        refused=person.refused_storage, where=purpose.storage.value, back="/mine",
    )  # fmt: skip


@router.post("/mine/storage/yes")
def agree(request: Request, visitor: Visiting, form: Filled) -> Response:
    """They agree to storage as well."""
    return once(request, form, lambda: _agreed(request, visitor, form))


@router.post("/mine/storage/no")
def refuse(request: Request, visitor: Visiting, form: Filled) -> Response:
    """They do not. Their other consent stands; without a place to lie, no face is kept."""
    return once(request, form, lambda: _refused(request, visitor))


def _agreed(request: Request, visitor: Visitor, form: Form) -> Response:
    name = visitor.purpose.id
    shown = visitor.house.consents.shown(name, language_of(request), Channel.PORTAL)
    if form.text("notice") != shown.notice.hex():
        raise NoticeNotShown(
            "the notice changed while you were reading", "Open the page again and read what changed"
        )
    with acting(visitor.house, visitor.purpose, language_of(request)) as house:
        house.requests.give(Asking(visitor.subject, name, Scope.STORAGE, shown=shown))
    return go("/mine/receipts")


def _refused(request: Request, visitor: Visitor) -> Response:
    if not standing_of(visitor).storage_due:
        return go("/mine/withdraw")
    with acting(visitor.house, visitor.purpose, language_of(request)) as house:
        house.requests.refuse(visitor.subject, visitor.purpose.id, Scope.STORAGE)
    return go("/mine/storage")
