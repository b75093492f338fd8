"""Campaigns: a list in, slips with links out, and what came of it in numbers that name nobody.

Making links is the officer's, as importing a list is, and asks for both factors once more: it reaches
everybody on the list. The counts are for whoever of the staff may read the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from markupsafe import Markup

from facekeep.collection import roster
from facekeep.collection.campaigns import MOST_LINES, REST_DAYS, Asked, Standing
from facekeep.collection.invitations import REMINDED, Invited
from facekeep.governance.invitations import InvitationState
from facekeep.terms.messages import in_language
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling
from facekeep.web.desk.bars import Bar, bars
from facekeep.web.desk.books import books_of
from facekeep.web.desk.codes import qr
from facekeep.web.desk.door import saying
from facekeep.web.desk.frame import render
from facekeep.web.desk.sheets import Sheet, as_csv
from facekeep.web.desk.wording import WORDS
from facekeep.web.pages.dates import day
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.proving import prove_first
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HERE = "/desk/campaigns"
NamePath = Annotated[str, Path(alias="name", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
SheetPath = Annotated[str, Path(alias="sheet", pattern=r"^[0-9a-f]{32}$")]
CHARSETS = ("utf-8", "gb18030")
SHOWN_FAULTS = 50
"""Refused lines that are named one by one."""

TOLD = (InvitationState.MADE.value, InvitationState.OPENED.value, InvitationState.LATER.value,
        InvitationState.CONSENTED.value, InvitationState.OTHER_WAY.value,
        InvitationState.REFUSED.value, REMINDED)  # fmt: skip
"""What is counted, in the order in which it happens."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One link on paper."""

    reference: str
    link: str
    code: Markup
    until: str


@router.get(HERE)
def campaigns(call: Calling, request: Request) -> Response:
    """Those there are, and a new one."""
    return _page(call, request, Faults(), {})


@router.post(HERE)
def begin(call: Calling, request: Request, form: Filled) -> Response:
    """Make a link for everybody on the list who can be asked."""

    def act() -> Response:
        faults = _odd(call, form)
        if not faults:
            with saying(faults, "list", call.language):
                return _asked(call, request, form)
        return _page(call, request, faults, form.typed)

    return prove_first(call, "import_subjects", HERE) or once(request, form, act)


@router.get(f"{HERE}/{{name}}")
def campaign(call: Calling, request: Request, name: NamePath) -> Response:
    """What came of one."""
    standing = _standing(call, name)
    chart = Markup("") if standing.told is None else bars(_bars(call, standing))
    return render(
        request, call, "desk/campaign.html.j2", standing=standing, title=_title(call, standing.purpose), chart=chart,
        counts=_counts(standing), rest=REST_DAYS, faults=Faults(),
        may_remind=call.house.gate.could(call.caller, "import_subjects"),
    )  # fmt: skip


@router.post(f"{HERE}/{{name}}/remind")
def remind(call: Calling, request: Request, form: Filled, name: NamePath) -> Response:
    """New slips for whoever has not answered, once."""
    standing = _standing(call, name)

    def act() -> Response:
        with call.doing("import_subjects", standing.purpose) as house:
            links = house.campaigns.remind(name)
        if not links:
            return go(f"{HERE}/{name}")
        return go(_laid_out(call, request, standing.name, standing.purpose, links))

    return prove_first(call, "import_subjects", f"{HERE}/{name}") or once(request, form, act)


@router.get(f"{HERE}/{{name}}/slips/{{sheet}}")
def slips(call: Calling, request: Request, name: NamePath, sheet: SheetPath) -> Response:
    """The slips, eight on a page of A4, while they are being printed."""
    found = _sheet(call, request, name, sheet)
    with call.doing("import_subjects", found.purpose):
        told = list(_slips(call, request, found))
    return render(
        request, call, "desk/slips.html.j2", sheets=list(_by_eight(told)), n=len(told),
        campaign=name, sheet=sheet, title=_title(call, found.purpose), origin=_origin(call, request),
    )  # fmt: skip


@router.get(f"{HERE}/{{name}}/slips/{{sheet}}/list.csv")
def slips_csv(call: Calling, request: Request, name: NamePath, sheet: SheetPath) -> Response:
    """The same for a letter that writes itself."""
    found = _sheet(call, request, name, sheet)
    with call.doing("import_subjects", found.purpose):
        rows = [(one.reference, one.link, one.until) for one in _slips(call, request, found)]
    heading = tuple(WORDS.say(f"campaign.csv.{key}", call.language) for key in ("reference", "link", "until"))  # fmt: skip
    named = {"Content-Disposition": f'attachment; filename="{name}-links.csv"'}
    return Response(as_csv([heading, *rows]), media_type="text/csv", headers=named)


@router.get(f"{HERE}/{{name}}/old-system")
def old_system(call: Calling, request: Request, name: NamePath) -> Response:
    """What to do with the system of before, on paper: export nothing, erase, certify."""
    return render(
        request, call, "desk/old_system.html.j2", standing=_standing(call, name),
        title=_title(call, _standing(call, name).purpose),
    )  # fmt: skip


# -- the list -----------------------------------------------------------------------------------


