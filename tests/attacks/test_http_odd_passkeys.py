"""Passkeys nobody's browser would send: each is a wrong factor or a wrong request, never an error of ours."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.terms.values import Decision
from facekeep.use.second_factors import Factor, FactorKind
from tests.attacks.authenticator import Authenticator, text
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import Site

PATH = "/v1/subjects/anna/factors/gate"
DEEP = json.loads("[" * 400 + "]" * 400)


def client_data(told: Any) -> str:
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def mangled() -> Iterator[dict[str, Any]]:
    """An honest answer with one part of it made odd."""
    honest = Authenticator().show({"challenge": text(b"x" * 32), "rpId": "faces.test"})
    odd: list[Any] = ["", "é", "\ud800", 0, -1, 1e308, None, [], {}, DEEP, "A" * 20_000, True]
    for name in ("id", "rawId", "type", "response"):
        yield from ({**honest, name: value} for value in odd)
        yield {key: value for key, value in honest.items() if key != name}
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        for value in [*odd, client_data(b"\xff\xfe"), client_data([]), client_data({"challenge": {"a": 1}}),
                      client_data(b"[" * 5_000), client_data({"type": "webauthn.get"})]:  # fmt: skip
            yield {**honest, "response": {**honest["response"], name: value}}
    yield {}


@pytest.fixture
def site(site: Site) -> Site:
    """The same at an address that passkeys are bound to."""
    site.settings = site.settings.model_copy(update={"origin": "https://faces.test"})
    return site


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    with at_the_door(house, site.settings, site.people) as client:
        yield client


def test_setting_an_odd_one(site: Site, house: House, door: TestClient) -> None:
    site.enrol(house, "anna")
    for credential in mangled():
        sent = json.dumps({"factor": {"kind": "passkey", "credential": credential}})
        told = door.put(PATH, content=sent, headers={"Content-Type": "application/json"})
        assert told.status_code in (400, 403, 422), (told.status_code, credential)


def test_showing_an_odd_one(site: Site, house: House) -> None:
    """A wrong factor like any other."""
    site.enrol(house, "anna")
    person = house.home.directory.person("anna", "gate")
    chain = house.home.chain(person)
    for credential in mangled():
        factor = Factor(FactorKind.PASSKEY, json.dumps(credential), b"x" * 32)
        decision = house.second_factors.judged(person, chain, factor, Decision.MATCH)
        assert decision is Decision.NON_MATCH
