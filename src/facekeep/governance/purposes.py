"""Purposes: why a face is used, and what must be true before it is.

A purpose is published whole or not at all; its hash binds every consent and permit, so a changed
purpose asks anew (PIPL art. 14). Face is never the only way (Measures art. 10), private spaces are
refused with no override (Measures art. 13).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tomllib
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from facekeep.db.store import Store
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import (
    CalibrationTooWeak,
    Misused,
    NoAlternativeOffered,
    PlaceForbidden,
    PurposeNotAllowed,
    Tampered,
)
from facekeep.terms.values import (
    MAX_FMR_STEPS,
    MAX_FPIR_STEPS,
    CaptureLevel,
    Operation,
    StorageClass,
)

TABLES = (
    """CREATE TABLE purpose (
        id TEXT NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL,
        published_at INTEGER NOT NULL, PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID""",
)

MAX_RETENTION_DAYS = 3 * 366
MAX_PURPOSE_BYTES = 64 * 1024
"""A purpose file is prose, not data."""

Prose = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class PlaceKind(StrEnum):
    """Kinds of place; those under ``FORBIDDEN_PLACES`` may hold no camera of ours."""

    ENTRANCE = "entrance"
    COUNTER = "counter"
    OFFICE = "office"
    HOME = "home"
    PUBLIC = "public"
    HOTEL_ROOM = "hotel_room"
    PUBLIC_BATH = "public_bath"
    CHANGING_ROOM = "changing_room"
    TOILET = "toilet"


FORBIDDEN_PLACES = frozenset(
    {PlaceKind.HOTEL_ROOM, PlaceKind.PUBLIC_BATH, PlaceKind.CHANGING_ROOM, PlaceKind.TOILET}
)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Text(_Part):
    """The same sentence in Chinese and English."""

    zh: Prose
    en: Prose

    def of(self, language: str) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


class Handler(_Part):
    """The personal-information handler (controller) and how to reach it."""

    name: Prose
    contact: Prose


class Place(_Part):
    """Where the camera is."""

    kind: Annotated[PlaceKind, Field(strict=False)]
    name: Text


class Alternative(_Part):
    """Another way in, as good as the face (Measures art. 10)."""

    id: Name
    name: Text


class Purpose(_Part):
    """One purpose as its officer wrote it. ``retention_days`` counts from consent."""

    id: Name
    title: Text
    why: Text
    necessity: Text
    risk: Text
    handler: Handler
    place: Place
    model: Annotated[str, Field(min_length=1, max_length=80)]
    operations: Annotated[list[Literal["verification", "identification"]], Field(min_length=1)]
    storage: Annotated[StorageClass, Field(strict=False)]
    retention_days: Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)]
    alternatives: list[Alternative] = []
    max_fmr: float = MAX_FMR_STEPS[0]
    max_fpir: float = MAX_FPIR_STEPS[0]
    capture: Annotated[CaptureLevel, Field(strict=False)] = CaptureLevel.NONE
    identification_ground: Literal["own_act", "public_safety"] = "own_act"
    least_quality: Annotated[int, Field(ge=0, le=100)] = 20

    @field_validator("max_fmr")
    @classmethod
    def _fmr_is_a_step(cls, value: float) -> float:
        return step(value, MAX_FMR_STEPS, "max_fmr")

    @field_validator("max_fpir")
    @classmethod
    def _fpir_is_a_step(cls, value: float) -> float:
        return step(value, MAX_FPIR_STEPS, "max_fpir")

    @model_validator(mode="after")
    def _ground_fits_the_place(self) -> Purpose:
        if (
            self.identification_ground == "public_safety"
            and self.place.kind is not PlaceKind.PUBLIC
        ):
            raise ValueError("the public-safety ground belongs to public places only")
        return self

    @property
    def hash(self) -> bytes:
        """SHA-256 of the purpose's canonical form: 32 bytes."""
        return hashlib.sha256(canonical(_signable(self))).digest()

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


def parse(text: bytes) -> Purpose:
    """Read a purpose file (TOML). Raises ``Misused`` or the refusal its content earns."""
    if len(text) > MAX_PURPOSE_BYTES:
        raise Misused("the purpose file is too large")
    try:
        purpose = Purpose.model_validate(tomllib.loads(text.decode()))
    except ValidationError as error:
        raise Misused(f"the purpose file is not complete: {_told(error)}") from None
    except (ValueError, RecursionError) as error:
        raise Misused(f"the purpose file is not TOML: {error}") from None
    return lawful(purpose)


def lawful(purpose: Purpose) -> Purpose:
    """The purpose, where the law lets it be published."""
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


class PurposeBook:
    """Published purposes, every version kept."""

    def __init__(self, records: Store) -> None:
        self._records = records

    def publish(self, tx: sqlite3.Connection, purpose: Purpose, at: int) -> int:
        """Keep a new version; the same text again changes nothing. Returns the version."""
        version, known = self._latest(purpose.id)
        if known is not None and known.hash == purpose.hash:
            return version
        tx.execute(
            "INSERT INTO purpose VALUES (?, ?, ?, ?, ?)",
            (purpose.id, version + 1, purpose.hash, purpose.model_dump_json(), at),
        )
        return version + 1

    def get(self, name: str) -> Purpose:
        """The purpose in force. Raises ``PurposeNotAllowed`` where none of this name is."""
        _, purpose = self._latest(name)
        if purpose is None:
            raise PurposeNotAllowed(
                "no purpose of this name is published", "Publish it: facekeep purpose publish FILE"
            )
        return purpose

    def version(self, name: str) -> int:
        """The version in force; 0 where there is none."""
        return self._latest(name)[0]

    def names(self) -> list[str]:
        """Every published purpose."""
        return [row[0] for row in self._records.rows("SELECT DISTINCT id FROM purpose ORDER BY id")]

    def _latest(self, name: str) -> tuple[int, Purpose | None]:
        row = self._records.one(
            "SELECT version, body, hash FROM purpose WHERE id = ? ORDER BY version DESC", name
        )
        if row is None:
            return 0, None
        purpose = Purpose.model_validate_json(row[1])
        if purpose.hash != row[2]:
            raise Tampered("a published purpose was changed")
        return row[0], purpose


def agreed_fmr(purpose: Purpose, asked: float | None) -> float:
    """The 1:1 step to decide at: the caller's, no looser than the purpose's own."""
    return _agreed(asked, purpose.max_fmr, MAX_FMR_STEPS, "max_fmr")


def agreed_fpir(purpose: Purpose, asked: float | None) -> float:
    """The 1:N step to decide at: the caller's, no looser than the purpose's own."""
    return _agreed(asked, purpose.max_fpir, MAX_FPIR_STEPS, "max_fpir")


def _agreed(asked: float | None, own: float, steps: tuple[float, ...], name: str) -> float:
    if asked is None:
        return own
    try:
        step(asked, steps, name)
    except ValueError as error:
        raise Misused(str(error)) from None
    if asked > own:
        raise CalibrationTooWeak(
            f"{name} {asked:g} is looser than this purpose allows", f"Ask for {own:g} or stricter"
        )
    return asked


def _signable(purpose: Purpose) -> object:
    """JSON without fractions: error rates as text, so that equal purposes have equal bytes."""
    return json.loads(purpose.model_dump_json(), parse_float=str)


def _told(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'purpose'}: {e['msg']}" for e in error.errors()
    )
