"""Receipts: every field is vouched for, by the right key, against the right home."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from facekeep.ledger.checkpoint import Signer
from facekeep.rights.receipts import (
    MAX_RECEIPT_BYTES,
    SCHEMA,
    WORDS,
    Receipt,
    verify,
    verify_against,
)
from facekeep.storage.keys import KeyRow
from facekeep.storage.signed import signed_text
from facekeep.terms.errors import FacekeepError, Tampered
from facekeep.terms.values import Epoch, Grant, RowId
from tests.attacks.toolkit import People, Site, Turnable
from tests.rooms.storage.conftest import Town


class Case(NamedTuple):
    """Two people's receipts of one home."""

    town: Town
    mine: Receipt
    other: Receipt

    @property
    def vkey(self) -> str:
        return self.town.house.home.signer.vkey

    def altered(self, **fields: Any) -> Receipt:
        """My receipt with other fields under the old signature."""
        return Receipt({**copy.deepcopy(self.mine.body), **fields}, self.mine.signature)

    def signed_anew(self, **fields: Any) -> Receipt:
        """The same, signed by a home that lies."""
        body = self.altered(**fields).body
        return Receipt(body, self.town.house.home.signer.sign(signed_text(body)).line)


@pytest.fixture(scope="module")
def case(town: Town) -> Case:
    receipts = []
    for name in ("alice", "bob"):
        town.site.enrol(town.house, name)
        receipts.append(town.house.withdrawals.withdraw(name, "gate"))
        town.clock.advance(3600)
    return Case(town, *receipts)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Another home."""
    clock = Turnable()
    site = Site(tmp_path_factory.mktemp("elsewhere"), clock, People()).found()
    with site.open() as house:
        yield Town(site, house, clock)


# -- reading --------------------------------------------------------------------------------


def test_receipt_returns_from_its_file(case: Case, tmp_path: Path) -> None:
    """Through UTF-8 and JSON, Chinese words unescaped, ending in a line."""
    path = tmp_path / "receipt.json"
    path.write_text(case.mine.to_json(), encoding="utf-8")
    read = Receipt.from_json(path.read_text(encoding="utf-8"))
    assert read == case.mine
    assert read.to_json() == case.mine.to_json()
    assert WORDS["zh"] in case.mine.to_json()
    assert case.mine.to_json().endswith("}\n")
    assert verify(read, case.vkey) == verify(case.mine, case.vkey)


def test_receipt_in_another_layout_is_the_same_receipt(case: Case) -> None:
    """What is signed is the canonical form, not the file's white space."""
    packed = json.dumps(json.loads(case.mine.to_json()), ensure_ascii=True)
    assert verify(Receipt.from_json(packed), case.vkey) == verify(case.mine, case.vkey)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '"x"', '{"body": {}, "signature": "x"}', '{"body": 1, "signature": 2}',
     json.dumps({"body": {"schema": "another"}, "signature": "x"}),
     json.dumps({"body": {"schema": SCHEMA}, "signature": 5}),
     '{"body": {"schema": "' + SCHEMA + '", "n": NaN}, "signature": "x"}',
     "[" * 10_000, "x" * (MAX_RECEIPT_BYTES + 1)],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_receipt_is_tampered(text: str) -> None:
    """Nothing, other documents, numbers nobody signs, depths and lengths nobody writes."""
    with pytest.raises(Tampered, match="not an erasure receipt"):
        Receipt.from_json(text)


