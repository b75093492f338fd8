"""Looking at purposes: show, list, history, assessment, controls, rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Leaf
from facekeep.cli.outputs import day, iso, refuse_bad_place, write_paper
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.governance.assessments import Report
    from facekeep.governance.notices import Kept
    from facekeep.governance.purposes import Purpose, Step

PurposeArgument = Annotated[str, typer.Argument(help="option.purpose", metavar="P")]


def register(group: typer.Typer) -> None:
    """Add the commands that only look."""
    views: dict[str, Callable[..., None]] = {
        "show": show, "list": list_, "history": history, "assessment": assessment,
        "controls": controls, "rules": rules,
    }  # fmt: skip
    for name, view in views.items():
        group.command(name, cls=Leaf, help=f"help.purpose.{name}")(view)


# -- the notice and the list ----------------------------------------------------------------------


def show(
    context: typer.Context,
    purpose: PurposeArgument,
    version: Annotated[
        int | None, typer.Option("--version", help="option.purpose_version", metavar="N")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The notice a person reads before deciding."""
    door = Door.at(context, as_json)
    with door.house() as house:
        number = version or house.home.purposes.version(purpose)
        notice = (
            house.consents.notice(purpose) if version is None else _kept(house, purpose, number)
        )
    document = {
        "purpose": purpose, "version": number, "digest": notice.digest.hex(),
        "zh": notice.zh, "en": notice.en,
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        title, *lines = notice.of(door.language).split("\n")
        screen.headline("good", title, f"{purpose} · {number}")
        for line in lines:
            screen.gap()
            screen.paragraph(line)

    door.answer(document, screen)


def _kept(house: House, purpose: str, version: int) -> Any:
    """The notice as it was published then. Raises ``Misused``."""
    found = [one for one in house.home.notices.of_purpose(purpose) if one.version == version]
    if not found:
        raise Misused("no notice of this version was ever published")
    return found[-1].notice


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every purpose, and where it stands."""
    door = Door.at(context, as_json)
    with door.house() as house:
        rows = [_standing(house, name) for name in house.home.purposes.known()]
    document = {
        "purposes": [
            {"version": version, "stage": stage, **purpose.model_dump(mode="json")}
            for purpose, version, stage in rows
        ]
    }

    def screen(screen: Screen) -> None:
        if not rows:
            screen.headline("plain", door.say("purpose.none"))
            return
        screen.gap()
        screen.table(
            [door.say(f"label.{key}") for key in ("purpose", "version")]
            + [door.say("purpose.label.stage"), door.say("label.title"), door.say("label.model")],
            [
                (p.id, v, door.word("purpose_stage", s), p.title.of(door.language), p.model)
                for p, v, s in rows
            ],
        )

    door.answer(document, screen)


def _standing(house: House, name: str) -> tuple[Purpose, int, str]:
    """The text in force; otherwise the newest one."""
    book = house.home.purposes
    version, stage = book.version(name) or book.latest(name), book.stage(name)
    return book.text(name, version), version, "" if stage is None else stage.value


# -- history --------------------------------------------------------------------------------------


def history(context: typer.Context, purpose: PurposeArgument, as_json: AsJson = False) -> None:
    """Every step a purpose took."""
    door = Door.at(context, as_json)
    with door.house() as house:
        steps = house.home.purposes.steps(purpose)
        locks = {step.assessment: _lock(house, step) for step in steps if step.assessment}
    if not steps:
        raise Misused("no purpose of this name was ever drafted")

    def screen(screen: Screen) -> None:
        screen.headline("plain", door.say("purpose.history"), purpose)
        for step in steps:
            _show_step(screen, step, locks.get(step.assessment), door)

    document = [_step_document(step, locks.get(step.assessment)) for step in steps]
    door.answer({"purpose": purpose, "steps": document}, screen)


def _lock(house: House, step: Step) -> int | None:
    """Until when the assessment of a step is kept; None while the processing goes on."""
    report = house.home.assessments.get(step.assessment)
    return None if report is None else house.home.assessments.locked_until(report)


def _show_step(screen: Screen, step: Step, lock: int | None, door: Door) -> None:
    stage = door.word("purpose_stage", step.stage.value)
    screen.note(f"{step.version} · {stage} · {day(step.at, door)} · {step.who}", "plain")
    facts = [(door.say("purpose.label.because"), door.phrase(step.because))]
    if step.assessment:
        kept = door.say("purpose.kept_on") if lock is None else day(lock, door)
        facts += [
            (door.say("purpose.label.assessment"), step.assessment.hex()[:16]),
            (door.say("purpose.label.lock"), kept),
        ]
    screen.facts(facts)


def _step_document(step: Step, lock: int | None) -> dict[str, Any]:
    return {
        "version": step.version, "stage": step.stage.value, "at": iso(step.at), "who": step.who,
        "because": step.because, "hash": step.hash.hex(), "assessment": step.assessment.hex(),
        "signed": bool(step.signature), "locked_until": None if lock is None else iso(lock),
    }  # fmt: skip


# -- the assessment -------------------------------------------------------------------------------


def assessment(
    context: typer.Context,
    purpose: PurposeArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="option.assessment_out", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The newest assessment, and what other laws ask of the same facts."""
    door = Door.at(context, as_json)
    refuse_bad_place(out, door)
    with door.house() as house:
        reports = house.home.assessments.of_purpose(purpose)
        report = house.home.assessments.in_force(purpose) or (reports[-1] if reports else None)
        if report is None:
            raise Misused("nobody assessed this purpose yet")
        document = _report_document(report, house.home.purposes.text(purpose, report.version))
    if out is not None:
        write_paper(out, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), door)
    door.answer(document, lambda screen: _show_report(screen, report, out, door))


