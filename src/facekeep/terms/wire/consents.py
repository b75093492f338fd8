"""Asking, consenting and leaving, as they travel."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from facekeep.terms.wire.base import Asked, PurposeId, Told

ScopeName = Literal["processing", "storage"]
Language = Literal["zh", "en"]
Channel = Literal["terminal", "counter", "portal", "paper"]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, hexadecimal."""

Reference = Annotated[str, Field(min_length=1, max_length=200)]


class GuardianEvidence(Asked):
    """What showed that somebody is the child's guardian; the document stays with the operator."""

    relation: Literal["parent", "grandparent", "sibling", "appointed"]
    kind: Literal[
        "household-register", "birth-certificate", "court-decision", "school-record", "appointment"
    ]
    proof: Annotated[str, Field(min_length=3, max_length=120, repr=False)]
    """A reference or a digest, such as ``register 17/4``."""


class GuardianTold(Asked):
    """Who decides for a person under 14 (PIPL art. 31): the operator's own reference."""

    reference: Reference
    evidence: GuardianEvidence | None = None


class ConsentRequest(Asked):
    """A person's yes: to one purpose and one scope, told first.

    ``notice`` is the hash of what they were shown (``GET /v1/purposes/{purpose}/notice``).
    """

    purpose: PurposeId
    notice: Digest
    language: Language
    channel: Channel
    scope: ScopeName = "processing"
    birth_date: date | None = None
    """Where the person may be under 14. Two dates are kept of it, not the day itself."""
    guardian: GuardianTold | None = None

    @field_validator("birth_date", mode="before")
    @classmethod
    def _a_day(cls, value: object) -> object:
        """``YYYY-MM-DD`` and nothing else: a moment or a number is no birth date."""
        if not isinstance(value, str):
            return value
        if len(value) != len("2020-01-31"):
            raise ValueError("a day is written YYYY-MM-DD")
        return date.fromisoformat(value)


class Receipt(Told):
    """A signed paper for the person to keep: a consent receipt (ISO/IEC TS 27560) or an erasure
    receipt. Save the answer as it is: ``facekeep receipt verify`` reads it offline.
    """

    body: dict[str, Any]
    signature: str


class Waiting(Told):
    """A withdrawal that holds from this moment and whose erasure is not through yet.

    The receipt is at ``receipt`` as soon as it is.
    """

    purpose: str
    event: str
    receipt: str


class ConsentTold(Told):
    """One consent record. ``state`` is a word of W3C DPV; times are UTC."""

    purpose: str
    scope: ScopeName
    state: str
    in_force: bool
    given_at: str
    expires: str
    notice: str
    language: str | None = None
    channel: str | None = None
    asked: bool
    """Whether we had asked; False where the person came by themselves."""
    by: Literal["person", "guardian"]


class ConsentStanding(Told):
    """How somebody stands to one purpose."""

    purpose: str
    in_force: bool
    consents: tuple[ConsentTold, ...]
    """Oldest first; ended ones too, as long as they are evidence."""


class AskRequest(Asked):
    """Ask somebody: one purpose, one scope. ``guardian`` where a parent is asked for a child."""

    purpose: PurposeId
    scope: ScopeName = "processing"
    guardian: bool = False


class InvitationRequest(Asked):
    """A link by which somebody reads the notice, chooses, and afterwards looks after their face data."""

    purpose: PurposeId
    guardian: bool = False


class InvitationTold(Told):
    """Hand ``link`` to the person by a way that reaches nobody else. Shown this once."""

    purpose: str
    link: Annotated[str, Field(repr=False)]
    """A whole address where the service knows its own (``origin``), else the path."""
    expires: str


class AnswerRequest(Asked):
    """What they said, other than yes (a yes is a consent)."""

    answer: Literal["refused", "later"]
    scope: ScopeName = "processing"


class RequestTold(Told):
    """Where asking stands. Nobody is asked again before ``rests_until``."""

    purpose: str
    scope: ScopeName
    state: str
    rests_until: str | None = None
    notice: str | None = None


class RestraintRequest(Asked):
    """Stop comparing this person's face, without ending their consent (PIPL art. 44)."""

    purpose: PurposeId
    kind: Literal["restriction", "objection"]
    text: Annotated[str, Field(max_length=4000, repr=False)] = ""
    identified: Annotated[str, Field(min_length=1, max_length=200, repr=False)]
    """How the person showed who they are; never by a face."""


class RestraintTold(Told):
    """The case that was opened. ``code`` is the person's alone and is shown this once."""

    purpose: str
    case: str
    code: str
    due: str
