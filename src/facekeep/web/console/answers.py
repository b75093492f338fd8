"""What every room answers, for pages that show much of it at once.

Asking everything recomputes the ledger and opens samples of every store, so an answer serves whoever looks
again soon: for a minute while nothing new is in the ledger, and otherwise for ten times as long as it took.
The page says when it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from facekeep.assembly import House
from facekeep.governance.workdays import day_of
from facekeep.ledger import log
from facekeep.oversight.books import Books
from facekeep.oversight.comply import Inquiry, Moment, Row, comply
from facekeep.oversight.obligations import book
from facekeep.terms.errors import FacekeepError
from facekeep.terms.evidence import Finding

Ask = Callable[[int], Finding]

QUIET_S = 60.0
"""Seconds an answer serves while nothing happens."""

TIMES = 10
"""How many times as long as it took to ask, whatever happens."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Every question's answer at one moment (seconds since 1970); ``asks`` give it again."""

    at: int
    asks: Mapping[str, Ask]

    def finding(self, question: str) -> Finding:
        """One answer; that there is none is a gap."""
        return Inquiry(self.asks, self.at).answer(question)

    def rows(self, house: House, *ids: str) -> tuple[Row, ...]:
        """The duties of the home's own regime, or those of these ids. Raises ``Misused``."""
        moment = Moment(day_of(self.at), self.at)
        return comply(book(), house.regime, self.asks, moment, ids)

    def books(self, house: House) -> Books:
        """What oversight has before it, with these answers for the rooms' own."""
        return replace(house.books, rooms=self.asks)


@dataclass(frozen=True, slots=True)
class _Kept:
    answers: Answers
    size: int
    asked: float
    took: float

    def serves(self, size: int) -> bool:
        age = monotonic() - self.asked
        return age < TIMES * self.took or (size == self.size and age < QUIET_S)


_KEPT: WeakKeyDictionary[House, _Kept] = WeakKeyDictionary()
_TURN = Lock()
"""Whoever comes while somebody asks waits, and is served the same."""


def answers_of(house: House) -> Answers:
    """What the rooms of a home answer now, or answered a moment ago."""
    with house.home.records.reading() as connection:
        size = log.size(connection)
    with _TURN:
        kept = _KEPT.get(house)
        if kept is None or not kept.serves(size):
            kept = _KEPT[house] = _asked(house, size)
        return kept.answers


def _asked(house: House, size: int) -> _Kept:
    began, at = monotonic(), int(house.home.journal.now())
    asks = {name: _tried(ask, at) for name, ask in house.questions().items()}
    return _Kept(Answers(at, asks), size, monotonic(), monotonic() - began)


def _tried(ask: Ask, at: int) -> Ask:
    """The answer, or the failure, as often as it is asked for."""
    try:
        return partial(_given, ask(at))
    except FacekeepError as error:
        return partial(_raise, error)
    except Exception:  # noqa: BLE001 - asked again, it is told apart where answers are judged
        return ask


def _given(finding: Finding, _at: int) -> Finding:
    return finding


def _raise(error: FacekeepError, _at: int) -> Finding:
    raise error
