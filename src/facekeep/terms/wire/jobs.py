"""Work that waits, ordered or planned, and what a witness is asked, as they travel."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from facekeep.terms.wire.base import Asked, PurposeId, Told
from facekeep.terms.wire.ledger import Digest, Note

State = Literal["queued", "leased", "done", "failed"]
Moment = Annotated[str, Field(examples=["2026-01-31T12:05:00Z"])]
Size = Annotated[int, Field(ge=0, le=2**53 - 1)]


class JobTold(Told):
    """One job. `failed` waits for somebody to look; `late` is past its deadline and still goes on."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["0f" * 16])]
    kind: Annotated[str, Field(examples=["storage.renewal"])]
    state: State
    purpose: str | None = None
    """Of a renewal; null for everybody's, and for whatever is about no purpose."""
    because: str | None = None
    attempts: int
    done: int
    total: int
    progress: Annotated[float, Field(ge=0, le=1)]
    made: Moment
    due: Moment
    deadline: Moment
    ended: Moment | None = None
    """When it was done, or had its last round."""
    late: bool
    error: str | None = None
    """The code of what went wrong last; null where nothing did."""


class RenewalOrder(Asked):
    """Reset everybody's face, or everybody's of a purpose. `because: keys` also ends sealed copies."""

    purpose: PurposeId | None = None
    because: Literal["keys", "leak", "schedule"]


class WitnessAsked(Asked):
    """A checkpoint to be cosigned, and the proof that it continues the one of `since` entries."""

    note: Note
    since: Size
    path: Annotated[tuple[Digest, ...], Field(max_length=64, strict=False)] = ()


class WitnessTold(Told):
    """What the witness remembers: `note` carries its line where the request began there, and is null
    where it has to begin at `size`. `continues` is false for a log that was rewritten or rolled back.
    """

    size: Size
    note: str | None = None
    continues: bool = True
