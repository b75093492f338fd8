"""The same request again: answered the same, done once; whatever else happens, said plainly."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from facekeep.assembly import House
from facekeep.rights import receipts
from facekeep.rights.receipts import Receipt
from facekeep.terms.errors import Broken
from tests.attacks.http import TestClient, api_key, at_the_door
from tests.attacks.toolkit import Site
from tests.rooms.web.steps import DOOR, consent, enrol, entries, faces, photos, text, verify, yes

CARD = {"purpose": "gate", "way": "card", "outcome": "done", "seconds": 4}
CONSENTS = "/v1/subjects/anna/consents"


def keyed(key: str = "") -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())}


def tally(house: House) -> int:
    return sum(one.n for one in house.home.ways.tallies("gate"))


def test_what_is_asked_twice_is_done_once(door: TestClient, house: House) -> None:
    """Byte for byte the same answer, and it says that it is a repetition."""
    again = keyed()
    first, second = (door.post("/v1/alternatives", json=CARD, headers=again) for _ in range(2))
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["content-type"] == second.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert tally(house) == 1


def test_without_a_key_it_is_done_as_often_as_it_is_asked(door: TestClient, house: House) -> None:
    for _ in range(2):
        door.post("/v1/alternatives", json=CARD)
    assert tally(house) == 2
    assert house.home.records.one("SELECT count(*) FROM reply") == (0,)


def test_also_after_a_restart(site: Site) -> None:
    again = keyed()
    with site.open() as house:
        key = api_key(house)
        with at_the_door(house, site.settings, site.people, key=key) as client:
            first = client.post("/v1/alternatives", json=CARD, headers=again)
    with site.open() as house:
        with at_the_door(house, site.settings, site.people, key=key) as client:
            second = client.post("/v1/alternatives", json=CARD, headers=again)
        assert tally(house) == 1
    assert first.content == second.content


@pytest.mark.parametrize(
    "changed",
    [
        {"json": {**CARD, "seconds": 5}},
        {"json": {**CARD, "extra": 1}},
        {"content": b"not json", "headers": {"content-type": "text/csv"}},
    ],
)
def test_another_body_under_the_same_key_is_refused(
    door: TestClient, house: House, changed: dict[str, Any]
) -> None:
    again = keyed()
    door.post("/v1/alternatives", json=CARD, headers=again)
    changed["headers"] = {**changed.get("headers", {}), **again}
    answer = door.post("/v1/alternatives", **changed)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert tally(house) == 1


def test_another_path_under_the_same_key_is_refused(door: TestClient) -> None:
    again = keyed()
    door.post(CONSENTS, json=yes(door), headers=again)
    other = door.post("/v1/subjects/ben/consents", json=yes(door), headers=again)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_key_is_its_callers_own(site: Site, house: House, door: TestClient) -> None:
    """Whoever guesses another program's key is served as themselves."""
    again = keyed()
    door.post("/v1/alternatives", json=CARD, headers=again)
    with at_the_door(house, site.settings, site.people) as other:
        answer = other.post("/v1/alternatives", json=CARD, headers=again)
    assert "idempotent-replayed" not in answer.headers
    assert tally(house) == 2


def test_nobody_fetches_an_answer_without_signing_in(
    site: Site, house: House, door: TestClient
) -> None:
    again = keyed()
    door.post("/v1/alternatives", json=CARD, headers=again)
    with at_the_door(house, site.settings, site.people, key="") as nobody:
        answer = nobody.post("/v1/alternatives", json=CARD, headers=again)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 129, "with a blank inside it", '"unclosed-0123456789', "é" * 20]
)
def test_a_key_that_is_none_is_named(door: TestClient, house: House, key: str) -> None:
    answer = door.post(
        "/v1/alternatives", json=CARD, headers={"Idempotency-Key": key.encode("latin-1")}
    )
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["at"] == "/header/idempotency-key"
    assert tally(house) == 0


