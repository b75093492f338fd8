"""Ways without a face: alternative used, alternative list."""

from __future__ import annotations

from typing import Annotated

import typer

from facekeep.cli.door import AsJson, Door, PurposeName
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused
from facekeep.terms.profiles import CaptureProfile


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.alternative", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("used", cls=Leaf, help="help.alternative.used")(used)
    group.command("list", cls=Leaf, help="help.alternative.list")(list_)
    app.add_typer(group, name="alternative")


def used(
    context: typer.Context,
    purpose: PurposeName,
    way: Annotated[str, typer.Option("--way", help="option.way", metavar="WAY")],
    outcome: Annotated[str, typer.Option("--outcome", help="option.way_outcome", metavar="WORD")],
    seconds: Annotated[float, typer.Option("--seconds", help="option.seconds", metavar="N")],
    profile: Annotated[
        CaptureProfile, typer.Option("--profile", help="option.way_profile", metavar="P")
    ] = CaptureProfile.STANDARD,
    as_json: AsJson = False,
) -> None:
    """Count one attempt by a way, without a name."""
    from facekeep.storage.ways import Ending
    from facekeep.use.factors import Attempt

    door = Door.at(context, as_json)
    try:
        ending = Ending(outcome)
    except ValueError:
        raise Misused(f"one of: {', '.join(Ending)}") from None
    with door.house() as house:
        tally = house.ways.count(Attempt(purpose, way, ending, seconds, profile))
    document = {
        "purpose": tally.purpose, "day": tally.day.isoformat(), "way": tally.way,
        "profile": tally.profile, "outcome": tally.outcome.value, "seconds_up_to": tally.seconds,
    }  # fmt: skip

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("way.counted"), f"{purpose} · {way}")
        screen.note(door.say("way.nameless"))

    door.answer(document, show)


def list_(context: typer.Context, purpose: PurposeName, as_json: AsJson = False) -> None:
    """The purpose's other ways in."""
    door = Door.at(context, as_json)
    with door.house() as house:
        door.offer_other_ways(house, purpose)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("way.list"), purpose)
        screen.facts(door.other_ways.items())

    door.answer({"purpose": purpose, "ways": door.other_ways}, show)
