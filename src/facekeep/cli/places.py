"""Where cameras are: place add, list, close."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.devices import read_bounded
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.governance.places import PlaceRow


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.place", no_args_is_help=True, rich_markup_mode=None)
    group.command("add", cls=Leaf, help="help.place.add")(add)
    group.command("close", cls=Leaf, help="help.place.close")(close)
    group.command("list", cls=Leaf, help="help.place.list")(list_)
    app.add_typer(group, name="place")


def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.place_file", metavar="FILE")],
    replaces: Annotated[
        int, typer.Option("--replaces", help="option.replaces", metavar="VERSION")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Register a place."""
    from facekeep.governance.places import MAX_PLACE_BYTES

    door = Door.at(context, as_json)
    text = read_bounded(file, MAX_PLACE_BYTES, door)
    with door.house() as house:
        row = house.register.add_place(text, replaces)
    _show(door, row, "place.added")


def close(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="option.place", metavar="P")],
    as_json: AsJson = False,
) -> None:
    """Nothing is captured there any more."""
    door = Door.at(context, as_json)
    with door.house() as house:
        row = house.register.close_place(name)
    _show(door, row, "place.closed")


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every place."""
    door = Door.at(context, as_json)
    with door.house() as house:
        book = house.home.places
        rows = [book.row(name) for name in book.names()]

    def show(screen: Screen) -> None:
        if not rows:
            screen.headline("plain", door.say("place.none"))
            return
        screen.gap()
        labels = ("place", "title", "place_kind", "place_open", "version")
        screen.table(
            [door.say(f"label.{key}") for key in labels],
            [
                (r.place.id, r.place.name.of(door.language),
                 door.word("place_kind", r.place.kind.value),
                 door.word("place_state", r.state.value), r.version)
                for r in rows
            ],
        )  # fmt: skip

    door.answer({"places": [_document(row) for row in rows]}, show)


def _show(door: Door, row: PlaceRow, headline: str) -> None:
    def show(screen: Screen) -> None:
        place = row.place
        screen.headline("good", door.say(headline), f"{place.id} · {row.version}")
        screen.facts(
            [
                (door.say("label.title"), place.name.of(door.language)),
                (door.say("label.place_kind"), door.word("place_kind", place.kind.value)),
                (door.say("label.address"), place.address),
                (door.say("label.place_open"), door.word("place_state", row.state.value)),
                *((door.say("label.zone"), _zone(zone, door)) for zone in place.zones),
            ]
        )

    door.answer(_document(row), show)


def _zone(zone: Any, door: Door) -> str:
    if zone.unit == "metres":
        return f"{zone.label} · {door.say('zone.metres', area=f'{zone.area:.1f}')}"
    return f"{zone.label} · {door.say('zone.picture', share=f'{100 * zone.area:.0f}')}"


def _document(row: PlaceRow) -> dict[str, Any]:
    told = row.place.model_dump(mode="json")
    return {**told, "state": row.state.value, "version": row.version}
