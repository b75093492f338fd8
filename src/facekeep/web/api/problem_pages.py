"""What each problem code means and what to do about it: pages for whoever follows ``type``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from facekeep.oversight.obligations import Obligation, book
from facekeep.terms.errors import FacekeepError, Misused, Refused
from facekeep.terms.messages import MESSAGES, in_language
from facekeep.web import html
from facekeep.web.problems import PLAIN, READ_DOCS, Unreadable, language_of, status_of
from facekeep.web.wording import WORDS

router = APIRouter(tags=["problems"])

Code = Annotated[
    str,
    Path(description="The `code` of a problem.", pattern=r"^[a-z_]{1,40}$", examples=["no_face"]),
]
_KINDS = {3: "refused", 1: "not_recognised", 4: "tampered", 2: "usage", 5: "broken"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One code in one language."""

    code: str
    status: int
    kind: str
    what: str
    remedy: str
    duties: tuple[Obligation, ...] = ()


@router.get("/problems", operation_id="problems", response_class=HTMLResponse)
def problems(request: Request) -> HTMLResponse:
    """Every problem code there is, as a page in Chinese or English (Accept-Language)."""
    language = language_of(request)
    every = [explained(code, language) for code in codes()]
    return html.page("problems.html.j2", language, every=every)


@router.get("/problems/{code}", operation_id="problem", response_class=HTMLResponse)
def problem(request: Request, code: Code) -> HTMLResponse:
    """What a problem code means and what to do, as a page in Chinese or English (Accept-Language)."""
    if code not in codes():
        raise Unreadable(404)
    language = language_of(request)
    return html.page("problem.html.j2", language, one=explained(code, language))


def codes() -> tuple[str, ...]:
    """Every code a problem may carry: of the error tree, then of requests no room gets to see."""
    return tuple(dict.fromkeys((*_tree(), *PLAIN)))


def explained(code: str, language: str) -> Explained:
    """A code in words."""
    if code in PLAIN:
        plain = PLAIN[code]
        what, remedy = in_language(plain.what, language), in_language(plain.remedy, language)
        kind = WORDS.say("problem.request", language)
        return Explained(code, plain.status, kind, _begun(what), remedy)
    error = _tree()[code]
    kind = MESSAGES.say(f"kind.{_KINDS[error.exit_code]}", language)
    what = MESSAGES.say(f"error.{_spoken(error)}", language)
    return Explained(code, status_of(error), kind, what, _remedy(error, language), _duties(error))


@cache
def _tree() -> dict[str, type[FacekeepError]]:
    """The error tree by code; the root is never answered itself."""
    return {kind.code: kind for kind in reversed([*_below(FacekeepError)])}


def _below(kind: type[FacekeepError]) -> Iterator[type[FacekeepError]]:
    for child in kind.__subclasses__():
        yield from _below(child)
        yield child


def _spoken(error: type[FacekeepError]) -> str:
    """The code of the nearest kind of error that has words of its own."""
    codes = (str(getattr(kind, "code", "")) for kind in error.__mro__)
    return next(code for code in codes if f"error.{code}" in MESSAGES)


def _remedy(error: type[FacekeepError], language: str) -> str:
    """What to do where the problem itself does not say more."""
    known = f"remedy.{error.code}" in MESSAGES and not issubclass(error, Misused)
    return MESSAGES.say(f"remedy.{error.code}", language) if known else in_language(READ_DOCS, language)  # fmt: skip


def _duties(error: type[FacekeepError]) -> tuple[Obligation, ...]:
    found: tuple[Obligation, ...] = ()
    if issubclass(error, Refused):
        with suppress(Misused):
            found = book().named(error.article)
    return found


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
