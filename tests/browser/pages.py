"""Every page that people read, and how to come to it in the residence. A new page needs one line here.

``route`` is the application's own; ``path`` fills it in, with what ``places`` knows; ``door`` says who may
stand before it: anybody, a visitor at their own pages, or one of the staff in a role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from fastapi.routing import iter_route_contexts

from facekeep.web.app import PAGES
from scripts.tour_home import NAME, STAFF
from scripts.tour_served import Served
from tests.browser.steps import NEWCOMER, RESIDENT, first_link, turn_of
from tests.browser.window import Window

Begin = Callable[[Window, Served], str]
Door = Literal["open", "visitor", "officer", "case-officer", "attendant", "inspector"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page. ``begin`` does what comes before it, in the same window; ``{begun}`` is where that led."""

    route: str
    path: str = ""
    door: Door = "open"
    status: int = 200
    begin: Begin | None = None

    @property
    def name(self) -> str:
        """What a test calls it."""
        return self.route.strip("/") or "first"

    def at(self, window: Window, residence: Served) -> str:
        """Where it lies in a home, for this window."""
        begun = self.begin(window, residence) if self.begin else ""
        return (self.path or self.route).format_map({**places(residence), "begun": begun})


PORTAL: tuple[Listed, ...] = (
    Listed("/"),
    Listed("/p"),
    Listed("/notices/{purpose}", "/notices/gate"),
    Listed("/notices/{purpose}", "/notices/office"),
    Listed("/notices/{purpose}", "/notices/nothing", status=403),
    Listed("/p/{token}"),
    Listed("/p/{token}", f"/p/{'0' * 40}", status=403),
    Listed("/p/{token}/choice"),
    Listed("/p/{token}/consent"),
    Listed("/p/{token}/guardian"),
    Listed("/p/{token}/other-way"),
    Listed("/p/{token}/later"),
    Listed("/p/{token}/open", "/p/{mine}/open"),
    Listed("/check"),
    Listed("/check", "/check?c=nothing"),
    Listed("/check/paper"),
    Listed("/cases"),
    Listed("/cases/new"),
    Listed("/mine", door="visitor"),
    Listed("/mine", door="open", status=401),
    Listed("/mine/receipts", door="visitor"),
    Listed("/mine/face", door="visitor"),
    Listed("/mine/face/start", door="visitor"),
    Listed("/mine/face/done", door="visitor"),
    Listed("/mine/storage", door="visitor"),
    Listed("/mine/history", door="visitor"),
    Listed("/mine/history/{event}", "{begun}", "visitor", begin=first_link("/mine/history")),
    Listed("/mine/cases/new", door="visitor"),
    Listed("/mine/cases/new", "/mine/cases/new?kind=correction", "visitor"),
    Listed("/mine/cases/new", "/mine/cases/new?kind=complaint", "visitor"),
    Listed("/mine/other-way", door="visitor"),
    Listed("/mine/reset", door="visitor"),
    Listed("/mine/pin", door="visitor"),
    Listed("/mine/passkey", door="visitor"),
    Listed("/mine/withdraw", door="visitor"),
)
"""Doors of the person."""

DESK: tuple[Listed, ...] = (
    Listed("/staff/sign-in"),
    Listed("/staff/accept"),
    Listed("/staff/me", door="attendant"),
    Listed("/staff/me/passkey", door="attendant"),
    Listed("/staff/prove", door="attendant"),
    Listed("/desk", door="attendant"),
    Listed("/desk", door="inspector"),
    Listed("/desk/kiosk", door="attendant"),
    Listed("/desk/people/{turn}", "{begun}", "attendant", begin=turn_of(RESIDENT)),
    Listed("/desk/people/{turn}", "{begun}", "attendant", begin=turn_of(NEWCOMER)),
)
"""Doors of the attendant, and the staff's sign-in."""

CONSOLE: tuple[Listed, ...] = (
    Listed("/console", door="officer"),
    Listed("/console/compliance", door="officer"),
    Listed("/console/compliance", door="inspector"),
    Listed(
        "/console/compliance/{duty}", "{begun}", "officer", begin=first_link("/console/compliance")
    ),
)
"""Doors of the officers."""

NO_PAGES = {
    "/assets/{name}": "files that pages load",
    "/console/agenda.ics": "a calendar",
    "/console/compliance.csv": "a table",
    "/mine/history.csv": "a table",
    "/mine/receipts/{consent}/file": "a file to keep",
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
    found = [one for stage in PAGES for one in iter_route_contexts(stage.router.routes)]
    return {one.path for one in found if one.path and "GET" in (one.methods or ())}


def forgotten(listed: Iterable[Listed]) -> set[str]:
    """Routes that nobody listed."""
    return routes() - {one.route for one in listed} - set(NO_PAGES)


def invented(listed: Iterable[Listed]) -> set[str]:
    """What is listed and does not exist."""
    return ({one.route for one in listed} | set(NO_PAGES)) - routes()
