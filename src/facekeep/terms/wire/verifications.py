"""1:1 as it travels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from facekeep.terms.wire.base import Photo, PurposeId, Subject, Told
from facekeep.terms.wire.captures import Pictured
from facekeep.terms.wire.factors import FactorShown, PasskeyShown

MaxFmr = Annotated[
    float | None,
    Field(
        description="How often a stranger may be taken for the person: 1e-3, 1e-4, 1e-5 or 1e-6. "
        "No looser than the purpose's own, which counts where this is left out.",
        examples=[0.0001],
        gt=0,
        le=0.001,
    ),
]


class VerificationRequest(Pictured):
    """Is this the person? Name the ``device`` that took the picture, or send what it signed."""

    subject: Subject
    purpose: PurposeId
    photo: Photo
    max_fmr: MaxFmr = None
    factor: FactorShown | None = None

    @model_validator(mode="after")
    def _challenged(self) -> VerificationRequest:
        if isinstance(self.factor, PasskeyShown) and self.capture is None:
            raise ValueError("a passkey answers the challenge of a signed capture: send both")
        return self


class Verification(Told):
    """The decision and how often it is wrong. Nobody gets a score."""

    decision: Literal["match", "non-match"]
    max_fmr: float
    model: str
    grade: str
    calibration: str
    pad: str
    capture: str
    purpose: str
    event: str
    """The ledger entry of this decision, written before it was released."""
    alternatives: tuple[str, ...]
    """Other ways in, at hand whatever the answer."""
