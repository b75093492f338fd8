"""What leaves the house: the filing pack and the evidence bundle, each by two officers' word.

The approvals are used up with the export, so a form sent twice exports once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from facekeep.access.roles import Act, Action
from facekeep.assembly import House
from facekeep.oversight import bundle, filing, pack
from facekeep.oversight.papers import forms
from facekeep.oversight.papers.model import Missing, of
from facekeep.terms.errors import Misused
from facekeep.web.api.four_eyes import exported, pieces
from facekeep.web.caller import Calling
from facekeep.web.console.acting import prove_first
from facekeep.web.console.answers import answers_of
from facekeep.web.console.eyes import eyes_on
from facekeep.web.console.rail import render
from facekeep.web.console.told import apart
from facekeep.web.pages.forms import Filled
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
EXPORT, PACK = "export", "filing-pack"
"""The act among approvals, and what the filing pack is called there."""

PACK_PATH, BUNDLE_PATH = "/console/filing/pack", "/console/compliance/export"
QUARTER = 90

DayAsked = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


@router.get(PACK_PATH)
def pack_page(call: Calling, request: Request) -> Response:
    """What the pack would hold, and what is missing of it."""
    with call.doing("read_evidence") as house:
        slots = filing.materials(house.books)
        facts = pack.gather(house.home, answers_of(house).asks, slots)
        made = forms.papers(facts)
        eyes = eyes_on(house, EXPORT, PACK)
    return render(
        request, call, "console/filing_pack.html.j2", eyes=eyes,
        papers=[of(paper.title, call.language) for paper in made],
        missing=[_missing(gap, call.language) for gap in forms.missing(made)],
        may=house.gate.could(call.caller, Action.EXPORT_EVIDENCE),
    )  # fmt: skip


def _missing(gap: Missing, language: str) -> tuple[str, str, str]:
    paper, what, way_out = (of(one, language) for one in (gap.paper, gap.what, gap.way_out))
    return paper, apart(what, language), apart(way_out, language)


@router.post(PACK_PATH)
def make_pack(call: Calling, request: Request, form: Filled) -> Response:
    """Make the pack from what is in force now; gaps are listed in it."""
    if (on := prove_first(request, call, Action.EXPORT_EVIDENCE)) is not None:
        return on
    with _by_two(call, PACK) as house:
        made = _packed(house)
    return _sent(made, "facekeep-filing.zip")


def _packed(house: House) -> BinaryIO:
    """The pack, in a file without a name: whoever leaves before its end leaves none behind."""
    with tempfile.TemporaryDirectory(prefix="export-", dir=house.home.path) as folder:
        file = Path(folder) / "filing.zip"
        slots = filing.materials(house.books)
        pack.pack(house.home, house.questions(), slots, pack.Order(), file)
        return file.open("rb")


@router.get(BUNDLE_PATH)
def bundle_page(
    call: Calling, request: Request, since: DayAsked = "", until: DayAsked = ""
) -> Response:
    """The evidence of a period: what it holds, and whose word it waits for."""
    with call.doing("read_evidence") as house:
        today = house.books.today
        since = since or (today - timedelta(days=QUARTER)).isoformat()
        until = until or (today - timedelta(days=1)).isoformat()
        days = _period(house, since, until)
        eyes = eyes_on(house, EXPORT, f"{since}..{until}") if days else None
        last = answers_of(house).finding("oversight.bundle.exported").facts.get("last")
    return render(
        request, call, "console/export.html.j2", eyes=eyes, since=since, until=until, last=last,
        questions=len(house.questions()), may=house.gate.could(call.caller, Action.EXPORT_EVIDENCE),
        today=today, status=200 if days else 422,
    )  # fmt: skip


@router.post(BUNDLE_PATH)
def export(call: Calling, request: Request, form: Filled) -> Response:
    """The bundle of a period two officers approved; it verifies without us."""
    if (on := prove_first(request, call, Action.EXPORT_EVIDENCE)) is not None:
        return on
    call.house.gate.require(call.caller, Act(Action.EXPORT_EVIDENCE))
    since, until = form.text("since"), form.text("until")
    days = _period(call.house, since, until)
    if days is None:
        raise Unreadable(422)
    with _by_two(call, f"{since}..{until}") as house:
        made = exported(house, days)
    return _sent(made, "facekeep-evidence.zip")


def _period(house: House, since: str, until: str) -> bundle.Period | None:
    """The days asked for; None where they are no period of the past."""
    try:
        date.fromisoformat(since), date.fromisoformat(until)
        return bundle.period(since, until, house.home.journal.now())
    except (Misused, ValueError):
        return None


@contextmanager
def _by_two(call: Call, what: str) -> Iterator[House]:
    """The house, for one export that two officers approved. Raises ``Refused`` without two."""
    act, matter = Act(Action.EXPORT_EVIDENCE), (EXPORT, what)
    with call.house.gate.holding_two(call.caller, act, matter):
        yield call.house


def _sent(file: BinaryIO, name: str) -> Response:
    headers = {
        "Content-Length": str(os.fstat(file.fileno()).st_size),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return StreamingResponse(pieces(file), media_type="application/zip", headers=headers)
