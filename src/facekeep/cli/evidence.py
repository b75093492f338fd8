"""Evidence for an inspector: evidence (export), and evidence verify, which needs no home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.ledger import read_key
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import day, refuse_bad_place
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.ledger.bundle import Proved
    from facekeep.ledger.parcel import Parcel

MAX_NOTE_FILE = 64 * 1024
FILING = "facekeep-filing/1"
CHINA = 8 * 3600
"""Seconds ahead of UTC: a bundle's days are days there."""

Since = Annotated[str, typer.Option("--since", help="option.since", metavar="DATE")]
Until = Annotated[str | None, typer.Option("--until", help="option.until", metavar="DATE")]
Output = Annotated[Path, typer.Option("--output", "-o", help="option.bundle_out", metavar="FILE")]
BundleFile = Annotated[Path, typer.Argument(help="option.bundle", metavar="FILE")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.evidence", no_args_is_help=True, rich_markup_mode=None,
        invoke_without_command=True,
    )  # fmt: skip
    group.callback(invoke_without_command=True)(evidence)
    group.command("export", cls=Leaf, help="help.evidence.export")(export)
    group.command("verify", cls=Leaf, help="help.evidence.verify")(verify)
    app.add_typer(group, name="evidence")


def evidence(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", help="option.since", metavar="DATE")
    ] = None,
    until: Until = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="option.bundle_out", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The same as ``evidence export`` where no command follows."""
    if context.invoked_subcommand is not None:
        return
    door = Door.at(context, as_json)
    if since is None or output is None:
        raise Misused(door.say("error.since_and_output"))
    export(context, since, output, until, as_json)


def export(
    context: typer.Context,
    since: Since,
    output: Output,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Ask every question, and pack the answers with the ledger of the period."""
    from facekeep.oversight import bundle
    from facekeep.oversight.handed import obligations

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        days = bundle.period(since, until, house.home.journal.now())
        done = bundle.export(house.home, house.questions(), obligations(), days, output)
        vkey = house.home.signer.vkey
    document = {
        "file": str(output), "digest": done.digest, "event": done.event, "findings": done.findings,
        "gaps": done.gaps, "entries": done.entries, "size": done.size, "key": vkey,
        "since": days.since.isoformat(), "until": days.until.isoformat(),
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("evidence.exported"), str(output))
        screen.facts(
            [
                (door.say("evidence.label.period"), f"{document['since']} – {document['until']}"),
                (door.say("evidence.label.findings"), done.findings),
                (door.say("evidence.label.gaps"), done.gaps),
                (door.say("evidence.label.entries"), done.entries),
                (door.say("label.digest"), grouped(done.digest)),
            ]
        )
        if done.gaps:
            screen.note(door.say("evidence.gaps", n=done.gaps), "warn")
        screen.way_out(f"facekeep evidence verify {output} --key ledger.pub")

    door.answer(document, screen)


def verify(
    context: typer.Context,
    file: BundleFile,
    key: Annotated[str, typer.Option("--key", help="option.key", metavar="PUBLIC")],
    witnessed: Annotated[
        list[Path] | None, typer.Option("--witnessed", help="option.witnessed", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a bundle with the public key alone; the altered place is named."""
    from facekeep.ledger import bundle, parcel

    door = Door.at(context, as_json)
    door.alarm = "evidence.alarm"
    vkey = read_key(key, door)
    notes = [_note(one, door) for one in witnessed or ()]
    try:
        if not file.is_file():
            raise OSError
        with file.open("rb") as opened:
            if parcel.opened(opened, vkey).about.get("schema") == FILING:
                _show_pack(parcel.opened(opened, vkey), door)
                return
            proved = bundle.verify_bundle(opened, vkey, notes)
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None
    document = _document(proved)
    door.answer(document, lambda screen: _show(screen, proved, door))


def _show_pack(pack: Parcel, door: Door) -> None:
    """A filing pack is signed the same way; it has no ledger inside."""
    created = int(pack.about["created"])
    document = {"verified": True, "schema": FILING, "digest": pack.digest, "created": created,
                "missing": pack.about["missing"]}  # fmt: skip

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("evidence.pack_holds"), pack.signed_by)
        screen.facts(
            [
                (door.say("evidence.label.made"), day(created + CHINA, door)),
                (door.say("pack.label.missing"), len(pack.about["missing"])),
                (door.say("label.digest"), grouped(pack.digest)),
            ]
        )

    door.answer(document, screen)


def _document(proved: Proved) -> dict[str, Any]:
    return {
        "verified": True, "home": proved.home, "origin": proved.origin, "digest": proved.digest,
        "created": proved.created, "since": proved.since, "until": proved.until,
        "entries": proved.entries, "size": proved.size, "root": proved.root.hex(),
        "witnessed": proved.outside, "findings": proved.findings, "gaps": proved.gaps,
    }  # fmt: skip


def _show(screen: Screen, proved: Proved, door: Door) -> None:
    screen.headline("good", door.say("evidence.holds"), proved.origin)
    first, last = (day(at + CHINA, door) for at in (proved.since, proved.until - 1))
    screen.facts(
        [
            (door.say("evidence.label.made"), day(proved.created + CHINA, door)),
            (door.say("evidence.label.period"), f"{first} – {last}"),
            (door.say("evidence.label.findings"), proved.findings),
            (door.say("evidence.label.gaps"), proved.gaps),
            (door.say("evidence.label.entries"), proved.entries),
            (door.say("evidence.label.size"), door.say("ledger.entries", n=proved.size)),
            (door.say("label.root"), grouped(proved.root.hex())),
            (door.say("label.digest"), grouped(proved.digest)),
        ]
    )
    if not proved.outside:
        screen.note(door.say("evidence.no_witness"), "warn")
    screen.note(door.say("evidence.open"))


def _note(file: Path, door: Door) -> str:
    from facekeep.cli.devices import read_bounded

    return read_bounded(file, MAX_NOTE_FILE, door).decode(errors="replace")
