"""Whose turn it is at a store's one connection, and which writers share a ``COMMIT``.

What makes a write slow is waiting for the disk. Writers who wait for their turn anyway wait for it
together: each does its work in a savepoint of its own inside one transaction, and the last of them
commits for all (``docs/decisions/0012-group-commit.md``). The invariant:

    Nobody leaves :meth:`Turns.transaction`, and nobody outside it reads anything,
    while what they did or saw could still be taken back.

1. A body that raises takes back its own work only. It may have seen the others' rows, so what it
   raises is heard when those are on the disk, and not before.
2. A reader waits until the group is over: no row is shown that a crash could undo. Therefore all that
   is read outside a transaction (answers, receipts, heads of the ledger, what ``Remembered`` keeps)
   is durable, just as if every writer had committed alone.
3. Where the ``COMMIT`` fails, or SQLite rolls everything back by itself (a full disk), everybody of the
   group hears it.
4. Nobody waits for company: a group ends as soon as no other writer is on the way. Somebody alone
   begins, works and commits.
5. But for those who say so (:meth:`Turns.soon`): they let whoever is about to write, or waits to read,
   come before them, for :data:`COMPANY_S` at most, and so write together.

A group has no more members than there are threads, since each of them waits for its end.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock, RLock
from typing import TypeGuard

from facekeep.terms.errors import Broken, DiskFull

LOOK_AGAIN_S = 0.01
"""Who waits for a writer on the way looks again after so long: it may have been called off by a signal
without a word, or take longer than it said."""

COMPANY_S = 0.003
"""How long a writer who can wait lets others come before it: ten readers' turns."""

FULL = "the disk is full"
_UNDONE = "what was written at the same time could not be kept"

Check = Callable[[sqlite3.Connection], object]
"""Raises ours where what is under way may not be done (any more)."""


class _Group:
    """Writers who share a ``COMMIT``: how many bodies are kept so far, and how it ended."""

    def __init__(self) -> None:
        self.kept, self.over = 0, False
        self.failure: sqlite3.Error | None = None
        self._running = Lock()
        self._running.acquire()

    def end(self, failure: sqlite3.Error | None) -> None:
        """Wake whoever waits; ``failure`` is for all of them."""
        self.over, self.failure = True, failure
        self._running.release()

    def wait(self) -> bool:
        """Until it is over; False where it is time to look whether anybody will end it."""
        over = self._running.acquire(timeout=LOOK_AGAIN_S)
        if over:
            self._running.release()  # one wakes the next
        return over


class _Own(threading.local):
    """Whether a thread said that it will write in a moment."""

    soon = False


