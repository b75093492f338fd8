"""Wrapping keys: AES-256-SIV (RFC 5297), made for wrapping, bound to every field it is given.

16 bytes longer than what it wraps. Deterministic, which for random keys tells nothing.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from facekeep.protect.derive import derive
from facekeep.terms.errors import Tampered

OVERHEAD = 16


class Envelope:
    """One wrapping key, derived for one label. Its ``repr`` says nothing."""

    __slots__ = ("_siv",)

    def __init__(self, secret: bytes, label: str) -> None:
        self._siv = AESSIV(derive(secret, label, length=64))

    def wrap(self, plain: bytes, *bound: bytes) -> bytes:
        """``plain`` sealed together with the ``bound`` fields."""
        return self._siv.encrypt(plain, list(bound) or None)

    def unwrap(self, wrapped: bytes, *bound: bytes) -> bytes:
        """The plain bytes. Raises ``Tampered`` where key, bytes or any bound field differ."""
        try:
            return self._siv.decrypt(wrapped, list(bound) or None)
        except (InvalidTag, ValueError):
            raise Tampered("a wrapped key does not open") from None
