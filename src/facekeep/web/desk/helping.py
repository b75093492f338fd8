"""Helping at the desk: a link to take home, a new PIN, another way in, a request for what is theirs."""

from __future__ import annotations

from fastapi import APIRouter, Response

from facekeep.rights import case_receipts
from facekeep.rights.cases import Kind, Opened, Request
from facekeep.storage.ways import Ending
from facekeep.terms.values import CaptureProfile
from facekeep.use.factors import Attempt
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.desk.codes import qr
from facekeep.web.desk.door import Helped, Helping, saying
from facekeep.web.desk.people import card_of
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.portal.consent import pin_faults
from facekeep.web.portal.door import visits_of

router = APIRouter()
HERE = "/desk/people/{turn}"
PROFILES = tuple(one.value for one in CaptureProfile)
ENDINGS = tuple(one.value for one in Ending)

KINDS = (
    Kind.COPY, Kind.RESTRICTION, Kind.OBJECTION, Kind.DELETION, Kind.EXPLANATION, Kind.PORTING,
    Kind.COMPLAINT,
)  # fmt: skip
"""What can be asked for in a few words. A correction and a review name what they are about: the person's own
pages offer them beside it."""


# -- a link to take home ------------------------------------------------------------------------


@router.get(f"{HERE}/link")
def link_page(helping: Helped) -> Response:
    """What a link opens, before one is made."""
    return helping.render("desk/link.html.j2", faults=Faults())


@router.post(f"{HERE}/link")
def link(helping: Helped, form: Filled) -> Response:
    """A new link and its slip, shown this once; earlier ones open nothing any more."""
    turn = helping.turn

    def act() -> Response:
        with helping.call.doing("give_consent", turn.purpose) as house:
            made = house.invitations.hand_over(
                turn.subject, turn.purpose, guardian=form.ticked("guardian")
            )
        address = address_of_link(helping, made.path)
        return helping.render(
            "desk/slip.html.j2", link=address, code=qr(address), expires=made.expires
        )

    return once(helping.request, form, act)


def address_of_link(helping: Helping, path: str) -> str:
    """The whole address: where people reach us, or else where this page was reached."""
    origin = helping.call.service.settings.origin or str(helping.request.base_url)
    return f"{origin.rstrip('/')}{path}"


# -- a new PIN ----------------------------------------------------------------------------------


@router.get(f"{HERE}/pin")
def check_page(helping: Helped) -> Response:
    """First the attendant makes sure who stands there."""
    return helping.render("desk/pin_check.html.j2", faults=Faults())


@router.post(f"{HERE}/pin")
def checked(helping: Helped, form: Filled) -> Response:
    """They did; the screen is turned: for a PIN, or first for the consent that it goes with."""
    if not form.ticked("checked"):
        faults = Faults()
        faults.add("checked", helping.say("desk.pin.check.needed"))
        return helping.render("desk/pin_check.html.j2", status=422, faults=faults)
    helping.turns.note(helping.turn, checked=True)
    card = card_of(helping.house, helping.turn.subject, helping.turn.purpose)
    return go(f"{helping.turn.path}/{'pin/new' if card.consented else 'ask/consent'}")


@router.get(f"{HERE}/pin/new")
def pin_page(helping: Helped) -> Response:
    """The person types a PIN of their own."""
    if not helping.turn.checked:
        return go(f"{helping.turn.path}/pin")
    return helping.turned("desk/pin_new.html.j2", faults=Faults(), done=False)


@router.post(f"{HERE}/pin/new")
def pin(helping: Helped, form: Filled) -> Response:
    """It takes the place of the old one, and whoever is at their pages by the old one is let out."""
    if not helping.turn.checked:
        return go(f"{helping.turn.path}/pin")

    def act() -> Response:
        faults = pin_faults(helping.request, form)
        if not faults:
            with saying(faults, "pin", helping.call.language):
                _set(helping, form)
        return helping.turned(
            "desk/pin_new.html.j2", status=422 if faults else 200, faults=faults, done=not faults
        )

    return once(helping.request, form, act)


def _set(helping: Helping, form: Form) -> None:
    turn = helping.turn
    with helping.call.doing("enrol", turn.purpose) as house:
        factor = Factor(FactorKind.PIN, form.text("pin"))
        house.second_factors.set(turn.subject, turn.purpose, factor)
    visits_of(helping.request).end_of(turn.subject, turn.purpose)
    helping.turns.note(turn, checked=False)


