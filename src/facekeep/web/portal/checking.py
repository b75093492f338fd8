"""Checking for oneself: the code of a sign, a receipt of ours. What holds is said exactly, and nothing more.

Whatever somebody pastes or sends here is a stranger's file: read in memory, bounded, shown as text.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request, Response

from facekeep.assembly import House
from facekeep.collection.signs import checked
from facekeep.governance.signs import MAX_TEXT, PREFIX, fingerprint
from facekeep.ledger.checkpoint import parse_vkey
from facekeep.ledger.verify import Proof
from facekeep.rights import case_receipts, consent_receipts, receipts
from facekeep.rights.case_receipts import CaseReceipt
from facekeep.rights.consent_receipts import ConsentReceipt
from facekeep.rights.receipts import Receipt
from facekeep.storage.home import Home
from facekeep.storage.plot import Plot
from facekeep.storage.signed import MAX_PAPER_BYTES, Paper, holds
from facekeep.terms.errors import FacekeepError, Tampered
from facekeep.terms.messages import told
from facekeep.web.caller import Serving
from facekeep.web.pages import dates
from facekeep.web.pages.forms import Faults, Filled, Form
from facekeep.web.pages.site import Language, fours, go, show
from facekeep.web.pages.wording import WORDS as SHARED
from facekeep.web.portal.door import PORTAL
from facekeep.web.portal.history import word
from facekeep.web.portal.sheets import Sheet, printed
from facekeep.web.portal.titles import handler_of, title_of
from facekeep.web.problems import Unreadable, language_of

router = APIRouter()
ROUTE = "/check"

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a check: which kind of paper, whether it holds, what it then says.

    ``held`` names each thing that was checked; ``why`` is the first that does not hold.
    """

    kind: str
    genuine: bool
    facts: Facts
    held: tuple[str, ...] = ()
    why: str = ""


@router.get(ROUTE)
def ask(request: Request, service: Serving, c: str = "") -> Response:
    """The form; with ``?c=`` the answer to a sign's code at once."""
    language = language_of(request)
    found = _found(service.house, c, language) if c else None
    return _page(request, service.house, found, Faults())


@router.post(ROUTE)
def check(request: Request, service: Serving, form: Filled) -> Response:
    """Check whatever was pasted or sent."""
    language, faults = language_of(request), Faults()
    text = _sent(form)
    if not text:
        faults.add("paper", PORTAL.words.say("check.nothing", language))
        return _page(request, service.house, None, faults, 422)
    return _page(request, service.house, _found(service.house, text, language), faults)


@router.post("/check/paper")
def keep(request: Request, service: Serving, form: Filled) -> Response:
    """A paper of ours as a file to keep. What we did not sign is handed to nobody as ours."""
    paper = _ours(service.house, form)
    headers = {"Content-Disposition": f'attachment; filename="{_name(paper)}.json"'}
    return Response(paper.to_json(), headers=headers, media_type="application/json")


@router.post("/check/paper/sheet")
def sheet(request: Request, service: Serving, form: Filled) -> Response:
    """The same to print or to read, in the reader's language."""
    language, house = language_of(request), service.house
    paper = _ours(house, form)
    kind, digest = _kind_of(paper), sha256(paper.to_json().encode()).hexdigest()
    found = _TOLD[kind](house, paper, language)
    handler, now = _handler(house, paper, language), int(house.home.journal.now())
    said = str(paper.body["words"][language])
    told = Sheet(kind, handler, said, tuple(found.facts), f"SHA-256 {digest}", now)
    headers = {"Content-Disposition": f'attachment; filename="{_name(paper)}.pdf"'}
    return Response(printed(told, language), headers=headers, media_type="application/pdf")


@router.get("/check/paper")
@router.get("/check/paper/sheet")
def back() -> Response:
    """Somebody went back to a file: the page that checks files."""
    return go(ROUTE)


def _ours(house: House, form: Form) -> Paper:
    """A paper that one of this home's keys signed. Answers 400 for any other: it is no damage of ours."""
    paper = _read(form.text("paper"))
    if paper is None:
        raise Unreadable("not_understood")
    try:
        paper.check(key_of(house.home, paper))
    except Tampered:
        raise Unreadable("not_understood") from None
    return paper


def _name(paper: Paper) -> str:
    return f"facekeep-{_kind_of(paper)}-receipt"


def _handler(house: House, paper: Paper, language: Language) -> str:
    """Who answers for it; the program's own name where it is about no purpose."""
    stated = paper.body.get("consent", paper.body)
    return handler_of(house, str(stated["purpose"])) or SHARED.say("brand", language)


def _page(
    request: Request, house: House, found: Found | None, faults: Faults, status: int = 200
) -> Response:
    return show(
        request, PORTAL, "portal/check.html.j2", status=status, back="/", found=found, faults=faults,
        key=fingerprint(house.home.signer.key.public),
    )  # fmt: skip


def _sent(form: Form) -> str:
    """The text, or the file of those who chose one; what is no text is no paper."""
    for raw in form.pictures("file"):
        return raw[: MAX_PAPER_BYTES + 1].decode(errors="replace").strip()
    return form.text("paper")


