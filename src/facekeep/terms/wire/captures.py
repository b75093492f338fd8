"""Where a picture comes from, as it travels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from facekeep.terms.wire.base import Asked, DeviceId, Hexadecimal, PurposeId, Subject, Told

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


LinkToken = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
"""By which one person enrols once from their own phone; 160 bits."""


class CaptureRequest(Asked):
    """Open a capture session: the device signs what it takes, for this one question."""

    device: DeviceId
    purpose: PurposeId
    operation: Literal["enrolment", "verification", "identification"]
    subject: Annotated[str | None, Field(min_length=1, max_length=200, repr=False)] = None
    profile: Profile = "standard"

    @model_validator(mode="after")
    def _somebody_or_nobody(self) -> CaptureRequest:
        if (self.subject is None) != (self.operation == "identification"):
            raise ValueError("a subject is named for 1:1 and enrolment, and for nothing else")
        return self


class CaptureSession(Told):
    """What the device fills in (``picture``, ``verdict``) and signs; good once, for two minutes."""

    device: str
    purpose_hash: str
    operation: Literal["enrolment", "verification", "identification"]
    claim: str
    nonce: str
    challenge: Literal["none", "turn_left", "turn_right", "come_closer"]
    expires_in: int
    """Seconds."""


class LinkRequest(Asked):
    """A link by which one subject enrols once, from their own phone."""

    subject: Subject
    purpose: PurposeId
    seconds: Annotated[int, Field(ge=60, le=604_800)] = 604_800


class Link(Told):
    """Send the photographs to ``path`` with ``token`` as their ``link``. Shown this once."""

    path: str
    token: Annotated[str, Field(repr=False)]
    expires_in: int


class Pictured(Asked):
    """A question with a picture: either a registered ``device`` took it, or it signed for it."""

    device: DeviceId | None = None
    capture: SignedCapture | None = None
    profile: Profile = "standard"

    @model_validator(mode="after")
    def _one_origin(self) -> Pictured:
        if (self.device is None) == (self.capture is None):
            raise ValueError("name the device that took the picture, or send the capture it signed")
        return self
