"""The OpenAPI 3.1 document: what FastAPI sees, and what it does not: bodies, problems, keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic.json_schema import models_json_schema

from facekeep import __version__
from facekeep.terms.wire.problems import Problem
from facekeep.web.bodies import FORM, JSON
from facekeep.web.caller import COOKIE, calling, calling_to_leave
from facekeep.web.problems import MEDIA_TYPE

REF = "#/components/schemas/{model}"
PROBLEMS = {
    "400": "Not understood.", "401": "Nobody known asks.", "403": "The law, the person or the role says no.",
    "404": "Nothing lies here.", "405": "Another method.", "408": "It took too long to arrive.",
    "409": "Another request is doing this, or not yet.", "413": "Larger than we take.",
    "414": "The path is too long.", "415": "A kind of body not read here.",
    "422": "Fields are wrong, or the picture does not serve.", "429": "Too many at once.",
    "431": "The headers are too large.",
    "500": "Evidence does not verify.", "503": "Out of order; ask again.",
}  # fmt: skip
ABOUT = """\
Face recognition that never keeps a face. No consent, no key. No key, no face.

Every call but `healthz`, `readyz`, the public keys and these pages needs an API key
(`Authorization: Bearer fk_…`) or a staff sign-in. Problems are RFC 9457 documents with `article`, `reason`
and `remedy`. Send an `Idempotency-Key` with whatever you may have to repeat.
"""


def document(app: FastAPI) -> dict[str, Any]:
    """The document of every route of an application."""
    told = get_openapi(
        title="Facekeep", version=__version__, openapi_version="3.1.0", description=ABOUT,
        routes=app.routes,
    )  # fmt: skip
    schemas = told.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_schemas(app))
    told["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    }
    for route in _routes(app):
        for method in route.methods or ():
            _complete(told["paths"][route.path_format][method.lower()], route)
    return told


def _complete(operation: dict[str, Any], route: RouteContext) -> None:
    """What FastAPI does not see of one operation."""
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}}}
    for status, what in PROBLEMS.items():
        known = operation["responses"].get(status)
        ours = known is not None and status != "422"
        operation["responses"][status] = known if ours else {"description": what, **problem}
    if _needs(route, calling) or _needs(route, calling_to_leave):
        operation["security"] = [{"key": []}, {"session": []}]
    if (read := _body(route)) is not None:
        operation["requestBody"] = _request_body(read)


def _request_body(read: Any) -> dict[str, Any]:
    content = {JSON: {"schema": {"$ref": REF.format(model=read.model.__name__)}}}
    if read.form:
        content[FORM] = {"schema": _as_form(read.model.model_json_schema(ref_template=REF))}
    return {"required": True, "content": content}


def _as_form(schema: Any) -> Any:
    """The same structure as a form: a picture is a file, not base64 in a text."""
    if isinstance(schema, list):
        return [_as_form(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("contentEncoding") == "base64":
        return {**_PICTURE, "description": schema.get("description", "A picture file.")}
    return {name: _as_form(one) for name, one in schema.items() if name != "$defs"}


_PICTURE = {"type": "string", "format": "binary", "minLength": 1}


def _schemas(app: FastAPI) -> dict[str, Any]:
    models = {_read.model for route in _routes(app) if (_read := _body(route)) is not None}
    inputs = [
        (model, "validation") for model in sorted(models | {Problem}, key=lambda m: m.__name__)
    ]
    _, definitions = models_json_schema(inputs, ref_template=REF)  # type: ignore[arg-type]
    return dict(definitions.get("$defs", {}))


def _routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route with its whole path: those of included routers are no routes of the application."""
    contexts = iter_route_contexts(app.routes)
    return (
        one
        for one in contexts
        if isinstance(one.original_route, APIRoute) and one.include_in_schema
    )


def _body(route: RouteContext) -> Any:
    calls = (one.call for one in route.dependant.dependencies)
    return next((call for call in calls if hasattr(call, "model")), None)


def _needs(route: RouteContext, dependency: Any) -> bool:
    return any(one.call is dependency for one in route.dependant.dependencies)
