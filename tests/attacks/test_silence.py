"""Nothing tells: no log, output, error or repr carries a name, a vector, a score or a key (P5, P7)."""

from __future__ import annotations

import logging
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.ledger.checkpoint import Signer
from facekeep.protect.envelope import Envelope
from facekeep.protect.keytree import PassphraseCost, Root, SealedRoot, Table
from facekeep.protect.schemes.split import Partial, Record
from facekeep.storage.journal import Chain
from facekeep.storage.keepers.keys import Renewal
from facekeep.storage.keepers.pair import KeeperPair
from facekeep.storage.keys import KeyRow
from facekeep.storage.reset import Scope
from facekeep.terms.errors import FacekeepError, Misused
from facekeep.terms.values import CaptureLevel, Grant, Origin
from facekeep.use.identification import Search
from facekeep.use.verification import Asked
from tests.attacks.toolkit import PASSPHRASE, Site, agree, search, taken

NAMES = ("alice-7f3a", "bob-c41d", "nobody-0e9b")
SECRET = bytes(range(65, 97))
ORIGIN = Origin("gate-1", "lobby", CaptureLevel.NONE, SECRET, SECRET)


def story(site: Site, house: House) -> list[FacekeepError]:
    """A whole life, with everything that goes wrong in it; returns the errors."""
    alice, bob, nobody = NAMES
    errors: list[FacekeepError] = []

    def attempt(act: Any) -> None:
        try:
            act()
        except FacekeepError as error:
            errors.append(error)

    for name in (alice, bob):
        site.enrol(house, name)
    stranger = site.good_photo("zoe")
    for name in NAMES:
        attempt(lambda name=name: site.ask(house, name))
        attempt(lambda name=name: site.ask(house, name, stranger))
        attempt(lambda name=name: site.ask(house, name, b"a wall"))
        attempt(lambda name=name: site.ask(house, name, max_fmr=0.5))
        wall = [b"wall"]
        origin = taken(house, name, "gate", wall)
        attempt(lambda n=name, o=origin: house.enroller.enrol(n, "gate", [b"wall"], site.people, o))
    attempt(lambda: house.identifier.identify(search(house, "gate", stranger), site.people))
    attempt(lambda: house.identifier.identify(search(house, "gate", stranger, 0.7), site.people))
    attempt(lambda: house.identifier.identify(search(house, "nowhere", stranger), site.people))
    house.resetter.renew(Scope(), "keys")
    with site.sql("references") as raw:
        raw.execute("UPDATE reference SET words = zeroblob(length(words))")
    attempt(lambda: site.ask(house, bob))
    for name in (alice, alice, nobody):
        attempt(lambda name=name: house.withdrawals.withdraw(name, "gate"))
        attempt(lambda name=name: site.ask(house, name))
        attempt(lambda name=name: house.resetter.renew(Scope(name, "gate"), "routine"))
    attempt(lambda: agree(house, "\x00" + alice, "gate"))
    return errors


def secrets_of(site: Site, house: House) -> list[str]:
    """What may be written nowhere: names, digits of vectors, keys."""
    vectors = [str(float(v[0]))[:8] for v in site.people.seen.values()]
    keys = [house.keepers.rotation_key.hex(), (site.custody / "signing.key").read_bytes().hex()]
    return [*NAMES, *vectors, *(key[:16] for key in keys), PASSPHRASE.decode()]


def test_a_whole_life_is_logged_without_anybody_in_it(
    site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Logging at its loudest, and both standard streams."""
    caplog.set_level(logging.DEBUG)
    with site.open() as house:
        story(site, house)
        secrets = secrets_of(site, house)
    said = caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in secrets if secret in said]


def test_errors_tell_nobodys_business(site: Site, house: House) -> None:
    """No error, public or internal, carries a name, a number of a face or a key."""
    errors = story(site, house)
    assert len(errors) > 10
    told = " ".join(f"{e!r} {e} {e.as_dict()}" for e in errors)
    assert not [secret for secret in secrets_of(site, house) if secret in told]
    assert not [e for e in errors if "score" in str(e).lower() and not isinstance(e, Misused)]


def test_refusals_of_known_and_unknown_read_alike(site: Site, house: House) -> None:
    """None says whether a subject exists."""
    site.enrol(house, NAMES[0])
    told = set()
    for name in NAMES:
        with pytest.raises(FacekeepError) as refused:
            site.ask(house, name, b"a wall")
        told.add(str(refused.value.as_dict()))
    assert len(told) == 1


WORDS = np.frombuffer(SECRET * 4, np.uint16)
GRANT = Grant("gate", b"h" * 32, b"c" * 16, 1)
HOLDERS = [
    Root(SECRET),
    SealedRoot(b"s", PassphraseCost.cheapest(), SECRET, b"p"),
    Table([SECRET] * 1024),
    Envelope(SECRET, "x"),
    Chain(SECRET),
    KeeperPair(SECRET, SECRET),
    KeyRow(b"r" * 16, b"e" * 8, SECRET, GRANT, "m", 128, True, b"e" * 8, SECRET),  # type: ignore[arg-type]
    Record(b"r" * 16, b"e" * 8, WORDS, SECRET, SECRET),  # type: ignore[arg-type]
    Partial(WORDS, b"tag"),
    Renewal(b"r" * 16, b"e" * 8, b"f" * 8, WORDS),  # type: ignore[arg-type]
    Signer("name", SECRET),
    Asked(SECRET.decode(), "gate", SECRET, ORIGIN),
    Search("gate", SECRET, ORIGIN),
    Asking(SECRET.decode(), "gate"),
]


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_repr_withholds_the_secret(holder: object) -> None:
    """A traceback with locals, a debugger or an f-string shows the shape only."""
    shown = repr(holder) + str(holder)
    forms = (SECRET.decode(), repr(SECRET)[2:-1], SECRET.hex(), str(WORDS[0]))
    assert not [form for form in forms if form in shown]


def test_receipt_does_not_show_its_secret(site: Site, house: House) -> None:
    """The receipt hands the person s in its file, not in our logs."""
    site.enrol(house, "alice")
    receipt = house.withdrawals.withdraw("alice", "gate")
    assert receipt.body["secret"] not in repr(receipt)


def test_picture_dies_with_the_answer(site: Site, house: House) -> None:
    """No result keeps the picture it came from, nor its features."""
    site.enrol(house, "alice")
    photo = site.good_photo("alice")
    answer = site.ask(house, "alice", photo)
    assert is_dataclass(answer)
    values = [getattr(answer, field.name) for field in fields(answer)]
    assert photo not in values
    assert not any(isinstance(value, np.ndarray) for value in values)
