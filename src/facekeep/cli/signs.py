"""What hangs beside a device: sign make, sign check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facekeep.cli.devices import NameArgument, read_bounded
from facekeep.cli.door import AsJson, Door
from facekeep.cli.ledger import read_key
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import Misused, Tampered

if TYPE_CHECKING:
    from facekeep.governance.signs import SignFacts


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.sign", no_args_is_help=True, rich_markup_mode=None)
    group.command("make", cls=Leaf, help="help.sign.make")(make)
    group.command("check", cls=Leaf, help="help.sign.check")(check)
    app.add_typer(group, name="sign")


def make(
    context: typer.Context,
    name: NameArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="option.sign_out", metavar="FILE")],
    purpose: Annotated[
        str | None, typer.Option("--purpose", "-p", help="option.sign_purpose", metavar="P")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a device's sign."""
    from facekeep.collection import signs

    door = Door.at(context, as_json)
    refuse_bad_place(out, door)
    if out.suffix.lower() not in (".svg", ".pdf"):
        raise Misused(door.say("error.sign_suffix"))
    with door.house() as house:
        wanted = signs.purpose_of(house.home, name, purpose)
        notice = house.consents.notice(wanted).digest
        sign = signs.make(house.home, name, purpose, notice)
    drawn = signs.pdf(sign) if out.suffix.lower() == ".pdf" else signs.svg(sign).encode()
    write_paper(out, drawn, door)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("sign.made"), str(out))
        screen.facts(_facts(sign.facts, sign.fingerprint, door))
        screen.note(door.say("sign.hang", name=name))

    document = {"file": str(out), "text": sign.text, "fingerprint": sign.fingerprint}
    door.answer({**document, **asdict(sign.facts)}, show)


def check(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="option.sign_text", metavar="TEXT|FILE")],
    key: Annotated[str, typer.Option("--key", help="option.key", metavar="PUBLIC")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="option.sign_page", metavar="PAGE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether a sign's code is genuine; its check page beside it."""
    from facekeep.collection import signs
    from facekeep.governance.signs import MAX_TEXT, PREFIX
    from facekeep.ledger.checkpoint import parse_vkey

    door = Door.at(context, as_json)
    refuse_bad_place(out, door)
    door.alarm = "sign.alarm"
    public = parse_vkey(read_key(key, door)).public
    if not text.startswith(PREFIX) and Path(text).is_file():
        text = read_bounded(Path(text), MAX_TEXT, door).decode("utf-8", "replace")
    result = signs.checked(text, public)
    if out is not None:
        write_paper(out, signs.page(result).encode(), door)
    facts = result.facts
    if facts is None:
        raise Tampered("the sign's code was not signed with this key")

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("sign.genuine"), facts.operator)
        screen.facts(_facts(facts, result.fingerprint, door))
        screen.note(door.say("sign.compare"))

    door.answer({"genuine": True, "fingerprint": result.fingerprint, **asdict(facts)}, show)


def _facts(facts: SignFacts, fingerprint: str, door: Door) -> list[tuple[str, object]]:
    zh = door.language == "zh"
    return [
        (door.say("label.operator"), facts.operator),
        (
            door.say("label.purpose"),
            f"{facts.title_zh if zh else facts.title_en} · {facts.purpose}",
        ),
        (door.say("label.device"), facts.device),
        (door.say("label.place"), facts.place_zh if zh else facts.place_en),
        (door.say("label.fingerprint"), grouped(fingerprint)),
    ]
