"""What the eyes answer about themselves: which models run, how often they err, what they never do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from facekeep.terms.errors import FacekeepError
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.vision.calibration import Calibration
from facekeep.vision.cards import AttackCard, Card, EmbedderCard

if TYPE_CHECKING:
    from facekeep.vision.models import Registry

ROLES = frozenset({"detector", "embedder", "attack"})
"""All that a model may be: none tells a mood, an age, a sex, an origin or a health."""

KINDS = ("model", "card.toml", "calibration.toml")
"""What lies in the models folder, under a digest."""

ADD = "facekeep models add FILE"


@dataclass(frozen=True, slots=True)
class Eyesight:
    """The models of an installation, their folder, and what each purpose in force asks of them when
    it is asked: the model's name and the loosest false match rate."""

    registry: Registry
    folder: Path
    purposes: Callable[[], Mapping[str, tuple[str, float]]]


def _evaluated(eyes: Eyesight, now: int) -> Finding:
    """Every model in use has a card, and thresholds from a calibration (ISO/IEC 19795-1)."""
    gaps = [gap for model, fmr in _in_use(eyes).items() for gap in _model(eyes, model, fmr, now)]
    facts = {model: _population(eyes, model) for model in _in_use(eyes)}
    return Finding(facts, tuple(gaps), applies=bool(eyes.purposes()))


def _in_use(eyes: Eyesight) -> dict[str, float]:
    """The loosest rate asked of each model."""
    loosest: dict[str, float] = {}
    for model, fmr in eyes.purposes().values():
        loosest[model] = max(fmr, loosest.get(model, 0.0))
    return loosest


def _card(eyes: Eyesight, model: str) -> Card | None:
    return next(
        (c for c in eyes.registry.list() if c.id == model and isinstance(c, EmbedderCard)), None
    )


def _model(eyes: Eyesight, model: str, fmr: float, now: int) -> Iterator[Gap]:
    card = _card(eyes, model)
    if card is None:
        yield Gap(f"the model {model} has no card here", ADD)
        return
    if model not in eyes.registry.check():
        yield Gap(f"the file of model {model} is gone", ADD)
    calibration = eyes.registry.calibration(model)
    command = f"facekeep calibrate DIR --model {model}"
    if calibration is None:
        yield Gap(f"the model {model} was never calibrated", command)
        return
    for what in _missing(calibration, fmr, now):
        yield Gap(f"the calibration of {model} lacks {what}", command)


def _missing(calibration: Calibration, fmr: float, now: int) -> Iterator[str]:
    """What a report must say (ISO/IEC 19795-1) beside the population, without which none is read."""
    if not _is_past(calibration.population.date, now):
        yield "a date"
    if not any(step.fmr <= fmr * (1 + 1e-9) for step in calibration.steps):
        yield "a threshold for the rate in use"
    if not calibration.operating:
        yield "measured error rates"


def _is_past(text: str, now: int) -> bool:
    """A real day, and none to come; a day ahead somewhere on earth is today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return day <= (datetime.fromtimestamp(now, UTC) + timedelta(days=1)).date()


def _population(eyes: Eyesight, model: str) -> dict[str, str]:
    card = _card(eyes, model)
    calibration = eyes.registry.calibration(model) if card else None
    if card is None or calibration is None:
        return {}
    known = calibration.population
    return {"grade": card.grade.value, "population": known.name, "date": known.date}


def _no_attributes(eyes: Eyesight, now: int) -> Finding:
    """Only detectors, embedders and attack checks are installed (AI Act art. 5(1)(f), (g))."""
    try:
        cards = eyes.registry.list()
    except FacekeepError:
        gap = Gap("a model card in the models folder is refused", "facekeep models list")
        return Finding({}, (gap,))
    known = {card.sha256 for card in cards}
    strangers = sorted(p.name for p in _files(eyes.folder) if not _is_known(p, known))
    gaps = [
        Gap(f"a file without a card lies among the models: {name}", "Take it away")
        for name in strangers
    ]
    gaps += [
        Gap(f"the model {card.id} does what no model here may do", "Take it away")
        for card in cards
        if card.role not in ROLES
    ]
    return Finding({"models": [card.id for card in cards]}, tuple(gaps))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else iter(())


def _is_known(path: Path, digests: set[str]) -> bool:
    digest, _, kind = path.name.partition(".")
    return digest in digests and kind in KINDS


def _attack_checked(eyes: Eyesight, now: int) -> Finding:
    """The attack check is installed whole (ISO/IEC 30107-3, GB/T 38671)."""
    from facekeep.vision.models import PAIR

    cards = [card for card in eyes.registry.list() if isinstance(card, AttackCard)]
    gaps: tuple[Gap, ...] = ()
    if len(cards) < PAIR:
        gaps = (Gap("the attack check is not installed", f"Add both networks: {ADD}"),)
    elif not {card.id for card in cards} <= set(eyes.registry.check()):
        gaps = (Gap("a network of the attack check is gone", ADD),)
    return Finding({"networks": [c.id for c in cards]}, gaps, applies=bool(eyes.purposes()))


EVIDENCE: tuple[Question[Eyesight], ...] = (
    Question("vision.models.evaluated", _evaluated),
    Question("vision.models.no_attributes", _no_attributes),
    Question("vision.attack.checked", _attack_checked),
)
"""ISO/IEC 19795-1, 30107-3; AI Act art. 5; GB/T 41819, 38671."""
