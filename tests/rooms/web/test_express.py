"""The straight way answers as the framework does; whatever is not plain goes round by it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.web import express
from facekeep.web.lanes import Lane
from tests.attacks.http import TestClient, api_key, at_the_door, question
from tests.attacks.toolkit import DAY, Site

PATH = "/v1/verifications"


@pytest.fixture
def straight(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was answered on the straight way."""
    taken: list[str] = []
    verified = express._verified

    def counted(request: Any, raw: bytes) -> Any:
        taken.append(request.method)
        return verified(request, raw)

    monkeypatch.setattr(express, "_verified", counted)
    return taken


def known(door: TestClient, site: Site, house: House, subject: str = "anna") -> dict[str, Any]:
    """A good question by a key that was let in before."""
    site.enrol(house, subject)
    asked = question(house, subject, site.good_photo(subject))
    assert door.post(PATH, json=asked).status_code == 200
    return asked


def without_number(answer: Any) -> dict[str, Any]:
    """An answer without what is its own: the entry, and the request."""
    return {name: one for name, one in answer.json().items() if name not in ("event", "instance")}


def test_first_request_of_a_key_goes_round_and_the_next_go_straight(
    door: TestClient, site: Site, house: House, straight: list[str]
) -> None:
    """Nobody's body is read before they are known; both ways say the same."""
    site.enrol(house, "anna")
    asked = question(house, "anna", site.good_photo("anna"))
    first = door.post(PATH, json=asked)
    assert straight == []
    second = door.post(PATH, json=asked)
    assert straight == ["POST"]
    assert (first.status_code, without_number(first)) == (200, without_number(second))
    own = ("x-request-id", "content-length")
    kept = [{k: v for k, v in one.headers.items() if k not in own} for one in (first, second)]
    assert kept[0] == kept[1]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"purpose": "nowhere"}, 403),
        ({"device": "nobodys"}, 403),
        ({"max_fmr": 0.5}, 422),
        ({"photo": "no base64!"}, 422),
        ({"extra": 1}, 422),
        ({"subject": ""}, 422),
    ],
)
def test_both_ways_refuse_alike(
    door: TestClient, site: Site, house: House, straight: list[str], change: dict[str, Any],
    status: int, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Status, problem, words; with the purpose's other ways where it is a refusal."""
    asked = {**known(door, site, house), **change}
    short = door.post(PATH, json=asked)
    assert straight == ["POST"]
    monkeypatch.setattr(express, "_is_plain", lambda request: False)
    long = door.post(PATH, json=asked)
    assert short.status_code == long.status_code == status
    assert without_number(short) == without_number(long)
    assert short.headers["content-type"] == long.headers["content-type"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"subject": "a", "subject": "b"}', b"\xff", b"[]"])
def test_what_cannot_be_read_is_told_alike(
    door: TestClient, site: Site, house: House, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a document, one in two meanings, bytes that are no text."""
    known(door, site, house)
    headers = {"content-type": "application/json"}
    short = door.post(PATH, content=body, headers=headers)
    monkeypatch.setattr(express, "_is_plain", lambda request: False)
    long = door.post(PATH, content=body, headers=headers)
    assert (short.status_code, without_number(short)) == (long.status_code, without_number(long))
    assert 400 <= short.status_code < 500


def test_forms_kept_answers_and_other_methods_go_round(
    door: TestClient, site: Site, house: House, straight: list[str]
) -> None:
    """They need what only the framework has."""
    asked = known(door, site, house)
    straight.clear()
    again = {"Idempotency-Key": "a-key-drawn-at-random-1"}
    once = door.post(PATH, json=asked, headers=again)
    assert door.post(PATH, json=asked, headers=again).json() == once.json()
    told = {name: value for name, value in asked.items() if name != "photo"}
    form = door.post(PATH, data=told, files={"photo": site.good_photo("anna")})
    assert (once.status_code, form.status_code) == (200, 200)
    assert door.get(PATH).status_code == 405
    assert straight == []


def test_a_key_that_was_revoked_or_ran_out_is_asked_anew(
    door: TestClient, site: Site, house: House, straight: list[str]
) -> None:
    """To be remembered opens nothing."""
    asked = known(door, site, house)
    number = door.headers["authorization"].split("_")[1]
    with house.home.records.transaction() as tx:
        house.home.api_keys.revoke(tx, number, "Director Lin", int(house.home.journal.now()))
    assert door.post(PATH, json=asked).status_code == 401
    site.clock.advance(400 * DAY)
    assert door.post(PATH, json=asked).status_code == 401
    assert straight == ["POST", "POST"]


def test_keys_of_another_reach_are_refused_alike(
    door: TestClient, site: Site, house: House
) -> None:
    """A key that may search in this purpose does not verify in it, twice."""
    asked = known(door, site, house)
    key = api_key(house, "gate:identification")
    with at_the_door(house, site.settings, site.people, key=key) as other:
        statuses = {other.post(PATH, json=asked).status_code for _ in range(3)}
    assert statuses == {403}


def test_meters_count_both_ways_as_one_route(door: TestClient, site: Site, house: House) -> None:
    """An operator sees verifications."""
    asked = known(door, site, house)
    for _ in range(3):
        door.post(PATH, json=asked)
    line = f'facekeep_requests_total{{method="POST",route="{PATH}",status="200"}} 4.0'
    assert line in door.get("/metrics").text


def test_attempts_by_face_are_counted_once_with_their_decision(
    door: TestClient, site: Site, house: House
) -> None:
    """A match is done, a stranger's picture failed, a bad picture failed without a decision."""
    asked = known(door, site, house)
    stranger = question(house, "anna", site.good_photo("somebody"))
    assert door.post(PATH, json=stranger).json()["decision"] == "non-match"
    nobody = question(house, "anna", b"no face here")
    assert door.post(PATH, json=nobody).status_code == 422
    assert door.post(PATH, json=asked).status_code == 200
    tallies = list(house.home.ways.tallies("gate"))
    counted = {ending: sum(t.n for t in tallies if t.outcome.value == ending) for ending in ("done", "failed")}  # fmt: skip
    assert counted == {"done": 2, "failed": 2}


def test_lane_takes_turns_and_passes_on_what_is_raised() -> None:
    """As many at once as it has threads; the others wait in order."""
    most, now, lock = [0], [0], threading.Lock()
    seen: list[int] = []

    def act(number: int) -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            seen.append(number)
        if number == 5:
            with lock:
                now[0] -= 1
            raise ValueError(number)
        with lock:
            now[0] -= 1
        return number

    async def ask() -> list[Any]:
        lane = Lane(2)
        asked = [lane.do(lambda n=n: act(n)) for n in range(20)]  # type: ignore[misc]
        return await asyncio.gather(*asked, return_exceptions=True)

    told = asyncio.run(ask())
    assert [one for one in told if isinstance(one, int)] == [n for n in range(20) if n != 5]
    assert isinstance(told[5], ValueError)
    assert most[0] <= 2
    assert sorted(seen) == list(range(20))


def test_nobody_waits_for_whoever_hung_up() -> None:
    """A request that was called off leaves its thread to the next."""

    async def ask() -> int:
        lane = Lane(1)
        gate = threading.Event()
        called_off = lane.do(gate.wait)
        called_off.cancel()
        next_one = lane.do(lambda: 7)
        gate.set()
        return await asyncio.wait_for(next_one, 30)

    assert asyncio.run(ask()) == 7
