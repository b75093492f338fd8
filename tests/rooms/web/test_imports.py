"""Importing whom to ask: every line answered, nobody consented for, nobody named back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.terms.wire.imports import MAX_IMPORT_BYTES
from tests.attacks.http import TestClient, api_key, at_the_door
from tests.attacks.toolkit import Site, publish, purpose_text
from tests.rooms.web.steps import consent

CSV = {"content-type": "text/csv"}


def sent(door: TestClient, content: str | bytes, kind: str = "text/csv", **query: str) -> Any:
    return door.post(
        "/v1/imports",
        content=content,
        headers={"content-type": kind},
        params={"purpose": "gate", **query},
    )


def state(door: TestClient, subject: str) -> str:
    return str(door.get(f"/v1/subjects/{subject}/requests/gate").json()["state"])


def test_everybody_on_the_list_is_to_be_asked(door: TestClient, house: House) -> None:
    """A request each; no consent, no key, no person in the directory."""
    answer = sent(door, "subject\nanna\nben\n")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["done"], told["requested"], told["unchanged"], told["refused"]) == (True, 2, 0, 0)
    assert [line["line"] for line in told["lines"]] == [2, 3]
    assert (state(door, "anna"), state(door, "ben")) == ("ConsentRequested",) * 2
    assert house.home.directory.everybody() == set()
    assert house.home.vault.every() == []


def test_what_was_imported_twice_is_asked_once(door: TestClient) -> None:
    """In one list and in two."""
    assert sent(door, "subject\nanna\nanna\n").json()["unchanged"] == 1
    again = sent(door, "subject\nanna\nben\n").json()
    assert (again["requested"], again["unchanged"]) == (1, 1)


def test_who_said_yes_who_said_no_and_who_was_asked_are_one(door: TestClient) -> None:
    """A list of who refused is nobody's business."""
    consent(door, "anna")
    door.post("/v1/subjects/ben/requests/gate/answers", json={"answer": "refused"})
    door.post("/v1/subjects/carl/requests", json={"purpose": "gate"})
    lines = sent(door, "subject\nanna\nben\ncarl\n").json()["lines"]
    assert {(line["outcome"], line["why"]) for line in lines} == {("unchanged", None)}
    assert state(door, "ben") == "ConsentRefused"


def test_a_child_is_asked_through_a_guardian_and_the_birth_date_is_forgotten(
    door: TestClient, house: House, site: Site
) -> None:
    sent(door, "subject,birth_date\nkid,2019-02-03\nadult,1980-02-03\n")
    asked = {bool(row.guardian) for row in house.home.requests.every()}
    assert asked == {True, False}
    assert not any(b"2019-02-03" in file.read_bytes() for file in site.home.glob("records.db*"))


def test_a_purpose_for_adults_refuses_children_by_the_line(site: Site, house: House) -> None:
    nobody = '{admitted = "nobody", rule = {zh = "门", en = "Gate"}}'
    publish(house, purpose_text("bar", minors=nobody))
    with at_the_door(house, site.settings, site.people, "bar:bulk") as client:
        told = sent(client, "subject,birth_date\nkid,2019-02-03\nadult,\n", purpose="bar").json()
    assert [line["outcome"] for line in told["lines"]] == ["refused", "requested"]


def test_a_line_that_cannot_be_read_stops_no_other(door: TestClient) -> None:
    told = sent(door, "subject,birth_date\nanna,\n,\nben,yesterday\n=1+1,\n").json()
    outcomes = [(line["line"], line["outcome"]) for line in told["lines"]]
    assert outcomes == [(2, "requested"), (4, "refused"), (5, "requested")]
    assert told["lines"][1]["why"] == "a birth date is written YYYY-MM-DD"


