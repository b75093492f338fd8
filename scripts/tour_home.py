"""The home of the tour: Riverside Residence / 河畔公寓, invented, with a month behind it.

Nobody's face is in it: whoever passes the gate here is a drawn vector (``tour_people``). Everything else is
real: signed purposes, consents, refusals, cases under way, a ledger that verifies.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import time

from facekeep import assembly
from facekeep.access import keys, officers, totp
from facekeep.access.approvals import ADMIT, approval_message, digest_of
from facekeep.access.enlisting import Chosen
from facekeep.access.officers import Newcomer, Role, Signed, add_message
from facekeep.access.staff import SIGNING, invitation
from facekeep.assembly import House
from facekeep.collection.capture import activation
from facekeep.governance.devices import device_of
from facekeep.protect.keytree import PassphraseCost
from facekeep.settings import Settings

EXAMPLES = Path(__file__).resolve().parent.parent / "docs" / "examples"
NAME = "Riverside Residence 河畔公寓"
PASSPHRASE = b"the river carries seven lanterns"
ADDRESS = "127.0.0.1"
DAY, HOUR, MINUTE = 86_400, 3_600, 60
PAST_DAYS = 30
GATE, OFFICE = "gate", "office"

STAFF = (
    ("Zhao Min", "officer", "seven lanterns on the river"),
    ("Lin Yue", "officer", "the bridge opens at daybreak"),
    ("Chen Jie", "case-officer", "every letter finds its reader"),
    ("Wang Lei", "attendant", "somebody is always at the desk"),
    ("Sun Hao", "inspector", "nothing here is taken on trust"),
    ("He Qing", "security", "the lock remembers every key"),
    ("Zhou Yan", "attendant", "the night is short at the gate"),
)
"""Who works here: name, role, passphrase."""

OFFICER, SECOND, CASES, NEWCOMER = STAFF[0][0], STAFF[1][0], STAFF[2][0], STAFF[5][0]
WAITS = 7
"""Days that an approval waits for the second one."""

DEVICES = (
    ("gate-1", "gate", "lobby", "turnstile", [GATE]),
    ("desk-1", "desk", "lobby", "turnstile", [GATE]),
    ("kiosk-1", "kiosk", "lobby", "turnstile", [GATE]),
    ("office-1", "gate", "office", "door", [OFFICE]),
)
"""Name, kind, place, zone, purposes."""

OFFICE_PLACE = """
id = "office"
kind = "office"
address = "1 River Road, south wing · 河滨路 1 号南翼"
public = false
[name]
zh = "办公楼正门"
en = "Office main door"
[[zones]]
label = "door"
unit = "metres"
points = [[0.0, 0.0], [1.4, 0.0], [1.4, 1.0], [0.0, 1.0]]
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One of the staff, and what they sign in with."""

    name: str
    role: str
    passphrase: str = field(repr=False)
    secret: bytes = field(repr=False)

    def code(self, now: float) -> str:
        """The one-time code of this moment."""
        return totp.code(self.secret, now)


class Past:
    """A wall clock that begins some days ago and is moved on by hand, never past the present."""

    def __init__(self, days: int = PAST_DAYS) -> None:
        self._now = float(int(time()) // DAY * DAY - days * DAY + HOUR)

    def __call__(self) -> float:
        return self._now

    def on(self, seconds: float) -> None:
        """So much later."""
        self._now = min(self._now + seconds, time())


@dataclass(frozen=True, slots=True)
class Residence:
    """A founded home and the people who work in it."""

    home: Path
    settings: Settings
    staff: tuple[Account, ...] = ()

    def account(self, role: str) -> Account:
        """The first of the staff with a role."""
        return next(one for one in self.staff if one.role == role)

    @contextmanager
    def open(self, clock: Past | None = None) -> Iterator[House]:
        """The home, unlocked; by today's clock where none is handed in."""
        how = {} if clock is None else {"clock": clock}
        with assembly.entered(self.home, self.settings, passphrase=PASSPHRASE, **how) as house:
            yield house


def found(folder: Path, clock: Past, port: int) -> Residence:
    """A new home in an empty folder, its origin at this port."""
    outside = folder / "witness"
    outside.mkdir()
    settings = Settings(
        custody=folder / "custody", port=port, origin=f"http://localhost:{port}",
        witness=f"file:{outside}",
    )  # fmt: skip
    home = folder / "home"
    assembly.found(home, PASSPHRASE, settings, cost=PassphraseCost.cheapest(), clock=clock)
    return Residence(home, settings)


