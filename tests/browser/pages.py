"""Every page that people read, and how to come to it in the residence. A new page needs one line here.

``route`` is the application's own; ``path`` fills it in, with what ``places`` knows; ``door`` says who may
stand before it: nobody in particular, whoever holds a link, a visitor of their own pages, or a role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fastapi.routing import APIRoute

from facekeep.web.app import PAGES
from scripts.tour_home import NAME, STAFF
from scripts.tour_served import Served

Door = Literal["open", "visitor", "officer", "case-officer", "attendant", "inspector"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page."""

    route: str
    path: str = ""
    door: Door = "open"
    status: int = 200

    @property
    def name(self) -> str:
        """What a test calls it."""
        return (self.path or self.route).strip("/") or "first"

    def at(self, places: dict[str, str]) -> str:
        """Where it lies in a home."""
        return (self.path or self.route).format_map(places)


PORTAL: tuple[Listed, ...] = (Listed("/p/{token}", f"/p/{'0' * 40}", status=404),)
"""Doors of the person."""

DESK: tuple[Listed, ...] = ()
"""Doors of the attendant, and the staff's sign-in."""

CONSOLE: tuple[Listed, ...] = ()
"""Doors of the officers."""

NO_PAGES = {
    "/assets/{name}": "files that pages load",
}
"""Routes that answer with something else than a page."""

NAMES = (
    NAME, *NAME.split(" ", 1), "Riverside", "Residence", "河畔公寓", "Zhao Min 赵敏", "Lin Yue 林悦",
    "赵敏", "林悦", *(name for name, _, _ in STAFF), "Door Care 门禁维护", "Shanghai 上海",
    "North Audit 北方审计", "1 River Road, east gate, ground floor · 河滨路 1 号东门一层",
    "1 River Road, south wing · 河滨路 1 号南翼", "1 River Road · 河滨路 1 号",
)  # fmt: skip
"""What the operator called things once, for readers of both languages."""


def places(residence: Served) -> dict[str, str]:
    """What paths are filled in with."""
    links = residence.told.links
    return {
        "token": links["choosing"].rpartition("/")[2], "mine": links["mine"].rpartition("/")[2],
        "code": residence.told.case_code,
    }  # fmt: skip


def routes() -> set[str]:
    """Every path of the application that is read by people with GET."""
    found = (route for stage in PAGES for route in stage.router.routes)
    return {route.path for route in found if isinstance(route, APIRoute) and "GET" in route.methods}


def forgotten(listed: Iterable[Listed]) -> set[str]:
    """Routes that nobody listed."""
    return routes() - {one.route for one in listed} - set(NO_PAGES)


def invented(listed: Iterable[Listed]) -> set[str]:
    """What is listed and does not exist."""
    return ({one.route for one in listed} | set(NO_PAGES)) - routes()
