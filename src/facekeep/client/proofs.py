"""What the ledger claims, checked by whoever asks it: signatures, inclusion, growth.

Written from the specifications and apart from the service's own code, so that one mistake is not made
twice: C2SP signed-note and tlog-checkpoint, RFC 6962 and RFC 9162 section 2.1.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Tampered
from facekeep.terms.wire.ledger import Growth, Inclusion

ED25519 = b"\x01"
"""The algorithm byte of a signed note's key."""

LEAF, NODE = b"\x00", b"\x01"
"""What is hashed before a leaf and before two nodes (RFC 6962 section 2.1)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint vouches for: a log, how many entries it has, and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def head_of(note: str, vkey: str) -> Head:
    """The head a checkpoint tells of, once its signature holds under the home's public key.

    Raises ``Tampered``.
    """
    text, _, signatures = note.partition("\n\n")
    if not _is_signed(f"{text}\n", signatures.splitlines(), vkey):
        raise Tampered("the checkpoint is not signed by this key")
    try:
        origin, size, root, *_ = text.split("\n")
        return Head(origin, int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        raise Tampered("the checkpoint cannot be read") from None


def check_inclusion(told: Inclusion, vkey: str) -> Mapping[str, Any]:
    """The entry a proof is about, once it lies under a signed checkpoint. Raises ``Tampered``."""
    head, proof = head_of(told.checkpoint, vkey), told.proof
    leaf = sha256(LEAF + proof.leaf.encode()).digest()
    path = [bytes.fromhex(step) for step in proof.path]
    if proof.size != head.size or _root_over(leaf, proof.index, proof.size, path) != head.root:
        raise Tampered("the entry does not lie under the checkpoint")
    entry = json.loads(proof.leaf)
    if not isinstance(entry, dict) or canonical(entry) != proof.leaf.encode():
        raise Tampered("the entry cannot be read")
    return entry


def check_growth(kept: str, told: Growth, newer: str, vkey: str) -> Head:
    """The newer of two checkpoints, once its log continues the one that was kept: nothing was changed or
    taken out (RFC 9162 section 2.1.4.2). Raises ``Tampered``.
    """
    old, new = head_of(kept, vkey), head_of(newer, vkey)
    path = [bytes.fromhex(step) for step in told.path]
    same_log = old.origin == new.origin and (told.older, told.newer) == (old.size, new.size)
    if not same_log or not _continues(old, new, path):
        raise Tampered("the ledger does not continue the checkpoint that was kept")
    return new


def _is_signed(text: str, lines: Sequence[str], vkey: str) -> bool:
    name, _, rest = vkey.strip().partition("+")
    told, _, encoded = rest.partition("+")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Tampered("the public key cannot be read") from None
    tag = sha256(f"{name}\n".encode() + key).digest()[:4]
    if key[:1] != ED25519 or len(key) != 33 or tag.hex() != told:
        raise Tampered("the public key cannot be read")
    ours = (line.removeprefix(f"\u2014 {name} ") for line in lines)
    return any(_holds(text, one, tag, key[1:]) for one in ours)


def _holds(text: str, encoded: str, tag: bytes, public: bytes) -> bool:
    try:
        signature = base64.b64decode(encoded, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return signature[:4] == tag


def _root_over(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """RFC 9162 section 2.1.3.2."""
    if index >= size:
        return None
    at, last, value = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            value = _node(step, value)
            while at & 1 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            value = _node(value, step)
        at, last = at >> 1, last >> 1
    return value if last == 0 else None


def _continues(old: Head, new: Head, path: Sequence[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if old.size == new.size:
        return not path and old.root == new.root
    if old.size == 0 or old.size > new.size:
        return old.size == 0 and not path
    steps = [old.root, *path] if old.size & (old.size - 1) == 0 else list(path)
    if not steps:
        return False
    at, last = old.size - 1, new.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = _node(step, before), _node(step, after)
            while at & 1 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            after = _node(after, step)
        at, last = at >> 1, last >> 1
    return (before, after, last) == (old.root, new.root, 0)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()
