"""Every way a command can fail, as one calm message and one exit code."""

from __future__ import annotations

import re
from typing import Any

import typer

from facekeep.cli.door import Door
from facekeep.cli.manual import metavar_of
from facekeep.cli.words import WORDS
from facekeep.db.faults import ours
from facekeep.terms.errors import FacekeepError, Misused, NotRecognised, Refused, Tampered
from facekeep.terms.messages import Told, told

INTERRUPTED = 130
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""The common base of what the parser raises; Typer does not export its name."""

HELP_SHOWN = "NoArgsIsHelpError"
"""Raised after a group's help page has been drawn."""


def show_fault(error: Exception, door: Door) -> int:
    """Say what went wrong, in the language and form of this call; returns the exit code."""
    if type(error).__name__ == HELP_SHOWN:
        return Misused.exit_code
    if isinstance(error, USAGE_ERROR):
        return _show(Misused(_unparsed(error, door)), door)
    return _show(ours(error), door)


def _show(error: FacekeepError, door: Door) -> int:
    if door.as_json:
        door.write_json(_document(error, door))
    else:
        _show_told(told(error, door.language), error, door)
    return error.exit_code


def _document(error: FacekeepError, door: Door) -> dict[str, Any]:
    document: dict[str, Any] = {**error.as_dict(), "code": error.exit_code}
    if isinstance(error, NotRecognised | Refused) and door.other_ways:
        document["alternatives"] = list(door.other_ways)
    return document


def _show_told(message: Told, error: FacekeepError, door: Door) -> None:
    screen = door.aside
    mark = "no" if isinstance(error, NotRecognised) else "bad"
    screen.headline(mark, message.kind, message.article)
    screen.paragraph(message.what)
    alarmed = door.alarm and isinstance(error, Tampered)
    if way := door.say(door.alarm) if alarmed else message.remedy:
        screen.way_out(way)
    if isinstance(error, NotRecognised | Refused) and door.offer:
        screen.way_out(door.offer)
    screen.gap()


def _unparsed(error: Exception, door: Door) -> str:
    """The parser's complaint; in Chinese by its kind and subject, since the parser speaks English."""
    named, subject = type(error).__name__, _about(error)
    if subject and f"usage.{named}" in WORDS:
        return door.say(f"usage.{named}", subject=subject)
    english = str(getattr(error, "message", "") or error).removeprefix("Value error, ")
    if isinstance(error, typer.BadParameter) and subject not in english:
        english = f"{subject}: {english}"
    return door.say("usage.other", detail=english if door.language == "en" else subject)


def _about(error: Exception) -> str:
    """The option, argument or command a complaint is about."""
    param = getattr(error, "param", None)
    if param is not None:
        options = [name for name in param.opts if name.startswith("-")]
        return options[0] if options else metavar_of(param)
    quoted = re.search(r"'([^']+)'", str(getattr(error, "message", "")))
    return str(getattr(error, "option_name", "") or (quoted[1] if quoted else ""))
