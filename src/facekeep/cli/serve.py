"""Answering over HTTP: serve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Alone


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("serve", cls=Alone, help="help.serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="option.host", metavar="ADDRESS")] = None,
    port: Annotated[int | None, typer.Option("--port", help="option.port", metavar="N")] = None,
    tls_certificate: Annotated[
        Path | None, typer.Option("--tls-certificate", help="option.tls_certificate", metavar="PEM")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", help="option.tls_key", metavar="PEM")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Answer until told to stop. Raises ``NotReady`` where production is refused."""
    from facekeep import assembly

    door = Door.at(context, as_json)
    given = {
        "host": host, "port": port, "tls_certificate": tls_certificate, "tls_key": tls_key,
    }  # fmt: skip
    given |= {"passphrase_file": door.passphrase_file}
    changed = {name: value for name, value in given.items() if value is not None}
    settings = door.settings.model_copy(update=changed)
    assert door.server is not None  # __main__ hands it in
    with door.house(unlocked=True) as house:
        assembly.require_ready(house, settings)
        door.server(house, settings, lambda address: _started(door, address))


def _started(door: Door, address: str) -> None:
    """Said at once: nobody reads a buffer of somebody who goes on working."""
    if door.as_json:
        door.answer({"serving": address}, lambda screen: None)
        sys.stdout.flush()
    door.aside.headline("good", door.say("serve.started"), address)
    door.aside.paragraph(door.say("serve.stop"))
    door.aside.gap()
