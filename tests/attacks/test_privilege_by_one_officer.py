"""One officer alone, over HTTP: no search is allowed, no story opened, nothing exported."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from facekeep.assembly import House
from facekeep.rights.cases import Kind
from facekeep.web.api.four_eyes import matter_of
from tests.attacks import toolkit
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.signed_in import PASSPHRASE, cheaply, employ, sign_in
from tests.attacks.staff import approve, enter, opened
from tests.attacks.toolkit import OFFICER, Site, assessment_text, purpose_text

HOME_PASSPHRASE = toolkit.PASSPHRASE.decode()
EXPORT = {"since": "2023-11-01", "until": "2023-11-14"}


@pytest.fixture
def client(site: Site, house: House) -> Iterator[TestClient]:
    """A client that shows nothing; three officers are in office, Ann by her account."""
    cheaply(house)
    with at_the_door(house, site.settings, site.people, key="") as client:
        yield client


def ann(house: House, role: str = "officer") -> dict[str, str]:
    """Somebody whose account signs, signed in: the cookie."""
    person = employ(house, "Ann", role)
    enter(house, "Ben")
    for name in (OFFICER, "Ben"):
        approve(house, name, "officer-add", person.staff.newcomer.what)
    with house.home.records.transaction() as tx:
        house.staff.admit(tx, person.staff.id, int(house.home.journal.now()))
    return {"Cookie": f"__Host-facekeep={sign_in(house, person).token}"}


def files(operations: str) -> tuple[bytes, bytes]:
    text = purpose_text("door", operations=operations)
    return text, assessment_text("door").replace(OFFICER.encode(), b"Ann")


def publication(text: bytes, assessment: bytes) -> dict[str, str]:
    return {"text": text.decode(), "assessment": assessment.decode(), "passphrase": PASSPHRASE}


def test_one_officer_publishes_a_purpose_that_verifies(client: TestClient, house: House) -> None:
    """1:1 is one officer's word, as before."""
    cookie, (text, assessment) = ann(house), files('["verification"]')
    answer = client.post("/v1/purposes", json=publication(text, assessment), headers=cookie)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"purpose": "door", "version": 1}


def test_one_officer_lets_nobody_be_searched_for(client: TestClient, house: House) -> None:
    """1:N needs two, for these very files."""
    cookie, (text, assessment) = ann(house), files('["verification", "identification"]')
    asked = publication(text, assessment)
    assert client.post("/v1/purposes", json=asked, headers=cookie).status_code == 403
    approve(house, "Ben", "publish-identification", matter_of("door", text, assessment))
    assert client.post("/v1/purposes", json=asked, headers=cookie).status_code == 403
    assert "door" not in house.home.purposes.names()
    approve(house, OFFICER, "publish-identification", matter_of("door", text, assessment))
    other = publication(text + b"\n# another file\n", assessment)
    assert client.post("/v1/purposes", json=other, headers=cookie).status_code == 403
    answer = client.post("/v1/purposes", json=asked, headers=cookie)
    assert answer.status_code == 201, answer.text
    assert "door" in house.home.purposes.names()


def test_gap_uses_no_approval_up(client: TestClient, house: House) -> None:
    """What could not be published is corrected, not approved once more in vain."""
    cookie, (text, _) = ann(house), files('["identification"]')
    wanting = b'purpose = "door"\nauthor = "Ann"\n'
    for name in (OFFICER, "Ben"):
        approve(house, name, "publish-identification", matter_of("door", text, wanting))
    answer = client.post("/v1/purposes", json=publication(text, wanting), headers=cookie)
    assert answer.status_code in (400, 403), answer.text
    assert all(not a.used_at for a in house.home.approvals.all() if a.act != "officer-add")


def test_one_officer_exports_nothing_and_two_do_it_once(client: TestClient, house: House) -> None:
    """The bundle is whole, and nothing of it stays behind."""
    cookie = ann(house)
    path = "/v1/evidence/bundles"
    approve(house, "Ben", "export", "2023-11-01..2023-11-14")
    assert client.post(path, json=EXPORT, headers=cookie).status_code == 403
    approve(house, OFFICER, "export", "2023-11-01..2023-11-14")
    wider = {**EXPORT, "since": "2023-10-01"}
    assert client.post(path, json=wider, headers=cookie).status_code == 403
    answer = client.post(path, json=EXPORT, headers=cookie)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert bundle.testzip() is None
    assert client.post(path, json=EXPORT, headers=cookie).status_code == 403
    assert not list(house.home.path.glob("export-*"))


def test_whoever_leaves_before_the_end_leaves_no_bundle(client: TestClient, house: House) -> None:
    """The connection breaks while it is sent: the evidence of a period stays on no disk."""
    cookie = ann(house)
    for name in (OFFICER, "Ben"):
        approve(house, name, "export", "2023-11-01..2023-11-14")
    heard: list[str] = []
    coming = [{"type": "http.request", "body": json.dumps(EXPORT).encode()}]

    async def receive() -> Message:
        return coming.pop() if coming else await asyncio.Event().wait() or {}

    async def send(message: Message) -> None:
        heard.append(message["type"])
        if message["type"] == "http.response.body":
            raise OSError("the other side is gone")

    headers = {"content-type": "application/json", "cookie": cookie["Cookie"]}
    scope = {
        "type": "http", "method": "POST", "path": "/v1/evidence/bundles", "query_string": b"",
        "scheme": "http", "http_version": "1.1", "server": ("testserver", 80), "client": None,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    with suppress(OSError, ClientDisconnect):
        asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]
    assert "http.response.body" in heard
    assert not list(house.home.path.glob("export-*"))


def test_one_officer_opens_no_story(client: TestClient, site: Site, house: House) -> None:
    """Role, two approvals and the home's passphrase; each alone is nothing."""
    cookie = ann(house, "case-officer")
    site.enrol(house, "alice")
    house.withdrawals.withdraw("alice", "gate")
    case = opened(house, Kind.EXPLANATION).row.number
    path, right = f"/v1/cases/{case}/openings", {"home_passphrase": HOME_PASSPHRASE}
    assert client.post(path, json=right, headers=cookie).status_code == 403
    for name in (OFFICER, "Ben"):
        approve(house, name, "open-secret", case)
    assert client.post(path, json={"home_passphrase": "a guess"}, headers=cookie).status_code == 401
    answer = client.post(path, json=right, headers=cookie)
    assert answer.status_code == 200, answer.text
    assert answer.json()["events"]
    assert client.post(path, json=right, headers=cookie).status_code == 403


def test_homes_passphrase_is_not_guessed_here(client: TestClient, house: House) -> None:
    """Five tries in a quarter of an hour, as at the sign-in."""
    cookie = ann(house, "case-officer")
    asked = {"home_passphrase": "a guess"}
    statuses = [
        client.post("/v1/cases/none/openings", json=asked, headers=cookie).status_code
        for _ in range(6)
    ]
    assert statuses == [401] * 5 + [429]


def test_attendant_does_none_of_it(client: TestClient, house: House) -> None:
    """Whatever two officers approved."""
    person = employ(house, "Mei")
    cookie = {"Cookie": f"__Host-facekeep={sign_in(house, person).token}"}
    text, assessment = files('["verification"]')
    for path, body in (
        ("/v1/purposes", publication(text, assessment)),
        ("/v1/cases/x/openings", {"home_passphrase": HOME_PASSPHRASE}),
    ):
        answer = client.post(path, json=body, headers=cookie)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
