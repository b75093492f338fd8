"""Models: what each file is, what it may be used for, and how often it errs, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from markupsafe import Markup

from facekeep.assembly import House
from facekeep.terms.evidence import Finding
from facekeep.terms.values import Grade
from facekeep.vision.calibration import FIGURES_AT, Calibration, Figures
from facekeep.vision.cards import Card, EmbedderCard
from facekeep.vision.models import Registry
from facekeep.vision.rates import Rate
from facekeep.web.caller import Calling
from facekeep.web.console import charts
from facekeep.web.console.answers import answers_of
from facekeep.web.console.charts import Figure, Point
from facekeep.web.console.rail import render
from facekeep.web.console.shares import interval, share
from facekeep.web.console.told import sentence
from facekeep.web.console.wording import WORDS
from facekeep.web.problems import Unreadable

router = APIRouter()
READ = "read_evidence"
QUESTIONS = ("vision.models.evaluated", "vision.models.no_attributes", "vision.attack.checked")

ModelPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


@dataclass(frozen=True, slots=True)
class Use:
    """A purpose that relies on a model, and the error rate it asks for."""

    purpose: str
    rate: str


@dataclass(frozen=True, slots=True)
class Line:
    """One model in the list."""

    id: str
    role: str
    demonstration: bool
    licence: str
    population: str
    day: date | None
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The measured rates of one group of people, each with its interval."""

    name: str
    people: int
    pictures: int
    fmr: str
    fmr_interval: str
    fmr_trials: int
    fnmr: str
    fnmr_interval: str
    fnmr_trials: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of measuring: its groups and both drawings."""

    name: str
    groups: tuple[Group, ...]
    fmr: Markup
    fnmr: Markup


@router.get("/console/models")
def models(call: Calling, request: Request) -> Response:
    """Every model that is present, and which purposes rely on it."""
    with call.doing(READ) as house:
        lines = [line_of(house, card, call.language) for card in _registry(house).list()]
        gaps = [_told(answers_of(house).finding(name), call.language) for name in QUESTIONS]
        absent = sorted(_wanted(house) - {line.id for line in lines})
    return render(
        request, call, "console/models.html.j2", lines=lines, absent=absent,
        gaps=[gap for several in gaps for gap in several],
        demonstrated=any(line.demonstration and line.uses for line in lines),
    )  # fmt: skip


@router.get("/console/models/{model}")
def model(call: Calling, request: Request, model: ModelPath) -> Response:
    """One model: its card, its calibration, its error rates group by group."""
    with call.doing(READ) as house:
        registry = _registry(house)
        card = next((one for one in registry.list() if one.id == model), None)
        if card is None:
            raise Unreadable(404)
        calibration = registry.calibration(model) if isinstance(card, EmbedderCard) else None
        line = line_of(house, card, call.language)
    return render(
        request, call, "console/model.html.j2", line=line, card=card, calibration=calibration,
        measured=_measured(calibration, call.language) if calibration else (),
        steps=_steps(calibration, call.language) if calibration else (),
        at=share(FIGURES_AT, call.language),
    )  # fmt: skip


def _registry(house: House) -> Registry:
    return Registry(house.settings.models, house.settings.cache)


def _wanted(house: House) -> set[str]:
    book = house.home.purposes
    return {book.get(name).model for name in book.names()}


def line_of(house: House, card: Card, language: str) -> Line:
    """A model as it is listed."""
    calibrated = isinstance(card, EmbedderCard)
    calibration = _registry(house).calibration(card.id) if calibrated else None
    known = calibration.population if calibration else None
    return Line(
        card.id, card.role, card.grade is Grade.DEMONSTRATION, card.origin.licence,
        known.name if known else "", _day(known.date) if known else None,
        tuple(_uses(house, card.id, language)),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uses(house: House, model: str, language: str) -> list[Use]:
    book = house.home.purposes
    found = ((name, book.get(name)) for name in book.names())
    return [Use(name, share(one.max_fmr, language)) for name, one in found if one.model == model]


def _told(finding: Finding, language: str) -> list[tuple[Markup, Markup]]:
    return [(sentence(gap.what, language), sentence(gap.next, language)) for gap in finding.gaps]


# -- error rates -----------------------------------------------------------------------------------


def _measured(calibration: Calibration, language: str) -> tuple[Measured, ...]:
    """Held out first: what strangers may expect."""
    both = (("held_out", calibration.held_out), ("operating", calibration.operating))
    return tuple(_of(name, figures, language) for name, figures in both if figures)


def _of(name: str, figures: Sequence[Figures], language: str) -> Measured:
    return Measured(
        name, tuple(_group(one, language) for one in figures),
        _drawing(f"{name}-fmr", "fmr", [(one, one.fmr) for one in figures], language),
        _drawing(f"{name}-fnmr", "fnmr", [(one, one.fnmr) for one in figures], language),
    )  # fmt: skip


def _group(one: Figures, language: str) -> Group:
    return Group(
        group_name(one.group, language), one.identities, one.pictures,
        share(one.fmr.value, language), interval(one.fmr.low, one.fmr.high, language), one.fmr.trials,
        share(one.fnmr.value, language), interval(one.fnmr.low, one.fnmr.high, language),
        one.fnmr.trials,
    )  # fmt: skip


def _drawing(name: str, kind: str, rates: list[tuple[Figures, Rate]], language: str) -> Markup:
    """A dot a group with its interval."""
    top = max((rate.high for _, rate in rates), default=0.0) or 1.0
    points = [
        Point(
            group_name(one.group, language), _said(rate, language), rate.value, rate.low, rate.high,
            other=one.group != "all",
        )
        for one, rate in rates
    ]  # fmt: skip
    say = WORDS.say
    return charts.dots(Figure(
        name, say(f"model.{kind}", language), say(f"model.{kind}.desc", language), points, top,
        share(top, language),
    ))  # fmt: skip


def _said(rate: Rate, language: str) -> str:
    return f"{share(rate.value, language)} ({interval(rate.low, rate.high, language)})"


def group_name(group: str, language: str) -> str:
    """A group of people in words; the name it was given where it is none of ours."""
    key = f"group.{group.lower()}"
    return WORDS.say(key, language) if key in WORDS else group


def _steps(calibration: Calibration, language: str) -> list[tuple[str, int, str, str]]:
    """Rates that the thresholds support: how many pairs, which group set it, who supported it."""
    join = WORDS.say("list.join", language)
    return [
        (share(step.fmr, language), step.pairs, group_name(step.governed_by, language),
         join.join(group_name(name, language) for name in step.groups))
        for step in calibration.steps
    ]  # fmt: skip
