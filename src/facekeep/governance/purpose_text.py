"""What an officer writes about one purpose, and what is contradictory or missing in it.

A text that contradicts itself is refused when it is read, by the name of the field. A text that is
merely unfinished may be kept as a draft; :func:`gaps` then names everything that still stands
between it and publication. The hash of the whole text binds assessments, consents and permits.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from facekeep.terms.encoding import canonical
from facekeep.terms.errors import (
    Misused,
    NoAlternativeOffered,
    PlaceForbidden,
    PurposeNotAllowed,
)
from facekeep.terms.evidence import Gap
from facekeep.terms.values import (
    MAX_FMR_STEPS,
    MAX_FPIR_STEPS,
    CaptureLevel,
    Operation,
    StorageClass,
)

MAX_RETENTION_DAYS = 3 * 366
MAX_PURPOSE_BYTES = 64 * 1024
"""A purpose file is prose, not data."""

KNOWN_TEXTS = 256
"""Texts whose hash is remembered: every question about a face asks for it several times."""

HOME_REGION = "CN"
_UNSPEAKABLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode categories that could forge or hide a line of a notice."""


def one_line(text: str) -> str:
    """``text`` where it is one visible line. Raises ``ValueError``."""
    if not text.strip() or any(unicodedata.category(c) in _UNSPEAKABLE for c in text):
        raise ValueError("one visible line of text")
    return text


Prose = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(one_line)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2: where data lies."""


class PlaceKind(StrEnum):
    """Kinds of place; those under ``FORBIDDEN_PLACES`` may hold no camera of ours."""

    ENTRANCE = "entrance"
    COUNTER = "counter"
    OFFICE = "office"
    HOME = "home"
    PUBLIC = "public"
    SCHOOL = "school"
    HOSPITAL_WARD = "hospital_ward"
    STATION = "station"
    SHOP = "shop"
    WORKPLACE = "workplace"
    RESIDENTIAL_GATE = "residential_gate"
    HOTEL_ROOM = "hotel_room"
    PUBLIC_BATH = "public_bath"
    CHANGING_ROOM = "changing_room"
    TOILET = "toilet"
    DORMITORY_ROOM = "dormitory_room"
    NURSING_ROOM = "nursing_room"
    FITTING_ROOM = "fitting_room"


FORBIDDEN_PLACES = frozenset(
    {
        PlaceKind.HOTEL_ROOM,
        PlaceKind.PUBLIC_BATH,
        PlaceKind.CHANGING_ROOM,
        PlaceKind.TOILET,
        PlaceKind.DORMITORY_ROOM,
        PlaceKind.NURSING_ROOM,
        PlaceKind.FITTING_ROOM,
    }
)


class LegalBasis(StrEnum):
    """Why face data may be processed at all (PIPL art. 13)."""

    CONSENT = "consent"
    PUBLIC_SAFETY = "public_safety"
    STATUTORY = "statutory"


class Comfort(StrEnum):
    """What an accessible capture offers (Measures art. 5, accessibility)."""

    NO_FORCED_MOVEMENT = "no_forced_movement"
    VOICE = "voice"
    LARGE_TYPE = "large_type"
    STAFFED = "staffed"


class Part(BaseModel):
    """A table of a file: frozen, strict, no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Text(Part):
    """The same sentence in Chinese and English."""

    zh: Prose
    en: Prose

    def of(self, language: str) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


class Handler(Part):
    """The personal-information handler (controller) and how to reach it."""

    name: Prose
    contact: Prose


class Place(Part):
    """Where the camera is."""

    kind: Annotated[PlaceKind, Field(strict=False)]
    name: Text


class Alternative(Part):
    """Another way in, as good as the face (Measures art. 10); it works since a day, somewhere."""

    id: Name
    name: Text
    where: Text | None = None
    working_since: date | None = None


class Option(Part):
    """A less intrusive way that was compared, and why it does not do alone (Measures art. 4)."""

    name: Text
    why_not: Text


class Basis(Part):
    """The document a purpose rests on where it does not rest on consent, and its last day."""

    document: Prose
    until: date


class Route(Part):
    """How face data may lawfully leave the mainland, and until when (PIPL art. 38)."""

    kind: Literal["security_assessment", "standard_contract", "certification"]
    document: Prose
    until: date


class Recipient(Part):
    """Somebody else who receives data; each needs a consent of its own (PIPL art. 23)."""

    id: Name
    name: Prose
    contact: Prose
    what: Text
    why: Text
    region: Region = HOME_REGION


class Minors(Part):
    """The rule for people under 14 (Measures art. 7). ``retention_days`` is never the longer one;
    ``storage`` says why a child's data may leave the terminal, and without it that is refused.
    """

    admitted: Literal["nobody", "with_guardian"]
    rule: Text
    retention_days: Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)] | None = None
    identification: bool = False
    storage: Text | None = None
    """Why a child's face data may lie off the terminal; it may not where nothing is said."""


