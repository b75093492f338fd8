"""Certificates: a signed statement over entries of the ledger, checked without the home.

A certificate says what its two entries say, carries their inclusion proofs under a signed checkpoint,
and names the day the last sealed copy dies. It proves what happened in our stores, not that no copy
exists elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.storage.home import Home
from facekeep.storage.signed import Paper, read_paper, signature_of
from facekeep.terms.errors import Tampered

SCHEMA = "facekeep-end-of-use-certificate-1"
MAX_BYTES = 256 * 1024

WORDS = {
    "zh": "本证明：截至所附检查点，所列目的已停用，其人脸数据已在我们的存储中删除。它不能证明别处没有副本。",
    "en": "This certificate proves that, as of its checkpoint, the purposes named are no longer in use"
    " and their face data was erased from our stores. It cannot prove that no copy exists elsewhere.",
}


@dataclass(frozen=True, slots=True)
class Certificate(Paper):
    """A signed certificate of an end."""

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """Read a file. Raises ``Tampered`` for anything that is not a certificate."""
        return cls(
            *read_paper(text, SCHEMA, "this is not a certificate of the end of a use", MAX_BYTES)
        )


def certify(home: Home, begun: bytes, completed: bytes) -> Certificate:
    """Seal a checkpoint over both entries and sign what the second one says."""
    note = home.seal_checkpoint()
    size = parse_checkpoint(parse_note(note).text).size
    with home.records.reading() as connection:
        proofs = [log.prove(connection, event, size) for event in (begun, completed)]
    said = json.loads(proofs[1].leaf)
    body = {
        "schema": SCHEMA,
        "home": home.id.hex(),
        "key": home.signer.vkey,
        "said": said["public"],
        "at": said["at"],
        "proofs": [proof.to_json() for proof in proofs],
        "checkpoint": note,
        "words": WORDS,
    }
    return Certificate(body, signature_of(home, body))


def verify(certificate: Certificate, vkey: str, kinds: tuple[str, str]) -> Mapping[str, Any]:
    """What a certificate proves, offline. Raises ``Tampered`` naming what does not hold."""
    certificate.check(vkey)
    body = certificate.body
    try:
        begun, completed = (
            verify_proof(Proof.from_json(text), body["checkpoint"], vkey) for text in body["proofs"]
        )
        named = completed.public.get("begun") == begun.id.hex()
        if (begun.kind, completed.kind) != kinds or not named or begun.at > completed.at:
            raise Tampered("the certificate's entries are not the end of a use")
        if dict(completed.public) != body["said"] or completed.at != body["at"]:
            raise Tampered("the certificate says other than its entries")
        return dict(completed.public)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Tampered("the certificate cannot be read") from None
