"""Attacks on the staff's pages: forged forms, borrowed turns, a kiosk that would be a desk, scripts in every field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.web.caller import COOKIE
from facekeep.web.pages.site import KIOSK
from tests.attacks.signed_in import cheaply
from tests.attacks.toolkit import Site, Turnable, agree, device_for
from tests.rooms.web.desk.clerk import Clerk, desk_of

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
LIVE = ("<script>alert", "<img src=x", 'onerror="')


@pytest.fixture
def anybody(site: Site, house: House, clock: Turnable) -> Iterator[Clerk]:
    device_for(house, name="front-desk", kind="desk")
    device_for(house, name="hall-kiosk", kind="kiosk")
    with desk_of(cheaply(house), site.settings, site.people, clock) as clerk:
        yield clerk


@pytest.fixture
def mei(anybody: Clerk) -> Clerk:
    return anybody.as_one_of_the_staff("Mei", "attendant")


@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                                  {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}])  # fmt: skip
def test_form_of_another_site_does_nothing(mei: Clerk, house: House, said: dict[str, str]) -> None:
    """Even with the right token: the browser says where it comes from."""
    agree(house, "anna")
    here = mei.meet("anna")
    known = mei.hidden(mei.get(f"{here}/withdraw"), f"{here}/withdraw")
    answer = mei.client.post(f"{here}/withdraw", data=known, headers=said, follow_redirects=False)
    assert answer.status_code in (303, 403)
    assert house.consents.show("anna", "gate")[0].stands


@pytest.mark.parametrize("token", ["", "0" * 32, "é", "x" * 4000])
def test_form_without_the_pages_own_token_does_nothing(
    mei: Clerk, house: House, token: str
) -> None:
    """A form somebody else made up."""
    agree(house, "anna")
    here = mei.meet("anna")
    answer = mei.client.post(f"{here}/withdraw", data={"token": token, "once": "1"})
    assert answer.status_code == 403
    assert house.consents.show("anna", "gate")[0].stands


def test_turn_of_a_colleague_opens_nothing(mei: Clerk, house: House) -> None:
    """The number of a turn is worth nothing to another sign-in, a known role or not."""
    here = mei.meet("anna")
    mei.as_one_of_the_staff("Bo", "attendant")
    for end in ("", "/ask", "/ask/consent", "/pin", "/withdraw", "/papers/0"):
        answer = mei.client.get(f"{here}{end}")
        assert answer.status_code == 403, end
        assert "anna" not in answer.text


def test_turn_that_is_over_is_like_one_that_never_was(mei: Clerk) -> None:
    """The same words for ended, guessed and another's."""
    here = mei.meet("anna")
    mei.send(mei.get(here), f"{here}/end")
    told = [mei.get(path, 403).partition("<h1>")[2].partition("</h1>")[0] for path in (here, f"/desk/people/{'0' * 32}")]  # fmt: skip
    assert told[0] == told[1] != ""


def test_two_tabs_act_each_for_their_own_person(mei: Clerk, house: House) -> None:
    """The second person's turn changes nothing about what the first tab does."""
    agree(house, "anna")
    agree(house, "ben")
    first, second = mei.meet("anna"), mei.meet("ben")
    assert first != second
    mei.send(mei.get(f"{first}/withdraw"), f"{first}/withdraw")
    assert not house.consents.show("anna", "gate")[0].stands
    assert house.consents.show("ben", "gate")[0].stands


def test_reference_rides_in_no_address(mei: Clerk, house: House) -> None:
    """Not in what a page leads to, nor in a redirect: addresses end up in logs and histories."""
    agree(house, "resident-17")
    here = mei.meet("resident-17")
    assert "resident" not in here
    for end in ("", "/link", "/pin", "/way", "/case", "/face", "/withdraw", "/ask", "/ask/notice"):
        page = mei.get(f"{here}{end}")
        assert not [part for part in page.split('"')[1::2] if "resident-17" in part], end


def test_kiosks_name_opens_no_desk(mei: Clerk, house: House) -> None:
    """Whoever reads the tablet's cookie has a kiosk, and puts it where a sign-in belongs in vain."""
    mei.send(mei.get("/desk/kiosk"), "/desk/kiosk", {"device": "gate/hall-kiosk"})
    assert COOKIE not in mei.client.cookies
    name = mei.client.cookies[KIOSK]
    mei.client.cookies.set(COOKIE, name, domain="testserver.local", path="/")
    for path in ("/desk", "/staff/me", "/console", "/desk/campaigns"):
        answer = mei.client.get(path, follow_redirects=False)
        assert answer.headers.get("location", "").startswith("/staff/sign-in"), path
    answer = mei.client.get("/v1/sessions/current")
    assert answer.status_code == 401


