"""The register of filings: opened by latches, closed by officers, watched for change.

What was filed is kept as a snapshot; the live facts are compared with it, and the day a difference is
first seen is day 0 of the change filing (law.md section 5; Measures art. 15). A difference that goes
away again closes nothing: an officer says why.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from facekeep.governance import calendars
from facekeep.governance.clockbook import Part
from facekeep.governance.filings import RULES, Filing, Kind, Status, opened
from facekeep.governance.workdays import Schedule
from facekeep.oversight import counter
from facekeep.oversight.books import Books
from facekeep.oversight.counter import LAW, Lines
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Refused

BANDS = (100_000, 500_000, 1_000_000, 5_000_000, 10_000_000)
"""A number of people in another band is a material change (our reading; the form is not published)."""

MAX_NUMBER = 100
MAX_REASON = 500
LEAST_REASON = 8
"""Characters of a reason that says something."""

FACTS = "governance.filed.facts"
"""The question whose facts are filed, beside the number of people and minors."""

VOLUNTARY = frozenset({Kind.FACE, Kind.OFFICER, Kind.CHANGE})
"""Kinds that may be filed before any line is reached."""


@dataclass(frozen=True, slots=True)
class Word:
    """An officer's word, its signature verified by the door that took it (hex)."""

    officer: str
    signature: str = ""


# -- what is filed --------------------------------------------------------------------------


def live_facts(books: Books, now: int) -> dict[str, Any]:
    """The facts a filing states, as they are at a moment, by the name of what is watched."""
    count = counter.look(books, now)
    return {
        **books.ask(FACTS, now).facts,
        "number": band(count.people["stored"][1]),
        "minors": bool(count.under_14 + count.from_14_to_17),
    }


def band(people: int) -> str:
    """The band a number of people lies in."""
    below = [line for line in BANDS if people >= line]
    return f">={below[-1]}" if below else f"<{BANDS[0]}"


def digest_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 of the facts' canonical form, hex: the ``snapshot_hash`` of a filing."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def changes(books: Books, now: int) -> tuple[str, ...]:
    """Which filed facts are other now; empty where nothing is filed. Raises ``Refused``.

    What a de-registration tells is no change: the purposes it is about, and that there are fewer
    people without them.
    """
    filed = books.filings.filed()
    if filed is None:
        return ()
    before = books.filings.snapshot(filed.snapshot)
    if before is None or digest_of(before) != filed.snapshot:
        raise Refused(
            "the snapshot of what was filed is missing",
            "Bring the records back from a backup, or file the change anew",
            article="FRM-15-3",
        )
    live = live_facts(books, now)
    gone = _deregistered(books, live) & set(before["purposes"])
    before = _without(before, gone, live)
    return tuple(sorted(k for k in {*before, *live} if before.get(k) != live.get(k)))


def _deregistered(books: Books, live: Mapping[str, Any]) -> set[str]:
    """Purposes whose end was told, or is to be told, by a filing of its own (Measures art. 15)."""
    told = books.filings.of(Kind.DEREGISTER, Status.OPEN, Status.SUBMITTED)
    return {name for filing in told for name in filing.about} - set(live["purposes"])


def _without(filed: Mapping[str, Any], gone: set[str], live: Mapping[str, Any]) -> dict[str, Any]:
    """The filed facts as they would be, had the purposes that are gone never been filed."""
    return {
        name: {k: v for k, v in fact.items() if k not in gone} if isinstance(fact, dict)
        else live.get(name) if gone and _fell(name, fact, live.get(name))
        else fact
        for name, fact in filed.items()
    }  # fmt: skip


def _fell(name: str, filed: Any, live: Any) -> bool:
    """Fewer people in the stores, no minors left: that follows from the end of a use."""
    if name == "number":
        bands = [band(0), *map(band, BANDS)]
        return bands.index(live) < bands.index(filed)
    return name == "minors" and not live


# -- opening --------------------------------------------------------------------------------


def watch(books: Books) -> Filing | None:
    """Open or extend the change filing where filed facts are other now. Idempotent."""
    now = int(books.now())
    changed = changes(books, now)
    running = books.filings.of(Kind.CHANGE, Status.OPEN)
    told = set(running[0].about) if running else set()
    if not set(changed) - told:
        return running[0] if running else None
    with books.transaction() as tx:
        if running:
            return _write(tx, books, replace(running[0], about=(*sorted({*told, *changed}),)))
        filing = opened(Kind.CHANGE, books.today, books.calendar, about=changed)
        return _begin(tx, books, filing)


