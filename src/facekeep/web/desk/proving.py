"""Both factors once more: an open browser is not enough for what cannot be taken back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.access.signin import Shown
from facekeep.terms.errors import NotSignedIn
from facekeep.terms.messages import told
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling
from facekeep.web.desk.frame import render
from facekeep.web.desk.signing_in import credential_of, first_page, onward, question_of
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import PLAIN, SCRIPT, go
from facekeep.web.service import Call

router = APIRouter()


@router.get("/staff/prove")
def prove_page(call: Calling, request: Request) -> Response:
    """The form, and back to where somebody was."""
    return _page(request, call, Faults(), request.query_params.get("next", ""))


@router.post("/staff/prove")
def prove(call: Calling, request: Request, form: Filled) -> Response:
    """By passphrase and code."""
    shown = Shown(form.text("passphrase"), form.text("code"))
    address = address_of(request, call.service.settings)

    def act() -> Response:
        try:
            with call.doing("own_session") as house:
                house.front_desk.prove(session_of(call), shown, address)
        except NotSignedIn as error:
            return _again(request, call, form, error)
        return go(_back(call, form))

    return once(request, form, act)


@router.post("/staff/prove/passkey")
def prove_by_passkey(call: Calling, request: Request, form: Filled) -> Response:
    """By one's own passkey."""
    session, address = session_of(call), address_of(request, call.service.settings)

    def act() -> Response:
        try:
            with call.doing("own_session") as house:
                house.front_desk.prove_by_passkey(session, credential_of(form), address)
        except NotSignedIn as error:
            return _again(request, call, form, error)
        return go(_back(call, form))

    return once(request, form, act)


def _back(call: Call, form: Form) -> str:
    role = call.house.front_desk.owner(session_of(call)).role
    return onward(form.text("next"), first_page(role))


def _again(request: Request, call: Call, form: Form, error: NotSignedIn) -> Response:
    faults = Faults()
    faults.add("passphrase", told(error, call.language).what)
    return _page(request, call, faults, form.text("next"))


def _page(request: Request, call: Call, faults: Faults, wanted: str) -> Response:
    options = question_of(call.house, session_of(call))
    return render(
        request, call, "desk/prove.html.j2", status=422 if faults else 200,
        needs=SCRIPT if options else PLAIN, faults=faults, options=options,
        onward=onward(wanted, ""),
    )  # fmt: skip
