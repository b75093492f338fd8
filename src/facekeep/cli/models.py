"""Which eyes may be used: models list, add, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Apart, Branch
from facekeep.cli.screen import Screen, grouped
from facekeep.settings import Settings

if TYPE_CHECKING:
    from facekeep.vision.cards import Card
    from facekeep.vision.models import Registry


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.models", no_args_is_help=True, rich_markup_mode=None)
    group.command("list", cls=Apart, help="help.models.list")(list_)
    group.command("add", cls=Apart, help="help.models.add")(add)
    group.command("check", cls=Apart, help="help.models.check")(check)
    app.add_typer(group, name="models")


def registry_of(settings: Settings) -> Registry:
    """The models of this installation."""
    from facekeep.vision.models import Registry

    return Registry(settings.models, settings.cache, settings.threads)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """The models that are present."""
    door = Door.at(context, as_json)
    registry = registry_of(door.settings)
    documents = [_document(card, registry) for card in registry.list()]

    def screen(screen: Screen) -> None:
        screen.gap()
        screen.table(
            [door.say(f"label.{key}") for key in ("model", "role", "grade", "calibration")],
            [
                (d["id"], door.word("role", d["role"]), door.word("grade", d["grade"]), d["calibration"] or "—")
                for d in documents
            ],
        )  # fmt: skip
        for document in documents:
            if document["role"] == "embedder" and document["grade"] == "demonstration":
                screen.gap()
                screen.note(door.grade_warning(document["id"]), "warn")
        if not any(d["role"] == "attack" for d in documents):
            screen.note(door.say("models.no_attack_check"), "warn")

    door.answer({"models": documents}, screen)


def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.model_file", metavar="FILE")],
    card: Annotated[Path | None, typer.Option("--card", help="option.card", metavar="CARD")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a model file in under its digest."""
    door = Door.at(context, as_json)
    registry = registry_of(door.settings)
    with door.aside.waiting(door.say("models.working")):
        added = registry.add(file, card)
    document = _document(added, registry)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("models.added"), added.id)
        screen.facts(
            [
                (door.say("label.role"), door.word("role", document["role"])),
                (door.say("label.grade"), door.word("grade", document["grade"])),
                (door.say("label.licence"), document["licence"]),
                (door.say("label.digest"), grouped(document["sha256"])),
                (door.say("label.calibration"), document["calibration"]),
            ]
        )
        if document["role"] == "embedder" and not document["calibration"]:
            screen.way_out(door.say("models.calibrate", id=added.id))

    door.answer(document, screen)


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Hash every model present."""
    door = Door.at(context, as_json)
    with door.aside.waiting(door.say("models.working")):
        whole = registry_of(door.settings).check()

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("models.whole"), door.say("models.count", n=len(whole)))
        for name in whole:
            screen.note(name)

    door.answer({"whole": list(whole)}, screen)


def _document(card: Card, registry: Registry) -> dict[str, Any]:
    calibration = registry.calibration(card.id) if card.role == "embedder" else None
    population = calibration.population if calibration else None
    return {
        "id": card.id,
        "role": card.role,
        "grade": card.grade.value,
        "licence": card.origin.licence,
        "source": card.origin.source,
        "sha256": card.sha256,
        "calibration": f"{population.name}, {population.date}" if population else None,
    }
