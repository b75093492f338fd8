"""The screen is turned: the person reads the notice in their language and chooses, each answer as large as
the others. Nobody presses for them, and their PIN is theirs to type.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Response

from facekeep.collection.consents import Asking
from facekeep.governance.consent import Scope
from facekeep.governance.consent_story import Channel, Shown
from facekeep.governance.guardians import Evidence, Guardian, ProofKind, Relation
from facekeep.governance.invitations import InvitationState
from facekeep.terms.errors import Misused
from facekeep.terms.values import ConsentState, StorageClass
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.desk.door import Helped, Helping, saying
from facekeep.web.desk.people import card_of
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.portal.consent import pin_faults
from facekeep.web.portal.telling import Told, read_before, told

router = APIRouter()
ASK = "/desk/people/{turn}/ask"

_Again = Callable[[Helping, Faults, dict[str, str]], Response]
"""The page once more, with what is wrong on it."""


@router.get(ASK)
def language(helping: Helped) -> Response:
    """First of all: which language."""
    return helping.turned("desk/ask_language.html.j2")


@router.get(f"{ASK}/notice")
def notice_page(helping: Helped) -> Response:
    """The notice in force, and the choice below it."""
    with helping.call.doing("give_consent", helping.turn.purpose):
        notice = told_of(helping)
    return helping.turned("desk/ask_notice.html.j2", told=notice)


@router.post(f"{ASK}/no")
def no(helping: Helped, form: Filled) -> Response:
    """Another way: a no, heard and kept, and nothing else changes for them."""
    turn = helping.turn

    def act() -> Response:
        with helping.call.doing("give_consent", turn.purpose) as house:
            house.requests.refuse(turn.subject, turn.purpose)
            house.invitations.heard(turn.subject, turn.purpose, InvitationState.OTHER_WAY)
        return go(f"{turn.path}/ask/ways")

    return once(helping.request, form, act)


@router.post(f"{ASK}/later")
def later(helping: Helped, form: Filled) -> Response:
    """Not now: kept where somebody had asked."""
    turn = helping.turn

    def act() -> Response:
        with helping.call.doing("give_consent", turn.purpose) as house:
            if house.requests.state(turn.subject, turn.purpose) is ConsentState.REQUESTED:
                house.requests.defer(turn.subject, turn.purpose)
            house.invitations.heard(turn.subject, turn.purpose, InvitationState.LATER)
        return go(f"{turn.path}/ask/not-now")

    return once(helping.request, form, act)


@router.get(f"{ASK}/ways")
def ways(helping: Helped) -> Response:
    """How the other ways go."""
    return helping.turned("desk/ask_ways.html.j2")


@router.get(f"{ASK}/not-now")
def not_now(helping: Helped) -> Response:
    """Nothing happened, and nothing follows."""
    return helping.turned("desk/ask_not_now.html.j2")


@router.get(f"{ASK}/consent")
def consent_page(helping: Helped) -> Response:
    """A yes of their own, and a PIN of their own with it."""
    elsewhere = _elsewhere(helping)
    return go(elsewhere) if elsewhere else _consent_page(helping, Faults(), {})


@router.post(f"{ASK}/consent")
def consent(helping: Helped, form: Filled) -> Response:
    """The yes. What was on this very screen is what they agreed to."""
    return _given(helping, form, None, _consent_page)


@router.get(f"{ASK}/guardian")
def guardian_page(helping: Helped) -> Response:
    """Under 14: who decides, and what shows that they may."""
    elsewhere = _elsewhere(helping)
    return go(elsewhere) if elsewhere else _guardian_page(helping, Faults(), {})


@router.post(f"{ASK}/guardian")
def guardian(helping: Helped, form: Filled) -> Response:
    """The guardian's yes, with what the attendant saw."""
    return _given(helping, form, form, _guardian_page)


@router.get(f"{ASK}/storage")
def storage_page(helping: Helped) -> Response:
    """Keeping face data off the terminal is asked separately."""
    return helping.turned("desk/ask_storage.html.j2", told=told_of(helping))


@router.post(f"{ASK}/storage")
def storage(helping: Helped, form: Filled) -> Response:
    """Yes or no to that alone."""
    turn = helping.turn

    def act() -> Response:
        with helping.call.doing("give_consent", turn.purpose) as house:
            if form.text("answer") == "yes":
                shown = _shown(helping, form)
                given = house.requests.give(
                    Asking(turn.subject, turn.purpose, Scope.STORAGE, shown=shown)
                )
                helping.turns.note(turn, papers=(*turn.papers, house.consent_receipt(given)))
            else:
                house.requests.refuse(turn.subject, turn.purpose, Scope.STORAGE)
        return go(f"{turn.path}/ask/agreed")

    return once(helping.request, form, act)


