"""Taking up an account with the code an officer handed over: one's own passphrase, codes from one's own app."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.access.enlisting import Chosen
from facekeep.access.totp import spelt
from facekeep.terms.errors import Misused, NotSignedIn, Refused
from facekeep.terms.messages import told
from facekeep.web.addresses import address_of
from facekeep.web.caller import Serving
from facekeep.web.desk.codes import qr
from facekeep.web.desk.wording import DESK
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go, show
from facekeep.web.problems import language_of
from facekeep.web.service import Service

router = APIRouter()


@router.get("/staff/accept")
def accept_page(request: Request) -> Response:
    """The code first."""
    return _code_page(request, Faults())


@router.post("/staff/accept")
def offer(service: Serving, request: Request, form: Filled) -> Response:
    """What is set up: a secret for the app, drawn now, and a passphrase."""
    code = form.text("invitation")
    try:
        offered = service.house.enlisting.offer(code, address_of(request, service.settings))
    except NotSignedIn as error:
        return _code_page(request, _faults(request, "invitation", error))
    return show(
        request, DESK, "desk/accept_factors.html.j2", faults=Faults(), invitation=code,
        name=offered.staff.name, role=offered.staff.role.value, secret=spelt(offered.secret),
        code=qr(offered.uri),
    )  # fmt: skip


@router.post("/staff/accept/factors")
def accept(service: Serving, request: Request, form: Filled) -> Response:
    """The account is theirs once the first code shows that the secret arrived."""

    def act() -> Response:
        faults = _odd(request, form)
        if not faults:
            try:
                _taken_up(service, request, form)
                return go("/staff/sign-in")
            except (NotSignedIn, Misused, Refused) as error:
                faults = _faults(request, "code", error)
        return show(
            request, DESK, "desk/accept_factors.html.j2", status=422, faults=faults,
            invitation=form.text("invitation"), name="", role="", secret="", code="",
        )  # fmt: skip

    return once(request, form, act)


def _taken_up(service: Service, request: Request, form: Form) -> None:
    chosen = Chosen(form.text("passphrase"), form.text("code"))
    address = address_of(request, service.settings)
    service.house.enlisting.accept(form.text("invitation"), chosen, address)


def _odd(request: Request, form: Form) -> Faults:
    faults, language = Faults(), language_of(request)
    say = DESK.words.say
    faults.unless(form.text("passphrase"), "passphrase", say("staff.passphrase.missing", language))
    same = form.text("passphrase") == form.text("again")
    faults.unless(same, "again", say("staff.passphrase.differs", language))
    return faults


def _faults(request: Request, name: str, error: NotSignedIn | Misused | Refused) -> Faults:
    faults = Faults()
    faults.add(name, told(error, language_of(request)).what)
    return faults


def _code_page(request: Request, faults: Faults) -> Response:
    status = 422 if faults else 200
    return show(request, DESK, "desk/accept.html.j2", status=status, faults=faults)
