"""Why a face is used: purpose publish, show, list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

PurposeArgument = Annotated[str, typer.Argument(help="option.purpose", metavar="P")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.purpose", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("publish", cls=Leaf, help="help.purpose.publish")(publish)
    group.command("show", cls=Leaf, help="help.purpose.show")(show)
    group.command("list", cls=Leaf, help="help.purpose.list")(list_)
    app.add_typer(group, name="purpose")


def publish(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.purpose_file", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Publish a purpose file."""
    door = Door.at(context, as_json)
    text = _read(file, door)
    with door.house() as house:
        name, version = house.publish(text)
        notice = house.consents.notice(name)
    document = {"purpose": name, "version": version, "notice": notice.digest.hex()}

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("purpose.published"), f"{name} · {version}")
        screen.facts([(door.say("label.notice"), notice.digest.hex()[:16])])
        screen.note(door.say("purpose.next", name=name))

    door.answer(document, screen)


def show(context: typer.Context, purpose: PurposeArgument, as_json: AsJson = False) -> None:
    """The notice a person reads before deciding."""
    door = Door.at(context, as_json)
    with door.house() as house:
        notice = house.consents.notice(purpose)
        version = house.home.purposes.version(purpose)
    document = {
        "purpose": purpose, "version": version, "digest": notice.digest.hex(),
        "zh": notice.zh, "en": notice.en,
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        title, *lines = notice.of(door.language).split("\n")
        screen.headline("good", title, f"{purpose} · {version}")
        for line in lines:
            screen.gap()
            screen.paragraph(line)

    door.answer(document, screen)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every published purpose."""
    door = Door.at(context, as_json)
    with door.house() as house:
        book = house.home.purposes
        rows = [(book.get(name), book.version(name)) for name in book.names()]
    document = {"purposes": [{"version": v, **p.model_dump(mode="json")} for p, v in rows]}

    def screen(screen: Screen) -> None:
        if not rows:
            screen.headline("plain", door.say("purpose.none"))
            return
        screen.gap()
        screen.table(
            [door.say(f"label.{key}") for key in ("purpose", "version", "title", "model")],
            [(p.id, v, p.title.of(door.language), p.model) for p, v in rows],
        )

    door.answer(document, screen)


def _read(file: Path, door: Door) -> bytes:
    """A regular file, and no more of it than a purpose can be."""
    from facekeep.governance.purposes import MAX_PURPOSE_BYTES

    try:
        if not file.is_file():
            raise OSError
        with file.open("rb") as opened:
            return opened.read(MAX_PURPOSE_BYTES + 1)
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None
