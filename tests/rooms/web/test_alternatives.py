"""Ways without a face, over HTTP: counted without a name, and always told."""

from __future__ import annotations

from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient

CARD = {"purpose": "gate", "way": "card", "outcome": "done", "seconds": 4.2}


def test_an_attempt_is_counted_and_the_ways_are_told(door: TestClient, house: House) -> None:
    answer = door.post("/v1/alternatives", json=CARD)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["day"], told["seconds_up_to"], told["outcome"]) == ("2023-11-14", 5, "done")
    assert [way["id"] for way in told["ways"]] == ["card"]
    (tally,) = house.home.ways.tallies("gate")
    assert (tally.way, tally.n, tally.seconds) == ("card", 1, 5)


def test_two_attempts_alike_are_two(door: TestClient, house: House) -> None:
    for _ in range(2):
        door.post("/v1/alternatives", json=CARD)
    (tally,) = house.home.ways.tallies("gate")
    assert tally.n == 2


def test_a_way_the_purpose_does_not_have_is_named(door: TestClient) -> None:
    answer = door.post("/v1/alternatives", json={**CARD, "way": "retina"})
    assert answer.status_code == 400
    assert "card" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds": -1}, {"seconds": 3601}, {"seconds": "4"}, {"seconds": None}, {"outcome": "ok"},
        {"way": ""}, {"profile": "none"}, {"subject": "anna"}, {"way": "x" * 41},
    ],
)  # fmt: skip
def test_what_is_no_attempt_is_refused(door: TestClient, fields: dict[str, Any]) -> None:
    assert door.post("/v1/alternatives", json={**CARD, **fields}).status_code == 422


def test_no_number_is_infinite(door: TestClient) -> None:
    raw = '{"purpose":"gate","way":"card","outcome":"done","seconds":%s}'
    for odd in ("1e999", "NaN", "Infinity", "-Infinity"):
        answer = door.post(
            "/v1/alternatives", content=raw % odd, headers={"content-type": "application/json"}
        )
        assert answer.status_code in (400, 422)
