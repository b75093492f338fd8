"""Every proof of every small tree verifies; no forged one does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.ledger import merkle
from facekeep.terms.errors import Tampered

LIMIT = 70
LEAVES = [b"leaf %d" % number for number in range(LIMIT)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(LIMIT + 1)]

Path = Sequence[bytes]


@pytest.fixture(scope="module")
def nodes() -> merkle.MemoryNodes:
    nodes = merkle.MemoryNodes()
    merkle.append(nodes, 0, HASHES)
    return nodes


def pairs(least: int) -> list[tuple[int, int]]:
    return [(low, size) for size in range(1, LIMIT + 1) for low in range(least, size)]


def forgeries(path: Path) -> Iterator[Path]:
    """Paths one step away: a flipped bit, a hash less, more, twice or out of order."""
    noise = merkle.leaf_hash(b"noise")
    for place, value in enumerate(path):
        flipped = bytes([value[0] ^ 1]) + value[1:]
        yield [*path[:place], flipped, *path[place + 1 :]]
        yield [*path[:place], *path[place + 1 :]]
        yield [*path[:place], value, *path[place:]]
    yield [*path, noise]
    yield [noise, *path]
    if len(path) > 1:
        yield list(reversed(path))


def is_included(leaf: bytes, index: int, size: int, path: Path) -> bool:
    try:
        return merkle.verify_inclusion(leaf, index, size, path, ROOTS[size]) == ROOTS[size]
    except Tampered:
        return False


def is_continued(old: int, new: int, path: Path, old_root: bytes) -> bool:
    try:
        return merkle.verify_consistency(old, new, path, old_root, ROOTS[new]) == ROOTS[new]
    except Tampered:
        return False


def test_roots_however_the_leaves_arrive(nodes: merkle.MemoryNodes) -> None:
    """The root of every size is the definition's, from one batch or one by one."""
    single, frontier = merkle.MemoryNodes(), merkle.Frontier()
    for size in range(LIMIT + 1):
        assert merkle.root(nodes, size) == ROOTS[size]
        assert merkle.root(single, size) == merkle.root(frontier, size) == ROOTS[size]
        merkle.append(single, size, HASHES[size : size + 1])
        merkle.append(frontier, size, HASHES[size : size + 1])


@given(st.lists(st.integers(0, 20), max_size=12).filter(lambda sizes: sum(sizes) <= LIMIT))
def test_batches_of_any_size_give_one_tree(sizes: list[int]) -> None:
    """Batching leaves no trace in the tree, with all nodes or only the last ones kept."""
    memory, frontier = merkle.MemoryNodes(), merkle.Frontier()
    for start, count in zip(accumulate(sizes, initial=0), sizes, strict=False):
        assert merkle.append(memory, start, HASHES[start : start + count]) == start + count
        merkle.append(frontier, start, HASHES[start : start + count])
    total = sum(sizes)
    assert merkle.root(memory, total) == merkle.root(frontier, total) == ROOTS[total]


def test_every_inclusion_proof(nodes: merkle.MemoryNodes) -> None:
    """Each (index, size) up to 70 verifies for its leaf, and for no other leaf."""
    for index, size in pairs(0):
        path = merkle.inclusion_proof(nodes, index, size)
        assert is_included(HASHES[index], index, size, path)
        assert not is_included(merkle.leaf_hash(b"other"), index, size, path)


def test_no_inclusion_proof_serves_another_index(nodes: merkle.MemoryNodes) -> None:
    """A path ties its leaf to one index only."""
    for index, size in pairs(0):
        path = merkle.inclusion_proof(nodes, index, size)
        others = (other for other in range(size) if other != index)
        assert not any(is_included(HASHES[index], other, size, path) for other in others)


def test_no_forged_inclusion_proof(nodes: merkle.MemoryNodes) -> None:
    """No path one step from the true one verifies."""
    for index, size in pairs(0):
        path = merkle.inclusion_proof(nodes, index, size)
        assert not any(is_included(HASHES[index], index, size, bad) for bad in forgeries(path))


def test_every_consistency_proof(nodes: merkle.MemoryNodes) -> None:
    """Each (old, new) up to 70 verifies for the old root, and for no other root."""
    for old, new in pairs(1):
        path = merkle.consistency_proof(nodes, old, new)
        assert is_continued(old, new, path, ROOTS[old])
        assert not is_continued(old, new, path, ROOTS[old - 1])
    assert all(is_continued(size, size, (), ROOTS[size]) for size in range(LIMIT + 1))


def test_no_forged_consistency_proof(nodes: merkle.MemoryNodes) -> None:
    """No path one step from the true one verifies."""
    for old, new in pairs(1):
        path = merkle.consistency_proof(nodes, old, new)
        assert not any(is_continued(old, new, bad, ROOTS[old]) for bad in forgeries(path))


@settings(max_examples=300)
@given(st.data())
def test_random_paths_never_verify(data: st.DataObject) -> None:
    """Paths drawn at random from true hashes of the tree verify only when they are the path."""
    index, size = data.draw(st.sampled_from(pairs(0)))
    path = data.draw(st.lists(st.sampled_from(HASHES + ROOTS), max_size=8))
    memory = merkle.MemoryNodes()
    merkle.append(memory, 0, HASHES)
    true = merkle.inclusion_proof(memory, index, size)
    assert is_included(HASHES[index], index, size, path) == (tuple(path) == true)