class Turns:
    """One connection, one thread at a time. ``with turns as connection`` is a reader's turn."""

    def __init__(self, connection: sqlite3.Connection, store: str) -> None:
        self.connection, self._store = connection, store
        self._lock = RLock()
        self._version: int | None = None
        self._readers = 0
        # A deque counts without a lock of its own: both its ends are atomic.
        self._coming: deque[None] = deque()
        self._soon: deque[None] = deque()
        self._looking: deque[None] = deque()
        self._gates: deque[Lock] = deque()  # of writers who wait for company
        self._own = _Own()
        self._left: _Group | None = None  # begun, not ended, and nobody at work in it
        self._at_work = False

    def __enter__(self) -> sqlite3.Connection:
        self._look()
        while (group := self._left) is not None:
            self._lock.release()
            self._see_out(group)
            self._lock.acquire()
        if not self._readers and not self._at_work:
            self._version = None
        self._readers += 1
        return self.connection

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._readers -= 1
        self._lock.release()
        if error is not None and is_of_the_store(error):
            raise named(self._store, error) from error

    @contextmanager
    def transaction(self, checks: Sequence[Check] = ()) -> Iterator[sqlite3.Connection]:
        """A writer's turn: ``checks`` and the block, durable together or not at all.

        Raises ``Broken`` with the cause where the store cannot be written, and inside another
        transaction of the same thread.
        """
        own = None
        self._arrive()
        try:
            group = self._begin()
            try:
                for check in checks:
                    check(self.connection)
                yield self.connection
                self._keep(group)
            except BaseException as error:  # noqa: BLE001 - it is told at the end of the group
                self._take_back(group, own := error)
            self._leave(group)
        finally:
            self._lock.release()
        self._see_out(group)
        self._tell(group, own)

    @contextmanager
    def soon(self) -> Iterator[None]:
        """Say that this thread will write within a moment: whoever writes meanwhile leaves their group
        to it, and one ``COMMIT`` serves both. For a block that computes, waits for nobody and ends in a
        transaction.
        """
        self._soon.append(None)
        self._own.soon = True
        try:
            yield
        finally:
            if self._own.soon:
                self._think_better()

    @property
    def version(self) -> int:
        """The ``data_version`` at the first look of this turn. Only inside one.

        Inside a transaction nobody else can commit; a reader sees at its next turn what came between.
        """
        if self._version is None:
            row = self.connection.execute("PRAGMA data_version").fetchone()
            self._version = int(row[0])
        return self._version

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def _look(self) -> None:
        """A reader's way to the lock: writers who wait for company wait for it."""
        if self._lock.acquire(blocking=False):
            return
        self._looking.append(None)
        try:
            self._lock.acquire()
        finally:
            self._looking.pop()
        self._let_in_if_alone()

    def _let_in_if_alone(self) -> None:
        """Open the gates where nobody is near any more."""
        if self._gates and not self._looking and not self._soon:
            self._let_in()

    def _let_in(self) -> None:
        """Open the gates; from here on these writers are on the way."""
        with suppress(IndexError):
            while True:
                gate = self._gates.popleft()
                self._coming.append(None)
                gate.release()

    def _gather(self) -> None:
        """Let others come before, until they are gone, a group is open, or patience is."""
        gate = Lock()
        gate.acquire()
        self._gates.append(gate)
        if self._left is not None:
            self._let_in()
        self._let_in_if_alone()  # where they went by meanwhile
        try:
            gate.acquire(timeout=COMPANY_S)
        finally:
            if self._withdrawn(gate):
                self._coming.append(None)

    def _withdrawn(self, gate: Lock) -> bool:
        """Take a gate back that nobody opened."""
        try:
            self._gates.remove(gate)
        except ValueError:
            return False
        return True

    def _think_better(self) -> None:
        """The write that was promised does not come: end what waits for it alone."""
        self._own.soon = False
        self._soon.pop()
        self._let_in_if_alone()
        with self._lock:
            if self._left is not None and not self._coming and not self._soon:
                self._commit(self._left)

    def _arrive(self) -> None:
        self._coming.append(None)
        try:
            if self._own.soon:
                self._come_along()
            self._lock.acquire()
        finally:
            self._coming.pop()

    def _come_along(self) -> None:
        """The writer who was promised is there; others who are near may come before."""
        self._own.soon = False
        self._soon.pop()
        self._let_in_if_alone()
        if self._left is None and (self._looking or self._soon):
            self._coming.pop()
            self._gather()

    def _begin(self) -> _Group:
        """Open a group, or join the one that was left open."""
        if self._at_work:
            raise Broken(f"{self._store}: a transaction was begun within another")
        try:
            self.connection.execute("SAVEPOINT own" if self._left else "BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            raise named(self._store, error) from error
        group, self._left = self._left or _Group(), None
        self._at_work, self._version = True, None
        return group

    def _keep(self, group: _Group) -> None:
        if group.kept:
            self.connection.execute("RELEASE own")
        group.kept += 1

    def _take_back(self, group: _Group, error: BaseException) -> None:
        """Undo one body alone. Where SQLite has rolled back everything (a full disk), or one cannot
        be undone without the others, the others are told."""
        with suppress(sqlite3.Error):
            if group.kept and self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO own")
                self.connection.execute("RELEASE own")
                return
        self._roll_back()
        cause = error if isinstance(error, sqlite3.Error) else sqlite3.DatabaseError(_UNDONE)
        group.end(cause if group.kept else None)

    def _leave(self, group: _Group) -> None:
        """Leave the group to whoever is on the way; commit where nobody is."""
        self._at_work = False
        if group.over:
            return
        if self._gates:
            self._let_in()
        if (self._coming or self._soon) and not self._readers:
            self._left = group
        else:
            self._commit(group)

    def _see_out(self, group: _Group) -> None:
        """Wait until a group is over; end it where whoever was on the way does not come."""
        while not group.over and not group.wait():
            with self._lock:
                if self._left is group and not self._coming:
                    self._commit(group)

    def _commit(self, group: _Group) -> None:
        self._left, failure = None, None
        try:
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            failure = error
        group.end(failure)

    def _roll_back(self) -> None:
        # A full disk rolls back by itself; a second ROLLBACK would hide the cause.
        if self.connection.in_transaction:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")

    def _tell(self, group: _Group, own: BaseException | None) -> None:
        """Raise what one of the group has to hear: that nothing was kept, or its own error."""
        if group.failure is not None:
            raise named(self._store, group.failure) from group.failure
        if is_of_the_store(own):
            raise named(self._store, own) from own
        if own is not None:
            raise own


def is_of_the_store(error: BaseException | None) -> TypeGuard[sqlite3.DatabaseError]:
    """Whether the file or its disk is at fault, not what was asked of it."""
    if type(error) is sqlite3.DatabaseError:  # damaged, or no store at all
        return True
    return isinstance(error, sqlite3.OperationalError)


def named(store: str, error: BaseException) -> Broken:
    """What a store's failure is called, with the way out."""
    causes = {
        "SQLITE_FULL": (FULL, "Free some space; nothing acknowledged was lost"),
        "SQLITE_BUSY": ("another process holds the store", "Let it finish, then try again"),
        "SQLITE_READONLY": ("the store is read-only", "Give the process leave to write to it"),
        "SQLITE_IOERR_SHM": (FULL, "Free some space; nothing acknowledged was lost"),
        "SQLITE_IOERR": ("the disk does not answer", "Check the disk"),
        "SQLITE_CANTOPEN": ("the disk does not answer", "Check the disk"),
        "SQLITE_CORRUPT": ("the file is damaged", "Stop the service, then run: facekeep doctor"),
        "SQLITE_NOTADB": ("the file is damaged", "Stop the service, then run: facekeep doctor"),
    }
    name = getattr(error, "sqlite_errorname", "")
    cause, remedy = next(
        (told for key, told in causes.items() if name.startswith(key)), (str(error), "")
    )
    kind = DiskFull if cause == FULL else Broken
    return kind(f"{store}: {cause}", remedy)
