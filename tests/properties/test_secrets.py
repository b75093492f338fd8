"""Derivation and wrapping: standard where a standard exists, bound to every field."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import assume, given
from hypothesis import strategies as st

from facekeep.protect.derive import derive
from facekeep.protect.envelope import OVERHEAD, Envelope
from facekeep.protect.keytree import bucket_of, bucket_range
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import Tampered

fields = st.lists(st.binary(max_size=40), max_size=5)
filled = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=5)


@given(st.binary(max_size=80), st.text(max_size=20), fields, st.integers(1, 300))
def test_derive_is_hkdf(secret: bytes, label: str, context: list[bytes], length: int) -> None:
    """RFC 5869 as another implementation has it."""
    assume(label.isascii())
    theirs = HKDF(SHA256(), length, None, prefixed(label.encode(), *context)).derive(secret)
    assert derive(secret, label, *context, length=length) == theirs


@given(fields, fields)
def test_prefixed_fields_never_collide(a: list[bytes], b: list[bytes]) -> None:
    """No two lists share an encoding."""
    assert (prefixed(*a) == prefixed(*b)) == (a == b)


@given(st.binary(min_size=1, max_size=99), filled, filled, st.binary(min_size=32, max_size=32))
def test_envelope_opens_only_with_its_own_fields(
    plain: bytes, bound: list[bytes], other: list[bytes], secret: bytes
) -> None:
    """Another field, another order, one more or one less: ``Tampered``."""
    wrapped = Envelope(secret, "label").wrap(plain, *bound)
    assert len(wrapped) == len(plain) + OVERHEAD
    assert Envelope(secret, "label").unwrap(wrapped, *bound) == plain
    if other != bound:
        with pytest.raises(Tampered):
            Envelope(secret, "label").unwrap(wrapped, *other)
    with pytest.raises(Tampered):
        Envelope(secret, "other label").unwrap(wrapped, *bound)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_envelope_notices_any_flipped_bit(plain: bytes, data: st.DataObject) -> None:
    """Authenticated encryption."""
    envelope = Envelope(bytes(32), "label")
    wrapped = bytearray(envelope.wrap(plain, b"field"))
    bit = data.draw(st.integers(0, 8 * len(wrapped) - 1))
    wrapped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Tampered):
        envelope.unwrap(bytes(wrapped), b"field")


@given(st.binary(max_size=200))
def test_envelope_refuses_arbitrary_bytes(junk: bytes) -> None:
    """Only our error."""
    with pytest.raises(Tampered):
        Envelope(bytes(32), "label").unwrap(junk, b"field")


@given(st.binary(min_size=16, max_size=16))
def test_every_row_lies_in_exactly_its_bucket(row: bytes) -> None:
    """Re-keying a bucket reaches each of its rows and no other."""
    own = bucket_of(row)
    for number in {own, own - 1, own + 1} & set(range(1024)):
        low, high = bucket_range(number)
        assert (low <= row < high) == (number == own)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_canonical_bytes_are_a_function_of_the_value(value: object) -> None:
    """Read back and written again, nothing changes."""
    import json

    try:
        told = canonical(value)
    except UnicodeEncodeError:
        return
    assert canonical(json.loads(told)) == told