def test_a_key_in_the_quotes_of_the_draft_is_the_same_key(door: TestClient, house: House) -> None:
    """draft-ietf-httpapi-idempotency-key-header: a string of RFC 8941."""
    bare = str(uuid4())
    door.post("/v1/alternatives", json=CARD, headers=keyed(bare))
    again = door.post("/v1/alternatives", json=CARD, headers=keyed(f'"{bare}"'))
    assert again.headers["idempotent-replayed"] == "true"
    assert tally(house) == 1


# -- what is kept, and what may be tried again ------------------------------------------------


def test_a_refusal_is_an_answer_too(door: TestClient, site: Site, house: House) -> None:
    """The same one, under the same request id, and one entry in the ledger."""
    again, before = keyed(), entries(house)
    body = faces(site, "anna")
    first, second = (
        door.post("/v1/subjects/anna/references", json=body, headers=again) for _ in range(2)
    )
    assert first.json()["code"] == "consent_missing"
    assert first.content == second.content
    assert second.headers["content-type"] == "application/problem+json"
    assert entries(house) == before + 1


def test_a_body_that_cannot_be_read_uses_nothing_up(door: TestClient, house: House) -> None:
    again = keyed()
    assert door.post("/v1/alternatives", json={}, headers=again).status_code == 422
    assert door.post("/v1/alternatives", json=CARD, headers=again).status_code == 201
    assert tally(house) == 1