def _asked(call: Call, request: Request, form: Form) -> Response:
    lines, name, purpose = _lines(form), form.text("name"), form.text("purpose")
    with call.doing("import_subjects", purpose) as house:
        asked = house.campaigns.ask(name, purpose, lines)
    sheet = _laid_out(call, request, name, purpose, asked.links) if asked.links else ""
    return render(
        request, call, "desk/campaign_asked.html.j2", campaign=name, sheet=sheet,
        counts={key: asked.count(key) for key in ("requested", "unchanged", "refused")},
        wrong=_wrong(call, asked), most=SHOWN_FAULTS,
    )  # fmt: skip


def _lines(form: Form) -> list[roster.Line]:
    """A file as another system wrote it, or references one a line. Raises ``Misused``."""
    files = form.pictures("list")
    if files:
        return roster.read(files[0], _kind_of(files[0]), form.text("charset"), MOST_LINES)
    return roster.read(
        f"subject\n{_quoted(form.text('references'))}".encode(), "csv", most=MOST_LINES
    )


def _quoted(text: str) -> str:
    """Each line is one reference, whatever signs it has."""
    lines = (line.strip().replace('"', '""') for line in text.split("\n"))
    return "\n".join(f'"{line}"' for line in lines if line)


def _kind_of(raw: bytes) -> roster.Kind:
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return "json" if start == b"[" else "lines" if start == b"{" else "csv"


def _wrong(call: Call, asked: Asked) -> list[tuple[int, str]]:
    refused = [one for one in asked.lines if one.outcome == "refused"]
    return [(one.line, in_language(one.why, call.language)) for one in refused[:SHOWN_FAULTS]]


def _odd(call: Call, form: Form) -> Faults:
    faults, language = Faults(), call.language
    known = [name for name, _ in _purposes(call)]
    given = form.pictures("list") or form.text("references")
    faults.unless(form.text("name"), "name", WORDS.say("campaign.name.needed", language))
    faults.unless(
        form.text("purpose") in known, "purpose", WORDS.say("campaign.purpose.choose", language)
    )
    faults.unless(given, "list", WORDS.say("campaign.list.needed", language))
    fits = form.text("charset") in CHARSETS
    faults.unless(fits, "charset", WORDS.say("campaign.charset.choose", language))
    return faults


def _page(call: Call, request: Request, faults: Faults, typed: dict[str, str]) -> Response:
    with call.doing("read_purposes") as house:
        known = [
            (name, _title(call, purpose), made) for name, purpose, made in house.campaigns.all()
        ]
    return render(
        request, call, "desk/campaigns.html.j2", status=422 if faults else 200, faults=faults,
        typed=typed, known=known, purposes=_purposes(call), charsets=[(one, WORDS.say(f"campaign.charset.{one}", call.language)) for one in CHARSETS], most=MOST_LINES,
    )  # fmt: skip


def _purposes(call: Call) -> list[tuple[str, str]]:
    """Purposes somebody may ask for, at the latest once both factors are shown."""
    book, could = call.house.home.purposes, call.house.gate.could
    if not could(call.caller, "import_subjects"):
        return []
    return [(name, book.get(name).title.of(call.language)) for name in book.names()]


# -- one campaign -------------------------------------------------------------------------------


def _standing(call: Call, name: str) -> Standing:
    """Answers 404 where there is none."""
    with call.doing("read_purposes") as house:
        if name not in [known for known, _, _ in house.campaigns.all()]:
            raise Unreadable(404)
        return house.campaigns.standing(name)


def _counts(standing: Standing) -> list[tuple[str, int]]:
    told = standing.told
    return [] if told is None else [(f"campaign.count.{key}", told[key]) for key in TOLD]


def _bars(call: Call, standing: Standing) -> list[Bar]:
    return [Bar(WORDS.say(key, call.language), n) for key, n in _counts(standing)]


def _title(call: Call, purpose: str) -> str:
    return call.house.home.purposes.current(purpose).title.of(call.language)


# -- slips --------------------------------------------------------------------------------------


def _laid_out(
    call: Call,
    request: Request,
    name: str,
    purpose: str,
    links: tuple[Invited, ...] | list[Invited],
) -> str:
    sheet = books_of(request).sheets.keep(session_of(call), name, purpose, links)
    return f"{HERE}/{name}/slips/{sheet}"


def _sheet(call: Call, request: Request, name: str, sheet: str) -> Sheet:
    found = books_of(request).sheets.find(sheet, session_of(call))
    if found.campaign != name:
        raise Unreadable(404)
    return found


def _slips(call: Call, request: Request, sheet: Sheet) -> Iterator[Slip]:
    origin = _origin(call, request)
    for one in sheet.links:
        link = f"{origin}{one.path}"
        yield Slip(one.subject, link, qr(link), day(one.expires, call.language))


def _origin(call: Call, request: Request) -> str:
    """Where people reach us; else where this page was reached."""
    return (call.service.settings.origin or str(request.base_url)).rstrip("/")


def _by_eight(slips: list[Slip]) -> Iterator[list[Slip]]:
    """Eight slips fit on a page of A4."""
    for at in range(0, len(slips), 8):
        yield slips[at : at + 8]
