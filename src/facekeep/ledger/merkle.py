"""The RFC 6962 Merkle tree over SHA-256: append, root, proofs and their verification. Pure.

A tree of ``size`` leaves is kept as its *complete* subtrees: node ``(level, index)`` covers the
leaves ``index << level`` up to ``(index + 1) << level`` and never changes once written. The ragged
right edge is folded when asked for, so an append is O(log n) reads.

A root alone does not fix the size of its tree: take both from one verified checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Protocol

from facekeep.terms.errors import Misused, Tampered

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of no leaves (RFC 9162, 2.1.1)."""


class Nodes(Protocol):
    """Where complete subtrees lie. ``get`` raises ``Tampered`` for a node that is not there."""

    def get(self, level: int, index: int, /) -> bytes: ...

    def put(self, level: int, index: int, value: bytes, /) -> None: ...


class MemoryNodes:
    """All nodes in a dictionary."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, index: int, /) -> bytes:
        try:
            return self._nodes[level, index]
        except KeyError:
            raise missing_node(level, index) from None

    def put(self, level: int, index: int, value: bytes, /) -> None:
        self._nodes[level, index] = value


class Frontier:
    """Only the last node of each level: enough to append and to take the present root.

    O(log n) memory, so a log of any length is verified as a stream.
    """

    def __init__(self) -> None:
        self._last: dict[int, tuple[int, bytes]] = {}

    def get(self, level: int, index: int, /) -> bytes:
        last, value = self._last.get(level, (-1, b""))
        if last != index:
            raise missing_node(level, index)
        return value

    def put(self, level: int, index: int, value: bytes, /) -> None:
        self._last[level] = (index, value)


def missing_node(level: int, index: int) -> Tampered:
    """The error a node store raises for a node it should hold."""
    return Tampered(f"ledger node {level}/{index} is missing")


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): a leaf can never pass for a node (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a list of leaves, straight from the definition (RFC 9162, 2.1.1)."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    middle = _split(len(leaves))
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def append(nodes: Nodes, size: int, hashes: Sequence[bytes]) -> int:
    """Append leaf hashes to a tree of ``size`` leaves; returns the new size.

    Writes the leaves and the subtrees they complete, level by level. Reads at most one node a
    level, none of them written by this call.
    """
    level, first, row = 0, size, list(hashes)
    while row:
        left = [nodes.get(level, first - 1)] if first % 2 else []
        for index, value in enumerate(row, first):
            nodes.put(level, index, value)
        level, first, row = level + 1, first // 2, _parents(left + row)
    return size + len(hashes)


def root(nodes: Nodes, size: int) -> bytes:
    """The root over the first ``size`` leaves."""
    return _subtree(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """The path that ties leaf ``index`` to the root at ``size`` (RFC 9162, 2.1.3.1).

    Raises ``Misused`` unless ``0 <= index < size``.
    """
    if not 0 <= index < size:
        raise Misused(f"no leaf {index} in a tree of {size}")
    return tuple(_subtree(nodes, *span) for span in _beside_leaf(index, 0, size))


def consistency_proof(nodes: Nodes, old: int, new: int) -> tuple[bytes, ...]:
    """The path that ties the root at ``old`` to the root at ``new`` (RFC 9162, 2.1.4.1).

    Empty for ``old == 0`` and ``old == new``. Raises ``Misused`` unless ``0 <= old <= new``.
    """
    if not 0 <= old <= new:
        raise Misused(f"a tree of {new} does not continue one of {old}")
    if not old:
        return ()
    return tuple(_subtree(nodes, *span) for span in _beside_tree(old, 0, new, True))


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bytes:
    """The root, if ``leaf`` (a leaf hash) is leaf ``index`` under it (RFC 9162, 2.1.3.2).

    Raises ``Tampered`` otherwise.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        raise Tampered("inclusion proof is malformed")
    if _climb(leaf, index, size - 1, path) != root:
        raise Tampered(f"inclusion proof of leaf {index} does not lead to the root")
    return root


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bytes:
    """The new root, if its tree continues the old one (RFC 9162, 2.1.4.2).

    Raises ``Tampered`` otherwise. The empty tree is continued by every tree, with an empty path.
    """
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *path):
        raise Tampered("consistency proof is malformed")
    if _ends(old, new, path, old_root, new_root) != (old_root, new_root):
        raise Tampered(f"the tree of {new} does not continue the tree of {old}")
    return new_root


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _parents(row: Sequence[bytes]) -> list[bytes]:
    """The nodes above a row; a last one without a sibling waits."""
    return [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]


def _subtree(nodes: Nodes, low: int, high: int) -> bytes:
    """The hash over leaves ``low..high``; ``low`` is a multiple of a power of two >= the width."""
    *left, value = _peaks(nodes, low, high)
    for peak in reversed(left):
        value = node_hash(peak, value)
    return value


def _peaks(nodes: Nodes, low: int, high: int) -> Iterator[bytes]:
    """The complete subtrees that make up ``low..high``, largest first."""
    while low < high:
        level = (high - low).bit_length() - 1
        yield nodes.get(level, low >> level)
        low += 1 << level


def _beside_leaf(index: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The spans beside the way from leaf ``index`` up to the root, leaf first."""
    if high - low == 1:
        return
    middle = low + _split(high - low)
    near, far = ((low, middle), (middle, high))[:: 1 if index < middle else -1]
    yield from _beside_leaf(index, *near)
    yield far


def _beside_tree(old: int, low: int, high: int, whole: bool) -> Iterator[tuple[int, int]]:
    """RFC 9162's SUBPROOF as spans; ``whole`` says the span is the verifier's own old tree."""
    if old == high:
        if not whole:
            yield low, high
        return
    middle = low + _split(high - low)
    if old <= middle:
        yield from _beside_tree(old, low, middle, whole)
        yield middle, high
    else:
        yield from _beside_tree(old, middle, high, False)
        yield low, middle


def _climb(value: bytes, index: int, last: int, path: Sequence[bytes]) -> bytes | None:
    """Hash from leaf ``index`` up to the root; None when the path has the wrong length."""
    for sibling in path:
        if not last:
            return None
        if index % 2 or index == last:
            value = node_hash(sibling, value)
            index, last = _skip_missing(index, last)
        else:
            value = node_hash(value, sibling)
        index, last = index // 2, last // 2
    return None if last else value


def _ends(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> tuple[bytes, bytes] | None:
    """The two roots the path leads to; None when it has the wrong length."""
    if old in (0, new):
        return None if path else (old_root, old_root) if old else (EMPTY_ROOT, new_root)
    full = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not full:
        return None
    return _climb_both(full, *_skip_complete(old - 1, new - 1))


def _climb_both(path: Sequence[bytes], index: int, last: int) -> tuple[bytes, bytes] | None:
    """Hash the old and the new root together, from the subtree they share."""
    old = new = path[0]
    for sibling in path[1:]:
        if not last:
            return None
        if index % 2 or index == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            index, last = _skip_missing(index, last)
        else:
            new = node_hash(new, sibling)
        index, last = index // 2, last // 2
    return None if last else (old, new)


def _skip_missing(index: int, last: int) -> tuple[int, int]:
    """Pass the levels where the right edge has no sibling."""
    while index and not index % 2:
        index, last = index // 2, last // 2
    return index, last


def _skip_complete(index: int, last: int) -> tuple[int, int]:
    """Pass the levels at which the old tree's last subtree is complete."""
    while index % 2:
        index, last = index // 2, last // 2
    return index, last


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
