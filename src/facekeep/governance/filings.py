"""The register of filings: what must be told to an authority, since when, until when, and whether.

A filing is opened by a latch (a counter reached its line, a filed fact changed, use ended, a year
with minors ended) and stays open until an officer submits it, with the receipt's number, or closes it
with a reason. Day 0 never moves (our cautious reading of Measures art. 15).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from facekeep.governance.clockbook import ClockBook, Part, Sheet
from facekeep.governance.clocks import Clock, Unit
from facekeep.governance.workdays import Calendar
from facekeep.terms.errors import Refused


class Kind(StrEnum):
    """What is filed."""

    FACE = "face_filing"
    CHANGE = "face_change"
    DEREGISTER = "face_deregister"
    OFFICER = "pi_officer"
    MINORS = "minors_audit"
    RECTIFICATION = "audit_rectification"


class Status(StrEnum):
    """Where a filing stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which duty a kind of filing fulfils, before whom, and how long it may take."""

    obligation: str
    level: str
    clock: Clock
    what: str


RULES: Mapping[Kind, Rule] = {
    Kind.FACE: Rule(
        "FRM-15-1", "province", Clock(Unit.WORKDAY, 30, "stored_persons_reached_100000"),
        "file the use of face recognition",
    ),
    Kind.CHANGE: Rule(
        "FRM-15-3", "province", Clock(Unit.WORKDAY, 30, "material_change"),
        "file the change of what was filed",
    ),
    Kind.DEREGISTER: Rule(
        "FRM-15-4", "province", Clock(Unit.WORKDAY, 30, "end_of_use"),
        "de-register the use that ended",
    ),
    Kind.OFFICER: Rule(
        "PIPL-52", "city", Clock(Unit.WORKDAY, 30, "handled_persons_reached_1000000"),
        "report the personal-information protection officer",
    ),
    Kind.MINORS: Rule(
        "MINOR-37", "city", Clock(Unit.ANNUAL, 1, "year", "01-31"),
        "report the yearly audit on minors",
    ),
    Kind.RECTIFICATION: Rule(
        "AUD-11", "city", Clock(Unit.WORKDAY, 15, "rectification_done"),
        "report the rectification after an ordered audit",
    ),
}  # fmt: skip
"""Measures art. 15, PIPL art. 52, Minors Regulations art. 37, Audit Measures art. 11."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing. ``day0`` is excluded from the count, ``due`` is the last day in time."""

    id: str
    kind: Kind
    day0: date
    due: date
    provisional: bool = False
    status: Status = Status.OPEN
    snapshot: str = ""
    number: str = ""
    submitted: date | None = None
    officer: str = ""
    signature: str = ""
    because: str = ""
    about: tuple[str, ...] = ()
    """What it is about: the facts that changed, the purposes that ended."""
    version: int = 0

    @property
    def rule(self) -> Rule:
        """The duty behind it."""
        return RULES[self.kind]

    @property
    def is_late(self) -> bool:
        """Submitted after its day."""
        return self.submitted is not None and self.submitted > self.due

    def is_overdue(self, today: date) -> bool:
        """Open after its day."""
        return self.status is Status.OPEN and today > self.due


def opened(
    kind: Kind, day0: date, calendar: Calendar, *, name: str = "", about: tuple[str, ...] = ()
) -> Filing:
    """A filing that begins to run on ``day0``; ``name`` tells it from others of its kind."""
    due = RULES[kind].clock.due(day0, calendar)
    identity = f"{kind}/{name or day0.isoformat()}"
    return Filing(identity, kind, day0, due.date, due.provisional, about=about)


class FilingBook:
    """Filings and the snapshots of what was filed."""

    def __init__(self, book: ClockBook) -> None:
        self._book = book

    def keep(self, tx: sqlite3.Connection, filing: Filing, at: int) -> Filing:
        """Keep a filing, new or as changed since ``filing.version``. Raises ``Refused``."""
        sheet = self._book.keep(tx, Part.FILING, filing.id, _told(filing), at, filing.version)
        return replace(filing, version=sheet.version)

    def begin(self, tx: sqlite3.Connection, filing: Filing, at: int, *, again: int = 1) -> Filing:
        """Keep a new filing; a second one of the same kind and day takes a number."""
        name = filing.id if again == 1 else f"{filing.id}-{again}"
        if self._book.version(Part.FILING, name):
            return self.begin(tx, filing, at, again=again + 1)
        return self.keep(tx, replace(filing, id=name), at)

    def every(self) -> list[Filing]:
        """Every filing as it stands, by day 0."""
        found = [_filing(sheet) for sheet in self._book.every(Part.FILING)]
        return sorted(found, key=lambda filing: (filing.day0, filing.id))

    def of(self, kind: Kind, *statuses: Status) -> list[Filing]:
        """The filings of a kind, in the statuses given or in all, by day 0."""
        wanted = statuses or tuple(Status)
        return [f for f in self.every() if f.kind is kind and f.status in wanted]

    def get(self, name: str) -> Filing | None:
        """One filing by its id."""
        sheet = self._book.latest(Part.FILING, name)
        return None if sheet is None else _filing(sheet)

    def running(self, kind: Kind) -> Filing:
        """The open filing of a kind that is due first. Raises ``Refused`` where none is open."""
        found = sorted(self.of(kind, Status.OPEN), key=lambda filing: (filing.due, filing.id))
        if not found:
            raise Refused(
                f"no {kind} is open", "See what is: facekeep filing status",
                article=RULES[kind].obligation,
            )  # fmt: skip
        return found[0]

    def keep_snapshot(
        self, tx: sqlite3.Connection, digest: str, facts: Mapping[str, Any], at: int
    ) -> None:
        """Keep the facts that were filed, under their digest."""
        if not self._book.version(Part.SNAPSHOT, digest):
            self._book.keep(tx, Part.SNAPSHOT, digest, facts, at)

    def snapshot(self, digest: str) -> Mapping[str, Any] | None:
        """The facts under a digest."""
        sheet = self._book.latest(Part.SNAPSHOT, digest)
        return None if sheet is None else sheet.told

    def filed(self) -> Filing | None:
        """The newest filing that says what is true now: the first one or a change to it."""
        found = self.of(Kind.FACE, Status.SUBMITTED) + self.of(Kind.CHANGE, Status.SUBMITTED)
        found = [filing for filing in found if filing.snapshot]
        return max(found, key=lambda f: (f.submitted or f.day0, f.day0, f.version), default=None)


def _told(filing: Filing) -> dict[str, Any]:
    return {
        "kind": filing.kind, "level": filing.rule.level, "day0": filing.day0.isoformat(),
        "due": filing.due.isoformat(), "provisional": filing.provisional,
        "status": filing.status, "snapshot": filing.snapshot, "number": filing.number,
        "submitted": filing.submitted.isoformat() if filing.submitted else None,
        "officer": filing.officer, "signature": filing.signature, "because": filing.because, "about": list(filing.about),
    }  # fmt: skip


def _filing(sheet: Sheet) -> Filing:
    told = sheet.told
    submitted = date.fromisoformat(told["submitted"]) if told["submitted"] else None
    return Filing(
        sheet.id, Kind(told["kind"]), date.fromisoformat(told["day0"]),
        date.fromisoformat(told["due"]), told["provisional"], Status(told["status"]),
        told["snapshot"], told["number"], submitted, told["officer"], told["signature"], told["because"],
        tuple(told["about"]), sheet.version,
    )  # fmt: skip
