"""The ASGI application over an open house."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.web import html, problems
from facekeep.web.api import (
    alternatives,
    approvals,
    captures,
    consents,
    docs,
    factors,
    four_eyes,
    health,
    identifications,
    imports,
    jobs,
    keys,
    keys_public,
    ledger,
    problem_pages,
    purposes,
    references,
    requests,
    sessions,
    staff,
    verifications,
    witness,
)
from facekeep.web.console import pages as console
from facekeep.web.desk import books
from facekeep.web.desk import pages as desk
from facekeep.web.express import Express
from facekeep.web.guide import Guide
from facekeep.web.limits import Both, Limits, Watcher
from facekeep.web.meters import Meters
from facekeep.web.openapi import document
from facekeep.web.pages import assets, refusals
from facekeep.web.portal import choosing, own
from facekeep.web.portal.pace import Pace
from facekeep.web.portal.visits import Visits
from facekeep.web.service import Eyes, OpenEyes, Service

Made = TypeVar("Made")

STAGES = (
    purposes,
    consents,
    requests,
    imports,
    captures,
    references,
    factors,
    verifications,
    identifications,
    alternatives,
    jobs,
    ledger,
    witness,
    keys_public,
    problem_pages,
    sessions,
    staff,
    keys,
    approvals,
    four_eyes,
)  # fmt: skip
"""In the order of the loop; each adds its own paths under ``/v1``."""


def application(
    house: House, settings: Settings, eyes: Eyes | None = None, log: Watcher | None = None
) -> ASGIApp:
    """Everything a house answers over HTTP. ``eyes`` stands in for the models of the purposes; ``log``
    hears of every request beside the meters."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.service = Service(house, settings, eyes or OpenEyes(house))
    app.state.meters = meters = Meters()
    app.state.visits = Visits()
    app.state.pace = Pace()
    app.state.desk = books.Books()
    problems.install(app)
    refusals.install(app)
    app.include_router(docs.router)
    app.include_router(health.router)
    app.include_router(_version_1())
    app.include_router(_pages())
    app.openapi = _once(lambda: document(app))  # type: ignore[method-assign]
    app.state.guide = guide = _once(lambda: Guide.of(app.openapi()))
    # Asked for without a key: made once, or whoever asks again and again keeps everybody waiting.
    app.state.pages = _once(lambda language: html.written("docs.html.j2", language, guide=guide()))
    app.state.openapi_text = _once(lambda: json.dumps(app.openapi(), ensure_ascii=False))
    return Limits(Express(app), meters if log is None else Both(meters, log), say=refusals.of_any)


PAGES: tuple[ModuleType, ...] = (assets, console, choosing, own, desk)
"""What people read, door by door; each adds its own paths. None of it is part of the API's document."""


def _pages() -> APIRouter:
    pages = APIRouter(include_in_schema=False)
    for stage in PAGES:
        pages.include_router(stage.router)
    return pages


def _version_1() -> APIRouter:
    first = APIRouter(prefix="/v1")
    for stage in STAGES:
        first.include_router(stage.router)
    return first


def _once(make: Callable[..., Made]) -> Callable[..., Made]:
    """What is asked for again and again, made by whoever comes first; the others wait for it."""
    kept, lock = cache(make), Lock()

    def get(*about: Any) -> Made:
        with lock:
            return kept(*about)

    return get
