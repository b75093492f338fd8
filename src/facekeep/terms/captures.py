"""What a device signs when it takes a picture (custody rule 11). Plain words: embeddable anywhere.

The token proves a key, not a camera. Its canonical bytes bind the device, the purpose as published,
the operation, the claimed subject (a keyed digest the server gave) or nobody, the server's nonce, the
digest of the picture, the verdict of the device's own attack check and the challenge it showed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any

from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import Misused
from facekeep.terms.values import AttackVerdict, Operation

DOMAIN = b"facekeep capture 1\n"
"""Before every signed message: what a device signs here means nothing elsewhere."""

MAX_TOKEN_BYTES = 4096


class Challenge(StrEnum):
    """What a person is asked to do. Nothing asks for blinking, which not everybody can (FRM 5(3))."""

    NONE = "none"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    COME_CLOSER = "come_closer"


@dataclass(frozen=True, slots=True)
class CaptureToken:
    """One capture as its device tells it. Byte fields travel as hexadecimal."""

    device: str
    purpose_hash: bytes
    operation: Operation
    claim: bytes = field(repr=False)
    """The server's keyed digest of the claimed subject; empty in a 1:N search."""
    nonce: bytes = field(repr=False)
    challenge: Challenge = Challenge.NONE
    picture: bytes = field(repr=False, default=b"")
    """:func:`picture_digest` of what was taken; empty until it is."""
    verdict: AttackVerdict = AttackVerdict.NOT_CHECKED

    @property
    def message(self) -> bytes:
        """The bytes to be signed."""
        return DOMAIN + canonical(self.as_dict())

    def as_dict(self) -> dict[str, str]:
        """Plain JSON values."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: v.hex() if isinstance(v, bytes) else str(v) for name, v in told.items()}


def token_from(text: bytes) -> CaptureToken:
    """A token out of its JSON. Raises ``Misused`` for anything else."""
    if len(text) > MAX_TOKEN_BYTES:
        raise Misused("a capture token is short")
    try:
        told: Any = json.loads(text)
        names = {one.name for one in fields(CaptureToken)}
        if not isinstance(told, dict) or set(told) != names:
            raise ValueError
        return CaptureToken(
            device=str(told["device"]),
            purpose_hash=bytes.fromhex(told["purpose_hash"]),
            operation=Operation(told["operation"]),
            claim=bytes.fromhex(told["claim"]),
            nonce=bytes.fromhex(told["nonce"]),
            challenge=Challenge(told["challenge"]),
            picture=bytes.fromhex(told["picture"]),
            verdict=AttackVerdict(told["verdict"]),
        )
    except (ValueError, TypeError, RecursionError):
        raise Misused("the capture token is damaged") from None


def factor_challenge(token: CaptureToken) -> bytes:
    """What a passkey signs beside this capture (WebAuthn's ``challenge``), 32 bytes: good for this one
    session, purpose and claimed subject.
    """
    told = prefixed(token.nonce, token.purpose_hash, token.claim)
    return sha256(b"facekeep factor 1\n" + told).digest()


def picture_digest(pictures: Sequence[bytes]) -> bytes:
    """SHA-256 of one picture; of the digests in order where there are several. 32 bytes."""
    digests = [sha256(picture).digest() for picture in pictures]
    return digests[0] if len(digests) == 1 else sha256(prefixed(*digests)).digest()
