"""Sealed streams: any size there and back, and not one bit, chunk or end that does not belong there."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.protect import chunks
from facekeep.protect.chunks import CHUNK, TAG_BYTES, opened, sealed
from facekeep.terms.errors import Tampered

SECRET, BOUND = b"s" * 32, b"header"
SMALL = 64


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 64 bytes: the edges come sooner."""
    monkeypatch.setattr(chunks, "CHUNK", SMALL)


def whole(parts: Iterable[bytes]) -> bytes:
    return b"".join(parts)


@given(st.lists(st.binary(max_size=200), max_size=8), st.integers(1, 97))
def test_there_and_back(parts: list[bytes], step: int) -> None:
    """However it is cut on the way in and on the way out."""
    stream = whole(sealed(SECRET, parts, BOUND))
    pieces = [stream[i : i + step] for i in range(0, len(stream), step)]
    assert whole(opened(SECRET, pieces, BOUND)) == whole(parts)


@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL])
def test_every_bit_counts(size: int) -> None:
    """One bit flipped anywhere, one byte more, one byte less."""
    stream = whole(sealed(SECRET, [b"x" * size], BOUND))
    for at in range(len(stream)):
        flipped = bytearray(stream)
        flipped[at] ^= 1
        refused(bytes(flipped))
        refused(stream[:at])
    refused(stream + b"\0")


def test_chunks_stay_in_their_places() -> None:
    """Left out, doubled, exchanged, or the end of another stream."""
    stream = whole(sealed(SECRET, [bytes(range(200))], BOUND))
    size = SMALL + TAG_BYTES
    first, second, *rest = (stream[i : i + size] for i in range(0, len(stream), size))
    for other in ([second, *rest], [first, first, second, *rest], [second, first, *rest],
                  [first, second], [first]):  # fmt: skip
        refused(whole(other))


def test_another_secret_or_binding_opens_nothing() -> None:
    """Both are part of the seal."""
    stream = whole(sealed(SECRET, [b"plain"], BOUND))
    for secret, bound in ((b"t" * 32, BOUND), (SECRET, b"another")):
        with pytest.raises(Tampered):
            whole(opened(secret, [stream], bound))


def test_a_chunk_is_a_mebibyte() -> None:
    """What it is where nobody made it smaller."""
    assert CHUNK == 1 << 20


def refused(stream: bytes) -> None:
    with pytest.raises(Tampered):
        whole(opened(SECRET, [stream], BOUND))
