"""How times are written on screens and in documents, and where papers may go."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from facekeep.cli.door import Door
from facekeep.terms.errors import FacekeepError, Misused


def iso(seconds: int) -> str:
    """A time as documents write it (ISO 8601, UTC)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def day(seconds: int, door: Door) -> str:
    """A day as each language writes it."""
    when = datetime.fromtimestamp(seconds, UTC)
    if door.language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {when:%b} {when.year}"


def refuse_bad_place(output: Path | None, door: Door) -> None:
    """Before anything is recorded: what is handed over needs a folder, and one that is not ours.

    A paper named like a store, a slot or an anchor would take its place. Raises ``Misused``.
    """
    if output is None:
        return
    folder = output.absolute().parent
    if not folder.is_dir():
        raise Misused(door.say("error.no_folder", folder=folder))
    if any(folder.resolve().is_relative_to(kept.resolve()) for kept in _kept(door)):
        raise Misused(door.say("error.output_inside"))


def write_paper(output: Path, content: bytes, door: Door) -> None:
    """A paper to a file that is named: whole or not at all, over a link and never through it.

    Raises ``Misused`` where it has no place.
    """
    from facekeep.storage.custody import replace_file

    refuse_bad_place(output, door)
    try:
        replace_file(output, content)
    except OSError:
        raise Misused(door.say("error.not_written", file=output)) from None


def _kept(door: Door) -> list[Path]:
    """The folders nothing but the program writes to."""
    from facekeep.storage.plot import Plot

    folders, home = [door.settings.custody], door.home or door.settings.home
    if home is not None:
        folders.append(home)
        with suppress(FacekeepError):
            folders.append(Plot.read(home).custody)
    return folders
