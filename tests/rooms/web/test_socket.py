"""The home's socket: who may speak, what is heard of them, and what becomes of it."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from facekeep import __version__
from facekeep.cli.door import Door
from facekeep.cli.elsewhere import service
from facekeep.db.home_lock import SOCKET
from facekeep.settings import Settings
from facekeep.terms.errors import Broken, FacekeepError, Misused
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
    Talk,
)
from facekeep.terms.wire.lines import MAX_LINE, Left, Lines, Peer, addressed
from facekeep.web import socket as home_socket
from facekeep.web.socket import Desk, answering

FACING = Facing(is_terminal=False, width=80, colours=None, no_colour=False, encoding="utf-8")


def line(*words: str, **fields: Any) -> CommandLine:
    """A command line as a caller sends it."""
    told: dict[str, Any] = {
        "version": __version__, "arguments": tuple(map(os.fsencode, words)), "folder": b"/",
        "home": b"/home", "language": "en", "attended": False, "out": FACING, "err": FACING,
    }  # fmt: skip
    return CommandLine(**{**told, **fields})


def echo(asked: CommandLine, talk: Talk) -> int:
    """Says back what was typed."""
    for word in asked.arguments:
        talk.tell(Output(to="out", text=os.fsdecode(word)))
    return len(asked.arguments)


@contextmanager
def caller(home: Path) -> Iterator[socket.socket]:
    """A connection to a home's socket."""
    with socket.socket(socket.AF_UNIX) as connection, addressed(home / SOCKET) as address:
        connection.connect(address)
        connection.settimeout(20)
        yield connection


def heard(connection: socket.socket) -> list[Message]:
    """Everything that is said, until the last word."""
    lines, said = Lines(connection), list[Message]()
    while not said or not isinstance(said[-1], End | Fault):
        said.append(lines.next(MESSAGE, 20))
    return said


def told(home: Path, message: CommandLine) -> list[Message]:
    """What one command line is answered."""
    with caller(home) as connection:
        with suppress(Left):  # sent away before it was read: the reason is still to be heard
            Lines(connection).send(message)
        return heard(connection)


def door(home: Path) -> Door:
    """A call of the command line, on its way to a home."""
    return Door(Settings.model_construct(), "en", home=home, arguments=("a", "b"))


def test_a_command_is_carried_out_and_its_words_come_back(tmp_path: Path) -> None:
    """In order, the exit code last."""
    with answering(tmp_path, echo):
        assert told(tmp_path, line("one", "two")) == [
            Output(to="out", text="one"), Output(to="out", text="two"), End(code=2),
        ]  # fmt: skip


def test_the_socket_is_the_owners_alone_and_goes_with_the_service(tmp_path: Path) -> None:
    """Mode 0600; nothing is left behind."""
    with answering(tmp_path, echo):
        assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600
    assert not (tmp_path / SOCKET).exists()


def test_a_home_may_lie_deep(tmp_path: Path) -> None:
    """A socket's address has 108 bytes; a path may have 4,096."""
    deep = tmp_path / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    with answering(deep, echo):
        assert told(deep, line())[-1] == End(code=0)


def test_what_a_killed_service_left_is_taken_over(tmp_path: Path) -> None:
    """A socket file nobody listens at: a caller finds no service, a new service binds it."""
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / SOCKET))
    left.close()
    with service(door(tmp_path)) as running:
        assert running is None
    with answering(tmp_path, echo):
        assert told(tmp_path, line())[-1] == End(code=0)


def test_another_uid_is_refused(tmp_path: Path) -> None:
    """Even where the file's mode let them in: the kernel says who they are."""
    ours, theirs = socket.socketpair()
    desk = Desk(echo, allowed={os.geteuid() + 1})
    with ours, theirs:
        desk.hear(Lines(theirs))
        assert heard(ours) == [
            Fault(
                what="this home's service answers its owner alone",
                remedy="Run this as the owner of the home",
            )
        ]


def test_a_caller_hands_no_passphrase_to_a_stranger(tmp_path: Path, monkeypatch: Any) -> None:
    """Whoever answers must be the home's owner, or root."""
    with answering(tmp_path, echo):
        monkeypatch.setattr(Lines, "peer", Peer(1, os.geteuid() + 1))
        with pytest.raises(Broken, match="somebody else"), service(door(tmp_path)):
            pass


