"""A photograph dies with the answer, whatever the answer: no failure keeps it until somebody tidies up."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from facekeep.assembly import House
from facekeep.web import bodies
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import Site
from tests.rooms.web.steps import DOOR, enrol, text

PATH = "/v1/verifications"


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """A client with a key that may do everything in ``gate``; Anna is enrolled."""
    with at_the_door(house, site.settings, site.people) as client:
        enrol(client, site, "anna")
        yield client


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[weakref.ref[BaseModel]]]:
    """Every body that was read, held by nobody here; and nobody tidies up meanwhile."""
    found: list[weakref.ref[BaseModel]] = []
    plain = bodies._valid

    def noted(make: Callable[[Any], BaseModel], told: Any) -> BaseModel:
        got = plain(make, told)
        found.append(weakref.ref(got))
        return got

    monkeypatch.setattr(bodies, "_valid", noted)
    gc.collect()
    gc.disable()
    yield found
    gc.enable()


def all_gone(read: list[weakref.ref[BaseModel]]) -> bool:
    """Once the thread that answered has turned to something else; what a failure holds stays for ever."""
    for _ in range(100):
        if all(one() is None for one in read):
            return bool(read)
        sleep(0.02)
    return False


def question(site: Site, **other: Any) -> dict[str, Any]:
    shown = {"subject": "anna", "purpose": "gate", "device": DOOR}
    return {**shown, "photo": text(site.good_photo("anna")), **other}


@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "with a key"])
@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({}, 200),
        ({"photo": text(b"a wall")}, 422),
        ({"purpose": "office"}, 403),
        ({"device": "nobodys"}, 403),
        ({"max_fmr": 0.5}, 422),
        ({"max_fmr": 1e-9}, 400),
    ],
    ids=["answered", "no face", "not permitted", "no device", "a wrong field", "too strict"],
)
def test_it_is_gone_with_the_answer(
    door: TestClient, site: Site, read: list[weakref.ref[BaseModel]], other: dict[str, Any],
    status: int, keyed: bool,
) -> None:  # fmt: skip
    assert door.post(PATH, json=question(site)).status_code == 200  # a key that is known by now
    headers = {"Idempotency-Key": str(uuid4())} if keyed else {}
    answer = door.post(PATH, json=question(site, **other), headers=headers)
    assert answer.status_code == status, answer.text
    assert all_gone(read)


def test_also_where_something_unforeseen_happened(
    door: TestClient, site: Site, house: House, read: list[weakref.ref[BaseModel]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(house.verifier), "verify", broken)
    assert door.post(PATH, json=question(site)).status_code == 503
    assert all_gone(read)
