"""Is another way as good as the face? parity, with its drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Leaf
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

WORSE = 1


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("parity", cls=Leaf, help="help.parity")(parity)


def parity(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="option.parity", metavar="FILE.svg")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Time, success and abandonment of the face against every other way. A worse one exits 1."""
    from facekeep.oversight import parity as drawing

    door = Door.at(context, as_json)
    _refuse_bad_file(output, door)
    with door.house() as house:
        finding = house.evidence()["use.alternatives.parity"](int(house.home.journal.now()))
    rows = drawing.rows_of(finding.facts)
    if output is not None:
        write_paper(output, drawing.as_svg(rows, door.language).encode(), door)
        write_paper(output.with_suffix(".csv"), drawing.as_csv(rows).encode(), door)
    worse = [door.phrase(gap.what) for gap in finding.gaps]
    document: dict[str, Any] = {"measures": rows, "worse": worse, "file": output and str(output)}
    door.answer(document, lambda screen: _show(screen, rows, worse, output, door))
    return WORSE if worse else 0


def _show(
    screen: Screen, rows: list[Any], worse: list[str], output: Path | None, door: Door
) -> None:
    if not rows:
        screen.headline("plain", door.say("parity.none"))
        return
    screen.headline(
        "bad" if worse else "good", door.say("parity.worse" if worse else "parity.fair")
    )
    for line in worse:
        screen.note(line, "bad")
    screen.gap()
    keys = ("purpose", "profile", "way", "tries", "seconds", "success", "abandoned")
    screen.table([door.say(f"label.{key}") for key in keys], [_cells(row) for row in rows])
    if output is not None:
        screen.note(door.say("parity.drawn", svg=output, csv=output.with_suffix(".csv")), "good")


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    seconds = "" if row["median_s"] is None else f"{row['median_s']:g}"
    success = f"{row['success']:.1%} ({row['low']:.1%}-{row['high']:.1%})"
    own = (row["purpose"], row["profile"], row["way"], row["tries"], seconds)
    return (*own, success, f"{row['abandoned']:.1%}")


def _refuse_bad_file(output: Path | None, door: Door) -> None:
    refuse_bad_place(output, door)
    if output is not None and output.suffix != ".svg":
        raise Misused(door.say("error.svg"))
