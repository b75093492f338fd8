"""Why a face is used: bringing purposes into force, and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from facekeep.cli import purpose_views
from facekeep.cli.devices import read_bounded
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import OfficerKey, OfficerName, WriterName, signed
from facekeep.cli.purpose_views import PurposeArgument
from facekeep.cli.screen import Screen
from facekeep.cli.vouching import named, vouched

PurposeFile = Annotated[Path, typer.Argument(help="option.purpose_file", metavar="FILE")]
AssessmentFile = Annotated[
    Path, typer.Option("--assessment", help="option.assessment_file", metavar="FILE")
]
Over = Annotated[int | None, typer.Option("--over", help="option.over", metavar="N")]
Because = Annotated[str, typer.Option("--because", help="option.because", metavar="TEXT")]


def register(app: typer.Typer) -> None:
    """Add this file's commands, and those that only look."""
    group = typer.Typer(
        cls=Branch, help="help.purpose", no_args_is_help=True, rich_markup_mode=None
    )
    steps = (publish, draft, assess, sign, release, suspend, end, check)
    for step in steps:
        group.command(step.__name__, cls=Leaf, help=f"help.purpose.{step.__name__}")(step)
    purpose_views.register(group)
    app.add_typer(group, name="purpose")


# -- towards publication ------------------------------------------------------------------------


def publish(
    context: typer.Context,
    file: PurposeFile,
    assessment: AssessmentFile,
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """Draft, assess, sign and release in one go."""
    from facekeep.access.officers import Signed

    door = Door.at(context, as_json)
    text, report = _purpose_text(file, door), _assessment_text(assessment, door)
    with door.house() as house:
        who = named(house, officer)
        name, version = house.purposes.publish(
            text, report, who, lambda message: Signed(who, signed(door, officer_key, message))
        )
        notice = house.consents.notice(name).digest.hex()
    _published(door, name, version, notice)


def draft(
    context: typer.Context,
    file: PurposeFile,
    officer: WriterName,
    over: Over = None,
    as_json: AsJson = False,
) -> None:
    """Keep a purpose file as a new version."""
    from facekeep.governance.purpose_text import gaps

    door = Door.at(context, as_json)
    text = _purpose_text(file, door)
    with door.house() as house:
        name, version = house.purposes.draft(text, named(house, officer), over)
        purpose = house.home.purposes.text(name, version)
        missing = [one.gap for one in gaps(purpose, house.books.today)]
    document = {
        "purpose": name, "version": version,
        "gaps": [{"what": gap.what, "next": gap.next} for gap in missing],
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("purpose.drafted"), f"{name} · {version}")
        for gap in missing:
            screen.note(door.phrase(gap.what), "warn")
            screen.way_out(door.phrase(gap.next), 4)
        screen.note(door.say("purpose.then.assess", name=name))

    door.answer(document, screen)


def assess(
    context: typer.Context,
    purpose: PurposeArgument,
    assessment: AssessmentFile,
    officer: WriterName,
    as_json: AsJson = False,
) -> None:
    """Record an assessment of the newest version."""
    door = Door.at(context, as_json)
    text = _assessment_text(assessment, door)
    with door.house() as house:
        report = house.purposes.assess(purpose, text, named(house, officer))
    document = {
        "purpose": purpose, "version": report.version, "assessment": report.digest.hex(),
        "controls": [{"id": one.id, "holds": one.holds} for one in report.controls],
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("purpose.assessed"), f"{purpose} · {report.version}")
        screen.facts(
            [
                (door.say("purpose.label.assessment"), report.digest.hex()[:16]),
                (door.say("purpose.label.controls"), ", ".join(c.id for c in report.controls)),
            ]
        )
        screen.note(door.say("purpose.then.sign", name=purpose))

    door.answer(document, screen)


def sign(
    context: typer.Context,
    purpose: PurposeArgument,
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """An officer signs the text under its assessment."""
    from facekeep.access.officers import Signed

    door = Door.at(context, as_json)
    with door.house() as house:
        who, message = named(house, officer), house.purposes.message(purpose)
        house.purposes.sign(purpose, Signed(who, signed(door, officer_key, message)))
        version = house.home.purposes.latest(purpose)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("purpose.signed"), f"{purpose} · {version}")
        screen.note(door.say("purpose.then.release", name=purpose))

    door.answer({"purpose": purpose, "version": version, "officer": who}, screen)


def release(
    context: typer.Context,
    purpose: PurposeArgument,
    officer: WriterName,
    as_json: AsJson = False,
) -> None:
    """Put the signed version in force."""
    door = Door.at(context, as_json)
    with door.house() as house:
        version = house.purposes.release(purpose, named(house, officer))
        notice = house.consents.notice(purpose).digest.hex()
    _published(door, purpose, version, notice)


def _published(door: Door, name: str, version: int, notice: str) -> None:
    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("purpose.published"), f"{name} · {version}")
        screen.facts([(door.say("label.notice"), notice[:16])])
        screen.note(door.say("purpose.next", name=name))

    door.answer({"purpose": name, "version": version, "notice": notice}, screen)


# -- out of force -------------------------------------------------------------------------------


def suspend(
    context: typer.Context,
    purpose: PurposeArgument,
    because: Because,
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """Stop use until somebody assessed, signed and published anew."""
    door = Door.at(context, as_json)
    with door.house() as house:
        about: dict[str, Any] = {"purpose": purpose, "because": because}
        who = vouched(door, house, officer, officer_key, "purpose:suspend", **about)
        house.purposes.suspend(purpose, who.name, because)
    _out_of_force(door, "suspended", purpose, because)


def end(
    context: typer.Context,
    purpose: PurposeArgument,
    because: Because,
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """Over for good."""
    door = Door.at(context, as_json)
    with door.house() as house:
        about: dict[str, Any] = {"purpose": purpose, "because": because}
        who = vouched(door, house, officer, officer_key, "purpose:end", **about)
        house.purposes.end(purpose, who.name, because)
    _out_of_force(door, "ended", purpose, because)


def _out_of_force(door: Door, stage: str, purpose: str, because: str) -> None:
    def screen(screen: Screen) -> None:
        screen.headline("warn", door.say(f"purpose.{stage}"), purpose)
        screen.facts([(door.say("purpose.label.because"), because)])
        screen.note(door.say(f"purpose.{stage}.next", name=purpose))

    door.answer({"purpose": purpose, "stage": stage, "because": because}, screen)


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Suspend every purpose whose ground changed."""
    door = Door.at(context, as_json)
    with door.house() as house:
        stale = house.purposes.check()
        looked = len(house.home.purposes.names()) + len(stale)
    document = {
        "purposes": looked,
        "suspended": [{"purpose": name, "because": why} for name, why in stale],
    }

    def screen(screen: Screen) -> None:
        if not stale:
            screen.headline("good", door.say("purpose.unmoved"), str(looked))
        for name, why in stale:
            screen.headline("warn", door.say("purpose.suspended"), name)
            screen.note(door.phrase(why), "warn")
            screen.note(door.say("purpose.suspended.next", name=name))

    door.answer(document, screen)


# -- files --------------------------------------------------------------------------------------


def _purpose_text(file: Path, door: Door) -> bytes:
    from facekeep.governance.purpose_text import MAX_PURPOSE_BYTES

    return read_bounded(file, MAX_PURPOSE_BYTES, door)


def _assessment_text(file: Path, door: Door) -> bytes:
    from facekeep.governance.assessments import MAX_ASSESSMENT_BYTES

    return read_bounded(file, MAX_ASSESSMENT_BYTES, door)
