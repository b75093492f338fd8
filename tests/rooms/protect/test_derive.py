"""What is made ready once says the same as what begins with the key."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from facekeep.protect.derive import Mac, Seal, derive
from facekeep.terms.encoding import prefixed

keys = st.binary(min_size=1, max_size=80)


@given(key=keys, messages=st.lists(st.binary(max_size=200), max_size=4))
def test_mac_is_hmac_sha256_each_time(key: bytes, messages: list[bytes]) -> None:
    """One message leaves nothing behind for the next."""
    mac = Mac(key)
    assert [mac.of(one) for one in messages] == [
        hmac.digest(key, one, "sha256") for one in messages
    ]


@given(fields=st.lists(st.binary(max_size=60), max_size=4))
def test_seal_is_hmac_over_prefixed_fields(fields: list[bytes]) -> None:
    """Rows sealed by an earlier release open."""
    key = derive(b"k" * 32, "label")
    sealed = Seal(b"k" * 32, "label").of(*fields)
    assert sealed == hmac.digest(key, prefixed(*fields), "sha256")


def test_neither_shows_its_key() -> None:
    """In a log or a traceback."""
    shown = repr(Mac(b"k" * 32)) + repr(Seal(b"k" * 32, "label"))
    assert "kkkk" not in shown
