"""One key signs many kinds of paper: none passes for another, whatever its name is changed to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.governance import signs
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note, verify_text
from facekeep.oversight.deregister import KINDS
from facekeep.rights import case_receipts, consent_receipts, receipts
from facekeep.rights.cases import Kind
from facekeep.storage import certificates
from facekeep.terms.errors import FacekeepError, Misused, Tampered
from tests.attacks.staff import enter, opened
from tests.attacks.toolkit import Site, agree

Check = Callable[[str, str], Any]
CHECKS: dict[str, Check] = {
    "erasure": lambda text, key: receipts.verify(receipts.Receipt.from_json(text), key),
    "consent": lambda text, key: consent_receipts.verify(
        consent_receipts.ConsentReceipt.from_json(text), key
    ),
    "case": lambda text, key: case_receipts.verify(case_receipts.CaseReceipt.from_json(text), key),
    "certificate": lambda text, key: certificates.verify(
        certificates.Certificate.from_json(text), key, KINDS
    ),
    "sign": lambda text, key: signs.check(text, signer_of(key)),
    "checkpoint": lambda text, key: parse_checkpoint(verify_text(text, key)),
}


def signer_of(key: str) -> bytes:
    from facekeep.ledger.checkpoint import parse_vkey

    return parse_vkey(key).public


@pytest.fixture
def papers(site: Site, house: House) -> dict[str, str]:
    """One of each kind, by the same key."""
    enter(house, "Ann")
    site.enrol(house, "alice")
    consent = house.consent_receipt(house.consents.show("alice", "gate")[0]).to_json()
    row = opened(house, Kind.COPY).row
    case = case_receipts.issue(house.home, row).to_json()
    erasure = house.withdrawals.withdraw("alice", "gate").to_json()
    agree(house, "bob")
    facts = signs.SignFacts(*["x"] * 10, "2026-06-15")
    certificate, _ = house.end_use("gate", "Ann")
    return {
        "erasure": erasure, "consent": consent, "case": case,
        "certificate": certificate.to_json(), "sign": signs.payload(facts, house.home.signer),
        "checkpoint": house.seal_checkpoint(),
    }  # fmt: skip


def test_each_passes_for_what_it_is_alone(house: House, papers: dict[str, str]) -> None:
    """Every paper before every check."""
    key = house.home.signer.vkey
    for kind, check in CHECKS.items():
        assert check(papers[kind], key) is not None
        for other in papers.keys() - {kind}:
            with pytest.raises((Tampered, Misused)):
                check(papers[other], key)


def test_a_changed_name_does_not_help(house: House, papers: dict[str, str]) -> None:
    """The schema is under the signature; so is every word beside it."""
    key, written = house.home.signer.vkey, ("erasure", "consent", "case", "certificate")
    schemas = {kind: json.loads(papers[kind])["body"]["schema"] for kind in written}
    assert len(set(schemas.values())) == len(written)
    for kind in written:
        for other in set(written) - {kind}:
            told = json.loads(papers[other])
            told["body"]["schema"] = schemas[kind]
            with pytest.raises(FacekeepError):
                CHECKS[kind](json.dumps(told), key)


def test_no_paper_is_a_note_about_the_ledger(house: House, papers: dict[str, str]) -> None:
    """A signature line moved under a paper's own text verifies as text, and is no checkpoint."""
    key = house.home.signer.vkey
    for kind in ("erasure", "consent", "case", "certificate"):
        told = json.loads(papers[kind])
        body = json.dumps(told["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        note = f"{body}\n\n{told['signature']}\n"
        with pytest.raises((Tampered, Misused)):
            parse_checkpoint(verify_text(note, key))
        with pytest.raises((Tampered, Misused)):
            parse_checkpoint(parse_note(note).text)
