"""An inspector reads without changing: their signature moves nothing (PIPL art. 51(2), (4))."""

from __future__ import annotations

from hashlib import sha256

import pytest

from facekeep.access.officers import (
    Newcomer,
    Role,
    Signed,
    add_message,
    public_of,
    retire_message,
    sign,
)
from facekeep.assembly import House
from facekeep.collection.capture import activation
from facekeep.rights.cases import Kind, Outcome
from facekeep.rights.secrets import ACT
from facekeep.terms.errors import Refused
from tests.attacks.staff import admit, answered, approve, enter, hand, key_of, opened
from tests.attacks.toolkit import SIGN_PHOTO, agree


@pytest.fixture
def inspected(house: House) -> House:
    """Ann is an officer; Ivy came to inspect."""
    enter(house, "Ann")
    admit(house, Newcomer("Ivy", "inspector", public_of(key_of("Ivy"))))
    return house


def test_no_approval(inspected: House) -> None:
    """Four eyes are the handler's own."""
    with pytest.raises(Refused, match="inspect"):
        approve(inspected, "Ivy", ACT, "00" * 16)


def test_nobody_is_let_in_or_out(inspected: House) -> None:
    """Nor does an inspector choose the staff."""
    home, public = inspected.home, public_of(key_of("Mole"))
    word = Signed("Ivy", sign(key_of("Ivy"), add_message("Mole", Role.OFFICER, public)))
    with home.records.transaction() as tx, pytest.raises(Refused, match="inspect"):
        home.officers.add(tx, "Mole", "officer", public, 1, word)
    ann = home.officers.get("Ann")
    word = Signed("Ivy", sign(key_of("Ivy"), retire_message(ann.public)))
    with home.records.transaction() as tx, pytest.raises(Refused, match="inspect"):
        home.officers.retire(tx, "Ann", 1, word)


def test_no_step_of_a_case(inspected: House) -> None:
    """They may look; they answer nothing."""
    agree(inspected, "alice")
    case = opened(inspected, Kind.EXPLANATION).row
    inspected.cases.look(case.number, hand("Ivy"))
    with pytest.raises(Refused, match="inspect"):
        answered(inspected, case, Outcome.DONE, "Ivy")


def test_no_device_comes_into_use(inspected: House) -> None:
    """The sign is seen by the handler's officer."""
    inspected.register.suspend("gate-door")
    digest = sha256(SIGN_PHOTO).hexdigest()
    version = inspected.home.devices.row("gate-door").version
    word = Signed("Ivy", sign(key_of("Ivy"), activation("gate-door", digest, version)))
    with pytest.raises(Refused, match="inspect"):
        inspected.register.activate("gate-door", SIGN_PHOTO, word)
