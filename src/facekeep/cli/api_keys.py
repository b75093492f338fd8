"""Which programs are let in: api-key add, list, revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.consents import day, iso
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import OfficerKey, OfficerName, WriterName, signed
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.access.keys import ApiKey
    from facekeep.assembly import House

KeyNumber = Annotated[str, typer.Argument(help="option.api_key", metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.api-key", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("add", cls=Leaf, help="help.api-key.add")(add)
    group.command("list", cls=Leaf, help="help.api-key.list")(list_)
    group.command("revoke", cls=Leaf, help="help.api-key.revoke")(revoke)
    app.add_typer(group, name="api-key")


def add(
    context: typer.Context,
    label: Annotated[str, typer.Argument(help="option.api_key_label", metavar="LABEL")],
    scope: Annotated[list[str], typer.Option("--scope", help="option.scope", metavar="P:OPERATION")],
    officer: OfficerName,
    officer_key: OfficerKey,
    days: Annotated[int, typer.Option("--days", help="option.key_days", metavar="N")] = 365,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Let a program in; the text of its key is shown this once."""
    from facekeep.access.keys import DAY, Scope, draft
    from facekeep.access.officers import Signed

    door = Door.at(context, as_json)
    scopes = [Scope.read(text) for text in scope]
    with door.house() as house:
        now = house.home.journal.now()
        drawn = draft(house.home.entropy, label, scopes, now, days * DAY)
        word = Signed(officer, signed(door, officer_key, drawn.message))
        with house.home.records.transaction() as tx:
            key = house.api_keys.enter(tx, drawn, word, int(now))
        document = _document(house, key) | {"text": drawn.text}

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("api-key.added"), key.label)
        screen.facts(_facts(key, door))
        screen.note(door.say("api-key.text", text=drawn.text), "good")
        screen.note(door.say("api-key.once"), "warn")

    door.answer(document, show)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every key ever made, without its text."""
    door = Door.at(context, as_json)
    with door.house() as house:
        keys = house.api_keys.all()
        documents = [_document(house, key) for key in keys]
        now = house.home.journal.now()

    def show(screen: Screen) -> None:
        if not keys:
            screen.headline("plain", door.say("api-key.none"))
            return
        screen.gap()
        screen.table(
            [door.say(f"label.{one}") for one in ("api_key", "program", "scopes", "expires", "state")],
            [(key.id, key.label, _scopes(key), day(key.expires, door), _state(key, now, door)) for key in keys],
        )  # fmt: skip

    door.answer({"api_keys": documents}, show)


def revoke(
    context: typer.Context, number: KeyNumber, officer: WriterName, as_json: AsJson = False
) -> None:
    """End a key at once."""
    door = Door.at(context, as_json)
    with door.house() as house:
        with house.home.records.transaction() as tx:
            key = house.api_keys.revoke(tx, number, officer, int(house.home.journal.now()))
        document = _document(house, key)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("api-key.revoked"), key.label)

    door.answer(document, show)


def _facts(key: ApiKey, door: Door) -> list[tuple[str, object]]:
    return [
        (door.say("label.api_key"), key.id),
        (door.say("label.scopes"), _scopes(key)),
        (door.say("label.expires"), day(key.expires, door)),
        (door.say("label.vouched"), key.made_by),
    ]


def _scopes(key: ApiKey) -> str:
    from facekeep.access.keys import written

    return written(key.scopes)


def _state(key: ApiKey, now: float, door: Door) -> str:
    if key.revoked:
        return door.say("api-key.state.revoked")
    return door.say("api-key.state.over" if now >= key.expires else "api-key.state.open")


def _document(house: House, key: ApiKey) -> dict[str, Any]:
    used = house.api_keys.used_on(key.id)
    return {
        "id": key.id,
        "label": key.label,
        "scopes": sorted(map(str, key.scopes)),
        "made_by": key.made_by,
        "made_at": iso(key.made_at),
        "expires": iso(key.expires),
        "revoked_at": iso(key.revoked_at) if key.revoked else None,
        "used_on": None if used is None else iso(used * 86_400)[:10],
    }
