"""The evidence bundle, verified by somebody who has nothing but the file and the public key. Pure.

A bundle is a :mod:`~facekeep.ledger.parcel` with a stretch of the ledger in it: the peaks of the
tree before the stretch, every entry of the period, checkpoints the log signed and what witnesses
kept, and findings that were written into the ledger before they were packed. The signature says
who packed it; the rest binds even the packer: an entry that was edited, left out or moved does not
lead to the roots that were signed, and witnessed, earlier.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from facekeep.ledger import merkle, parcel, verify
from facekeep.ledger.entries import Entry, parse_leaf
from facekeep.ledger.parcel import Parcel, TamperedMember
from facekeep.ledger.verify import Proof, TamperedAt
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

SCHEMA = "facekeep-evidence/1"
COLLECTED = "oversight:evidence:collected"
"""The kind of the ledger entry that binds a bundle's findings before they are packed."""

FOLDER = "ledger"
BEFORE, ENTRIES = f"{FOLDER}/before.json", f"{FOLDER}/entries.jsonl"
CHECKPOINTS, PROOF = f"{FOLDER}/checkpoints.json", f"{FOLDER}/collected.json"
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries ``first <= index < end`` of the ledger, and the days they answer for.

    ``since`` and ``until`` are seconds since 1970: the period's first moment and the first after it.
    """

    first: int
    end: int
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Proved:
    """What a verified bundle shows. ``outside`` counts checkpoints somebody else has kept."""

    home: str
    origin: str
    digest: str
    created: int
    since: int
    until: int
    entries: int
    size: int
    root: bytes
    outside: int
    findings: int
    gaps: int


def findings_digest(findings: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the findings' own digests in the order of their ids, in hexadecimal."""
    ordered = sorted((one["id"], one["digest"]) for one in findings)
    return sha256(canonical([list(pair) for pair in ordered])).hexdigest()


def finding_digest(finding: Mapping[str, Any]) -> str:
    """SHA-256 of a finding without its digest, in hexadecimal."""
    bare = {key: value for key, value in finding.items() if key != "digest"}
    return sha256(canonical(bare)).hexdigest()


def verify_bundle(file: BinaryIO, vkey: str, witnessed: Sequence[str] = ()) -> Proved:
    """What the bundle proves. Raises ``TamperedMember`` or ``TamperedAt`` naming the altered place.

    ``witnessed`` are checkpoints of the same log that the verifier got from elsewhere.
    """
    pack = parcel.opened(file, vkey)
    if pack.about.get("schema") != SCHEMA:
        raise Misused("this is no evidence bundle")
    findings = _findings(pack)
    stretch = _stretch(pack)
    notes = _Notes.read(pack, vkey)
    _collected(pack, notes, findings_digest(findings))
    _recompute(pack, stretch, notes, [verify.head(n, vkey, outside=True) for n in witnessed])
    return _told(pack, stretch, notes, findings, len(witnessed))


def _told(
    pack: Parcel, stretch: Stretch, notes: _Notes, findings: Sequence[Mapping[str, Any]], given: int
) -> Proved:
    about = pack.about
    return Proved(
        home=about["home"], origin=pack.signed_by, digest=pack.digest,
        created=about["created"], since=stretch.since, until=stretch.until,
        entries=stretch.end - stretch.first, size=notes.newest.size, root=notes.newest.root,
        outside=len(notes.witnessed) + given, findings=len(findings),
        gaps=sum(len(one["gaps"]) for one in findings),
    )  # fmt: skip


# -- findings -------------------------------------------------------------------------------


def _findings(pack: Parcel) -> list[Mapping[str, Any]]:
    """Every finding; its digest is its own, and its file is named after it."""
    return [_finding(pack, name) for name in pack.names if "/findings/" in name]


