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
from scripts.tour_home import GATE, NAME, OFFICE, STAFF
from scripts.tour_served import Served
from scripts.tour_story import CAMPAIGN, COLLEAGUES
from tests.browser.steps import NEWCOMER, RESIDENT, linked, turn_of
from tests.browser.window import Window

Begin = Callable[[Window, Served], str]
Door = Literal[
    "open",
    "visitor",
    "kiosk",
    "officer",
    "second",
    "case-officer",
    "attendant",
    "inspector",
    "security",
]


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
    Listed("/check/paper/sheet"),
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
    Listed(
        "/mine/history/{event}",
        "{begun}",
        "visitor",
        begin=linked("/mine/history", "/mine/history/[0-9a-f]"),
    ),
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

COLLEAGUE = COLLEAGUES[0]


def _card(rest: str, subject: str = RESIDENT, purpose: str = GATE) -> Listed:
    """A page behind the card of somebody whose turn it is."""
    route = "/desk/people/{turn}" + rest
    return Listed(route, "{begun}" + rest, "attendant", begin=turn_of(subject, purpose))


DESK: tuple[Listed, ...] = (
    Listed("/staff/sign-in"),
    Listed("/staff/accept"),
    Listed("/staff/me", door="attendant"),
    Listed("/staff/me/passkey", door="attendant"),
    Listed("/staff/prove", door="attendant"),
    Listed("/desk", door="attendant"),
    Listed("/desk", door="inspector"),
    _card(""),
    _card("", NEWCOMER),
    _card("", NEWCOMER, OFFICE),
    _card("/ask", NEWCOMER),
    _card("/ask/notice", NEWCOMER),
    _card("/ask/consent", NEWCOMER),
    _card("/ask/guardian", NEWCOMER),
    _card("/ask/ways", NEWCOMER),
    _card("/ask/not-now", NEWCOMER),
    _card("/ask/storage", COLLEAGUE, OFFICE),
    _card("/ask/agreed"),
    _card("/face"),
    _card("/link"),
    _card("/pin"),
    _card("/pin/new"),
    _card("/way"),
    _card("/way/counted"),
    _card("/case"),
    _card("/withdraw"),
    Listed("/desk/kiosk", door="attendant"),
    Listed("/kiosk", door="kiosk"),
    Listed("/kiosk", door="open"),
    Listed("/kiosk/face", door="kiosk"),
    Listed("/kiosk/other-way", door="kiosk"),
    Listed("/desk/campaigns", door="officer"),
    Listed("/desk/campaigns/{name}", f"/desk/campaigns/{CAMPAIGN}", "officer"),
    Listed(
        "/desk/campaigns/{name}/slips/{sheet}",
        f"/desk/campaigns/{CAMPAIGN}/slips/{'0' * 32}",
        "officer",
        403,
    ),
    Listed(
        "/desk/campaigns/{name}/old-system", f"/desk/campaigns/{CAMPAIGN}/old-system", "officer"
    ),
)
"""Doors of the attendant, and the staff's sign-in."""


def _found(route: str, page: str, like: str, door: Door = "officer") -> Listed:
    """A page that another one links to; ``like`` is a pattern of the address."""
    return Listed(route, "{begun}", door, begin=linked(page, like))


PURPOSE, DEVICE, PLACE = "/console/purposes", "/console/devices", "/console/places"
CASE, ACCESS, LEDGER = "/console/cases", "/console/access", "/console/ledger"

