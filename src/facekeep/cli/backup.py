"""Copies of a home and what comes back from them: backup, restore; and passphrase change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door, read_passphrase
from facekeep.cli.ledger import read_key
from facekeep.cli.manual import Apart, Branch, Leaf
from facekeep.cli.outputs import day, iso
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.storage.backup import Backup
    from facekeep.storage.restoration import Restored, Restoring


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("backup", cls=Leaf, help="help.backup")(backup)
    app.command("restore", cls=Apart, help="help.restore")(restore)
    group = typer.Typer(
        cls=Branch, help="help.passphrase", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("change", cls=Leaf, help="help.passphrase.change")(change)
    app.add_typer(group, name="passphrase")


# -- backup ---------------------------------------------------------------------------------


def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="option.backup_to", metavar="FOLDER")],
    with_keys: Annotated[
        Path | None, typer.Option("--with-keys", help="option.with_keys", metavar="FOLDER")
    ] = None,
    days: Annotated[int, typer.Option("--days", help="option.keys_days", metavar="N")] = 7,
    as_json: AsJson = False,
) -> None:
    """Copy the home while it may be at work."""
    from facekeep.storage.backup import Shelf

    door = Door.at(context, as_json)
    with door.house() as house, door.aside.progress(door.say("backup.working")) as progress:
        shelf = Shelf(door.meant(to), door.meant(with_keys) if with_keys else None, days)
        made = house.backups.make(shelf, progress)
    door.answer(_made(made), lambda screen: _show_made(screen, made, door))


def _made(made: Backup) -> dict[str, Any]:
    return {
        "file": str(made.file),
        "digest": made.digest,
        "entries": made.entries,
        "references_die_at": iso(made.references_die_at),
        "keys": str(made.keys) if made.keys else None,
        "keys_die_at": iso(made.keys_die_at) if made.keys_die_at else None,
        "event": made.event,
    }


def _show_made(screen: Screen, made: Backup, door: Door) -> None:
    screen.headline("good", door.say("backup.done"), str(made.file))
    screen.facts(
        [
            (door.say("label.digest"), grouped(made.digest)),
            (door.say("ledger.label.entries"), made.entries),
            (door.say("backup.label.references"), day(made.references_die_at, door)),
            (door.say("backup.label.keys"), made.keys or door.say("backup.no_keys")),
            (
                door.say("backup.label.keys_die"),
                day(made.keys_die_at, door) if made.keys_die_at else "",
            ),
        ]
    )
    screen.way_out(f"facekeep restore {made.file} --verify")


# -- restore --------------------------------------------------------------------------------


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.backup_file", metavar="FILE")],
    to: Annotated[
        Path | None, typer.Option("--to", help="option.restore_to", metavar="HOME")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="option.restore_verify")] = False,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="option.restore_keys", metavar="FILE")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="option.restore_key", metavar="PUBLIC")
    ] = None,
    everybody_anew: Annotated[
        bool, typer.Option("--everybody-anew", help="option.everybody_anew")
    ] = False,
    because: Annotated[
        str, typer.Option("--because", help="option.because", metavar="TEXT")
    ] = "restored from a backup",
    as_json: AsJson = False,
) -> None:
    """Bring a home back into an empty folder, or try it and say what would come back."""
    from facekeep import assembly

    door = Door.at(context, as_json)
    if (to is None) is not verify:
        raise Misused(door.say("error.to_or_verify"))
    vkey = read_key(key, door) if key else None
    given = door.meant(keys) if keys else None
    wish = _wish(door, door.meant(file), to or Path(), because, vkey, given, everybody_anew)
    with door.aside.waiting(door.say("restore.working")):
        found = (assembly.try_restoring if verify else assembly.restore)(wish)
    document = _restored(found, door) | {"verified": verify}
    if not verify:
        document["public_key"] = str((wish.to / "ledger.pub").resolve())
    door.answer(document, lambda screen: _show_restored(screen, found, document, door))


def _wish(
    door: Door, file: Path, to: Path, because: str, vkey: str | None, keys: Path | None, anew: bool
) -> Restoring:
    import os
    from time import time

    from facekeep.storage.restoration import Restoring

    return Restoring(
        backup=file,
        to=to,
        passphrase=door.passphrase(),
        custodies=door.settings.custody,
        clock=time,
        entropy=os.urandom,
        because=because,
        key=vkey,
        keys=keys,
        everybody_anew=anew,
    )


def _restored(found: Restored, door: Door) -> dict[str, Any]:
    return {
        "made_at": iso(found.made_at),
        "entries": found.entries,
        "people": found.people,
        "references": found.references,
        "enrolled": found.enrolled,
        "done": list(found.done),
    }


def _show_restored(screen: Screen, found: Restored, document: dict[str, Any], door: Door) -> None:
    said = "restore.would" if document["verified"] else "restore.done"
    screen.headline("good", door.say(said), day(found.made_at, door))
    screen.facts(
        [
            (door.say("ledger.label.entries"), found.entries),
            (door.say("restore.label.people"), found.people),
            (door.say("restore.label.enrolled"), found.enrolled),
        ]
    )
    for line in found.done:
        screen.note(door.phrase(line))
    if not document["verified"]:
        screen.note(door.say("adopt.new_key", path=document["public_key"]), "warn")
        screen.note(door.say("restore.as_of", day=day(found.made_at, door)), "warn")


# -- the passphrase -------------------------------------------------------------------------


def change(
    context: typer.Context,
    new_file: Annotated[
        Path | None,
        typer.Option("--new-passphrase-file", help="option.new_passphrase", metavar="FILE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Close the root with another passphrase."""
    door = Door.at(context, as_json)
    with door.house() as house:
        old = door.passphrase()
        new = read_passphrase(door.meant(new_file)) if new_file else _typed(door)
        event = house.change_passphrase(old, new)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("passphrase.changed"))
        screen.note(door.say("passphrase.old_copies"), "warn")

    door.answer({"event": event}, show)


def _typed(door: Door) -> bytes:
    if not door.attended:
        raise Misused(door.say("error.new_passphrase"))
    return door.hidden_twice(door.say("prompt.new")).encode()