def _finding(pack: Parcel, name: str) -> Mapping[str, Any]:
    one = pack.json(name)
    kinds = {"id": str, "gaps": list}
    if not isinstance(one, dict) or any(not isinstance(one.get(k), t) for k, t in kinds.items()):
        raise TamperedMember(name, "it is malformed")
    if one.get("digest") != finding_digest(one) or not name.endswith(f"/{one.get('id')}.json"):
        raise TamperedMember(name, "its digest is not its own")
    return one


def _collected(pack: Parcel, notes: _Notes, digest: str) -> None:
    """The findings are the ones the ledger remembers. Raises ``TamperedMember``."""
    try:
        proof = Proof.from_json(pack.read(PROOF).decode(errors="replace"))
        entry = verify.verify_proof(proof, notes.newest_note, notes.vkey)
    except Tampered as refused:
        raise TamperedMember(PROOF, refused.where.partition(":")[0]) from None
    said = str(entry.public.get("findings", ""))
    if entry.kind != COLLECTED or not hmac.compare_digest(said.encode(), digest.encode()):
        raise TamperedMember(PROOF, "the ledger remembers other findings")
    if entry.public.get("home") != pack.about.get("home"):
        raise TamperedMember(PROOF, "it is of another home")


# -- checkpoints ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Notes:
    """The bundle's checkpoints, each verified; ``witnessed`` and ``own`` lie under ``newest``."""

    vkey: str
    newest_note: str
    newest: verify.Head
    own: tuple[verify.Head, ...]
    witnessed: tuple[verify.Head, ...]

    @classmethod
    def read(cls, pack: Parcel, vkey: str) -> _Notes:
        """Raises ``TamperedMember`` for a note that does not verify or does not grow."""
        told = pack.json(CHECKPOINTS)
        try:
            notes = cls._of(told, vkey)
            for step in _many(told["growth"]):
                path = [bytes.fromhex(value) for value in _many(step["path"])]
                verify.verify_growth(step["older"], notes.newest_note, path, vkey)
            grown = {verify.head(step["older"], vkey).size for step in told["growth"]}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise TamperedMember(CHECKPOINTS, "it is malformed") from None
        except Tampered as refused:
            raise TamperedMember(CHECKPOINTS, refused.where.partition(":")[0]) from None
        if {head.size for head in notes.witnessed} - grown:
            raise TamperedMember(CHECKPOINTS, "a witnessed checkpoint lacks its proof of growth")
        return notes

    @classmethod
    def _of(cls, told: Mapping[str, Any], vkey: str) -> _Notes:
        newest = verify.head(told["newest"], vkey)
        own = tuple(verify.head(note, vkey) for note in _many(told["own"]))
        seen = tuple(
            verify.head(one["note"], vkey, outside=True) for one in _many(told["witnessed"])
        )
        if any(head.size > newest.size for head in (*own, *seen)):
            raise Tampered("the newest checkpoint was rolled back")
        return cls(vkey, told["newest"], newest, own, seen)


def _many(value: object) -> list[Any]:
    """A list. Raises ``TypeError``."""
    if not isinstance(value, list):
        raise TypeError
    return value


# -- entries --------------------------------------------------------------------------------


def _stretch(pack: Parcel) -> Stretch:
    about = pack.about
    try:
        period, ledger = about["period"], about["ledger"]
        told = Stretch(ledger["first"], ledger["end"], period["since"], period["until"])
    except (KeyError, TypeError):
        raise TamperedMember(parcel.MANIFEST, "it names no period") from None
    numbers = (told.first, told.end, told.since, told.until, about.get("created"))
    whole = all(type(value) is int and value >= 0 for value in numbers)
    if not whole or told.first > told.end or not isinstance(about.get("home"), str):
        raise TamperedMember(parcel.MANIFEST, "its period is no period")
    return told


