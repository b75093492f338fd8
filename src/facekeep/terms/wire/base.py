"""The ground of every wire model: strict, frozen, nothing coerced, nothing unknown let in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

MAX_PHOTO_BYTES = 12 * 1024 * 1024
"""A photograph of a good phone; a bomb is refused by its pixels before it is decoded."""

MAX_PHOTOS = 8
"""Photographs of one enrolment."""

PAGE = 100
"""Items of a page where nobody says otherwise."""

MAX_PAGE = 1_000

Item = TypeVar("Item")


class Asked(BaseModel):
    """What a caller sends. An unknown field is refused: a misspelt one would be lost silently."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Which fields were sent; never what is in them."""
        return ((None, name) for name in sorted(self.model_fields_set))


class Told(BaseModel):
    """What we answer. A client reads what it knows and leaves the rest: newer servers say more."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)


class Page(Told, Generic[Item]):
    """One page of a list. ``next`` is the cursor of the page after it; null at the end."""

    items: Sequence[Item]
    next: str | None = None


def _picture(value: object) -> object:
    """Base64 (RFC 4648) where it travels in JSON, bytes where it travels as a file of a form."""
    if not isinstance(value, str):
        return value
    try:
        return binascii.a2b_base64(value, strict_mode=True)
    except (binascii.Error, ValueError):
        raise ValueError("a photograph travels as base64 (RFC 4648)") from None


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


Photo = Annotated[
    bytes,
    BeforeValidator(_picture),
    PlainSerializer(_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/*"}),
    Field(min_length=1, max_length=MAX_PHOTO_BYTES),
]
"""One picture file: JPEG, PNG, WebP … as the camera wrote it."""

Subject = Annotated[str, Field(min_length=1, max_length=200, examples=["resident-17"])]
"""The operator's own opaque reference of a person; never a name."""

PurposeId = Annotated[str, Field(min_length=1, max_length=80, examples=["gate"])]
DeviceId = Annotated[str, Field(min_length=1, max_length=80, examples=["gate-door"])]
Hexadecimal = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$", max_length=512)]
