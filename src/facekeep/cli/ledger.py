"""Evidence: ledger checkpoint, verify, prove, witness export and import, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli import witnesses
from facekeep.cli.consents import day, iso
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import Misused, Tampered

if TYPE_CHECKING:
    from facekeep.assembly import House

MAX_NOTE_FILE = 64 * 1024

NoteFile = Annotated[Path, typer.Argument(help="option.note_file", metavar="FILE")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.ledger", no_args_is_help=True, rich_markup_mode=None)
    group.command("checkpoint", cls=Leaf, help="help.ledger.checkpoint")(checkpoint)
    group.command("verify", cls=Leaf, help="help.ledger.verify")(verify)
    group.command("prove", cls=Leaf, help="help.ledger.prove")(prove)
    group.command("export", cls=Leaf, help="help.ledger.export")(export)
    witness = typer.Typer(
        cls=Branch, help="help.ledger.witness", no_args_is_help=True, rich_markup_mode=None
    )
    witness.command("export", cls=Leaf, help="help.ledger.witness.export")(witness_export)
    witness.command("import", cls=Leaf, help="help.ledger.witness.import")(witness_import)
    witnesses.register(witness)
    group.add_typer(witness, name="witness")
    app.add_typer(group, name="ledger")


def checkpoint(context: typer.Context, as_json: AsJson = False) -> None:
    """Sign the ledger as it stands."""
    door = Door.at(context, as_json)
    with door.house() as house:
        note = house.seal_checkpoint()
    document = _head(note)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("checkpoint.sealed"), document["origin"])
        screen.facts(_head_facts(document, door))
        screen.gap()
        for line in note.rstrip("\n").split("\n"):
            screen.paragraph(line, "muted")
        screen.gap()
        screen.note(door.say("checkpoint.give"))

    door.answer(document, screen)


def verify(
    context: typer.Context,
    witnessed: Annotated[
        Path | None, typer.Option("--witnessed", help="option.witnessed", metavar="FILE")
    ] = None,
    exported: Annotated[
        Path | None, typer.Option("--export", help="option.exported", metavar="FILE")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", help="option.key", metavar="PUBLIC")] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the ledger from its leaves; or verify an export without a home."""
    door = Door.at(context, as_json)
    outside = _note_in(witnessed, door) if witnessed else None
    if exported is not None:
        document = _verified_export(exported, key, outside, door)
    else:
        with door.house() as house:
            document = _audited(house, outside)

    def screen(screen: Screen) -> None:
        screen.headline(
            "good", door.say("ledger.whole"), door.say("ledger.entries", n=document["size"])
        )
        screen.facts(
            [
                (door.say("label.root"), grouped(document["root"])),
                (door.say("label.witness"), _witness_age(document, door)),
            ]
        )
        if not document["witnessed"]:
            screen.note(door.say("ledger.no_witness"), "warn")

    door.answer(document, screen)  # fmt: skip


def _audited(house: House, outside: str | None) -> dict[str, Any]:
    """The audit against the public key in the home, and every note somebody else kept."""
    from facekeep.ledger import log

    vkey = _own_key(house)
    with house.home.records.reading() as connection:
        size, root = log.audit(connection, vkey, outside), log.root(connection)
        kept = log.last_witnessed(connection)
        seen = connection.execute("SELECT max(seen_at) FROM ledger_witness").fetchone()[0]
    return {
        "whole": True,
        "size": size,
        "root": root.hex(),
        "key": vkey,
        "witnessed": outside is not None or kept is not None,
        "witnessed_size": _size_of(outside or kept),
        "witnessed_at": seen,
    }


def _own_key(house: House) -> str:
    """The key whose public half lies in the home. Raises ``Tampered`` where it is another."""
    from facekeep.storage.plot import PUBLIC_KEY

    vkey = house.home.signer.vkey
    public = house.home.path / PUBLIC_KEY
    if not public.is_file() or public.read_text().strip() != vkey:
        raise Tampered("ledger.pub is not the public half of this home's signing key")
    return vkey


def _verified_export(
    exported: Path, key: str | None, outside: str | None, door: Door
) -> dict[str, Any]:
    from facekeep.ledger import verify as offline

    if key is None:
        raise Misused(door.say("error.key_needed"))
    door.alarm = "export.alarm"
    notes = [_note_in(_beside(exported), door)]
    try:
        with exported.open(encoding="utf-8", errors="replace") as lines:
            head = offline.verify_export(
                lines, notes, read_key(key, door), [outside] if outside else []
            )
    except OSError:
        raise Misused(door.say("error.no_file", file=exported)) from None
    return {
        "whole": True, "size": head.size, "root": head.root.hex(), "key": read_key(key, door),
        "witnessed": outside is not None, "witnessed_size": _size_of(outside), "witnessed_at": None,
    }  # fmt: skip


