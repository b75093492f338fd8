"""The ledger over HTTP, verified by somebody who has nothing but the answers and the public key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.ledger.verify import Proof, verify_export, verify_growth, verify_proof
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Tampered
from tests.attacks.http import TestClient, at_the_door, question
from tests.attacks.toolkit import Site

ENTRIES = "/v1/ledger/entries"


@pytest.fixture
def event(door: TestClient, site: Site, house: House) -> str:
    """A decision under a checkpoint."""
    site.enrol(house, "anna")
    asked = question(house, "anna", site.good_photo("anna"))
    decided = str(door.post("/v1/verifications", json=asked).json()["event"])
    house.seal_checkpoint()
    return decided


def vkey(door: TestClient) -> str:
    """The key in use, as anybody gets it."""
    return str(door.get("/v1/keys", headers={"Authorization": ""}).json()["keys"][0]["vkey"])


def every(door: TestClient, limit: int) -> list[dict[str, Any]]:
    """The whole ledger, page by page."""
    items, cursor = [], ""
    while cursor is not None:
        told = door.get(f"{ENTRIES}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json()
        assert len(told["items"]) <= limit
        items += told["items"]
        cursor = told["next"]
    return items


def test_the_checkpoint_needs_no_key(door: TestClient, event: str, house: House) -> None:
    """Whoever wants to hold us to it takes it without asking."""
    told = door.get("/v1/ledger/checkpoint", headers={"Authorization": ""})
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("text/plain")
    assert verify_growth(told.text, told.text, [], vkey(door)).size > 0


def test_before_the_first_checkpoint_there_is_none(door: TestClient) -> None:
    """Nothing is signed by reading: the answer says when to come back."""
    told = door.get("/v1/ledger/checkpoint")
    assert (told.status_code, told.json()["code"]) == (409, "not_sealed_yet")
    assert told.headers["retry-after"] == "10"
    assert door.get(ENTRIES).json() == {"items": [], "next": None}


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_the_pages_are_the_export(door: TestClient, event: str, limit: int) -> None:
    """Written canonically, the items are the lines of an export that verifies offline."""
    note = door.get("/v1/ledger/checkpoint").text
    lines = [canonical(item).decode() for item in every(door, limit)]
    head = verify_export(lines, [note], vkey(door))
    assert head.size == len(lines)
    with pytest.raises(Tampered):
        verify_export(lines[:-1], [note], vkey(door))


def test_entries_behind_the_checkpoint_wait(
    door: TestClient, event: str, site: Site, house: House
) -> None:
    """What no checkpoint vouches for is not shown as if one did."""
    asked = question(house, "anna", site.good_photo("anna", 300))
    later = door.post("/v1/verifications", json=asked).json()["event"]
    for path in (f"{ENTRIES}/{later}", f"{ENTRIES}/{later}/proof"):
        told = door.get(path)
        assert (told.status_code, told.json()["code"]) == (409, "not_sealed_yet")
    house.seal_checkpoint()
    assert door.get(f"{ENTRIES}/{later}").json()["leaf"]["id"] == later


def test_an_entry_is_proved(door: TestClient, event: str) -> None:
    """The event of an answer lies under the checkpoint that comes with the proof."""
    told = door.get(f"{ENTRIES}/{event}/proof").json()
    proof = Proof.from_json(canonical(told["proof"]).decode())
    entry = verify_proof(proof, told["checkpoint"], vkey(door))
    assert (entry.id.hex(), entry.kind) == (event, "use:verification:answered")
    shown = door.get(f"{ENTRIES}/{event}").json()
    assert shown["leaf"] == json.loads(told["proof"]["leaf"])


def test_growth_is_proved(door: TestClient, event: str, site: Site, house: House) -> None:
    """A checkpoint kept earlier is continued by the newest."""
    kept = door.get("/v1/ledger/checkpoint").text
    older = int(kept.split("\n")[1])
    site.ask(house, "anna", site.good_photo("anna", 400))
    house.seal_checkpoint()
    told = door.get(f"/v1/ledger/consistency?from={older}").json()
    path = [bytes.fromhex(one) for one in told["path"]]
    assert verify_growth(kept, told["checkpoint"], path, vkey(door)).size == told["newer"] > older
    path[0] = bytes(32)
    with pytest.raises(Tampered):
        verify_growth(kept, told["checkpoint"], path, vkey(door))


@pytest.mark.parametrize(
    "query", ["from=5&to=3", "from=-1", "from=999999", "from=a", "", "from=1&to=99999999999"]
)
def test_impossible_sizes_are_named(door: TestClient, event: str, query: str) -> None:
    told = door.get(f"/v1/ledger/consistency?{query}")
    assert (told.status_code, told.json()["code"]) == (422, "not_valid")
    assert told.json()["faults"][0]["at"].startswith("/query/")


@pytest.mark.parametrize(
    "cursor", ["!", "AAAA", "LTE", "MDE", "x" * 399, "OTk5OTk5OTk5OTk5OTk5OTk5OTk"]
)
def test_only_our_own_cursors_are_read(door: TestClient, event: str, cursor: str) -> None:
    told = door.get(ENTRIES, params={"cursor": cursor})
    assert (told.status_code, told.json()["faults"][0]["at"]) == (422, "/query/cursor")


@pytest.mark.parametrize(("entry", "status"), [("0" * 32, 404), ("A" * 32, 422), ("..%2f..", 422)])
def test_an_unknown_entry_is_not_there(
    door: TestClient, event: str, entry: str, status: int
) -> None:
    assert door.get(f"{ENTRIES}/{entry}").status_code == status


def test_the_keys_come_as_text_too(door: TestClient, house: House) -> None:
    """One verifier key a line, as verifiers take it."""
    told = door.get("/v1/keys", headers={"Accept": "text/plain"})
    assert told.text == f"{house.home.signer.vkey}\n"


def test_entries_are_read_by_role(site: Site, house: House) -> None:
    """A key for verifications reads no ledger; one for the ledger alone does."""
    with at_the_door(house, site.settings, site.people, "gate:verification") as other:
        assert other.get(ENTRIES).status_code == 403
    with at_the_door(house, site.settings, site.people, key="") as nobody:
        assert nobody.get(ENTRIES).status_code == 401
        assert nobody.get(f"{ENTRIES}/{'0' * 32}/proof").status_code == 401


def test_no_subject_is_in_the_ledger(door: TestClient, event: str) -> None:
    """Nothing in it is personal."""
    assert "anna" not in json.dumps(every(door, 1000))