CONSOLE: tuple[Listed, ...] = (
    Listed("/console", door="officer"),
    Listed("/console", door="inspector"),
    Listed("/console", door="case-officer"),
    Listed("/console", door="attendant"),
    Listed(PURPOSE, door="officer"),
    Listed(PURPOSE + "/_new", door="officer"),
    *(
        Listed(f"{PURPOSE}/{{purpose}}{rest}", f"{PURPOSE}/{GATE}{rest}", "officer")
        for rest in ("", "/assess", "/sign", "/release", "/suspend", "/end")
    ),
    _found(PURPOSE + "/{purpose}/edit/{part}", f"{PURPOSE}/{GATE}", "/edit/"),
    Listed("/console/consents", door="officer"),
    Listed(PLACE, door="officer"),
    Listed(PLACE + "/_new", door="security"),
    *(
        Listed(f"{PLACE}/{{place}}{rest}", f"{PLACE}/lobby{rest}", "security")
        for rest in ("", "/edit", "/close")
    ),
    Listed(DEVICE, door="officer"),
    Listed(DEVICE + "/_new", door="security"),
    *(
        Listed(f"{DEVICE}/{{device}}{rest}", f"{DEVICE}/gate-1{rest}", "security")
        for rest in ("", "/activate")
    ),
    Listed(DEVICE + "/{device}/{step}", DEVICE + "/gate-1/suspend", "security"),
    Listed("/console/jobs", door="officer"),
    _found("/console/jobs/{job}", "/console/jobs", "/console/jobs/"),
    Listed("/console/models", door="officer"),
    Listed("/console/models/{model}", "/console/models/dlib-resnet", "officer"),
    Listed("/console/parity", door="officer"),
    Listed(CASE, door="case-officer"),
    _found(CASE + "/{number}", CASE, f"{CASE}/", "case-officer"),
    *(
        Listed(
            f"{CASE}/{{number}}{route}",
            "{begun}" + rest,
            "case-officer",
            begin=linked(CASE, f"{CASE}/[0-9a-f]"),
        )
        for route, rest in (
            ("/steps/{step}", "/steps/answered"),
            ("/steps/{step}", "/steps/refused"),
            ("/steps/{step}", "/steps/extended"),
            ("/lift", "/lift"),
            ("/secret", "/secret"),
        )
    ),
    Listed("/console/compliance", door="officer"),
    _found("/console/compliance/{duty}", "/console/compliance", "/console/compliance/[A-Z]"),
    Listed("/console/compliance/{duty}", "/console/compliance/PIPL", "inspector"),
    Listed("/console/compliance/export", door="officer"),
    Listed("/console/filing", door="officer"),
    Listed("/console/filing", door="inspector"),
    Listed("/console/filing/{kind}/submitted", "/console/filing/face_filing/submitted", "officer"),
    Listed("/console/filing/{kind}/closed", "/console/filing/face_filing/closed", "officer"),
    Listed("/console/filing/materials/{slot}", "/console/filing/materials/undertaking", "officer"),
    Listed("/console/filing/pack", door="officer"),
    Listed("/console/filing/workdays", door="officer"),
    Listed(LEDGER, door="officer"),
    Listed(LEDGER + "/checkpoints", door="officer"),
    Listed(LEDGER + "/growth", door="officer"),
    _found(LEDGER + "/{event}", LEDGER, LEDGER + "/[0-9a-f]{32}"),
    Listed(ACCESS, door="officer"),
    Listed(ACCESS + "/roles", door="officer"),
    Listed(ACCESS + "/staff/_new", door="officer"),
    Listed(ACCESS + "/keys/_new", door="officer"),
    *(
        _found(f"{ACCESS}/staff/{{staff}}/{act}", ACCESS, f"/staff/[^/]+/{act}")
        for act in ("retire", "reset", "admit")
    ),
    _found(ACCESS + "/officers/{officer}/retire", ACCESS, "/officers/[^/]+/retire"),
    _found(ACCESS + "/keys/{key}/revoke", ACCESS, "/keys/[^/]+/revoke"),
    Listed("/console/approvals", door="officer"),
    Listed("/console/approvals", door="second"),
    _found(
        "/console/approvals/{act}/{what}", "/console/approvals", "/console/approvals/", "second"
    ),
)
"""Doors of the officers."""

NO_PAGES = {
    "/assets/{name}": "files that pages load",
    "/console/agenda.ics": "a calendar",
    "/console/compliance.csv": "a table",
    "/console/parity.csv": "a table",
    "/console/cases/{number}/receipt": "a file to keep",
    "/console/devices/{device}/sign.{kind}": "a sign to print",
    "/console/ledger/{event}/proof.json": "a proof to keep",
    "/desk/campaigns/{name}/slips/{sheet}/list.csv": "a table",
    "/desk/people/{turn}/papers/{number}": "a file to keep",
    "/mine/history.csv": "a table",
    "/mine/receipts/{consent}/file": "a file to keep",
    "/mine/receipts/{consent}/paper": "a paper to keep",
}
"""Routes that answer with something else than a page."""

BEHIND_FORMS = {
    "/desk/campaigns/{name}/slips/{sheet}": "test_desk: a campaign",
    "/p/{token}/left/{event}": "test_own_face: after a withdrawal",
}
"""Pages that only an act leads to, and who looks at them."""

NAMES = (
    NAME, *NAME.split(" ", 1), "Riverside", "Residence", "河畔公寓", "Zhao Min 赵敏", "Lin Yue 林悦",
    "赵敏", "林悦", *(name for name, _, _ in STAFF), "Door Care 门禁维护", "Shanghai 上海",
    "North Audit 北方审计", "gate guard · 门岗", "officer · 签署人", "1 River Road, east gate, ground floor · 河滨路 1 号东门一层",
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
    return routes() - {one.route for one in listed} - {*NO_PAGES, *BEHIND_FORMS}


def invented(listed: Iterable[Listed]) -> set[str]:
    """What is listed and does not exist."""
    return {*(one.route for one in listed), *NO_PAGES, *BEHIND_FORMS} - routes()
