"""Who may sign: officer add, retire, list; and four eyes: approve."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.consents import day, iso
from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.access.officers import Newcomer, Officer, Signed
    from facekeep.assembly import House
    from facekeep.terms.ports import Entropy

OfficerName = Annotated[str, typer.Option("--officer", help="option.officer", metavar="NAME")]
OfficerKey = Annotated[Path, typer.Option("--officer-key", help="option.officer_key", metavar="FILE")]  # fmt: skip
WriterName = Annotated[str, typer.Option("--officer", help="option.writer", metavar="NAME")]
"""Who writes a step down that needs no signature."""
MaybeOfficer = Annotated[str | None, typer.Option("--officer", help="option.officer", metavar="NAME")]  # fmt: skip
MaybeKey = Annotated[Path | None, typer.Option("--officer-key", help="option.officer_key", metavar="FILE")]  # fmt: skip

HOUR = 3600
APPROVAL_HOURS = 24
"""How long an approval counts where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class _Word:
    """Who signs, and with which key file; both or neither."""

    officer: str | None
    key: Path | None


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.officer", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("add", cls=Leaf, help="help.officer.add")(add)
    group.command("recover", cls=Leaf, help="help.officer.recover")(recover)
    group.command("retire", cls=Leaf, help="help.officer.retire")(retire)
    group.command("list", cls=Leaf, help="help.officer.list")(list_)
    app.add_typer(group, name="officer")
    app.command("approve", cls=Leaf, help="help.approve")(approve)


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="option.officer_new", metavar="NAME")],
    key: Annotated[Path, typer.Option("--key", help="option.officer_new_key", metavar="FILE")],
    role: Annotated[str, typer.Option("--role", help="option.role", metavar="ROLE")] = "officer",
    officer: MaybeOfficer = None,
    officer_key: MaybeKey = None,
    as_json: AsJson = False,
) -> None:
    """Enter an officer and write their private key; from the third on, two officers approve."""
    door = Door.at(context, as_json)
    by = _Word(officer, officer_key)
    with door.house() as house:
        if house.home.officers.founded:
            _admit(house, name, role, key, by, door)
        else:
            _found(house, name, role, key, by, door)


def _found(house: House, name: str, role: str, key: Path, by: _Word, door: Door) -> None:
    """One of the first two: taken on trust of whoever founded the home."""
    from facekeep.access import officers

    home = house.home
    _refuse_bad_place(key, door)
    passphrase = own_passphrase(door, twice=True)
    pem = officers.draw_key(home.entropy, passphrase)
    public = officers.public_of(pem, passphrase)
    name, duty = officers.clean_name(name), officers.role_of(role)
    vouched = word_of(door, by.officer, by.key, officers.add_message(name, duty, public))
    with home.records.transaction() as tx:
        entered = home.officers.add(tx, name, role, public, int(home.journal.now()), vouched)
        _write_new(key, pem, door)
    _tell_added(entered, key, pem, door)


def _admit(house: House, name: str, role: str, key: Path, by: _Word, door: Door) -> None:
    """The key first, then the approvals, then the entry: the same command each time."""
    from facekeep.access import officers
    from facekeep.access.approvals import ADMIT, digest_of
    from facekeep.access.officers import LEAST_OFFICERS, Newcomer

    home, now = house.home, int(house.home.journal.now())
    officers.clean_name(name), officers.role_of(role)
    pem = read_officer_key(key, door) if key.exists() else _drawn(home.entropy, key, door)
    passphrase = own_passphrase(door) if officers.is_encrypted(pem) else None
    newcomer = Newcomer(name, role, officers.public_of(pem, passphrase))
    _approve_newcomer(house, newcomer, by, door)
    given = home.approvals.given(ADMIT, digest_of(ADMIT, newcomer.what), now)
    if len(given) < LEAST_OFFICERS:
        _tell_waiting(newcomer, key, given, door)
        return
    with home.records.transaction() as tx:
        entered = home.approvals.admit(tx, newcomer, now)
    _tell_added(entered, key, pem, door)


def _drawn(entropy: Entropy, key: Path, door: Door) -> bytes:
    from facekeep.access import officers

    _refuse_bad_place(key, door)
    pem = officers.draw_key(entropy, own_passphrase(door, twice=True))
    _write_new(key, pem, door)
    return pem