def _found(house: House, text: str, language: Language) -> Found:
    if text.startswith(PREFIX):
        return _sign(house, text, language)
    paper = _read(text)
    if paper is None:
        return Found("unknown", False, [])
    kind = _kind_of(paper)
    try:
        return _TOLD[kind](house, paper, language)
    except FacekeepError as error:
        return Found(kind, False, [], why=told(error, language).what)


# -- signs ----------------------------------------------------------------------------------


def _sign(house: House, text: str, language: Language) -> Found:
    result = checked(text[: MAX_TEXT + 1], house.home.signer.key.public)
    facts = result.facts
    if facts is None:
        return Found("sign", False, [])
    title = facts.title_zh if language == "zh" else facts.title_en
    place = facts.place_zh if language == "zh" else facts.place_en
    names = ("operator", "purpose", "device", "place", "day", "notice")
    values = (facts.operator, title, facts.device, place,
              dates.day(facts.day, language), fours(facts.notice))  # fmt: skip
    return Found("sign", True, _named(names, values, language), ("signature",))


# -- papers ---------------------------------------------------------------------------------


def _read(text: str) -> Paper | None:
    """A paper of one of the kinds we sign; None for anything else."""
    for kind in (ConsentReceipt, Receipt, CaseReceipt):
        with suppress(Tampered):
            return kind.from_json(text)
    return None


def _kind_of(paper: Paper) -> str:
    kinds = {ConsentReceipt: "consent", Receipt: "erasure", CaseReceipt: "case"}
    return kinds[type(paper)]


def key_of(home: Home, paper: Paper) -> str:
    """Which of this home's keys a paper names; the one in use where it names none of them."""
    keys = [home.signer.vkey, *Plot.read(home.path).earlier_keys()]
    return next((key for key in keys if key == paper.body.get("key")), keys[0])


def _consent(house: House, paper: Paper, language: Language) -> Found:
    assert isinstance(paper, ConsentReceipt)
    home, vkey = house.home, key_of(house.home, paper)
    agreed = consent_receipts.verify_against(paper, vkey, home)
    names = (
        "purpose",
        "scope",
        "by",
        "given",
        "until",
        "state",
        "notice",
        "checkpoint",
        "key_used",
    )
    values = (
        title_of(house, agreed.purpose, language), word("scope", agreed.scope, language), word("by", agreed.by, language),
        dates.moment(agreed.given_at, language), dates.moment(agreed.expires, language),
        word("state", agreed.state, language), fours(agreed.notice), str(agreed.checkpoint_size),
        _fingerprint(vkey),
    )  # fmt: skip
    held = ("signature", "entry", "record", "ledger")
    return Found("consent", True, _named(names, values, language), held)


def _erasure(house: House, paper: Paper, language: Language) -> Found:
    assert isinstance(paper, Receipt)
    home, vkey = house.home, key_of(house.home, paper)
    proved = receipts.verify_against(paper, vkey, home)
    horizon = proved.horizon
    last = dates.day(horizon, language) if horizon else PORTAL.words.say("check.no_copy", language)
    names = ("purpose", "erased", "horizon", "checkpoint", "key_used")
    values = (
        title_of(house, proved.purpose, language), dates.moment(proved.erased_at, language), last,
        str(proved.checkpoint_size), _fingerprint(vkey),
    )  # fmt: skip
    held = ("signature", "entries", "ledger", "no_key")
    return Found("erasure", True, _named(names, values, language), held)


def _case(house: House, paper: Paper, language: Language) -> Found:
    assert isinstance(paper, CaseReceipt)
    home, vkey = house.home, key_of(house.home, paper)
    proved = case_receipts.verify(paper, vkey)
    _refuse_other_ledger(home, paper.body["proof"])
    names = ("case", "kind", "purpose", "state", "opened", "due", "recorded", "key_used")
    values = (
        fours(proved["number"]), word("case_kind", proved["kind"], language),
        title_of(house, proved["purpose"], language) or PORTAL.words.say("cases.no_purpose", language),
        word("case_state", proved["state"], language), dates.day(proved["opened"], language),
        dates.day(proved["due"], language), dates.moment(proved["recorded"], language),
        _fingerprint(vkey),
    )  # fmt: skip
    return Found("case", True, _named(names, values, language), ("signature", "entry", "ledger"))


_TOLD: dict[str, Callable[[House, Any, Language], Found]] = {
    "consent": _consent, "erasure": _erasure, "case": _case,
}  # fmt: skip


def _refuse_other_ledger(home: Home, proof: str) -> None:
    with home.records.reading() as connection:
        if not holds(connection, Proof.from_json(proof)):
            raise Tampered("the home's ledger does not hold the receipt's entries")


def _fingerprint(vkey: str) -> str:
    return fours(fingerprint(parse_vkey(vkey).public))


def _named(names: tuple[str, ...], values: tuple[str, ...], language: Language) -> Facts:
    labels = (PORTAL.words.say(f"check.{name}", language) for name in names)
    return list(zip(labels, values, strict=True))