def open_rectification(books: Books, done: date) -> Filing:
    """An ordered audit's findings are rectified: the report runs from that day (AUD-11)."""
    if done > books.today:
        raise Misused("the day lies in the future")
    with books.transaction() as tx:
        return _begin(tx, books, opened(Kind.RECTIFICATION, done, books.calendar))


def open_deregistration(books: Books, purposes: tuple[str, ...], ended: date) -> Filing | None:
    """Use of these purposes ended; None where nothing was ever filed or had to be."""
    if not books.filings.of(Kind.FACE, Status.OPEN, Status.SUBMITTED):
        return None
    name = f"{ended.isoformat()}-{'-'.join(purposes)}"[:120]
    filing = opened(Kind.DEREGISTER, ended, books.calendar, name=name, about=purposes)
    if (known := books.filings.get(filing.id)) is not None:
        return known
    with books.transaction() as tx:
        return _begin(tx, books, filing)


# -- closing --------------------------------------------------------------------------------


def submitted_message(home: bytes, kind: Kind, number: str, on: date) -> bytes:
    """What an officer signs who filed: at this home, this receipt, of this day."""
    return _message("filing:submitted", home, on, kind=kind, number=number)


def closed_message(home: bytes, kind: Kind, because: str, on: date) -> bytes:
    """What an officer signs who closes a filing without a receipt: at this home, today."""
    return _message("filing:closed", home, on, kind=kind, because=because)


def ended_message(home: bytes, name: str, on: date) -> bytes:
    """What an officer signs who ends a use for good: at this home, today."""
    return _message("filing:deregister", home, on, name=name)


def _message(act: str, home: bytes, on: date, **about: str) -> bytes:
    """A word that holds in one home on one day, or for one day's receipt."""
    return canonical({"act": act, "home": home.hex(), "on": on.isoformat(), **about})


def submit(books: Books, kind: Kind, number: str, on: date, word: Word) -> Filing:
    """An officer filed: keep the receipt's number and day, and what was filed.

    Raises ``Misused`` for an impossible number or day, ``Refused`` where nothing was to be filed.
    """
    number, now = _clean(number, MAX_NUMBER), int(books.now())
    filing = _to_submit(books, kind, on)
    if not filing.day0 <= on <= books.today:
        raise Misused("the day of filing lies between day 0 and today")
    if any(other.number == number for other in books.filings.of(kind)):
        raise Misused("this receipt number is in the register already")
    done = replace(
        filing, status=Status.SUBMITTED, number=number, submitted=on, officer=word.officer,
        signature=word.signature,
        snapshot=_snapshot(books, kind, now),
    )  # fmt: skip
    with books.transaction() as tx:
        if done.snapshot:
            books.filings.keep_snapshot(tx, done.snapshot, live_facts(books, now), now)
        if kind is Kind.DEREGISTER:
            _lay_down(tx, books, done, now)
        return _write(tx, books, done, "submitted")


def close(books: Books, kind: Kind, because: str, word: Word, lines: Lines = LAW) -> Filing:
    """An officer closes an open filing without a receipt, with a reason.

    Raises ``Refused`` while what opened it still stands.
    """
    filing = books.filings.running(kind)
    because = _clean(because, MAX_REASON)
    if len(because) < LEAST_REASON:
        raise Misused("the reason says too little")
    _refuse_standing(books, filing, lines)
    closed = replace(
        filing,
        status=Status.CLOSED,
        because=because,
        officer=word.officer,
        signature=word.signature,
    )
    with books.transaction() as tx:
        return _write(tx, books, closed, "closed")


def add_years(books: Books, years: Mapping[int, Schedule]) -> tuple[list[int], list[Filing]]:
    """Add years to the calendar and move what was provisional; returns both.

    Raises ``Misused`` naming a day that contradicts what is known.
    """
    with books.transaction() as tx:
        added = calendars.add_years(tx, books.clocks, years, int(books.now()))
        moved = _recompute(tx, books)
        if added or moved:
            public = {"years": added, "moved": [filing.id for filing in moved]}
            books.clocks.tell(tx, "governance:calendar:extended", public)
    return added, moved


def _recompute(tx: sqlite3.Connection, books: Books) -> list[Filing]:
    """The table of working days grew: open filings take their new due dates; returns those."""
    moved = []
    for filing in books.filings.every():
        due = filing.rule.clock.due(filing.day0, books.calendar)
        new = replace(filing, due=due.date, provisional=due.provisional)
        if filing.status is Status.OPEN and new != filing:
            moved.append(books.filings.keep(tx, new, int(books.now())))
    return moved


