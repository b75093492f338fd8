"""Offline verification: evidence proves itself with this file's help alone. Pure, no database.

Needs the standard library, ``cryptography`` and the log's verifier key. Self-consistency catches an
edited, deleted, moved or missing entry; a log whose rows *and* roots were rewritten, or that was
rolled back, is consistent with itself and caught only by a checkpoint somebody else has kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from facekeep.ledger import checkpoint, merkle
from facekeep.ledger.checkpoint import Checkpoint
from facekeep.ledger.entries import Entry, parse_leaf
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Tampered

CHUNK = 1024
"""Leaf hashes taken at once when a log is recomputed as a stream."""

MAX_PATH = 64
"""Hashes: no tree of a 63-bit size has a longer path."""

VERSION = 1

_HASH = re.compile("[0-9a-f]{64}", re.ASCII)
_LINE = re.compile(
    rb'\{"hash":"([0-9a-f]{64})","index":(0|[1-9][0-9]{0,18}),"leaf":(\{.*\})\}', re.DOTALL
)


class TamperedAt(Tampered):
    """The first bad index lies in ``first <= index < before``; ``before`` is None if unknown.

    A wrong entry is named exactly; a wrong root names the entries since the last good checkpoint.
    """

    def __init__(self, why: str, first: int, before: int | None = None) -> None:
        self.first, self.before = first, before
        exact = before in (None, first + 1)
        super().__init__(
            f"{why}: first bad index {first}" if exact else f"{why}: between {first} and {before}"
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """Leaf ``index`` of the tree of ``size`` leaves, and its path: kept by the person."""

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]

    def to_json(self) -> str:
        """Canonical JSON; the leaf stays legible, hashes are hexadecimal."""
        return _json(
            v=VERSION,
            index=self.index,
            size=self.size,
            leaf=self.leaf.decode(),
            path=[value.hex() for value in self.path],
        )

    @classmethod
    def from_json(cls, text: str) -> Proof:
        """The proof a text says; one proof has exactly one text. Raises ``Tampered``."""
        try:
            proof = cls._read(json.loads(text))
            if proof.to_json() != text:
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Tampered("ledger proof is malformed") from None
        return proof

    @classmethod
    def _read(cls, value: Any) -> Proof:
        path = value["path"]
        if len(path) > MAX_PATH or not all(map(_HASH.fullmatch, path)):
            raise ValueError
        index, size = _count(value["index"]), _count(value["size"])
        return cls(index, size, value["leaf"].encode(), tuple(map(bytes.fromhex, path)))


@dataclass(frozen=True, slots=True)
class Head:
    """A verified checkpoint; ``outside`` says it was kept where the log's keeper cannot reach."""

    size: int
    root: bytes
    outside: bool = False

    def __str__(self) -> str:
        return f"the {'witnessed ' if self.outside else ''}checkpoint of {self.size}"


def head(note: str, vkey: str, outside: bool = False) -> Head:
    """The head a log's own signed note vouches for. Raises ``Tampered``."""
    opened = log_checkpoint(note, vkey)
    return Head(opened.size, opened.root, outside)


def log_checkpoint(note: str, vkey: str) -> Checkpoint:
    """The note's checkpoint, signed by the log and naming it as origin. Raises ``Tampered``."""
    opened = checkpoint.verify(note, vkey)
    if opened.origin != checkpoint.parse_vkey(vkey).name:
        raise Tampered("the checkpoint names another log")
    return opened


def verify_proof(proof: Proof, note: str, vkey: str) -> Entry:
    """The entry, if the checkpoint's tree holds it at the proof's index. Raises ``Tampered``."""
    opened = log_checkpoint(note, vkey)
    if proof.size != opened.size:
        raise Tampered("the proof is for another checkpoint")
    leaf = merkle.leaf_hash(proof.leaf)
    merkle.verify_inclusion(leaf, proof.index, opened.size, proof.path, opened.root)
    return parse_leaf(proof.leaf)


def verify_growth(older: str, newer: str, path: Sequence[bytes], vkey: str) -> Checkpoint:
    """The newer checkpoint, if its log continues the older one's. Raises ``Tampered``.

    A log that is smaller than it was has been rolled back; one that does not continue, rewritten.
    """
    old, new = log_checkpoint(older, vkey), log_checkpoint(newer, vkey)
    if new.size < old.size:
        raise TamperedAt("the log was rolled back", new.size, old.size)
    merkle.verify_consistency(old.size, new.size, path, old.root, new.root)
    return new


