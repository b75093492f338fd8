"""The person's proofs: receipt verify, for erasures and for consents, offline and against a home."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.ledger import read_key
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import day
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.rights.consent_receipts import Agreed, ConsentReceipt
    from facekeep.rights.receipts import Proved, Receipt


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.receipt", no_args_is_help=True, rich_markup_mode=None
    )
    group.callback()(_group)
    group.command("verify", cls=Leaf, help="help.receipt.verify")(verify)
    app.add_typer(group, name="receipt")


def _group() -> None:
    """Keeps ``verify`` a command of its own although it stands alone."""


def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.receipt", metavar="RECEIPT")],
    key: Annotated[str, typer.Option("--key", help="option.key", metavar="PUBLIC")],
    against: Annotated[
        Path | None, typer.Option("--against", help="option.against", metavar="H")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a receipt with nothing but the public key; with a home, that nothing came back."""
    from facekeep.rights import receipts
    from facekeep.rights.consent_receipts import SCHEMA, ConsentReceipt

    door = Door.at(context, as_json)
    door.alarm = "receipt.alarm"
    text, vkey = _text(file, door), read_key(key, door)
    if schema_of(text) == SCHEMA:
        _verify_consent(ConsentReceipt.from_json(text), vkey, against, door)
        return
    receipt = receipts.Receipt.from_json(text)
    proved = (
        receipts.verify(receipt, vkey)
        if against is None
        else _against(receipt, vkey, against, door)
    )
    document = {
        "verified": True,
        "event": receipt.event,
        **asdict(proved),
        "against": against and str(against),
    }
    door.answer(document, lambda screen: _show(screen, receipt, proved, against, door))  # fmt: skip


def _against(receipt: Receipt, vkey: str, home: Path, door: Door) -> Proved:
    from facekeep.rights import receipts

    door.home, door.alarm = home, "receipt.alarm_home"
    with door.house() as house:
        return receipts.verify_against(receipt, vkey, house.home)


def _show(
    screen: Screen, receipt: Receipt, proved: Proved, against: Path | None, door: Door
) -> None:
    screen.headline("good", door.say("receipt.holds"), proved.purpose)
    erased = "" if proved.references is None else proved.references
    screen.facts(
        [
            (door.say("label.erased"), day(proved.erased_at, door)),
            (door.say("label.references"), erased),
            (door.say("label.checkpoint"), door.say("ledger.entries", n=proved.checkpoint_size)),
            (door.say("label.event"), receipt.event),
        ]
    )
    if against is not None:
        screen.note(door.say("receipt.against"), "good")
    horizon = proved.horizon
    screen.note(
        door.say("horizon.none")
        if horizon is None
        else door.say("horizon.until", day=day(horizon, door))
    )
    screen.note(door.say("receipt.limits"))


def _verify_consent(receipt: ConsentReceipt, vkey: str, against: Path | None, door: Door) -> None:
    from facekeep.rights import consent_receipts

    if against is None:
        agreed = consent_receipts.verify(receipt, vkey)
    else:
        door.home, door.alarm = against, "receipt.alarm_home"
        with door.house() as house:
            agreed = consent_receipts.verify_against(receipt, vkey, house.home)
    document = {"verified": True, "kind": "consent", **asdict(agreed)}
    told = {**document, "against": against and str(against)}
    door.answer(told, lambda screen: _show_consent(screen, agreed, door))


def _show_consent(screen: Screen, agreed: Agreed, door: Door) -> None:
    screen.headline("good", door.say("receipt.consent_holds"), agreed.purpose)
    state = [] if agreed.state is None else [(door.say("label.state"), _state(agreed.state, door))]
    screen.facts(
        [
            (door.say("label.scope"), door.word("scope", agreed.scope)),
            (door.say("label.given"), day(agreed.given_at, door)),
            (door.say("label.expires"), day(agreed.expires, door)),
            (door.say("label.by"), door.word("by", agreed.by)),
            (door.say("label.notice"), agreed.notice[:16]),
            *state,
        ]
    )
    screen.note(door.say("receipt.consent_limits"))


def _state(state: str, door: Door) -> str:
    return door.word("state", state)


def _text(file: Path, door: Door) -> str:
    """A receipt's text, and no more of it than a receipt can be."""
    from facekeep.cli.devices import read_bounded
    from facekeep.storage.signed import MAX_PAPER_BYTES

    return read_bounded(file, MAX_PAPER_BYTES, door).decode(errors="replace")


def schema_of(text: str) -> str:
    """Which kind of paper a text says it is; empty where it says nothing."""
    try:
        return str(json.loads(text)["body"]["schema"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
