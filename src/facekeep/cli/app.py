"""The command tree, and the one place where a call begins and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep import __version__
from facekeep.cli import (
    agenda,
    alternatives,
    api_keys,
    backup,
    cases,
    comply,
    consents,
    deliveries,
    devices,
    evidence,
    faces,
    filing,
    handler,
    homes,
    jobs,
    ledger,
    measures,
    models,
    officers,
    parity,
    places,
    purposes,
    receipts,
    serve,
    sharing,
    signs,
    staff,
    story,
)
from facekeep.cli.door import Door, Server
from facekeep.cli.faults import INTERRUPTED, show_fault
from facekeep.cli.manual import Branch
from facekeep.settings import Language, Settings

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.terms.wire.commands import CommandLine, Talk

NAME = "facekeep"

ROOMS = (
    homes,
    officers, staff, api_keys,
    handler, purposes,
    places,
    devices,
    signs,
    consents,
    faces,
    ledger,
    evidence,
    receipts, deliveries, sharing,
    cases,
    alternatives,
    parity,
    comply,
    agenda,
    filing,
    backup,
    jobs,
    models,
    measures,
    serve,
    story,
)  # fmt: skip
"""In the order of the loop; each registers its own commands."""


class Tongue(StrEnum):
    """The languages we write."""

    ZH = "zh"
    EN = "en"


def tree() -> typer.Typer:
    """Every command."""
    app = typer.Typer(
        name=NAME, cls=Branch, help="help.facekeep", add_completion=False, no_args_is_help=False,
        invoke_without_command=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    )  # fmt: skip
    app.callback(invoke_without_command=True)(_root)
    for room in ROOMS:
        room.register(app)
    return app


def _root(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", help="option.home", metavar="H")] = None,
    lang: Annotated[
        Tongue | None, typer.Option("--lang", help="option.lang", metavar="zh|en")
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", help="option.passphrase_file", metavar="FILE"),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="option.version")] = False,
) -> None:
    door = context.obj
    assert isinstance(door, Door)
    door.home = None if home is None else door.meant(home)
    door.passphrase_file = passphrase_file
    if lang is not None:
        door.language = Tongue(lang).value
    if version:
        _show_version(door)
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.get_help()
        raise typer.Exit


def _show_version(door: Door) -> None:
    told = {"facekeep": __version__}
    door.write_json(told) if door.as_json else door.write(f"facekeep {__version__}\n")


def run(arguments: Sequence[str], server: Server | None = None) -> int:
    """Carry out one call; returns its exit code. Never lets an exception out."""
    door = Door(Settings.model_construct(), "en", as_json="--json" in arguments, server=server)
    try:
        door.settings = _settings()
        door.language, door.arguments = _language(arguments, door.settings), tuple(arguments)
        return carry_out(door)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _gone()
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback, no values
        return show_fault(error, door)
    finally:
        _flush()


def within(house: House, settings: Settings, line: CommandLine, talk: Talk) -> int:
    """The same in the process that owns the home, for a caller at the home's socket."""
    from facekeep.cli.within import DoorWithin

    door = DoorWithin.of(house, settings, line, talk)
    try:
        return carry_out(door)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback, no values
        return show_fault(error, door)


def carry_out(door: Door) -> int:
    """What was typed at a door."""
    return _code(typer.main.get_command(tree()).main(
        list(door.arguments), prog_name=NAME, standalone_mode=False, obj=door
    ))  # fmt: skip


def _code(outcome: Any) -> int:
    return outcome if isinstance(outcome, int) else 0


def _settings() -> Settings:
    from pydantic import ValidationError

    from facekeep.terms.errors import Misused

    try:
        return Settings()
    except ValidationError as error:
        named = ", ".join(f"FACEKEEP_{e['loc'][0]}".upper() for e in error.errors())
        raise Misused(f"the environment is not understood: {named}") from None


def _language(arguments: Sequence[str], settings: Settings) -> Language:
    """What ``--lang`` says, before the parser runs: help pages need it too."""
    for at, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value == "zh":
            return "zh"
        if value == "en":
            return "en"
    return settings.language


def _flush() -> None:
    """Write what is buffered while a broken pipe can still be kept quiet."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _gone()


def _gone() -> int:
    """The reader left: nothing more is written, not even by the interpreter's own last flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
