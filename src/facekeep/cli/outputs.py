"""How times are written on screens and in documents, and where papers may go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from facekeep.cli.door import Door
from facekeep.terms.errors import Misused


def iso(seconds: int) -> str:
    """A time as documents write it (ISO 8601, UTC)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def day(seconds: int, door: Door) -> str:
    """A day as each language writes it."""
    when = datetime.fromtimestamp(seconds, UTC)
    if door.language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {when:%b} {when.year}"


def refuse_no_folder(output: Path | None, door: Door) -> None:
    """Before anything is recorded: what is to be handed over must have a place. Raises ``Misused``."""
    if output is not None and not output.absolute().parent.is_dir():
        raise Misused(door.say("error.no_folder", folder=output.absolute().parent))