def test_oversized_receipt_is_measured_in_bytes(case: Case) -> None:
    """Three bytes a character: 64 KiB of Chinese is too much although it is 22,000 characters."""
    body = {**case.mine.body, "words": "门" * (MAX_RECEIPT_BYTES // 3)}
    with pytest.raises(Tampered):
        Receipt.from_json(json.dumps({"body": body, "signature": "x"}, ensure_ascii=False))


# -- what it proves -------------------------------------------------------------------------


def test_receipt_proves_purpose_number_and_time(case: Case) -> None:
    """Times are the ledger's: to the minute."""
    proved = verify(case.mine, case.vkey)
    assert (proved.purpose, proved.references, proved.horizon) == ("gate", 1, None)
    assert proved.erased_at % 60 == 0
    assert proved.checkpoint_size < verify(case.other, case.vkey).checkpoint_size


def test_event_names_the_completion_entry(case: Case) -> None:
    """Whoever holds the ledger finds it by that name."""
    leaf = json.loads(json.loads(case.mine.body["proofs"][1])["leaf"])
    assert case.mine.event == leaf["id"]
    assert leaf["kind"] == "rights:withdrawal:completed"
    assert case.mine.event != case.other.event


FIELDS = ("schema", "home", "key", "purpose", "consents", "proofs", "checkpoint", "horizon",
          "secret", "words")  # fmt: skip


def test_every_field_is_under_test(case: Case) -> None:
    """A field added to the receipt must be altered below too."""
    assert set(case.mine.body) == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_altered_field_is_found(case: Case, name: str) -> None:
    """The signature covers each; so it does where the field is left out."""
    with pytest.raises(Tampered):
        verify(
            case.altered(**{name: case.other.body[name] if name == "secret" else "x"}), case.vkey
        )
    body = {key: value for key, value in case.mine.body.items() if key != name}
    with pytest.raises(Tampered):
        verify(Receipt(body, case.mine.signature), case.vkey)


def test_added_field_is_found(case: Case) -> None:
    """Nothing is smuggled in."""
    with pytest.raises(Tampered):
        verify(case.altered(note="valid until 2100"), case.vkey)


@pytest.mark.parametrize("name", ["purpose", "consents", "proofs", "checkpoint", "secret"])
def test_home_that_lies_under_its_own_signature_is_found(case: Case, name: str) -> None:
    """What the ledger says binds the home as well: another purpose, people or proofs do not fit."""
    value = case.other.body[name] if name != "purpose" else "bank"
    if name == "proofs":
        value = [case.mine.body["proofs"][0], case.other.body["proofs"][1]]
    with pytest.raises(Tampered):
        verify(case.signed_anew(**{name: value}), case.vkey)


def test_proofs_in_the_wrong_order_or_number_are_found(case: Case) -> None:
    """Accepted first, completed second, and both."""
    first, second = case.mine.body["proofs"]
    for proofs in ([second, first], [first, first], [first], [], [first, second, second], None):
        with pytest.raises(Tampered):
            verify(case.signed_anew(proofs=proofs), case.vkey)


def test_receipt_without_the_secret_proves_the_rest(case: Case) -> None:
    """A recovered ending has lost it: how many references there were is not told."""
    proved = verify(case.signed_anew(secret=None), case.vkey)
    assert proved.references is None
    assert proved.erased_at == verify(case.mine, case.vkey).erased_at


@pytest.mark.parametrize("secret", ["", "zz", "00" * 31, "00" * 32, 5, ["00"]])
def test_secret_that_is_none_is_found(case: Case, secret: object) -> None:
    """Malformed, short or another's: an error of ours, not a crash."""
    with pytest.raises(FacekeepError):
        verify(case.signed_anew(secret=secret), case.vkey)


# -- keys -----------------------------------------------------------------------------------


def test_another_key_of_the_same_name_is_refused(case: Case) -> None:
    """The name is not the key."""
    name = case.vkey.split("+")[0]
    with pytest.raises(Tampered):
        verify(case.mine, Signer(name, os.urandom(32)).vkey)


def test_another_homes_key_is_refused(case: Case, elsewhere: Town) -> None:
    """A receipt is its own home's."""
    with pytest.raises(Tampered):
        verify(case.mine, elsewhere.house.home.signer.vkey)


@pytest.mark.parametrize("vkey", ["", "x", "a+b+c", "facekeep/1/1+00000000+AAAA"])
def test_what_is_no_key_is_refused(case: Case, vkey: str) -> None:
    """Said plainly, before anything is believed."""
    with pytest.raises(FacekeepError):
        verify(case.mine, vkey)


def test_signature_of_another_receipt_is_refused(case: Case) -> None:
    """Nor a second signature line, nor none."""
    for signature in (case.other.signature, "", case.mine.signature + "\n" + case.other.signature):
        with pytest.raises(Tampered):
            verify(Receipt(case.mine.body, signature), case.vkey)


# -- against the home -----------------------------------------------------------------------


def test_home_that_went_on_still_continues_the_receipt(case: Case) -> None:
    """New people, the same person again: the old consent stays ended."""
    house = case.town.house
    case.town.site.enrol(house, "alice")
    case.town.site.enrol(house, "carol")
    assert verify_against(case.mine, case.vkey, house.home) == verify(case.mine, case.vkey)


def test_another_home_does_not_hold_the_entries(case: Case, elsewhere: Town) -> None:
    """Shorter or longer: its ledger is not the receipt's."""
    for _ in range(2):
        with pytest.raises(Tampered, match="does not hold"):
            verify_against(case.mine, case.vkey, elsewhere.house.home)
        for name in ("xa", "xb", "xc"):
            elsewhere.site.enrol(elsewhere.house, name)


@pytest.mark.parametrize("active", [True, False])
def test_key_of_the_ended_consent_that_lives_is_found(case: Case, active: bool) -> None:
    """In force or not: whoever brought it back is found out."""
    vault = case.town.house.home.vault
    grant = Grant("gate", b"h" * 32, bytes.fromhex(case.other.body["consents"][0]), 2**40)
    row = KeyRow(RowId(os.urandom(16)), Epoch(b"e" * 8), b"w", grant, "m", 8, active)
    verify_against(case.other, case.vkey, case.town.house.home)
    vault.keep([row])
    try:
        with pytest.raises(Tampered, match="alive"):
            verify_against(case.other, case.vkey, case.town.house.home)
    finally:
        vault.erase([row], 0)
