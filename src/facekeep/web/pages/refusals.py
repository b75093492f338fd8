"""What goes wrong, as people read it: what, why (the article), and what they can do now."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from facekeep.oversight.obligations import book
from facekeep.terms.errors import FacekeepError, Misused, NotSignedIn
from facekeep.terms.messages import Catalogue
from facekeep.terms.wire.problems import Problem
from facekeep.web import problems
from facekeep.web.pages.site import Site, go, is_page, is_staff_path, path_of, show
from facekeep.web.problems import language_of

SIGN_IN = "/staff/sign-in"
NOT_SIGNED_IN, NOT_FOUND = 401, 404
PROGRAMS = "/v1"
"""What programs ask: they are answered in their own form, whatever they accept."""

READ_DOCS = "/docs"
_TYPED = re.compile(r"\b(?:facekeep|pip|chmod) |--[a-z]")
"""A command or an option."""

NOBODY = Site("plain", Catalogue({}), "/")


def install(app: FastAPI) -> None:
    """Failures on pages are pages; everywhere else they stay problem details."""
    for kind in (FacekeepError, RequestValidationError, HTTPException, ClientDisconnect, Exception):
        app.add_exception_handler(kind, of_any)


async def of_any(request: Request, error: Exception) -> Response:
    """Whatever went wrong, for whoever asked."""
    if not _is_read_by_people(request, error):
        return await problems.of_any(request, error)
    if isinstance(error, NotSignedIn) and is_staff_path(path_of(request)):
        return go(f"{SIGN_IN}?next={quote(_back(request), safe='')}")
    problem, headers = problems.problem_and_headers(request, error)
    problems.let_go(error)
    return page_of(request, problem, headers)


def page_of(request: Request, problem: Problem, headers: dict[str, str]) -> Response:
    """One problem as a page. What only whoever runs the home can type is not said to a person."""
    staff = is_staff_path(path_of(request))
    beyond = not staff and _TYPED.search(problem.remedy)
    response = show(
        request, NOBODY, "pages/refused.html.j2", status=problem.status, problem=problem,
        beyond=beyond or READ_DOCS in problem.remedy, staff=staff,
        duties=_duties(problem, language_of(request)),
    )  # fmt: skip
    response.headers.update(headers)
    return response


def _is_read_by_people(request: Request, error: Exception) -> bool:
    """Pages are; and so is an address that does not exist, where a browser asks for it."""
    lost = isinstance(error, HTTPException) and error.status_code == NOT_FOUND
    path = path_of(request)
    browses = "text/html" in request.headers.get("accept", "") and not path.startswith(PROGRAMS)
    return is_page(path) or (lost and browses)


def _back(request: Request) -> str:
    """Where somebody wanted to go; the answer to a form is not asked for again."""
    return path_of(request) if request.method == "GET" else "/console"


def _duties(problem: Problem, language: str) -> list[tuple[str, str]]:
    if problem.article is None or problem.status == NOT_SIGNED_IN:
        return []  # that a visit is over is no refusal
    try:
        return [(one.id, one.of(language)) for one in book().named(problem.article)]
    except Misused:
        return []
