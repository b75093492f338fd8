"""What went to others: sharing record, list (Network Data Security Regulations art. 12)."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any, Literal

import typer

from facekeep.cli.door import AsJson, Door, PurposeName
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import OfficerKey, OfficerName
from facekeep.cli.outputs import day, iso
from facekeep.cli.screen import Screen
from facekeep.cli.vouching import vouched
from facekeep.terms.errors import Misused

MAX_TEXT = 500
"""Characters: a sentence about what went, not the data itself."""


class Kinds(StrEnum):
    """To whom data goes: for their own ends, or to work for us."""

    SHARED = "shared"
    ENTRUSTED = "entrusted"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.sharing", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("record", cls=Leaf, help="help.sharing.record")(record)
    group.command("list", cls=Leaf, help="help.sharing.list")(list_)
    app.add_typer(group, name="sharing")


def record(
    context: typer.Context,
    recipient: Annotated[str, typer.Option("--recipient", help="option.recipient", metavar="ID")],
    what: Annotated[str, typer.Option("--what", help="option.shared_what", metavar="TEXT")],
    why: Annotated[str, typer.Option("--why", help="option.shared_why", metavar="TEXT")],
    purpose: PurposeName,
    kind: Annotated[
        Kinds, typer.Option("--kind", help="option.shared_kind", metavar="shared|entrusted")
    ],
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """Write down that data went to somebody else."""
    from facekeep.governance.handler import Sharing

    door = Door.at(context, as_json)
    what, why = _line(what, door), _line(why, door)
    with door.house() as house:
        home = house.home
        _refuse_unknown(home, recipient, kind)
        home.purposes.current(purpose)
        about: dict[str, Any] = {"recipient": recipient, "what": what, "why": why}
        who = vouched(
            door, house, officer, officer_key, "sharing:record",
            **about, purpose=purpose, kind=kind.value,
        ).name  # fmt: skip
        at = int(home.journal.now())
        act = Sharing(0, at, _word(kind), recipient, what, why, purpose, who)
        with home.records.transaction() as tx:
            n = home.sharing.record(tx, act)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("sharing.recorded"), str(n))
        screen.facts(
            [
                (door.say("sharing.label.recipient"), recipient),
                (door.say("sharing.label.kind"), door.word("sharing_kind", kind.value)),
                (door.say("sharing.label.what"), what),
                (door.say("sharing.label.why"), why),
            ]
        )

    door.answer({"n": n, "recipient": recipient, "kind": kind.value, "at": iso(at)}, show)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Everything that went to others."""
    door = Door.at(context, as_json)
    with door.house() as house:
        acts = house.home.sharing.all()

    def show(screen: Screen) -> None:
        if not acts:
            screen.headline("plain", door.say("sharing.none"))
            return
        screen.gap()
        labels = ("n", "day", "recipient", "kind", "what", "why")
        screen.table(
            [door.say(f"sharing.label.{key}") for key in labels],
            [
                (a.n, day(a.at, door), a.recipient, door.word("sharing_kind", a.kind), a.what,
                 a.why)
                for a in acts
            ],
        )  # fmt: skip

    door.answer({"sharing": [{**asdict(one), "at": iso(one.at)} for one in acts]}, show)


def _refuse_unknown(home: Any, recipient: str, kind: Kinds) -> None:
    """Whoever receives data stands in the handler's profile. Raises ``Misused``."""
    profile = home.handler.get()
    if profile is None:
        raise Misused("nobody set the handler's profile yet")
    known = profile.processors if kind is Kinds.ENTRUSTED else profile.recipients
    if recipient not in [one.id for one in known]:
        raise Misused("this recipient is not in the handler's profile")


def _word(kind: Kinds) -> Literal["shared", "entrusted"]:
    return "shared" if kind is Kinds.SHARED else "entrusted"


def _line(text: str, door: Door) -> str:
    from facekeep.governance.purpose_text import one_line

    try:
        return one_line(text)[:MAX_TEXT]
    except ValueError:
        raise Misused(door.say("sharing.one_line")) from None
