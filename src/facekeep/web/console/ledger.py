"""The ledger explorer: what was written down, and proofs that are verified in front of the reader.

Shown is only what a checkpoint vouches for. Entries name nobody: what they are about is sealed, and opens
with the person's own secret alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Lock
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from facekeep.assembly import House
from facekeep.governance.workdays import end_of
from facekeep.ledger import log, merkle, verify
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.entries import Entry, parse_leaf
from facekeep.storage.plot import PUBLIC_KEY
from facekeep.terms.errors import NotRecognised, Refused, Tampered
from facekeep.web.caller import Calling
from facekeep.web.console.climbing import Joint, Step, growth_steps, inclusion_steps
from facekeep.web.console.rail import render
from facekeep.web.console.today import outside_of
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Filled
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
READ = "read_ledger"

PAGE = 25
LOT = 250
"""Entries read at once while a filter looks for some."""

LOOKED = 5_000
"""Entries a filter looks through for one page; the next page goes on from there."""

MOST = 2_000_000
"""Entries that are recomputed while somebody waits: about ten seconds' work."""

ROOMS = ("access", "collection", "governance", "ledger", "oversight", "rights", "storage", "use")
LARGEST = 2**53 - 1

EventPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Size = Annotated[int | None, Query(ge=0, le=LARGEST)]
KindAsked = Annotated[str, Query(pattern=r"^[a-z][a-z0-9:_-]{0,63}$|^$")]
DayAsked = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
EventAsked = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the list."""

    index: int
    id: str
    kind: str
    words: str
    at: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list; ``before`` leads to the next, None at the end. ``cut`` says that the filter
    looked as far as it may and found no full page."""

    lines: tuple[Line, ...]
    before: int | None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Sealed:
    """One checkpoint: how many entries, which root, whose signatures, and when a witness saw it."""

    size: int
    root: str
    signers: tuple[str, ...]
    note: str
    seen_at: int | None = None
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry with its proof, verified just now."""

    entry: Entry
    index: int
    size: int
    leaf: str
    steps: tuple[Step, ...]
    root: str
    note: str
    signers: tuple[str, ...]


# -- the list --------------------------------------------------------------------------------------


@router.get("/console/ledger")
def entries(
    call: Calling, request: Request, before: Size = None, kind: KindAsked = "",
    until: DayAsked = "", event: EventAsked = "",
) -> Response:  # fmt: skip
    """Entries, newest first, under the newest checkpoint; the filter stands in the address."""
    if event:
        return _to_entry(event)
    with call.doing(READ) as house, house.home.records.reading() as connection:
        covered, size = log.covered(connection), log.size(connection)
        start = min(before if before is not None else covered, covered)
        found = _found(connection, min(start, _index_after(connection, until, covered)), kind, call)
        newest = log.last_checkpoint(connection)
    return render(
        request, call, "console/ledger.html.j2", found=found, covered=covered, waiting=size - covered,
        kind=kind, until=until, newest=_sealed(newest) if newest else None,
        outside=outside_of(house), key=house.home.signer.vkey, rooms=_rooms(call),
    )  # fmt: skip


def _to_entry(event: str) -> Response:
    """On to the entry somebody asks for by its identifier, however it was written."""
    plain = "".join(event.split()).lower()
    if len(plain) != 32 or set(plain) - set("0123456789abcdef"):
        raise Unreadable(404)
    return go(f"/console/ledger/{plain}")


def _found(connection: sqlite3.Connection, start: int, kind: str, call: Call) -> Found:
    """The entries before an index that are of a kind, as far as one page may look."""
    lines: list[Line] = []
    lowest = max(start - LOOKED, 0)
    for index, entry in _backwards(connection, start, lowest):
        if len(lines) == PAGE:
            return Found(tuple(lines), index + 1)
        if kind in ("", entry.kind) or entry.kind.startswith(f"{kind}:"):
            lines.append(_line(index, entry, call.language))
    return Found(tuple(lines), lowest or None, cut=lowest > 0)


def _backwards(
    connection: sqlite3.Connection, start: int, lowest: int
) -> Iterator[tuple[int, Entry]]:
    """Entries from before ``start`` down to ``lowest``; each is compared with its hash as it is read."""
    while start > lowest:
        first = max(start - LOT, lowest)
        lines = log.page(connection, first, start - first)
        for index, line in reversed(list(enumerate(lines, first))):
            yield index, parse_leaf(verify.read_line(index, line)[1])
        start = first


def _index_after(connection: sqlite3.Connection, until: str, covered: int) -> int:
    """The index of the first entry after a day; times in the ledger never run back."""
    if not until:
        return covered
    try:
        end = end_of(date.fromisoformat(until)) + 1
    except (ValueError, OverflowError):
        raise Unreadable(422) from None
    low, high = 0, covered
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if log.entry(connection, middle).at < end else (low, middle)
    return low


def _line(index: int, entry: Entry, language: str) -> Line:
    return Line(
        index, entry.id.hex(), entry.kind, kind_of(entry.kind, language), entry.at, entry.purpose
    )


def kind_of(kind: str, language: str) -> str:
    """A kind in words; empty where it has none."""
    key = f"entry.{kind}"
    return WORDS.say(key, language) if key in WORDS else ""


def _rooms(call: Call) -> list[tuple[str, str]]:
    every = ("", WORDS.say("filter.all", call.language))
    return [every, *((room, WORDS.say(f"room.{room}", call.language)) for room in ROOMS)]


# -- checkpoints -----------------------------------------------------------------------------------


@router.get("/console/ledger/checkpoints")
def checkpoints(call: Calling, request: Request, before: Size = None) -> Response:
    """Signed checkpoints, newest first, and what witnesses returned."""
    with call.doing(READ) as house, house.home.records.reading() as connection:
        notes = log.checkpoints_before(connection, LARGEST if before is None else before, PAGE + 1)
        outside = [_sealed(note, at, name) for name, note, at in log.witnessed(connection, PAGE)]
    own = [_sealed(note) for note in notes[:PAGE]]
    return render(
        request, call, "console/checkpoints.html.j2", own=own, outside=outside,
        older=own[-1].size if len(notes) > PAGE else None, key=house.home.signer.vkey,
    )  # fmt: skip


def _sealed(note: str, seen_at: int | None = None, witness: str = "") -> Sealed:
    read = parse_note(note)
    head = parse_checkpoint(read.text)
    signers = tuple(one.name for one in read.signatures)
    return Sealed(head.size, head.root.hex(), signers, note, seen_at, witness)


@router.get("/console/ledger/growth")
def growth(
    call: Calling, request: Request, older: Annotated[Size, Query(alias="from")] = None,
    newer: Annotated[Size, Query(alias="to")] = None,
) -> Response:  # fmt: skip
    """That the ledger only grew between two checkpoints, verified in front of the reader."""
    with call.doing(READ) as house, house.home.records.reading() as connection:
        newest = log.covered(connection)
        until = newest if newer is None else newer
        since = min(until, older or 0)
        notes = (_note_of(connection, since), _note_of(connection, until))
        told = _grown(connection, notes, house.home.signer.vkey) if all(notes) else None
    return render(
        request, call, "console/growth.html.j2", older=since, newer=until, newest=newest, told=told,
        key=house.home.signer.vkey, status=200 if told or older is None else 404,
    )  # fmt: skip


def _note_of(connection: sqlite3.Connection, size: int) -> str:
    """A checkpoint over so many entries: what a witness kept, or else our own; empty where there is none."""
    return log.witnessed_of(connection, size) or log.checkpoint_of(connection, size) or ""


def _grown(connection: sqlite3.Connection, notes: tuple[str, str], vkey: str) -> Mapping[str, Any]:
    """Both checkpoints and every step between them. Raises ``Tampered`` where it does not lead there."""
    older, newer = map(_sealed, notes)
    path = log.consistency(connection, older.size, newer.size)
    verify.verify_growth(*notes, path, vkey)
    steps: list[Joint] = list(growth_steps(older.size, newer.size, path, bytes.fromhex(older.root)))
    return {"older": older, "newer": newer, "steps": steps, "path": len(path)}


# -- verifying everything --------------------------------------------------------------------------

_TURN = Lock()
"""One at a time: it takes a core for as long as it lasts."""


@router.post("/console/ledger/verify")
def verify_all(call: Calling, request: Request, form: Filled) -> Response:
    """Recompute the whole ledger from its leaves now, and compare all that is stored."""
    with call.doing(READ) as house, _alone():
        began = perf_counter()
        size, root, seen = _audited(house)
        took = perf_counter() - began
    return render(
        request, call, "console/verified.html.j2", size=size, root=root, seen=seen,
        took=round(took, 2), key=house.home.signer.vkey, at=house.home.journal.now(),
    )  # fmt: skip


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else verifies meanwhile. Answers 503 where somebody does."""
    if not _TURN.acquire(blocking=False):
        raise Unreadable("busy")
    try:
        yield
    finally:
        _TURN.release()


