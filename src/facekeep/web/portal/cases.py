"""Every right in words: ask a human, complain, follow what was asked by the code that was shown once.

With a visit a request is about its person and purpose, and their PIN or passkey has said who they are. Without
one, anybody may complain and have the rules explained. A code is never part of an address.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.assembly import House
from facekeep.rights import case_receipts, cases
from facekeep.rights.cases import Kind, State
from facekeep.rights.objections import Correction
from facekeep.storage.case_rows import CaseRow
from facekeep.terms.errors import DiskFull, Misused
from facekeep.terms.messages import in_language
from facekeep.web.caller import Serving
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import Language, show
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.portal.history import Line, find, one_line
from facekeep.web.portal.pace import nobody, pace_of
from facekeep.web.portal.receipt_paper import is_printable
from facekeep.web.portal.titles import title_of
from facekeep.web.problems import language_of

router = APIRouter()
IDENTIFIED = "本人页面，凭 PIN 或通行密钥 (own pages, by PIN or passkey)"
"""How somebody showed who they are, for the officer who answers."""

ONES_OWN = (
    Kind.COPY, Kind.CORRECTION, Kind.RESTRICTION, Kind.OBJECTION, Kind.DELETION, Kind.EXPLANATION,
    Kind.PORTING, Kind.COMPLAINT,
)  # fmt: skip
"""What a person asks for themselves; a review begins at the decision it is about."""

ANYBODYS = (Kind.COMPLAINT, Kind.EXPLANATION)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case as its person reads it."""

    state: str
    at: int
    words: tuple[str, ...]
    text: str
    appeal: str


# -- asking ---------------------------------------------------------------------------------


@router.get("/mine/cases/new")
def ask(request: Request, visitor: Visiting, kind: str = "", event: str = "") -> Response:
    """First which right, then the form for it."""
    chosen = _kind(kind, (*ONES_OWN, Kind.HUMAN_REVIEW))
    if chosen is None or (
        chosen is Kind.HUMAN_REVIEW and _decision(request, visitor, event) is None
    ):
        return show(
            request, PORTAL, "portal/rights.html.j2", back="/mine", kinds=ONES_OWN,
            base="/mine/cases/new", own=True,
        )  # fmt: skip
    return _own_form(request, visitor, chosen, Faults(), Form(), event)


@router.post("/mine/cases/new")
def open_(request: Request, visitor: Visiting, form: Filled) -> Response:
    """Take the request in; its code is shown this once."""
    language, faults = language_of(request), Faults()
    kind = _kind(form.text("kind"), (*ONES_OWN, Kind.HUMAN_REVIEW))
    if kind is None:
        return ask(request, visitor)
    if kind is Kind.HUMAN_REVIEW and _decision(request, visitor, form.text("event")) is None:
        return ask(request, visitor)
    asked = _filled(visitor, kind, form, faults, language)
    if asked is None:
        return _own_form(request, visitor, kind, faults, form, form.text("event"), 422)
    return once(request, form, lambda: opened_page(request, visitor.house, asked, back="/mine"))


@router.get("/cases/new")
def ask_anybody(request: Request, service: Serving, purpose: str = "") -> Response:
    """A complaint, or the rules explained: without a name, an account or a link."""
    return _anybodys_form(request, service.house, Faults(), {"purpose": purpose})


@router.post("/cases/new")
def open_anybody(request: Request, service: Serving, form: Filled) -> Response:
    """The same, taken in."""
    faults, language, house = Faults(), language_of(request), service.house
    kind = _kind(form.text("kind"), ANYBODYS)
    purpose, text = form.text("purpose"), form.text("text")
    faults.unless(kind, "kind", _say("cases.choose", language))
    faults.unless(text, "text", _say("cases.say_what", language))
    known = not purpose or purpose in house.home.purposes.known()
    faults.unless(known, "purpose", _say("cases.choose_purpose", language))
    needs = kind is Kind.EXPLANATION and not purpose
    faults.unless(not needs, "purpose", _say("cases.choose_purpose", language))
    if faults or kind is None:
        return _anybodys_form(request, house, faults, form.typed, 422)
    asked = cases.Request(kind, purpose, text=text)

    def taken() -> Response:
        pace_of(request).step(nobody(request))
        return opened_page(request, house, asked, back="/")

    return once(request, form, taken)


def opened_page(request: Request, house: House, asked: cases.Request, back: str) -> Response:
    """Take it in, and show the code with its receipt."""
    with house.home.records.under(house.home.ballast.require):
        opened = house.cases.open(asked)
        receipt = case_receipts.issue(house.home, opened.row, opened.code)
    return show(
        request, PORTAL, "portal/case_opened.html.j2", back=back, row=opened.row, code=opened.code,
        paper=receipt.to_json(), printable=is_printable(),
    )  # fmt: skip


def request_of(visitor: Visitor, kind: Kind, **more: Any) -> cases.Request:
    """What a visitor asks for about themselves and this purpose."""
    purpose = visitor.visit.purpose
    return cases.Request(kind, purpose, visitor.subject, identified=IDENTIFIED, **more)


