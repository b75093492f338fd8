"""Who outside remembers the ledger: ledger witness show, ask, print; accept for being one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Leaf
from facekeep.cli.outputs import iso, refuse_bad_place, write_paper
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.assembly import House

HOUR = 3600
MAX_KEY_FILE = 4096

NoteFile = Annotated[Path, typer.Argument(help="option.note_file", metavar="FILE")]
LogKey = Annotated[str, typer.Argument(help="option.witness_log", metavar="KEY")]


def register(group: typer.Typer) -> None:
    """Add this file's commands to ``ledger witness``."""
    group.command("show", cls=Leaf, help="help.ledger.witness.show")(show)
    group.command("ask", cls=Leaf, help="help.ledger.witness.ask")(ask)
    group.command("print", cls=Leaf, help="help.ledger.witness.print")(print_)
    group.command("accept", cls=Leaf, help="help.ledger.witness.accept")(accept)


def show(context: typer.Context, as_json: AsJson = False) -> int:
    """Who last saw the ledger, and how long ago; exits 1 where it is too long."""
    door = Door.at(context, as_json)
    with door.house() as house:
        document = _document(house)
    door.answer(document, lambda screen: _show(document, screen, door))
    return 1 if document["late"] else 0


def ask(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring the witness that is set a new checkpoint."""
    door = Door.at(context, as_json)
    door.alarm = "witness.alarm"
    with door.house() as house:
        house.witness.ask()
        document = _document(house)
    door.answer(document, lambda screen: _show(document, screen, door))


def print_(context: typer.Context, file: NoteFile, as_json: AsJson = False) -> None:
    """A sheet with a new checkpoint, to be printed and hung."""
    from facekeep.oversight.witness_sheet import sheet

    door = Door.at(context, as_json)
    refuse_bad_place(file, door)
    with door.house() as house:
        page = sheet(house.witness.printed(), house.home.journal.now())
        document = {**_document(house), "file": str(file)}
    write_paper(file, page.encode(), door)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("witness.printed"), str(file))
        screen.note(door.say("witness.hang"))

    door.answer(document, screen)


def accept(context: typer.Context, key: LogKey, as_json: AsJson = False) -> None:
    """Be a witness to another home's ledger, by its public key."""
    door = Door.at(context, as_json)
    vkey = _key(key, door)
    with door.house() as house:
        house.witness_desk.accept(vkey)
        document = {"logs": house.witness_desk.logs(), "key": house.home.signer.vkey}

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("witness.accepted"), vkey.partition("+")[0])
        screen.note(door.say("witness.give_key", vkey=document["key"]))

    door.answer(document, screen)


def _key(text: str, door: Door) -> str:
    """A public key, given as itself or as a file."""
    from facekeep.cli.devices import read_bounded

    if "+" in text and not Path(text).is_file():
        return text.strip()
    return read_bounded(Path(text), MAX_KEY_FILE, door).decode("utf-8", "replace").strip()


def _document(house: House) -> dict[str, Any]:
    witness, last = house.witness, house.witness.last()
    return {
        "set": None if witness.target is None else witness.target.kind.value,
        "name": last.name if last else None, "size": last.size if last else 0,
        "at": iso(last.at) if last else None, "age": witness.age(), "late": witness.is_late(),
    }  # fmt: skip


def _show(document: dict[str, Any], screen: Screen, door: Door) -> None:
    if document["name"] is None:
        screen.headline("warn", door.say("witness.never"))
        screen.note(door.say("ledger.no_witness"), "warn")
        return
    age = door.say("witness.age", hours=document["age"] // HOUR)
    screen.headline("warn" if document["late"] else "good", door.say("witness.seen"), age)
    screen.facts(
        [
            (door.say("label.witness"), document["name"]),
            (door.say("label.size"), door.say("ledger.entries", n=document["size"])),
            (door.say("label.time"), document["at"]),
        ]
    )
