"""The four-eyes inbox: what waits, in words, who stands behind it, and one's own word for it."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from facekeep.access.acts import FOUR_EYES
from facekeep.access.approvals import digest_of
from facekeep.access.pending import MAX_WHAT, Matter
from facekeep.access.roles import Action
from facekeep.assembly import House
from facekeep.terms.errors import Misused
from facekeep.web.caller import Calling
from facekeep.web.console.acting import caught, hand_of, name_of, prove_first
from facekeep.web.console.eyes import word_path
from facekeep.web.console.rail import render
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HOME = "/console/approvals"
ActName = Annotated[str, Path(alias="act", pattern=r"^[a-z][a-z-]{0,39}$")]
What = Annotated[str, Path(alias="what", pattern=r"^[A-Za-z0-9_-]{1,1800}$")]
HOUR = 3600
HOURS = (1, 24, 72, 168)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter as people read it; ``path`` is where it is done."""

    matter: Matter
    title: str
    about: str
    path: str
    mine: bool
    looks_right: bool

    @property
    def word(self) -> str:
        """Where one's own word for it is given."""
        return word_path(self.matter.act, self.matter.what)


@router.get(HOME)
def approvals(request: Request, call: Calling) -> Response:
    """Everything somebody approved that did not happen yet."""
    with call.doing(Action.READ_APPROVALS) as house:
        waiting = house.home.pending.waiting(house.home.journal.now())
        rows = [_waiting(call, house, one) for one in waiting]
    may = call.house.gate.could(call.caller, Action.APPROVE)
    return render(request, call, "console/approvals.html.j2", rows=rows, may=may)


@router.get(HOME + "/{act}/{what}")
def word_page(request: Request, call: Calling, act: ActName, what: What) -> Response:
    """What one's word would be for."""
    told = _told(act, what)
    return prove_first(request, call, Action.APPROVE) or _word_page(request, call, act, told)


@router.post(HOME + "/{act}/{what}")
def word(request: Request, call: Calling, act: ActName, what: What, form: Filled) -> Response:
    """One officer's word. It lets nothing happen alone."""
    told = _told(act, what)
    return once(request, form, lambda: _word(request, call, act, told, form))


def _told(act: str, what: str) -> str:
    """What an act is about. Answers 404 for what nobody could approve."""
    try:
        told = urlsafe_b64decode(what + "=" * (-len(what) % 4)).decode()
    except ValueError:
        raise Unreadable(404) from None
    if act not in FOUR_EYES or not 0 < len(told) <= MAX_WHAT or not told.isprintable():
        raise Unreadable(404)
    return told


def _word(request: Request, call: Call, act: str, what: str, form: Form) -> Response:
    hours = form.text("hours")
    first = prove_first(request, call, Action.APPROVE)
    if first is not None:
        return first
    faults = Faults()
    known = hours in map(str, HOURS)
    faults.unless(known, "hours", WORDS.say("approvals.hours.wrong", call.language))
    if not faults:
        with caught(faults, call), call.doing(Action.APPROVE) as house:
            house.approve_by(hand_of(request, call, form), act, what, int(hours) * HOUR)
            return go(HOME)
    return _word_page(request, call, act, what, faults)


def _word_page(
    request: Request, call: Call, act: str, what: str, faults: Faults | None = None
) -> Response:
    with call.doing(Action.APPROVE) as house:
        given = house.home.approvals.given(act, digest_of(act, what), house.home.journal.now())
        one = _waiting(call, house, Matter(act, what, 0, tuple(given)))
    hours = [(str(n), WORDS.say("approvals.hours", call.language, n=n)) for n in HOURS]
    return render(
        request, call, "console/approval_word.html.j2", status=422 if faults else 200, it=one,
        hours=hours, faults=faults,
    )  # fmt: skip


def _waiting(call: Call, house: House, matter: Matter) -> Waiting:
    zh, en = FOUR_EYES.get(matter.act, (matter.act, matter.act))
    about, path, right = _about(call, house, matter)
    mine = name_of(call) in matter.by
    return Waiting(matter, zh if call.language == "zh" else en, about, path, mine, right)


EXPORTS = {"filing-pack": "/console/filing/pack"}
"""Where else than at the evidence something is put out."""


def _about(call: Call, house: House, matter: Matter) -> tuple[str, str, bool]:
    """What it is about in words, where it is done, and whether that is what lies there now."""
    say, first = call.language, matter.what.partition("/")[0]
    match matter.act:
        case "publish-identification":
            words = WORDS.say("approvals.about.purpose", say, name=first)
            return words, f"/console/purposes/{first}/release", _same_text(house, matter.what)
        case "open-secret":
            words = WORDS.say("approvals.about.case", say, number=first[:8])
            return words, f"/console/cases/{first}/secret", _known_case(house, first)
        case "staff-reset":
            staff = house.staff.find(first)
            name = staff.name if staff else first
            words = WORDS.say("approvals.about.account", say, name=name)
            return words, f"/console/access/staff/{first}/reset", staff is not None
        case "officer-add":
            return _newcomer(call, house, matter.what)
        case "export":
            return matter.what, EXPORTS.get(first, "/console/compliance/export"), True
    return matter.what, "", True


def _newcomer(call: Call, house: House, what: str) -> tuple[str, str, bool]:
    """An officer to be: name, role and fingerprint, compared with the account that waits."""
    name, role, key = [*what.rsplit("/", 2), "", ""][:3]
    duty = f"role.{role}"
    role = WORDS.say(duty, call.language) if duty in WORDS else role
    words = WORDS.say(
        "approvals.about.officer", call.language, name=name, role=role, print=key[:16]
    )
    staff = house.staff.named(name)
    same = bool(staff and staff.factors.public and staff.newcomer.what == what)
    path = f"/console/access/staff/{staff.id}/admit" if staff else ""
    return words, path, same


def _same_text(house: House, what: str) -> bool:
    """Whether the newest text and assessment of a purpose are the very ones that were approved."""
    name, *digests = what.split("/")
    book = house.home.purposes
    newest = book.latest(name) if len(digests) == 2 else 0
    if not newest:
        return False
    last = book.last(name, newest)
    return digests == [last.hash.hex(), last.assessment.hex()]


def _known_case(house: House, number: str) -> bool:
    try:
        house.cases.row(number)
    except Misused:
        return False
    return True