def _filled(
    visitor: Visitor, kind: Kind, form: Form, faults: Faults, language: Language
) -> cases.Request | None:
    """The request; None where something is missing, which the faults then say."""
    more: dict[str, Any] = {"text": form.text("text")}
    if kind is Kind.COMPLAINT:
        faults.unless(form.text("text"), "text", _say("cases.say_what", language))
    if kind is Kind.CORRECTION:
        more["correction"] = _correction(visitor, form, faults, language)
    if kind is Kind.HUMAN_REVIEW:
        more["event"] = form.text("event")
    asked = request_of(visitor, kind, **more)
    if not faults:
        try:
            cases.refuse_incomplete(asked)
        except Misused as error:
            faults.add("text", in_language(str(error), language))
    return None if faults else asked


def _correction(
    visitor: Visitor, form: Form, faults: Faults, language: Language
) -> Correction | None:
    birth, reference = form.text("birth"), form.text("reference")
    faults.unless(birth or reference, "birth", _say("cases.correct_what", language))
    try:
        day = date.fromisoformat(birth) if birth else None
        corrected = Correction(reference, day)
        if not faults:
            corrected.as_body()
    except (ValueError, Misused):
        name = "birth" if birth else "reference"
        faults.add(name, _say(f"cases.wrong_{name}", language))
        return None
    return corrected


def _own_form(
    request: Request, visitor: Visitor, kind: Kind, faults: Faults, form: Form, event: str,
    status: int = 200,
) -> Response:  # fmt: skip
    decision = _decision(request, visitor, event) if kind is Kind.HUMAN_REVIEW else None
    if kind is Kind.HUMAN_REVIEW and decision is None:
        return ask(request, visitor)
    return show(
        request, PORTAL, "portal/case_new.html.j2", status=status, back="/mine/cases/new", kind=kind,
        faults=faults, typed=form.typed, decision=decision, purpose=visitor.purpose,
    )  # fmt: skip


def _decision(request: Request, visitor: Visitor, event: str) -> Line | None:
    """The decision a review is asked for; None where there is none of the visitor's."""
    if len(event) != 32 or not all(one in "0123456789abcdef" for one in event):
        return None
    told = find(visitor, event)
    line = None if told is None else one_line(visitor, language_of(request), told)
    return line if line is not None and line.decision else None


def _anybodys_form(
    request: Request, house: House, faults: Faults, typed: dict[str, str], status: int = 200
) -> Response:
    language = language_of(request)
    known = [house.home.purposes.current(name) for name in house.home.purposes.names()]
    return show(
        request, PORTAL, "portal/case_anybody.html.j2", status=status, back="/", faults=faults,
        typed=typed, kinds=ANYBODYS,
        purposes=[("", _say("cases.no_purpose", language))]
        + [(one.id, one.title.of(language)) for one in known],
    )  # fmt: skip


def _kind(text: str, among: tuple[Kind, ...]) -> Kind | None:
    return next((one for one in among if one == text), None)


def _say(key: str, language: str) -> str:
    return PORTAL.words.say(key, language)


# -- following ------------------------------------------------------------------------------


@router.get("/cases")
def follow(request: Request) -> Response:
    """Ask for the code."""
    return show(request, PORTAL, "portal/case_follow.html.j2", back="/", faults=Faults())


@router.post("/cases")
def look(request: Request, service: Serving, form: Filled) -> Response:
    """How far a case is. A code nobody gave out is answered like a mistyped one: 128 bits, guessed by nobody."""
    language, faults = language_of(request), Faults()
    try:
        row = service.house.cases.by_code(form.text("code"))
    except Misused:
        faults.add("code", _say("cases.no_such", language))
        return show(
            request, PORTAL, "portal/case_follow.html.j2", status=422, back="/", faults=faults
        )
    late = cases.overdue(row, service.house.home.journal.now())
    return show(
        request, PORTAL, "portal/case.html.j2", back="/cases", row=row, late=late,
        title=title_of(service.house, row.purpose, language) if row.purpose else "",
        waits=State(row.state) in cases.AWAITED, asked=row.about["text"], story=_steps(row, language),
        paper=_fresh_receipt(service.house, row),
    )  # fmt: skip


def _fresh_receipt(house: House, row: CaseRow) -> str:
    """Proof of how far it is now; empty where a full disk takes no checkpoint."""
    home = house.home
    with suppress(DiskFull), home.records.under(home.ballast.require):
        return case_receipts.issue(house.home, row).to_json()
    return ""


def _steps(row: CaseRow, language: Language) -> list[Step]:
    return [
        Step(one["state"], one["at"], _codes(one, language), one.get("text", ""), one.get("appeal", ""))
        for one in row.about["steps"]
    ]  # fmt: skip


def _codes(step: dict[str, Any], language: Language) -> tuple[str, ...]:
    told = [(key, step[key]) for key in ("outcome", "reason") if key in step]
    return tuple(_say(f"case_{key}.{value}", language) for key, value in told)