# -- another way in -----------------------------------------------------------------------------


@router.get(f"{HERE}/way")
def way_page(helping: Helped) -> Response:
    """The other ways, and how one went: so that it is seen where one is slower than the face."""
    return _way_page(helping, Faults(), {})


@router.post(f"{HERE}/way")
def way(helping: Helped, form: Filled) -> Response:
    """Count it. Nobody is named; the time runs from when the person came."""

    def act() -> Response:
        faults = _odd_way(helping, form)
        if not faults:
            with saying(faults, "way", helping.call.language):
                _count(helping, form)
                return go(f"{helping.turn.path}/way/counted")
        return _way_page(helping, faults, form.typed)

    return once(helping.request, form, act)


@router.get(f"{HERE}/way/counted")
def way_counted(helping: Helped) -> Response:
    """It is counted."""
    return helping.render("desk/way_counted.html.j2")


def _count(helping: Helping, form: Form) -> None:
    attempt = Attempt(
        helping.turn.purpose, form.text("way"), Ending(form.text("outcome")),
        helping.turns.since(helping.turn), CaptureProfile(form.text("profile")),
    )  # fmt: skip
    with helping.call.doing("record_alternative", helping.turn.purpose) as house:
        house.ways.count(attempt)


def _odd_way(helping: Helping, form: Form) -> Faults:
    faults, ways = Faults(), [one.id for one in helping.purpose.alternatives]
    faults.unless(form.text("way") in ways, "way", helping.say("desk.way.choose"))
    faults.unless(
        form.text("outcome") in ENDINGS, "outcome", helping.say("desk.way.outcome.choose")
    )
    faults.unless(form.text("profile") in PROFILES, "profile", helping.say("desk.profile.choose"))
    return faults


def _way_page(helping: Helping, faults: Faults, typed: dict[str, str]) -> Response:
    return helping.render(
        "desk/way.html.j2", status=422 if faults else 200, faults=faults, typed=typed,
        ways=[(one.id, one.name.of(helping.call.language)) for one in helping.purpose.alternatives],
        endings=[(one, helping.say(f"desk.way.{one}")) for one in ENDINGS],
        profiles=[(one, helping.say(f"desk.profile.{one}")) for one in PROFILES],
    )  # fmt: skip


# -- what is theirs -----------------------------------------------------------------------------


@router.get(f"{HERE}/case")
def case_page(helping: Helped) -> Response:
    """What they may ask of us."""
    return _case_page(helping, Faults(), {})


@router.post(f"{HERE}/case")
def case(helping: Helped, form: Filled) -> Response:
    """Take it in; a restriction holds from this moment. The code is theirs, shown this once."""

    def act() -> Response:
        faults = _odd_case(helping, form)
        if not faults:
            with saying(faults, "kind", helping.call.language):
                return _case_taken(helping, _opened(helping, form))
        return _case_page(helping, faults, form.typed)

    return once(helping.request, form, act)


def _opened(helping: Helping, form: Form) -> Opened:
    turn = helping.turn
    request = Request(
        Kind(form.text("kind")), turn.purpose, turn.subject, form.text("text"),
        form.text("identified"),
    )  # fmt: skip
    with helping.call.doing("withdraw", turn.purpose) as house:
        return house.cases.open(request)


def _case_taken(helping: Helping, opened: Opened) -> Response:
    receipt = case_receipts.issue(helping.house.home, opened.row, opened.code)
    helping.turns.note(helping.turn, papers=(receipt,))
    return helping.render("desk/case_taken.html.j2", row=opened.row, code=opened.code)


def _odd_case(helping: Helping, form: Form) -> Faults:
    faults = Faults()
    known = form.text("kind") in [one.value for one in KINDS]
    faults.unless(known, "kind", helping.say("desk.case.choose"))
    faults.unless(form.text("identified"), "identified", helping.say("desk.case.identified.needed"))
    needs = form.text("kind") == Kind.COMPLAINT and not form.text("text")
    faults.unless(not needs, "text", helping.say("desk.case.text.needed"))
    return faults


def _case_page(helping: Helping, faults: Faults, typed: dict[str, str]) -> Response:
    return helping.render(
        "desk/case.html.j2", status=422 if faults else 200, faults=faults, typed=typed,
        kinds=[(one.value, helping.say(f"desk.kind.{one}")) for one in KINDS],
    )  # fmt: skip
