"""HKDF-SHA256 (RFC 5869) and AES-256-CTR streams, in the one form the scheme uses."""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import Tampered

_ZERO_COUNTER = modes.CTR(bytes(16))
_SHA256 = SHA256()


def derive(secret: bytes, label: str, *context: bytes, length: int = 32) -> bytes:
    """``length`` bytes from ``secret`` for one use, bound to a label and its context.

    RFC 5869 with an empty salt; fields are length-prefixed, so no two contexts collide.
    """
    return HKDF(_SHA256, length, None, prefixed(label.encode(), *context)).derive(secret)


def stream(key: bytes, length: int) -> bytes:
    """The first ``length`` bytes of AES-256-CTR from counter 0.

    A zero counter is safe only because every key makes exactly one stream.
    """
    encryptor = Cipher(algorithms.AES256(key), _ZERO_COUNTER).encryptor()
    return encryptor.update(bytes(length))


class Seal:
    """Authenticates rows of a table against whoever can write to it without the key."""

    __slots__ = ("_key",)

    def __init__(self, secret: bytes, label: str) -> None:
        self._key = derive(secret, label)

    def of(self, *fields: bytes) -> bytes:
        """HMAC-SHA256 over the fields, 32 bytes."""
        return hmac.digest(self._key, prefixed(*fields), "sha256")

    def check(self, seal: bytes, *fields: bytes) -> None:
        """Raises ``Tampered`` where any field or the seal was changed."""
        if not hmac.compare_digest(seal, self.of(*fields)):
            raise Tampered("a sealed record was changed")
