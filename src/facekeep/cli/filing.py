"""What is told to authorities: filing status, submitted, close, rectified, material, deregister."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import OfficerKey, OfficerName, signed
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.pack import pack
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.governance.filings import Filing, Kind
    from facekeep.oversight.filing import Word

KindName = Annotated[str, typer.Argument(help="option.filing_kind", metavar="KIND")]
On = Annotated[str, typer.Option("--on", help="option.filed_on", metavar="DATE")]

MAX_CERTIFICATE_BYTES = 256 * 1024
PIECE = 1 << 20


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.filing", no_args_is_help=True, rich_markup_mode=None)
    group.command("status", cls=Leaf, help="help.filing.status")(status)
    group.command("submitted", cls=Leaf, help="help.filing.submitted")(submitted)
    group.command("close", cls=Leaf, help="help.filing.close")(close)
    group.command("rectified", cls=Leaf, help="help.filing.rectified")(rectified)
    group.command("material", cls=Leaf, help="help.filing.material")(material)
    group.command("deregister", cls=Leaf, help="help.filing.deregister")(deregister)
    group.command("certificate", cls=Leaf, help="help.filing.certificate")(certificate)
    group.command("pack", cls=Leaf, help="help.filing.pack")(pack)
    app.add_typer(group, name="filing")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Every filing as it stands."""
    from facekeep.oversight.filing import changes, materials

    door = Door.at(context, as_json)
    with door.house() as house:
        books = house.books
        filings, today = books.filings.every(), books.today
        changed = list(changes(books, int(books.now())))
        slots = materials(books)
    document = {
        "filings": [_document(filing, today) for filing in filings],
        "changed": changed,
        "materials": {slot: told is not None for slot, told in slots.items()},
    }

    def screen(screen: Screen) -> None:
        if not filings:
            screen.headline("plain", door.say("filing.none"))
            return
        screen.gap()
        headings = ("filing", "day0", "due_on", "state", "receipt_number")
        screen.table(
            [door.say(f"label.{key}") for key in headings],
            [_row(filing, today, door) for filing in filings],
        )
        if changed:
            named = door.say("list.join").join(door.word("fact", name) for name in changed)
            screen.note(door.say("filing.changed", facts=named), "warn")

    door.answer(document, screen)