@router.get(f"{ASK}/agreed")
def agreed(helping: Helped) -> Response:
    """What they agreed to, to take along; and on to the camera."""
    enrols = helping.purpose.storage is StorageClass.TERMINAL or len(helping.turn.papers) > 1
    return helping.turned("desk/ask_agreed.html.j2", enrols=enrols)


def told_of(helping: Helping) -> Told:
    """The notice in force, in the language of the page, and what changed since they last read one."""
    house, turn = helping.house, helping.turn
    purpose = house.home.purposes.get(turn.purpose)
    return told(house, purpose, helping.call.language, read_before(house, turn.subject, purpose))


# -- a yes --------------------------------------------------------------------------------------


def _given(helping: Helping, form: Form, by: Form | None, again: _Again) -> Response:
    """Whatever can be wrong is found before the consent is given; then nothing of it stays half done."""

    def act() -> Response:
        if elsewhere := _elsewhere(helping):
            return go(elsewhere)
        faults = pin_faults(helping.request, form)
        if not faults:
            with saying(faults, "birth", helping.call.language):
                _take(helping, form, by)
                return go(f"{helping.turn.path}/ask/{_next(helping)}")
        return again(helping, faults, form.typed)

    return once(helping.request, form, act)


def _elsewhere(helping: Helping) -> str:
    """Where it goes on instead: a consent that stands is not given again, and a PIN that is set is replaced
    once the attendant has made sure who stands there. Otherwise whoever names somebody's reference would
    open their pages.
    """
    turn = helping.turn
    card = card_of(helping.house, turn.subject, turn.purpose)
    if card.consented:
        return f"{turn.path}/ask/agreed"
    return "" if turn.checked or card.pin == "none" else f"{turn.path}/pin"


def _take(helping: Helping, form: Form, by: Form | None) -> None:
    turn, decider = helping.turn, None if by is None else _guardian(by)
    asking = Asking(
        turn.subject, turn.purpose, guardian=decider, birth=_birth(form),
        shown=_shown(helping, form),
    )  # fmt: skip
    with helping.call.doing("give_consent", turn.purpose) as house:
        given = house.requests.give(asking)
        house.invitations.heard(turn.subject, turn.purpose, InvitationState.CONSENTED)
    with helping.call.doing("enrol", turn.purpose) as house:
        house.second_factors.set(
            turn.subject, turn.purpose, Factor(FactorKind.PIN, form.text("pin"))
        )
    helping.turns.note(turn, papers=(helping.house.consent_receipt(given),), checked=False)


def _shown(helping: Helping, form: Form) -> Shown:
    """What was on the screen, by its digest: another notice meanwhile is refused by the consent desk."""
    now = helping.house.consents.shown(
        helping.turn.purpose, helping.call.language, Channel.TERMINAL
    )
    try:
        return Shown(bytes.fromhex(form.text("notice")), now.language, now.channel, now.at)
    except ValueError:
        raise Misused("a display names a notice, its language and a time") from None


def _guardian(form: Form) -> Guardian:
    try:
        relation, kind = Relation(form.text("relation")), ProofKind(form.text("kind"))
    except ValueError:
        raise Misused("say how the guardian is related, and what document shows it") from None
    if not form.text("guardian"):
        raise Misused("name the guardian by the operator's own reference")
    return Guardian(form.text("guardian"), Evidence(relation, kind, form.text("proof")))


def _birth(form: Form) -> date | None:
    told = form.text("birth")
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise Misused("a birth date is written YYYY-MM-DD") from None


def _next(helping: Helping) -> str:
    """Storage off the terminal is a question of its own."""
    return "agreed" if helping.purpose.storage is StorageClass.TERMINAL else "storage"


def _consent_page(helping: Helping, faults: Faults, typed: dict[str, str]) -> Response:
    return helping.turned(
        "desk/ask_consent.html.j2", status=422 if faults else 200, told=told_of(helping),
        faults=faults, typed=typed,
    )  # fmt: skip


def _guardian_page(helping: Helping, faults: Faults, typed: dict[str, str]) -> Response:
    return helping.turned(
        "desk/ask_guardian.html.j2", status=422 if faults else 200, told=told_of(helping),
        faults=faults, typed=typed, relations=[(one.value, helping.say(f"guardian.relation.{one}")) for one in Relation],
        kinds=[(one.value, helping.say(f"guardian.proof.{one}")) for one in ProofKind],
    )  # fmt: skip
