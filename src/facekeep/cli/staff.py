"""Who of the staff signs in: staff invite, accept, list, admit, reset, retire."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.consents import iso
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import (
    MaybeKey,
    MaybeOfficer,
    OfficerKey,
    OfficerName,
    WriterName,
    own_passphrase,
    read_officer_key,
    signed,
    word_of,
)
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Broken

if TYPE_CHECKING:
    from facekeep.access.enlisting import Chosen, Offer
    from facekeep.access.staff import Staff
    from facekeep.assembly import House

HERE = "this machine"
"""The address that sign-ins at the command line are counted under."""

StaffName = Annotated[str, typer.Argument(help="option.staff", metavar="NAME")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.staff", no_args_is_help=True, rich_markup_mode=None)
    for name, command in (
        ("invite", invite), ("accept", accept), ("list", list_), ("admit", admit),
        ("reset", reset), ("retire", retire),
    ):  # fmt: skip
        group.command(name, cls=Leaf, help=f"help.staff.{name}")(command)
    app.add_typer(group, name="staff")


def invite(
    context: typer.Context,
    name: StaffName,
    role: Annotated[str, typer.Option("--role", help="option.staff_role", metavar="ROLE")],
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """Make an account for somebody, and the code by which they take it up."""
    from facekeep.access.officers import Signed
    from facekeep.access.staff import invitation

    door = Door.at(context, as_json)
    with door.house() as house:
        drawn = invitation(house.home.entropy, name, role)
        word = Signed(officer, signed(door, officer_key, drawn.message))
        with house.home.records.transaction() as tx:
            staff = house.staff.invite(tx, drawn, word, int(house.home.journal.now()))
    _tell_invited(staff, drawn.code, "staff.invited", door)


def accept(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="option.invitation", metavar="CODE")],
    held: Annotated[
        Path | None, typer.Option("--officer-key", help="option.held_key", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take up an account: one's own passphrase, and the codes of an app."""
    door = Door.at(context, as_json)
    if not door.attended:
        raise Broken("taking up an account needs somebody at the keyboard", "Run it in a terminal")
    key_pem = _held_key(held, door)
    with door.house() as house:
        offer = house.enlisting.offer(code, HERE)
        _show_offer(offer, door)
        staff = house.enlisting.accept(code, _chosen(door, key_pem), HERE)
        document = _document(house, staff)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("staff.accepted"), staff.name)
        if document["approve"]:
            screen.note(door.say("staff.admit", what=document["approve"], name=staff.name))

    door.answer(document, show)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every account, retired ones too."""
    door = Door.at(context, as_json)
    with door.house() as house:
        documents = [_document(house, staff) for staff in house.staff.all()]

    def show(screen: Screen) -> None:
        if not documents:
            screen.headline("plain", door.say("staff.none"))
            return
        screen.gap()
        screen.table(
            [door.say(f"label.{one}") for one in ("staff", "duty", "state", "account")],
            [
                (one["name"], door.word("duty", one["role"]), door.word("staff.state", one["state"]), one["id"])
                for one in documents
            ],
        )  # fmt: skip

    door.answer({"staff": documents}, show)


def admit(
    context: typer.Context, name: StaffName, officer: MaybeOfficer = None,
    officer_key: MaybeKey = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Put an account's key on the roll of officers, so that what it signs counts."""
    from facekeep.access.officers import add_message, role_of

    door = Door.at(context, as_json)
    with door.house() as house:
        staff = _named(house, name)
        new = staff.newcomer
        word = word_of(door, officer, officer_key, add_message(new.name, role_of(new.role), new.public))  # fmt: skip
        with house.home.records.transaction() as tx:
            house.staff.admit(tx, staff.id, int(house.home.journal.now()), word)
        document = _document(house, staff)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("staff.admitted"), staff.name)

    door.answer(document, show)


def reset(context: typer.Context, name: StaffName, as_json: AsJson = False) -> None:
    """Take away every factor of an account, by four eyes, and invite its owner anew."""
    from facekeep.access.staff import draw_code

    door = Door.at(context, as_json)
    with door.house() as house:
        staff, code = _named(house, name), draw_code(house.home.entropy)
        with house.home.records.transaction() as tx:
            after = house.staff.reset(tx, staff.id, code, int(house.home.journal.now()))
    _tell_invited(after, code, "staff.reset", door)


def retire(
    context: typer.Context, name: StaffName, officer: WriterName, as_json: AsJson = False
) -> None:
    """End an account and everything that is signed in with it."""
    door = Door.at(context, as_json)
    with door.house() as house:
        staff = _named(house, name)
        with house.home.records.transaction() as tx:
            house.staff.retire(tx, staff.id, officer, int(house.home.journal.now()))
        on_roll = house.staff.signs(staff)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("staff.retired"), staff.name)
        if on_roll:
            screen.note(door.say("staff.still_signs", name=staff.name), "warn")

    door.answer({"id": staff.id, "name": staff.name, "state": "retired"}, show)


def _named(house: House, name: str) -> Staff:
    found = house.staff.named(name)
    return house.staff.get(found.id if found else "")


def _held_key(held: Path | None, door: Door) -> bytes | None:
    """The private key of an officer who is on the roll already, opened."""
    from facekeep.access.officers import is_encrypted, opened

    if held is None:
        return None
    pem = read_officer_key(held, door)
    return opened(pem, own_passphrase(door) if is_encrypted(pem) else None)


def _show_offer(offer: Offer, door: Door) -> None:
    from facekeep.access.totp import spelt

    screen = door.aside
    screen.headline("plain", door.say("staff.offer"), offer.staff.name)
    screen.note(door.say("staff.secret", secret=spelt(offer.secret)))
    screen.note(offer.uri)


def _chosen(door: Door, key_pem: bytes | None) -> Chosen:
    from facekeep.access.enlisting import Chosen

    passphrase = door.hidden_twice(door.say("prompt.staff_passphrase"))
    return Chosen(passphrase, door.hidden(door.say("prompt.first_code")).strip(), key_pem=key_pem)


def _tell_invited(staff: Staff, code: str, headline: str, door: Door) -> None:
    document = {"id": staff.id, "name": staff.name, "code": code, "until": iso(staff.code_until)}

    def show(screen: Screen) -> None:
        screen.headline("good", door.say(headline), staff.name)
        screen.facts(
            [
                (door.say("label.code"), code),
                (door.say("label.until"), iso(staff.code_until)),
            ]
        )
        screen.note(door.say("staff.hand_over", code=code))

    door.answer(document, show)


def _document(house: House, staff: Staff) -> dict[str, Any]:
    from facekeep.access.staff import State

    signs = house.staff.signs(staff)
    waits = staff.state is State.ACTIVE and staff.factors.public and not signs
    return {
        "id": staff.id,
        "name": staff.name,
        "role": staff.role.value,
        "state": staff.state.value,
        "signs": signs,
        "approve": staff.newcomer.what if waits else None,
    }
