"""Consenting: one purpose in one sentence, the notice that is agreed to, and a PIN for the way back.

The PIN is looked at before anything is recorded. The consent is bound to the notice that was on this very page:
where it changed meanwhile, the page is shown again with what changed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hmac import compare_digest
from threading import Lock

from fastapi import APIRouter, Request, Response

from facekeep.collection.consents import Asking
from facekeep.governance.consent_story import Channel, Shown
from facekeep.governance.invitations import InvitationState
from facekeep.governance.notices import Notice
from facekeep.terms.errors import GuardianRequired, Misused
from facekeep.use.second_factors import Factor, FactorKind, refuse_guessable
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go, show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.door import PORTAL, Guest, Linked, begin_visit
from facekeep.web.portal.leads import Lead, lead_of
from facekeep.web.portal.notice import steps
from facekeep.web.portal.pace import door, pace_of
from facekeep.web.portal.telling import told
from facekeep.web.problems import language_of

router = APIRouter()
PIN = re.compile(r"[0-9]{6,12}")
_TURNS = tuple(Lock() for _ in range(64))


@router.get("/p/{token}/consent")
def consent(request: Request, guest: Linked) -> Response:
    """The question, and nothing chosen beforehand."""
    elsewhere = _elsewhere(guest)
    return go(elsewhere) if elsewhere else _page(request, guest, Faults())


@router.post("/p/{token}/consent")
def agree(request: Request, guest: Linked, form: Filled) -> Response:
    """They say yes. Sent twice, it is one consent."""
    return once(request, form, lambda: _in_turn(request, guest, form))


def _in_turn(request: Request, guest: Guest, form: Form) -> Response:
    """Two answers by one link are heard one after the other: the second finds the first's PIN, and whoever
    sent it comes in by that alone.
    """
    with _TURNS[int(guest.token[:2], 16) % len(_TURNS)]:
        return _agreed(request, guest, form)


def _agreed(request: Request, guest: Guest, form: Form) -> Response:
    if elsewhere := _elsewhere(guest):
        return go(elsewhere)
    notice = guest.house.consents.notice(guest.purpose.id)
    if not compare_digest(form.text("notice").encode(), notice.digest.hex().encode()):
        return _page(request, guest, _outdated(request), _read(guest, form))
    known = lead_of(guest) is Lead.AGAIN
    if faults := _shown_faults(request, guest, form) if known else pin_faults(request, form):
        return _page(request, guest, faults)
    try:
        _record(request, guest, form)
    except GuardianRequired:
        return go(f"{guest.path}/guardian")
    response = go("/mine/receipts")
    begin_visit(request, response, guest)
    return response


def _record(request: Request, guest: Guest, form: Form) -> None:
    """The consent, the PIN beside it, and last that the link was answered: what is cut short between
    them is gone on with by the same link.
    """
    subject, purpose = guest.subject, guest.purpose
    shown = shown_here(request, guest, form)
    with acting(guest.house, purpose, language_of(request)) as house:
        house.requests.give(Asking(subject, purpose.id, shown=shown))
        house.second_factors.set(subject, purpose.id, _pin(form))
        house.invitations.note(guest.opened, InvitationState.CONSENTED)


def shown_here(request: Request, guest: Guest, form: Form) -> Shown:
    """The notice that was on the page which sent this form."""
    now = guest.house.consents.shown(guest.purpose.id, language_of(request), Channel.PORTAL)
    return replace(now, notice=_digest(form))


def _pin(form: Form) -> Factor:
    return Factor(FactorKind.PIN, form.text("pin"))


def _shown_faults(request: Request, guest: Guest, form: Form) -> Faults:
    """Whoever set a PIN before shows it, whatever else they hold: a wrong one counts as one."""
    faults, right, pace, tries = Faults(), False, pace_of(request), door(guest.token)
    pace.refuse(tries)
    if PIN.fullmatch(form.text("pin")):
        desk = guest.house.second_factors
        right = desk.opens(guest.subject, guest.purpose.id, _pin(form))
    if not right:
        pace.step(tries)
    said = PORTAL.words.say("consent.pin.wrong", language_of(request))
    faults.unless(right, "pin", said)
    return faults


def pin_faults(request: Request, form: Form) -> Faults:
    """What is wrong with a PIN that somebody chose, before it is set."""
    language, faults, pin = language_of(request), Faults(), form.text("pin")
    words = PORTAL.words
    faults.unless(PIN.fullmatch(pin), "pin", words.say("consent.pin.digits", language))
    faults.unless(not _is_guessable(pin), "pin", words.say("consent.pin.guessable", language))
    faults.unless(
        pin == form.text("pin_again"), "pin_again", words.say("consent.pin.differs", language)
    )
    return faults


def _is_guessable(pin: str) -> bool:
    try:
        refuse_guessable(pin)
    except (Misused, ValueError):  # no digits at all: said already
        return True
    return False


def _elsewhere(guest: Guest) -> str:
    """The page that is right instead of this one; empty where the question is asked here."""
    lead = lead_of(guest)
    if lead in (Lead.OPEN, Lead.SPENT):
        return guest.path
    under_age = guest.opened.invitation.guardian and lead is not Lead.FINISH
    return f"{guest.path}/guardian" if under_age else ""


def _outdated(request: Request) -> Faults:
    faults = Faults()
    faults.add("notice", PORTAL.words.say("consent.outdated", language_of(request)))
    return faults


def _read(guest: Guest, form: Form) -> Notice | None:
    """The notice that was on their page, as it was published."""
    return guest.house.home.notices.by_digest(_digest(form))


def _digest(form: Form) -> bytes:
    """32 bytes; others where somebody sent no digest."""
    text = form.text("notice")
    return bytes.fromhex(text) if re.fullmatch(r"[0-9a-f]{64}", text) else bytes(32)


def _page(
    request: Request, guest: Guest, faults: Faults, earlier: Notice | None = None
) -> Response:
    language = language_of(request)
    purpose = guest.house.home.purposes.get(guest.purpose.id)
    return show(
        request, PORTAL, "portal/consent.html.j2", status=422 if faults else 200,
        told=told(guest.house, purpose, language, earlier), days=purpose.retention_days,
        path=guest.path, back=f"{guest.path}/choice", steps=steps(request, 2), faults=faults,
        lead=lead_of(guest).value,
    )  # fmt: skip
