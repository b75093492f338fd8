"""Reading a body: JSON, or a form whose pictures are files. Nothing is written to disk on the way."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar, get_args, get_origin

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from facekeep.terms.wire.base import MAX_PHOTO_BYTES, MAX_PHOTOS
from facekeep.web.problems import Unreadable, faults_of

MAX_FIELD_BYTES = 64 * 1024
"""A text field of a form."""

MAX_FIELDS = 40

Model = TypeVar("Model", bound=BaseModel)


class _InMemory(MultiPartParser):
    """A picture never touches a disk: Starlette would spool large parts to one."""

    spool_max_size = MAX_PHOTO_BYTES + 1


def body(model: type[Model], *, form: bool = False) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads the body as ``model``; ``form`` also takes ``multipart/form-data``.

    Answers 415 for another kind of body and 422 naming the fields that are wrong.
    """

    async def read(request: Request) -> Model:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            raw = await request.body()
            return _valid(partial(model.model_validate_json, raw))
        if form and kind == "multipart/form-data":
            fields = await _fields(request, model)
            return _valid(partial(model.model_validate, fields))
        raise Unreadable(415)

    read.model, read.form = model, form  # type: ignore[attr-defined]  # read by web.openapi
    return read


def _valid(make: Callable[[], Model]) -> Model:
    try:
        return make()
    except ValidationError as error:
        raise Unreadable(422, faults_of(error)) from None
    except RecursionError:
        raise Unreadable(422) from None


async def _fields(request: Request, model: type[BaseModel]) -> dict[str, Any]:
    """Pictures as bytes, texts as they are, every other field as JSON."""
    parser = _InMemory(
        request.headers, request.stream(), max_files=MAX_PHOTOS + 1, max_fields=MAX_FIELDS,
        max_part_size=MAX_FIELD_BYTES,
    )  # fmt: skip
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise Unreadable(400) from None
    fields: dict[str, Any] = {}
    try:
        for name, value in form.multi_items():
            got = await value.read() if isinstance(value, UploadFile) else _text(model, name, value)
            fields[name] = [*fields.get(name, []), got] if _is_list(model, name) else got
    finally:
        await form.close()
    return fields


def _is_list(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    return field is not None and get_origin(field.annotation) in (list, tuple)


def _text(model: type[BaseModel], name: str, value: str) -> Any:
    """What is a text in JSON is one here; a number or an object is written as JSON."""
    field = model.model_fields.get(name)
    if field is None or str in (field.annotation, *get_args(field.annotation)):
        return value
    if any(isinstance(choice, str) for choice in get_args(field.annotation)):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