def test_what_broke_down_may_be_asked_again(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503: nothing was done, and the same key will do it."""
    again = keyed()

    def full(*_: object) -> Any:
        raise Broken("records: the disk is full", "Free some space; nothing acknowledged was lost")

    with monkeypatch.context() as broken:
        broken.setattr(type(house.home.ways), "count", full)
        assert door.post("/v1/alternatives", json=CARD, headers=again).status_code == 503
    assert door.post("/v1/alternatives", json=CARD, headers=again).status_code == 201
    assert tally(house) == 1


def test_while_it_runs_the_second_is_told_to_wait(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """409 and when to come back; then the answer of the first."""
    again, begun, go_on = keyed(), threading.Event(), threading.Event()
    count = type(house.ways).count

    def slowly(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return count(*arguments)

    monkeypatch.setattr(type(house.ways), "count", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(door.post, "/v1/alternatives", json=CARD, headers=again)
        assert begun.wait(20)
        second = door.post("/v1/alternatives", json=CARD, headers=again)
        go_on.set()
        answered = first.result(20)
    assert (second.status_code, second.json()["code"]) == (409, "still_running")
    assert second.headers["retry-after"] == "1"
    third = door.post("/v1/alternatives", json=CARD, headers=again)
    assert third.content == answered.content
    assert tally(house) == 1


def test_after_a_crash_the_outcome_is_said_to_be_unknown(site: Site) -> None:
    """Killed between beginning and answering: not done again, and the way out is named."""
    again = keyed()
    with site.open() as house:
        key = api_key(house)
        with at_the_door(house, site.settings, site.people, key=key) as client:
            killed(client, house, again)
    with (
        site.open() as house,
        at_the_door(house, site.settings, site.people, key=key) as client,
    ):
        answer = client.post("/v1/alternatives", json=CARD, headers=again)
        assert (answer.status_code, answer.json()["code"]) == (409, "outcome_unknown")
        assert "new Idempotency-Key" in answer.json()["remedy"]
        assert client.post("/v1/alternatives", json=CARD, headers=keyed()).status_code == 201


def killed(client: TestClient, house: House, again: dict[str, str]) -> None:
    """The act is done, and the process gone before its answer is kept."""
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(type(house.home.replies), "answer", _disk_full)
        assert client.post("/v1/alternatives", json=CARD, headers=again).status_code == 201


def _disk_full(*_: object) -> None:
    raise Broken("records: the disk is full", "Free some space; nothing acknowledged was lost")


# -- pictures and people ----------------------------------------------------------------------


def test_a_form_sent_again_has_another_boundary_and_is_the_same(
    door: TestClient, site: Site
) -> None:
    """Clients draw a boundary anew; what is between is what was asked."""
    consent(door, "anna")
    again = keyed()
    files = [("photos", (f"{n}.jpg", photo)) for n, photo in enumerate(photos(site, "anna"))]
    form: dict[str, Any] = {"data": {"purpose": "gate", "device": DOOR}, "headers": again}
    first = door.post("/v1/subjects/anna/references", files=files, **form)
    second = door.post("/v1/subjects/anna/references", files=files, **form)
    assert first.request.headers["content-type"] != second.request.headers["content-type"]
    assert first.status_code == 201, first.text
    assert second.content == first.content


def test_a_verification_is_decided_once(door: TestClient, site: Site, house: House) -> None:
    """One decision in the ledger however often its answer was lost; no picture is kept of it."""
    enrol(door, site, "anna")
    verify(door, site, "anna")  # the first one of a purpose draws its stand-in, too
    before = entries(house)
    body = {
        "subject": "anna",
        "purpose": "gate",
        "photo": text(site.good_photo("anna")),
        "device": DOOR,
    }
    again = keyed()
    first, second = (door.post("/v1/verifications", json=body, headers=again) for _ in range(2))
    assert first.content == second.content
    assert entries(house) == before + 1
    kept = house.home.records.one("SELECT sum(length(answer)) FROM reply")
    assert kept is not None
    assert kept[0] < 2 * len(first.content)


def test_a_withdrawal_that_lost_its_receipt_gets_the_same_one(
    door: TestClient, house: House
) -> None:
    """With the person's secret in it, which nothing here opens without their caller's key."""
    consent(door, "anna")
    again = keyed()
    first, second = (door.delete(f"{CONSENTS}/gate", headers=again) for _ in range(2))
    assert first.content == second.content
    receipt = Receipt.from_json(second.text)
    assert receipt.body["secret"]
    assert receipts.verify(receipt, house.home.signer.vkey).purpose == "gate"


def test_a_late_repetition_does_not_bring_a_consent_back(door: TestClient, house: House) -> None:
    """The yes whose answer was lost comes again after the person left: it is not given anew."""
    again, body = keyed(), yes(door)
    assert door.post(CONSENTS, json=body, headers=again).status_code == 201
    door.delete(f"{CONSENTS}/gate")
    late = door.post(CONSENTS, json=body, headers=again)
    assert (late.status_code, late.json()["code"]) == (409, "outcome_unknown")
    assert not door.get(f"{CONSENTS}/gate").json()["in_force"]


def test_a_search_that_named_somebody_is_forgotten_with_them(
    door: TestClient, site: Site, house: House
) -> None:
    enrol(door, site, "anna")
    body = {"purpose": "gate", "photo": text(site.good_photo("anna")), "device": DOOR}
    again = keyed()
    found = door.post("/v1/identifications", json=body, headers=again)
    assert found.json()["subjects"] == ["anna"]
    door.delete(f"{CONSENTS}/gate")
    late = door.post("/v1/identifications", json=body, headers=again)
    assert (late.status_code, late.json()["code"]) == (409, "outcome_unknown")


def test_looking_takes_no_key(door: TestClient, house: House) -> None:
    """GET changes nothing; a key sent with it is not looked at."""
    for _ in range(2):
        answer = door.get("/v1/purposes", headers={"Idempotency-Key": "x"})
        assert answer.status_code == 200
    assert house.home.records.one("SELECT count(*) FROM reply") == (0,)


def test_every_change_says_in_the_document_that_it_takes_a_key(door: TestClient) -> None:
    document = door.get("/openapi.json").json()
    changing = {"give_consent", "withdraw", "ask", "answer", "restrain", "enrol", "renew",
                "open_capture", "make_link", "invite_subject", "import_subjects", "record_alternative", "verify",
                "identify"}  # fmt: skip
    takes = {
        told["operationId"]
        for path in document["paths"].values()
        for told in path.values()
        if any(one["name"] == "Idempotency-Key" for one in told.get("parameters", ()))
    }
    assert changing <= takes


def test_without_a_key_the_way_is_the_ordinary_one(
    door: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No look into the store, no thread more."""
    from facekeep.web import idempotency

    def looked(*_: object) -> Any:
        raise AssertionError("the way with a key was taken")

    monkeypatch.setattr(idempotency, "_once", looked)
    enrol(door, site, "anna")
    assert verify(door, site, "anna").status_code == 200
