"""Filing: what is told to the authority, until when, and what an officer signs for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response

from facekeep.access.roles import Act, Action
from facekeep.assembly import House
from facekeep.governance.filings import Filing, Kind, Status
from facekeep.oversight import filing as register
from facekeep.oversight.filing import SLOTS, VOLUNTARY, Word
from facekeep.terms.errors import Refused
from facekeep.web.caller import Calling
from facekeep.web.console.acting import caught, hand_of, prove_first
from facekeep.web.console.rail import render
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HOME, READ = "/console/filing", "read_evidence"

KindPath = Annotated[Kind, Path(alias="kind")]
SlotPath = Annotated[str, Path(alias="slot", pattern=r"^[a-z_]{1,40}$")]
Signed = Literal["submitted", "closed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One filing of the register, as it stands today."""

    filing: Filing
    state: str
    tone: str
    left: int
    open: bool


@dataclass(frozen=True, slots=True)
class Material:
    """One of the eight materials: whether it is at hand, and what is kept of it."""

    slot: str
    identity: bool
    digest: str
    where: str
    day: str


@router.get(HOME)
def filings(call: Calling, request: Request) -> Response:
    """The register, what changed since, and the materials."""
    return _register(call, request)


def _register(call: Call, request: Request, faults: Faults | None = None) -> Response:
    with call.doing(READ) as house:
        books = house.books
        lines = [line_of(one, books.today) for one in books.filings.every()]
        changed, alarm = _changed(house)
        slots = [_material(slot, told) for slot, told in register.materials(books).items()]
    return render(
        request, call, "console/filing.html.j2", status=422 if faults else 200, lines=lines,
        changed=changed, alarm=alarm, slots=slots, voluntary=list(_voluntary(house)),
        may=house.gate.could(call.caller, Action.FILE), faults=faults,
    )  # fmt: skip


def line_of(filing: Filing, today: date) -> Line:
    """A filing as it is listed."""
    waiting = filing.status is Status.OPEN
    overdue = filing.is_overdue(today)
    state = "overdue" if overdue else filing.status.value
    tone = {"overdue": "grave", "open": "due", "submitted": "good"}.get(state, "plain")
    return Line(filing, state, tone, (filing.due - today).days, waiting)


def _changed(house: House) -> tuple[tuple[str, ...], Refused | None]:
    """Filed facts that are other now; the reason where nobody can tell."""
    try:
        return register.changes(house.books, int(house.books.now())), None
    except Refused as error:
        return (), error


def _material(slot: str, told: Mapping[str, object] | None) -> Material:
    kept = told or {}
    return Material(
        slot, SLOTS[slot], *(str(kept.get(name, "")) for name in ("digest", "where", "day"))
    )


def _voluntary(house: House) -> Iterator[Kind]:
    """What may be filed before any line is reached."""
    book = house.books.filings
    for kind in Kind:
        running = book.of(kind, Status.OPEN, *([] if kind is Kind.CHANGE else [Status.SUBMITTED]))
        wanted = kind is not Kind.CHANGE or book.filed() is not None
        if kind in VOLUNTARY and wanted and not running:
            yield kind


# -- what an officer signs -------------------------------------------------------------------------


@router.get(HOME + "/{kind}/submitted")
def submitted_page(call: Calling, request: Request, kind: KindPath) -> Response:
    """The receipt of a filing that was made, to be noted."""
    return prove_first(request, call, Action.FILE) or _page(call, request, kind, "submitted")


@router.post(HOME + "/{kind}/submitted")
def submitted(call: Calling, request: Request, kind: KindPath, form: Filled) -> Response:
    """Keep the receipt's number and day, under the officer's signature."""
    return _signed(call, request, form, kind, "submitted", _submit)


@router.get(HOME + "/{kind}/closed")
def closed_page(call: Calling, request: Request, kind: KindPath) -> Response:
    """An open filing to be closed without a receipt: what that means."""
    return prove_first(request, call, Action.FILE) or _page(call, request, kind, "closed")


@router.post(HOME + "/{kind}/closed")
def closed(call: Calling, request: Request, kind: KindPath, form: Filled) -> Response:
    """Close it with a reason, under the officer's signature; refused while what opened it stands."""
    return _signed(call, request, form, kind, "closed", _close)


def _prove(call: Call, request: Request) -> Response | None:
    """On to showing both factors, or None where they were. Raises ``NotPermitted`` before anything is read."""
    on = prove_first(request, call, Action.FILE)
    if on is None:
        call.house.gate.require(call.caller, Act(Action.FILE))
    return on


Signing = Callable[[Call, Request, Form, Kind, Faults], None]


