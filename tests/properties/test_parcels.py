"""Whatever is fed to the offline verifier, it answers with a refusal of ours, never a crash."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.ledger import bundle, entries, merkle, parcel
from facekeep.ledger.bundle import BEFORE, CHECKPOINTS, ENTRIES, PROOF, verify_bundle
from facekeep.ledger.checkpoint import Checkpoint, Signer, sign
from facekeep.ledger.parcel import Packer
from facekeep.ledger.verify import Proof, export_line
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

SIGNER = Signer("facekeep/test/1", b"\x07" * 32)
FINDING = {"id": "a.b.c", "gaps": [], "holds": True}
Members = dict[str, bytes]


def written(n: int) -> bytes:
    """The n-th leaf of a small ledger; the last one binds the findings."""
    told = {**FINDING, "digest": bundle.finding_digest(FINDING)}
    public = {"findings": bundle.findings_digest([told]), "home": "00"} if n == 4 else {"n": n}
    kind = bundle.COLLECTED if n == 4 else "storage:test:noted"
    entry = entries.make(b"s" * 32, event_id=bytes([n]) * 16, kind=kind, at=60 * n, public=public)
    return entries.leaf_bytes(entry)


LEAVES = [written(n) for n in range(5)]
ABOUT = {
    "schema": bundle.SCHEMA, "home": "00", "created": 300,
    "period": {"since": 0, "until": 9999}, "ledger": {"first": 0, "end": 5, "size": 5},
}  # fmt: skip


def members() -> Members:
    """The smallest bundle there is: five entries, one checkpoint, one finding."""
    hashes, nodes = [merkle.leaf_hash(leaf) for leaf in LEAVES], merkle.MemoryNodes()
    merkle.append(nodes, 0, hashes)
    note = sign(Checkpoint(SIGNER.name, 5, merkle.root(nodes, 5)), SIGNER)
    proof = Proof(4, 5, LEAVES[4], merkle.inclusion_proof(nodes, 4, 5))
    told = {"newest": note, "own": [note], "witnessed": [], "growth": [{"older": note, "path": []}]}
    finding = {**FINDING, "digest": bundle.finding_digest(FINDING)}
    lines = "".join(f"{export_line(n, hashes[n], leaf)}\n" for n, leaf in enumerate(LEAVES))
    return {
        "01-a/findings/a.b.c.json": canonical(finding),
        BEFORE: canonical({"size": 0, "peaks": []}),
        ENTRIES: lines.encode(),
        CHECKPOINTS: canonical(told),
        PROOF: proof.to_json().encode(),
    }


def packed(contents: Members, about: dict[str, object]) -> bytes:
    """Signed by the key's holder."""
    file = io.BytesIO()
    packer = Packer(file)
    for name, content in contents.items():
        packer.add(name, [content])
    packer.finish(about, SIGNER)
    return file.getvalue()


WHOLE = packed(members(), ABOUT)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def answers(data: bytes) -> bool:
    """Whether the verifier holds it; any error but ours escapes."""
    try:
        verify_bundle(io.BytesIO(data), SIGNER.vkey)
    except (Tampered, Misused):
        return False
    return True


def test_the_small_bundle_holds() -> None:
    """Control."""
    assert answers(WHOLE)


@given(st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    """Bytes, and bytes behind a real beginning or before a real end."""
    assert not answers(noise)
    assert not answers(WHOLE[:-40] + noise)
    assert not answers(noise + WHOLE[-200:])


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 40), st.binary(max_size=40))
def test_any_splice_is_refused(at: int, cut: int, put: bytes) -> None:
    """Bytes removed, put in or exchanged anywhere."""
    spliced = WHOLE[:at] + put + WHOLE[at + cut :]
    assert answers(spliced) == (spliced == WHOLE)


@given(st.sampled_from(sorted(members())), JSON)
def test_a_signed_lie_is_refused_not_crashed(name: str, value: object) -> None:
    """Any JSON in the place of any member, by somebody with the key."""
    try:
        content = canonical(value)
    except UnicodeEncodeError:
        return
    lied = packed({**members(), name: content}, ABOUT)
    assert not answers(lied)


@given(st.sampled_from(["home", "created", "period", "ledger", "schema"]), JSON)
def test_a_signed_lie_about_the_whole_is_refused_not_crashed(key: str, value: object) -> None:
    """Any JSON in the place of what the manifest says."""
    try:
        lied = packed(members(), {**ABOUT, key: value})
    except UnicodeEncodeError:
        return
    answers(lied)


PLACES = [
    (name, path) for name in (CHECKPOINTS, PROOF, BEFORE) for path in json.loads(members()[name])
]


@given(st.sampled_from(PLACES), JSON)
def test_a_signed_lie_in_one_field_is_refused_not_crashed(
    place: tuple[str, str], value: object
) -> None:
    """Any JSON in the place of one field of the ledger's evidence."""
    name, key = place
    told = json.loads(members()[name])
    honest = told[key]
    told[key] = value
    try:
        lied = packed({**members(), name: canonical(told)}, ABOUT)
    except UnicodeEncodeError:
        return
    harmless = key in ("own", "growth") and value == []  # the newest ends where the entries end
    if value != honest and not harmless:
        assert not answers(lied)


@pytest.mark.parametrize("name", sorted(members()))
def test_a_member_that_is_no_text_is_refused(name: str) -> None:
    """Bytes that are no UTF-8, very deep JSON, very long numbers."""
    for content in (b"\xff\xfe\x00", b"[" * 100_000, b"9" * 10_000, b"{}" * 3):
        assert not answers(packed({**members(), name: content}, ABOUT))


def test_the_limits_are_what_the_verifier_says() -> None:
    """Control: the parcel's own constants are in force."""
    assert parcel.MAX_MANIFEST_BYTES == 4 * 1024 * 1024
