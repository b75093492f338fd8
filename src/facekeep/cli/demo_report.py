"""The page: one file, nothing to load, one language; the other one lies beside it, linked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from facekeep import __version__
from facekeep.cli import demo_drawing as drawing
from facekeep.cli.demo_stage import Stage, Step
from facekeep.cli.demo_words import (
    OTHER,
    answered,
    day,
    minute,
    one_in,
    promise,
    say,
    seen,
)
from facekeep.settings import Language
from facekeep.vision.calibration import Calibration
from facekeep.vision.rates import Rate

PICTURE_COMMANDS = ("facekeep demo --photos DIR", "facekeep demo --camera")
APART = frozenset({"without_consent", "theft", "withdraw"})
"""Steps whose kept promise is that two halves do not meet."""

LIMITS = ("limits.1", "limits.2", "limits.3", "limits.4")


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happened, as the page and the JSON document tell it."""

    steps: Sequence[Step]
    seconds: float
    at: float
    note: str
    key: str
    digest: str
    model: str
    grade: str
    pad: str
    calibration: Calibration | None
    max_fmr: float
    pictures: Mapping[str, Any]

    @property
    def kept(self) -> bool:
        """Whether every step went as promised, and every entry is proved."""
        return all(step.kept for step in self.steps) and self.proved

    @property
    def proved(self) -> bool:
        """Whether every step's entry is proved under the checkpoint."""
        return all(step.proof["proved"] for step in self.steps if step.proof is not None)


def write_reports(story: Story, stage: Stage, report: Path) -> Path:
    """Write the page in the reader's language and the other beside it; returns the other's path."""
    own, other = stage.language, OTHER[stage.language]
    beside = report.with_name(f"{report.stem}.{other}{report.suffix or '.html'}")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(page(story, stage, own, beside.name), encoding="utf-8")
    beside.write_text(page(story, stage, other, report.name), encoding="utf-8")
    return beside


def page(story: Story, stage: Stage, language: Language, beside: str) -> str:
    """The whole page in one language."""
    speak = partial(say, language=language)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            say=speak,
            language=language,
            other=OTHER[language],
            beside=beside,
            other_name=say("page.language", OTHER[language]),
            story=story,
            steps=[_section(n, step, stage, language) for n, step in enumerate(story.steps, 1)],
            tally=drawing.tally,
            verdict=_verdict(story, language),
            checks=_checks(story, language),
            grade=_grade(story, language),
            pictures=_pictures(story, language),
            commands=PICTURE_COMMANDS,
            limits=[speak(key) for key in LIMITS],
            lede=speak("page.lede", seconds=story.seconds),
            made=speak("page.made", when=minute(story.at, language), version=__version__),
            digest=_grouped(story.digest),
            short_digest=_grouped(story.digest[:16]),
            home=str(stage.home),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("facekeep.cli", "pages"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["coded"] = coded
    return environment


def coded(text: str) -> Markup:
    """Commands and file names, in backticks or known by their first word, set as code."""
    marked = re.sub(r"(?<!`)\bfacekeep(?: [\w-]+)+", r"`\g<0>`", str(escape(text)))
    return Markup(re.sub("`([^`]+)`", r'<code translate="no">\1</code>', marked))  # noqa: S704 - escaped


def _section(number: int, step: Step, stage: Stage, language: Language) -> dict[str, Any]:
    """One step as the template wants it."""
    return {
        "id": step.id,
        "number": number,
        "kept": step.kept,
        "title": say(f"step.{step.id}", language),
        "did": say(f"did.{step.id}", language),
        "joined": step.id not in APART,
        "notice": _notice(step, stage, language),
        "findings": [
            {"kept": f.kept, "promise": promise(f, language), "seen": seen(f, language)}
            for f in step.findings
        ],
        "answer": answered(step, language),
        "figures": step.figures,
        "noise": drawing.noise(step.figures["noise"], language)
        if "noise" in step.figures
        else None,
        "cosines": (
            drawing.cosines(step.figures["cosine"], language) if "cosine" in step.figures else None
        ),
        "cosine_rows": (
            drawing.cosine_table(step.figures["cosine"], language)
            if "cosine" in step.figures
            else []
        ),
        "event": step.event,
        "proof": step.proof,
        "command": command(step, stage),
    }


def _notice(step: Step, stage: Stage, language: Language) -> list[str]:
    """The notice's lines, in the page's language."""
    return [] if step.shown is None else stage.notes["notice"].of(language).split("\n")


def command(step: Step, stage: Stage) -> str:
    """What the reader can run to check a step."""
    home = _quoted(stage.home)
    if step.id == "withdraw":
        receipt, key = _quoted(stage.receipt), _quoted(stage.public_key)
        return f"facekeep receipt verify {receipt} --key {key} --against {home}"
    if step.id == "ledger" or step.event is None:
        return f"facekeep --home {home} ledger verify"
    return f"facekeep --home {home} ledger prove {step.event}"


def _quoted(path: Path) -> str:
    text = str(path)
    return text if re.fullmatch(r"[\w./:\\~+-]+", text) else f'"{text}"'


def _verdict(story: Story, language: Language) -> str:
    broken = sum(not step.kept for step in story.steps)
    key = "page.not_kept" if broken or not story.proved else "page.all_kept"
    return say(key, language, total=len(story.steps), broken=broken)


def _checks(story: Story, language: Language) -> str:
    findings = [finding for step in story.steps for finding in step.findings]
    kept = sum(finding.kept for finding in findings)
    return say("page.promises", language, kept=kept, all=len(findings))


def _grade(story: Story, language: Language) -> dict[str, Any]:
    """What the recogniser is worth, in the figures of its own card."""
    told = [say(f"grade.{story.grade}", language)]
    rate = missed(story.calibration)
    if rate is not None and story.calibration is not None:
        key = "grade.rates" if story.grade == "demonstration" else "grade.production.rates"
        told.append(say(
            key, language, one_in=one_in(story.max_fmr), fnmr=100 * rate.value,
            low=100 * rate.low, high=100 * rate.high, trials=rate.trials,
            date=_calibrated(story.calibration, language),
        ))  # fmt: skip
    told.append(say(f"pad.{story.pad}", language))
    return {
        "weak": story.grade == "demonstration",
        "title": say(f"grade.{story.grade}.title", language, model=story.model),
        "told": told,
    }


def _calibrated(calibration: Calibration, language: Language) -> str:
    date = datetime.fromisoformat(calibration.population.date).replace(tzinfo=UTC)
    return day(date.timestamp(), language)


def missed(calibration: Calibration | None) -> Rate | None:
    """The rate of genuine pairs missed at the operating threshold, over everybody."""
    if calibration is None:
        return None
    return next((f.fnmr for f in calibration.operating if f.group == "all"), None)


def _pictures(story: Story, language: Language) -> str:
    told = dict(story.pictures)
    return say(f"pictures.{told['kind']}", language, **told.get("change", {}))


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
