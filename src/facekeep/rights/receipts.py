"""Erasure receipts: what happened in our stores as of a checkpoint, checkable without us.

A receipt proves the erasure in *our* stores, not that no copy exists elsewhere; it names the day
the last sealed archive dies. It hands the person the evidence secret, so that only they (and, for
a case, the officer) can tell their entries from others'.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.entries import Entry, open_sealed
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.storage.home import Home
from facekeep.storage.signed import (
    MAX_PAPER_BYTES,
    Paper,
    holds,
    read_paper,
    signature_of,
)
from facekeep.terms.errors import Tampered

SCHEMA = "facekeep-erasure-receipt-1"
KINDS = ("rights:withdrawal:accepted", "rights:withdrawal:completed")
MAX_RECEIPT_BYTES = MAX_PAPER_BYTES

WORDS = {
    "zh": "本凭证证明：截至所附检查点，您的人脸数据已在我们的存储中删除。它不能证明别处没有副本。",
    "en": "This receipt proves that, as of its checkpoint, your face data was erased from our stores."
    " It cannot prove that no copy exists elsewhere.",
}


@dataclass(frozen=True, slots=True)
class Receipt(Paper):
    """A signed receipt of an erasure."""

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Read a file. Raises ``Tampered`` for anything that is not a receipt."""
        return cls(*read_paper(text, SCHEMA, "this is not an erasure receipt"))

    @property
    def event(self) -> str:
        """The completion entry's identifier, hex."""
        return str(json.loads(json.loads(self.body["proofs"][1])["leaf"])["id"])


@dataclass(frozen=True, slots=True)
class Proved:
    """What a receipt proves, for the reader."""

    purpose: str
    erased_at: int
    checkpoint_size: int
    horizon: int | None
    references: int | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What a receipt is to vouch for: two entries, and the consents that were ended."""

    purpose: str
    accepted: bytes
    completed: bytes
    consents: tuple[bytes, ...]
    horizon: int | None


def issue(home: Home, erased: Erased, secret: bytes | None) -> Receipt:
    """Seal a checkpoint over both entries and sign the receipt."""
    note = home.seal_checkpoint()
    size = parse_checkpoint(parse_note(note).text).size
    events = (erased.accepted, erased.completed)
    with home.records.reading() as connection:
        proofs = [log.prove(connection, event, size) for event in events]
    body = {
        "schema": SCHEMA,
        "home": home.id.hex(),
        "key": home.signer.vkey,
        "purpose": erased.purpose,
        "consents": [consent.hex() for consent in erased.consents],
        "proofs": [proof.to_json() for proof in proofs],
        "checkpoint": note,
        "horizon": erased.horizon,
        "secret": secret.hex() if secret else None,
        "words": WORDS,
    }
    return Receipt(body, signature_of(home, body))


def verify(receipt: Receipt, vkey: str) -> Proved:
    """Check signature, checkpoint, both inclusion proofs, tags and sealed details, offline.

    Raises ``Tampered`` naming what does not hold.
    """
    receipt.check(vkey)
    body = receipt.body
    try:
        accepted, completed = (
            verify_proof(Proof.from_json(text), body["checkpoint"], vkey) for text in body["proofs"]
        )
        _refuse_other_events(accepted, completed, body["purpose"])
        if completed.public.get("horizon") != body["horizon"] or body["key"] != vkey.strip():
            raise Tampered("the receipt says other than its entries")
        references = _opened(body, accepted, completed)
        size = Proof.from_json(body["proofs"][0]).size
        return Proved(body["purpose"], completed.at, size, body["horizon"], references)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Tampered("the receipt cannot be read") from None


def verify_against(receipt: Receipt, vkey: str, home: Home) -> Proved:
    """The same, and that the home's log continues the receipt's, and nothing came back."""
    proved = verify(receipt, vkey)
    proofs = [Proof.from_json(text) for text in receipt.body["proofs"]]
    with home.records.reading() as connection:
        if not all(holds(connection, proof) for proof in proofs):
            raise Tampered("the home's ledger does not hold the receipt's entries")
    if home.vault.of_consents(bytes.fromhex(consent) for consent in receipt.body["consents"]):
        raise Tampered("a key of this consent is alive in the home")
    return proved


def _refuse_other_events(accepted: Entry, completed: Entry, purpose: str) -> None:
    if (accepted.kind, completed.kind) != KINDS or {accepted.purpose, completed.purpose} != {
        purpose
    }:
        raise Tampered("the receipt's entries are not a withdrawal")
    if completed.public["accepted"] != accepted.id.hex():
        raise Tampered("the receipt's entries are of two withdrawals")
    if accepted.at > completed.at:
        raise Tampered("the receipt's entries are out of order")


def _opened(body: dict[str, Any], accepted: Entry, completed: Entry) -> int | None:
    """How many references were erased, where the receipt carries the secret."""
    if body["secret"] is None:
        return None
    s = bytes.fromhex(body["secret"])
    if open_sealed(s, accepted)["consents"] != body["consents"]:
        raise Tampered("the receipt names other consents than its entries")
    return int(open_sealed(s, completed)["references"])
