"""The ledger as it travels: what anybody may hold against us later. Nothing in it is personal."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from facekeep.terms.wire.base import Told

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["ab" * 32])]
"""SHA-256 in hexadecimal."""

Note = Annotated[
    str, Field(max_length=16_384, description="A signed note (C2SP tlog-checkpoint), verbatim.")
]
Position = Annotated[int, Field(ge=0)]


class LedgerEntry(Told):
    """One entry under the newest checkpoint.

    Written canonically (sorted keys, no spaces, UTF-8) it is one line of `facekeep ledger export`.
    """

    index: Position
    hash: Digest
    """SHA-256 of a zero byte and the canonical leaf (RFC 6962)."""
    leaf: dict[str, Any]


class ProofText(Told):
    """An inclusion proof (RFC 6962). Written canonically it is what `facekeep ledger prove` writes."""

    index: Position
    size: Position
    leaf: str
    path: tuple[Digest, ...]
    v: Literal[1] = 1


class Inclusion(Told):
    """The proof that an entry lies under a checkpoint, and that checkpoint."""

    proof: ProofText
    checkpoint: Note


class Growth(Told):
    """The proof that the log of `newer` entries continues the log of `older` ones (RFC 6962)."""

    older: Position
    newer: Position
    path: tuple[Digest, ...]
    checkpoint: Note | None
    """Of the newer size, where one was signed."""


class PublicKey(Told):
    """A key of this home, in the form verifiers take (C2SP signed-note): `name+hash+base64`."""

    use: Literal["ledger and receipts"] = "ledger and receipts"
    algorithm: Literal["Ed25519"] = "Ed25519"
    vkey: str
    current: bool
    """False for the keys of earlier instances of this home: what they signed still holds."""


class PublicKeys(Told):
    """Every key this home has signed with, the one in use first. Devices' keys are theirs alone."""

    keys: tuple[PublicKey, ...]