def _audited(house: House) -> tuple[int, str, Sealed | None]:
    """Size, root, and the newest checkpoint kept outside. Raises ``TamperedAt``, ``Refused`` for too many."""
    _refuse_other_key(house)
    with house.home.records.reading() as connection:
        if log.size(connection) > MOST:
            raise Refused(
                "the ledger is too long to be recomputed while somebody waits",
                "Verify it where it lies: facekeep ledger verify", "PIPL-51-3",
            )  # fmt: skip
        kept = log.last_witnessed(connection)
        size = log.audit(connection, house.home.signer.vkey, kept)
        return size, log.root(connection).hex(), _sealed(kept) if kept else None


def _refuse_other_key(house: House) -> None:
    """The key people compare with must be the one that signs. Raises ``Tampered``."""
    public = house.home.path / PUBLIC_KEY
    if not public.is_file() or public.read_text().strip() != house.home.signer.vkey:
        raise Tampered("ledger.pub is not the public half of this home's signing key")


# -- one entry -------------------------------------------------------------------------------------


@router.get("/console/ledger/{event}")
def entry(call: Calling, request: Request, event: EventPath) -> Response:
    """One entry, its proof step by step, and what it does not say."""
    with call.doing(READ) as house:
        proved = proved_of(house, event)
    public = json.dumps(dict(proved.entry.public), ensure_ascii=False, indent=2)
    return render(
        request, call, "console/entry.html.j2", proved=proved, event=event,
        words=kind_of(proved.entry.kind, call.language), outside=outside_of(house),
        public=public if proved.entry.public else "", key=house.home.signer.vkey,
    )  # fmt: skip


