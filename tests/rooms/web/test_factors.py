"""Second factors over HTTP: set at the desk, shown at the gate, told apart to nobody."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection.capture import sign_capture
from facekeep.terms.captures import CaptureToken, factor_challenge, token_from
from facekeep.terms.encoding import canonical
from facekeep.terms.values import AttackVerdict
from tests.attacks.authenticator import Authenticator, text
from tests.attacks.http import TestClient, at_the_door, everything, question
from tests.attacks.toolkit import Site, device_for, device_key, publish, purpose_text

ORIGIN = "https://faces.test"
PATH = "/v1/subjects/anna/factors/vault"
PIN = {"kind": "pin", "pin": "480913"}
WRONG = {"kind": "pin", "pin": "480914"}


@pytest.fixture
def site(site: Site) -> Site:
    """The same at an address that passkeys are bound to."""
    site.settings = site.settings.model_copy(update={"origin": ORIGIN})
    return site


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """Anna is enrolled for the vault, which asks for any second factor."""
    publish(house, purpose_text("vault", operations='["verification"]', second_factor='"any"'))
    site.enrol(house, "anna", "vault")
    with at_the_door(house, site.settings, site.people, *everything("vault", "gate")) as client:
        yield client


def put(door: TestClient, factor: dict[str, Any], path: str = PATH) -> Any:
    return door.put(path, json={"factor": factor})


def verify(
    door: TestClient, site: Site, house: House, subject: str, factor: dict[str, Any] | None,
    number: int = 100, face: str = "anna",
) -> Any:  # fmt: skip
    photo = site.good_photo(face, number)
    body = question(house, subject, photo, purpose="vault")
    return door.post("/v1/verifications", json={**body, **({"factor": factor} if factor else {})})


def test_set_shown_removed(door: TestClient, site: Site, house: House) -> None:
    """The life of a PIN."""
    assert door.get(PATH).json() == {"purpose": "vault", "required": "any", "factors": []}
    told = put(door, PIN)
    assert told.status_code == 200, told.text
    assert told.json()["factors"] == [{"kind": "pin", "usable": True}]
    assert verify(door, site, house, "anna", PIN).json()["decision"] == "match"
    assert verify(door, site, house, "anna", WRONG, 200).json()["decision"] == "non-match"
    assert door.delete(f"{PATH}/pin").json()["factors"] == []
    assert verify(door, site, house, "anna", PIN, 300).json()["decision"] == "non-match"


def test_wrong_in_any_way_is_answered_alike(door: TestClient, site: Site, house: House) -> None:
    """Wrong PIN, wrong face, both, no PIN set, nobody known: the same body but for the event."""
    put(door, PIN)
    site.enrol(house, "ben", "vault")
    tries = [("anna", WRONG, "anna"), ("anna", PIN, "ben"), ("anna", WRONG, "ben"), ("ben", PIN, "ben"),
             ("nobody", PIN, "anna")]  # fmt: skip
    seen = []
    for number, (subject, factor, face) in enumerate(tries):
        told = verify(door, site, house, subject, factor, 100 + 10 * number, face)
        body = told.json()
        assert len(body.pop("event")) == 32
        seen.append((told.status_code, body, sorted(told.headers)))
    assert seen == [seen[0]] * len(seen)
    assert seen[0][1]["decision"] == "non-match"


def test_the_purpose_asks_and_says_so(door: TestClient, site: Site, house: House) -> None:
    for subject in ("anna", "nobody"):
        told = verify(door, site, house, subject, None)
        assert (told.status_code, told.json()["code"]) == (403, "factor_missing")
        assert told.json()["alternatives"] == ["card"]


def test_unknown_subjects_are_told_alike(door: TestClient) -> None:
    """No consent, no factor: in the same words for whoever never came."""
    for method in ("get", "delete"):
        for subject in ("ben", "nobody"):
            path = f"/v1/subjects/{subject}/factors/vault" + ("/pin" if method == "delete" else "")
            assert door.request(method, path).json()["factors"] == []
    told = put(door, PIN, "/v1/subjects/nobody/factors/vault")
    assert (told.status_code, told.json()["code"]) == (403, "consent_missing")


@pytest.mark.parametrize(
    "factor",
    [
        {"kind": "pin", "pin": "123"}, {"kind": "pin", "pin": 480913}, {"kind": "pin"},
        {"kind": "pin", "pin": "480913", "number": "x"}, {"kind": "card", "number": "a b c d"},
        {"kind": "card", "number": ""}, {"kind": "card", "pin": "480913"}, {"kind": "iris"}, {}, "480913",
        {"kind": "pin", "pin": "４８０９１３"}, {"kind": "passkey", "credential": "x"},
        {"kind": "passkey", "credential": {str(n): n for n in range(50)}},
    ],
)  # fmt: skip
def test_odd_factors_are_named(door: TestClient, factor: Any) -> None:
    told = put(door, factor)
    assert (told.status_code, told.json()["code"]) == (422, "not_valid")
    assert told.json()["faults"][0]["at"].startswith("/factor")


@pytest.mark.parametrize("pin", ["0000", "1234"])
def test_a_pin_that_is_guessed_first(door: TestClient, pin: str) -> None:
    told = put(door, {"kind": "pin", "pin": pin})
    assert (told.status_code, told.json()["code"]) == (400, "usage")
    assert pin not in told.text


# -- passkeys -----------------------------------------------------------------------------------


def registered(door: TestClient, device: Authenticator) -> Any:
    options = door.post(f"{PATH}/challenges").json()["options"]
    return put(door, {"kind": "passkey", "credential": device.make(options)})


def capture(door: TestClient, house: House, subject: str = "anna") -> CaptureToken:
    """A session for the vault's own device."""
    body = {"device": device_for(house, "vault"), "purpose": "vault", "operation": "verification", "subject": subject}  # fmt: skip
    told = door.post("/v1/captures", json=body).json()
    fields = {name: told[name] for name in ("device", "purpose_hash", "operation", "claim", "nonce", "challenge")}  # fmt: skip
    return token_from(canonical({**fields, "picture": "", "verdict": "not_checked"}))


