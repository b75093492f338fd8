"""The story told on real pictures: demo. Its scenes lie in ``cli.demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Apart
from facekeep.terms.errors import Misused


def register(app: typer.Typer) -> None:
    """Add this file's command."""
    app.command("demo", cls=Apart, help="help.demo")(demo)


def demo(
    context: typer.Context,
    photos: Annotated[
        Path | None, typer.Option("--photos", help="option.demo_photos", metavar="DIR")
    ] = None,
    camera: Annotated[bool, typer.Option("--camera", help="option.demo_camera")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="option.demo_home", metavar="H")
    ] = None,
    report: Annotated[
        Path, typer.Option("--report", help="option.demo_report", metavar="FILE")
    ] = Path("report.html"),
    as_json: AsJson = False,
) -> int:
    """Consent, enrol, match, refuse, steal, reset, withdraw, alter: one run, one report."""
    from facekeep.cli.demo import run_demo

    door = Door.at(context, as_json)
    if photos is not None and camera:
        raise Misused(door.say("error.photos_or_camera"))
    settings = door.settings.model_copy(update={"lang": door.language})
    return run_demo(photos, camera, home or door.home, as_json, report, settings)
