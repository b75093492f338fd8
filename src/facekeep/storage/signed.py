"""What every paper we sign has in common: a body, our signature, a place in the ledger.

A paper is checked with the ledger's public key alone; what does not hold is named.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_vkey, verify_text
from facekeep.ledger.verify import Proof
from facekeep.storage.home import Home
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, NotRecognised, Tampered

MAX_PAPER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper: ``body`` as signed, ``signature`` a signed-note line."""

    body: dict[str, Any] = field(repr=False)
    signature: str

    def to_json(self) -> str:
        """The file to be kept."""
        document = {"body": self.body, "signature": self.signature}
        return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def check(self, vkey: str) -> None:
        """Raises ``Tampered`` where the signature does not hold."""
        parse_vkey(vkey)
        verify_text(f"{signed_text(self.body)}\n{self.signature}\n", vkey)


def read_paper(
    text: str, schema: str, otherwise: str, most: int = MAX_PAPER_BYTES
) -> tuple[dict[str, Any], str]:
    """Body and signature of a file of at most so many bytes.

    Raises ``Tampered(otherwise)`` for anything of another kind.
    """
    try:
        if len(text.encode()) > most:
            raise ValueError
        document = json.loads(text)
        canonical(document)  # numbers and texts that nothing could have signed
        body, signature = document["body"], document["signature"]
        if body["schema"] != schema or not isinstance(signature, str):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Tampered(otherwise) from None
    return body, signature


def signature_of(home: Home, body: Mapping[str, Any]) -> str:
    """The home's signature over a body."""
    return home.signer.sign(signed_text(dict(body))).line


def signed_text(body: dict[str, Any]) -> str:
    """What is signed: the canonical form, whatever the file's white space."""
    return canonical(body).decode() + "\n"


def holds(connection: sqlite3.Connection, proof: Proof) -> bool:
    """Whether a home's ledger continues the one the proof was made from."""
    try:
        identity = bytes.fromhex(json.loads(proof.leaf)["id"])
        return log.prove(connection, identity, proof.size) == proof
    except (NotRecognised, Misused):
        return False
