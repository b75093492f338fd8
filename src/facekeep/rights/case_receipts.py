"""Case receipts: proof in the person's hands that we took their request, or how it ended.

Signed like an erasure receipt and checkable without us: the case's newest ledger entry, proved by a
checkpoint. It says what was asked and until when an answer is due; never what anybody wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.home import Home
from facekeep.storage.signed import MAX_PAPER_BYTES, Paper, read_paper, signature_of
from facekeep.terms.errors import Tampered

SCHEMA = "facekeep-case-receipt-1"
MAX_BYTES = MAX_PAPER_BYTES
WORDS = {
    "zh": "本凭证证明：我们已受理您的请求，并记入账本。凭受理码可随时查询。逾期未答复或不服答复的，可向监管部门投诉，也可向法院起诉。",
    "en": "This receipt proves that we took your request and wrote it into the ledger. Your code shows how far"
    " it is. If no answer comes in time, or you disagree with it, complain to the authority or go to court.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseReceipt(Paper):
    """A signed receipt of a case."""

    @classmethod
    def from_json(cls, text: str) -> CaseReceipt:
        """Read a file. Raises ``Tampered`` for anything that is not a case receipt."""
        return cls(*read_paper(text, SCHEMA, "this is not a case receipt"))


def issue(home: Home, row: CaseRow, code: str = "") -> CaseReceipt:
    """Seal a checkpoint over the case's newest entry and sign. ``code`` goes into the first one."""
    note = home.seal_checkpoint()
    size = parse_checkpoint(parse_note(note).text).size
    last = home.journal.last(home.cases.chain(row.id))
    if last is None:
        raise Tampered("a case is another than the ledger's")
    with home.records.reading() as connection:
        proof = log.prove(connection, last.entry.id, size)
    body = {
        "schema": SCHEMA, "home": home.id.hex(), "key": home.signer.vkey, "number": row.number,
        "code": code, "kind": row.kind, "purpose": row.purpose, "state": row.state,
        "opened": row.opened, "due": row.due.isoformat(), "provisional": row.provisional,
        "proof": proof.to_json(), "checkpoint": note, "words": WORDS,
    }  # fmt: skip
    return CaseReceipt(body, signature_of(home, body))


def verify(receipt: CaseReceipt, vkey: str) -> dict[str, Any]:
    """What a receipt proves, offline. Raises ``Tampered`` naming what does not hold."""
    receipt.check(vkey)
    body = receipt.body
    try:
        entry = verify_proof(Proof.from_json(body["proof"]), body["checkpoint"], vkey)
        if (entry.public["kind"], entry.public["state"]) != (body["kind"], body["state"]):
            raise Tampered("the receipt says other than its entry")
        keys = ("number", "kind", "purpose", "state", "opened", "due", "provisional")
        return {**{key: body[key] for key in keys}, "recorded": entry.at}
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Tampered("the receipt cannot be read") from None
