"""Parity: is another way as good as the face? Time and success, way by way and profile by profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from facekeep.assembly import House
from facekeep.governance.purposes import Purpose
from facekeep.oversight.parity import as_csv, rows_of
from facekeep.use.factors import FACE, LEAST_TRIES
from facekeep.web.caller import Calling
from facekeep.web.console import charts
from facekeep.web.console.answers import answers_of
from facekeep.web.console.charts import Figure, Point
from facekeep.web.console.rail import render
from facekeep.web.console.shares import interval, share
from facekeep.web.console.told import sentence
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.dates import number

router = APIRouter()
READ, QUESTION = "read_evidence", "use.alternatives.parity"

Measured = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """One way of getting in, as it went."""

    name: str
    tries: int
    seconds: str
    success: str
    interval: str
    left: str


@dataclass(frozen=True, slots=True)
class Group:
    """The ways of one purpose for people of one profile, and both drawings."""

    purpose: str
    title: str
    profile: str
    ways: tuple[Way, ...]
    success: Markup
    time: Markup


@router.get("/console/parity")
def parity(call: Calling, request: Request) -> Response:
    """Every purpose's ways side by side; what is worse than the face stands above, in words."""
    with call.doing(READ) as house:
        answers = answers_of(house)
        finding = answers.finding(QUESTION)
        groups = list(_groups(house, rows_of(finding.facts), call.language))
    gaps = [(sentence(gap.what, call.language), sentence(gap.next, call.language)) for gap in finding.gaps]  # fmt: skip
    margins = finding.facts.get("margins", {})
    return render(
        request, call, "console/parity.html.j2", answers=answers, groups=groups, gaps=gaps,
        ratio=margins.get("time", ""), points=share(float(margins.get("success", 0)), call.language),
        least=LEAST_TRIES,
    )  # fmt: skip


@router.get("/console/parity.csv")
def table(call: Calling) -> Response:
    """The same for a spreadsheet."""
    with call.doing(READ) as house:
        text = as_csv(rows_of(answers_of(house).finding(QUESTION).facts))
    disposition = {"Content-Disposition": 'attachment; filename="facekeep-parity.csv"'}
    return Response(text, media_type="text/csv", headers=disposition)


def _groups(house: House, rows: Sequence[Measured], language: str) -> Iterator[Group]:
    for (name, profile), found in groupby(rows, lambda row: (row["purpose"], row["profile"])):
        purpose, own = house.home.purposes.current(name), list(found)
        names = names_of(purpose, language)
        yield Group(
            name, purpose.title.of(language), profile, tuple(_way(row, names, language) for row in own),
            _success(f"{name}-{profile}", own, names, language),
            _time(f"{name}-{profile}", own, names, language),
        )  # fmt: skip


def names_of(purpose: Purpose, language: str) -> Mapping[str, str]:
    """What each way of a purpose is called; one it had before goes by its identifier."""
    face = {FACE: WORDS.say("parity.face", language)}
    return face | {way.id: way.name.of(language) for way in purpose.alternatives}


def _way(row: Measured, names: Mapping[str, str], language: str) -> Way:
    return Way(
        names.get(row["way"], row["way"]), row["tries"], _seconds(row, language),
        share(row["success"], language), interval(row["low"], row["high"], language),
        share(row["abandoned"], language),
    )  # fmt: skip


def _seconds(row: Measured, language: str) -> str:
    median = row["median_s"]
    key = "parity.unknown" if median is None else "parity.seconds"
    return WORDS.say(key, language, n=number(median or 0, language))


def _success(key: str, rows: list[Measured], names: Mapping[str, str], language: str) -> Markup:
    """A dot a way on a scale to everybody, with its interval."""
    points = [
        Point(
            names.get(row["way"], row["way"]),
            f"{share(row['success'], language)} ({interval(row['low'], row['high'], language)})",
            row["success"], row["low"], row["high"], row["way"] != FACE,
        )
        for row in rows
    ]  # fmt: skip
    say = WORDS.say
    return charts.dots(Figure(
        f"{key}-success", say("parity.success", language), say("parity.success.desc", language),
        points, 1.0, share(1.0, language),
    ))  # fmt: skip


def _time(key: str, rows: list[Measured], names: Mapping[str, str], language: str) -> Markup:
    """A bar a way, as long as the median attempt that succeeded."""
    top = max((row["median_s"] or 0.0 for row in rows), default=0.0) or 1.0
    points = [
        Point(names.get(row["way"], row["way"]), _seconds(row, language), row["median_s"], other=row["way"] != FACE)
        for row in rows
    ]  # fmt: skip
    say = WORDS.say
    return charts.bars(Figure(
        f"{key}-time", say("parity.time", language), say("parity.time.desc", language), points, top,
        say("parity.seconds", language, n=number(top, language)),
    ))  # fmt: skip
