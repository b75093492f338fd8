"""Evidence proves itself offline, and every tampering is found with its first bad index."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from facekeep.ledger import checkpoint, entries, merkle, verify
from facekeep.ledger.checkpoint import Checkpoint, Signer
from facekeep.ledger.entries import Entry
from facekeep.ledger.verify import Proof, TamperedAt
from facekeep.terms.errors import Tampered

SIZE, EVERY = 50, 10
WITNESSED = 30


@dataclass(frozen=True)
class Evidence:
    """An export, the log's notes, and what the witness has kept."""

    lines: list[str]
    notes: list[str]
    witnessed: list[str]


Tampering = Callable[[Evidence, Signer], Evidence]


@pytest.fixture
def leaves(make_entry: Callable[[int], Entry]) -> list[bytes]:
    return [entries.leaf_bytes(make_entry(number)) for number in range(SIZE)]


@pytest.fixture
def evidence(leaves: list[bytes], signer: Signer) -> Evidence:
    return _evidence(leaves, signer)


def _evidence(leaves: Sequence[bytes], signer: Signer) -> Evidence:
    """What a log with these leaves gives out, a checkpoint every ten entries."""
    notes = [_note(leaves[:size], signer) for size in range(EVERY, len(leaves) + 1, EVERY)]
    return Evidence(_lines(leaves), notes, notes[WITNESSED // EVERY - 1 :][:1])


def _note(leaves: Sequence[bytes], signer: Signer) -> str:
    return checkpoint.sign(Checkpoint(signer.name, len(leaves), merkle.root_of(leaves)), signer)


def _lines(leaves: Sequence[bytes]) -> list[str]:
    return [
        verify.export_line(index, merkle.leaf_hash(leaf), leaf) for index, leaf in enumerate(leaves)
    ]


def _leaves(evidence: Evidence) -> list[bytes]:
    return [entries.canonical(json.loads(line)["leaf"]) for line in evidence.lines]


def _edited(leaf: bytes) -> bytes:
    return leaf.replace(b"verification:matched", b"verification:refused")


# --- the six tamperings, bare and with every hash in the export recomputed -------------------


def edit(evidence: Evidence, signer: Signer) -> Evidence:
    lines = list(evidence.lines)
    lines[23] = lines[23].replace("verification:matched", "verification:refused")
    return replace(evidence, lines=lines)


def edit_with_hashes(evidence: Evidence, signer: Signer) -> Evidence:
    leaves = _leaves(evidence)
    leaves[23] = _edited(leaves[23])
    return replace(evidence, lines=_lines(leaves))


def delete(evidence: Evidence, signer: Signer) -> Evidence:
    return replace(evidence, lines=evidence.lines[:23] + evidence.lines[24:])


def delete_with_hashes(evidence: Evidence, signer: Signer) -> Evidence:
    leaves = _leaves(evidence)
    return replace(evidence, lines=_lines(leaves[:23] + leaves[24:]))


def reorder(evidence: Evidence, signer: Signer) -> Evidence:
    lines = list(evidence.lines)
    lines[23], lines[24] = lines[24], lines[23]
    return replace(evidence, lines=lines)


def reorder_with_hashes(evidence: Evidence, signer: Signer) -> Evidence:
    leaves = _leaves(evidence)
    leaves[23], leaves[24] = leaves[24], leaves[23]
    return replace(evidence, lines=_lines(leaves))


def truncate(evidence: Evidence, signer: Signer) -> Evidence:
    return replace(evidence, lines=evidence.lines[:23])


def rewrite(evidence: Evidence, signer: Signer) -> Evidence:
    """Rows, nodes and all own checkpoints made anew, with the log's own key."""
    leaves = _leaves(evidence)
    leaves[23] = _edited(leaves[23])
    return replace(_evidence(leaves, signer), witnessed=evidence.witnessed)


def roll_back(evidence: Evidence, signer: Signer) -> Evidence:
    """An older state of the whole log, consistent with itself."""
    older = _evidence(_leaves(evidence)[:20], signer)
    return replace(older, witnessed=evidence.witnessed)


def insert(evidence: Evidence, signer: Signer) -> Evidence:
    leaves = _leaves(evidence)
    return replace(evidence, lines=_lines([*leaves, leaves[-1]]))


@pytest.mark.parametrize(
    ("tamper", "bad", "first", "before"),
    [
        (edit, 23, 23, None),
        (edit_with_hashes, 23, 20, 30),
        (delete, 23, 23, None),
        (delete_with_hashes, 23, 20, 30),
        (reorder, 23, 23, None),
        (reorder_with_hashes, 23, 20, 30),
        (truncate, 23, 23, None),
        (rewrite, 23, 0, 30),
        (roll_back, 20, 20, None),
        (insert, 50, 50, None),
    ],
)
def test_every_tampering_is_found(
    evidence: Evidence, signer: Signer, tamper: Tampering, bad: int, first: int, before: int | None
) -> None:
    """Edit, delete, reorder, truncate, rewrite, rollback: found, the first bad index named."""
    tampered = tamper(evidence, signer)
    with pytest.raises(TamperedAt) as found:
        verify.verify_export(tampered.lines, tampered.notes, signer.vkey, tampered.witnessed)
    assert (found.value.first, found.value.before) == (first, before)
    assert first <= bad < (before or bad + 1)
    assert str(first) in str(found.value)


def test_whole_evidence_passes(evidence: Evidence, signer: Signer) -> None:
    """An untouched export verifies up to its newest checkpoint, with line ends or without."""
    ended = [line + "\n" for line in evidence.lines]
    for lines in (evidence.lines, ended):
        head = verify.verify_export(lines, evidence.notes, signer.vkey, evidence.witnessed)
        assert head.size == SIZE


@pytest.mark.parametrize("tamper", [rewrite, roll_back])
def test_only_a_witness_sees_a_whole_rewrite(
    evidence: Evidence, signer: Signer, tamper: Tampering
) -> None:
    """Honest limit: a rewritten or rolled-back log is consistent with itself."""
    tampered = tamper(evidence, signer)
    assert verify.verify_export(tampered.lines, tampered.notes, signer.vkey).size <= SIZE


def test_an_earlier_witness_bounds_a_rewrite(evidence: Evidence, signer: Signer) -> None:
    """Between two witnessed heads the damage is narrowed to what lies between them."""
    tampered = rewrite(evidence, signer)
    with pytest.raises(TamperedAt) as found:
        verify.verify_export(tampered.lines, tampered.notes, signer.vkey, evidence.notes)
    assert (found.value.first, found.value.before) == (20, 30)


def test_nothing_is_proved_without_a_checkpoint(evidence: Evidence, signer: Signer) -> None:
    """Entries no checkpoint vouches for are not accepted."""
    with pytest.raises(Tampered, match="no checkpoint"):
        verify.verify_export(evidence.lines, [], signer.vkey)
    with pytest.raises(TamperedAt) as found:
        verify.verify_export(evidence.lines, evidence.notes[:2], signer.vkey)
    assert found.value.first == 20


def test_another_logs_checkpoint_vouches_for_nothing(evidence: Evidence, signer: Signer) -> None:
    """The note must be signed by the log's key and name the log as origin."""
    other = Signer(signer.name, bytes(32))
    with pytest.raises(Tampered):
        verify.verify_export(evidence.lines, evidence.notes, other.vkey)
    foreign = checkpoint.sign(Checkpoint("other.example", 0, merkle.EMPTY_ROOT), signer)
    with pytest.raises(Tampered, match="another log"):
        verify.log_checkpoint(foreign, signer.vkey)


def test_wrong_root_of_the_empty_log(signer: Signer) -> None:
    """A checkpoint of nothing has one root only."""
    note = checkpoint.sign(Checkpoint(signer.name, 0, bytes(32)), signer)
    with pytest.raises(TamperedAt) as found:
        verify.verify_export([], [note], signer.vkey)
    assert found.value.first == 0


@pytest.mark.parametrize(
    "line", ["", "{}", "\ud800", '{"hash":"00","index":0,"leaf":{}}', "x" * 100_000]
)
def test_noise_is_no_export(evidence: Evidence, signer: Signer, line: str) -> None:
    """A line that is none is named by its index."""
    lines = [*evidence.lines[:7], line, *evidence.lines[8:]]
    with pytest.raises(TamperedAt) as found:
        verify.verify_export(lines, evidence.notes, signer.vkey)
    assert found.value.first == 7


def test_leaf_that_is_no_entry_is_named(evidence: Evidence, signer: Signer) -> None:
    """A line whose hash fits but whose leaf is no entry is named by its index."""
    odd = verify.export_line(7, merkle.leaf_hash(b"{}"), b"{}")
    with pytest.raises(TamperedAt, match="malformed") as found:
        verify.verify_export(
            [*evidence.lines[:7], odd, *evidence.lines[8:]], evidence.notes, signer.vkey
        )
    assert found.value.first == 7


def test_leaves_in_order(leaves: list[bytes], evidence: Evidence, signer: Signer) -> None:
    """Leaves and notes alone are enough to recompute the log."""
    assert verify.verify_leaves(leaves, evidence.notes, signer.vkey).size == SIZE
    for bad, first in ((_edited(leaves[23]), 20), (leaves[23] + b" ", 23)):
        changed = [*leaves[:23], bad, *leaves[24:]]
        with pytest.raises(TamperedAt) as found:
            verify.verify_leaves(changed, evidence.notes, signer.vkey)
        assert found.value.first == first


def test_growth(leaves: list[bytes], signer: Signer) -> None:
    """A newer checkpoint continues the older one, or the log was rolled back or rewritten."""
    nodes = merkle.MemoryNodes()
    merkle.append(nodes, 0, [merkle.leaf_hash(leaf) for leaf in leaves])
    path = merkle.consistency_proof(nodes, 30, 50)
    older, newer = _note(leaves[:30], signer), _note(leaves, signer)
    assert verify.verify_growth(older, newer, path, signer.vkey).size == 50
    with pytest.raises(TamperedAt, match="rolled back"):
        verify.verify_growth(newer, older, path, signer.vkey)
    rewritten = _note([_edited(leaves[0]), *leaves[1:]], signer)
    with pytest.raises(Tampered, match="does not continue"):
        verify.verify_growth(older, rewritten, path, signer.vkey)


@pytest.fixture
def proof(leaves: list[bytes]) -> Proof:
    nodes = merkle.MemoryNodes()
    merkle.append(nodes, 0, [merkle.leaf_hash(leaf) for leaf in leaves])
    return Proof(23, SIZE, leaves[23], merkle.inclusion_proof(nodes, 23, SIZE))


def test_a_person_proves_an_entry(
    proof: Proof, evidence: Evidence, signer: Signer, make_entry: Callable[[int], Entry]
) -> None:
    """Entry, path and note are enough, years later and without us."""
    kept = Proof.from_json(proof.to_json())
    assert kept == proof
    assert verify.verify_proof(kept, evidence.notes[-1], signer.vkey) == make_entry(23)


def test_a_changed_proof_proves_nothing(proof: Proof, evidence: Evidence, signer: Signer) -> None:
    """Another leaf, index, size, path or checkpoint is refused."""
    note = evidence.notes[-1]
    for changed in (
        replace(proof, index=24),
        replace(proof, size=49),
        replace(proof, leaf=_edited(proof.leaf)),
        replace(proof, path=proof.path[1:]),
        replace(proof, path=(*proof.path, bytes(32))),
    ):
        with pytest.raises(Tampered):
            verify.verify_proof(changed, note, signer.vkey)
    with pytest.raises(Tampered, match="another checkpoint"):
        verify.verify_proof(proof, evidence.notes[0], signer.vkey)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"index": True},
        {"index": -1},
        {"index": 1.0},
        {"size": 2**63},
        {"leaf": 5},
        {"leaf": "\ud800"},
        {"path": ["00"]},
        {"path": [5]},
        {"path": 5},
        {"path": "ab"},
        {"path": ["AB" * 32]},
        {"path": ["ab" * 32] * 65},
        {"extra": 1},
    ],
)
def test_strict_proofs(proof: Proof, change: dict[str, object]) -> None:
    """A proof has one spelling; everything else is refused in our words."""
    text = json.dumps(json.loads(proof.to_json()) | change, sort_keys=True, separators=(",", ":"))
    with pytest.raises(Tampered):
        Proof.from_json(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000, '{"v":1}'])
def test_noise_is_no_proof(text: str) -> None:
    """Noise is refused in our words."""
    with pytest.raises(Tampered):
        Proof.from_json(text)


def test_verifier_needs_no_database_and_no_web() -> None:
    """The offline verifier loads the standard library, cryptography and five files of ours."""
    script = (
        "import sys, facekeep.ledger.verify, facekeep.ledger.witness\n"
        "ours = sorted(m for m in sys.modules if m.startswith('facekeep'))\n"
        "bad = {'sqlite3', 'numpy', 'sqlalchemy', 'starlette', 'pydantic'} & set(sys.modules)\n"
        "assert not bad, bad\n"
        "assert {m.split('.')[1] for m in ours if '.' in m} == {'ledger', 'terms'}, ours\n"
        "assert 'facekeep.ledger.log' not in ours\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
