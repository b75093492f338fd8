"""The end of a use: stop capture, erase, destroy keys, look whether anything is left, certify.

Each stage is written down before the next begins; what a crash interrupts is taken up where it was,
and what is finished is not done twice. The hands that act are handed in: oversight keeps the book.
The de-registration is due 30 working days from the day capture stopped (Measures art. 15).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from facekeep.governance.clockbook import Part, Sheet
from facekeep.governance.filings import Filing
from facekeep.oversight.books import Books
from facekeep.oversight.filing import FACTS, open_deregistration
from facekeep.terms.errors import Broken, Refused

BEGUN = "oversight:ending:begun"
COMPLETED = "oversight:ending:completed"
KINDS = (BEGUN, COMPLETED)
"""The two entries a certificate carries."""

STAGES = ("begun", "stopped", "erased", "completed")
EVERYTHING = "--all"
"""The name of an ending of every purpose."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What acts. Each may be called again after a crash and then finds less to do.

    ``stop`` ends a purpose and its capture; ``erase`` ends everybody's consent and face data in it and
    returns how many people that were; ``archives`` destroys the keys of sealed copies; ``left``
    counts what still exists of the purposes; ``horizon`` is when the last sealed copy dies
    (seconds since 1970, None where there is none).
    """

    stop: Callable[[str], object]
    erase: Callable[[str], int]
    archives: Callable[[], object]
    left: Callable[[tuple[str, ...]], Mapping[str, int]]
    horizon: Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending as the book has it. ``events`` are the identifiers of both entries, hex."""

    name: str
    purposes: tuple[str, ...]
    stage: str
    officer: str
    stopped: date | None
    people: int
    events: tuple[str, ...]
    version: int

    @property
    def is_over(self) -> bool:
        """Whether nothing remains to be done but the filing."""
        return self.stage == STAGES[-1]


def end(books: Books, hands: Hands, name: str, officer: str) -> tuple[Ending, Filing | None]:
    """End one purpose, or every one (:data:`EVERYTHING`); returns the ending and the filing due.

    Raises ``Refused`` where no such purpose is in force, ``Broken`` where something is left.
    """
    ending = _taken_up(books, name, officer)
    if ending.stage == "begun":
        for purpose in ending.purposes:
            hands.stop(purpose)
        ending = _reach(books, replace(ending, stage="stopped", stopped=books.today))
    assert ending.stopped is not None
    filing = open_deregistration(books, ending.purposes, ending.stopped)
    if ending.stage == "stopped":
        people = sum(hands.erase(purpose) for purpose in ending.purposes)
        if name == EVERYTHING:
            hands.archives()
        ending = _reach(books, replace(ending, stage="erased", people=ending.people + people))
    if not ending.is_over:
        _refuse_rest(hands.left(ending.purposes))
        ending = _complete(books, ending, hands.horizon())
    return ending, filing


def resume(books: Books, hands: Hands) -> list[Ending]:
    """Finish every ending that was interrupted; returns them."""
    names = unfinished(books)
    return [end(books, hands, name, "")[0] for name in names]


def unfinished(books: Books) -> list[str]:
    """The names of endings that were begun and are not over."""
    return [ending.name for ending in endings(books) if not ending.is_over]


def endings(books: Books) -> list[Ending]:
    """Every ending, as it stands."""
    return [_ending(sheet) for sheet in books.clocks.every(Part.ENDING)]


def _taken_up(books: Books, name: str, officer: str) -> Ending:
    """The ending of this name as far as it came, or a new one."""
    sheet = books.clocks.latest(Part.ENDING, name)
    known = None if sheet is None else _ending(sheet)
    if known is not None and not known.is_over:
        return known
    live = tuple(books.ask(FACTS, int(books.now())).facts["purposes"])
    purposes = live if name == EVERYTHING else tuple(one for one in live if one == name)
    if purposes:
        version = known.version if known else 0
        return _begin(books, Ending(name, purposes, "begun", officer, None, 0, (), version))
    if known is not None:
        return known
    raise Refused(
        "no purpose of this name is in force", "See which are: facekeep purpose list",
        article="FRM-15-4",
    )  # fmt: skip


def _begin(books: Books, ending: Ending) -> Ending:
    with books.transaction() as tx:
        event = books.clocks.tell(tx, BEGUN, {"purposes": list(ending.purposes)})
        kept = _keep(tx, books, replace(ending, events=(event.hex(),)))
        books.clocks.tell(tx, "oversight:ending:noted", {"stage": kept.stage})
    return kept


def _reach(books: Books, ending: Ending) -> Ending:
    with books.transaction() as tx:
        kept = _keep(tx, books, ending)
        books.clocks.tell(tx, f"oversight:ending:{ending.stage}", {"begun": ending.events[0]})
    return kept


def _complete(books: Books, ending: Ending, horizon: int | None) -> Ending:
    said = {
        "begun": ending.events[0], "purposes": list(ending.purposes), "people": ending.people,
        "left": 0, **({} if horizon is None else {"horizon": horizon}),
    }  # fmt: skip
    with books.transaction() as tx:
        event = books.clocks.tell(tx, COMPLETED, said)
        events = (ending.events[0], event.hex())
        kept = _keep(tx, books, replace(ending, stage="completed", events=events))
        books.clocks.tell(tx, "oversight:ending:noted", {"stage": kept.stage})
    return kept


def _keep(tx: sqlite3.Connection, books: Books, ending: Ending) -> Ending:
    sheet = books.clocks.keep(
        tx, Part.ENDING, ending.name, _told(ending), int(books.now()), ending.version
    )
    return replace(ending, version=sheet.version)


def _refuse_rest(left: Mapping[str, int]) -> None:
    rest = ", ".join(f"{kind}: {n}" for kind, n in sorted(left.items()) if n)
    if rest:
        raise Broken(
            f"something is left of the ended use ({rest})",
            "Examine the home: facekeep doctor, then repeat the command",
        )


def _told(ending: Ending) -> dict[str, Any]:
    return {
        "purposes": list(ending.purposes), "stage": ending.stage, "officer": ending.officer,
        "stopped": ending.stopped.isoformat() if ending.stopped else None,
        "people": ending.people, "events": list(ending.events),
    }  # fmt: skip


def _ending(sheet: Sheet) -> Ending:
    told = sheet.told
    stopped = date.fromisoformat(told["stopped"]) if told["stopped"] else None
    return Ending(
        sheet.id, tuple(told["purposes"]), told["stage"], told["officer"], stopped,
        told["people"], tuple(told["events"]), sheet.version,
    )  # fmt: skip