@router.get("/console/ledger/{event}/proof.json")
def proof_file(call: Calling, event: EventPath) -> Response:
    """The proof to take along: the entry, its path, the checkpoint, the key."""
    with call.doing(READ) as house, house.home.records.reading() as connection:
        size = _covering(connection, event)
        proof = log.prove(connection, bytes.fromhex(event), size)
        note, vkey = log.last_checkpoint(connection) or "", house.home.signer.vkey
    told = {"proof": json.loads(proof.to_json()), "checkpoint": note, "key": vkey}
    disposition = {"Content-Disposition": f'attachment; filename="facekeep-{event[:16]}.json"'}
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return Response(text, media_type="application/json", headers=disposition)


def proved_of(house: House, event: str) -> Proved:
    """An entry proved under the newest checkpoint. Raises ``Tampered``; answers 404, or 409 for now."""
    vkey = house.home.signer.vkey
    with house.home.records.reading() as connection:
        size = _covering(connection, event)
        proof = log.prove(connection, bytes.fromhex(event), size)
        note = log.last_checkpoint(connection) or ""
    entry = verify.verify_proof(proof, note, vkey)
    leaf, head = merkle.leaf_hash(proof.leaf), _sealed(note)
    steps = tuple(inclusion_steps(leaf, proof.index, proof.size, proof.path))
    return Proved(
        entry, proof.index, proof.size, leaf.hex(), steps, head.root, note, head.signers
    )  # fmt: skip


def _covering(connection: sqlite3.Connection, event: str) -> int:
    """The size of the newest checkpoint, which must cover the entry."""
    try:
        index = log.find(connection, bytes.fromhex(event))
    except NotRecognised:
        raise Unreadable(404) from None
    size = log.covered(connection)
    if index >= size:
        raise Unreadable("not_sealed_yet")
    return size
