"""What a home does by itself while it is open: it ends on time what is due, counts, and tells.

A term does not wait for somebody to start a program. Every step stands alone: what one raises keeps
no other from being taken, and is named where the service's health is shown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from facekeep.collection.invitations import InvitationDesk
from facekeep.collection.outbox import Outbox
from facekeep.collection.purposes import PurposeDesk
from facekeep.collection.requests import RequestDesk
from facekeep.db.queue import Ticks
from facekeep.governance.intents import Intent
from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.oversight import counter, filing
from facekeep.oversight.books import Books
from facekeep.rights.cases import CaseDesk
from facekeep.rights.withdrawal import WithdrawalDesk
from facekeep.storage import answered
from facekeep.storage.home import Home
from facekeep.terms.errors import Broken, FacekeepError, Refused, Tampered

JUMP_S = 300.0
"""Seconds by which the wall clock may run ahead of the machine's steady one before nobody believes it."""

HELD_S = 86_400.0
"""Seconds after which a clock that stayed ahead is believed: longer would keep what should be gone."""

Step = Callable[[], object]


class ClockJumped(Broken):
    """The wall clock leapt ahead: what it says is over is not ended on its word alone."""

    code = "clock_jumped"


def each(steps: Iterable[Step]) -> None:
    """Take every step, whatever an earlier one raised; then raise the first error."""
    errors = [error for step in steps if (error := _raised_by(step)) is not None]
    if errors:
        raise errors[0]


def _raised_by(step: Step) -> FacekeepError | None:
    try:
        step()
    except FacekeepError as error:
        return error
    return None


# -- endings --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desks:
    """Whoever knows what is over."""

    withdrawals: WithdrawalDesk
    cases: CaseDesk
    requests: RequestDesk
    invitations: InvitationDesk
    outbox: Outbox


def end_what_is_due(home: Home, desks: Desks) -> None:
    """Consents past their term, secrets past the evidence term, archives past their horizon, and
    whatever else was to be kept until now. Raises the first error once every step was taken.
    """
    each([partial(end_terms, home, desks), partial(forget, home, desks), partial(tidy, home)])


def end_terms(home: Home, desks: Desks) -> None:
    """What ends to the minute: consents with their faces, captures, archives."""
    each([desks.withdrawals.expire_due, partial(_sweep_books, home), partial(_end_archives, home)])


def forget(home: Home, desks: Desks) -> None:
    """What is looked for among everybody: people past the evidence term, cases, faces nobody consents
    to any more; and children who turn 14 soon."""
    each([
        desks.withdrawals.forget_due,
        desks.cases.forget_due,
        desks.requests.forget_due,
        desks.invitations.forget_due,
        desks.outbox.queue_coming_of_age,
        home.erase_ungranted,
    ])  # fmt: skip


def _sweep_books(home: Home) -> None:
    with home.records.transaction() as tx:
        answered.forget_old(tx, home.journal.now())
        home.captures.sweep(tx, home.journal.now())
        home.jobs.forget_old(tx, home.journal.now())
    with suppress(Tampered), home.records.transaction() as tx:  # a question names what was changed
        home.assessments.sweep(tx, home.journal.now())
        home.sharing.sweep(tx, home.journal.now())


def _end_archives(home: Home) -> None:
    for archive in home.archives.end_expired(int(home.clock())):
        home.note(home.own_chain(), "storage:archive:ended", {}, {"archive": archive.id})


class ClockGuard:
    """Compares the wall clock with the steady one: erasing cannot be undone, a clock can be set.

    A clock that leapt ahead is believed once it stayed there for :data:`HELD_S`. Consents are refused
    by the wall clock all the while; only their erasure waits.
    """

    def __init__(self, now: Callable[[], float], ticks: Ticks) -> None:
        self._now, self._ticks = now, ticks
        self._base, self._since = now() - ticks(), 0.0

    def refuse_jump(self) -> None:
        """Raises ``ClockJumped`` while the wall clock is ahead of what it can be."""
        offset = self._now() - self._ticks()
        ahead = offset - self._base
        if abs(ahead) <= JUMP_S:
            self._since = 0.0
            return
        self._since = self._since or self._ticks()
        if ahead < 0 or self._ticks() - self._since >= HELD_S:
            self._base, self._since = offset, 0.0
            return
        raise ClockJumped(
            "the clock leapt ahead", "Set it; what is over ends a day later otherwise"
        )


# -- acts that stayed half done -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Completion:
    """How an act that stayed open is finished, and for how many seconds it may be under way."""

    after: float
    finish: Callable[[Intent], object]


class Lingering:
    """Finishes acts that a busy or full store held up: nobody has to start the service anew."""

    def __init__(self, home: Home, ticks: Ticks, completions: Mapping[str, Completion]) -> None:
        self._home, self._ticks, self._completions = home, ticks, completions
        self._seen: dict[bytes, float] = {}

    def finish(self) -> None:
        """Finish what has been open for too long. Raises the first error."""
        now = self._ticks()
        intents = [one for one in self._home.intents.open() if one.kind in self._completions]
        self._seen = {one.id: self._seen.get(one.id, now) for one in intents}
        each(
            self._step(one)
            for one in intents
            if now - self._seen[one.id] >= self._completions[one.kind].after
        )

    def _step(self, intent: Intent) -> Step:
        return lambda: self._completions[intent.kind].finish(intent)


def tidy(home: Home) -> None:
    """Forget sessions, approvals' words and kept replies past their horizon."""
    sweeps = (home.sessions.sweep, home.pending.sweep, home.replies.forget_due)
    each(partial(_in_a_transaction, home, sweep) for sweep in sweeps)


def _in_a_transaction(home: Home, sweep: Callable[[sqlite3.Connection, float], object]) -> None:
    with home.records.transaction() as tx:
        sweep(tx, home.journal.now())


# -- the ledger, the day --------------------------------------------------------------------------


def seal_growth(home: Home) -> bool:
    """Seal a checkpoint where entries came since the last, and let the anchor remember it."""
    with home.records.reading() as connection:
        note, size = log.last_checkpoint(connection), log.size(connection)
    sealed = parse_checkpoint(parse_note(note).text).size if note else 0
    if size > sealed:
        home.seal_checkpoint()
    return size > sealed


def count_the_day(books: Books) -> bool:
    """The day's count, and what follows from it; whether it was still to be taken.

    A damaged book is named by its questions.
    """
    with suppress(Tampered, Refused):
        if not counter.taken_today(books):
            counter.take(books)
            filing.add_years(books, {})
            filing.watch(books)
            return True
    return False


def look_at_the_ground(purposes: PurposeDesk) -> None:
    """Suspend purposes whose ground changed. A damaged register is named by its questions."""
    with suppress(Tampered, Refused):
        purposes.check()
