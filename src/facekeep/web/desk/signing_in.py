"""Signing in and out at a page, as ``/v1/sessions`` does it: by passphrase and code, or by passkey."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.access.authority import Member
from facekeep.access.roles import StaffRole
from facekeep.access.signin import Opened, Shown
from facekeep.assembly import House
from facekeep.terms.errors import NotSignedIn, Refused
from facekeep.terms.messages import told
from facekeep.web import cookies
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling, Serving
from facekeep.web.desk.books import books_of
from facekeep.web.desk.kiosks import Kiosk
from facekeep.web.desk.wording import DESK
from facekeep.web.pages.forms import Faults, Filled, Form
from facekeep.web.pages.site import KIOSK, PLAIN, SCRIPT, go, show
from facekeep.web.problems import language_of
from facekeep.web.service import Service

router = APIRouter()

OWN = re.compile(r"/(desk|kiosk|console|staff)(/[A-Za-z0-9_-][A-Za-z0-9._~-]*)*", re.ASCII)
"""Where somebody may be sent on to: a page of the staff's, letter by letter. No other site, no query."""

NEXT_MOST = 300


def onward(wanted: str, otherwise: str) -> str:
    """A path of our own, or the other one."""
    fits = len(wanted) <= NEXT_MOST and OWN.fullmatch(wanted)
    return wanted if fits and not wanted.startswith("/staff/sign") else otherwise


@router.get("/staff/sign-in")
def sign_in_page(service: Serving, request: Request) -> Response:
    """The form. Whoever is signed in already may sign in anew, as somebody else too."""
    return _page(request, service, Faults())


@router.post("/staff/sign-in")
def sign_in(service: Serving, request: Request, form: Filled) -> Response:
    """A new session with a new name each time: none can be handed to somebody beforehand.

    The answer is not kept for a second click, as those to other forms are: a code is good once.
    """
    desk, address = service.house.front_desk, address_of(request, service.settings)
    shown = Shown(form.text("passphrase"), form.text("code"))
    try:
        return _opened(service, request, form, desk.sign_in(form.text("name"), shown, address))
    except NotSignedIn as error:
        return _again(request, service, form, error)


@router.post("/staff/sign-in/passkey")
def sign_in_by_passkey(service: Serving, request: Request, form: Filled) -> Response:
    """The same by a passkey."""
    desk, address = service.house.front_desk, address_of(request, service.settings)
    try:
        return _opened(
            service, request, form, desk.sign_in_by_passkey(credential_of(form), address)
        )
    except NotSignedIn as error:
        return _again(request, service, form, error)


@router.post("/staff/sign-out")
def sign_out(call: Calling, form: Filled) -> Response:
    """End the session, here and in the browser."""
    with call.doing("own_session") as house:
        house.front_desk.sign_out(session_of(call))
    response = go("/staff/sign-in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    cookies.clear(response)
    return response


def credential_of(form: Form) -> Mapping[str, Any]:
    """What a browser's passkey answered; nothing where it is no such thing."""
    with suppress(ValueError, RecursionError):
        answer = json.loads(form.text("credential"))
        if isinstance(answer, dict):
            return answer
    return {}


def first_page(role: StaffRole) -> str:
    """Where somebody's day begins."""
    return "/desk" if role is StaffRole.ATTENDANT else "/console"


def question_of(house: House, session: bytes = b"") -> str:
    """What a browser hands to its passkey, as JSON; empty where no address is set to bind one to."""
    desk = house.front_desk
    try:
        return json.dumps(desk.question_again(session) if session else desk.question())
    except Refused:
        return ""


def _opened(service: Service, request: Request, form: Form, opened: Opened) -> Response:
    """A screen that was a kiosk is taken back with it."""
    staff = service.house.front_desk.owner(opened.session.id)
    response = go(onward(form.text("next"), first_page(staff.role)))
    cookies.keep(response, opened.token)
    if KIOSK in request.cookies:
        _end_kiosk(service.house, books_of(request).kiosks.end(request.cookies[KIOSK]))
        cookies.clear(response, KIOSK)
    return response


def _end_kiosk(house: House, kiosk: Kiosk | None) -> None:
    """The sign-in that it stood under ends too."""
    with suppress(NotSignedIn):
        caller = house.gate.caller("", kiosk.session) if kiosk else None
        if isinstance(caller, Member):
            house.front_desk.sign_out(caller.session)


def _again(request: Request, service: Service, form: Form, error: NotSignedIn) -> Response:
    faults = Faults()
    faults.add("name", told(error, language_of(request)).what)
    return _page(request, service, faults, form)


def _page(request: Request, service: Service, faults: Faults, form: Form | None = None) -> Response:
    typed = form.typed if form else {}
    wanted = typed.get("next", request.query_params.get("next", ""))
    options = question_of(service.house)
    return show(
        request, DESK, "desk/sign_in.html.j2", status=422 if faults else 200,
        needs=SCRIPT if options else PLAIN, faults=faults, typed=typed, options=options,
        onward=onward(wanted, ""),
    )  # fmt: skip