@pytest.mark.parametrize("field", ["reference", "purpose"])
def test_script_in_the_desks_fields_is_text(mei: Clerk, field: str) -> None:
    """Reflected with the fault, or stored in the turn: escaped either way."""
    told = {"reference": "anna", "purpose": "gate", field: SCRIPT}
    answer = mei.send(mei.get("/desk"), "/desk/people", told)
    page = mei.get(answer.headers["location"]) if answer.status_code == 303 else answer.text
    assert not [live for live in LIVE if live in page]


def test_script_in_every_field_of_helping_is_text(mei: Clerk, house: House) -> None:
    """What comes back with a fault."""
    agree(house, "anna")
    anna, child = mei.meet("anna"), mei.meet("child")
    sent = {
        "case": {"kind": SCRIPT, "text": SCRIPT, "identified": SCRIPT},
        "way": {"way": SCRIPT, "outcome": SCRIPT, "profile": SCRIPT},
        "ask/guardian": dict.fromkeys(
            ("birth", "guardian", "relation", "kind", "proof", "pin"), SCRIPT
        ),
    }
    for end, fields in sent.items():
        here = child if end == "ask/guardian" else anna
        answer = mei.send(mei.get(f"{here}/{end}"), f"{here}/{end}", fields)
        assert answer.status_code == 422, end
        assert not [live for live in LIVE if live in answer.text], end


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", SCRIPT]
)
def test_sign_in_and_proof_send_nobody_elsewhere(anybody: Clerk, wanted: str) -> None:
    """By the address and by the form."""
    anybody.as_one_of_the_staff("Mei", "attendant")
    page = anybody.client.get("/staff/sign-in", params={"next": wanted}).text
    assert not [live for live in LIVE if live in page]
    assert anybody.sign_in(next=wanted).headers["location"] == "/desk"
    page = anybody.client.get("/staff/prove", params={"next": wanted}).text
    assert not [live for live in LIVE if live in page]
    answer = anybody.send(page, "/staff/prove", {**anybody.typed(), "next": wanted})
    assert answer.headers["location"] == "/desk"


def test_pages_allow_no_script_of_anybody(mei: Clerk) -> None:
    """No inline script, style or handler, whatever the page."""
    here = mei.meet("anna")
    for path in (
        "/desk",
        here,
        f"{here}/ask/notice",
        f"{here}/face",
        "/staff/me",
        "/desk/campaigns",
    ):
        answer = mei.client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert " style=" not in answer.text
        assert " on" not in {part.partition("=")[0][:3] for part in answer.text.split('"')[::2]}


def test_camera_is_asked_for_only_where_pictures_are_taken(mei: Clerk) -> None:
    """Everywhere else the browser refuses it."""
    here = mei.meet("anna")
    assert "camera=(self)" in mei.client.get(f"{here}/face").headers["permissions-policy"]
    for path in ("/desk", here, f"{here}/ask/notice", "/staff/sign-in"):
        assert "camera=()" in mei.client.get(path).headers["permissions-policy"], path


@pytest.mark.parametrize("role", ["officer", "inspector", "security", "developer"])
def test_whoever_is_no_attendant_helps_nobody(anybody: Clerk, house: House, role: str) -> None:
    """No turn, no kiosk, by whatever form."""
    anybody.as_one_of_the_staff("Ann", role)
    token = anybody.hidden(anybody.get("/staff/me"), "/staff/sign-out")
    told = {**token, "reference": "anna", "purpose": "gate", "device": "gate/hall-kiosk"}
    assert anybody.client.post("/desk/people", data=told).status_code == 403
    assert anybody.client.post("/desk/kiosk", data=told).status_code in (403, 422)


def test_case_officer_withdraws_and_sets_no_pin(anybody: Clerk, house: House) -> None:
    """What a role may is asked at the act, not at the page."""
    agree(house, "anna")
    anybody.as_one_of_the_staff("Cai", "case-officer")
    here = anybody.meet("anna")
    page = anybody.follow(anybody.get(f"{here}/pin"), f"{here}/pin", {"checked": "yes"})
    pins = {"pin": "480913", "pin_again": "480913"}
    assert anybody.send(page, f"{here}/pin/new", pins).status_code == 403
    assert anybody.send(anybody.get(f"{here}/withdraw"), f"{here}/withdraw").status_code == 200


def test_retired_colleague_is_out_in_the_middle_of_a_turn(mei: Clerk, house: House) -> None:
    """The next form leads to the sign-in, and nothing is done."""
    agree(house, "anna")
    here = mei.meet("anna")
    page = mei.get(f"{here}/withdraw")
    assert mei.person is not None
    with house.home.records.transaction() as tx:
        house.staff.retire(tx, mei.person.staff.id, "Ann", int(house.home.journal.now()))
    answer = mei.send(page, f"{here}/withdraw")
    assert answer.headers["location"].startswith("/staff/sign-in")
    assert house.consents.show("anna", "gate")[0].stands