def signed(
    door: TestClient, site: Site, house: House, opened: CaptureToken, credential: dict[str, Any],
    number: int,
) -> Any:  # fmt: skip
    """One verification by a signed capture and a passkey."""
    photo = site.good_photo("anna", number)
    token, signature = sign_capture(
        device_key(opened.device)[0], opened, [photo], AttackVerdict.PASSED
    )
    body = {
        "subject": "anna", "purpose": "vault", "photo": base64.b64encode(photo).decode(),
        "capture": {**token.as_dict(), "signature": signature.hex()},
        "factor": {"kind": "passkey", "credential": credential},
    }  # fmt: skip
    return door.post("/v1/verifications", json=body)


def shown(device: Authenticator, opened: CaptureToken, **lies: str) -> dict[str, Any]:
    """What a passkey answers to the challenge of a capture session."""
    return device.show({"challenge": text(factor_challenge(opened)), "rpId": "faces.test"}, **lies)


def test_a_passkey_signs_the_capture_session(door: TestClient, site: Site, house: House) -> None:
    device = Authenticator()
    assert registered(door, device).json()["factors"] == [{"kind": "passkey", "usable": True}]
    opened = capture(door, house)
    told = signed(door, site, house, opened, shown(device, opened), 100)
    assert (told.status_code, told.json().get("decision")) == (200, "match"), told.text


def test_a_passkey_of_another_moment_device_or_place(
    door: TestClient, site: Site, house: House
) -> None:
    """Another session's answer, another key, another origin, a cloned counter: non-match, all alike."""
    device, other = Authenticator(), Authenticator()
    registered(door, device)
    first = capture(door, house)
    earlier = shown(device, first)
    assert signed(door, site, house, first, earlier, 100).json()["decision"] == "match"
    makers = [
        lambda opened: earlier,
        lambda opened: shown(other, opened),
        lambda opened: shown(device, opened, origin="https://evil.test"),
        lambda opened: shown(Authenticator(key=device.key, count=0), opened),
        lambda opened: shown(Authenticator(key=device.key, count=9, verifies=False), opened),
    ]
    for number, make in enumerate(makers):
        if number == 4:  # four wrong ones in a row: one right one clears the count
            opened = capture(door, house)
            device.count = 5
            told = signed(door, site, house, opened, shown(device, opened), 500)
            assert told.json()["decision"] == "match"
        opened = capture(door, house)
        told = signed(door, site, house, opened, make(opened), 110 + 10 * number)
        assert (told.status_code, told.json()["decision"]) == (200, "non-match"), number


def test_a_passkey_needs_a_signed_capture(door: TestClient, site: Site, house: House) -> None:
    told = verify(door, site, house, "anna", {"kind": "passkey", "credential": {"id": "x"}})
    assert (told.status_code, told.json()["code"]) == (422, "not_valid")


def test_a_registration_is_good_once_and_for_one_subject(door: TestClient) -> None:
    device = Authenticator()
    options = door.post(f"{PATH}/challenges").json()["options"]
    made = {"kind": "passkey", "credential": device.make(options)}
    elsewhere = put(door, made, "/v1/subjects/ben/factors/vault")
    assert elsewhere.status_code in (400, 403)
    assert put(door, made).status_code == 200
    assert put(door, made).status_code == 400  # the challenge is used up
    assert put(door, {"kind": "passkey", "credential": {"id": "x"}}).status_code == 400
    assert registered(door, device).status_code == 200


def test_options_tell_nothing_of_whoever_asks(door: TestClient) -> None:
    """Alike for somebody unknown; no subject stands in them."""
    known, unknown = (
        door.post(f"/v1/subjects/{name}/factors/vault/challenges").json()["options"]
        for name in ("anna", "nobody")
    )
    assert known.keys() == unknown.keys()
    assert "anna" not in str(known)