def _report_document(report: Report, purpose: Purpose) -> dict[str, Any]:
    from facekeep.governance.assessments import dpia_of, fria_of

    def plain(sections: dict[str, Any]) -> dict[str, Any]:
        return {key: [text.model_dump() for text in texts] for key, texts in sections.items()}

    return {
        "purpose": purpose.id, "version": report.version, "hash": report.hash.hex(),
        "digest": report.digest.hex(), "recorded": iso(report.at),
        "assessment": report.assessment.model_dump(mode="json"),
        "controls": [
            {"id": c.id, "holds": c.holds, "applies": c.applies, "digest": c.digest}
            for c in report.controls
        ],
        "gdpr_35_7": plain(dpia_of(purpose, report.assessment)),
        "ai_act_27_1": plain(fria_of(purpose, report.assessment)),
    }  # fmt: skip


def _show_report(screen: Screen, report: Report, out: Path | None, door: Door) -> None:
    told, language = report.assessment, door.language
    screen.headline(
        "plain", door.say("purpose.label.assessment"), f"{told.purpose} · {report.version}"
    )
    screen.facts(
        [
            (door.say("purpose.label.author"), f"{told.author} · {told.date.isoformat()}"),
            (door.say("purpose.label.scope"), told.scope.text.of(language)),
            (door.say("purpose.label.lawful"), told.ground.lawful.of(language)),
            (door.say("purpose.label.proper"), told.ground.proper.of(language)),
            (door.say("purpose.label.necessary"), told.ground.necessary.of(language)),
            (door.say("purpose.label.impact"), told.impact.people.of(language)),
            (door.say("purpose.label.mitigation"), told.impact.mitigation.of(language)),
        ]
    )
    screen.gap()
    screen.table(
        [door.say(f"purpose.label.{key}") for key in ("risk", "before", "after")],
        [(door.word("risk_kind", r.kind.value), r.value, r.remains) for r in told.risks],
    )
    screen.gap()
    for control in report.controls:
        screen.note(control.id, "good" if control.holds else "warn")
    if out is not None:
        screen.note(door.say("purpose.written", file=out))


# -- controls -------------------------------------------------------------------------------------


def controls(context: typer.Context, as_json: AsJson = False) -> None:
    """Every control an assessment may cite, and whether it holds now."""
    door = Door.at(context, as_json)
    with door.house() as house:
        known = house.purposes.controls()
    document = {
        "controls": [
            {"id": one.id, "holds": one.holds, "applies": one.applies} for one in known.values()
        ]
    }

    def screen(screen: Screen) -> None:
        screen.gap()
        screen.table(
            [door.say("purpose.label.control"), door.say("purpose.label.now")],
            [(one.id, door.word("control_state", _state(one))) for one in known.values()],
        )

    door.answer(document, screen)


def _state(control: Any) -> str:
    if not control.holds:
        return "fails"
    return "holds" if control.applies else "idle"


# -- the public rules -----------------------------------------------------------------------------


def rules(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help="option.rules_out", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Every published notice with its history, as one page for everybody (PIPL art. 17)."""
    from facekeep.cli.rules_page import Rule, page

    door = Door.at(context, as_json)
    refuse_bad_place(out, door)
    with door.house() as house:
        book = house.home
        shown = [Rule(*_rule(house, name)) for name in book.purposes.known()]
        shown = [rule for rule in shown if rule.versions]
        content = page(shown, book.handler.get(), int(book.journal.now()))
    write_paper(out, content.encode(), door)
    versions = sum(len(rule.versions) for rule in shown)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("purpose.rules"), str(out))
        screen.facts(
            [
                (door.say("label.purpose"), len(shown)),
                (door.say("purpose.label.versions"), versions),
            ]
        )

    document = {"purposes": [rule.name for rule in shown], "versions": versions, "file": str(out)}
    door.answer(document, screen)


def _rule(house: House, name: str) -> tuple[str, str, list[Kept]]:
    stage = house.home.purposes.stage(name)
    kept = house.home.notices.of_purpose(name)
    return name, "" if stage is None else stage.value, sorted(kept, key=lambda k: -k.version)
