"""The evidence bundle: what every room answers, in an auditor's order, and the ledger behind it.

The findings are written into the ledger *before* they are packed, and the bundle's digest after:
so neither can be exchanged later without the tree showing it (Measures art. 16; PIPL art. 69).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from facekeep import __version__
from facekeep.governance.workdays import day_of, end_of
from facekeep.ledger import bundle as offline
from facekeep.ledger import log, merkle, verify
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.parcel import Packer
from facekeep.oversight import asked
from facekeep.oversight.asked import Questions, Told
from facekeep.oversight.chapters import Annex, Chapter, Obligations, annex
from facekeep.oversight.papers.bundle_page import page
from facekeep.oversight.trail import EXPORTED, Trail
from facekeep.storage.home import Home
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused
from facekeep.terms.evidence import Finding, Gap

YEAR = 366 * 86_400
"""Seconds: a bundle older than this no longer shows that one can be made."""

MAX_NOTES = 400
"""Checkpoints packed of one kind; evenly thinned beyond, the first and the last kept."""

BACKLOG = 64
"""Rows read at once from the ledger."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in China's time, both inclusive."""

    since: date
    until: date

    @property
    def start(self) -> int:
        """The first moment, seconds since 1970."""
        return end_of(self.since - timedelta(days=1)) + 1

    @property
    def end(self) -> int:
        """The first moment after it, seconds since 1970."""
        return end_of(self.until) + 1


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: its manifest's digest, the ledger entry, and what it holds."""

    digest: str
    event: str
    findings: int
    gaps: int
    entries: int
    size: int


def period(since: str, until: str | None, now: float) -> Period:
    """The days asked for. Raises ``Misused`` for what is no period of the past."""
    today = day_of(now)
    first, last = _day(since), today if until is None else _day(until)
    if first > last or first > today:
        raise Misused("the period ends before it begins, or has not begun")
    return Period(first, min(last, today))


def export(
    home: Home, questions: Questions, obligations: Obligations, days: Period, output: Path
) -> Exported:
    """Ask, write down, seal, pack. ``output`` appears whole or not at all."""
    at = int(home.journal.now())
    with whole_file(output) as file:
        findings = [asked.told(n, f, at) for n, f in asked.ask(questions, at).items()]
        proof, newest = _collect(home, findings, days)
        ledger, packer = _Ledger(home, days, newest), Packer(file)
        about = _about(home, days, at, ledger, obligations)
        _pack_chapters(packer, annex(), findings, obligations)
        ledger.pack(packer, proof)
        _pack_pages(packer, about, findings, obligations)
        digest = packer.finish(about, home.signer)
    return _remember(home, days, findings, ledger, digest)


def _pack_pages(
    packer: Packer, about: Mapping[str, Any], findings: Sequence[Told], obligations: Obligations
) -> None:
    """The front page in both languages; it lists what was packed before it."""
    for language, name in (("zh", "index.html"), ("en", "index.en.html")):
        text = page(language, about, annex(), findings, obligations, packer.members)
        packer.add(name, [text.encode()])


def _remember(
    home: Home, days: Period, findings: Sequence[Told], ledger: _Ledger, digest: str
) -> Exported:
    """The bundle's digest goes into the ledger."""
    gaps = sum(len(one["gaps"]) for one in findings)
    noted = {
        "digest": digest, "findings": len(findings), "gaps": gaps,
        "since": days.since.isoformat(), "until": days.until.isoformat(),
    }  # fmt: skip
    entry = Trail(home).write(EXPORTED, noted)
    entries = ledger.end - ledger.first
    return Exported(digest, entry.id.hex(), len(findings), gaps, entries, ledger.size)


def _collect(home: Home, findings: Sequence[Told], days: Period) -> tuple[str, str]:
    """Bind the findings in the ledger and seal it; returns the entry's proof and the note."""
    public = {
        "findings": offline.findings_digest(findings),
        "home": home.id.hex(),
        "since": days.since.isoformat(),
        "until": days.until.isoformat(),
    }
    entry = Trail(home).write(offline.COLLECTED, public)
    note = home.seal_checkpoint()
    with home.records.reading() as connection:
        return log.prove(connection, entry.id, _size(note)).to_json(), note


def _about(
    home: Home, days: Period, at: int, ledger: _Ledger, obligations: Obligations
) -> dict[str, Any]:
    """What the manifest says beside its list."""
    return {
        "schema": offline.SCHEMA,
        "program": f"facekeep {__version__}",
        "home": home.id.hex(),
        "origin": home.signer.name,
        "key": home.signer.vkey,
        "created": at,
        "period": {"since": days.start, "until": days.end},
        "ledger": {"first": ledger.first, "end": ledger.end, "size": ledger.size},
        "obligations": {duty: list(asks) for duty, asks in sorted(obligations.items())},
    }


# -- chapters -------------------------------------------------------------------------------


def _pack_chapters(
    packer: Packer, book: Annex, findings: Sequence[Told], obligations: Obligations
) -> None:
    homes = book.home_of([one["id"] for one in findings], obligations)
    for chapter in book.chapters:
        own = [one for one in findings if homes[one["id"]] is chapter]
        packer.add(f"{chapter.folder}/chapter.json", [_chapter(book, chapter, homes, obligations)])
        for one in own:
            packer.add(f"{chapter.folder}/findings/{one['id']}.json", [canonical(one)])


def _chapter(
    book: Annex, chapter: Chapter, homes: Mapping[str, Chapter], obligations: Obligations
) -> bytes:
    """The topic, its obligations, and where each question's finding lies."""
    asks = {duty: list(obligations.get(duty, ())) for duty in chapter.obligations}
    where = {
        question: f"{homes[question].folder}/findings/{question}.json"
        for question in book.questions(chapter, obligations)
        if question in homes
    }
    told = {
        "number": chapter.number, "id": chapter.id, "zh": chapter.zh, "en": chapter.en,
        "annex": chapter.annex, "basis": book.basis, "obligations": asks, "findings": where,
    }  # fmt: skip
    return canonical(told)


