"""A device's own side of a capture: fill in what was taken and sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from facekeep.terms.captures import CaptureToken, picture_digest
from facekeep.terms.errors import Misused
from facekeep.terms.values import AttackVerdict


def sign_capture(
    key: bytes, token: CaptureToken, pictures: Sequence[bytes],
    verdict: AttackVerdict = AttackVerdict.NOT_CHECKED,
) -> tuple[CaptureToken, bytes]:  # fmt: skip
    """The token of a session with what was taken, and the device's 64-byte signature over it.

    ``key`` is the device's Ed25519 private key (PEM). Raises ``Misused`` for any other key.
    """
    private = load_pem_private_key(key, None)
    if not isinstance(private, Ed25519PrivateKey):
        raise Misused("a device signs with an Ed25519 key")
    filled = replace(token, picture=picture_digest(pictures), verdict=verdict)
    return filled, private.sign(filled.message)