class Purpose(Part):
    """One purpose as its officer wrote it. ``retention_days`` counts from consent."""

    id: Name
    title: Text
    why: Text
    necessity: Text
    risk: Text
    handler: Handler
    place: Place
    model: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(one_line)]
    operations: Annotated[list[Literal["verification", "identification"]], Field(min_length=1)]
    storage: Annotated[StorageClass, Field(strict=False)]
    retention_days: Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)]
    retention_why: Text | None = None
    classification: Literal["sensitive"] = "sensitive"
    legal_basis: Annotated[LegalBasis, Field(strict=False)] = LegalBasis.CONSENT
    basis: Basis | None = None
    region: Region = HOME_REGION
    route: Route | None = None
    options: list[Option] = []
    recipients: list[Recipient] = []
    alternatives: list[Alternative] = []
    accessible: list[Annotated[Comfort, Field(strict=False)]] = []
    minors: Minors | None = None
    complaints: Text | None = None
    max_fmr: float = MAX_FMR_STEPS[0]
    max_fpir: float = MAX_FPIR_STEPS[0]
    capture: Annotated[CaptureLevel, Field(strict=False)] = CaptureLevel.NONE
    identification_ground: Literal["own_act", "public_safety"] = "own_act"
    least_quality: Annotated[int, Field(ge=0, le=100)] = 20
    second_factor: Literal["none", "pin", "card", "passkey", "any"] = "none"
    """What is shown beside the face in every verification."""

    @field_validator("max_fmr")
    @classmethod
    def _fmr_is_a_step(cls, value: float) -> float:
        return step(value, MAX_FMR_STEPS, "max_fmr")

    @field_validator("max_fpir")
    @classmethod
    def _fpir_is_a_step(cls, value: float) -> float:
        return step(value, MAX_FPIR_STEPS, "max_fpir")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Purpose:
        if told := [*_repeated(self), *_contradictions(self)]:
            raise ValueError("; ".join(told))
        return self

    @cached_property
    def hash(self) -> bytes:
        """SHA-256 of the purpose's canonical form: 32 bytes. Taken once: the text is frozen.

        A purpose that asks for no second factor hashes as it did before there were any.
        """
        unsaid = {"second_factor"} if self.second_factor == "none" else None
        return _hash_of(self.model_dump_json(exclude=unsaid))

    def model_copy(self, **how: Any) -> Purpose:
        """Another text has another hash."""
        copied = super().model_copy(**how)
        copied.__dict__.pop("hash", None)
        return copied

    def allow_model(self, model: str) -> None:
        """Raises ``PurposeNotAllowed`` for eyes the purpose does not name."""
        if model != self.model:
            raise PurposeNotAllowed(
                "this purpose names another model",
                "Use its own; a change of method needs a new assessment and new consent",
            )

    def allow(self, operation: Operation) -> None:
        """Raises ``PurposeNotAllowed`` for an operation it does not name."""
        if operation.value not in self.operations:
            raise PurposeNotAllowed(
                f"this purpose does not name {operation.value}",
                "Publish a purpose that does, with its own notice and consent",
            )


def step(value: float, steps: tuple[float, ...], name: str) -> float:
    """``value`` where it is one of the published steps. Raises ``ValueError``."""
    if value not in steps:
        raise ValueError(f"{name} must be one of {', '.join(f'{s:g}' for s in steps)}")
    return value


# -- reading --------------------------------------------------------------------------------


def parse(text: bytes) -> Purpose:
    """Read a purpose file (TOML). Raises ``Misused`` or the refusal its content earns."""
    if len(text) > MAX_PURPOSE_BYTES:
        raise Misused("the purpose file is too large")
    try:
        purpose = Purpose.model_validate(tomllib.loads(text.decode()))
    except ValidationError as error:
        raise Misused(f"the purpose file is not complete: {told(error, 'purpose')}") from None
    except (ValueError, RecursionError) as error:
        raise Misused(f"the purpose file is not TOML: {error}") from None
    return lawful(purpose)


def lawful(purpose: Purpose) -> Purpose:
    """The purpose, where the law lets anybody even draft it."""
    if purpose.place.kind in FORBIDDEN_PLACES:
        raise PlaceForbidden(
            "no camera may be in a private space", "Choose another place; there is no override",
            article="FRM-13-2",
        )  # fmt: skip
    if not purpose.alternatives:
        raise NoAlternativeOffered(
            "face may not be the only way", "Name at least one working alternative"
        )
    return purpose


def told(error: ValidationError, whole: str) -> str:
    """What is wrong, field by field; ``whole`` names what belongs to no single field."""
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or whole}: {e['msg'].removeprefix('Value error, ')}"
        for e in error.errors()
    )


@lru_cache(KNOWN_TEXTS)
def _hash_of(body: str) -> bytes:
    """Of JSON without fractions: error rates as text, so that equal purposes have equal bytes."""
    return hashlib.sha256(canonical(json.loads(body, parse_float=str))).digest()


# -- contradictions -------------------------------------------------------------------------


