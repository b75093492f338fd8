"""A home that a service owns: its commands are carried out there, and look as if they were not.

What is sent is what was typed and where; a secret only when the command asks for it.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from facekeep import __version__
from facekeep.cli.door import Door
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Broken
from facekeep.terms.wire.commands import (
    MESSAGE,
    CommandLine,
    End,
    Facing,
    Fault,
    Message,
    Output,
    Question,
    Reply,
)
from facekeep.terms.wire.lines import Left, Lines, addressed


@contextmanager
def service(door: Door) -> Iterator[Service | None]:
    """The service that owns the home named at a door, or None where there is none.

    Raises ``Broken`` where one answers that is not the home's, or not for this caller.
    """
    path = door.socket
    connection = None if path is None else _connected(path)
    if path is None or connection is None:
        yield None
        return
    lines = Lines(connection)
    try:
        _refuse_stranger(lines, path.parent)
        yield Service(lines)
    finally:
        lines.close()


@dataclass(frozen=True, slots=True)
class Service:
    """A service at the other end of the home's socket."""

    lines: Lines

    def carry_out(self, door: Door) -> int:
        """Let a command run there; returns its exit code. Raises ``Broken`` where it was not."""
        with suppress(Left):  # what was wrong is still to be heard
            self.lines.send(_line(door))
        try:
            while not isinstance(message := self._heard(), End):
                self._obey(message, door)
        except KeyboardInterrupt:
            door.aside.note(door.say("elsewhere.goes_on"), "warn")
            raise
        return message.code

    def _heard(self) -> Message:
        try:
            return self.lines.next(MESSAGE)
        except Left:
            raise Broken(
                "the service ended before the command did", "See in the ledger whether it was done"
            ) from None

    def _obey(self, message: Message, door: Door) -> None:
        match message:
            case Output(to=to, text=text):
                stream = sys.stdout if to == "out" else sys.stderr
                stream.write(text)
                stream.flush()
            case Question():
                self.lines.send(Reply(said=_answer(message, door)))
            case Fault(what=what, remedy=remedy):
                raise Broken(what, remedy)


def _answer(question: Question, door: Door) -> bytes | None:
    if question.about == "typed":
        return os.fsencode(door.hidden(question.prompt))
    return door.written(question.about)


def _line(door: Door) -> CommandLine:
    return CommandLine(
        version=__version__,
        arguments=tuple(map(os.fsencode, door.arguments)),
        folder=os.fsencode(Path.cwd()),
        home=os.fsencode(door.place),
        language=door.language,
        attended=door.attended,
        out=_facing(door.out),
        err=_facing(door.aside),
    )


def _facing(screen: Screen) -> Facing:
    console = screen.console
    return Facing(
        is_terminal=console.is_terminal,
        width=console.width,
        colours=cast(Literal["standard", "256", "truecolor"] | None, console.color_system),
        no_colour=console.no_color,
        encoding=console.encoding,
    )


def _connected(path: Path) -> socket.socket | None:
    """None where a killed service left its socket behind."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        with addressed(path) as address:
            connection.connect(address)
    except (ConnectionRefusedError, FileNotFoundError):
        connection.close()
        return None
    except OSError:
        connection.close()
        raise Broken(
            "this home's service answers its owner alone", "Run this as the owner of the home"
        ) from None
    return connection


def _refuse_stranger(lines: Lines, home: Path) -> None:
    """What is asked for here are passphrases: nobody but the home's owner gets them."""
    if lines.peer.uid not in {0, home.stat().st_uid}:
        raise Broken(
            "somebody else answers at this home's socket", "See who may write to its folder"
        )