def _approve_newcomer(house: House, newcomer: Newcomer, by: _Word, door: Door) -> None:
    """Whoever runs the command gives their own approval with it."""
    from facekeep.access.approvals import ADMIT, approval_message, digest_of

    home, now = house.home, int(house.home.journal.now())
    digest, expires = digest_of(ADMIT, newcomer.what), now + APPROVAL_HOURS * HOUR
    word = word_of(door, by.officer, by.key, approval_message(ADMIT, digest, expires))
    if word is None or home.officers.get(word.officer).name in home.approvals.given(
        ADMIT, digest, now
    ):
        return
    with home.records.transaction() as tx:
        home.approvals.approve(tx, ADMIT, digest, word, now, expires)


def _tell_waiting(newcomer: Newcomer, key: Path, given: list[str], door: Door) -> None:
    from facekeep.access.approvals import ADMIT

    document = {
        "name": newcomer.name, "state": "waiting", "key": str(key), "approve": newcomer.what,
        "approved_by": given,
    }  # fmt: skip

    def show(screen: Screen) -> None:
        screen.headline("warn", door.say("officer.waits"), newcomer.name)
        screen.facts([(door.say("label.vouched"), ", ".join(given))])
        screen.note(door.say("officer.key", path=key), "good")
        screen.note(door.say("officer.approve", act=ADMIT, what=newcomer.what))

    door.answer(document, show)


def _tell_added(entered: Officer, key: Path, pem: bytes, door: Door) -> None:
    from facekeep.access.officers import is_encrypted

    protected = is_encrypted(pem)
    document = {**_document(entered), "key": str(key), "protected": protected}

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("officer.added"), entered.name)
        screen.facts(_facts(entered, door))
        screen.note(door.say("officer.key", path=key), "good")
        screen.note(door.say("officer.keep"))
        if not protected:
            screen.note(door.say("officer.bare"), "warn")

    door.answer(document, show)


def recover(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="option.officer_new", metavar="NAME")],
    key: Annotated[Path, typer.Option("--key", help="option.officer_new_key", metavar="FILE")],
    role: Annotated[str, typer.Option("--role", help="option.role", metavar="ROLE")] = "officer",
    as_json: AsJson = False,
) -> None:
    """Enter an officer by the home's passphrase, where every officer's key is lost."""
    from facekeep.access import officers

    door = Door.at(context, as_json)
    _refuse_bad_place(key, door)
    opening, passphrase = door.passphrase(), own_passphrase(door, twice=True)
    with door.house() as house:
        pem = officers.draw_key(house.home.entropy, passphrase)
        newcomer = officers.Newcomer(name, role, officers.public_of(pem, passphrase))
        entered = house.recover_officer(newcomer, opening, lambda _: _write_new(key, pem, door))
    document = {**_document(entered), "key": str(key), "protected": passphrase is not None}

    def show(screen: Screen) -> None:
        screen.headline("warn", door.say("officer.recovered"), entered.name)
        screen.facts(_facts(entered, door))
        screen.note(door.say("officer.key", path=key), "good")
        screen.note(door.say("officer.week"), "warn")

    door.answer(document, show)


