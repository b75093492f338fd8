"""The home's socket: while a service owns a home, the command line works through it.

``H/facekeep.sock`` answers the owner of the home and root, and the kernel says who they are. It gives
nobody more than they had: a command that needs the passphrase asks for it as it would anywhere. What a
command is, this door does not know; ``__main__`` hands it whatever carries one out.

Commands run one at a time beside the requests over HTTP. A caller who leaves stops nothing: what was
begun is brought to its end.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import BoundedSemaphore, Lock, Thread

from facekeep import __version__
from facekeep.db.faults import ours
from facekeep.db.home_lock import SOCKET
from facekeep.terms.errors import Broken, FacekeepError, Misused
from facekeep.terms.wire.commands import (
    LINE,
    REPLY,
    CommandLine,
    End,
    Fault,
    Message,
    Output,
    Question,
    Talk,
)
from facekeep.terms.wire.lines import Left, Lines, addressed

CALLERS = 32
"""Command lines that may wait or be read at once."""

ARRIVES_WITHIN_S = 5.0
"""A command line is sent whole or not at all."""

ANSWERED_WITHIN_S = 120.0
"""Nobody keeps the others waiting at a prompt."""

LEAVE_S = 30.0
"""How long a command under way may go on when the service is told to stop."""

CarryOut = Callable[[CommandLine, Talk], int]
"""Carries a command line out in this process; returns its exit code, lets no exception out."""


@contextmanager
def answering(home: Path, carry_out: CarryOut) -> Iterator[None]:
    """Take command lines at the home's socket. Only whoever holds the home's lock may.

    Raises ``Broken`` where no socket can be made.
    """
    desk = Desk(carry_out, {0, os.geteuid(), home.stat().st_uid})
    path = home / SOCKET
    listener = _listening(path)
    Thread(target=desk.receive, args=(listener,), name="home socket", daemon=True).start()
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits in accept
        listener.close()
        desk.close()


class Desk:
    """Whoever comes is looked at, heard, and served in turn."""

    def __init__(self, carry_out: CarryOut, allowed: Collection[int]) -> None:
        self._carry_out, self._allowed = carry_out, frozenset(allowed)
        self._seats, self._turn, self._closed = BoundedSemaphore(CALLERS), Lock(), False

    def receive(self, listener: socket.socket) -> None:
        """Give every caller a thread of their own, until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            Thread(target=self.hear, args=(Lines(connection),), daemon=True).start()

    def hear(self, lines: Lines) -> None:
        """One caller, from beginning to end."""
        with suppress(Left):
            try:
                with self._seat():
                    self._refuse_stranger(lines)
                    self._converse(lines, _current(lines.next(LINE, ARRIVES_WITHIN_S)))
            except FacekeepError as error:
                lines.send(_fault(error))
        lines.close()

    def close(self) -> None:
        """Let nobody begin any more, and whoever has begun end."""
        self._closed = True
        self._turn.acquire(timeout=LEAVE_S)

    @contextmanager
    def _seat(self) -> Iterator[None]:
        if not self._seats.acquire(blocking=False):
            raise Broken("too many commands wait at this home", "Run the command again")
        try:
            yield
        finally:
            self._seats.release()

    def _refuse_stranger(self, lines: Lines) -> None:
        if lines.peer.uid not in self._allowed:
            raise Broken(
                "this home's service answers its owner alone", "Run this as the owner of the home"
            )

    def _converse(self, lines: Lines, line: CommandLine) -> None:
        """Send on what the command says, at the caller's pace; the command waits for nobody."""
        said: SimpleQueue[Message] = SimpleQueue()
        talk = _Conversation(lines, said)
        Thread(target=self._work, args=(line, talk, said), daemon=True).start()
        while not isinstance(message := said.get(), End | Fault):
            lines.send(message)
        lines.send(message)

    def _work(self, line: CommandLine, talk: Talk, said: SimpleQueue[Message]) -> None:
        """Every command ends in one last word, whatever happens to it."""
        try:
            with self._turn:
                self._refuse_late()
                said.put(End(code=self._carry_out(line, talk)))
        except BaseException as error:  # noqa: BLE001 - or the caller would wait for ever
            said.put(_fault(ours(error)))

    def _refuse_late(self) -> None:
        if self._closed:
            raise Broken("the service is stopping", "Run the command again")


class _Conversation:
    """A command's line to its caller."""

    def __init__(self, lines: Lines, said: SimpleQueue[Message]) -> None:
        self._lines, self._said = lines, said
        self.process = lines.peer.process

    def tell(self, output: Output) -> None:
        self._said.put(output)

    def ask(self, question: Question) -> bytes | None:
        self._said.put(question)
        return self._lines.next(REPLY, ANSWERED_WITHIN_S).said


def _current(line: CommandLine) -> CommandLine:
    if line.version != __version__:
        raise Broken("the service runs another version of this program", "Restart the service")
    return line


def _fault(error: FacekeepError) -> Fault:
    match error:
        case Broken():
            return Fault(what=error.what, remedy=error.remedy)
        case Misused():
            return Fault(what=str(error), remedy="Restart the service after an upgrade")
        case _:
            return Fault(what=str(error), remedy="")


def _listening(path: Path) -> socket.socket:
    """Bound in place of what a killed service left: the home's lock says that nobody else answers."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        os.fchmod(listener.fileno(), 0o600)  # before it has a name: never open to others
        with addressed(path) as address:
            listener.bind(address)
        path.chmod(0o600)
        listener.listen(CALLERS)
    except OSError as error:
        listener.close()
        why = error.strerror or type(error).__name__
        raise Broken(
            f"the home's socket cannot be made: {why}", "Put the home on a local disk"
        ) from None
    return listener
