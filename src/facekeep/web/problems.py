"""Every way a request can fail, as problem details (RFC 9457) in the language of the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from facekeep.db.faults import ours
from facekeep.terms.errors import (
    Broken,
    CaptureRefused,
    Conflict,
    FacekeepError,
    KeyReused,
    Misused,
    NotPermitted,
    NotRecognised,
    NotSignedIn,
    Refused,
    Retry,
    StillRunning,
    Tampered,
    TooMany,
    WrongPassphrase,
)
from facekeep.terms.messages import in_language, told
from facekeep.terms.wire.problems import Fault, Problem

MEDIA_TYPE = "application/problem+json"
MAX_FAULTS = 20
"""More than so many wrong fields help nobody."""

READ_DOCS = "See /docs for what is expected here"

_STATUS: tuple[tuple[type[FacekeepError], int], ...] = (
    (NotSignedIn, 401),
    (NotPermitted, 403),
    (TooMany, 429),
    (KeyReused, 422),
    (Conflict, 409),
    (Refused, 403),
    (NotRecognised, 422),
    (Misused, 400),
    (WrongPassphrase, 403),
    (Retry, 503),
    (Broken, 503),
    (Tampered, 500),
)
"""The first that fits. A refusal is an answer of the law, not a fault of the request's form."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A problem that no room knows of: status, what it is, what to do."""

    status: int
    what: str
    remedy: str
    retry_after: int = 0
    """Whole seconds; 0 where the same request will never do better."""


PLAIN: dict[str, Plain] = {
    "not_understood": Plain(400, "the request is not understood", READ_DOCS),
    "not_found": Plain(404, "nothing lies here", "See /docs for the paths there are"),
    "method_not_allowed": Plain(405, "this path does not know this method", "See /docs"),
    "not_acceptable": Plain(406, "we answer in JSON", "Accept application/json"),
    "too_slow": Plain(408, "the request took too long to arrive", "Send it again, and faster", 1),
    "not_sealed_yet": Plain(
        409, "no checkpoint vouches for this yet", "Ask again in ten seconds", 10
    ),
    "length_required": Plain(411, "the length of the body is not known", "Send Content-Length"),
    "too_large": Plain(413, "the body is larger than we take", "Send smaller or fewer pictures"),
    "stale_form": Plain(
        403,
        "this form does not belong to the page you are on",
        "Open the page again and send it anew",
    ),
    "path_too_long": Plain(414, "the path is longer than we take", "See /docs"),
    "unsupported_media_type": Plain(
        415, "a body of this kind is not read here", "Send application/json or multipart/form-data"
    ),
    "not_valid": Plain(
        422, "some fields are not as they must be", "Mend the fields named in faults"
    ),
    "headers_too_large": Plain(431, "the headers are larger than we take", "Send fewer"),
    "busy": Plain(503, "more is asked at once than we take", "Ask again in a moment", 1),
}
"""By code. The first of a status is what Starlette's own errors of that status are called."""


class Unreadable(HTTPException):
    """A request that no room gets to see, by its status or by its code in :data:`PLAIN`."""

    def __init__(self, what: int | str, faults: Sequence[Fault] = ()) -> None:
        self.code = what if isinstance(what, str) else _code_of(what)
        self.faults = tuple(faults)
        plain = PLAIN[self.code]
        after = {"Retry-After": str(plain.retry_after)} if plain.retry_after else None
        super().__init__(plain.status, headers=after)


def fault(at: str, why: str) -> Unreadable:
    """One field that is not as it must be, by its JSON pointer."""
    return Unreadable("not_valid", [Fault(at=at, why=why)])


def faults_of(error: ValidationError | RequestValidationError, at: str = "") -> list[Fault]:
    """Which fields are wrong and why; what was sent is never repeated."""
    wrong = error.errors()[:MAX_FAULTS]
    return [Fault(at=_pointer(one["loc"], at), why=_why(str(one["msg"]))) for one in wrong]


