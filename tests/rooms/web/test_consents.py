"""Consent over HTTP: told first, separate, for the person to keep; and as easily taken back."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.rights import consent_receipts, receipts
from facekeep.rights.consent_receipts import ConsentReceipt
from facekeep.rights.receipts import Receipt
from facekeep.terms.errors import Broken
from tests.attacks.http import TestClient, api_key, at_the_door
from tests.attacks.toolkit import DAY, Site, Turnable, publish, purpose_text
from tests.rooms.web.steps import consent, enrol, entries, notice, verify, yes

CONSENTS = "/v1/subjects/anna/consents"
CHILD = "2016-05-01"
MOTHER = {
    "reference": "mother-4",
    "evidence": {"relation": "parent", "kind": "household-register", "proof": "register 17/4"},
}


# -- giving ---------------------------------------------------------------------------------


def test_giving_answers_a_receipt_that_verifies_offline(door: TestClient, house: House) -> None:
    """As it was sent, with the ledger's public key and nothing else."""
    answer = door.post(CONSENTS, json=yes(door))
    assert answer.status_code == 201
    agreed = consent_receipts.verify(ConsentReceipt.from_json(answer.text), house.home.signer.vkey)
    assert (agreed.purpose, agreed.scope, agreed.by) == ("gate", "processing", "person")
    assert agreed.notice == notice(door)
    assert "anna" not in answer.text


def test_giving_twice_leaves_the_first_as_it_is(door: TestClient, house: House) -> None:
    """One record, one entry; the receipt is made out anew."""
    first, before = consent(door, "anna"), entries(house)
    again = consent(door, "anna")
    assert again["body"]["consent"] == first["body"]["consent"]
    assert entries(house) == before
    assert len(door.get(f"{CONSENTS}/gate").json()["consents"]) == 1


def test_another_notice_than_the_one_in_force_counts_for_nothing(
    door: TestClient, house: House
) -> None:
    """Measures art. 5: told first, and told this."""
    answer = door.post(CONSENTS, json=yes(door, notice="0" * 64))
    assert (answer.status_code, answer.json()["code"]) == (403, "notice_not_shown")
    assert answer.json()["article"] == "FRM-05-1"
    assert house.home.directory.everybody() == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"notice": "xyz"}, {"notice": 7}, {"language": "fr"}, {"channel": "mail"}, {"scope": "all"},
        {"birth_date": "1.5.2016"}, {"birth_date": 20160501}, {"birth_date": "2016-05-01T00:00"},
        {"birth_date": "2016-13-01"}, {"purpose": ["gate", "lobby"]}, {"consented": True},
        {"guardian": "mother"}, {"guardian": {"reference": ""}},
        {"guardian": {**MOTHER, "evidence": {"relation": "friend"}}},
    ],
)  # fmt: skip
def test_what_is_not_a_consent_is_named_field_by_field(
    door: TestClient, fields: dict[str, Any]
) -> None:
    """What was sent is not repeated: problems are read by others."""
    answer = door.post(CONSENTS, json={**yes(door), **fields})
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"]
    assert "mother-4" not in answer.text


@pytest.mark.parametrize("subject", ["x" * 201, "a%0Ab", "%00", "%E2%80%AE", "%20"])
def test_an_unusable_reference_consents_to_nothing(
    door: TestClient, house: House, subject: str
) -> None:
    answer = door.post(f"/v1/subjects/{subject}/consents", json=yes(door))
    assert answer.status_code in (400, 422)
    assert house.home.directory.everybody() == set()


@pytest.mark.parametrize(
    "subject", ["'; DROP TABLE consent; --", "..%2e", "<script>", "=1+1", "李雷"]
)
def test_a_reference_is_a_name_and_nothing_else(door: TestClient, subject: str) -> None:
    """Whatever it looks like, it is kept, found and left by it."""
    consent(door, subject)
    assert door.get(f"/v1/subjects/{subject}/consents/gate").json()["in_force"]
    assert door.delete(f"/v1/subjects/{subject}/consents/gate").status_code == 200


