"""Every way a request can fail, as problem details (RFC 9457) in the language of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from facekeep.terms.errors import (
    Broken,
    CaptureRefused,
    FacekeepError,
    Misused,
    NotPermitted,
    NotRecognised,
    NotSignedIn,
    Refused,
    Retry,
    Tampered,
    TooMany,
    WrongPassphrase,
)
from facekeep.terms.faults import ours
from facekeep.terms.messages import in_language, told
from facekeep.terms.wire.problems import Fault, Problem

MEDIA_TYPE = "application/problem+json"
MAX_FAULTS = 20
"""More than so many wrong fields help nobody."""

_STATUS: tuple[tuple[type[FacekeepError], int], ...] = (
    (NotSignedIn, 401),
    (NotPermitted, 403),
    (TooMany, 429),
    (Refused, 403),
    (NotRecognised, 422),
    (Misused, 400),
    (WrongPassphrase, 403),
    (Retry, 503),
    (Broken, 503),
    (Tampered, 500),
)
"""The first that fits. A refusal is an answer of the law, not a fault of the request's form."""

_HTTP: dict[int, tuple[str, str, str]] = {
    400: ("not_understood", "the request is not understood", "See /docs for what is expected here"),
    404: ("not_found", "nothing lies here", "See /docs for the paths there are"),
    405: ("method_not_allowed", "this path does not know this method", "See /docs"),
    406: ("not_acceptable", "we answer in JSON", "Accept application/json"),
    409: ("conflict", "another request is doing this", "Ask again in a moment"),
    411: ("length_required", "the length of the body is not known", "Send Content-Length"),
    413: ("too_large", "the body is larger than we take", "Send smaller or fewer pictures"),
    415: ("unsupported_media_type", "a body of this kind is not read here",
          "Send application/json or multipart/form-data"),
    422: ("not_valid", "some fields are not as they must be", "Mend the fields named in faults"),
    431: ("headers_too_large", "the headers are larger than we take", "Send fewer"),
    503: ("busy", "more is asked at once than we take", "Ask again in a moment"),
}  # fmt: skip
"""Code, sentence and remedy of what goes wrong before a room is asked."""


class Unreadable(HTTPException):
    """A body that cannot be read, with the fields that are wrong."""

    def __init__(self, status: int, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(status)


def faults_of(error: ValidationError | RequestValidationError, at: str = "") -> list[Fault]:
    """Which fields are wrong and why; what was sent is never repeated."""
    wrong = error.errors()[:MAX_FAULTS]
    return [Fault(at=_pointer(one["loc"], at), why=str(one["msg"])[:200]) for one in wrong]


def install(app: FastAPI) -> None:
    """Let the application answer every failure as problem details."""
    app.add_exception_handler(FacekeepError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, _of_ours)


def language_of(request: Request) -> Literal["zh", "en"]:
    """Chinese where the caller prefers it (RFC 9110, Accept-Language)."""
    wanted = request.headers.get("accept-language", "").strip().lower()
    return "zh" if wanted.startswith("zh") else "en"


def problem_of(error: BaseException, language: Literal["zh", "en"], request_id: str) -> Problem:
    """One error of the tree as problem details."""
    mine = ours(error)
    said = told(mine, language)
    status = next(status for kind, status in _STATUS if isinstance(mine, kind))
    refused = isinstance(mine, Refused)
    return Problem(
        type=f"/v1/problems/{mine.code}",
        title=said.kind,
        status=status,
        detail=said.what,
        instance=f"urn:facekeep:request:{request_id}",
        code=mine.code,
        article=mine.duty if isinstance(mine, Refused) else None,
        reason=said.what if refused else None,
        remedy=said.remedy or in_language("See /docs for what is expected here", language),
        why=mine.why if isinstance(mine, CaptureRefused) else None,
        alternatives=getattr(mine, "alternatives", None),
    )


def respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer that carries a problem."""
    document = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(document, problem.status, headers, media_type=MEDIA_TYPE)


async def _of_ours(request: Request, error: Exception) -> JSONResponse:
    problem = problem_of(error, language_of(request), _id(request))
    _remember(request, problem.code, error)
    return respond(problem, _headers(ours(error)))


async def _of_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return await of_http(request, Unreadable(422, faults_of(error)))


async def of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, what, remedy = _HTTP.get(error.status_code, _HTTP[400])
    language = language_of(request)
    problem = Problem(
        type=f"/v1/problems/{code}",
        title=in_language(what, language),
        status=error.status_code,
        detail=in_language(what, language),
        instance=f"urn:facekeep:request:{_id(request)}",
        code=code,
        remedy=in_language(remedy, language),
        faults=getattr(error, "faults", None) or None,
    )
    _remember(request, code, error)
    return respond(problem, dict(error.headers or {}))


def _headers(error: FacekeepError) -> dict[str, str]:
    match error:
        case NotSignedIn():
            return {"WWW-Authenticate": 'Bearer realm="facekeep"'}
        case TooMany():
            return {"Retry-After": str(error.retry_after)}
        case Retry() | Broken():
            return {"Retry-After": "1"}
        case _:
            return {}


def _remember(request: Request, code: str, error: Exception) -> None:
    """For the log line of this request: the code, and where the unforeseen happened."""
    request.scope.setdefault("state", {})["problem"] = code
    if not isinstance(error, FacekeepError | HTTPException):
        request.scope["state"]["unforeseen"] = str(ours(error))


def _id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", "-"))


def _pointer(location: Sequence[Any], at: str) -> str:
    """A JSON pointer (RFC 6901), cut where somebody made it long."""
    return "/".join([at, *(str(part)[:80] for part in location)]) or "/"