def install(app: FastAPI) -> None:
    """Let the application answer every failure as problem details."""
    app.add_exception_handler(FacekeepError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(ClientDisconnect, _of_departed)
    app.add_exception_handler(Exception, _of_ours)


LANGUAGE = "facekeep-language"
"""The cookie that remembers in which language somebody reads our pages."""


def language_of(request: Request) -> Literal["zh", "en"]:
    """The language asked for (``?lang=``) or chosen before; else Chinese where the caller prefers it (RFC
    9110, Accept-Language).
    """
    asked = request.query_params.get("lang") if request.scope.get("query_string") else None
    chosen = asked or request.cookies.get(LANGUAGE)
    match chosen:
        case "zh" | "en":
            return chosen
        case _:
            return _preferred(request)


def _preferred(request: Request) -> Literal["zh", "en"]:
    return _ranking(request.headers.get("accept-language", ""))


@lru_cache(256)
def _ranking(said: str) -> Literal["zh", "en"]:
    ranges = [_ranked(one) for one in said.split(",")[:20]]
    best = max(ranges, key=lambda one: one[0], default=(0.0, ""))[1]
    return "zh" if best.startswith("zh") else "en"


def status_of(kind: type[FacekeepError]) -> int:
    """The status that errors of this kind are answered with; 500 for the root alone."""
    return next((status for known, status in _STATUS if issubclass(kind, known)), 500)


def problem_of(error: BaseException, language: Literal["zh", "en"], request_id: str) -> Problem:
    """One error of the tree as problem details."""
    mine = ours(error)
    said = told(mine, language)
    refused = isinstance(mine, Refused)
    remedy = "" if isinstance(mine, Misused) else said.remedy  # its own is for the command line
    return Problem(
        type=f"/v1/problems/{mine.code}",
        title=said.kind,
        status=status_of(type(mine)),
        detail=said.what,
        instance=f"urn:facekeep:request:{request_id}",
        code=mine.code,
        article=mine.duty if isinstance(mine, Refused) else None,
        reason=said.what if refused else None,
        remedy=remedy or in_language(READ_DOCS, language),
        why=mine.why if isinstance(mine, CaptureRefused) else None,
        alternatives=mine.alternatives,
    )


def respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer that carries a problem."""
    document = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(document, problem.status, headers, media_type=MEDIA_TYPE)


async def of_http(request: Request, error: Exception) -> JSONResponse:
    """What went wrong before a room was asked."""
    assert isinstance(error, HTTPException)
    problem = _plain_problem(request, error)
    let_go(error)
    return respond(problem, dict(error.headers or {}))


def problem_and_headers(request: Request, error: Exception) -> tuple[Problem, dict[str, str]]:
    """What went wrong, for a page that says it in its own way."""
    match error:
        case RequestValidationError():
            return problem_and_headers(request, Unreadable(422, faults_of(error)))
        case HTTPException():
            return _plain_problem(request, error), dict(error.headers or {})
        case _:
            problem = problem_of(error, language_of(request), _id(request))
            _remember(request, problem.code, error)
            return problem, _headers(ours(error))


def _plain_problem(request: Request, error: HTTPException) -> Problem:
    code = getattr(error, "code", "") or _code_of(error.status_code)
    plain, language = PLAIN[code], language_of(request)
    _remember(request, code, error)
    return Problem(
        type=f"/v1/problems/{code}",
        title=in_language(plain.what, language),
        status=plain.status,
        detail=in_language(plain.what, language),
        instance=f"urn:facekeep:request:{_id(request)}",
        code=code,
        remedy=in_language(plain.remedy, language),
        faults=getattr(error, "faults", None) or None,
    )


async def of_any(request: Request, error: Exception) -> JSONResponse:
    """Whatever went wrong, as the handlers of the application answer it."""
    match error:
        case HTTPException():
            return await of_http(request, error)
        case RequestValidationError():
            return await _of_validation(request, error)
        case ClientDisconnect():
            return await _of_departed(request, error)
        case _:
            return await _of_ours(request, error)


async def _of_ours(request: Request, error: Exception) -> JSONResponse:
    problem = problem_of(error, language_of(request), _id(request))
    _remember(request, problem.code, error)
    headers = _headers(ours(error))
    let_go(error)
    return respond(problem, headers)


async def _of_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return await of_http(request, Unreadable(422, faults_of(error)))


async def _of_departed(request: Request, error: Exception) -> JSONResponse:
    """Nobody is left to read it; the log is."""
    return await of_http(request, Unreadable(400))


def let_go(error: BaseException) -> None:
    """A failure remembers every frame it came through, and a frame may hold the failure: then a
    photograph in one of them would stay until somebody tidies up, on a quiet day for hours.
    """
    known: BaseException | None = error
    while known is not None:
        earlier = known.__cause__ or known.__context__
        known.__traceback__ = known.__cause__ = known.__context__ = None
        known = earlier


def _code_of(status: int) -> str:
    return next((code for code, plain in PLAIN.items() if plain.status == status), "not_understood")


def _headers(error: FacekeepError) -> dict[str, str]:
    match error:
        case NotSignedIn():
            return {"WWW-Authenticate": 'Bearer realm="facekeep"'}
        case TooMany() | StillRunning():
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


def _why(message: str) -> str:
    return message.removeprefix("Value error, ")[:200]


def _pointer(location: Sequence[Any], at: str) -> str:
    """A JSON pointer (RFC 6901), cut where somebody made it long."""
    return "/".join([at, *_steps(location)]) or "/"


def _steps(location: Sequence[Any]) -> Iterator[str]:
    return (str(part).replace("~", "~0").replace("/", "~1")[:80] for part in location)


def _ranked(one: str) -> tuple[float, str]:
    """``zh-CN;q=0.8`` as its weight and name; what cannot be read weighs nothing."""
    name, _, weight = one.strip().lower().partition(";")
    try:
        return float(weight.partition("=")[2] or 1), name
    except ValueError:
        return 0.0, name
