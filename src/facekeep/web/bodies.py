"""Reading a body: JSON, or a form whose pictures are files. Nothing is written to disk on the way.

What can be read in two ways is not read at all: a field that stands twice, a number that is none,
bytes that are no UTF-8, a body that has to be unpacked first.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar, get_args, get_origin

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from facekeep.terms.wire.base import MAX_PHOTOS
from facekeep.terms.wire.problems import Fault
from facekeep.web.limits import PICTURES_BYTES
from facekeep.web.problems import Unreadable, fault, faults_of

MAX_FIELD_BYTES = 64 * 1024
"""A text field of a form."""

MAX_FIELDS = 40
LARGE_BYTES = 256 * 1024
"""A body from here on is taken apart beside the loop that every other request waits on."""

JSON, FORM = "application/json", "multipart/form-data"
Model = TypeVar("Model", bound=BaseModel)


class _InMemory(MultiPartParser):
    """A picture never touches a disk: Starlette would spool large parts to one."""

    spool_max_size = PICTURES_BYTES + 1


def body(model: type[Model], *, form: bool = False) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads the body as ``model``; ``form`` also takes ``multipart/form-data``.

    Answers 400 for what cannot be read, 415 for another kind of body, 422 naming the wrong fields.
    """

    async def read(request: Request) -> Model:
        kind = kind_of(request)
        if kind == JSON:
            raw = await request.body()
            large = len(raw) > LARGE_BYTES
            asked = await run_in_threadpool(of_json, model, raw) if large else of_json(model, raw)
        elif form and kind == FORM:
            asked = _valid(model.model_validate, await _fields(request, model))
        else:
            raise Unreadable(415)
        request.state.asked = asked  # whom it is about (web.idempotency)
        return asked

    read.model, read.form = model, form  # type: ignore[attr-defined]  # read by web.openapi
    return read


def kind_of(request: Request) -> str:
    """The kind of body, in small letters; none for one that is packed or not in UTF-8."""
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = [p.partition("=")[2].strip(' "') for p in parameters if "charset" in p]
    packed = request.headers.get("content-encoding", "identity").lower() != "identity"
    return "" if packed or set(charsets) - {"utf-8"} else kind.strip()


# -- JSON -----------------------------------------------------------------------------------


def of_json(model: type[Model], raw: bytes) -> Model:
    """A JSON body as ``model``. Answers 400 for what cannot be read, 422 naming the wrong fields."""
    _refuse_ambiguous(raw)
    return _valid(model.model_validate_json, raw)


def _refuse_ambiguous(raw: bytes) -> None:
    """Two readers must not read two things: neither may stand twice what one of them skips."""
    try:
        json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except _Twice:
        raise Unreadable("not_understood", [Fault(at="/", why="a field stands twice")]) from None
    except (ValueError, RecursionError):
        raise Unreadable("not_understood") from None


class _Twice(Exception):
    """An object names a field twice."""


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Twice


def _no_number(_: str) -> None:
    """``NaN`` and ``Infinity`` are no JSON (RFC 8259)."""
    raise ValueError


def _valid(make: Callable[[Any], Model], told: Any) -> Model:
    try:
        return make(told)
    except ValidationError as error:
        raise Unreadable(422, faults_of(error)) from None
    except RecursionError:
        raise Unreadable(422) from None


# -- forms ----------------------------------------------------------------------------------


async def _fields(request: Request, model: type[BaseModel]) -> dict[str, Any]:
    """Pictures as bytes, texts as they are, every other field as JSON."""
    form = await read_parts(request)
    fields: dict[str, Any] = {}
    try:
        for name, value in form.multi_items():
            got = await value.read() if isinstance(value, UploadFile) else _text(model, name, value)
            fields.setdefault(name, []).append(got)
    finally:
        await form.close()
    return {name: _one_or_many(model, name, got) for name, got in fields.items()}


async def read_parts(request: Request, most: int = MAX_FIELDS) -> FormData:
    """A form as it was sent, of at most so many fields, in memory. Answers 400 for what cannot be read."""
    try:
        return await _parser(request, most).parse()
    except (MultiPartException, KeyError, ValueError):
        raise Unreadable("not_understood") from None


def _parser(request: Request, most: int) -> FormParser | _InMemory:
    if kind_of(request) != FORM:
        return FormParser(request.headers, request.stream(), max_fields=most)
    return _InMemory(
        request.headers, request.stream(), max_files=MAX_PHOTOS + 1, max_fields=most,
        max_part_size=MAX_FIELD_BYTES,
    )  # fmt: skip


def _one_or_many(model: type[BaseModel], name: str, got: list[Any]) -> Any:
    """Answers 422 for a field that stands twice where the model has one."""
    field = model.model_fields.get(name)
    kind = get_origin(field.annotation) if field is not None else None
    if kind in (list, tuple):
        return kind(got)
    if len(got) > 1:
        raise fault("/" + name[:80], "a field stands twice")
    return got[0]


def _text(model: type[BaseModel], name: str, value: str) -> Any:
    """What is a text or a picture in JSON is one here; a number or an object is written as JSON."""
    field = model.model_fields.get(name)
    kinds = () if field is None else (field.annotation, *map(_bare, get_args(field.annotation)))
    if field is None or any(kind in (str, bytes) or isinstance(kind, str) for kind in kinds):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _bare(kind: Any) -> Any:
    """``str`` of ``Annotated[str, …]``, as one kind of several is written."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind
