"""An entry proves an event and tells nothing about whose it is."""

from __future__ import annotations

import hmac
import json
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.ledger import entries
from facekeep.ledger.entries import Entry
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

SECRET = sha256(b"s").digest()
EVENT = bytes(range(16))
KIND = "use:verification:matched"

scalars = (
    st.booleans()
    | st.none()
    | st.integers(-entries.MAX_INTEGER, entries.MAX_INTEGER)
    | st.text(st.characters(codec="utf-8"), max_size=20)
)
details = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=10),
    st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner)
        ),
        max_leaves=6,
    ),
    max_size=5,
)
public = st.dictionaries(
    st.text("abc", min_size=1, max_size=6),
    st.integers(0, 9) | st.text("0123456789abcdef面", max_size=64) | st.lists(st.booleans()),
    max_size=4,
)
made = st.builds(
    lambda event_id, at, purpose, details, public: entries.make(
        SECRET,
        event_id=event_id,
        kind=KIND,
        at=at,
        purpose=purpose,
        details=details,
        public=public,
    ),
    st.binary(min_size=16, max_size=16),
    st.floats(0, 4e9),
    st.sampled_from(["", "front-gate", "员工门"]),
    details,
    public,
)


def make(**changed: Any) -> Entry:
    given: dict[str, Any] = {"event_id": EVENT, "kind": KIND, "at": 1_700_000_000.9}
    return entries.make(SECRET, **given | changed)


@given(made)
def test_leaf_round_trip(entry: Entry) -> None:
    """A leaf is its entry and an entry its leaf, in one line of JSON."""
    leaf = entries.leaf_bytes(entry)
    assert entries.parse_leaf(leaf) == entry
    assert entries.head_of(leaf) == (entry.at, entry.id)
    assert len(leaf.decode().splitlines()) == 1
    assert len(leaf) <= entries.MAX_LEAF_BYTES


@given(details)
def test_details_round_trip(value: dict[str, Any]) -> None:
    """Whoever holds the secret reads the details as they were sealed."""
    assert entries.open_sealed(SECRET, make(details=value)) == value


@given(details, details)
def test_length_tells_nothing_below_a_block(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Sealed details come in steps of 128 bytes: length tells no reason and no outcome."""
    sizes = {len(make(details=value).sealed) for value in (one, other)}
    assert all(size % entries.BLOCK == entries.SIV_BYTES for size in sizes)
    reasons = ({}, {"reason": "consent_withdrawn"}, {"reason": "too_poor", "device": "gate-1"})
    assert len({len(make(details=value).sealed) for value in reasons}) == 1


def test_tag_is_an_hmac_under_the_persons_secret() -> None:
    """The tag is HMAC-SHA256(s, id): found by who holds s, unlinkable for others."""
    entry = make()
    assert entry.tag == hmac.new(SECRET, EVENT, sha256).digest()
    assert make(event_id=EVENT[::-1]).tag != entry.tag


def test_time_is_rounded_down_to_the_interval() -> None:
    """No entry is finer than a minute; a longer checkpoint interval rounds to itself."""
    assert make().at == 1_699_999_980
    assert make(interval=3600).at == 1_699_999_200
    for interval in (1, 59, 90, 0, -60):
        with pytest.raises(Misused):
            make(interval=interval)


def test_no_person_in_the_leaf() -> None:
    """Details are not legible in the leaf, and do not show in a repr."""
    entry = make(details={"device": "gate-one", "reason": "withdrawn"})
    assert b"gate-one" not in entries.leaf_bytes(entry)
    assert "sealed" not in repr(entry)


def test_another_secret_opens_nothing() -> None:
    """Another person's, or another purpose's, secret is told by the tag."""
    with pytest.raises(Tampered, match="does not belong"):
        entries.open_sealed(sha256(b"other").digest(), make())


def test_sealed_details_belong_to_their_entry() -> None:
    """Details moved to another id or kind, or changed by a bit, do not open."""
    entry, other = make(details={"n": 1}), make(event_id=EVENT[::-1])
    flipped = bytes([entry.sealed[0] ^ 1]) + entry.sealed[1:]
    for changed in (
        replace(other, sealed=entry.sealed),
        replace(entry, kind="use:verification:refused"),
        replace(entry, sealed=flipped),
    ):
        with pytest.raises(Tampered, match="do not open"):
            entries.open_sealed(SECRET, changed)


@given(made, st.data())
def test_changed_leaf_is_another_entry_or_none(entry: Entry, data: st.DataObject) -> None:
    """A changed byte never parses to the same entry, and never fails in foreign words."""
    leaf = bytearray(entries.leaf_bytes(entry))
    leaf[data.draw(st.integers(0, len(leaf) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(Tampered):
        assert entries.parse_leaf(bytes(leaf)) != entry


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"v": 1.0},
        {"at": 61},
        {"at": 60.0},
        {"at": True},
        {"at": -60},
        {"at": "60"},
        {"id": "AB" * 16},
        {"id": "ab " * 16},
        {"id": "ab" * 15},
        {"id": 5},
        {"kind": "matched"},
        {"kind": "Use:x"},
        {"kind": 5},
        {"kind": ["a:b"]},
        {"purpose": "a\u2028b"},
        {"purpose": None},
        {"tag": "00"},
        {"sealed": ""},
        {"sealed": "00" * 100},
        {"public": []},
        {"public": {"x": 1.5}},
        {"public": {"x": 2**53}},
        {"public": {"x": "a\u0085b"}},
        {"public": {"x": "\ud800"}},
        {"public": {"x": "y" * 5000}},
        {"extra": 1},
    ],
)
def test_strict_leaves(change: dict[str, Any]) -> None:
    """Another version, type, range, case, length or field is no ledger entry."""
    value = json.loads(entries.leaf_bytes(make())) | change
    leaf = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(Tampered):
        entries.parse_leaf(leaf)


@pytest.mark.parametrize(
    "leaf",
    [b"", b"[]", b"1", b"\xff", b"[" * 16_000, b"x" * 20_000, b'{"at":9' + b"9" * 5000 + b"}"],
)
def test_noise_is_no_leaf(leaf: bytes) -> None:
    """Noise, depth and size are refused in our words."""
    with pytest.raises(Tampered):
        entries.parse_leaf(leaf)
    with pytest.raises(Tampered):
        entries.head_of(leaf)


def test_other_spellings_of_a_leaf_are_refused() -> None:
    """One entry has one leaf: spaces, order, repeated keys and escapes are no second one."""
    leaf = entries.leaf_bytes(make(purpose="员工门"))
    for spelling in (
        leaf + b" ",
        leaf.replace(b'"v":1', b'"v":1,"v":1'),
        leaf.replace("员".encode(), b"\\u5458"),
        leaf.replace(b'"at"', b' "at"'),
    ):
        assert spelling != leaf
        with pytest.raises(Tampered):
            entries.parse_leaf(spelling)


def test_senseless_entries_are_misuse() -> None:
    """What could not be read back is refused when made."""
    for changed in (
        {"event_id": b"short"},
        {"kind": "verification"},
        {"at": -1},
        {"details": {"score": 0.5}},
        {"details": {"text": "x" * 5000}},
        {"public": {"score": 0.5}},
        {"public": {"line": "a\u2028b"}},
        {"purpose": "x" * 129},
    ):
        with pytest.raises(Misused):
            make(**changed)
    with pytest.raises(Misused):
        entries.tag_of(b"short", EVENT)


@given(
    purpose=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=60
    ),
    public=details,
)
def test_a_leaf_is_canonical_json(purpose: str, public: dict[str, Any]) -> None:
    """It is put together piece by piece for speed: the bytes are those of the canonical form."""
    with suppress(Misused):
        entry = make(purpose=purpose, public=public)
        told = {
            "at": entry.at, "id": entry.id.hex(), "kind": entry.kind, "public": entry.public,
            "purpose": entry.purpose, "sealed": entry.sealed.hex(), "tag": entry.tag.hex(), "v": 1,
        }  # fmt: skip
        assert entries.leaf_bytes(entry) == canonical(told)


def test_leaves_remembered_are_those_that_would_be_parsed() -> None:
    """Whether an entry was written or read before, the same bytes are the same entry."""
    entry = make(details={"outcome": "match"})
    leaf = entries.leaf_bytes(entry)
    assert entries.remember(leaf, entry) == leaf
    assert entries.parse_leaf(leaf) == entries._parsed(leaf) == entry
    for n in range(entries.MOST + 10):
        entries.remember(b"%d" % n, entry)
    assert len(entries._KNOWN) == entries.MOST
    entries._KNOWN.clear()


def test_a_secret_made_ready_says_and_opens_the_same() -> None:
    """And shows nothing of itself."""
    ready = entries.Secret(SECRET)
    entry = make(details={"outcome": "match"})
    assert entries.open_sealed(ready, entry) == entries.open_sealed(SECRET, entry)
    assert entries.tag_of(ready, EVENT) == entries.tag_of(SECRET, EVENT)
    assert SECRET.hex() not in repr(ready)
    assert repr(SECRET) not in repr(ready)
