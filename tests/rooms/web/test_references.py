"""Enrolling over HTTP: only with a consent, from pictures that come from somewhere, kept by nobody."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.terms.values import Operation
from tests.attacks.http import TestClient, api_key, at_the_door
from tests.attacks.toolkit import Site, publish, purpose_text
from tests.rooms.web.steps import (
    DOOR,
    consent,
    enrol,
    entries,
    faces,
    photos,
    session,
    signed,
    text,
    verify,
)

REFERENCES = "/v1/subjects/anna/references"


def test_enrolling_tells_what_was_made_of_which_pictures(door: TestClient, site: Site) -> None:
    consent(door, "anna")
    answer = door.post(REFERENCES, json=faces(site, "anna"))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["purpose"], told["photos_used"], told["photos_left_out"]) == ("gate", 3, [])
    assert (told["capture"], told["pad"], told["grade"]) == ("none", "not_checked", "production")
    assert told["quality"] == {"value": 90, "weakest": "size"}
    assert verify(door, site, "anna").json()["decision"] == "match"


def test_without_consent_nobody_is_enrolled(door: TestClient, site: Site, house: House) -> None:
    """No consent, no key: refused with the duty, and the refusal is in the ledger."""
    before = entries(house)
    answer = door.post(REFERENCES, json=faces(site, "anna"))
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_missing")
    assert answer.json()["article"] == "FRM-06-1"
    assert entries(house) == before + 1
    assert house.home.vault.every() == []


def test_a_form_with_files_does_as_well(
    door: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no picture touches a disk on the way."""
    consent(door, "anna")

    def spooled(*_: object, **__: object) -> Any:
        raise AssertionError("a picture was written to a file")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", spooled)
    files = [("photos", (f"{n}.jpg", photo)) for n, photo in enumerate(photos(site, "anna"))]
    answer = door.post(REFERENCES, data={"purpose": "gate", "device": DOOR}, files=files)
    assert answer.status_code == 201, answer.text
    assert answer.json()["photos_used"] == 3


def test_a_name_in_a_form_stays_a_name(door: TestClient, site: Site) -> None:
    """Even where it looks like a number, or like nothing."""
    consent(door, "anna")
    files = [("photos", ("1.jpg", site.good_photo("anna")))]
    for device in ("17", "null", "true"):
        form = {"purpose": "gate", "device": device}
        answer = door.post(REFERENCES, data=form, files=files)
        assert (answer.status_code, answer.json()["code"]) == (403, "capture_refused"), device


def test_a_picture_that_does_not_serve_is_left_out_and_named(door: TestClient, site: Site) -> None:
    consent(door, "anna")
    body = faces(site, "anna")
    answer = door.post(REFERENCES, json={**body, "photos": [*body["photos"], text(b"nobody")]})
    assert answer.json()["photos_left_out"] == ["no_face"]


