"""``facekeep demo``: the main job on a real home, told step by step, and a page that keeps it.

Every line is computed from what happened. Where one turns out differently than promised, the
terminal, the page and the exit code say so.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from time import perf_counter, time
from typing import Any

from rich.padding import Padding
from rich.prompt import Confirm
from rich.table import Table
from rich.text import Text

from facekeep import assembly
from facekeep.cli.demo_pictures import Camera, Folder, Portraits, Source
from facekeep.cli.demo_report import Story, missed, write_reports
from facekeep.cli.demo_stage import Finding, Stage, Step, WatchedSight
from facekeep.cli.demo_story import prove, tell
from facekeep.cli.demo_words import answered, promise, say, seen
from facekeep.cli.screen import Screen
from facekeep.settings import Language, Settings
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.values import MAX_FMR_STEPS, Grade
from facekeep.vision.cards import EmbedderCard
from facekeep.vision.models import Registry
from facekeep.vision.sight import sight_of

SCHEMA = "facekeep-demo-1"
DEMONSTRATION = "dlib-resnet"
KEPT, NOT_KEPT = 0, 4
"""Exit codes: as promised; something does not verify."""

_MARKS = {True: ("✓", "celadon"), False: ("✗", "cinnabar")}


def run_demo(
    photos: Path | None, camera: bool, home: Path | None, json_out: bool, report: Path,
    settings: Settings,
) -> int:  # fmt: skip
    """Tell the story, write the page, and return 0 only if every step went as promised.

    Raises what keeps the story from starting: ``Broken`` without pictures, networks or camera,
    ``Misused`` for a folder without a pair, ``ConsentMissing`` where the person says no.
    """
    screen = _Telling(settings.language, quiet=json_out)
    source = _source(photos, camera, screen)
    with tempfile.TemporaryDirectory(prefix="facekeep-thief-") as den:
        stage = _stage(home, Path(den), source, settings)
        story = _played(stage, screen)
    beside = write_reports(story, stage, report)
    if json_out:
        _print_json(document(story, stage, report, beside))
    else:
        screen.end(story, stage, report, beside)
    return KEPT if story.kept else NOT_KEPT


def _source(photos: Path | None, camera: bool, screen: _Telling) -> Source:
    if photos is not None and camera:
        raise Misused("--photos and --camera are two ways to bring pictures: choose one")
    if camera:
        return Camera(screen.ask, screen.count)
    return Portraits() if photos is None else Folder(photos)


def _stage(home: Path | None, den: Path, source: Source, settings: Settings) -> Stage:
    """A new home, its custody beside it, a passphrase that nobody keeps, the best eyes there are."""
    source.ready()
    path = home or Path(tempfile.mkdtemp(prefix="facekeep-demo-")) / "home"
    path = path.expanduser().resolve()
    own = settings.model_copy(update={"custody": path.with_name(f"{path.name}-custody")})
    passphrase = secrets.token_urlsafe(24).encode()
    model = best_model(own)
    sight = WatchedSight(sight_of(model, own.models, own.cache, own.threads))
    assembly.found(path, passphrase, own)
    text = resources.files("facekeep.cli").joinpath("pages", "gate.toml").read_text("utf-8")
    return Stage(path, den, own, passphrase, source, sight, text.replace("{model}", model).encode())


def best_model(settings: Settings) -> str:
    """A calibrated embedder of grade production where one is installed, else dlib's."""
    registry = Registry(settings.models, settings.cache, settings.threads)
    cards = [card for card in registry.list() if isinstance(card, EmbedderCard)]
    for card in cards:
        if card.grade is Grade.PRODUCTION and registry.calibration(card.id) is not None:
            return card.id
    if not any(card.id == DEMONSTRATION for card in cards):
        raise Broken(
            "no recognition network is installed", "Install face_recognition_models, or add a model"
        )
    return DEMONSTRATION


def _played(stage: Stage, screen: _Telling) -> Story:
    began, at = perf_counter(), time()
    steps = tell(stage, screen.before, screen.after)
    screen.done()
    note = prove(stage, steps)
    registry = Registry(stage.settings.models, stage.settings.cache)
    return Story(
        steps=steps,
        seconds=perf_counter() - began,
        at=at,
        note=note,
        key=stage.public_key.read_text(encoding="utf-8").strip(),
        digest=hashlib.sha256(canonical(_measured(steps))).hexdigest(),
        model=stage.sight.model,
        grade=stage.sight.grade.value,
        pad=stage.notes["pad"],
        calibration=registry.calibration(stage.sight.model),
        max_fmr=MAX_FMR_STEPS[0],
        pictures=stage.source.told,
    )


# -- the document ---------------------------------------------------------------------------


def document(story: Story, stage: Stage, report: Path, beside: Path) -> dict[str, Any]:
    """The same truth as the page, for programs."""
    rate = missed(story.calibration)
    return {
        "schema": SCHEMA,
        "kept": story.kept,
        "proved": story.proved,
        "seconds": round(story.seconds, 3),
        "model": story.model,
        "grade": story.grade,
        "pad": story.pad,
        "max_fmr": story.max_fmr,
        "calibration": stage.sight.calibration,
        "missed": None if rate is None else asdict(rate),
        "pictures": dict(story.pictures),
        "steps": [_step(step, stage.language) for step in story.steps],
        "checkpoint": story.note,
        "key": story.key,
        "digest": story.digest,
        "home": str(stage.home),
        "receipt": str(stage.receipt),
        "report": str(report),
        "report_other": str(beside),
    }


