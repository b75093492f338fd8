"""The exported record is JSON-LD an independent reader understands with no network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyld import jsonld

from facekeep.assembly import House
from facekeep.governance.consent import Scope
from facekeep.governance.consent_record import CONTEXT, RECORD_KEYS
from tests.attacks.conftest import clock, house, people, site
from tests.attacks.toolkit import agree, guardian, publish, purpose_text

__all__ = ["clock", "house", "people", "site"]

DPV = "https://w3id.org/dpv#"


def no_loader(url: str, options: Any) -> Any:
    """Whoever asks for a document from elsewhere fails the test."""
    raise AssertionError(url)


def expanded(document: dict[str, Any]) -> list[Any]:
    """What an independent processor makes of it."""
    read: list[Any] = jsonld.expand(json.loads(json.dumps(document)), {"documentLoader": no_loader})
    return read


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of an expanded document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def written(value: Any) -> int:
    """How many properties a document states, its context left out."""
    if isinstance(value, list):
        return sum(map(written, value))
    if not isinstance(value, dict):
        return 0
    own = {k: v for k, v in value.items() if k != "@context"}
    languages = set(own) == {"zh", "en"}
    return (0 if languages else len(own)) + sum(map(written, own.values()))


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    """A life: given, withdrawn, given anew by a guardian, storage apart."""
    from datetime import date

    publish(house, purpose_text("office", storage='"premises"'))
    agree(house, "alice")
    agree(house, "alice", "office")
    agree(house, "alice", "office", Scope.STORAGE)
    house.withdrawals.withdraw("alice", "gate")
    agree(house, "alice", birth=date(2015, 5, 1), guardian=guardian())
    return house.consents.export("alice")


def test_every_term_is_an_absolute_address(document: dict[str, Any]) -> None:
    """Keys, types and references; nothing is dropped on the way."""
    read = expanded(document)
    for node in nodes(read):
        for key in node:
            assert key.startswith(("@", "urn:")) or "://" in key, key
        types = node.get("@type", [])
        named = [types] if isinstance(types, str) else types
        for iri in [*named, *([node["@id"]] if "@id" in node else [])]:
            assert str(iri).startswith(("http", "urn:")), iri
    counted = sum(len([k for k in n if k not in ("@value", "@language", "@list")])
                  for n in nodes(read) if "@value" not in n)  # fmt: skip
    assert counted >= written(document)


def test_states_are_addresses_of_dpv(document: dict[str, Any]) -> None:
    """As DPV spells them."""
    read = expanded(document)
    states = {ref["@id"] for node in nodes(read) for ref in node.get(f"{DPV}hasConsentStatus", [])}
    assert states == {f"{DPV}ConsentGiven"}
    events = [e for node in nodes(read) for e in node.get(f"{DPV}isIndicatedBy", [])]
    assert {e["@id"] for e in events} == {f"{DPV}DataSubject", f"{DPV}GuardianOfDataSubject"}


def test_withdrawn_record_tells_both_events(house: House) -> None:
    """Given, then withdrawn, each with its time."""
    agree(house, "bob")
    person = house.home.directory.person("bob", "gate")
    house.withdrawals.withdraw("bob", "gate")
    assert house.home.directory.person("bob", "gate").id == person.id
    (record,) = house.consents.export("bob", "gate")["records"]
    assert [event["state"] for event in record["events"]] == [
        "dpv:ConsentGiven", "dpv:ConsentWithdrawn",
    ]  # fmt: skip
    assert record["state"] == "dpv:ConsentWithdrawn"


def test_record_has_its_four_sections(document: dict[str, Any]) -> None:
    """Header, processing, parties, events; the guardian by role, never by name."""
    assert len(document["records"]) == 3
    for record in document["records"]:
        assert all(record[key] for key in RECORD_KEYS)
        assert record["header"]["record_id"] in record["@id"]
    assert "mother" not in json.dumps(document)
    assert "register" not in json.dumps(document)


def test_no_term_of_the_context_is_idle(document: dict[str, Any]) -> None:
    """What is defined is used, apart from a reason, which not every life has."""
    text = json.dumps({k: v for k, v in document.items() if k != "@context"})
    prefixes = {"dpv", "pd", "dct", "xsd", "fk", "@version", "reason"}
    assert [term for term in CONTEXT if term not in prefixes and f'"{term}"' not in text] == []


def test_nobody_has_no_records(house: House) -> None:
    """An empty set, as for somebody unknown."""
    assert house.consents.export("nobody at all")["records"] == []