def _signed(
    call: Call, request: Request, form: Form, kind: Kind, act: Signed, sign: Signing
) -> Response:
    """One signed act, once; what is wrong is told on the same page."""
    if (on := _prove(call, request)) is not None:
        return on

    def carry_out() -> Response:
        faults = Faults()
        sign(call, request, form, kind, faults)
        return _page(call, request, kind, act, faults, form.typed) if faults else go(HOME)

    return once(request, form, carry_out)


def _submit(call: Call, request: Request, form: Form, kind: Kind, faults: Faults) -> None:
    number, day = form.text("number"), day_in(form.text("on"))
    faults.unless(number, "number", _say(call, "filing.number.missing"))
    faults.unless(day, "on", _say(call, "filing.day.wrong"))
    if day is None or faults:
        return
    with caught(faults, call, "number"), call.doing(Action.FILE) as house:
        message = register.submitted_message(house.home.id, kind, number, day)
        register.submit(house.books, kind, number, day, _word(call, request, form, message))


def _close(call: Call, request: Request, form: Form, kind: Kind, faults: Faults) -> None:
    because = form.text("because")
    least = register.LEAST_REASON
    faults.unless(len(because) >= least, "because", _say(call, "filing.because.short", n=least))
    if faults:
        return
    with caught(faults, call, "because"), call.doing(Action.FILE) as house:
        message = register.closed_message(house.home.id, kind, because, house.books.today)
        register.close(house.books, kind, because, _word(call, request, form, message))


def _word(call: Call, request: Request, form: Form, message: bytes) -> Word:
    """The signature of whoever is signed in, checked against the roll. Raises ``Unsigned``, ``Refused``."""
    signed = hand_of(request, call, form)(message)
    officer = call.house.home.officers.decide(signed.officer, message, signed.signature)
    return Word(officer.name, signed.signature.hex())


def _page(
    call: Call, request: Request, kind: Kind, act: Signed, faults: Faults | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    with call.doing(Action.FILE) as house:
        books = house.books
        found = books.filings.of(kind, Status.OPEN)
    return render(
        request, call, f"console/filing_{act}.html.j2", status=422 if faults else 200, kind=kind,
        line=line_of(found[0], books.today) if found else None, today=books.today, faults=faults,
        typed=typed or {}, voluntary=kind in _voluntary(house),
    )  # fmt: skip


# -- rectification, materials ----------------------------------------------------------------------


@router.post(HOME + "/rectified")
def rectified(call: Calling, request: Request, form: Filled) -> Response:
    """An ordered audit was rectified: the report's clock runs."""
    if (on := _prove(call, request)) is not None:
        return on

    def act() -> Response:
        faults, day = Faults(), day_in(form.text("on"))
        faults.unless(day, "on", _say(call, "filing.day.wrong"))
        if day is not None:
            with caught(faults, call, "on"), call.doing(Action.FILE) as house:
                register.open_rectification(house.books, day)
        return _register(call, request, faults) if faults else go(HOME)

    return once(request, form, act)


@router.get(HOME + "/materials/{slot}")
def material_page(call: Calling, request: Request, slot: SlotPath) -> Response:
    """One material, and what is kept of it."""
    return prove_first(request, call, Action.FILE) or _material_page(call, request, slot)


@router.post(HOME + "/materials/{slot}")
def material(call: Calling, request: Request, slot: SlotPath, form: Filled) -> Response:
    """Note a material by its digest; the file itself ends with this request."""
    if (on := _prove(call, request)) is not None:
        return on

    def act() -> Response:
        faults = Faults()
        files = form.pictures("file")
        faults.unless(files, "file", _say(call, "filing.file.missing"))
        if files:
            with caught(faults, call, "where"), call.doing(Action.FILE) as house:
                digest = hashlib.sha256(files[0]).hexdigest()
                register.keep_material(house.books, slot, digest, form.text("where"))
        return _material_page(call, request, slot, faults) if faults else go(f"{HOME}#materials")

    return once(request, form, act)


def _material_page(
    call: Call, request: Request, slot: str, faults: Faults | None = None
) -> Response:
    with call.doing(Action.FILE) as house:
        known = register.materials(house.books)
    if slot not in known:
        raise Unreadable(404)
    return render(
        request, call, "console/filing_material.html.j2", status=422 if faults else 200,
        it=_material(slot, known[slot]), faults=faults,
    )  # fmt: skip


def day_in(text: str) -> date | None:
    """A day as a form sends it; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _say(call: Call, key: str, **values: object) -> str:
    return WORDS.say(key, call.language, **values)
