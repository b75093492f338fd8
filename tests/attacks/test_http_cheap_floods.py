"""What anybody may ask without a key, again and again: it costs neither our memory nor others' time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest
from starlette.types import Message

from facekeep.assembly import House
from facekeep.db import remembered
from facekeep.governance import purpose_text
from facekeep.web import html
from facekeep.web.caller import COOKIE
from tests.attacks.http import TestClient, at_the_door, question
from tests.attacks.signed_in import cheaply, employ, sign_in
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


@pytest.mark.parametrize("shown", [{}, {"authorization": "Bearer fk_00000000_" + "a" * 52}])
def test_nobodys_photograph_is_read(
    door: TestClient, site: Site, house: House, shown: dict[str, str]
) -> None:
    """Not even after somebody was answered who shows no key: a browser of the staff. Bodies of many
    megabytes, many at once, would turn away whoever is known.
    """
    cookie = {"Authorization": "", "Cookie": f"{COOKIE}={attendant(house)}"}
    answer = door.post("/v1/verifications", json=question(house, "x", b"x#1"), headers=cookie)
    assert answer.status_code == 200, answer.text
    statuses: list[int] = []

    async def receive() -> Message:
        raise AssertionError("a body was read")

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    headers = {"content-type": "application/json", "content-length": "20000000", **shown}
    scope = {
        "type": "http", "method": "POST", "path": "/v1/verifications", "query_string": b"",
        "scheme": "http", "http_version": "1.1", "server": ("testserver", 80), "client": None,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    asyncio.run(door.app(scope, receive, send))  # type: ignore[arg-type]
    assert statuses[0] == 401


# -- what somebody may ask who may do little -----------------------------------------------------


def test_nobodys_files_are_read_who_may_publish_nothing(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TOML of forty thousand characters can take five seconds to read, and a quarter of a million four
    minutes: eight such requests, by the least of keys, would stop everything.
    """
    read: list[int] = []
    monkeypatch.setattr(purpose_text, "parse", lambda text: read.append(len(text)))
    cookie = {"Authorization": "", "Cookie": f"{COOKIE}={attendant(house)}"}
    slow = {"text": "a" + ".a" * 40 + " = 1", "assessment": "a = 1", "passphrase": "x" * 20}
    for shown in ({}, cookie):
        answer = door.post("/v1/purposes", json=slow, headers=shown)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert not read


def attendant(house: House) -> str:
    return sign_in(cheaply(house), employ(house, "Mei")).token
