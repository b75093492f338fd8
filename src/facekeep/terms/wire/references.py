"""Enrolling and renewing, as they travel."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from facekeep.terms.wire.base import MAX_PHOTOS, Asked, DeviceId, Photo, PurposeId, Told
from facekeep.terms.wire.captures import LinkToken, Profile, SignedCapture


class ReferenceRequest(Asked):
    """One to eight photographs of one person, and where they come from: the ``device`` that took
    them, the ``capture`` it signed over all of them, or the ``link`` of the person's own phone.
    """

    purpose: PurposeId
    photos: Annotated[list[Photo], Field(min_length=1, max_length=MAX_PHOTOS)]
    device: DeviceId | None = None
    capture: SignedCapture | None = None
    link: Annotated[LinkToken | None, Field(repr=False)] = None
    profile: Profile = "standard"

    @model_validator(mode="after")
    def _one_origin(self) -> ReferenceRequest:
        if sum(one is not None for one in (self.device, self.capture, self.link)) != 1:
            raise ValueError(
                "name the device, or send the capture it signed, or a link: one of them"
            )
        return self


class QualityTold(Told):
    """How good the best photograph is, 0 to 100, and what is worst about it."""

    value: int
    weakest: str


class Reference(Told):
    """Somebody is enrolled: one new reference; an older one was erased."""

    event: str
    purpose: str
    model: str
    grade: str
    pad: str
    capture: str
    quality: QualityTold
    photos_used: int
    photos_left_out: tuple[str, ...]
    """Why a photograph did not serve, by code."""


class ReferenceStanding(Told):
    """Whether somebody can be recognised in one purpose. An unknown subject is simply not enrolled."""

    purpose: str
    enrolled: bool
    model: str | None = None
    since: str | None = None
    """The day of the enrolment, or of the last renewal (UTC)."""
    needs: Literal["nothing", "renewal", "enrolment"] = "nothing"
    """``renewal`` where one was begun and is not through, ``enrolment`` where the purpose or its
    model changed since."""


class RenewalRequest(Asked):
    """Reset a face like a password: nobody comes back to the camera."""

    because: Literal["leak", "schedule"] = "schedule"


class Renewal(Told):
    """What was renewed. Every earlier copy is refused as stale from here on."""

    purpose: str
    references: int
    event: str