def _recompute(
    pack: Parcel, stretch: Stretch, notes: _Notes, outside: Sequence[verify.Head]
) -> None:
    """Grow the tree from the peaks before the stretch and meet every root on the way."""
    nodes = _before(pack, stretch.first)
    hashes = _Hashes(pack, stretch, whole=stretch.end == notes.newest.size)
    size = stretch.first
    within = [h for h in (*notes.own, *notes.witnessed, *outside) if h.size <= stretch.end]
    if notes.newest.size == stretch.end:
        within.append(notes.newest)
    _refuse_unreached(stretch, outside, within)
    for head in sorted((h for h in within if h.size >= size), key=lambda h: h.size):
        grown = verify.extend(iter(hashes), size, head.size, nodes)
        if grown < head.size:
            raise TamperedMember(ENTRIES, f"entries are missing from number {grown} on")
        if merkle.root(nodes, head.size) != head.root:
            raise TamperedMember(ENTRIES, f"entries from number {size} on differ from {head}")
        size = grown
    if next(iter(hashes), None) is not None or size != stretch.end:
        raise TamperedMember(ENTRIES, f"no checkpoint vouches for entry number {size}")
    hashes.finish()


def _refuse_unreached(
    stretch: Stretch, outside: Sequence[verify.Head], within: Sequence[verify.Head]
) -> None:
    """A checkpoint from elsewhere that the bundle cannot be compared with is said, not skipped."""
    for head in outside:
        if head.size > stretch.end:
            raise TamperedAt("the ledger was rolled back", stretch.end, head.size)
        if head.size < stretch.first:
            raise Misused("the witnessed checkpoint is older than this bundle's entries")
    if not any(head.size == stretch.end for head in within):
        raise TamperedMember(CHECKPOINTS, "no checkpoint ends where the entries end")


def _before(pack: Parcel, first: int) -> merkle.Frontier:
    """The tree of the first entries, from its peaks."""
    told = pack.json(BEFORE)
    nodes = merkle.Frontier()
    try:
        peaks = [bytes.fromhex(value) for value in _many(told["peaks"])]
        spots = list(peak_places(first))
        if told["size"] != first or len(peaks) != len(spots):
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise TamperedMember(BEFORE, "it is not the tree before the entries") from None
    for (level, index), value in zip(spots, peaks, strict=True):
        nodes.put(level, index, value)
    return nodes


def peak_places(size: int) -> Iterator[tuple[int, int]]:
    """Level and index of the complete subtrees of a tree of ``size`` entries, largest first."""
    low = 0
    while low < size:
        level = (size - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


class _Hashes:
    """The entries' leaf hashes in order; watches numbers, times and the period's two ends."""

    def __init__(self, pack: Parcel, stretch: Stretch, whole: bool) -> None:
        self._stretch, self._whole = stretch, whole
        self._next, self._last_at = stretch.first, -1
        self._first_at: int | None = None
        self._lines = self._read(pack)

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def finish(self) -> None:
        """Raise ``TamperedMember`` where entries of the period may lie outside the stretch."""
        stretch, first = self._stretch, self._first_at
        if stretch.first and (first is None or first >= stretch.since):
            raise TamperedMember(ENTRIES, "entries before the first may belong to the period")
        if not self._whole and self._last_at < stretch.until:
            raise TamperedMember(ENTRIES, "entries behind the last may belong to the period")

    def _read(self, pack: Parcel) -> Iterator[bytes]:
        for line in pack.lines(ENTRIES):
            value, leaf = self._parsed(line)
            self._watch(leaf)
            self._next += 1
            yield value

    def _parsed(self, line: bytes) -> tuple[bytes, Entry]:
        try:
            value, leaf = verify.read_line(self._next, line.decode(errors="replace"))
            return value, parse_leaf(leaf)
        except Tampered as refused:
            why = refused.where.partition(":")[0]
            raise TamperedMember(
                ENTRIES, f"entry number {self._next} does not hold ({why})"
            ) from None

    def _watch(self, entry: Entry) -> None:
        if entry.at < self._last_at:
            raise TamperedMember(
                ENTRIES, f"entry number {self._next} does not hold (time runs backwards)"
            )
        if self._first_at is None:
            self._first_at = entry.at
        self._last_at = entry.at