def _step(step: Step, language: Language) -> dict[str, Any]:
    return {
        "step": step.id,
        "title": say(f"step.{step.id}", language),
        "kept": step.kept,
        "findings": [
            {
                "finding": f.id, "kept": f.kept, "promise": promise(f, language),
                "seen": seen(f, language), "values": f.values,
            }
            for f in step.findings
        ],
        "answer": None if step.error is None else step.error.as_dict(),
        "event": step.event,
        "proof": step.proof,
        "figures": step.figures,
    }  # fmt: skip


def _measured(steps: list[Step]) -> list[dict[str, Any]]:
    """What the digest is over; figures as text, since canonical JSON knows no fractions."""
    return [
        {
            "step": step.id,
            "event": step.event or "",
            "findings": {
                f.id: json.dumps([f.kept, f.values], sort_keys=True) for f in step.findings
            },
        }
        for step in steps
    ]


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


# -- the terminal ---------------------------------------------------------------------------


class _Telling:
    """The story as somebody at a terminal follows it."""

    def __init__(self, language: Language, *, quiet: bool) -> None:
        self._language, self._quiet = language, quiet
        self._screen = Screen(stderr=quiet)
        self._number = 0
        self._waiting: AbstractContextManager[object] | None = None
        self._is_still = False

    def before(self, act: str) -> None:
        """A turning sign while an act is played."""
        self._number += 1
        title = self._say("screen.working", title=self._say(f"step.{act}"))
        self._waiting = nullcontext() if self._is_still else self._screen.waiting(title)
        self._waiting.__enter__()

    def after(self, step: Step) -> None:
        """What was seen."""
        self.done()
        if self._quiet:
            return
        self._headline(step.kept, f"{self._number}  {self._say(f'step.{step.id}')}")
        self._screen.paragraph(_bare(self._say(f"did.{step.id}")), "muted")
        for finding in step.findings:
            self._finding(finding)
        self._answer(step)

    def done(self) -> None:
        """Stop the turning sign."""
        if self._waiting is not None:
            self._waiting.__exit__(None, None, None)
            self._waiting = None

    def ask(self, notice: str) -> bool:
        """Show the notice and ask the person before the camera. Raises ``Broken`` without one."""
        if not sys.stdin.isatty():
            raise Broken(
                "nobody is there to say yes", "Run it at a terminal: facekeep demo --camera"
            )
        self.done()
        self._is_still = True
        self._screen.gap()
        self._screen.paragraph(notice)
        return Confirm.ask(
            f"  {self._say('screen.ask')}", console=self._screen.console, default=False
        )

    def count(self, left: int) -> None:
        """The countdown before the camera is opened."""
        self.done()
        words = self._say("screen.count", left=left) if left else self._say("screen.look")
        self._screen.paragraph(words, "bold gamboge")

    def end(self, story: Story, stage: Stage, report: Path, beside: Path) -> None:
        """The verdict, the model's worth, and where everything lies."""
        broken = sum(not step.kept for step in story.steps)
        key = "page.all_kept" if story.kept else "page.not_kept"
        self._screen.gap()
        verdict = self._say(key, total=len(story.steps), broken=broken)
        sign, style = _MARKS[story.kept]
        self._print(f"{sign} {verdict}", 0, f"bold {style}")
        if story.grade == Grade.DEMONSTRATION:
            self._screen.note(self._say("grade.demonstration.title"), "warn")
            self._screen.note(self._say("grade.demonstration"))
        self._screen.gap()
        self._screen.way_out(self._say("screen.report", path=report))
        self._screen.way_out(self._say("screen.other", path=beside))
        self._screen.note(self._say("screen.home", path=stage.home.parent))

    def _answer(self, step: Step) -> None:
        answer = answered(step, self._language)
        if answer is not None:
            beside = f"  {answer.article}" if answer.article else ""
            self._print(
                f"{answer.kind}{self._say('page.colon')}{answer.what}{beside}", 8, "cinnabar"
            )
            if answer.remedy:
                self._print(f"→ {answer.remedy}", 6, "indigo")

    def _headline(self, kept: bool, text: str) -> None:
        """A mark, a title and the verdict as a word."""
        sign, style = _MARKS[kept]
        self._screen.gap()
        self._print(f"{sign} {text}  {self._word(kept)}", 0, f"bold {style}")

    def _finding(self, finding: Finding) -> None:
        """A promise beside its mark; a word as well where it was not kept."""
        sign, style = _MARKS[finding.kept]
        words = _bare(promise(finding, self._language))
        told = Text(words) if finding.kept else Text(f"{words}  {self._word(False)}", style)
        told.append(f"\n{_bare(seen(finding, self._language))}", "muted" if finding.kept else style)
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text(sign, style), told)
        self._screen.console.print(Padding(grid, (0, 0, 0, 4)))

    def _word(self, kept: bool) -> str:
        return self._say("page.kept" if kept else "page.broken")

    def _print(self, text: str, indent: int, style: str) -> None:
        self._screen.console.print(Padding(Text(text, style), (0, 0, 0, indent)))

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)


def _bare(text: str) -> str:
    return text.replace("`", "")
