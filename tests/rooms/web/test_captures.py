"""Capture sessions over HTTP: one picture, one question, once, within two minutes."""

from __future__ import annotations

from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient, api_key, at_the_door
from tests.attacks.toolkit import Site, Turnable, device_for, publish, purpose_text
from tests.rooms.web.steps import consent, enrol, session, signed, text, verify


def answer(door: TestClient, site: Site, opened: dict[str, Any], **fields: Any) -> Any:
    """Ask with what the device signed."""
    photo = site.good_photo("anna")
    return verify(door, site, "anna", photo, device=None, capture=signed(opened, [photo]), **fields)


def test_a_session_binds_device_purpose_operation_and_person(
    door: TestClient, house: House
) -> None:
    """The person by a keyed digest that is another in every session."""
    first, second = (session(door, subject="anna") for _ in range(2))
    assert first["device"] == "gate-door"
    assert first["purpose_hash"] == house.home.purposes.get("gate").hash.hex()
    assert (first["operation"], first["expires_in"]) == ("verification", 120)
    assert first["nonce"] != second["nonce"]
    assert first["claim"] != second["claim"]
    assert "anna" not in str(first)


def test_what_the_device_signed_answers_one_question(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    told = answer(door, site, session(door, subject="anna")).json()
    assert (told["decision"], told["capture"]) == ("match", "attested")


def test_a_session_is_good_once(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    opened = session(door, subject="anna")
    assert answer(door, site, opened).status_code == 200
    again = answer(door, site, opened)
    assert (again.status_code, again.json()["why"]) == (403, "replayed")


def test_a_session_lasts_two_minutes(door: TestClient, site: Site, clock: Turnable) -> None:
    enrol(door, site, "anna")
    opened = session(door, subject="anna")
    clock.advance(121)
    late = answer(door, site, opened)
    assert (late.status_code, late.json()["why"]) == (403, "expired")


def test_a_session_for_somebody_else_is_refused(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    told = answer(door, site, session(door, subject="ben")).json()
    assert (told["code"], told["why"]) == ("capture_refused", "other_subject")


def test_a_session_for_another_operation_is_refused(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    told = answer(door, site, session(door, "enrolment", subject="anna")).json()
    assert (told["code"], told["why"]) == ("capture_refused", "other_operation")


def test_a_session_for_another_purpose_is_refused(site: Site, house: House) -> None:
    publish(house, purpose_text("lobby"))
    other = device_for(house, "lobby")
    scopes = ("gate:verification", "gate:consent", "gate:enrolment", "lobby:verification")
    with at_the_door(house, site.settings, site.people, *scopes) as client:
        enrol(client, site, "anna")
        opened = session(client, subject="anna", purpose="lobby", device=other)
        photo = site.good_photo("anna")
        capture = signed(opened, [photo], other)
        told = verify(client, site, "anna", photo, device=None, capture=capture).json()
    assert (told["code"], told["why"]) == ("capture_refused", "device_purpose")


def test_another_devices_signature_is_forged(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    photo = site.good_photo("anna")
    capture = signed(session(door, subject="anna"), [photo], "another-device")
    told = verify(door, site, "anna", photo, device=None, capture=capture).json()
    assert (told["code"], told["why"]) == ("capture_refused", "forged")


@pytest.mark.parametrize("device", ["nowhere", "'; --", "../gate-door", "\u0000"])
def test_a_device_nobody_registered_opens_nothing(door: TestClient, device: str) -> None:
    body = {"device": device, "purpose": "gate", "operation": "verification", "subject": "anna"}
    refused = door.post("/v1/captures", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "capture_refused")
    assert refused.json()["remedy"]


@pytest.mark.parametrize(
    "fields",
    [
        {"operation": "renewal"}, {"operation": "identification"}, {"subject": None}, {"subject": ""},
        {"profile": "blink"}, {"nonce": "00"}, {"device": None},
    ],
)  # fmt: skip
def test_a_session_says_whom_it_is_for_or_that_it_is_for_nobody(
    door: TestClient, fields: dict[str, Any]
) -> None:
    body = {
        "device": "gate-door",
        "purpose": "gate",
        "operation": "verification",
        "subject": "anna",
    }
    assert door.post("/v1/captures", json={**body, **fields}).status_code == 422


def test_whoever_asks_for_no_movement_is_shown_no_challenge(door: TestClient) -> None:
    """Measures art. 5(3): chosen before it begins."""
    assert session(door, subject="anna", profile="no_challenge")["challenge"] == "none"
    assert session(door, subject="anna")["challenge"] != "none"


def test_unknown_people_are_given_sessions_alike(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    known, unknown = (session(door, subject=one) for one in ("anna", "nobody"))
    same = ("device", "purpose_hash", "operation", "expires_in")
    assert [known[one] for one in same] == [unknown[one] for one in same]
    assert len(known["claim"]) == len(unknown["claim"])


def test_a_session_is_opened_by_whoever_may_ask_its_question(site: Site, house: House) -> None:
    key = api_key(house, "gate:verification")
    with at_the_door(house, site.settings, site.people, key=key) as client:
        assert session(client, subject="anna")
        body = {"device": "gate-door", "purpose": "gate", "operation": "identification"}
        assert client.post("/v1/captures", json=body).json()["code"] == "not_permitted"


# -- links ----------------------------------------------------------------------------------


def test_a_link_says_where_its_pictures_go(door: TestClient) -> None:
    made = door.post(
        "/v1/captures/links", json={"subject": "李 雷", "purpose": "gate", "seconds": 600}
    )
    assert made.status_code == 201
    told = made.json()
    assert told["path"] == "/v1/subjects/%E6%9D%8E%20%E9%9B%B7/references"
    assert (len(told["token"]), told["expires_in"]) == (40, 600)


def test_a_link_that_ran_out_enrols_nobody(door: TestClient, site: Site, clock: Turnable) -> None:
    consent(door, "anna")
    made = door.post(
        "/v1/captures/links", json={"subject": "anna", "purpose": "gate", "seconds": 60}
    )
    clock.advance(61)
    body = {
        "purpose": "gate",
        "photos": [text(site.good_photo("anna"))],
        "link": made.json()["token"],
    }
    refused = door.post(made.json()["path"], json=body)
    assert (refused.status_code, refused.json()["why"]) == (403, "expired")


@pytest.mark.parametrize("seconds", [59, 604_801, 0, -1, "600", 1e9])
def test_a_link_lasts_a_minute_to_a_week(door: TestClient, seconds: object) -> None:
    body = {"subject": "anna", "purpose": "gate", "seconds": seconds}
    assert door.post("/v1/captures/links", json=body).status_code == 422