def prove(
    context: typer.Context,
    event: Annotated[str, typer.Argument(help="option.event", metavar="EVENT")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="option.proof_out", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The proof that an entry lies in the ledger, under a checkpoint."""
    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    identifier = _event(event, door)
    with door.house() as house:
        document = _proof(house, identifier)
    if output is not None:
        write_paper(
            output, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), door
        )

    def screen(screen: Screen) -> None:
        told = document["entry"]
        screen.headline("good", door.say("proof.holds"), event)
        screen.facts(
            [
                (door.say("label.kind"), told["kind"]),
                (door.say("label.time"), told["at"]),
                (
                    door.say("label.place_in_log"),
                    door.say("proof.place", n=told["index"], size=told["size"]),
                ),
                (door.say("label.file"), output or ""),
            ]
        )
        screen.note(door.say("proof.details"))

    door.answer(document, screen)  # fmt: skip


def _proof(house: House, identifier: bytes) -> dict[str, Any]:
    """Under the newest checkpoint, or under a new one where that does not reach the entry."""
    from facekeep.ledger import log
    from facekeep.ledger.verify import verify_proof

    records = house.home.records
    with records.reading() as connection:
        index, note = log.find(connection, identifier), log.last_checkpoint(connection)
    if note is None or _size_of(note) <= index:
        note = house.seal_checkpoint()
    with records.reading() as connection:
        proof = log.prove(connection, identifier, _size_of(note))
    entry = verify_proof(proof, note, house.home.signer.vkey)
    return {
        "entry": {
            "id": entry.id.hex(), "kind": entry.kind, "at": iso(entry.at),
            "purpose": entry.purpose, "index": proof.index, "size": proof.size,
        },
        "proof": json.loads(proof.to_json()),
        "checkpoint": note,
        "key": house.home.signer.vkey,
    }  # fmt: skip


def export(context: typer.Context, file: NoteFile, as_json: AsJson = False) -> None:
    """Every entry under a new checkpoint, as JSON Lines, and the checkpoint beside them."""
    from facekeep.ledger import log

    door = Door.at(context, as_json)
    refuse_bad_place(file, door)
    with door.house() as house:
        note = house.seal_checkpoint()
        with house.home.records.reading() as connection:
            lines = "".join(f"{line}\n" for line in log.export(connection))
        vkey = house.home.signer.vkey
    write_paper(file, lines.encode(), door)
    write_paper(_beside(file), note.encode(), door)
    document = {**_head(note), "file": str(file), "checkpoint": str(_beside(file)), "key": vkey}

    def screen(screen: Screen) -> None:
        screen.headline(
            "good", door.say("export.done"), door.say("ledger.entries", n=document["size"])
        )
        screen.facts(
            [(door.say("label.file"), file), (door.say("label.checkpoint"), _beside(file))]
        )
        screen.way_out(f"facekeep ledger verify --export {file} --key ledger.pub")

    door.answer(document, screen)  # fmt: skip


def witness_export(context: typer.Context, file: NoteFile, as_json: AsJson = False) -> None:
    """A checkpoint for somebody who keeps it where we cannot reach."""
    from facekeep.ledger import witness

    door = Door.at(context, as_json)
    refuse_bad_place(file, door)
    with door.house() as house:
        note = witness.export(house.seal_checkpoint())
    write_paper(file, note.encode(), door)
    document = {**_head(note), "file": str(file)}

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("witness.exported"), str(file))
        screen.facts(_head_facts(document, door))
        screen.note(door.say("checkpoint.give"))

    door.answer(document, screen)


def witness_import(context: typer.Context, file: NoteFile, as_json: AsJson = False) -> None:
    """Take back a checkpoint somebody kept: the ledger must still continue it."""
    door = Door.at(context, as_json)
    note = _note_in(file, door)
    with door.house() as house:
        name = _keep_witnessed(house, note, file.stem)
    document = {**_head(note), "witness": name}

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("witness.imported"), name)
        screen.facts(_head_facts(document, door))

    door.answer(document, screen)


def _keep_witnessed(house: House, note: str, otherwise: str) -> str:
    """Check the note against the ledger and keep it; returns the witness's name."""
    from facekeep.ledger import log
    from facekeep.ledger.checkpoint import parse_note
    from facekeep.ledger.verify import log_checkpoint

    home = house.home
    seen = log_checkpoint(note, home.signer.vkey)
    signers = [s.name for s in parse_note(note).signatures if s.name != home.signer.name]
    name = signers[0] if signers else otherwise
    with home.records.transaction() as tx:
        if seen.size > log.size(tx) or log.root(tx, seen.size) != seen.root:
            raise Tampered("the ledger does not continue what the witness kept")
        log.save_witnessed(tx, name, note, int(home.journal.now()))
    return name


# -- notes and files ------------------------------------------------------------------------


def _head(note: str) -> dict[str, Any]:
    from facekeep.ledger.checkpoint import parse_checkpoint, parse_note

    head = parse_checkpoint(parse_note(note).text)
    return {"origin": head.origin, "size": head.size, "root": head.root.hex(), "note": note}


def _head_facts(document: dict[str, Any], door: Door) -> list[tuple[str, object]]:
    return [
        (door.say("label.size"), door.say("ledger.entries", n=document["size"])),
        (door.say("label.root"), grouped(document["root"])),
    ]


def _size_of(note: str | None) -> int:
    return 0 if note is None else int(_head(note)["size"])


def _witness_age(document: dict[str, Any], door: Door) -> str:
    if not document["witnessed"]:
        return door.say("witness.none")
    covered = door.say("ledger.entries", n=document["witnessed_size"])
    at = document["witnessed_at"]
    return covered if at is None else f"{covered} · {day(at, door)}"


def _note_in(file: Path, door: Door) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_NOTE_FILE).decode(errors="replace")
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None


def read_key(key: str, door: Door) -> str:
    """A public key, given as a file or as itself. Raises ``Tampered`` for neither."""
    from facekeep.ledger.checkpoint import parse_vkey

    file = Path(key)
    looks_like_a_file = "+" not in key or file.is_file()
    text = _note_in(file, door).strip() if looks_like_a_file else key.strip()
    return str(parse_vkey(text))


def _beside(file: Path) -> Path:
    from facekeep.ledger.witness import SUFFIX

    return file.with_name(file.name + SUFFIX)


def _event(text: str, door: Door) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Misused(door.say("error.event")) from None