def verify_leaves(leaves: Iterable[bytes], notes: Sequence[str], vkey: str) -> Head:
    """The newest head, if the leaves are whole and in order under every note."""
    return _verify(_hash_leaves(leaves), [head(note, vkey) for note in notes])


def verify_export(
    lines: Iterable[str], notes: Sequence[str], vkey: str, witnessed: Sequence[str] = ()
) -> Head:
    """The newest head, if an export is what the log sealed and what outsiders saw.

    ``lines`` are JSON Lines from ``log.export``; ``notes`` the log's checkpoints that came with
    them; ``witnessed`` checkpoints of the same log that were kept elsewhere. Raises ``TamperedAt``
    for an edited, deleted, moved or missing entry, a rewritten or a rolled-back log.
    """
    heads = [head(note, vkey) for note in notes]
    heads += [head(note, vkey, outside=True) for note in witnessed]
    return _verify(_hash_lines(lines), heads)


def export_line(index: int, value: bytes, leaf: bytes) -> str:
    """One line of an export: index, leaf hash (``value``) and the leaf verbatim."""
    return f'{{"hash":"{value.hex()}","index":{index},"leaf":{leaf.decode(errors="replace")}}}'


def recompute(hashes: Iterator[bytes], heads: Iterable[Head], nodes: merkle.Nodes) -> int:
    """Grow a tree from leaf hashes and compare it with every head; returns the last head's size.

    Leaves behind the last head stay in the iterator. Raises ``TamperedAt``: where a witnessed head
    differs, only an earlier witnessed head bounds the damage, for the log's own may be forged.
    """
    size, good, good_outside = 0, 0, 0
    for known in sorted(heads, key=lambda head: head.size):
        size = extend(hashes, size, known.size, nodes)
        if size < known.size:
            raise TamperedAt(f"entries under {known} are missing", size)
        if merkle.root(nodes, size) != known.root:
            first = good_outside if known.outside else good
            raise TamperedAt(f"entries differ from {known}", max(0, min(first, size - 1)), size)
        good, good_outside = size, size if known.outside else good_outside
    return size


def extend(hashes: Iterator[bytes], size: int, until: int, nodes: merkle.Nodes) -> int:
    """Append leaf hashes until the tree has ``until`` leaves or there are no more; the new size."""
    while batch := list(islice(hashes, min(CHUNK, until - size))):
        size = merkle.append(nodes, size, batch)
    return size


def _verify(hashes: Iterator[bytes], heads: list[Head]) -> Head:
    if not heads:
        raise Tampered("no checkpoint vouches for these entries")
    size = recompute(hashes, heads, merkle.Frontier())
    if next(hashes, None) is not None:
        raise TamperedAt("no checkpoint vouches for an entry", size)
    return max(heads, key=lambda head: head.size)


def _hash_leaves(leaves: Iterable[bytes]) -> Iterator[bytes]:
    for index, leaf in enumerate(leaves):
        _check_leaf(index, leaf)
        yield merkle.leaf_hash(leaf)


def _hash_lines(lines: Iterable[str]) -> Iterator[bytes]:
    for index, line in enumerate(lines):
        value, leaf = read_line(index, line)
        _check_leaf(index, leaf)
        yield value


def _check_leaf(index: int, leaf: bytes) -> None:
    try:
        parse_leaf(leaf)
    except Tampered as malformed:
        raise TamperedAt(malformed.where, index) from None


def read_line(index: int, line: str) -> tuple[bytes, bytes]:
    """The leaf hash, recomputed, and the leaf of an export's line."""
    found = _LINE.fullmatch(line.removesuffix("\n").encode(errors="replace"))
    if not found or int(found[2]) != index:
        raise TamperedAt("an entry is missing, moved or malformed", index)
    value = merkle.leaf_hash(found[3])
    if value.hex().encode() != found[1]:
        raise TamperedAt("an entry was edited", index)
    return value, found[3]


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= checkpoint.MAX_SIZE:
        raise ValueError
    return value


def _json(**fields: object) -> str:
    return canonical(fields).decode()
