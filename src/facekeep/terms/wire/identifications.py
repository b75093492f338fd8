"""1:N as it travels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from facekeep.terms.wire.base import Photo, PurposeId, Told
from facekeep.terms.wire.captures import Pictured

MOST = 20
"""More candidates than this are a list of people, not an answer."""

MaxFpir = Annotated[
    float | None,
    Field(
        description="How often a search may return somebody who is not the person: 0.1, 0.01 or "
        "0.001. No looser than the purpose's own, which counts where this is left out.",
        examples=[0.01],
        gt=0,
        le=0.1,
    ),
]


class IdentificationRequest(Pictured):
    """Who is this? Name the ``device`` they came to, or send what it signed."""

    purpose: PurposeId
    photo: Photo
    max_fpir: MaxFpir = None
    top: Annotated[
        int,
        Field(ge=1, le=MOST, description="More than so many matches are refused as `ambiguous`."),
    ] = 5


class Identification(Told):
    """Who was found, in random order: an order would compare scores. Empty where nobody was."""

    subjects: tuple[str, ...] = Field(repr=False)
    searched_range: str
    """How many were searched, to the order of magnitude."""
    max_fpir: float
    model: str
    grade: str
    calibration: str
    pad: str
    capture: str
    purpose: str
    event: str
    """The ledger entry of this search, written before it was released."""
    alternatives: tuple[str, ...]
    """Other ways in, at hand whatever the answer."""
