"""What oversight has before it: the rooms' answers, and the clocks that are its own.

``questions(books)`` in the modules of this room gives further questions in the same form as the
rooms' own: a moment in, a ``Finding`` out. The engine asks both alike::

    asked = {**books.rooms, **clocks.questions(books)}
    asked["oversight.filing.face"](now)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from facekeep.governance.calendars import calendar_of
from facekeep.governance.clockbook import ClockBook
from facekeep.governance.filings import Filing, FilingBook
from facekeep.governance.workdays import Calendar, day_of
from facekeep.terms.errors import Misused
from facekeep.terms.evidence import Finding

Ask = Callable[[int], Finding]


@dataclass(frozen=True, slots=True)
class Books:
    """``rooms`` are the bound questions of every room (``House.evidence()``); ``now`` is the home's
    clock, which never moves behind the ledger (seconds since 1970).
    """

    rooms: Mapping[str, Ask]
    clocks: ClockBook
    transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    now: Callable[[], float]

    def ask(self, question: str, now: int) -> Finding:
        """One room's answer. Raises ``Misused`` where no room has the question."""
        if question not in self.rooms:
            raise Misused(f"no room answers {question}")
        return self.rooms[question](now)

    @property
    def filings(self) -> FilingBook:
        """The register."""
        return FilingBook(self.clocks)

    @property
    def calendar(self) -> Calendar:
        """The home's working days."""
        return calendar_of(self.clocks)

    @property
    def today(self) -> date:
        """The day in China."""
        return day_of(self.now())


def due_fact(what: str, filing: Filing) -> dict[str, object]:
    """A due date as every room states one, for the agenda."""
    return {
        "what": what,
        "due": filing.due.isoformat(),
        "provisional": filing.provisional,
        "obligation": filing.rule.obligation,
        "ref": filing.id,
    }


CHANGED = "the book of clocks was changed behind our back"