def submitted(
    context: typer.Context,
    kind: KindName,
    number: Annotated[str, typer.Option("--number", help="option.filing_number", metavar="N")],
    on: On,
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """An officer filed: note the receipt."""
    from facekeep.oversight import filing as register_of

    door = Door.at(context, as_json)
    what, day = _kind(kind, door), _day(on, door)
    with door.house() as house:
        message = register_of.submitted_message(house.home.id, what, number, day)
        word = _word(house, officer, signed(door, officer_key, message), message)
        filing = register_of.submit(house.books, what, number, day, word)
        today = house.books.today
    _tell(door, "filing.submitted", filing, today)


def close(
    context: typer.Context,
    kind: KindName,
    because: Annotated[
        str, typer.Option("--because", help="option.filing_because", metavar="TEXT")
    ],
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """Close an open filing without a receipt."""
    from facekeep.oversight import filing as register_of

    door = Door.at(context, as_json)
    what = _kind(kind, door)
    with door.house() as house:
        today = house.books.today
        message = register_of.closed_message(house.home.id, what, because, today)
        word = _word(house, officer, signed(door, officer_key, message), message)
        filing = register_of.close(house.books, what, because, word)
    _tell(door, "filing.closed", filing, today)


def rectified(context: typer.Context, on: On, as_json: AsJson = False) -> None:
    """An ordered audit's findings are rectified."""
    from facekeep.oversight.filing import open_rectification

    door = Door.at(context, as_json)
    with door.house() as house:
        filing = open_rectification(house.books, _day(on, door))
        today = house.books.today
    _tell(door, "filing.opened", filing, today)


def material(
    context: typer.Context,
    slot: Annotated[str, typer.Argument(help="option.material_slot", metavar="SLOT")],
    file: Annotated[Path, typer.Argument(help="option.material_file", metavar="FILE")],
    where: Annotated[
        str, typer.Option("--where", help="option.material_where", metavar="TEXT")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Note the digest of a material; the file itself is not kept."""
    from facekeep.oversight.filing import keep_material

    door = Door.at(context, as_json)
    digest = _digest(file, door)
    with door.house() as house:
        keep_material(house.books, slot, digest, where)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("filing.material"), door.word("slot", slot))
        screen.facts([("SHA-256", grouped(digest))])

    door.answer({"slot": slot, "digest": digest}, screen)


def deregister(
    context: typer.Context,
    officer: OfficerName,
    officer_key: OfficerKey,
    purpose: Annotated[str | None, typer.Argument(help="option.purpose", metavar="[P]")] = None,
    every: Annotated[bool, typer.Option("--all", help="option.every_purpose")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="option.certificate_out", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End a use for good: stop, erase, certify."""
    from facekeep.oversight.deregister import EVERYTHING
    from facekeep.oversight.filing import ended_message

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    if every == (purpose is not None):
        raise Misused(door.say("error.purpose_or_all"))
    name = purpose or EVERYTHING
    with door.house() as house:
        message = ended_message(house.home.id, name, house.books.today)
        word = _word(house, officer, signed(door, officer_key, message), message)
        paper, filing = house.end_use(name, word.officer)
        today = house.books.today
    if output is not None:
        write_paper(output, paper.to_json().encode(), door)
    said = paper.body["said"]
    document = {
        "ended": said, "filing": _document(filing, today) if filing else None,
        "certificate": {"body": paper.body, "signature": paper.signature},
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("filing.ended"), ", ".join(said["purposes"]))
        screen.facts([
            (door.say("label.people"), said["people"]),
            (door.say("label.certificate"), output or ""),
            (door.say("label.due_on"), filing.due.isoformat() if filing else ""),
        ])  # fmt: skip
        screen.note(door.say("filing.ended.next" if filing else "filing.ended.none"))

    door.answer(document, screen)


def certificate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.certificate", metavar="FILE")],
    key: Annotated[Path, typer.Option("--key", help="option.certificate_key", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Check a certificate of the end of a use, without the home."""
    from facekeep.oversight.deregister import KINDS
    from facekeep.storage.certificates import Certificate, verify

    door = Door.at(context, as_json)
    paper = Certificate.from_json(_text(file, door))
    said = verify(paper, _text(key, door).strip(), KINDS)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("filing.certificate"), ", ".join(said["purposes"]))
        screen.paragraph(paper.body["words"][door.language])

    door.answer({"said": dict(said)}, screen)


# -- parts ----------------------------------------------------------------------------------


def _kind(name: str, door: Door) -> Kind:
    from facekeep.governance.filings import Kind

    try:
        return Kind(name)
    except ValueError:
        raise Misused(door.say("error.filing_kind", kinds=", ".join(Kind))) from None


def _day(text: str, door: Door) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misused(door.say("error.date")) from None


def _word(house: House, officer: str, signature: bytes, message: bytes) -> Word:
    """An officer's word, its signature checked against the roll. Raises ``Refused``."""
    from facekeep.oversight.filing import Word

    verified = house.home.officers.decide(officer, message, signature)
    return Word(verified.name, signature.hex())


def _digest(file: Path, door: Door) -> str:
    digest = hashlib.sha256()
    try:
        if not file.is_file():
            raise OSError
        with file.open("rb") as opened:
            while piece := opened.read(PIECE):
                digest.update(piece)
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None
    return digest.hexdigest()


def _text(file: Path, door: Door) -> str:
    try:
        if not file.is_file():
            raise OSError
        with file.open("rb") as opened:
            return opened.read(MAX_CERTIFICATE_BYTES + 1).decode("utf-8", "replace")
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None


def _document(filing: Filing, today: date) -> dict[str, Any]:
    return {
        "id": filing.id, "kind": filing.kind.value, "level": filing.rule.level,
        "obligation": filing.rule.obligation, "day0": filing.day0.isoformat(),
        "due": filing.due.isoformat(), "provisional": filing.provisional,
        "status": filing.status.value, "overdue": filing.is_overdue(today),
        "snapshot": filing.snapshot, "number": filing.number,
        "submitted": filing.submitted.isoformat() if filing.submitted else None,
        "late": filing.is_late, "officer": filing.officer, "because": filing.because,
        "about": list(filing.about),
    }  # fmt: skip


def _row(filing: Filing, today: date, door: Door) -> tuple[object, ...]:
    state = "overdue" if filing.is_overdue(today) else filing.status.value
    due = door.say("agenda.provisional", day=filing.due) if filing.provisional else filing.due
    kind = door.word("filing_kind", filing.kind.value)
    return (kind, filing.day0, due, door.word("filing_state", state), filing.number)


def _tell(door: Door, key: str, filing: Filing, today: date) -> None:
    def screen(screen: Screen) -> None:
        screen.headline("good", door.say(key), door.word("filing_kind", filing.kind.value))
        screen.facts([
            (door.say("label.day0"), filing.day0), (door.say("label.due_on"), filing.due),
            (door.say("label.receipt_number"), filing.number),
        ])  # fmt: skip

    door.answer(_document(filing, today), screen)
