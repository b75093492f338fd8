"""The filing pack: filing pack, a command of the group in ``cli.filing``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.outputs import refuse_bad_place
from facekeep.cli.screen import Screen, grouped

if TYPE_CHECKING:
    from facekeep.oversight.pack import Packed


class Form(StrEnum):
    """Which forms beside HTML."""

    ALL = "all"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


def pack(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="option.bundle_out", metavar="FILE")
    ],
    purpose: Annotated[
        str, typer.Option("--purpose", "-p", help="option.pack_purpose", metavar="P")
    ] = "",
    form: Annotated[
        Form, typer.Option("--form", help="option.pack_forms", metavar="FORM")
    ] = Form.ALL,
    fonts: Annotated[
        Path | None, typer.Option("--fonts", help="option.pack_fonts", metavar="DIR")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the filing pack from what is in force; what is missing is listed."""
    from facekeep.oversight import filing
    from facekeep.oversight import pack as papers

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    order = papers.Order(purpose, form.value, fonts)
    with door.house() as house:
        slots = filing.materials(house.books)
        done = papers.pack(house.home, house.questions(), slots, order, output)
    document = {
        "file": str(output), "digest": done.digest, "event": done.event,
        "papers": list(done.papers), "forms": list(done.forms), "skipped": dict(done.skipped),
        "missing": [{"paper": gap.paper[1], "what": gap.what[1]} for gap in done.missing],
    }  # fmt: skip
    door.answer(document, lambda screen: _show(screen, done, output, door))


def _show(screen: Screen, done: Packed, output: Path, door: Door) -> None:
    screen.headline("good", door.say("pack.made"), str(output))
    screen.facts(
        [
            (door.say("pack.label.papers"), len(done.papers)),
            (door.say("pack.label.forms"), " · ".join(done.forms)),
            (door.say("pack.label.missing"), len(done.missing)),
            (door.say("label.digest"), grouped(done.digest)),
        ]
    )
    for form, why in done.skipped.items():
        screen.note(door.say("pack.skipped", form=form.upper(), why=door.phrase(why)), "warn")
    if done.missing:
        screen.note(door.say("pack.missing", n=len(done.missing)), "warn")
    else:
        screen.note(door.say("pack.complete"), "good")