def _repeated(purpose: Purpose) -> Iterator[str]:
    lists: dict[str, Sequence[object]] = {
        "operations": purpose.operations,
        "accessible": purpose.accessible,
        "alternatives": [way.id for way in purpose.alternatives],
        "recipients": [recipient.id for recipient in purpose.recipients],
        "options": [option.name.en.casefold() for option in purpose.options],
    }
    for field, values in lists.items():
        if len(set(values)) < len(values):
            yield f"{field}: named twice"


def _contradictions(purpose: Purpose) -> Iterator[str]:
    yield from _of_grounds(purpose)
    if purpose.region == HOME_REGION and purpose.route is not None:
        yield "route: nothing leaves the mainland"
    if purpose.second_factor != "none" and "identification" in purpose.operations:
        yield "second_factor: a search among many asks nobody for one; name verification alone"
    if any(way.id == "face" for way in purpose.alternatives):
        yield "alternatives: the face is no alternative to the face"
    minors = purpose.minors
    if minors is not None and (minors.retention_days or 0) > purpose.retention_days:
        yield "minors.retention_days: longer than everybody's"
    if minors is not None and minors.identification and "identification" not in purpose.operations:
        yield "minors.identification: the purpose does not name identification"


def _of_grounds(purpose: Purpose) -> Iterator[str]:
    public = purpose.place.kind is PlaceKind.PUBLIC
    if purpose.identification_ground == "public_safety":
        if not public:
            yield "identification_ground: the public-safety ground belongs to public places only"
        if "identification" not in purpose.operations:
            yield "identification_ground: the purpose does not name identification"
    if purpose.legal_basis is LegalBasis.PUBLIC_SAFETY and not public:
        yield "legal_basis: the public-safety ground belongs to public places only"
    if purpose.legal_basis is LegalBasis.CONSENT and purpose.basis is not None:
        yield "basis: consent needs no document"


# -- what still stands before publication -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap in a text: the duty it fails, the field, and what to do."""

    article: str
    field: str
    gap: Gap


def gaps(purpose: Purpose, today: date) -> list[Missing]:
    """Everything that is missing before this text may be published, in the order of the law."""
    return [
        *_necessity(purpose),
        *_alternatives(purpose, today),
        *_legal_basis(purpose, today),
        *_abroad(purpose, today),
        *_rest(purpose),
    ]


def _necessity(purpose: Purpose) -> Iterator[Missing]:
    if not purpose.options:
        yield _missing(
            "FRM-04", "options", "no less intrusive option was compared",
            "Add at least one [[options]] with name and why_not",
        )  # fmt: skip


def _alternatives(purpose: Purpose, today: date) -> Iterator[Missing]:
    working = [
        way
        for way in purpose.alternatives
        if way.where is not None and way.working_since is not None and way.working_since <= today
    ]
    if not working:
        yield _missing(
            "FRM-10-1", "alternatives", "no alternative is said to work",
            "Say where it is and since when it works: alternatives.where, alternatives.working_since",
        )  # fmt: skip


def _legal_basis(purpose: Purpose, today: date) -> Iterator[Missing]:
    if purpose.legal_basis is LegalBasis.CONSENT:
        return
    if purpose.basis is None:
        yield _missing(
            "PIPL-13", "basis", "the legal basis has no document and no last day",
            "Add [basis] with document and until",
        )  # fmt: skip
    elif purpose.basis.until < today:
        yield _missing(
            "PIPL-13", "basis.until", "the legal basis has run out",
            "Renew the document, or end the purpose",
        )  # fmt: skip


def _abroad(purpose: Purpose, today: date) -> Iterator[Missing]:
    regions = {purpose.region, *(recipient.region for recipient in purpose.recipients)}
    if regions == {HOME_REGION}:
        return
    if purpose.route is None:
        yield _missing(
            "PIPL-40", "route", "data leaves the mainland without a lawful route",
            "Add [route] with kind, document and until, or keep it in CN",
        )  # fmt: skip
    elif purpose.route.until < today:
        yield _missing(
            "PIPL-40", "route.until", "the route out of the mainland has run out",
            "Renew it, or keep data in CN",
        )  # fmt: skip


def _rest(purpose: Purpose) -> Iterator[Missing]:
    if purpose.retention_why is None:
        yield _missing(
            "FRM-08-2", "retention_why", "nobody said why it is kept so long",
            "Add [retention_why] in zh and en",
        )  # fmt: skip
    if not _is_accessible(purpose):
        yield _missing(
            "FRM-05-3", "accessible", "no accessible capture is offered",
            "Add accessible: no_forced_movement, staffed, and voice or large_type",
        )  # fmt: skip
    if purpose.minors is None:
        yield _missing(
            "FRM-07-2", "minors", "there is no rule for people under 14",
            "Add [minors] with admitted and rule",
        )  # fmt: skip


def _is_accessible(purpose: Purpose) -> bool:
    offered = set(purpose.accessible)
    return {Comfort.NO_FORCED_MOVEMENT, Comfort.STAFFED} <= offered and bool(
        offered & {Comfort.VOICE, Comfort.LARGE_TYPE}
    )


def _missing(article: str, field: str, what: str, remedy: str) -> Missing:
    return Missing(article, field, Gap(what, remedy))
