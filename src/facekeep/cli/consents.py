"""The person's own act: consent give and show, withdraw."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door, PurposeName, SubjectName
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.governance.consent import Consent
    from facekeep.rights.receipts import Receipt


class For(StrEnum):
    """What a consent covers."""

    PROCESSING = "processing"
    STORAGE = "storage"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.consent", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("give", cls=Leaf, help="help.consent.give")(give)
    group.command("show", cls=Leaf, help="help.consent.show")(show)
    app.add_typer(group, name="consent")
    app.command("withdraw", cls=Leaf, help="help.withdraw")(withdraw)


def give(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    guardian: Annotated[
        str | None, typer.Option("--guardian", help="option.guardian", metavar="G")
    ] = None,
    birth_date: Annotated[
        str | None, typer.Option("--birth-date", help="option.birth_date", metavar="YYYY-MM-DD")
    ] = None,
    scope: Annotated[
        For, typer.Option("--for", help="option.for", metavar="SCOPE")
    ] = For.PROCESSING,
    as_json: AsJson = False,
) -> None:
    """Record a consent."""
    from facekeep.collection.consents import Asking
    from facekeep.governance.consent import Scope

    door = Door.at(context, as_json)
    birth = _birth(birth_date, door)
    with door.house() as house:
        asking = Asking(subject, purpose, Scope(scope.value), guardian, birth)
        consent = house.consents.give(asking)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("consent.given"), purpose)
        screen.facts(_facts(consent, door))
        screen.note(door.say("consent.free", purpose=purpose))

    door.answer(_document(consent), screen)


def show(
    context: typer.Context, subject: SubjectName, purpose: PurposeName, as_json: AsJson = False
) -> None:
    """Every consent record of a person for a purpose."""
    door = Door.at(context, as_json)
    with door.house() as house:
        consents = house.consents.show(subject, purpose)

    def screen(screen: Screen) -> None:
        if not consents:
            screen.headline("plain", door.say("consent.none"))
        for consent in consents:
            mark = "good" if consent.state.value == "ConsentGiven" else "no"
            screen.headline(mark, door.word("state", consent.state.value), consent.purpose)
            screen.facts(_facts(consent, door))

    door.answer({"consents": [_document(consent) for consent in consents]}, screen)


def withdraw(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="option.receipt_out", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End a person's consents for a purpose and everything they released.

    The act is over when the receipt is written or printed, not before.
    """
    door = Door.at(context, as_json)
    if output is not None and not output.absolute().parent.is_dir():
        raise Misused(door.say("error.no_folder", folder=output.absolute().parent))
    with door.house() as house:
        house.withdrawals.withdraw(
            subject, purpose, lambda receipt: _hand_over(receipt, house, output, door)
        )


def _hand_over(receipt: Receipt, house: House, output: Path | None, door: Door) -> None:
    """To a file where one was named, else to the screen."""
    from facekeep.storage.custody import replace_file
    from facekeep.storage.plot import PUBLIC_KEY

    text, public_key = receipt.to_json(), house.home.path / PUBLIC_KEY
    purpose, horizon = receipt.body["purpose"], receipt.body["horizon"]
    if output is not None:
        replace_file(output, text.encode())

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("withdrawn"), purpose)
        screen.paragraph(door.say("withdrawn.now"))
        screen.note(_told_horizon(horizon, door))
        if output is None:
            screen.gap()
            screen.console.print(text, soft_wrap=True, markup=False)
        else:
            screen.note(door.say("withdrawn.receipt", path=output), "good")
            screen.way_out(f"facekeep receipt verify {output} --key {public_key}")

    # The receipt carries the person's secret: it goes to one place, the file or the screen.
    told = {"body": receipt.body, "signature": receipt.signature} if output is None else str(output)
    document = {"purpose": purpose, "event": receipt.event, "horizon": horizon, "receipt": told}
    door.answer(document, screen)


def _told_horizon(horizon: int | None, door: Door) -> str:
    if horizon is None:
        return door.say("horizon.none")
    return door.say("horizon.until", day=day(horizon, door))


def _document(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose,
        "scope": consent.scope.value,
        "state": consent.state.value,
        "given_at": iso(consent.given_at),
        "expires": iso(consent.expires),
        "notice": consent.notice.hex(),
        "by": "guardian" if consent.guardian else "person",
    }


def _facts(consent: Consent, door: Door) -> list[tuple[str, object]]:
    return [
        (door.say("label.scope"), door.word("scope", consent.scope.value)),
        (door.say("label.given"), day(consent.given_at, door)),
        (door.say("label.expires"), day(consent.expires, door)),
        (door.say("label.by"), door.word("by", "guardian" if consent.guardian else "person")),
        (door.say("label.notice"), consent.notice.hex()[:16]),
    ]


def _birth(text: str | None, door: Door) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise Misused(door.say("error.date")) from None


def iso(seconds: int) -> str:
    """A time as documents write it (ISO 8601, UTC)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def day(seconds: int, door: Door) -> str:
    """A day as each language writes it."""
    when = datetime.fromtimestamp(seconds, UTC)
    if door.language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {when:%b} {when.year}"