# -- the ledger -----------------------------------------------------------------------------


class _Ledger:
    """The stretch of the ledger a period needs, read in one view.

    It begins with the last entry before the period and ends at the first checkpoint behind the
    first entry after it: so a reader sees that nothing of the period was left out.
    """

    def __init__(self, home: Home, days: Period, newest: str) -> None:
        self._home, self._newest, self.size = home, newest, _size(newest)
        with home.records.reading() as connection:
            self.first = max(0, self._index_at(days.start) - 1)
            behind = self._index_at(days.end) + 1
            own = [note for note in log.checkpoints(connection) if _size(note) <= self.size]
        ends = [_size(note) for note in own if _size(note) >= min(behind, self.size)]
        self.end = min(ends)
        self._own = [note for note in own if self.first <= _size(note) <= self.end]

    def pack(self, packer: Packer, proof: str) -> None:
        """The key, the peaks before, the entries, the checkpoints, the findings' proof."""
        home = self._home
        packer.add(f"{offline.FOLDER}/ledger.pub", [f"{home.signer.vkey}\n".encode()])
        with home.records.reading() as connection:
            packer.add(offline.BEFORE, [canonical(self._before())])
            packer.add(offline.ENTRIES, self._lines())
            packer.add(offline.CHECKPOINTS, [canonical(self._checkpoints(connection))])
        packer.add(offline.PROOF, [proof.encode()])

    def _index_at(self, moment: int) -> int:
        """The first entry at or after a moment; the ledger's size where there is none."""
        low, high = 0, self.size
        with self._home.records.reading() as connection:
            while low < high:
                middle = (low + high) // 2
                if log.entry(connection, middle).at < moment:
                    low = middle + 1
                else:
                    high = middle
        return low

    def _before(self) -> dict[str, Any]:
        peaks = [self._node(*place).hex() for place in offline.peak_places(self.first)]
        return {"size": self.first, "peaks": peaks}

    def _node(self, level: int, index: int) -> bytes:
        query = (
            "SELECT hash FROM ledger_node WHERE level = ? AND idx = ?"
            if level
            else "SELECT hash FROM ledger_entry WHERE ? = 0 AND idx = ?"
        )
        row = self._home.records.one(query, level, index)
        if row is None:
            raise merkle.missing_node(level, index)
        return bytes(row[0])

    def _lines(self) -> Iterator[bytes]:
        query = "SELECT idx, hash, leaf FROM ledger_entry WHERE idx >= ? AND idx < ? ORDER BY idx"
        for low in range(self.first, self.end, BACKLOG):
            rows = self._home.records.rows(query, low, min(low + BACKLOG, self.end))
            yield "".join(f"{verify.export_line(*row)}\n" for row in rows).encode()

    def _checkpoints(self, connection: Any) -> dict[str, Any]:
        rows = connection.execute(
            "SELECT name, note, seen_at FROM ledger_witness ORDER BY size, name"
        )
        seen = [row for row in rows if _size(row[1]) <= self.size]
        kept = _thinned(seen)
        older = {_size(note): note for _, note, _ in kept}
        older[self.end] = next(note for note in self._own if _size(note) == self.end)
        return {
            "newest": self._newest,
            "own": _thinned(self._own),
            "witnessed": [{"name": n, "note": note, "seen_at": at} for n, note, at in kept],
            "growth": [
                {"older": note, "path": [h.hex() for h in log.consistency(connection, size, self.size)]}
                for size, note in sorted(older.items())
            ],
        }  # fmt: skip


def _thinned(rows: Sequence[Any]) -> list[Any]:
    """At most :data:`MAX_NOTES`, evenly taken; the first and the last stay."""
    if len(rows) <= MAX_NOTES:
        return list(rows)
    last = len(rows) - 1
    return [rows[round(n * last / (MAX_NOTES - 1))] for n in range(MAX_NOTES)]


def _size(note: str) -> int:
    return parse_checkpoint(parse_note(note).text).size


# -- the question ---------------------------------------------------------------------------


def exported(home: Home, at: int) -> Finding:
    """Whether evidence was put out of reach in the last year (Measures art. 16, PIPL art. 69)."""
    if not home.purposes.names():
        return Finding(applies=False)
    trail = Trail(home)
    if alarm := trail.unreadable():
        return Finding({"alarm": alarm}, (Gap("the record of exported evidence was altered", "Run facekeep doctor"),))  # fmt: skip
    last = trail.last(EXPORTED)
    if last is None or at - last.at > YEAR:
        return Finding({"last": last and last.at}, (_NONE,))
    return Finding({"last": last.at, "digest": last.digest, "event": last.event})


_NONE = Gap(
    "no evidence bundle was exported in the last year",
    "facekeep evidence export --since 2026-01-01 -o evidence.zip, and keep the file elsewhere",
)


# -- files and days -------------------------------------------------------------------------


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears whole or not at all, readable by its owner. Raises ``Misused``."""
    neighbour = path.with_name(path.name + ".part")
    try:
        neighbour.unlink(missing_ok=True)  # never somebody else's file or link of that name
        handle = os.open(neighbour, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError:
        raise Misused("the file cannot be written there") from None
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(neighbour, path)
    finally:
        neighbour.unlink(missing_ok=True)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Misused("a date is written YYYY-MM-DD") from None
    return max(day, date(1970, 1, 2))  # nothing was recorded before clocks began