def test_pictures_of_nobody_enrol_nobody(door: TestClient, house: House) -> None:
    consent(door, "anna")
    body = {"purpose": "gate", "photos": [text(b"nobody")], "device": DOOR}
    answer = door.post(REFERENCES, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_face")
    assert house.home.vault.every() == []


def test_two_people_are_not_enrolled_as_one(door: TestClient, site: Site) -> None:
    consent(door, "anna")
    both = [text(site.good_photo(name)) for name in ("anna", "ben")]
    answer = door.post(REFERENCES, json=faces(site, "anna", photos=both))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_poor")


@pytest.mark.parametrize(
    "fields",
    [
        {"photos": []}, {"photos": [text(b"anna#1")] * 9}, {"photos": text(b"anna#1")},
        {"photos": ["not base64!"]}, {"photos": [""]}, {"photos": [[0.1, 0.2]]}, {"photos": [7]},
        {"device": None}, {"link": "0" * 40}, {"link": "short", "device": None}, {"vector": [1]},
        {"profile": "blink"}, {"device": 7}, {"purpose": None},
    ],
)  # fmt: skip
def test_what_is_no_enrolment_is_refused_by_its_field(
    door: TestClient, site: Site, fields: dict[str, Any]
) -> None:
    consent(door, "anna")
    answer = door.post(REFERENCES, json=faces(site, "anna", **fields))
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"]


def test_a_signed_capture_of_all_pictures_enrols_at_its_level(door: TestClient, site: Site) -> None:
    """The device signs the digest of all of them; one exchanged afterwards is refused."""
    consent(door, "anna")
    own = photos(site, "anna")
    opened = session(door, Operation.ENROLMENT, subject="anna")
    body = faces(site, "anna", device=None, capture=signed(opened, own))
    exchanged = [*body["photos"][:2], text(site.good_photo("mallory"))]
    refused = door.post(REFERENCES, json={**body, "photos": exchanged})
    assert (refused.json()["code"], refused.json()["why"]) == ("capture_refused", "other_picture")
    opened = session(door, Operation.ENROLMENT, subject="anna")
    answer = door.post(REFERENCES, json={**body, "capture": signed(opened, own)})
    assert (answer.status_code, answer.json()["capture"]) == (201, "attested")


def test_a_link_enrols_its_person_once_and_does_nothing_else(door: TestClient, site: Site) -> None:
    """From the person's own phone: where no device of ours is, the link is."""
    consent(door, "anna")
    consent(door, "ben")
    made = door.post("/v1/captures/links", json={"subject": "anna", "purpose": "gate"}).json()
    assert made["path"] == REFERENCES
    through = faces(site, "anna", device=None, link=made["token"])
    another = door.post("/v1/subjects/ben/references", json=through).json()
    assert (another["code"], another["why"]) == ("capture_refused", "other_subject")
    assert door.post(made["path"], json=through).status_code == 201
    again = door.post(made["path"], json=through).json()
    assert (again["code"], again["why"]) == ("capture_refused", "replayed")


def test_enrolling_again_replaces_the_reference(door: TestClient, site: Site, house: House) -> None:
    enrol(door, site, "anna")
    (first,) = house.home.vault.of_purpose("gate")
    assert door.post(REFERENCES, json=faces(site, "anna")).status_code == 201
    (second,) = house.home.vault.of_purpose("gate")
    assert first.row != second.row


# -- how it stands --------------------------------------------------------------------------


def test_whether_somebody_is_enrolled_is_told_by_purpose(door: TestClient, site: Site) -> None:
    enrol(door, site, "anna")
    (item,) = door.get(REFERENCES).json()["items"]
    assert item == door.get(f"{REFERENCES}/gate").json()
    assert item == {
        "purpose": "gate", "enrolled": True, "model": "simulated", "since": "2023-11-14",
        "needs": "nothing",
    }  # fmt: skip


def test_unknown_consenting_and_departed_people_are_not_enrolled_alike(
    door: TestClient, site: Site
) -> None:
    """The same status, the same body, no entry in the ledger."""
    consent(door, "ben")
    enrol(door, site, "carol")
    door.delete("/v1/subjects/carol/consents/gate")
    told = [door.get(f"/v1/subjects/{one}/references") for one in ("nobody", "ben", "carol")]
    assert {one.status_code for one in told} == {200}
    assert len({one.text for one in told}) == 1
    assert told[0].json()["items"][0]["enrolled"] is False


def test_with_a_changed_purpose_the_reference_is_gone(
    door: TestClient, site: Site, house: House
) -> None:
    """Nobody agreed to the new text: they are asked anew, and enrolled anew."""
    enrol(door, site, "anna")
    publish(house, purpose_text(retention_days=300))
    assert not door.get(f"{REFERENCES}/gate").json()["enrolled"]
    assert not door.get("/v1/subjects/anna/consents/gate").json()["in_force"]


def test_a_renewal_that_is_not_through_is_told(door: TestClient, site: Site, house: House) -> None:
    enrol(door, site, "anna")
    with house.home.vault.store.transaction() as tx:
        tx.execute("UPDATE subject_key SET pending = x'00', pending_epoch = x'00'")
    told = door.get(f"{REFERENCES}/gate").json()
    assert (told["enrolled"], told["needs"]) == (True, "renewal")


# -- renewing -------------------------------------------------------------------------------


def test_a_face_is_reset_and_nobody_comes_back(door: TestClient, site: Site, house: House) -> None:
    """Another epoch and another code; the person matches as before."""
    enrol(door, site, "anna")
    (before,) = house.home.vault.of_purpose("gate")
    answer = door.post(f"{REFERENCES}/gate/renewals", json={"because": "leak"})
    assert (answer.status_code, answer.json()["references"]) == (201, 1)
    (after,) = house.home.vault.of_purpose("gate")
    assert (before.row, before.epoch != after.epoch) == (after.row, True)
    assert verify(door, site, "anna").json()["decision"] == "match"


def test_there_is_nothing_to_renew_for_unknown_and_departed_alike(
    door: TestClient, site: Site
) -> None:
    consent(door, "ben")
    enrol(door, site, "carol")
    door.delete("/v1/subjects/carol/consents/gate")
    told = [
        door.post(f"/v1/subjects/{one}/references/gate/renewals", json={}).json()
        for one in ("nobody", "ben", "carol")
    ]
    assert len({(one["status"], one["code"], one["detail"]) for one in told}) == 1


@pytest.mark.parametrize("body", [{"because": "keys"}, {"because": ""}, {"subject": "ben"}, []])
def test_one_persons_renewal_reaches_nobody_else(door: TestClient, body: object) -> None:
    """After a leak of keys everybody is renewed, by two officers; not here."""
    assert door.post(f"{REFERENCES}/gate/renewals", json=body).status_code == 422


def test_a_key_that_only_verifies_enrols_and_renews_nobody(site: Site, house: House) -> None:
    key = api_key(house, "gate:verification")
    with at_the_door(house, site.settings, site.people, key=key) as client:
        answers = [
            client.post(REFERENCES, json=faces(site, "anna")),
            client.get(f"{REFERENCES}/gate"),
            client.post(f"{REFERENCES}/gate/renewals", json={}),
            client.post("/v1/captures/links", json={"subject": "anna", "purpose": "gate"}),
        ]
        assert client.get(REFERENCES).json()["items"] == []
    assert {one.json()["code"] for one in answers} == {"not_permitted"}
