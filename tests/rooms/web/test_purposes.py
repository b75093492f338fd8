"""Purposes and notices over HTTP: what a program and a person have to know before anything is done."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.governance.notices import REQUIRED
from tests.attacks.http import TestClient, api_key, at_the_door
from tests.attacks.toolkit import Site, officer_of, publish, purpose_text


@pytest.fixture
def town(site: Site, house: House) -> TestClient:
    """Three purposes, and a client that may work for two of them."""
    for name in ("lobby", "vault"):
        publish(house, purpose_text(name, storage='"premises"'))
    key = api_key(house, "gate:consent", "lobby:verification")
    with at_the_door(house, site.settings, site.people, key=key) as client:
        return client


def test_only_purposes_of_ones_own_are_listed(town: TestClient) -> None:
    """The scopes of the key decide; the others are not even named."""
    page = town.get("/v1/purposes").json()
    assert [one["id"] for one in page["items"]] == ["gate", "lobby"]
    assert page["next"] is None
    refused = town.get("/v1/purposes/vault")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


def test_a_list_is_turned_page_by_page(town: TestClient) -> None:
    """The cursor of one page leads to the next, and the last has none."""
    first = town.get("/v1/purposes", params={"limit": 1}).json()
    second = town.get("/v1/purposes", params={"limit": 1, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ["gate", "lobby"]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["!", "\x00", "%ff", "AAAAA", "_w", "é" * 30])
def test_a_cursor_nobody_gave_out_is_refused(town: TestClient, cursor: str) -> None:
    answer = town.get("/v1/purposes", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["at"] == "/query/cursor"


@pytest.mark.parametrize("limit", ["0", "1001", "ten", "-1", "1.5"])
def test_a_page_has_a_size_we_give(town: TestClient, limit: str) -> None:
    assert town.get("/v1/purposes", params={"limit": limit}).status_code == 422


def test_a_purpose_says_what_a_program_must_know(door: TestClient) -> None:
    """Error rates, capture, consents, alternatives, retention, and the hash to hand back."""
    told = door.get("/v1/purposes/gate").json()
    assert told["operations"] == ["verification", "identification"]
    assert (told["max_fmr"], told["max_fpir"]) == (0.001, 0.1)
    assert (told["capture"], told["storage"], told["retention_days"]) == ("none", "terminal", 365)
    assert told["consents"] == {
        "scopes": ["processing"], "guardian_under": 14, "children": "with_guardian",
    }  # fmt: skip
    assert [way["id"] for way in told["alternatives"]] == ["card"]
    assert told["notice"] == door.get("/v1/purposes/gate/notice").json()["hash"]
    assert (told["model"], told["grade"], told["version"]) == ("simulated", None, 1)


def test_a_purpose_off_the_terminal_says_that_two_consents_are_due(town: TestClient) -> None:
    assert town.get("/v1/purposes/lobby").json()["consents"]["scopes"] == ["processing", "storage"]


def test_the_notice_has_every_item_of_the_law(door: TestClient, house: House) -> None:
    """Measures art. 5; the hash is that of the notice in force, whatever the language."""
    zh, en = (
        door.get("/v1/purposes/gate/notice", params={"lang": one}).json() for one in ("zh", "en")
    )
    assert set(REQUIRED) <= {item["key"] for item in zh["items"]}
    assert zh["hash"] == en["hash"] == house.consents.notice("gate").digest.hex()
    assert (zh["language"], en["language"]) == ("zh", "en")
    assert zh["text"].startswith("门\n为什么")
    assert en["text"] == "\n".join(item["text"] for item in en["items"])


def test_the_notice_follows_the_language_of_whoever_asks(door: TestClient) -> None:
    asked = door.get("/v1/purposes/gate/notice", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert asked.json()["language"] == "zh"


@pytest.mark.parametrize("kind", ["text/plain", "text/markdown"])
def test_the_notice_can_be_had_as_text(door: TestClient, house: House, kind: str) -> None:
    """For whoever only prints it; the hash is in the ETag."""
    asked = door.get("/v1/purposes/gate/notice?lang=en", headers={"Accept": kind})
    assert asked.headers["content-type"].startswith(kind)
    assert asked.headers["etag"] == f'"{house.consents.notice("gate").digest.hex()}"'
    assert "You need not use your face" in asked.text


def test_markdown_shows_what_the_officer_wrote_and_works_nothing_out(
    site: Site, house: House
) -> None:
    """A title with signs of Markdown or HTML stands there as it is."""
    publish(house, purpose_text("odd", title='{zh = "门", en = "<b>*Gate*</b> [x](y)"}'))
    key = api_key(house, "odd:consent")
    with at_the_door(house, site.settings, site.people, key=key) as client:
        asked = client.get("/v1/purposes/odd/notice?lang=en", headers={"Accept": "text/markdown"})
    assert asked.text.startswith(r"# \<b\>\*Gate\*\</b\> \[x\](y)")


def test_an_ended_purpose_is_gone_from_the_list(door: TestClient, house: House) -> None:
    """What is not in force is refused, with a duty and a remedy."""
    house.end_use("gate", officer_of(house))
    assert door.get("/v1/purposes").json()["items"] == []
    refused = door.get("/v1/purposes/gate/notice").json()
    assert (refused["status"], refused["code"]) == (403, "purpose_not_allowed")
    assert refused["remedy"]


@pytest.mark.parametrize("lang", ["fr", "EN", "", "zh' OR 1=1"])
def test_a_language_we_do_not_speak_is_refused(door: TestClient, lang: str) -> None:
    assert door.get("/v1/purposes/gate/notice", params={"lang": lang}).status_code == 422
