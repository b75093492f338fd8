"""HKDF-SHA256 (RFC 5869) and AES-256-CTR streams, in the one form the scheme uses."""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import Tampered

_ZERO_COUNTER = modes.CTR(bytes(16))
_SHA256 = SHA256()

ALIAS_BYTES = 16
"""An identifier shown outside is one block long."""


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


class Alias:
    """Shows a row's identifier outside as another one: a keyed permutation of 16 bytes.

    One block of AES-256: nobody without the key joins what was shown to the row it stands for.
    """

    __slots__ = ("_cipher",)

    def __init__(self, secret: bytes, label: str) -> None:
        # A single block of a random identifier is the permutation itself; there is no second one.
        self._cipher = Cipher(algorithms.AES256(derive(secret, label)), modes.ECB())  # noqa: S305

    def of(self, row: bytes) -> bytes:
        """What stands outside for a row's identifier, 16 bytes."""
        return self._cipher.encryptor().update(row)

    def row(self, shown: bytes) -> bytes:
        """The row's identifier again; empty for anything that is not 16 bytes."""
        return self._cipher.decryptor().update(shown) if len(shown) == ALIAS_BYTES else b""


class Mac:
    """HMAC-SHA256 under one key, made ready once: half the price of one that begins with the key."""

    __slots__ = ("_ready",)

    def __init__(self, key: bytes) -> None:
        self._ready = HMAC(key, _SHA256)

    def of(self, data: bytes) -> bytes:
        """32 bytes."""
        mac = self._ready.copy()
        mac.update(data)
        return mac.finalize()


class Seal:
    """Authenticates rows of a table against whoever can write to it without the key."""

    __slots__ = ("_mac",)

    def __init__(self, secret: bytes, label: str) -> None:
        self._mac = Mac(derive(secret, label))

    def of(self, *fields: bytes) -> bytes:
        """HMAC-SHA256 over the fields, 32 bytes."""
        return self._mac.of(prefixed(*fields))

    def check(self, seal: bytes, *fields: bytes) -> None:
        """Raises ``Tampered`` where any field or the seal was changed."""
        if not hmac.compare_digest(seal, self.of(*fields)):
            raise Tampered("a sealed record was changed")
