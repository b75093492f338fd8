"""Where a picture comes from, as it travels."""

from __future__ import annotations

from typing import Literal

from facekeep.terms.wire.base import Asked, DeviceId, Hexadecimal

Profile = Literal["standard", "voice", "large_type", "no_challenge", "staffed"]
"""How somebody is guided through a capture; chosen before it begins (Measures art. 5(3))."""


class SignedCapture(Asked):
    """What a registered device signed over the session it was given (``facekeep.terms.captures``)."""

    device: DeviceId
    purpose_hash: Hexadecimal
    operation: Literal["enrolment", "verification", "identification"]
    claim: Hexadecimal
    nonce: Hexadecimal
    challenge: Literal["none", "turn_left", "turn_right", "come_closer"]
    picture: Hexadecimal
    verdict: Literal["passed", "not_checked"]
    signature: Hexadecimal
