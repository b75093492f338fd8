"""Framing of fields: equal bytes mean equal lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from facekeep.terms.encoding import prefixed

FIELDS = st.lists(st.binary(max_size=40) | st.binary(min_size=4090, max_size=4100), max_size=5)


@given(FIELDS)
def test_framing_is_what_it_says(fields: list[bytes]) -> None:
    """Four bytes of length, big-endian, and the field."""
    assert prefixed(*fields) == b"".join(len(f).to_bytes(4, "big") + f for f in fields)


@given(FIELDS, FIELDS)
def test_two_lists_share_no_framing(one: list[bytes], other: list[bytes]) -> None:
    """However the bytes are cut."""
    assert (prefixed(*one) == prefixed(*other)) == (one == other)
