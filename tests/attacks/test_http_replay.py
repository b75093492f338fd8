"""Captures and keys over HTTP that were made for something else, for somebody else, or for once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection.capture import sign_capture
from facekeep.terms.captures import CaptureToken, token_from
from facekeep.terms.encoding import canonical
from facekeep.terms.values import AttackVerdict
from tests.attacks.http import TestClient, at_the_door, everything, question
from tests.attacks.toolkit import Site, device_for, device_key, publish, purpose_text

PATH = "/v1/verifications"
TOKEN = ("device", "purpose_hash", "operation", "claim", "nonce", "challenge")


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """Two purposes, two devices of the first, two people enrolled in it."""
    publish(house, purpose_text("office"))
    device_for(house, "office")
    device_for(house, "gate", "gate-second")
    for subject in ("anna", "ben"):
        site.enrol(house, subject)
    with at_the_door(house, site.settings, site.people, *everything("gate", "office")) as client:
        yield client


def opened(door: TestClient, house: House, **fields: str) -> CaptureToken:
    """A capture session as a device gets it."""
    wish = {"device": device_for(house), "purpose": "gate", "operation": "verification"} | fields
    if wish["operation"] != "identification":
        wish.setdefault("subject", "anna")
    told = door.post("/v1/captures", json=wish)
    assert told.status_code == 201, told.text
    token = {name: told.json()[name] for name in TOKEN}
    return token_from(canonical({**token, "picture": "", "verdict": "not_checked"}))


def capture(token: CaptureToken, photo: bytes, key: str | None = None) -> dict[str, str]:
    """What the device signs over its picture."""
    pem = device_key(key or token.device)[0]
    filled, signature = sign_capture(pem, token, [photo], AttackVerdict.PASSED)
    return {**filled.as_dict(), "signature": signature.hex()}


def body(site: Site, signed_one: dict[str, str], photo: bytes, **fields: str) -> dict[str, Any]:
    shown = base64.b64encode(photo).decode()
    return {"subject": "anna", "purpose": "gate", "photo": shown, "capture": signed_one, **fields}


def refused(answer: Any) -> str:
    """Why a capture was refused."""
    assert answer.status_code == 403, answer.text
    told = answer.json()
    assert (told["code"], bool(told["remedy"]), told["alternatives"]) == (
        "capture_refused",
        True,
        ["card"],
    )
    return str(told["why"])


def test_the_honest_capture_is_attested(door: TestClient, site: Site, house: House) -> None:
    """Control."""
    photo = site.good_photo("anna")
    told = door.post(PATH, json=body(site, capture(opened(door, house), photo), photo))
    assert (told.status_code, told.json()["decision"], told.json()["capture"]) == (200, "match", "attested")  # fmt: skip


def test_a_capture_answers_once(door: TestClient, site: Site, house: House) -> None:
    """Replayed at once, and after a refusal too: a nonce is spent by being shown."""
    photo = site.good_photo("anna")
    sent = body(site, capture(opened(door, house), photo), photo)
    assert door.post(PATH, json=sent).status_code == 200
    assert refused(door.post(PATH, json=sent)) == "replayed"
    token = opened(door, house)
    forged = capture(token, photo, key="gate-second")
    assert refused(door.post(PATH, json=body(site, forged, photo))) == "forged"
    honest = body(site, capture(token, photo), photo)
    assert refused(door.post(PATH, json=honest)) == "replayed"


def test_a_capture_runs_out(door: TestClient, site: Site, house: House) -> None:
    """Two minutes."""
    photo = site.good_photo("anna")
    sent = body(site, capture(opened(door, house), photo), photo)
    site.clock.advance(121)
    assert refused(door.post(PATH, json=sent)) == "expired"


@pytest.mark.parametrize(
    ("made_for", "why"),
    [
        ({"purpose": "office", "device": "office-door"}, "device"),
        ({"subject": "ben"}, "other_subject"),
        ({"operation": "identification"}, "other_operation"),
        ({"operation": "enrolment"}, "other_operation"),
    ],
    ids=["purpose", "subject", "search", "enrolment"],
)
def test_a_capture_made_for_something_else(
    door: TestClient, site: Site, house: House, made_for: dict[str, str], why: str
) -> None:
    """Another purpose, subject or operation than it was begun for."""
    photo = site.good_photo("anna")
    sent = body(site, capture(opened(door, house, **made_for), photo), photo)
    assert why in refused(door.post(PATH, json=sent))


@pytest.mark.parametrize(
    ("field", "value"),
    [("device", "gate-second"), ("operation", "enrolment"), ("verdict", "not_checked"),
     ("challenge", "none"), ("claim", "ab" * 32), ("purpose_hash", "ab" * 32), ("nonce", "ab" * 16),
     ("signature", "ab" * 64), ("signature", ""), ("picture", "ab" * 32), ("nonce", "")],
)  # fmt: skip
def test_no_field_of_a_capture_can_be_changed(
    door: TestClient, site: Site, house: House, field: str, value: str
) -> None:
    photo = site.good_photo("anna")
    told = {**capture(opened(door, house), photo), field: value}
    assert refused(door.post(PATH, json=body(site, told, photo)))


def test_another_picture_than_was_signed(door: TestClient, site: Site, house: House) -> None:
    """The thief's face under the owner's signature, or a photograph on the way swapped."""
    own, other = site.good_photo("anna"), site.good_photo("anna", 300)
    told = capture(opened(door, house), own)
    assert refused(door.post(PATH, json=body(site, told, other))) == "other_picture"


def test_a_search_with_a_capture_of_a_verification(
    door: TestClient, site: Site, house: House
) -> None:
    photo = site.good_photo("anna")
    told = capture(opened(door, house), photo)
    sent = {"purpose": "gate", "photo": base64.b64encode(photo).decode(), "capture": told}
    assert refused(door.post("/v1/identifications", json=sent)) == "other_operation"


@pytest.mark.parametrize("state", ["suspend", "retire"])
def test_a_device_taken_out_of_use_is_refused_at_once(
    door: TestClient, site: Site, house: House, state: str
) -> None:
    """Between the session and the answer."""
    photo = site.good_photo("anna")
    sent = body(site, capture(opened(door, house), photo), photo)
    getattr(house.register, state)("gate-door")
    assert refused(door.post(PATH, json=sent))
    told = door.post(PATH, json={**body(site, {}, photo), "capture": None, "device": "gate-door"})
    assert refused(told)


# -- keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scope", ["gate:enrolment", "office:verification", "ledger", "gate:identification"]
)
def test_a_key_of_another_reach(site: Site, house: House, scope: str) -> None:
    publish(house, purpose_text("office"))
    site.enrol(house, "anna")
    with at_the_door(house, site.settings, site.people, scope) as door:
        told = door.post(PATH, json=question(house, "anna", site.good_photo("anna")))
    assert (told.status_code, told.json()["code"]) == (403, "not_permitted")


def test_a_key_that_ended(site: Site, house: House) -> None:
    """Run out, and revoked."""
    site.enrol(house, "anna")
    sent = question(house, "anna", site.good_photo("anna"))
    with at_the_door(house, site.settings, site.people) as door:
        assert door.post(PATH, json=sent).status_code == 200
        (key,) = house.api_keys.all()
        with house.home.records.transaction() as tx:
            house.api_keys.revoke(tx, key.id, "Director Lin", int(house.home.journal.now()))
        assert door.post(PATH, json=sent).status_code == 401
    with at_the_door(house, site.settings, site.people) as door:
        assert door.get("/v1/ledger/entries").status_code == 200
        site.clock.advance(366 * 86_400)
        assert door.get("/v1/ledger/entries").status_code == 401


def test_a_key_revoked_while_the_picture_is_looked_at(site: Site, house: House) -> None:
    """The right is read again where the decision is written: nothing is released."""
    site.enrol(house, "anna")
    looked: list[int] = []
    people = site.people
    plain = people.features

    def revoking(source: Any) -> Any:
        if not looked:
            looked.append(1)
            (key,) = house.api_keys.all()
            with house.home.records.transaction() as tx:
                house.api_keys.revoke(tx, key.id, "Director Lin", int(house.home.journal.now()))
        return plain(source)

    with at_the_door(house, site.settings, people) as door:
        people.features = revoking  # type: ignore[method-assign]
        told = door.post(PATH, json=question(house, "anna", site.good_photo("anna")))
    assert looked
    assert told.status_code == 401
    assert "decision" not in told.json()