def test_all_or_nobody(door: TestClient, house: House) -> None:
    answer = sent(door, "subject,birth_date\nanna,\nben,yesterday\n", mode="all").json()
    assert (answer["done"], answer["requested"], answer["refused"]) == (False, 0, 1)
    assert house.home.requests.every() == []
    answer = sent(door, "subject,birth_date\nanna,\nben,\n", mode="all").json()
    assert (answer["done"], answer["requested"]) == (True, 2)


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "application/jsonl"])
def test_json_does_as_well(door: TestClient, kind: str) -> None:
    people = [{"subject": "anna"}, {"subject": "ben", "guardian": True}]
    text = json.dumps(people) if kind == "application/json" else "\n".join(map(json.dumps, people))
    assert sent(door, text, kind).json()["requested"] == 2


def test_nobody_is_named_back(door: TestClient) -> None:
    """Not a cell of the list returns: no formula meets a spreadsheet again."""
    answer = sent(door, 'subject,birth_date\n"=HYPERLINK(1)",x\nanna,\n')
    assert "HYPERLINK" not in answer.text
    assert "anna" not in answer.text


def test_reasons_are_in_the_callers_language(door: TestClient) -> None:
    headers = {**CSV, "Accept-Language": "zh-CN"}
    answer = door.post(
        "/v1/imports?purpose=gate", content="subject,birth_date\na,b\n", headers=headers
    )
    assert answer.json()["lines"][0]["why"] == "出生日期写作 YYYY-MM-DD"


def test_the_ledger_says_how_many_and_not_who(door: TestClient, house: House) -> None:
    sent(door, "subject\nanna\nben\n")
    told = list(house.home.journal.story(house.home.purpose_chain("gate")))[-1]
    assert told.entry.kind == "collection:roster:taken"
    assert told.entry.public == {"requested": 2, "unchanged": 0, "refused": 0}


def test_a_full_list_is_taken_in(door: TestClient, house: House) -> None:
    """Ten thousand lines; one more is too many."""
    text = "subject\n" + "".join(f"resident-{n}\n" for n in range(10_000))
    too_many = sent(door, text + "one-more\n")
    assert (too_many.status_code, too_many.json()["code"]) == (413, "too_large")
    assert house.home.requests.every() == []


@pytest.mark.long
def test_ten_thousand_people_are_to_be_asked(door: TestClient, house: House) -> None:
    text = "subject\n" + "".join(f"resident-{n}\n" for n in range(10_000))
    assert sent(door, text).json()["requested"] == 10_000
    assert sent(door, text).json()["unchanged"] == 10_000
    assert len(house.home.requests.every()) == 10_000


def test_a_file_that_is_too_large_is_refused(door: TestClient) -> None:
    assert sent(door, b"x" * (MAX_IMPORT_BYTES + 1)).status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "text/csv2"]
)
def test_another_kind_of_body_is_not_read(door: TestClient, kind: str) -> None:
    assert sent(door, "subject\nanna\n", kind).status_code == 415


def test_a_packed_body_is_not_unpacked(door: TestClient) -> None:
    headers = {**CSV, "content-encoding": "gzip"}
    assert door.post("/v1/imports?purpose=gate", content=b"x", headers=headers).status_code == 415


@pytest.mark.parametrize(
    "content", ["", "name\nAnna\n", '"', "subject\n\xff", "subject,subject\na,b"]
)
def test_what_is_no_list_says_what_to_mend(door: TestClient, content: str) -> None:
    answer = sent(door, content.encode("latin-1"))
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")
    assert answer.json()["detail"]


@pytest.mark.parametrize("query", [{"purpose": ""}, {"mode": "some"}])
def test_a_list_is_for_one_purpose_in_one_mode(door: TestClient, query: dict[str, str]) -> None:
    assert sent(door, "subject\nanna\n", **query).status_code == 422


def test_only_whoever_may_imports(site: Site, house: House) -> None:
    key = api_key(house, "gate:consent")
    with at_the_door(house, site.settings, site.people, key=key) as client:
        assert sent(client, "subject\nanna\n").json()["code"] == "not_permitted"
    assert house.home.requests.every() == []
