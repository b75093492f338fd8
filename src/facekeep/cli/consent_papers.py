"""Papers about a consent: consent receipt, export, invalidate."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from facekeep.cli.door import AsJson, Door, PurposeName, SubjectName
from facekeep.cli.manual import Leaf
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen


class Fault(StrEnum):
    """What makes a consent void."""

    BUNDLED = "bundled"
    PRETICKED = "preticked"
    COERCED = "coerced"
    MISLED = "misled"


def register(group: typer.Typer) -> None:
    """Add this file's commands to ``consent``."""
    group.command("receipt", cls=Leaf, help="help.consent.receipt")(receipt)
    group.command("export", cls=Leaf, help="help.consent.export")(export)
    group.command("invalidate", cls=Leaf, help="help.consent.invalidate")(invalidate)


def receipt(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="option.receipt_out", metavar="FILE")
    ],
    scope: Annotated[str, typer.Option("--for", help="option.for", metavar="SCOPE")] = "processing",
    as_json: AsJson = False,
) -> None:
    """The signed receipt of a consent in force, once more."""
    from facekeep.terms.errors import ConsentMissing

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        records = house.consents.show(subject, purpose)
        found = [c for c in records if c.stands and c.scope.value == scope]
        if not found:
            raise ConsentMissing("there is no consent to give a receipt for", "Give one first")
        write_paper(output, house.consent_receipt(found[-1]).to_json().encode(), door)
        key = house.home.path / "ledger.pub"

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("consent.receipt", path=output), purpose)
        screen.way_out(f"facekeep receipt verify {output} --key {key}")

    door.answer({"purpose": purpose, "scope": scope, "receipt": str(output)}, screen)


def export(
    context: typer.Context,
    subject: SubjectName,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="option.jsonld_out", metavar="FILE")
    ],
    purpose: Annotated[
        str | None, typer.Option("--purpose", "-p", help="option.purpose", metavar="P")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every consent record of a subject as JSON-LD."""

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        document = house.consents.export(subject, purpose)
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    write_paper(output, text.encode(), door)
    count = len(document["records"])

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("consent.exported", n=count), str(output))

    door.answer({"records": count, "file": str(output)}, screen)


def invalidate(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    because: Annotated[Fault, typer.Option("--because", help="option.fault", metavar="FAULT")],
    as_json: AsJson = False,
) -> None:
    """Declare consents void that were obtained wrongly."""
    from facekeep.governance import consent_story

    door = Door.at(context, as_json)
    with door.house() as house:
        fault = consent_story.Fault(because.value)
        count = house.consents.invalidate(subject, purpose, fault)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("consent.invalidated", n=count), purpose)
        screen.note(door.say("consent.ask_anew"))

    door.answer({"purpose": purpose, "invalidated": count, "because": because.value}, screen)
