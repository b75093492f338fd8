"""Other ways in, as they travel."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from facekeep.terms.wire.base import Asked, PurposeId, Told
from facekeep.terms.wire.captures import Profile
from facekeep.terms.wire.purposes import Way

LONGEST_S = 3_600
"""An attempt is over after an hour."""


class AlternativeRequest(Asked):
    """How one attempt without a face went, so that no way becomes a worse one unseen."""

    purpose: PurposeId
    way: Annotated[str, Field(min_length=1, max_length=40, examples=["card"])]
    outcome: Literal["done", "failed", "abandoned"]
    seconds: Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]
    """From greeting to outcome."""
    profile: Profile = "standard"


class AlternativeTold(Told):
    """The attempt as it was counted, nobody named, and the ways that are at hand."""

    purpose: str
    day: str
    way: str
    profile: str
    outcome: str
    seconds_up_to: int
    ways: tuple[Way, ...]