@pytest.mark.parametrize(
    "sent",
    [
        b"\n",
        b"{}\n",
        b"\x00\xff\xfe\n",
        b'{"arguments": [1]}\n',
        b"[" * 100_000 + b"\n",
        line().model_dump_json().replace('"folder"', '"folders"').encode() + b"\n",
    ],
    ids=["empty", "nothing", "bytes", "types", "deep", "unknown field"],
)
def test_what_is_no_command_line_is_refused(sent: bytes, tmp_path: Path) -> None:
    """One clear word, and the next caller is served."""
    with answering(tmp_path, echo):
        with caller(tmp_path) as connection:
            connection.sendall(sent)
            (fault,) = heard(connection)
        assert isinstance(fault, Fault)
        assert fault.what == "what came over the home's socket is not understood"
        assert told(tmp_path, line())[-1] == End(code=0)


def test_half_a_message_keeps_nobody_waiting(tmp_path: Path, monkeypatch: Any) -> None:
    """Silence in the middle ends in a refusal, a hang-up in nothing; others go on meanwhile."""
    monkeypatch.setattr(home_socket, "ARRIVES_WITHIN_S", 0.2)
    with answering(tmp_path, echo):
        with caller(tmp_path) as leaving:
            leaving.sendall(b'{"version": ')
        with caller(tmp_path) as silent:
            silent.sendall(b'{"version": ')
            assert told(tmp_path, line())[-1] == End(code=0)
            (fault,) = heard(silent)
        assert isinstance(fault, Fault)
        assert "did not arrive" in fault.what


def test_a_megabyte_of_arguments_is_carried_and_more_than_fits_refused(tmp_path: Path) -> None:
    """What a shell can hand a program arrives; what it cannot is refused, not swallowed."""
    with answering(tmp_path, echo):
        assert told(tmp_path, line("x" * 2**20))[-1] == End(code=1)
        with caller(tmp_path) as connection:
            Thread(target=flood, args=(connection,), daemon=True).start()
            (fault,) = heard(connection)
    assert isinstance(fault, Fault)
    assert fault.what == "the command line is longer than we take"


def flood(connection: socket.socket) -> None:
    """More than any command line, without an end."""
    try:
        while True:
            connection.sendall(b"x" * MAX_LINE)
    except OSError:
        return


def test_another_version_is_sent_away(tmp_path: Path) -> None:
    """After an upgrade the service is restarted first."""
    with answering(tmp_path, echo):
        (fault,) = told(tmp_path, line(version="0.0.0"))
    assert isinstance(fault, Fault)
    assert fault.remedy == "Restart the service"


@dataclass
class Slow:
    """A command that waits to be let go, and remembers who ran beside it."""

    begun: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)
    at_work: int = 0
    most: int = 0
    ended: int = 0

    def __call__(self, asked: CommandLine, talk: Talk) -> int:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        talk.tell(Output(to="out", text="x" * 2**20))
        self.begun.set()
        self.let_go.wait(20)
        self.at_work -= 1
        self.ended += 1
        return 0


def test_commands_run_one_at_a_time(tmp_path: Path) -> None:
    """Whoever comes second waits for the first."""
    slow = Slow()
    with answering(tmp_path, slow), ExitStack() as stack:
        waiting = [stack.enter_context(caller(tmp_path)) for _ in range(4)]
        for connection in waiting:
            Lines(connection).send(line())
        assert slow.begun.wait(20)
        slow.let_go.set()
        assert all(heard(connection)[-1] == End(code=0) for connection in waiting)
    assert (slow.most, slow.ended) == (1, 4)


def test_a_reader_who_pauses_holds_nobody_up(tmp_path: Path) -> None:
    """A pager that stopped reading keeps its own output waiting, not the next command."""
    slow = Slow()
    slow.let_go.set()
    with answering(tmp_path, slow), caller(tmp_path) as paused:
        Lines(paused).send(line())
        assert slow.begun.wait(20)
        assert told(tmp_path, line())[-1] == End(code=0)


def test_a_caller_who_leaves_stops_nothing(tmp_path: Path) -> None:
    """What was begun is brought to its end."""
    slow = Slow()
    with answering(tmp_path, slow):
        with caller(tmp_path) as connection:
            Lines(connection).send(line())
            assert slow.begun.wait(20)
        slow.let_go.set()
    assert slow.ended == 1


def test_a_service_that_stops_waits_for_the_command_under_way(tmp_path: Path) -> None:
    """The home is closed after it, and who waits in line is told."""
    slow = Slow()
    with ExitStack() as stack:
        with answering(tmp_path, slow):
            first, second = (stack.enter_context(caller(tmp_path)) for _ in range(2))
            Lines(first).send(line())
            assert slow.begun.wait(20)
            Lines(second).send(line())
            Thread(target=let_go_when_gone, args=(tmp_path, slow), daemon=True).start()
        assert slow.ended == 1
        assert heard(first)[-1] == End(code=0)


