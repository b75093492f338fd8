"""Staff of these tests: accounts with their factors, and how they sign in; programs with their keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from facekeep.access import totp
from facekeep.access.authority import Member, Program
from facekeep.access.enlisting import Chosen
from facekeep.access.keys import ApiKey, Scope, draft
from facekeep.access.passwords import Cost, Passwords
from facekeep.access.signin import Opened, Shown
from facekeep.access.staff import Staff, invitation
from facekeep.assembly import House
from tests.attacks import toolkit

PASSPHRASE = "eleven bright lanterns"
ADDRESS = "192.0.2.7"


@dataclass(frozen=True)
class Person:
    """Somebody of the staff, and what they know."""

    staff: Staff
    secret: bytes
    passphrase: str = PASSPHRASE

    @property
    def name(self) -> str:
        return self.staff.name


def cheaply(house: House) -> House:
    """The same house with passphrases at the cheapest cost."""
    house.passwords = Passwords(house.home.entropy, Cost.cheapest())
    return house


def invite(house: House, name: str, role: str) -> str:
    """An invitation's code, signed for by the officer of these tests."""
    drawn = invitation(house.home.entropy, name, role)
    word = toolkit.signed(house, drawn.message)
    with house.home.records.transaction() as tx:
        house.staff.invite(tx, drawn, word, int(house.home.journal.now()))
    return drawn.code


def employ(
    house: House, name: str, role: str = "attendant", passphrase: str = PASSPHRASE
) -> Person:
    """Somebody with an account, a passphrase and codes."""
    code = invite(house, name, role)
    offer = house.enlisting.offer(code, ADDRESS)
    first = totp.code(offer.secret, house.home.clock())
    staff = house.enlisting.accept(code, Chosen(passphrase, first), ADDRESS)
    return Person(staff, offer.secret, passphrase)


def shown(house: House, person: Person) -> Shown:
    """What they would type at this moment."""
    return Shown(person.passphrase, totp.code(person.secret, house.home.clock()))


def sign_in(house: House, person: Person, address: str = ADDRESS) -> Opened:
    """Signed in half a minute later: a code is good once."""
    house.home.clock.advance(totp.STEP_S)  # type: ignore[attr-defined]
    return house.front_desk.sign_in(person.name, shown(house, person), address)


def member(house: House, person: Person) -> Member:
    """The same as the gate knows them."""
    return Member(sign_in(house, person).session.id)


def program(house: House, *scopes: str, label: str = "gate software") -> tuple[str, ApiKey]:
    """A program with a key: its text, and what is kept."""
    return key_for(house, map(Scope.read, scopes), label)


def key_for(house: House, scopes: Iterable[Scope], label: str) -> tuple[str, ApiKey]:
    """The same of scopes that were read already."""
    now = house.home.journal.now()
    drawn = draft(house.home.entropy, label, scopes, now)
    word = toolkit.signed(house, drawn.message)
    with house.home.records.transaction() as tx:
        kept = house.api_keys.enter(tx, drawn, word, int(now))
    return drawn.text, kept


def as_program(key: ApiKey) -> Program:
    """The same as the gate knows it."""
    return Program(key.id)
