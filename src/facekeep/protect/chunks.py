"""Sealing what is too large for memory: AES-256-GCM in chunks, the STREAM construction.

Hoang, Reyhanitabar, Rogaway, Vizár: *Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance* (CRYPTO 2015). Each chunk's nonce is its number and whether it is the last, so a
chunk left out, doubled, moved, or a cut tail does not open. A key seals one stream and no more:
callers draw a fresh one each time. Pure: bytes in, bytes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from facekeep.protect.derive import derive
from facekeep.terms.errors import Tampered

CHUNK = 1 << 20
"""Plain bytes of a chunk."""

TAG_BYTES = 16

Chunks = Iterable[bytes]


def sealed(secret: bytes, plain: Chunks, bound: bytes) -> Iterator[bytes]:
    """``plain`` under a secret that seals nothing else, bound to ``bound``."""
    cipher = _cipher(secret)
    for number, (block, last) in enumerate(_blocks(plain, CHUNK)):
        yield cipher.encrypt(_nonce(number, last), block, bound)


def opened(secret: bytes, chunks: Chunks, bound: bytes) -> Iterator[bytes]:
    """The plain bytes again. Raises ``Tampered`` at the first chunk that does not belong there.

    What came before it was genuine; whoever acts on a part must wait for the end.
    """
    cipher = _cipher(secret)
    for number, (block, last) in enumerate(_blocks(chunks, CHUNK + TAG_BYTES)):
        try:
            yield cipher.decrypt(_nonce(number, last), block, bound)
        except (InvalidTag, ValueError):
            raise Tampered("a sealed stream does not open") from None


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(derive(secret, "facekeep stream"))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _blocks(chunks: Chunks, size: int) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in blocks of one size, and whether each is the last; one at least."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > size:
            yield bytes(waiting[:size]), False
            del waiting[:size]
    yield bytes(waiting), True
