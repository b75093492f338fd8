"""Officers: who is entered, who may sign, and what the ledger says of the roll."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from facekeep.access.officers import (
    MAX_NAME,
    RECOVERY_S,
    Newcomer,
    Role,
    Signed,
    add_message,
    draw_key,
    is_encrypted,
    public_of,
    retire_message,
    sign,
)
from facekeep.assembly import House
from facekeep.terms.errors import Misused, Refused, WrongPassphrase
from tests.attacks.staff import approve, enter, key_of
from tests.attacks.toolkit import PASSPHRASE


def add(house: House, name: str, key: bytes, vouched: Signed | None = None) -> None:
    """Enter somebody as the book stands."""
    with house.home.records.transaction() as tx:
        house.home.officers.add(tx, name, "officer", public_of(key), 1, vouched)


def retire(house: House, name: str, vouched: Signed | None) -> None:
    """End an office."""
    with house.home.records.transaction() as tx:
        house.home.officers.retire(tx, name, 2, vouched)


def test_first_officer_needs_nobody_and_the_next_needs_a_colleague(house: House) -> None:
    """Whoever opens the home begins; from then on officers let officers in."""
    add(house, "Ann", key_of("Ann"))
    with pytest.raises(Refused, match="officer in office"):
        add(house, "Ben", key_of("Ben"))
    message = add_message("Ben", Role.OFFICER, public_of(key_of("Ben")))
    add(house, "Ben", key_of("Ben"), Signed("Ann", sign(key_of("Ann"), message)))
    assert [o.name for o in house.home.officers.living()] == ["Ann", "Ben"]
    assert house.home.officers.get("Ben").added_by == "Ann"


def test_word_for_one_officer_lets_no_other_in(house: House) -> None:
    """The signature names the newcomer, their duty and their key."""
    enter(house, "Ann")
    message = add_message("Ben", Role.INSPECTOR, public_of(key_of("Ben")))
    with pytest.raises(Refused, match="not this officer's"):
        add(house, "Ben", key_of("Ben"), Signed("Ann", sign(key_of("Ann"), message)))


@pytest.mark.parametrize(
    ("name", "key"),
    [("Ann", "Ben"), ("Ben", "Ann"), (" Ann ", "Ben")],
    ids=["name", "key", "spaces"],
)
def test_name_and_key_are_taken_once(house: House, name: str, key: str) -> None:
    """Two names under one key would be four eyes of one head."""
    enter(house, "Ann")
    message = add_message(name.strip(), Role.OFFICER, public_of(key_of(key)))
    with pytest.raises(Refused):
        add(house, name, key_of(key), Signed("Ann", sign(key_of("Ann"), message)))


def test_retired_officer_signs_nothing_and_their_key_stays_taken(house: House) -> None:
    """The row stays: what they signed can still be checked."""
    enter(house, "Ann", "Ben")
    message = retire_message(public_of(key_of("Ben")))
    retire(house, "Ben", Signed("Ann", sign(key_of("Ann"), message)))
    with pytest.raises(Refused, match="no officer"):
        house.home.officers.verify("Ben", b"x", sign(key_of("Ben"), b"x"))
    again = add_message("Ben", Role.OFFICER, public_of(key_of("Ben")))
    with pytest.raises(Refused, match="entered already"):
        add(house, "Ben", key_of("Ben"), Signed("Ann", sign(key_of("Ann"), again)))


def test_last_officer_cannot_retire(house: House) -> None:
    """Nobody could be let in afterwards."""
    enter(house, "Ann")
    message = retire_message(public_of(key_of("Ann")))
    with pytest.raises(Refused, match="last officer"):
        retire(house, "Ann", Signed("Ann", sign(key_of("Ann"), message)))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * (MAX_NAME + 1), "\u202eAnn"])
def test_unusable_names_are_refused(house: House, name: str) -> None:
    """A name is shown on papers and screens."""
    with pytest.raises(Misused):
        add(house, name, key_of("Ann"))


def test_role_and_public_key_must_be_real(house: House) -> None:
    """Bad values leave no row."""
    with house.home.records.transaction() as tx, pytest.raises(Misused, match="role"):
        house.home.officers.add(tx, "Ann", "king", public_of(key_of("Ann")), 1)
    with house.home.records.transaction() as tx, pytest.raises(Misused, match="32 bytes"):
        house.home.officers.add(tx, "Ann", "officer", b"short", 1)
    assert house.home.officers.all() == []


def test_rolled_back_entry_leaves_the_roll_whole(house: House) -> None:
    """Row and ledger go together or not at all."""
    with suppress(ZeroDivisionError), house.home.records.transaction() as tx:
        house.home.officers.add(tx, "Ann", "officer", public_of(key_of("Ann")), 1)
        raise ZeroDivisionError
    assert house.home.officers.all() == []
    enter(house, "Ann")
    assert len(house.home.officers.all()) == 1


def test_key_file_under_a_passphrase() -> None:
    """It opens with its passphrase and with no other."""
    pem = draw_key(os.urandom, b"four words")
    assert is_encrypted(pem)
    assert len(sign(pem, b"x", b"four words")) == 64
    for wrong in (None, b"", b"three words"):
        with pytest.raises(WrongPassphrase):
            sign(pem, b"x", wrong)


@pytest.mark.parametrize(
    "pem", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAA==\n", b"x" * 9000]
)
def test_what_is_no_key_is_named(pem: bytes) -> None:
    """A wrong file is a usage error, never a crash."""
    with pytest.raises(Misused):
        public_of(pem)


def test_another_kind_of_key_is_refused() -> None:
    """A key of a web server signs nothing here."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(Misused, match="Ed25519"):
        public_of(pem)


def test_lost_keys_are_replaced_by_the_passphrase_and_it_shows(house: House) -> None:
    """Somebody must be able to go on; for a week they are no second pair of eyes."""
    enter(house, "Ann")
    newcomer = Newcomer("Zoe", "officer", public_of(key_of("Zoe")))
    with pytest.raises(WrongPassphrase):
        house.recover_officer(newcomer, b"guess", lambda officer: None)
    house.recover_officer(newcomer, PASSPHRASE, lambda officer: None)
    facts = house.evidence()["access.officers.least_privilege"](1).facts
    assert (facts["officers"], facts["recovered"]) == (2, 1)
    with pytest.raises(Refused, match="less than a week"):
        approve(house, "Zoe", "open-secret", "x")
    house.home.clock.advance(RECOVERY_S)  # type: ignore[attr-defined]
    approve(house, "Zoe", "open-secret", "x")


def test_recovery_that_was_not_handed_over_did_not_happen(house: House) -> None:
    """The key file could not be written."""
    newcomer = Newcomer("Zoe", "officer", public_of(key_of("Zoe")))

    def fail(officer: object) -> None:
        raise Misused("no room")

    with pytest.raises(Misused):
        house.recover_officer(newcomer, PASSPHRASE, fail)
    assert house.home.officers.all() == []


@pytest.mark.parametrize("name", ["*home", "*"])
def test_nobody_is_called_like_a_recovery(house: House, name: str) -> None:
    """A name cannot pretend how somebody came in."""
    with pytest.raises(Misused):
        add(house, name, key_of("Ann"))