def test_a_child_consents_through_a_guardian_who_was_checked(door: TestClient) -> None:
    """Under 14 nobody consents alone, and nobody's word alone makes a guardian."""
    alone = door.post(CONSENTS, json=yes(door, birth_date=CHILD))
    unproved = door.post(
        CONSENTS, json=yes(door, birth_date=CHILD, guardian={"reference": "mother-4"})
    )
    assert [one.json()["code"] for one in (alone, unproved)] == ["guardian_required"] * 2
    told = consent(door, "anna", birth_date=CHILD, guardian=MOTHER)
    assert told["body"]["consent"]["by"] == "guardian"


def test_storage_off_the_terminal_is_a_consent_of_its_own(site: Site, house: House) -> None:
    """Measures art. 8: two questions, two answers, two receipts."""
    publish(house, purpose_text("lobby", storage='"premises"'))
    with at_the_door(house, site.settings, site.people, "lobby:consent") as client:
        consent(client, "anna", "lobby")
        standing = client.get(f"{CONSENTS}/lobby").json()
        assert [one["scope"] for one in standing["consents"]] == ["processing"]
        consent(client, "anna", "lobby", scope="storage")
        standing = client.get(f"{CONSENTS}/lobby").json()
    assert sorted(one["scope"] for one in standing["consents"]) == ["processing", "storage"]


# -- showing --------------------------------------------------------------------------------


def test_how_somebody_stands_is_told_by_purpose(door: TestClient) -> None:
    consent(door, "anna")
    (item,) = door.get(CONSENTS).json()["items"]
    assert (item["purpose"], item["in_force"]) == ("gate", True)
    (record,) = item["consents"]
    assert (record["state"], record["channel"], record["language"]) == (
        "ConsentGiven",
        "counter",
        "zh",
    )
    assert (record["asked"], record["by"], record["scope"]) == (False, "person", "processing")


def test_whom_nobody_knows_is_answered_in_the_same_words(door: TestClient) -> None:
    """No 404: a purpose, and no consents to it."""
    answer = door.get("/v1/subjects/nobody/consents")
    assert answer.status_code == 200
    assert answer.json()["items"] == [{"purpose": "gate", "in_force": False, "consents": []}]


def test_the_record_is_a_27560_document(door: TestClient) -> None:
    """Four sections and the words of W3C DPV, as JSON-LD."""
    consent(door, "anna")
    answer = door.get(f"{CONSENTS}/gate/record")
    assert answer.headers["content-type"] == "application/ld+json"
    (record,) = answer.json()["records"]
    assert {"header", "processing", "parties", "events"} <= set(record)
    assert record["state"] == "dpv:ConsentGiven"


def test_a_term_that_is_over_is_told(site: Site, house: House, clock: Turnable) -> None:
    publish(house, purpose_text("visit", retention_days=2))
    with at_the_door(house, site.settings, site.people, "visit:consent") as client:
        consent(client, "anna", "visit")
        assert client.get(f"{CONSENTS}/visit").json()["in_force"]
        clock.advance(2 * DAY + 60)
        assert not client.get(f"{CONSENTS}/visit").json()["in_force"]


# -- taking back ----------------------------------------------------------------------------


def test_one_call_without_a_body_takes_it_back(door: TestClient, site: Site, house: House) -> None:
    """No more steps than giving. The receipt verifies offline and hands over the person's secret."""
    enrol(door, site, "anna")
    assert verify(door, site, "anna").json()["decision"] == "match"
    answer = door.delete(f"{CONSENTS}/gate")
    assert answer.status_code == 200
    receipt = Receipt.from_json(answer.text)
    proved = receipts.verify_against(receipt, house.home.signer.vkey, house.home)
    assert (proved.purpose, proved.references) == ("gate", 1)
    refused = verify(door, site, "anna")
    assert refused.json()["code"] == "consent_withdrawn"
    assert house.home.intents.open() == []


def test_taking_back_needs_neither_passphrase_nor_eyes(site: Site) -> None:
    """A locked home with blind eyes: the person leaves all the same."""
    with site.open() as house:
        site.enrol(house, "anna")
        key = api_key(house)
    with site.open(locked=True) as house:
        blind: Any = None
        with at_the_door(house, site.settings, blind, key=key) as client:
            assert client.delete(f"{CONSENTS}/gate").status_code == 200
        assert house.home.vault.every() == []


