"""1:N over HTTP."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.governance.purpose_text import parse
from tests.attacks.http import TestClient, at_the_door, everything
from tests.attacks.toolkit import Site, device_for, publish, purpose_text

PATH = "/v1/identifications"


def search(house: House, photo: bytes, purpose: str = "gate", **fields: Any) -> dict[str, Any]:
    """The JSON body of a search by the purpose's own device."""
    shown = base64.b64encode(photo).decode()
    return {"purpose": purpose, "photo": shown, "device": device_for(house, purpose), **fields}


def test_the_person_is_found(door: TestClient, site: Site, house: House) -> None:
    """Among others, by their own act at the gate."""
    for name in ("anna", "ben", "cleo"):
        site.enrol(house, name)
    told = door.post(PATH, json=search(house, site.good_photo("ben")))
    assert told.status_code == 200, told.text
    assert told.json()["subjects"] == ["ben"]
    assert told.json()["searched_range"] == "1-9"
    assert set(told.json()) == {
        "subjects", "searched_range", "max_fpir", "model", "grade", "calibration", "pad", "capture",
        "purpose", "event", "alternatives",
    }  # fmt: skip


def test_nobody_is_found(door: TestClient, site: Site, house: House) -> None:
    """A stranger is an answer without names; the search is in the ledger all the same."""
    site.enrol(house, "anna")
    told = door.post(PATH, json=search(house, site.good_photo("stranger")))
    assert (told.status_code, told.json()["subjects"]) == (200, [])
    assert len(told.json()["event"]) == 32


def test_more_than_asked_for_is_ambiguous(door: TestClient, site: Site, house: House) -> None:
    """Twins: two match where one was asked for, and no name is released."""
    for name in ("anna", "her twin"):
        site.enrol(house, name, "gate", *(site.good_photo("anna", n) for n in (0, 10, 20)))
    told = door.post(PATH, json=search(house, site.good_photo("anna"), top=1))
    assert (told.status_code, told.json()["code"]) == (422, "ambiguous")
    assert "anna" not in told.text
    assert told.json()["alternatives"] == ["card"]


def test_the_order_tells_nothing(door: TestClient, site: Site, house: House) -> None:
    """Ids come in random order: an order would compare scores."""
    for name in ("anna", "her twin"):
        site.enrol(house, name, "gate", *(site.good_photo("anna", n) for n in (0, 10, 20)))
    orders = set()
    for number in range(100, 900, 40):
        told = door.post(PATH, json=search(house, site.good_photo("anna", number)))
        orders.add(tuple(told.json()["subjects"]))
    assert orders >= {("anna", "her twin"), ("her twin", "anna")}


@pytest.mark.parametrize("rate", [0.05, 1e-9, 0.2, 0, -1, "0.01", True])
def test_only_published_steps(door: TestClient, site: Site, house: House, rate: object) -> None:
    """A rate between the steps would read the score off the answer."""
    told = door.post(PATH, json=search(house, site.good_photo("anna"), max_fpir=rate))
    assert told.status_code in (400, 403, 422)
    assert told.headers["content-type"] == "application/problem+json"


def test_only_where_the_purpose_says_so(site: Site, house: House) -> None:
    """A purpose of 1:1 alone searches nobody."""
    text = purpose_text("door", operations='["verification"]')
    assert parse(text).operations == ["verification"]
    publish(house, text)
    with at_the_door(house, site.settings, site.people, *everything("door")) as door:
        told = door.post(PATH, json=search(house, site.good_photo("anna"), "door"))
    assert (told.status_code, told.json()["code"]) == (403, "purpose_not_allowed")
    assert told.json()["article"]


def test_a_verification_key_searches_nobody(site: Site, house: House) -> None:
    """1:N is a reach of its own."""
    with at_the_door(house, site.settings, site.people, "gate:verification") as door:
        told = door.post(PATH, json=search(house, site.good_photo("anna")))
    assert (told.status_code, told.json()["code"]) == (403, "not_permitted")