def retire(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="option.officer_leaving", metavar="NAME")],
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """End an office."""
    from facekeep.access import officers

    door = Door.at(context, as_json)
    with door.house() as house:
        home = house.home
        message = officers.retire_message(home.officers.get(name).public)
        vouched = word_of(door, officer, officer_key, message)
        with home.records.transaction() as tx:
            gone = home.officers.retire(tx, name, int(home.journal.now()), vouched)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("officer.retired"), gone.name)

    door.answer(_document(gone), show)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Everybody who may sign, and who may no longer."""
    door = Door.at(context, as_json)
    with door.house() as house:
        everybody = house.home.officers.all()

    def show(screen: Screen) -> None:
        if not everybody:
            screen.headline("plain", door.say("officer.none"))
            return
        screen.gap()
        labels = ("officer", "duty", "since", "until", "fingerprint")
        screen.table(
            [door.say(f"label.{key}") for key in labels],
            [
                (o.name, door.word("duty", o.role.value), day(o.added_at, door), _until(o, door),
                 grouped(o.fingerprint[:16]))
                for o in everybody
            ],
        )  # fmt: skip

    door.answer({"officers": [_document(one) for one in everybody]}, show)


def approve(
    context: typer.Context,
    act: Annotated[str, typer.Argument(help="option.act", metavar="ACT")],
    what: Annotated[str, typer.Argument(help="option.act_what", metavar="WHAT")],
    officer: OfficerName,
    officer_key: OfficerKey,
    hours: Annotated[int, typer.Option("--hours", help="option.hours", metavar="N")] = 24,
    as_json: AsJson = False,
) -> None:
    """One officer's word for an act that needs two."""
    from facekeep.access.approvals import approval_message, digest_of
    from facekeep.access.officers import Signed

    door = Door.at(context, as_json)
    with door.house() as house:
        now = int(house.home.journal.now())
        expires = now + hours * HOUR
        signature = signed(door, officer_key, approval_message(act, digest_of(act, what), expires))
        given = house.approve(act, what, Signed(officer, signature), now, expires)
    document = {
        "act": act, "what": what, "officer": officer, "approval": given.id.hex(),
        "expires": iso(expires),
    }  # fmt: skip

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("approve.done"), f"{act} · {what}")
        screen.facts(
            [(door.say("label.officer"), officer), (door.say("label.expires"), iso(expires))]
        )
        screen.note(door.say("approve.next"))

    door.answer(document, show)


# -- signing, for every command an officer signs --------------------------------------------


def signed(door: Door, key_file: Path, message: bytes) -> bytes:
    """An officer's signature over a message, with the private key in a file.

    Raises ``Misused`` where the file is none, ``WrongPassphrase`` where its passphrase is missing
    or another.
    """
    from facekeep.access import officers

    pem = read_officer_key(key_file, door)
    passphrase = own_passphrase(door) if officers.is_encrypted(pem) else None
    return officers.sign(pem, message, passphrase)


def read_officer_key(file: Path, door: Door) -> bytes:
    """A private key file, and no more of it than a key can be."""
    from facekeep.access.officers import MAX_KEY_BYTES

    try:
        if not file.is_file():
            raise OSError
        with file.open("rb") as opened:
            return opened.read(MAX_KEY_BYTES + 1)
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None


def word_of(door: Door, officer: str | None, key: Path | None, message: bytes) -> Signed | None:
    from facekeep.access.officers import Signed

    if officer is None and key is None:
        return None
    if officer is None or key is None:
        raise Misused(door.say("error.officer_and_key"))
    return Signed(officer, signed(door, key, message))


def own_passphrase(door: Door, *, twice: bool = False) -> bytes | None:
    """The officer's own: a file, the environment, or a hidden prompt; None where nobody is there."""
    written = door.written("officer_passphrase")
    if written is not None or not door.attended:
        return written or None
    prompt = door.say("prompt.officer_passphrase")
    return (door.hidden_twice(prompt) if twice else door.hidden(prompt)).encode() or None


def _refuse_bad_place(key: Path, door: Door) -> None:
    """A private key lies neither over another file nor inside the home it signs for."""
    if key.exists() or key.is_symlink():
        raise Misused(door.say("error.file_exists", file=key))
    if not key.absolute().parent.is_dir():
        raise Misused(door.say("error.no_folder", folder=key.absolute().parent))
    if key.resolve().is_relative_to(door.place.resolve()):
        raise Misused(door.say("error.key_inside"))


def _write_new(path: Path, pem: bytes, door: Door) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise Misused(door.say("error.no_folder", folder=path.absolute().parent)) from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


def _document(officer: Officer) -> dict[str, Any]:
    return {
        "name": officer.name,
        "role": officer.role.value,
        "fingerprint": officer.fingerprint,
        "added_at": iso(officer.added_at),
        "added_by": officer.added_by or None,
        "retired_at": None if officer.in_office else iso(officer.retired_at),
    }


def _facts(officer: Officer, door: Door) -> list[tuple[str, object]]:
    return [
        (door.say("label.duty"), door.word("duty", officer.role.value)),
        (door.say("label.fingerprint"), grouped(officer.fingerprint)),
        (door.say("label.vouched"), officer.added_by),
    ]


def _until(officer: Officer, door: Door) -> str:
    return "" if officer.in_office else day(officer.retired_at, door)
