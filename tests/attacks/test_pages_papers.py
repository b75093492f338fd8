"""Papers that strangers hand in to be checked: bent in every place, nested without end, of no kind at all."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.rooms.web.portal.own import settled, withdraw
from tests.rooms.web.portal.walking import fields_of, send, walker

DOORS = ("/check", "/check/paper", "/check/paper/sheet")
BENT = (None, -1, 1e308, True, "", "0" * 64, [], [[]], {"a": 1}, 10**30)
NONSENSE = (
    "[" * 50_000, '{"a":' * 20_000, "1" * 200_000, '{"body":' + "[" * 3_000 + "]" * 3_000 + "}",
    "NaN", '"\\ud800"', '{"body":{"schema":"\\ud800"}}', "FKS1:" + "A" * 9_000, "<svg/onload=x>",
)  # fmt: skip


@pytest.fixture
def anybody(site: Site, house: House) -> Iterator[TestClient]:
    """A browser, without a link."""
    with walker(house, site.settings, site.people) as client:
        yield client


def test_a_bent_paper_is_nobodys_and_breaks_nothing(
    anybody: TestClient, site: Site, house: House
) -> None:
    """It is no damage of ours: no page says so, and none is handed out as ours."""
    for paper in _ours(anybody, site, house):
        document = json.loads(paper)
        for n, place in enumerate(_places(document)):
            bent = json.dumps(_with(document, place, BENT[n % len(BENT)]))
            for door in DOORS:
                answer = anybody.post(door, data={"paper": bent})
                assert answer.status_code in (200, 400), (place, door)
                assert door == "/check" or answer.status_code == 400, (place, door)


@pytest.mark.parametrize("text", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_no_paper(anybody: TestClient, text: str) -> None:
    """Answered like any text that is none."""
    for door in DOORS:
        answer = anybody.post(door, data={"paper": text})
        assert answer.status_code in (200, 400), door
        assert "<svg/onload" not in answer.text


def _ours(client: TestClient, site: Site, house: House) -> list[str]:
    """A receipt of a consent, of a case, of an erasure."""
    settled(client, site, house)
    (where,) = re.findall(r"/mine/receipts/[0-9a-f]{32}/file", client.get("/mine/receipts").text)
    consent = client.get(where).text
    page = client.get("/mine/cases/new", params={"kind": "complaint"}).text
    case = send(client, page, "/mine/cases/new", text="Slow").text
    erased = withdraw(client).text
    client.cookies.clear()
    return [consent, *(unescape(fields_of(one, "/check/paper")["paper"]) for one in (case, erased))]


def _places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, one in inner:
        yield from _places(one, (*here, key))


def _with(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    bent = copy.deepcopy(document)
    inner = bent
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return bent
