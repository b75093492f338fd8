"""The tree is the one everybody else computes: published roots and proofs."""

from __future__ import annotations

import pytest

from facekeep.ledger import merkle
from facekeep.terms.errors import Misused, Tampered

# The classic vectors of certificate-transparency's merkletree tests.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
CONSISTENCY_6_8 = [
    bytes.fromhex(value)
    for value in (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    )
]
CONSISTENCY_2_5 = [
    bytes.fromhex(value)
    for value in (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    )
]


@pytest.fixture
def nodes() -> merkle.MemoryNodes:
    nodes = merkle.MemoryNodes()
    merkle.append(nodes, 0, [merkle.leaf_hash(leaf) for leaf in LEAVES])
    return nodes


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_published_roots(nodes: merkle.MemoryNodes, size: int) -> None:
    """RFC 6962's reference implementation computes the same nine roots."""
    assert merkle.root_of(LEAVES[:size]) == ROOTS[size]
    assert merkle.root(nodes, size) == ROOTS[size]


def test_published_consistency_proofs(nodes: merkle.MemoryNodes) -> None:
    """RFC 6962's reference implementation gives and takes the same consistency proofs."""
    assert list(merkle.consistency_proof(nodes, 6, 8)) == CONSISTENCY_6_8
    assert list(merkle.consistency_proof(nodes, 2, 5)) == CONSISTENCY_2_5
    assert merkle.verify_consistency(6, 8, CONSISTENCY_6_8, ROOTS[6], ROOTS[8]) == ROOTS[8]
    with pytest.raises(Tampered):
        merkle.verify_consistency(6, 8, CONSISTENCY_6_8, ROOTS[5], ROOTS[8])


def test_published_inclusion_proof(nodes: merkle.MemoryNodes) -> None:
    """Leaf 2 of 3 is tied to the root by the root of the first two."""
    assert merkle.inclusion_proof(nodes, 2, 3) == (ROOTS[2],)
    leaf = merkle.leaf_hash(LEAVES[2])
    assert merkle.verify_inclusion(leaf, 2, 3, [ROOTS[2]], ROOTS[3]) == ROOTS[3]


def test_leaf_is_no_node() -> None:
    """A node's bytes presented as a leaf hash differently (second preimages)."""
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_empty_tree_is_continued_by_every_tree() -> None:
    """Size 0 is consistent with all, by an empty path and its own root only."""
    assert merkle.verify_consistency(0, 3, [], ROOTS[0], ROOTS[3]) == ROOTS[3]
    with pytest.raises(Tampered):
        merkle.verify_consistency(0, 3, [ROOTS[1]], ROOTS[0], ROOTS[3])
    with pytest.raises(Tampered):
        merkle.verify_consistency(0, 3, [], ROOTS[1], ROOTS[3])


def test_senseless_questions_are_misuse(nodes: merkle.MemoryNodes) -> None:
    """No proof is made for a leaf or a size that is not there."""
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        with pytest.raises(Misused):
            merkle.inclusion_proof(nodes, index, size)
    for old, new in ((5, 4), (-1, 4)):
        with pytest.raises(Misused):
            merkle.consistency_proof(nodes, old, new)


def test_senseless_proofs_are_refused() -> None:
    """Indexes out of range, short hashes and shrinking trees never verify."""
    leaf = merkle.leaf_hash(LEAVES[2])
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(Tampered):
            merkle.verify_inclusion(leaf, index, size, [ROOTS[2]], ROOTS[3])
    with pytest.raises(Tampered):
        merkle.verify_inclusion(leaf, 2, 3, [ROOTS[2][:31]], ROOTS[3])
    with pytest.raises(Tampered):
        merkle.verify_consistency(8, 6, CONSISTENCY_6_8, ROOTS[8], ROOTS[6])


def test_missing_node_is_named(nodes: merkle.MemoryNodes) -> None:
    """A store with a hole says which node is gone instead of guessing."""
    with pytest.raises(Tampered, match="4/0"):
        merkle.root(nodes, 16)
    with pytest.raises(Tampered, match="0/0"):
        merkle.append(merkle.Frontier(), 1, [ROOTS[1]])
