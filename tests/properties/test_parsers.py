"""What comes from outside is refused in our own words, never with a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from facekeep.governance.purposes import parse
from facekeep.rights import receipts
from facekeep.rights.receipts import Receipt
from facekeep.storage.subjects import normal
from facekeep.terms.errors import FacekeepError, Misused, Tampered
from tests.attacks.toolkit import People, Site, Turnable, purpose_text

WHOLE = purpose_text()


@given(st.binary(max_size=400))
@example(b"a = " + b"[" * 20_000)
@example(b"a = " + b"9" * 5_000)
@example(b"a = {" * 5_000)
@example(b"a = 2020-13-45")
@example(b"a = 0x" + b"f" * 9_000)
@example(WHOLE.replace(b"365", b"1e400"))
@example(WHOLE.replace(b"365", b"99999999999999999999"))
@example(WHOLE + b"\nmax_fmr = nan")
@example(WHOLE + b"\nmax_fmr = true")
@example(b"x" * 70_000)
def test_arbitrary_bytes_make_no_purpose(text: bytes) -> None:
    """Only our errors leave the parser."""
    with pytest.raises(FacekeepError):
        parse(text)


@given(st.data())
def test_mutated_purpose_is_refused_or_lawful(data: st.DataObject) -> None:
    """A byte changed here or there: still a purpose with another way in, or our error."""
    mutated = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        mutated[data.draw(st.integers(0, len(mutated) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert parse(bytes(mutated)).alternatives
    except FacekeepError:
        return


@given(st.text(max_size=300))
def test_reference_is_normal_or_misused(text: str) -> None:
    """Any text a door hands in."""
    try:
        assert normal(normal(text)) == normal(text)
    except Misused:
        return


# -- receipts -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A real receipt's file and the key to check it with."""
    folder: Path = tmp_path_factory.mktemp("receipt")
    site = Site(folder, Turnable(), People()).found()
    with site.open() as house:
        site.enrol(house, "alice")
        receipt = house.withdrawals.withdraw("alice", "gate")
        return receipt.to_json(), house.home.signer.vkey


def checked(text: str, vkey: str) -> Any:
    return receipts.verify(Receipt.from_json(text), vkey)


def test_the_receipt_itself_verifies(issued: tuple[str, str]) -> None:
    """Control."""
    assert checked(*issued).references == 1


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_single_changed_character_verifies(issued: tuple[str, str], data: st.DataObject) -> None:
    """Anything but white space between the values breaks it."""
    text, vkey = issued
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(codec="utf-8"))
    mutated = text[:place] + character + text[place + 1 :]
    try:
        checked(mutated, vkey)
    except Tampered:
        return
    assert json.loads(mutated) == json.loads(text)


@pytest.mark.long
def test_no_single_changed_bit_verifies(issued: tuple[str, str]) -> None:
    """Exhaustive over every bit of the file."""
    text, vkey = issued
    whole = text.encode()
    for bit in range(8 * len(whole)):
        mutated = bytearray(whole)
        mutated[bit // 8] ^= 1 << bit % 8
        told = mutated.decode(errors="surrogateescape")
        try:
            checked(told, vkey)
        except Tampered:
            continue
        assert json.loads(told) == json.loads(text)


@given(st.text(max_size=200))
@example("[" * 5_000)
@example('{"body":{"schema":"facekeep-erasure-receipt-1"},"signature":""}')
@example('{"body":{"schema":"facekeep-erasure-receipt-1","x":NaN},"signature":"a"}')
@example('{"body":{"schema":"facekeep-erasure-receipt-1","x":1e999},"signature":"a"}')
@example('{"body":{"schema":"facekeep-erasure-receipt-1","x":"\\ud800"},"signature":"a"}')
@example('{"body":{"schema":"facekeep-erasure-receipt-1"},"signature":"\\ud800"}')
@example('{"body":{"schema":"facekeep-erasure-receipt-1","proofs":5},"signature":"\\n\\n"}')
@example('{"body":{"schema":"facekeep-erasure-receipt-1","x":' + "9" * 5_000 + '},"signature":""}')
def test_arbitrary_text_is_no_receipt(issued: tuple[str, str], text: str) -> None:
    """Only our errors leave the parser."""
    with pytest.raises(Tampered):
        checked(text, issued[1])


def test_receipt_under_another_key_is_refused(issued: tuple[str, str], tmp_path: Path) -> None:
    """Somebody else's home vouches for nothing here."""
    with Site(tmp_path, Turnable(), People()).found().open() as other:
        vkey = other.home.signer.vkey
    with pytest.raises(Tampered):
        checked(issued[0], vkey)
