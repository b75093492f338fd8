"""Notices sent out: deliveries list, send, delivered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import day, iso, refuse_bad_place, write_paper
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.collection.outbox import Outgoing

MAX_SECRET_BYTES = 4096


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.deliveries", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("list", cls=Leaf, help="help.deliveries.list")(list_)
    group.command("send", cls=Leaf, help="help.deliveries.send")(send)
    group.command("delivered", cls=Leaf, help="help.deliveries.delivered")(delivered)
    app.add_typer(group, name="deliveries")


def list_(
    context: typer.Context,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="option.csv_out", metavar="FILE")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="option.html_out", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What people have yet to be told, overdue first."""

    door = Door.at(context, as_json)
    for output in (csv, html):
        refuse_bad_place(output, door)
    with door.house() as house:
        waiting = house.outbox.open()
        if csv is not None:
            write_paper(csv, b"\xef\xbb\xbf" + house.outbox.as_csv().encode(), door)
        if html is not None:
            write_paper(html, house.outbox.as_html().encode(), door)

    def screen(screen: Screen) -> None:
        _show(waiting, screen, door)
        for output in (csv, html):
            if output is not None:
                screen.note(door.say("deliveries.written", path=output), "good")

    door.answer({"deliveries": [_document(one) for one in waiting]}, screen)


def send(
    context: typer.Context,
    webhook: Annotated[str, typer.Option("--webhook", help="option.webhook", metavar="URL")],
    secret: Annotated[Path, typer.Option("--secret", help="option.webhook_secret", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Post what is due to the operator's webhook."""
    from facekeep.collection.outbox import Webhook

    door = Door.at(context, as_json)
    target = Webhook(webhook, _secret(secret, door))
    with door.house() as house:
        sent = house.outbox.send(target)

    def screen(screen: Screen) -> None:
        mark = "good" if not sent.failed else "warn"
        screen.headline(mark, door.say("deliveries.sent", n=sent.delivered))
        screen.facts(
            [
                (door.say("label.not_delivered"), sent.failed),
                (door.say("label.waiting"), sent.waiting),
            ]
        )

    document = {"delivered": sent.delivered, "failed": sent.failed, "waiting": sent.waiting}
    door.answer(document, screen)


def delivered(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(help="option.delivery", metavar="ID")],
    proof: Annotated[str, typer.Option("--proof", help="option.delivery_proof", metavar="TEXT")],
    as_json: AsJson = False,
) -> None:
    """Somebody told the person, and says how."""
    door = Door.at(context, as_json)
    try:
        named = bytes.fromhex(identity)
    except ValueError:
        raise Misused("there is no such notice") from None
    with door.house() as house:
        settled = house.outbox.delivered(named, proof)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("deliveries.settled"), settled.purpose)

    door.answer({"id": identity, "outcome": settled.outcome, "proof": settled.proof}, screen)


def _show(waiting: list[Outgoing], screen: Screen, door: Door) -> None:

    if not waiting:
        screen.headline("plain", door.say("deliveries.none"))
        return
    overdue = sum(one.overdue for one in waiting)
    screen.headline("warn" if overdue else "plain", door.say("deliveries.open", n=len(waiting)))
    if overdue:
        screen.note(door.say("deliveries.overdue", n=overdue), "warn")
    screen.table(
        [door.say(f"label.{key}") for key in ("delivery", "subject", "purpose", "kind", "due_by")],
        [
            (one.shown.hex(), one.subject, one.delivery.purpose,
             door.word("delivery", one.delivery.kind.value), day(one.delivery.due, door))
            for one in waiting
        ],
    )  # fmt: skip


def _document(outgoing: Outgoing) -> dict[str, Any]:
    one = outgoing.delivery
    return {
        "id": outgoing.shown.hex(),
        "subject": outgoing.subject,
        "purpose": one.purpose,
        "kind": one.kind.value,
        "zh": one.words.zh,
        "en": one.words.en,
        "due": iso(one.due),
        "overdue": outgoing.overdue,
        "tries": [[iso(t.at), t.way.value, t.outcome] for t in one.tries],
    }


def _secret(file: Path, door: Door) -> bytes:
    """The first line of the secret's file. Raises ``Misused`` where it cannot be read."""
    from facekeep.cli.devices import read_bounded

    line = read_bounded(file, MAX_SECRET_BYTES, door).split(b"\n", 1)[0]
    return line.removesuffix(b"\r")
