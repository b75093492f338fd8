"""A home's beginning, its health, its restoration: init, doctor, upgrade, adopt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from facekeep.cli.comply import Regimes
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Alone, Apart
from facekeep.cli.screen import Screen, grouped

FLASH = "init.flash"
KEEP = ("init.keep.passphrase", "init.keep.public", "init.keep.home")
NEVER = ("init.never.slot", "init.never.together")
LOST = ("init.lost.passphrase", "init.lost.slot", "init.lost.home")


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("init", cls=Alone, help="help.init")(init)
    app.command("doctor", cls=Apart, help="help.doctor")(doctor)
    app.command("upgrade", cls=Alone, help="help.upgrade")(upgrade)
    app.command("adopt", cls=Alone, help="help.adopt")(adopt)


def init(
    context: typer.Context,
    regime: Annotated[
        Regimes, typer.Option("--regime", help="option.init_regime", metavar="cn|gdpr|bipa")
    ] = Regimes.CN,
    as_json: AsJson = False,
) -> None:
    """Make a home and print its recovery sheet."""
    from facekeep import assembly
    from facekeep.storage.plot import Plot

    door = Door.at(context, as_json)
    path = door.place
    Plot(path, b"", Path()).refuse_occupied()  # before anybody thinks of a passphrase
    passphrase = door.passphrase(twice=True)
    with door.aside.waiting(door.say("init.working")):
        plot = assembly.found(path, passphrase, door.settings, regime=regime.value)
    sheet = _sheet(door, plot)
    door.answer(sheet, lambda screen: _show_sheet(screen, sheet, door))


def _sheet(door: Door, plot: Any) -> dict[str, Any]:
    from hashlib import sha256

    from facekeep.ledger.checkpoint import parse_vkey
    from facekeep.storage.plot import PUBLIC_KEY

    vkey = (plot.path / PUBLIC_KEY).read_text().strip()
    return {
        "home": plot.id.hex(),
        "path": str(plot.path.resolve()),
        "key": vkey,
        "fingerprint": sha256(parse_vkey(vkey).public).hexdigest(),
        "public_key": str((plot.path / PUBLIC_KEY).resolve()),
        "custody": str(plot.custody),
        "regime": plot.regime,
        "keep": [door.say(key) for key in KEEP],
        "never": [door.say(key) for key in NEVER],
        "lost": [door.say(key) for key in LOST],
        "honest": door.say(FLASH),
    }


def _show_sheet(screen: Screen, sheet: dict[str, Any], door: Door) -> None:
    screen.headline("good", door.say("init.done"), door.say("init.sheet"))
    screen.gap()
    screen.facts(
        [
            (door.say("label.home"), sheet["home"]),
            (door.say("label.path"), sheet["path"]),
            (door.say("label.fingerprint"), grouped(sheet["fingerprint"])),
            (door.say("label.public_key"), sheet["public_key"]),
            (door.say("label.custody"), sheet["custody"]),
            (door.say("label.regime"), door.say(f"regime.{sheet['regime']}")),
        ]
    )
    for heading in ("keep", "never", "lost"):
        screen.gap()
        screen.paragraph(door.say(f"init.{heading}"), "bold")
        for line in sheet[heading]:
            screen.note(line, "good" if heading == "keep" else "warn")
    screen.gap()
    screen.paragraph(sheet["honest"], "muted")


def doctor(context: typer.Context, as_json: AsJson = False) -> int:
    """Examine a home and change nothing in it."""
    from facekeep.cli import doctor as examination

    door = Door.at(context, as_json)
    findings = examination.examine(door.place, door.settings, door.passphrase_file)
    code = examination.exit_code(findings)
    document = {
        "findings": [examination.document(finding, door) for finding in findings],
        "code": code,
    }
    door.answer(document, lambda screen: examination.show(screen, findings, door))
    return code


def upgrade(
    context: typer.Context,
    to: Annotated[
        int | None, typer.Option("--to", help="option.upgrade_to", metavar="REVISION")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    backup: Annotated[
        Path | None, typer.Option("--backup", help="option.upgrade_backup", metavar="FOLDER")
    ] = None,
    without_backup: Annotated[
        bool, typer.Option("--without-backup", help="option.without_backup")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Lead the stores to this program's schema, or back to another."""
    from facekeep import assembly

    door = Door.at(context, as_json)
    if dry_run:
        plan, made = assembly.plan_upgrade(door.place, to), None
    else:
        plan, made = assembly.upgrade(
            door.place, to=to, backup=backup, without_backup=without_backup
        )
    steps = {name: way.steps for name, way in plan.items()}
    document = {"steps": steps, "dry_run": dry_run, "backup": str(made.file) if made else None}
    door.answer(document, lambda screen: _show_upgrade(screen, document, door))


def _show_upgrade(screen: Screen, document: dict[str, Any], door: Door) -> None:
    steps = document["steps"]
    key = "upgrade.none" if not any(steps.values()) else "upgrade.done"
    screen.headline("good", door.say("upgrade.plan" if document["dry_run"] else key))
    screen.facts(
        (f"{name}.db", ", ".join(one) or door.say("upgrade.steps", n=0))
        for name, one in steps.items()
    )
    if document["backup"]:
        screen.note(door.say("upgrade.backup", path=document["backup"]))


def adopt(
    context: typer.Context,
    because: Annotated[str, typer.Option("--because", help="option.because", metavar="TEXT")],
    as_json: AsJson = False,
) -> None:
    """Take in a restored, moved or cloned home."""
    from facekeep import assembly
    from facekeep.storage.plot import PUBLIC_KEY, Plot

    door = Door.at(context, as_json)
    path = door.place
    Plot.read(path)
    done = assembly.adopt(path, door.passphrase(), because, door.settings)
    document = {"done": done, "public_key": str(Path(path, PUBLIC_KEY).resolve())}

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("adopt.done"))
        for line in done:
            screen.note(door.phrase(line))
        screen.note(door.say("adopt.new_key", path=document["public_key"]), "warn")

    door.answer(document, show)
