"""The steps of a proof, one by one, for somebody who looks on (RFC 6962, RFC 9162).

What the steps show is told apart from what decides: the verdict is that of ``ledger.merkle``, the
same code that verifies offline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facekeep.ledger import merkle


@dataclass(frozen=True, slots=True)
class Step:
    """One hashing: what stood left, what stood right, what came of it (hexadecimal)."""

    left: str
    right: str
    value: str
    given: str
    """``left`` or ``right``: which of both the proof supplied."""


@dataclass(frozen=True, slots=True)
class Joint:
    """One step of two trees at once: the sibling, and the older and the newer root so far."""

    sibling: str
    old: str
    new: str


def inclusion_steps(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> Iterator[Step]:
    """From a leaf's hash up to the root of ``size`` leaves."""
    value, last = leaf, size - 1
    for sibling in path:
        if index % 2 or index == last:
            step, index, last = _hashed(sibling, value, "left"), *_past_gaps(index, last)
        else:
            step = _hashed(value, sibling, "right")
        value, index, last = bytes.fromhex(step.value), index // 2, last // 2
        yield step


def growth_steps(old: int, new: int, path: Sequence[bytes], old_root: bytes) -> Iterator[Joint]:
    """From the subtree that two trees share up to both their roots; nothing for equal or empty ones."""
    if old in (0, new):
        return
    first, *rest = [old_root, *path] if old & (old - 1) == 0 else path
    index, last = _past_whole(old - 1, new - 1)
    older = newer = first
    for sibling in rest:
        if index % 2 or index == last:
            older, newer = merkle.node_hash(sibling, older), merkle.node_hash(sibling, newer)
            index, last = _past_gaps(index, last)
        else:
            newer = merkle.node_hash(newer, sibling)
        index, last = index // 2, last // 2
        yield Joint(sibling.hex(), older.hex(), newer.hex())


def _hashed(left: bytes, right: bytes, given: str) -> Step:
    return Step(left.hex(), right.hex(), merkle.node_hash(left, right).hex(), given)


def _past_gaps(index: int, last: int) -> tuple[int, int]:
    """Levels at which the right edge has no sibling."""
    while index and not index % 2:
        index, last = index // 2, last // 2
    return index, last


def _past_whole(index: int, last: int) -> tuple[int, int]:
    """Levels at which the older tree's last subtree is complete."""
    while index % 2:
        index, last = index // 2, last // 2
    return index, last
