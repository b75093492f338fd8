"""Asking over HTTP: once, without pressing; no and later are heard; a word stops the comparison."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.toolkit import DAY, Site, Turnable
from tests.rooms.web.steps import consent, enrol, notice, verify

ASK = "/v1/subjects/anna/requests"


def test_asking_names_the_notice_to_show(door: TestClient) -> None:
    answer = door.post(ASK, json={"purpose": "gate"})
    assert answer.status_code == 201
    assert answer.json()["state"] == "ConsentRequested"
    assert answer.json()["notice"] == notice(door)


def test_asking_again_is_pressing(door: TestClient, clock: Turnable) -> None:
    """NDSR art. 22: not while it is open, and not for a month after a no."""
    door.post(ASK, json={"purpose": "gate"})
    assert door.post(ASK, json={"purpose": "gate"}).json()["code"] == "asked_too_soon"
    said = door.post(f"{ASK}/gate/answers", json={"answer": "refused"})
    assert said.json()["state"] == "ConsentRefused"
    clock.advance(29 * DAY)
    assert door.post(ASK, json={"purpose": "gate"}).json()["code"] == "asked_too_soon"
    clock.advance(2 * DAY)
    assert door.post(ASK, json={"purpose": "gate"}).status_code == 201


def test_later_is_reminded_once(door: TestClient) -> None:
    door.post(ASK, json={"purpose": "gate"})
    said = door.post(f"{ASK}/gate/answers", json={"answer": "later"})
    assert said.json()["state"] == "ConsentRequestDeferred"
    assert door.post(ASK, json={"purpose": "gate"}).status_code == 201
    door.post(f"{ASK}/gate/answers", json={"answer": "later"})
    assert door.post(ASK, json={"purpose": "gate"}).json()["code"] == "asked_too_soon"


def test_no_needs_no_question_and_later_does(door: TestClient) -> None:
    later = door.post(f"{ASK}/gate/answers", json={"answer": "later"})
    assert (later.status_code, later.json()["code"]) == (403, "consent_missing")
    assert door.post(f"{ASK}/gate/answers", json={"answer": "refused"}).status_code == 201
    assert door.get(f"{ASK}/gate").json()["state"] == "ConsentRefused"


def test_where_nobody_asked_the_state_is_unknown(door: TestClient) -> None:
    answer = door.get("/v1/subjects/nobody/requests/gate")
    assert (answer.status_code, answer.json()["state"]) == (200, "ConsentUnknown")


def test_a_yes_answers_the_question(door: TestClient) -> None:
    door.post(ASK, json={"purpose": "gate"})
    consent(door, "anna")
    assert door.get(f"{ASK}/gate").json()["state"] == "ConsentUnknown"
    assert door.get("/v1/subjects/anna/consents/gate").json()["consents"][0]["asked"]


@pytest.mark.parametrize(
    "body", [{}, {"answer": "yes"}, {"answer": "no", "purpose": "gate"}, [], "no"]
)
def test_another_answer_is_none(door: TestClient, body: object) -> None:
    assert door.post(f"{ASK}/gate/answers", json=body).status_code == 422


@pytest.mark.parametrize("kind", ["restriction", "objection"])
def test_a_restraint_holds_from_that_moment(
    door: TestClient, site: Site, house: House, kind: str
) -> None:
    """PIPL art. 44: nothing is compared; consent and reference stay; the person has a code."""
    enrol(door, site, "anna")
    body = {"purpose": "gate", "kind": kind, "identified": "passport at the desk"}
    opened = door.post("/v1/subjects/anna/restraints", json=body)
    assert opened.status_code == 201
    assert house.cases.by_code(opened.json()["code"]).number == opened.json()["case"]
    refused = verify(door, site, "anna").json()
    assert (refused["status"], refused["code"]) == (403, "restrained")
    assert door.get("/v1/subjects/anna/consents/gate").json()["in_force"]
    assert door.get("/v1/subjects/anna/references/gate").json()["enrolled"]


def test_a_restraint_for_whom_nobody_knows_is_taken_in_alike(door: TestClient) -> None:
    body = {"purpose": "gate", "kind": "objection", "identified": "passport at the desk"}
    known, unknown = (
        door.post(f"/v1/subjects/{one}/restraints", json=body) for one in ("anna", "nobody")
    )
    assert known.status_code == unknown.status_code == 201
    assert set(known.json()) == set(unknown.json())
