"""Forgery at any page: no form is read but by the one door that asks whose page it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from facekeep.web.app import PAGES
from facekeep.web.pages.forms import filled


def posts() -> list[APIRoute]:
    """Every page that takes a form."""
    found = [one for stage in PAGES for one in iter_route_contexts(stage.router.routes)]
    routes = [one.route for one in found]
    return [one for one in routes if isinstance(one, APIRoute) and "POST" in one.methods]


@pytest.mark.parametrize("route", posts(), ids=lambda route: route.path)
def test_no_form_is_taken_unchecked(route: APIRoute) -> None:
    """Sent by another site, or made by another visit, it is answered 403 before anything is done."""
    assert filled in set(_asked(route.dependant))


def test_there_are_forms_to_check() -> None:
    """The list above is the application's own, and not empty."""
    assert {"/mine/withdraw", "/kiosk/face", "/console/cases/{number}"} <= {r.path for r in posts()}


def _asked(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    for one in dependant.dependencies:
        yield one.call
        yield from _asked(one)
