"""The PIN and the passkey of one's own pages: changed by whoever shows the old one, set anew at the desk."""

from __future__ import annotations

import json
from functools import partial

from fastapi import APIRouter, Request, Response

from facekeep.terms.errors import FacekeepError, Misused, Refused
from facekeep.terms.messages import in_language, told
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import PLAIN, SCRIPT, Language, show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.consent import PIN as NEW_PIN
from facekeep.web.portal.door import PORTAL, Visiting, Visitor, let_in, visits_of
from facekeep.web.portal.opening import PIN
from facekeep.web.portal.pace import door, pace_of
from facekeep.web.problems import language_of

router = APIRouter()


# -- PIN ------------------------------------------------------------------------------------


@router.get("/mine/pin")
def ask_pin(request: Request, visitor: Visiting) -> Response:
    """The old PIN, and the new one twice."""
    return _pin_page(request, visitor, Faults())


@router.post("/mine/pin")
def change_pin(request: Request, visitor: Visiting, form: Filled) -> Response:
    """Set the new one; every visit of the person ends, and a new one begins here."""
    faults, language = Faults(), language_of(request)
    new, again = form.text("new"), form.text("pin_again")
    faults.unless(NEW_PIN.fullmatch(new), "new", _say("pin.form", language))
    faults.unless(new == again, "pin_again", _say("pin.differs", language))
    if not faults and _needs_old(visitor):
        own = _is_own(request, visitor, form.text("old"))
        faults.unless(own, "old", _say("pin.wrong", language))
    if faults:
        return _pin_page(request, visitor, faults, 422)
    return once(request, form, partial(_changed, request, visitor, form, new))


def _changed(request: Request, visitor: Visitor, form: Form, new: str) -> Response:
    try:
        with acting(visitor.house, visitor.purpose, language_of(request)) as house:
            factor = Factor(FactorKind.PIN, new)
            house.second_factors.set(visitor.subject, visitor.visit.purpose, factor)
    except Misused as error:
        faults = Faults()
        faults.add("new", in_language(str(error), language_of(request)))
        return _pin_page(request, visitor, faults, 422)
    return _begin_anew(request, visitor, _done(request, "pin"))


def _pin_page(request: Request, visitor: Visitor, faults: Faults, status: int = 200) -> Response:
    return show(
        request, PORTAL, "portal/pin.html.j2", status=status, back="/mine", faults=faults,
        needs_old=_needs_old(visitor), purpose=visitor.purpose,
    )  # fmt: skip


def _needs_old(visitor: Visitor) -> bool:
    """Whether a PIN is set, one that opens nothing any more too: that is for the desk to set anew."""
    factors = visitor.house.second_factors
    set_ = factors.standing(visitor.subject, visitor.visit.purpose)
    return any(one.kind is FactorKind.PIN for one in set_)


def _is_own(request: Request, visitor: Visitor, old: str) -> bool:
    """Raises ``TooMany`` where many tries were wrong lately."""
    pace, tries = pace_of(request), door(visitor.visit.link)
    pace.refuse(tries)
    if PIN.fullmatch(old):
        factors, factor = visitor.house.second_factors, Factor(FactorKind.PIN, old)
        if factors.opens(visitor.subject, visitor.visit.purpose, factor):
            return True
    pace.step(tries)
    return False


def _begin_anew(request: Request, visitor: Visitor, response: Response) -> Response:
    visit = visitor.visit
    visits_of(request).end_of(visit.subject, visit.purpose)
    let_in(request, response, visit.subject, visit.purpose, visit.link)
    return response


# -- passkey --------------------------------------------------------------------------------


@router.get("/mine/passkey")
def ask_passkey(request: Request, visitor: Visiting) -> Response:
    """One button for the browser; words where this home or this purpose takes no passkey."""
    return _passkey_page(request, visitor, "")


@router.post("/mine/passkey")
def add_passkey(request: Request, visitor: Visiting, form: Filled) -> Response:
    """Keep what the browser made."""
    return once(request, form, partial(_kept, request, visitor, form.text("credential")))


def _kept(request: Request, visitor: Visitor, credential: str) -> Response:
    factor = Factor(FactorKind.PASSKEY, credential)
    try:
        with acting(visitor.house, visitor.purpose, language_of(request)) as house:
            house.second_factors.set(visitor.subject, visitor.visit.purpose, factor)
    except (Misused, Refused) as error:
        why = told(error, language_of(request)).what
        return _passkey_page(request, visitor, why, 422)
    return _begin_anew(request, visitor, _done(request, "passkey"))


def _passkey_page(request: Request, visitor: Visitor, why: str, status: int = 200) -> Response:
    options = _options(visitor)
    return show(
        request, PORTAL, "portal/passkey.html.j2", status=status, back="/mine", why=why,
        options=options, needs=SCRIPT if options else PLAIN, purpose=visitor.purpose,
    )  # fmt: skip


def _options(visitor: Visitor) -> str:
    """Empty where a passkey cannot be made: no address, or a purpose that asks for another factor."""
    if visitor.purpose.second_factor not in ("none", "any", "passkey"):
        return ""
    try:
        factors = visitor.house.second_factors
        return json.dumps(factors.options(visitor.subject, visitor.visit.purpose))
    except FacekeepError:
        return ""


def _done(request: Request, what: str) -> Response:
    return show(request, PORTAL, "portal/factor_set.html.j2", back="/mine", what=what)


def _say(key: str, language: Language) -> str:
    return PORTAL.words.say(key, language)
