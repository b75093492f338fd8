"""What a shape, a status or a name in a path gives away, and who asks in somebody else's name."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock
from urllib.parse import quote
from uuid import uuid4

import pytest

from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.terms.errors import Broken, DiskFull
from facekeep.web import idempotency
from facekeep.web.caller import COOKIE
from tests.attacks.http import TestClient, api_key, at_the_door, everything
from tests.attacks.signed_in import cheaply, employ, sign_in
from tests.attacks.toolkit import Site, agree, publish, purpose_text
from tests.rooms.web.steps import enrol, verify

NOBODYS = "0" * 32


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """A client with a key that may do everything in ``gate``."""
    with at_the_door(house, site.settings, site.people) as client:
        yield client


@pytest.fixture
def signed_in(house: House) -> dict[str, str]:
    """An attendant's browser: no API key, a cookie."""
    token = sign_in(cheaply(house), employ(house, "Mei")).token
    return {"Authorization": "", "Cookie": f"{COOKIE}={token}"}


# -- another purpose ------------------------------------------------------------------------


def test_receipts_of_another_purpose_are_nobodys(
    door: TestClient, site: Site, house: House
) -> None:
    """A program of one purpose learns of no leaving in another: not even that there was one."""
    publish(house, purpose_text("office"))
    enrol(door, site, "anna")
    with mock.patch.object(house.withdrawals, "erase", side_effect=Broken("away", "wait")):
        event = door.delete("/v1/subjects/anna/consents/gate").json()["event"]
    site.clock.advance(60)
    for intent in house.home.intents.open():
        house._completions()[intent.kind].finish(intent)
    assert door.get(f"/v1/receipts/{event}").status_code == 200
    key = api_key(house, *everything("office"))
    with at_the_door(house, site.settings, site.people, key=key) as other:
        told = [other.get(f"/v1/receipts/{one}") for one in (event, NOBODYS)]
    assert [one.status_code for one in told] == [404, 404]
    assert [one.json()["code"] for one in told] == ["not_found", "not_found"]


# -- the same request again -----------------------------------------------------------------


def test_a_refusal_after_the_leaving_is_repeated_as_it_was(door: TestClient, site: Site) -> None:
    """Whoever lost the answer hears it again, not that nobody knows what came of it."""
    enrol(door, site, "anna")
    door.delete("/v1/subjects/anna/consents/gate")
    again, photo = {"Idempotency-Key": str(uuid4())}, site.good_photo("anna")
    body = {"subject": "anna", "purpose": "gate", "device": "gate-door"}
    first, second = (
        door.post("/v1/verifications", data=body, files={"photo": photo}, headers=again)
        for _ in range(2)
    )
    assert (first.status_code, first.json()["code"]) == (403, "consent_withdrawn")
    assert (second.status_code, second.content) == (403, first.content)
    assert verify(door, site, "anna").status_code == 403


# -- names in paths -------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["%FF", "%FE", "%ED%A0%80", "a%C3"])
def test_a_path_that_is_no_text_names_nobody(door: TestClient, subject: str) -> None:
    """Read with a stand-in for each wrong byte, two of them would be one person."""
    for method, path in (("GET", "consents"), ("DELETE", "consents/gate"), ("GET", "references")):
        answer = door.request(method, f"/v1/subjects/{subject}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (400, "not_understood")


# -- a browser that is sent here by another page ------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.faces.example"},
        {"Origin": "null"},
    ],
    ids=["another site", "a neighbour", "an older browser", "an older one's neighbour", "a frame"],
)
def test_another_page_does_nothing_in_ones_name(
    door: TestClient, signed_in: dict[str, str], sent: dict[str, str]
) -> None:
    assert door.delete("/v1/sessions/current", headers={**signed_in, **sent}).status_code == 401
    assert door.get("/v1/sessions/current", headers=signed_in).status_code == 200


@pytest.mark.parametrize(
    "sent", [{}, {"Origin": "http://testserver"}, {"Origin": "https://faces.example"}]
)
def test_our_own_page_does(site: Site, sent: dict[str, str]) -> None:
    """Also behind a proxy that tells us another name of the host than the browser saw."""
    site.settings = Settings(custody=site.settings.custody, origin="https://faces.example")
    with site.open() as house:
        token = sign_in(cheaply(house), employ(house, "Mei")).token
        with at_the_door(house, site.settings, site.people, key="") as door:
            shown = {"Cookie": f"{COOKIE}={token}", **sent}
            assert door.delete("/v1/sessions/current", headers=shown).status_code == 204


# -- leaving on a full disk -----------------------------------------------------------------


def test_the_staff_take_a_leaving_on_a_full_disk(
    door: TestClient, site: Site, house: House, signed_in: dict[str, str]
) -> None:
    """That they were seen cannot be written down; that somebody leaves is what counts."""
    enrol(door, site, "anna")
    site.clock.advance(120)
    full = DiskFull("records: the disk is full", "Free some space")
    with mock.patch.object(house.home.sessions._margin, "write", side_effect=full):
        answer = door.delete("/v1/subjects/anna/consents/gate", headers=signed_in)
    assert answer.status_code == 200, answer.text
    assert verify(door, site, "anna").json()["code"] == "consent_withdrawn"


def test_leaving_with_a_key_waits_behind_nobody(
    door: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The threads that everybody asks in may all be taken."""
    enrol(door, site, "anna")

    async def taken(*_: object) -> None:
        raise AssertionError("behind everybody else")

    monkeypatch.setattr(idempotency, "run_in_threadpool", taken)
    again = {"Idempotency-Key": str(uuid4())}
    answers = [door.delete("/v1/subjects/anna/consents/gate", headers=again) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("subject", ["hall/17", "a/../b", "/", "b/consents/gate"])
def test_whoever_is_called_with_a_slash_can_leave(
    door: TestClient, site: Site, house: House, subject: str
) -> None:
    """Consented at the desk, verified at the gate by a body that may hold any name."""
    agree(house, subject)
    path = f"/v1/subjects/{quote(subject, safe='')}"
    assert door.get(f"{path}/consents/gate").json()["in_force"]
    assert door.delete(f"{path}/consents/gate").status_code == 200
    assert not door.get(f"{path}/consents/gate").json()["in_force"]
    assert door.get(f"{path}%EE%80%80/consents/gate").status_code == 400
    assert door.get(f"{path}/consents%2Fgate").status_code == 404


# -- headers that stand twice -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Host", "Authorization", "Idempotency-Key"])
def test_a_header_that_two_would_read_differently(door: TestClient, name: str) -> None:
    """What a proxy looked at must be what we look at."""
    twice = [(name, "first-of-two-values"), (name, "second-of-two-values")]
    answer = door.get("/v1/purposes", headers=[*twice])
    assert (answer.status_code, answer.json()["code"]) == (400, "not_understood")