# -- whoever signs --------------------------------------------------------------------------------


class Signatures:
    """The keys of those who sign, as long as the tour is being set up."""

    def __init__(self) -> None:
        signing = (name for name, role, _ in STAFF if role in SIGNING and name != NEWCOMER)
        self._keys = {name: officers.draw_key(os.urandom) for name in signing}

    def key(self, name: str) -> bytes | None:
        """Somebody's private key; None for whoever signs nothing."""
        return self._keys.get(name)

    def public(self, name: str) -> bytes:
        """Its public half."""
        return officers.public_of(self._keys[name])

    def sign(self, message: bytes, name: str = OFFICER) -> bytes:
        """Somebody's signature."""
        return officers.sign(self._keys[name], message)

    def word(self, message: bytes, name: str = OFFICER) -> Signed:
        """The same with the name to it."""
        return Signed(name, self.sign(message, name))


def enter_officers(house: House, pens: Signatures) -> None:
    """The first by the passphrase, the second by the first one's word, the third by two approvals."""
    book, at = house.home.officers, int(house.home.journal.now())
    with house.home.records.transaction() as tx:
        book.add(tx, OFFICER, Role.OFFICER, pens.public(OFFICER), at)
    vouched = pens.word(add_message(SECOND, Role.OFFICER, pens.public(SECOND)))
    with house.home.records.transaction() as tx:
        book.add(tx, SECOND, Role.OFFICER, pens.public(SECOND), at, vouched)
    newcomer = Newcomer(CASES, Role.CASE_OFFICER, pens.public(CASES))
    digest, until = digest_of(ADMIT, newcomer.what), at + DAY
    for name in (OFFICER, SECOND):
        word = pens.word(approval_message(ADMIT, digest, until), name)
        with house.home.records.transaction() as tx:
            house.home.approvals.approve(tx, ADMIT, digest, word, at, until)
    with house.home.records.transaction() as tx:
        house.home.approvals.admit(tx, newcomer, at)


def employ(house: House, pens: Signatures, name: str, role: str, passphrase: str) -> Account:
    """Invite somebody, and take up the account as they would."""
    drawn = invitation(house.home.entropy, name, role)
    with house.home.records.transaction() as tx:
        at = int(house.home.journal.now())
        house.staff.invite(tx, drawn, pens.word(drawn.message), at)
    offer = house.enlisting.offer(drawn.code, ADDRESS)
    first = totp.code(offer.secret, house.home.clock())
    chosen = Chosen(passphrase, first, key_pem=pens.key(name))
    house.enlisting.accept(drawn.code, chosen, ADDRESS)
    return Account(name, role, passphrase, offer.secret)


def begin_approving(house: House, pens: Signatures) -> None:
    """One officer says yes to a newcomer's key, and a program is given one: the second yes is awaited."""
    account = house.staff.named(NEWCOMER)
    assert account is not None
    home, at = house.home, int(house.home.journal.now())
    with home.records.transaction() as tx:
        what = account.newcomer.what
        home.pending.approve(tx, ADMIT, what, pens.word, at, at + WAITS * DAY)
    drawn = keys.draft(home.entropy, "east gate", [keys.Scope.read(f"{GATE}:verification")], at)
    with home.records.transaction() as tx:
        home.api_keys.enter(tx, drawn, pens.word(drawn.message), at)


# -- what there is --------------------------------------------------------------------------------


def furnish(house: House, pens: Signatures) -> None:
    """The handler, two purposes, two places, four devices."""
    house.set_handler(_example("handler.toml"), OFFICER)
    for name in (GATE, OFFICE):
        report = _dated(_example(f"{name}-assessment.toml"), house.home.journal.now())
        house.purposes.publish(_example(f"{name}.toml"), report, OFFICER, pens.word)
    house.register.add_place(_example("lobby.toml"))
    house.register.add_place(OFFICE_PLACE.encode())
    for device in DEVICES:
        _install(house, pens, *device)


def _install(
    house: House, pens: Signatures, name: str, kind: str, place: str, zone: str, purposes: list[str]
) -> None:
    told = {"id": name, "kind": kind, "place": place, "zone": zone, "purposes": purposes}
    house.register.add_device(device_of(**told))
    message = activation(name, "", house.home.devices.row(name).version)
    house.register.activate(name, b"", pens.word(message))


def _example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def _dated(assessment: bytes, at: float) -> bytes:
    """The example's assessment, finished on the day the story begins."""
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    return re.sub(rb"(?m)^date = \S+", f"date = {day}".encode(), assessment)