def let_go_when_gone(home: Path, slow: Slow) -> None:
    """Lets the command end once the service has begun to stop."""
    while (home / SOCKET).exists():
        time.sleep(0.01)
    slow.let_go.set()


def test_too_many_callers_are_told(tmp_path: Path, monkeypatch: Any) -> None:
    """A bounded number waits; the next is sent away at once."""
    monkeypatch.setattr(home_socket, "CALLERS", 1)
    slow = Slow()
    with answering(tmp_path, slow), caller(tmp_path) as first:
        Lines(first).send(line())
        assert slow.begun.wait(20)
        (fault,) = told(tmp_path, line())
        slow.let_go.set()
        assert heard(first)[-1] == End(code=0)
    assert isinstance(fault, Fault)
    assert fault.what == "too many commands wait at this home"


def ask_twice(asked: CommandLine, talk: Talk) -> int:
    """A command that wants a secret, and something typed."""
    written, typed = (
        talk.ask(Question(about="passphrase")),
        talk.ask(Question(about="typed", prompt="Again: ")),
    )
    talk.tell(Output(to="err", text=f"{written!r} {typed!r}"))
    return 7


def test_only_what_is_asked_for_is_told(tmp_path: Path) -> None:
    """Secrets leave the caller's process when a command wants them, and not before."""
    with answering(tmp_path, ask_twice), caller(tmp_path) as connection:
        lines = Lines(connection)
        lines.send(line())
        assert lines.next(MESSAGE, 20) == Question(about="passphrase")
        lines.send(Reply(said=b"sesame\xff"))
        assert lines.next(MESSAGE, 20) == Question(about="typed", prompt="Again: ")
        lines.send(Reply(said=None))
        assert [lines.next(MESSAGE, 20), lines.next(MESSAGE, 20)] == [
            Output(to="err", text="b'sesame\\xff' None"), End(code=7),
        ]  # fmt: skip


def test_a_prompt_is_not_kept_open_for_ever(tmp_path: Path, monkeypatch: Any) -> None:
    """Nobody blocks the home from a prompt."""
    monkeypatch.setattr(home_socket, "ANSWERED_WITHIN_S", 0.1)
    with answering(tmp_path, ask_twice):
        said = told(tmp_path, line())
        assert isinstance(said[-1], Fault)


def crash(asked: CommandLine, talk: Talk) -> int:
    """Something nobody foresaw."""
    raise KeyError("resident-7")


def test_the_unforeseen_is_one_calm_word(tmp_path: Path) -> None:
    """No value leaves, and the caller does not wait for ever."""
    with answering(tmp_path, crash):
        (fault,) = told(tmp_path, line())
    assert isinstance(fault, Fault)
    assert "resident-7" not in fault.model_dump_json()
    assert "KeyError" in fault.what


# -- the caller's side ----------------------------------------------------------------------


def played(home: Path, *said: bytes) -> Callable[[], None]:
    """A service that says these lines and hangs up, whatever it is asked."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(home / SOCKET))
    listener.listen(1)

    def play() -> None:
        connection, _ = listener.accept()
        with listener, connection:
            connection.recv(2**20)
            connection.sendall(b"".join(said))

    thread = Thread(target=play, daemon=True)
    thread.start()
    return thread.join


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ((), Broken),
        ((b'{"kind": "output", "to": "out"',), Broken),
        ((b'{"kind": "weather"}\n',), Misused),
        ((b'{"kind": "fault", "what": "no", "remedy": "yes"}\n',), Broken),
    ],
    ids=["gone", "half a message", "nonsense", "a fault"],
)
def test_a_caller_is_told_what_became_of_the_service(
    said: tuple[bytes, ...], error: type[FacekeepError], tmp_path: Path
) -> None:
    """Gone in the middle, or of another make: one error with a way out."""
    wait = played(tmp_path, *said)
    with service(door(tmp_path)) as running:
        assert running is not None
        with pytest.raises(error):
            running.carry_out(door(tmp_path))
    wait()


def test_words_go_to_the_streams_they_were_meant_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers to standard output, notices to standard error."""
    out, err = (
        json.dumps({"kind": "output", "to": to, "text": to}).encode() for to in ("out", "err")
    )
    wait = played(tmp_path, out + b"\n", err + b"\n", b'{"kind": "end", "code": 3}\n')
    with service(door(tmp_path)) as running:
        assert running is not None
        assert running.carry_out(door(tmp_path)) == 3
    wait()
    assert capsys.readouterr() == ("out", "err")
