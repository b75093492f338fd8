"""1:1 over HTTP."""

from __future__ import annotations

from facekeep.assembly import House
from tests.attacks.http import TestClient, question
from tests.attacks.toolkit import Site


def test_the_person_matches(door: TestClient, site: Site, house: House) -> None:
    """Enrolled, at the gate, with a good photograph: a match, and an entry in the ledger."""
    site.enrol(house, "anna")
    answer = door.post("/v1/verifications", json=question(house, "anna", site.good_photo("anna")))
    assert answer.status_code == 200, answer.text
    assert answer.json()["decision"] == "match"
    assert len(answer.json()["event"]) == 32
