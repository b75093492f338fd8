"""Who handles the data: handler set, show."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.devices import read_bounded
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import OfficerKey, OfficerName
from facekeep.cli.purposes import Over
from facekeep.cli.screen import Screen
from facekeep.cli.vouching import vouched

if TYPE_CHECKING:
    from facekeep.governance.handler import Handler


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.handler", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("set", cls=Leaf, help="help.handler.set")(set_)
    group.command("show", cls=Leaf, help="help.handler.show")(show)
    app.add_typer(group, name="handler")


def set_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.handler_file", metavar="FILE")],
    officer: OfficerName,
    officer_key: OfficerKey,
    over: Over = None,
    as_json: AsJson = False,
) -> None:
    """Keep the profile as a new version."""
    from facekeep.governance.handler import MAX_HANDLER_BYTES

    door = Door.at(context, as_json)
    text = read_bounded(file, MAX_HANDLER_BYTES, door)
    with door.house() as house:
        about: dict[str, Any] = {"digest": sha256(text).hexdigest()}
        who = vouched(door, house, officer, officer_key, "handler:set", **about)
        before = set(house.home.purposes.names())
        version = house.set_handler(text, who.name, over)
        suspended = sorted(before - set(house.home.purposes.names()))
        profile = house.home.handler.at_version(version)
    document = {"version": version, "name": profile.name, "suspended": suspended}

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("handler.set"), f"{profile.name} · {version}")
        for name in suspended:
            screen.note(door.say("handler.suspended", name=name), "warn")

    door.answer(document, screen)


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """The profile that holds now."""
    door = Door.at(context, as_json)
    with door.house() as house:
        profile, version = house.home.handler.get(), house.home.handler.version
    told = None if profile is None else profile.model_dump(mode="json")

    def screen(screen: Screen) -> None:
        if profile is None:
            screen.headline("plain", door.say("handler.none"))
            screen.way_out(door.say("handler.none.next"))
            return
        screen.headline("good", profile.name, str(version))
        screen.facts((door.say(f"handler.label.{key}"), v) for key, v in _facts(profile, door))
        _show_lists(screen, profile, door)

    door.answer({"version": version, "handler": told}, screen)


def _facts(profile: Handler, door: Door) -> list[tuple[str, object]]:
    officer, mlps, audit = profile.officer, profile.mlps, profile.audit
    return [
        ("credit_code", profile.credit_code),
        ("representative", profile.legal_representative),
        ("contact", profile.contact),
        ("address", profile.address),
        ("org_type", door.word("org_type", profile.org_type)),
        ("region", profile.region),
        ("officer", officer and f"{officer.name} · {officer.contact}"),
        ("mlps", mlps and f"{mlps.level} · {mlps.number or ''} · {mlps.assess_again_by or ''}"),
        ("complaints", profile.complaints and profile.complaints.channel.of(door.language)),
        ("audit", audit and f"{audit.auditor} · {audit.next}"),
    ]


def _show_lists(screen: Screen, profile: Handler, door: Door) -> None:
    rows = [
        *(("processors", p.name, p.until) for p in profile.processors),
        *(("policies", p.title.of(door.language), p.review_by) for p in profile.policies),
        *(("trained", t.role, t.until) for t in profile.trained),
    ]
    if rows:
        screen.gap()
        screen.table(
            [door.say(f"handler.label.{key}") for key in ("what", "who", "until")],
            [(door.say(f"handler.label.{kind}"), who, until) for kind, who, until in rows],
        )
