"""A request as it is described once, and sent by whichever client: what, where, and how to read it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from facekeep.terms.errors import Broken, Misused
from facekeep.terms.wire.base import MAX_PHOTO_BYTES, Page

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Model = TypeVar("Model", bound=BaseModel)
Picture = bytes | str | os.PathLike[str] | BinaryIO
"""A picture file's bytes, its path, or the file opened for reading."""


@dataclass(frozen=True, slots=True)
class Request(Generic[Answer]):
    """One request to the service, and how its answer is read."""

    method: str
    path: str
    read: Callable[[httpx.Response], Answer]
    parameters: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(repr=False, default=None)
    kind: str = "application/json"
    accept: str = "application/json"

    @property
    def changes(self) -> bool:
        """Whether it does something, and is repeated under an idempotency key alone."""
        return self.method != "GET"

    def at(self, cursor: str) -> Request[Answer]:
        """The same for the page a cursor leads to."""
        return replace(self, parameters={**self.parameters, "cursor": cursor})


def get(path: str, model: type[Model], **parameters: object) -> Request[Model]:
    """Reads one thing."""
    return Request("GET", path, reader(model), _told(parameters))


def page(path: str, item: type[Item], **parameters: object) -> Request[Page[Item]]:
    """Reads one page of a list."""
    read = reader(Page[item])  # type: ignore[valid-type]  # a model made of the item's
    return Request("GET", path, read, _told(parameters))


def send(
    method: str, path: str, asked: BaseModel | None, model: type[Model], **parameters: object
) -> Request[Model]:
    """Does one thing. What was left out is left out."""
    content = None if asked is None else asked.model_dump_json(exclude_unset=True).encode()
    return Request(method, path, reader(model), _told(parameters), content)


def reader(model: Any) -> Callable[[httpx.Response], Any]:
    """Reads an answer as a wire model."""
    adapter: TypeAdapter[Any] = TypeAdapter(model)

    def read(response: httpx.Response) -> Any:
        try:
            return adapter.validate_json(response.content)
        except ValidationError:
            raise not_ours() from None

    return read


def asked(model: type[Model], **fields: object) -> Model:
    """A wire model out of what a method was given. Raises ``Misused`` naming the fields that are wrong,
    never what is in them."""
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = (
            f"{'.'.join(map(str, one['loc'])) or 'request'}: {one['msg']}" for one in error.errors()
        )
        raise Misused("; ".join(wrong)) from None


def segment(text: str) -> str:
    """A text as one segment of a path, whatever is in it."""
    return quote(text, safe="")


def picture_of(picture: Picture) -> bytes:
    """A picture's bytes, and no more of them than are taken. Raises ``Misused``."""
    if isinstance(picture, bytes):
        return picture
    try:
        if isinstance(picture, str | os.PathLike):
            with Path(picture).open("rb") as file:
                return file.read(MAX_PHOTO_BYTES + 1)
        return picture.read(MAX_PHOTO_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Misused(f"the picture cannot be read: {why}") from None


def not_ours() -> Broken:
    """Something answers, and it is not this service."""
    return Broken(
        "the answer is not one of this service's", "Check the address, and the proxy before it"
    )


def _told(parameters: Mapping[str, object]) -> dict[str, str]:
    given = ((name.rstrip("_"), value) for name, value in parameters.items() if value is not None)
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given}