def _to_submit(books: Books, kind: Kind, on: date) -> Filing:
    """The open filing of a kind, or a voluntary one that runs from the day it was made."""
    if books.filings.of(kind, Status.OPEN) or kind not in VOLUNTARY:
        return books.filings.running(kind)
    again = kind is not Kind.CHANGE and books.filings.of(kind, Status.SUBMITTED)
    if again or (kind is Kind.CHANGE and books.filings.filed() is None):
        raise Refused(
            "there is nothing of this kind to file", "See what is: facekeep filing status",
            article=RULES[kind].obligation,
        )  # fmt: skip
    return opened(kind, min(on, books.today), books.calendar)


def _snapshot(books: Books, kind: Kind, now: int) -> str:
    """What was filed, where a filing states facts."""
    return digest_of(live_facts(books, now)) if kind in (Kind.FACE, Kind.CHANGE) else ""


def _lay_down(tx: sqlite3.Connection, books: Books, done: Filing, now: int) -> None:
    """With the last purpose de-registered, no filing is in force and none is watched."""
    live = books.ask(FACTS, now).facts.get("purposes", {})
    if live:
        return
    for filing in books.filings.every():
        if filing.kind in (Kind.FACE, Kind.CHANGE) and filing.status is not Status.CLOSED:
            because = f"de-registered: {done.number}"
            closed = replace(filing, status=Status.CLOSED, because=because, officer=done.officer)
            books.filings.keep(tx, closed, now)


def _refuse_standing(books: Books, filing: Filing, lines: Lines) -> None:
    now = int(books.now())
    count = counter.look(books, now)
    reached = {c.opens for c in lines.counters() if c.opens and counter.upper(count, c) >= c.line}
    if filing.kind in reached:
        _refuse(filing, "the count has not fallen below the line")
    if filing.kind is Kind.CHANGE and changes(books, now):
        _refuse(filing, "the filed facts are still other than the live ones")
    if filing.kind is Kind.DEREGISTER and books.filings.of(Kind.FACE, Status.SUBMITTED):
        _refuse(filing, "the use that ended is still filed")


def _refuse(filing: Filing, why: str) -> None:
    raise Refused(
        why, f"File it: facekeep filing submitted {filing.kind} --number N --on DATE",
        article=filing.rule.obligation,
    )  # fmt: skip


def _begin(tx: sqlite3.Connection, books: Books, filing: Filing) -> Filing:
    kept = books.filings.begin(tx, filing, int(books.now()))
    books.clocks.tell(tx, "oversight:filing:opened", {"filing": kept.id})
    return kept


def _write(tx: sqlite3.Connection, books: Books, filing: Filing, act: str = "extended") -> Filing:
    known = books.filings.get(filing.id) is not None or filing.version
    kept = (books.filings.keep if known else books.filings.begin)(tx, filing, int(books.now()))
    public = {"filing": kept.id, **({"number": kept.number} if kept.number else {})}
    books.clocks.tell(tx, f"oversight:filing:{act}", public)
    return kept


def _clean(text: str, longest: int) -> str:
    clean = text.strip()
    if not clean or len(clean) > longest or not clean.isprintable():
        raise Misused(f"this text has 1 to {longest} printable characters")
    return clean


# -- materials ------------------------------------------------------------------------------

SLOTS: Mapping[str, bool] = {
    "profile_form": False,
    "application_form": False,
    "pipia_report": False,
    "credit_code_certificate": False,
    "id_legal_representative": True,
    "id_filer": True,
    "authorisation": False,
    "undertaking": False,
}
"""The eight materials of the filing notices, and whether each is a scan of somebody's identity card:
of those only digest and date are kept."""


def keep_material(books: Books, slot: str, digest: str, where: str) -> None:
    """Note that a material is ready: its SHA-256 and where the operator keeps it.

    Raises ``Misused`` for an unknown slot, or a place named for an identity scan: the copy is
    deleted once the filing is accepted, so no place is worth keeping.
    """
    if slot not in SLOTS:
        raise Misused(f"a material is one of {', '.join(SLOTS)}")
    if SLOTS[slot] and where:
        raise Misused("of an identity scan only digest and date are kept: leave out --where")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise Misused("a digest is 64 hexadecimal digits")
    told = {"digest": digest, "where": _clean(where, MAX_REASON) if where else ""}
    told["day"] = books.today.isoformat()
    with books.transaction() as tx:
        version = books.clocks.version(Part.MATERIAL, slot)
        books.clocks.keep(tx, Part.MATERIAL, slot, told, int(books.now()), version)
        books.clocks.tell(tx, "oversight:material:noted", {"slot": slot, "digest": digest})


def materials(books: Books) -> dict[str, Mapping[str, Any] | None]:
    """Every slot and what is in it."""
    found = {sheet.id: sheet.told for sheet in books.clocks.every(Part.MATERIAL)}
    return {slot: found.get(slot) for slot in SLOTS}
