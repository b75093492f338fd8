"""Problem details (RFC 9457) back into the error tree, so that a program handles one set of errors."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
from pydantic import ValidationError

from facekeep.client.request import not_ours
from facekeep.terms.errors import Broken, FacekeepError, Misused, NotRecognised, Refused, Tampered
from facekeep.terms.wire.problems import Problem

MEDIA_TYPE = "application/problem+json"
REQUEST = "urn:facekeep:request:"


def error_of(response: httpx.Response) -> FacekeepError:
    """The error an answer tells of, with its problem attached (:func:`problem_of`)."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    if kind != MEDIA_TYPE:
        return _without_words(response)
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return not_ours()
    error = _rebuilt(problem)
    error.__dict__["problem"] = problem
    if wait := response.headers.get("retry-after"):
        error.__dict__["retry_after"] = int(wait) if wait.isdecimal() else 1
    return error


def problem_of(error: FacekeepError) -> Problem | None:
    """What the service said of an error: status, other ways in, fields that are wrong; None where it
    said nothing, since it could not be reached or the fault was found here.
    """
    problem = error.__dict__.get("problem")
    return problem if isinstance(problem, Problem) else None


def request_id_of(error: FacekeepError) -> str | None:
    """By which the operator finds the request in the log."""
    problem = problem_of(error)
    return None if problem is None else problem.instance.removeprefix(REQUEST)


def _rebuilt(problem: Problem) -> FacekeepError:
    """Of the class its code names; of the nearest one above where this program is older."""
    kind = _KINDS.get(problem.code) or _by_status(problem.status)
    error: FacekeepError = kind.__new__(kind)
    match error:
        case Refused():
            reason = problem.reason or problem.detail
            Refused.__init__(error, reason, problem.remedy, problem.article)
            error.__dict__["why"] = problem.why
        case NotRecognised():
            NotRecognised.__init__(error, problem.detail)
        case Tampered():
            Tampered.__init__(error, problem.detail)
        case Broken():
            Broken.__init__(error, problem.detail, problem.remedy)
        case _:
            Misused.__init__(error, _misuse(problem))
    return error


def _misuse(problem: Problem) -> str:
    faults = "; ".join(f"{fault.at}: {fault.why}" for fault in problem.faults or ())
    return f"{problem.detail}. {faults or problem.remedy}"


def _by_status(status: int) -> type[FacekeepError]:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Broken
    return Refused if status in (401, 403, 409, 429) else Misused


def _without_words(response: httpx.Response) -> FacekeepError:
    """An answer of something before the service, such as a proxy."""
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Broken(
            f"the service does not answer (HTTP {response.status_code})", "Try again in a while"
        )
    return not_ours()


def _family(kind: type[FacekeepError]) -> Iterator[type[FacekeepError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


def _first_of_each_code() -> dict[str, type[FacekeepError]]:
    """A class that takes its parent's code is its parent's kind to whoever matches on codes."""
    kinds: dict[str, type[FacekeepError]] = {}
    for kind in _family(FacekeepError):
        kinds.setdefault(kind.code, kind)
    return kinds


_KINDS = _first_of_each_code()
