"""Every page of the staff by every role: open or refused exactly as the policies say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from facekeep.access.roles import Act, Action, Facts, Policies, StaffRole
from facekeep.assembly import House
from facekeep.rights.cases import Kind
from facekeep.web.app import PAGES
from facekeep.web.caller import COOKIE
from facekeep.web.console.eyes import word_path
from facekeep.web.pages.site import is_staff_path
from tests.attacks.at_the_console import Officer, at_office, nobody, own_forms, signed_in
from tests.attacks.signed_in import cheaply, program
from tests.attacks.staff import opened
from tests.attacks.toolkit import People, Site, Turnable, purpose_text
from tests.conftest import Mould

POLICIES = Policies.shipped()
ROLES = [*StaffRole]
RULES, LOOK, DEVICES = Action.READ_PURPOSES, Action.READ_EVIDENCE, Action.READ_DEVICES
PURPOSE = "/console/purposes/{purpose}"
CASE, STAFF = "/console/cases/{number}", "/console/access/staff/{staff}"

CONSOLE: Mapping[str, Action | None] = {
    "/console": Action.OWN_SESSION, "/console/agenda.ics": LOOK,
    "/console/purposes": RULES, PURPOSE: RULES, "/console/purposes/_new": Action.PUBLISH,
    "/console/purposes/_new/file": Action.PUBLISH, f"{PURPOSE}/edit/{{part}}": Action.PUBLISH,
    f"{PURPOSE}/assess": Action.PUBLISH, f"{PURPOSE}/assess/file": Action.PUBLISH,
    f"{PURPOSE}/sign": Action.PUBLISH, f"{PURPOSE}/release": Action.PUBLISH,
    f"{PURPOSE}/suspend": Action.SUSPEND, f"{PURPOSE}/end": Action.END_PURPOSE,
    "/console/consents": None,
    "/console/places": DEVICES, "/console/places/{place}": DEVICES,
    "/console/places/_new": Action.MANAGE_PLACES, "/console/places/{place}/edit": Action.MANAGE_PLACES,
    "/console/places/{place}/close": Action.MANAGE_PLACES,
    "/console/devices": DEVICES, "/console/devices/{device}": DEVICES,
    "/console/devices/{device}/sign.{kind}": DEVICES, "/console/devices/_new": Action.MANAGE_DEVICES,
    "/console/devices/{device}/activate": Action.MANAGE_DEVICES,
    "/console/devices/{device}/{step}": Action.MANAGE_DEVICES,
    "/console/cases": Action.READ_CASES, CASE: Action.READ_CASES, f"{CASE}/receipt": Action.WORK_CASES,
    f"{CASE}/steps/{{step}}": Action.WORK_CASES, f"{CASE}/lift": Action.WORK_CASES,
    f"{CASE}/secret": Action.OPEN_SECRET,
    "/console/access": Action.READ_STAFF, "/console/access/roles": Action.READ_STAFF,
    f"{STAFF}/retire": Action.RETIRE, f"{STAFF}/reset": Action.RESET, f"{STAFF}/admit": Action.INVITE,
    "/console/access/staff/_new": Action.INVITE, "/console/access/keys/_new": Action.MAKE_KEY,
    "/console/access/officers/{officer}/retire": Action.RETIRE,
    "/console/access/keys/{key}/revoke": Action.REVOKE_KEY,
    "/console/approvals": Action.READ_APPROVALS, "/console/approvals/{act}/{what}": Action.APPROVE,
    "/console/jobs": Action.READ_JOBS, "/console/jobs/{job}": Action.READ_JOBS,
    "/console/jobs/{job}/retry": Action.MANAGE_JOBS,
    "/console/models": LOOK, "/console/models/{model}": LOOK, "/console/parity": LOOK,
    "/console/parity.csv": LOOK, "/console/compliance": LOOK, "/console/compliance.csv": LOOK,
    "/console/compliance/{duty}": LOOK, "/console/filing": LOOK,
    "/console/ledger": Action.READ_LEDGER, "/console/ledger/checkpoints": Action.READ_LEDGER,
    "/console/ledger/growth": Action.READ_LEDGER, "/console/ledger/verify": Action.READ_LEDGER,
    "/console/ledger/{event}": Action.READ_LEDGER,
    "/console/ledger/{event}/proof.json": Action.READ_LEDGER,
}  # fmt: skip
"""Which act opens a page of the console; ``None`` where one of two does (see below)."""

BEHIND = ("/console/filing/", "/console/compliance/export")
"""Paths where looking and acting are two acts at one address: tested beside their stage, and below for
nobody at all."""

ABOUT_A_PURPOSE = frozenset({Action.PUBLISH, Action.SUSPEND, Action.END_PURPOSE})


@dataclass(frozen=True)
class Desk:
    """A home with something of everything, and what paths are filled in with."""

    site: Site
    house: House
    visitor: Officer
    told: Mapping[str, str]

    def path(self, route: str) -> str:
        """A path as somebody would ask for it."""
        return route.format(**self.told)


def routes(method: str) -> list[str]:
    """Every path of the staff that takes this method."""
    found = [one for stage in PAGES for one in iter_route_contexts(stage.router.routes)]
    return sorted({
        one.path for one in found
        if one.path and is_staff_path(one.path) and method in (one.methods or ())
    })  # fmt: skip


def word_of(act: str, what: str) -> str:
    return word_path(act, what).rpartition("/")[2]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, mould: Mould) -> Iterator[Desk]:
    """One home for the whole file: refused acts change nothing."""
    clock = Turnable()
    site = Site(tmp_path_factory.mktemp("desk"), clock, People()).settle(mould(clock.now))
    with site.open() as house:
        yield from _desk(site, cheaply(house))


def _desk(site: Site, house: House) -> Iterator[Desk]:
    house.purposes.draft(purpose_text("yard"), "Director Lin")
    case = opened(house, Kind.OBJECTION).row.number
    somebody = at_office(house, "Sam", "attendant")
    _, key = program(house, "gate:verification")
    (officer,) = [one for one in house.home.officers.living() if one.name == "Director Lin"]
    told = {
        "purpose": "gate", "part": "why", "place": "entrance", "device": "gate-door", "kind": "svg",
        "number": case, "staff": somebody.staff.id, "officer": officer.fingerprint, "key": key.id,
        "act": "open-secret", "what": word_of("open-secret", case), "step": "acknowledged",
        "job": "0" * 32, "model": "nothing", "duty": "FRM-04", "event": "0" * 32, "slot": "nothing",
        "turn": "0" * 32, "name": "nothing", "sheet": "0" * 32,
    }  # fmt: skip
    with nobody(site, house) as visitor:
        yield Desk(site, house, visitor, told)


@pytest.fixture(scope="module")
def people(desk: Desk) -> Mapping[StaffRole, Any]:
    """Somebody of every role."""
    return {role: at_office(desk.house, f"of {role}", role.value) for role in StaffRole}


def filled(desk: Desk, route: str) -> str:
    """The step of a device is none of a case."""
    steps = {"step": "suspend"} if "devices" in route else {}
    return route.format(**{**desk.told, **steps})


def may(role: StaffRole, action: Action | None, *, test: bool = True) -> bool:
    """What the policies say, both factors shown just now."""
    facts = Facts("Member", role.value, proved=True, test=test)
    if action is None:  # counts of consents: for who answers for them, and who works on cases
        return any(POLICIES.allows(facts, Act(one)) for one in (LOOK, Action.READ_CASES))
    about = "gate" if action in ABOUT_A_PURPOSE else ""
    return POLICIES.allows(facts, Act(action, about))


def test_every_page_of_the_console_is_in_the_table() -> None:
    """A new page takes a line here."""
    known = {one for one in routes("GET") + routes("POST") if one.startswith("/console")}
    listed = {one for one in known if not one.startswith(BEHIND)}
    assert listed == set(CONSOLE)


@pytest.mark.parametrize("role", ROLES)
def test_role_opens_what_is_its_own(
    desk: Desk, people: Mapping[StaffRole, Any], role: StaffRole
) -> None:
    """Every page is answered, or refused with 403: nothing between, and nothing more."""
    who, wrong = signed_in(desk.visitor, people[role]), []
    for route in (one for one in routes("GET") if one in CONSOLE):
        answer = who.client.get(filled(desk, route), follow_redirects=False)
        refused = answer.status_code == 403
        if refused is may(role, CONSOLE[route]) or answer.status_code >= 500:
            wrong.append((route, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_role_does_nothing_that_is_not_its_own(
    desk: Desk, people: Mapping[StaffRole, Any], role: StaffRole
) -> None:
    """Forms that are not theirs are refused, in whatever words, and leave no trace."""
    who, wrong = signed_in(desk.visitor, people[role]), []
    for n, route in enumerate(one for one in routes("POST") if one in CONSOLE):
        action = Action.WORK_CASES if route == "/console/consents" else CONSOLE[route]
        if may(role, action):
            continue
        before = desk.house.home.journal.length(desk.house.home.own_chain())
        data = {
            "token": token_of(who),
            "once": f"{role}{n}",
            "passphrase": "eleven bright lanterns",
        }
        answer = who.client.post(filled(desk, route), data=data, follow_redirects=False)
        after = desk.house.home.journal.length(desk.house.home.own_chain())
        if answer.status_code != 403 or before != after:
            wrong.append((route, answer.status_code))
    assert wrong == []


def token_of(who: Officer) -> str:
    """What a form of theirs carries, had they been shown one."""
    cookie = who.client.cookies.get(COOKIE) or ""
    return sha256(b"facekeep form" + cookie.encode()).hexdigest()[:32]


@pytest.mark.parametrize("role", ROLES)
def test_rail_leads_nowhere_closed(
    desk: Desk, people: Mapping[StaffRole, Any], role: StaffRole
) -> None:
    """Whatever somebody is shown a way to, they may open; another page asks for both factors at most."""
    who = signed_in(desk.visitor, people[role])
    rail = who.get("/console").text.partition('class="rail"')[2].partition("</nav>")[0]
    links = re.findall(r'href="(/[^"]+)"', rail)
    assert len(links) >= 2
    closed = {link: who.get(link).status_code for link in links}
    assert {link for link, status in closed.items() if status != 200} == set()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_signed_in_sees_nothing(desk: Desk, method: str) -> None:
    """Every page of desk, kiosk and console sends them to the sign-in, or refuses them."""
    desk.visitor.client.cookies.clear()
    wrong = []
    for route in routes(method):
        if route.startswith(("/staff/sign", "/staff/accept")):
            continue
        answer = desk.visitor.client.request(method, filled(desk, route), follow_redirects=False)
        to_sign_in = answer.headers.get("location", "").startswith("/staff/sign-in")
        signed_out = answer.status_code in (303, 307) and to_sign_in
        refused = answer.status_code in (401, 403, 404, 415, 422) and "rail" not in answer.text
        if not (signed_out or refused):
            wrong.append((route, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("route", ["/console/purposes", "/console/ledger", "/console/access"])
def test_program_reads_no_page(desk: Desk, route: str) -> None:
    """An API key opens the API, and no page of the staff."""
    desk.visitor.client.cookies.clear()
    text, _ = program(desk.house, "ledger", label=f"reader of {route}")
    headers = {"Authorization": f"Bearer {text}"}
    answer = desk.visitor.client.get(route, headers=headers, follow_redirects=False)
    assert answer.status_code in (303, 401, 403)
    assert "rail" not in answer.text


def test_attendant_sees_nobody_in_the_console(desk: Desk, people: Mapping[StaffRole, Any]) -> None:
    """Neither a case nor a count nor one person."""
    who = signed_in(desk.visitor, people[StaffRole.ATTENDANT])
    for path in ("/console/cases", "/console/consents", desk.path(CASE), "/console/access"):
        assert who.get(path).status_code == 403


def test_developer_only_where_things_are_tried_out(desk: Desk, people: Mapping[StaffRole, Any]) -> None:  # fmt: skip
    """In a home in production a developer is nobody."""
    house, who = desk.house, signed_in(desk.visitor, people[StaffRole.DEVELOPER])
    assert who.get("/console/ledger").status_code == 200
    before = house.settings
    house.__dict__.pop("gate")
    house.settings = replace_mode(before, "production")
    try:
        for path in ("/console/ledger", "/console/purposes", "/console/devices", "/console/jobs"):
            assert who.get(path).status_code == 403
    finally:
        house.__dict__.pop("gate", None)
        house.settings = before


def replace_mode(settings: Any, mode: str) -> Any:
    return settings.model_copy(update={"mode": mode})


def test_inspector_is_offered_nothing_to_do(desk: Desk, people: Mapping[StaffRole, Any]) -> None:
    """They see the rules, and no form but their own sign-out stands on a page of theirs."""
    who, found = signed_in(desk.visitor, people[StaffRole.INSPECTOR]), {}
    for route in (one for one in routes("GET") if one in CONSOLE):
        if not may(StaffRole.INSPECTOR, CONSOLE[route]):
            continue
        answer = who.client.get(filled(desk, route))
        forms = [one.action for one in own_forms(answer.text, route) if one.action not in READING]
        if forms:
            found[route] = forms
    assert found == {}


READING = frozenset({"/console/ledger/verify", "/console/ledger", "/console/compliance", "/console/ledger/growth"})  # fmt: skip
"""Forms that only look."""
