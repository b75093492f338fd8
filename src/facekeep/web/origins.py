"""From what a request says of its picture to an ``Origin`` the rooms accept."""

from __future__ import annotations

from collections.abc import Sequence

from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.terms.captures import CaptureToken, Challenge
from facekeep.terms.errors import Misused
from facekeep.terms.values import AttackVerdict, Operation, Origin
from facekeep.terms.wire.captures import SignedCapture


def origin_of(
    house: House, wish: Wish, pictures: Sequence[bytes],
    device: str | None, capture: SignedCapture | None,
) -> Origin:  # fmt: skip
    """The origin of what a device signed, or of a registered device that signs nothing.

    Raises ``CaptureRefused`` where it does not hold.
    """
    if capture is not None:
        token, signature = token_of(capture), bytes.fromhex(capture.signature)
        return house.captures.admit(token, signature, wish, pictures)
    if device is None:
        raise Misused("no device was named that took this picture")
    return house.captures.take(device, wish, pictures)


def token_of(capture: SignedCapture) -> CaptureToken:
    """A capture as its device told it."""
    return CaptureToken(
        device=capture.device,
        purpose_hash=bytes.fromhex(capture.purpose_hash),
        operation=Operation(capture.operation),
        claim=bytes.fromhex(capture.claim),
        nonce=bytes.fromhex(capture.nonce),
        challenge=Challenge(capture.challenge),
        picture=bytes.fromhex(capture.picture),
        verdict=AttackVerdict(capture.verdict),
    )
