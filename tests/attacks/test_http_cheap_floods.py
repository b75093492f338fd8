"""What anybody may ask without a key, again and again: it costs neither our memory nor others' time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest

from facekeep.assembly import House
from facekeep.db import remembered
from facekeep.web import html
from facekeep.web.caller import COOKIE
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import Site

HELD = 20


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """A client with a key that may do everything in ``gate``."""
    with at_the_door(house, site.settings, site.people) as client:
        yield client


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", HELD)


def test_made_up_keys_are_not_kept(door: TestClient, house: House) -> None:
    """There are four thousand million numbers of keys, and each was looked up once."""
    for number in range(3 * HELD):
        text = f"fk_{number:08x}_{'a' * 52}"
        answer = door.get("/v1/purposes", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 401
    assert len(house.api_keys._kept._kept) <= HELD
    assert door.get("/v1/purposes").status_code == 200


def test_made_up_sessions_are_not_kept(door: TestClient, house: House) -> None:
    for _ in range(3 * HELD):
        shown = {"Authorization": "", "Cookie": f"{COOKIE}={uuid4().hex}{'a' * 11}"}
        assert door.get("/v1/sessions/current", headers=shown).status_code == 401
    assert len(house.home.sessions._kept._kept) <= HELD


def test_pages_are_made_once(door: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred thousand characters of templates: 20 ms of everybody's time each."""
    made: Counter[str] = Counter()
    plain = html.written

    def counted(template: str, language: str, **context: object) -> str:
        made[f"{template} {language}"] += 1
        return plain(template, language, **context)

    monkeypatch.setattr(html, "written", counted)
    texts = {door.get("/docs", params={"lang": lang}).text for lang in ("en", "zh") * 3}
    assert (len(texts), set(made.values())) == (2, {1})
    document = [door.get("/openapi.json") for _ in range(2)]
    assert document[0].content == document[1].content
    assert document[0].headers["content-type"] == "application/json"