def test_taking_back_twice_says_that_it_has_ended(door: TestClient) -> None:
    consent(door, "anna")
    assert door.delete(f"{CONSENTS}/gate").status_code == 200
    again = door.delete(f"{CONSENTS}/gate")
    assert (again.status_code, again.json()["code"]) == (403, "consent_withdrawn")


def test_nothing_given_is_nothing_to_take_back(door: TestClient, house: House) -> None:
    before = entries(house)
    answer = door.delete(f"{CONSENTS}/gate")
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_missing")
    assert entries(house) == before


def away(*_: object, **__: object) -> Any:
    raise sqlite3.OperationalError("disk I/O error")


def test_with_the_key_store_away_the_withdrawal_holds_and_its_receipt_follows(
    door: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Intake stays open: 202 with the entry; nobody is compared; the rest is done when it is back."""
    enrol(door, site, "anna")
    with monkeypatch.context() as broken:
        for name in ("rows", "one", "transaction"):
            broken.setattr(house.home.vault.store, name, away)
        answer = door.delete(f"{CONSENTS}/gate")
        assert answer.status_code == 202, answer.text
        where = answer.headers["location"]
        assert where == answer.json()["receipt"] == f"/v1/receipts/{answer.json()['event']}"
        assert door.get(where).status_code == 404
    assert verify(door, site, "anna").json()["code"] == "consent_withdrawn"
    assert len(house.home.vault.of_purpose("gate")) == 1
    finish(house)
    assert house.home.vault.of_purpose("gate") == []
    kept = door.get(where)
    assert kept.status_code == 200
    proved = receipts.verify_against(
        Receipt.from_json(kept.text), house.home.signer.vkey, house.home
    )
    assert proved.purpose == "gate"


def finish(house: House) -> None:
    """What looks after acts that stayed open, at its time."""
    for intent in house.home.intents.open():
        house._completions()[intent.kind].finish(intent)


def test_with_the_references_away_asking_again_fetches_the_receipt(
    door: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is gone at once, which is the erasure; the rest follows with the second call."""
    enrol(door, site, "anna")
    with monkeypatch.context() as broken:
        broken.setattr(house.home.references, "erase", away)
        assert door.delete(f"{CONSENTS}/gate").status_code == 202
        assert house.home.vault.of_purpose("gate") == []
    again = door.delete(f"{CONSENTS}/gate")
    assert again.status_code == 200
    assert Receipt.from_json(again.text).body["secret"] is None
    assert not list(house.home.references.every())


def test_a_receipt_is_fetched_by_whoever_may_take_back(site: Site, house: House) -> None:
    """Another program's key opens nothing, and a number nobody gave out is not found."""
    with at_the_door(house, site.settings, site.people) as client:
        consent(client, "anna")
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(type(house.home.eraser), "depart", away)
            told = client.delete(f"{CONSENTS}/gate").json()
        finish(house)
        assert client.get("/v1/receipts/" + "0" * 32).status_code == 404
        assert client.get("/v1/receipts/..%2f..%2fhome").status_code in (404, 422)
        assert client.get(told["receipt"]).status_code == 200
    other = api_key(house, "gate:verification")
    with at_the_door(house, site.settings, site.people, key=other) as client:
        assert client.get(told["receipt"]).status_code == 404


def test_a_full_disk_before_it_holds_is_told_as_what_it_is(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with its cause; nothing was accepted, so nothing is claimed."""
    consent(door, "anna")

    def full(*_: object) -> Any:
        raise Broken("records: the disk is full", "Free some space; nothing acknowledged was lost")

    with monkeypatch.context() as broken:
        broken.setattr(type(house.home.intents), "begin", full)
        answer = door.delete(f"{CONSENTS}/gate")
    assert (answer.status_code, answer.json()["code"]) == (503, "broken")
    assert door.get(f"{CONSENTS}/gate").json()["in_force"]
    assert door.delete(f"{CONSENTS}/gate").status_code == 200
