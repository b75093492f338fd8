"""One's own account: passkeys, the passphrase, the way out."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from facekeep.access.passkeys import unpadded
from facekeep.assembly import House
from facekeep.terms.errors import Misused, NotSignedIn, Refused
from facekeep.terms.messages import told
from facekeep.web import cookies
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling
from facekeep.web.desk.frame import render
from facekeep.web.desk.signing_in import credential_of
from facekeep.web.desk.wording import DESK
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.proving import prove_first
from facekeep.web.pages.site import PLAIN, SCRIPT, go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HERE = "/staff/me"


@dataclass(frozen=True, slots=True)
class Own:
    """Whose account it is, and their passkeys: name in an address, label, when it was added."""

    name: str
    role: str
    passkeys: tuple[tuple[str, str, int], ...]


@router.get("/staff/me")
def me(call: Calling, request: Request) -> Response:
    """The account."""
    return _page(request, call, Faults())


@router.post("/staff/me/passphrase")
def change_passphrase(call: Calling, request: Request, form: Filled) -> Response:
    """Another passphrase. Every session of the account ends, this one too."""

    def act() -> Response:
        faults = _odd(call, form)
        if not faults:
            try:
                _changed(call, form)
                return _out()
            except (NotSignedIn, Misused) as error:
                faults.add("old", told(error, call.language).what)
        return _page(request, call, faults)

    return once(request, form, act)


@router.get("/staff/me/passkey")
def new_passkey(call: Calling, request: Request) -> Response:
    """One more passkey: what a browser needs for it."""
    asked = prove_first(call, "own_factors", f"{HERE}/passkey")
    return asked or _passkey_page(request, call, Faults())


@router.post("/staff/me/passkey")
def add_passkey(call: Calling, request: Request, form: Filled) -> Response:
    """Keep what the browser made."""

    def act() -> Response:
        try:
            with call.doing("own_factors") as house:
                staff = house.front_desk.owner(session_of(call))
                label = form.text("label") or "passkey"
                house.enlisting.add_passkey(staff, credential_of(form), label)
            return go(HERE)
        except (NotSignedIn, Misused) as error:
            faults = Faults()
            faults.add("label", told(error, call.language).what)
            return _passkey_page(request, call, faults)

    return prove_first(call, "own_factors", f"{HERE}/passkey") or once(request, form, act)


@router.post("/staff/me/passkeys/remove")
def remove_passkey(call: Calling, request: Request, form: Filled) -> Response:
    """One less; the last way to sign in stays."""
    try:
        identity = unpadded(form.text("passkey"))
    except ValueError:
        raise Unreadable(404) from None

    def act() -> Response:
        with call.doing("own_factors") as house:
            staff = house.front_desk.owner(session_of(call))
            house.enlisting.remove_passkey(staff, identity)
        return go(HERE)

    return prove_first(call, "own_factors", HERE) or once(request, form, act)


def _changed(call: Call, form: Form) -> None:
    with call.doing("own_session") as house:
        staff = house.front_desk.owner(session_of(call))
        house.enlisting.change_passphrase(staff, form.text("old"), form.text("new"))


def _out() -> Response:
    response = go("/staff/sign-in")
    cookies.clear(response)
    return response


def _odd(call: Call, form: Form) -> Faults:
    faults, say = Faults(), DESK.words.say
    faults.unless(form.text("old"), "old", say("staff.passphrase.missing", call.language))
    faults.unless(form.text("new"), "new", say("staff.passphrase.missing", call.language))
    same = form.text("new") == form.text("again")
    faults.unless(same, "again", say("staff.passphrase.differs", call.language))
    return faults


def _passkey_page(request: Request, call: Call, faults: Faults) -> Response:
    options = _options(call)
    return render(
        request, call, "desk/new_passkey.html.j2", status=422 if faults else 200,
        needs=SCRIPT if options else PLAIN, faults=faults, options=options,
    )  # fmt: skip


def _options(call: Call) -> str:
    """Empty where no address is set to bind a passkey to."""
    with call.doing("own_factors") as house:
        staff = house.front_desk.owner(session_of(call))
        try:
            return json.dumps(dict(house.enlisting.passkey_options(staff)))
        except Refused:
            return ""


def _page(request: Request, call: Call, faults: Faults) -> Response:
    with call.doing("own_session") as house:
        own = _own(house, session_of(call))
    status = 422 if faults else 200
    return render(request, call, "desk/me.html.j2", status=status, faults=faults, own=own)


def _own(house: House, session: bytes) -> Own:
    staff = house.front_desk.owner(session)
    mine = house.home.passkeys.of(staff.id)
    return Own(staff.name, staff.role.value, tuple((p.name, p.label, p.added_at) for p in mine))
