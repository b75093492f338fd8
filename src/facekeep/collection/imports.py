"""Importing whom to ask: requests for consent, one a line. Nobody consents, nobody is enrolled.

Whether somebody was asked before, said yes or said no is answered alike: a list of who refused is
nobody's business (Measures art. 12). A line that was carried out is harmless the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from facekeep.collection.requests import Question, RequestDesk
from facekeep.collection.roster import Line, Named, Outcome
from facekeep.governance.guardians import ages, day_of, require_child_rules
from facekeep.governance.purposes import Purpose
from facekeep.storage.home import Home
from facekeep.terms.errors import FacekeepError, Misused, PurposeNotAllowed
from facekeep.terms.values import Operation

TAKEN = "collection:roster:taken"
LOT = 100
"""Lines of one transaction: nobody else at the door waits longer for it than for a withdrawal."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one line."""

    line: int
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a roster. ``carried_out`` is False where all or nothing was asked for, and one
    line could not be read."""

    carried_out: bool
    lines: tuple[Done, ...]

    def count(self, outcome: Outcome) -> int:
        """How many lines ended so."""
        return sum(line.outcome == outcome for line in self.lines)


class RosterDesk:
    """Opens a request for everybody on a roster."""

    def __init__(self, home: Home, requests: RequestDesk) -> None:
        self._home, self._requests = home, requests

    def take(self, purpose: str, lines: Sequence[Line]) -> Taken:
        """Ask whoever can be asked; every line is answered. Raises ``PurposeNotAllowed``."""
        text = self._home.purposes.get(purpose)
        judged = [self.judged(text, line) for line in lines]
        return self._carried_out(text, judged)

    def take_all(self, purpose: str, lines: Sequence[Line]) -> Taken:
        """Ask everybody, or nobody where one line is refused. Raises ``PurposeNotAllowed``."""
        text = self._home.purposes.get(purpose)
        judged = [self.judged(text, line) for line in lines]
        if any(isinstance(one, Done) for one in judged):
            return Taken(False, tuple(_unasked(one) for one in judged))
        return self._carried_out(text, judged)

    def judged(self, purpose: Purpose, line: Line) -> Done | tuple[int, Question]:
        """Whom a line asks about; or why not."""
        if line.named is None:
            return Done(line.number, "refused", line.why)
        try:
            guardian = self._asks_guardian(purpose, line.named)
        except (Misused, PurposeNotAllowed) as error:
            return Done(line.number, "refused", _said(error))
        return line.number, Question(line.named.subject, (purpose.id,), guardian=guardian)

    def _asks_guardian(self, purpose: Purpose, named: Named) -> bool:
        """A child's guardian is asked. The birth date is read here and kept nowhere."""
        if named.birth is None:
            return named.guardian
        now = self._home.journal.now()
        known = ages(named.birth, day_of(now))
        require_child_rules(purpose, known, now, Operation.ENROLMENT)
        return named.guardian or known.is_child(day_of(now))

    def _carried_out(
        self, purpose: Purpose, judged: Sequence[Done | tuple[int, Question]]
    ) -> Taken:
        wanted = [question for one in judged if not isinstance(one, Done) for question in [one[1]]]
        asked = iter(self._asked(wanted))
        lines = [one if isinstance(one, Done) else Done(one[0], next(asked)) for one in judged]
        taken = Taken(True, tuple(lines))
        public = {name: taken.count(name) for name in ("requested", "unchanged", "refused")}
        self._home.note(self._home.purpose_chain(purpose.id), TAKEN, {}, public)
        return taken

    def _asked(self, questions: Sequence[Question]) -> list[Outcome]:
        """In lots, each one transaction."""
        outcomes: list[Outcome] = []
        waiting = iter(questions)
        while lot := list(islice(waiting, LOT)):
            fresh = self._requests.ask_new(lot)
            outcomes += ["requested" if one else "unchanged" for one in fresh]
        return outcomes


def _unasked(one: Done | tuple[int, Question]) -> Done:
    return one if isinstance(one, Done) else Done(one[0], "unchanged")


def _said(error: FacekeepError) -> str:
    return getattr(error, "reason", "") or str(error)
