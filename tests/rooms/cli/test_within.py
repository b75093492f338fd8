"""The door of a caller who sits elsewhere: their streams, their folder, their secrets."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from facekeep import __version__
from facekeep.cli.within import DoorWithin
from facekeep.settings import Settings
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.wire.commands import CommandLine, Facing, Output, Question

PLAIN = Facing(is_terminal=False, width=40, colours=None, no_colour=False, encoding="utf-8")
COLOURED = Facing(is_terminal=True, width=60, colours="256", no_colour=False, encoding="utf-8")


@dataclass
class Caller:
    """Hears everything, and answers what it was told to."""

    answers: dict[str, bytes | None] = field(default_factory=dict)
    said: list[Output] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    process: int = 4711

    def tell(self, output: Output) -> None:
        self.said.append(output)

    def ask(self, question: Question) -> bytes | None:
        self.asked.append(question)
        return self.answers[question.about]

    def heard(self, to: str) -> str:
        return "".join(one.text for one in self.said if one.to == to)


def door(home: Path, caller: Caller, out: Facing = PLAIN, **settings: Any) -> DoorWithin:
    """A call of somebody who stands in ``/somewhere``, at a home that is served."""
    line = CommandLine(
        version=__version__, arguments=(b"verify", b"--json"), folder=b"/somewhere",
        home=os.fsencode(home), language="zh", attended=True, out=out, err=COLOURED,
    )  # fmt: skip
    house = cast(Any, SimpleNamespace(home=SimpleNamespace(path=home)))
    return DoorWithin.of(house, Settings.model_construct(**settings), line, caller)


def test_each_stream_looks_as_it_would_there(tmp_path: Path) -> None:
    """Width and colours are the caller's, not the service's."""
    caller = Caller()
    here = door(tmp_path, caller)
    here.out.paragraph("word " * 20)
    here.aside.note("a notice", "warn")
    assert max(map(len, caller.heard("out").splitlines())) <= 40
    assert "\x1b[" not in caller.heard("out")
    assert "\x1b[38;5;" in caller.heard("err")
    assert (here.out.is_live, here.aside.is_live) == (False, True)
    assert here.language == "zh"
    assert here.as_json


def test_a_name_that_is_no_text_is_sent_all_the_same(tmp_path: Path) -> None:
    """File names are bytes."""
    caller = Caller()
    door(tmp_path, caller).write(os.fsdecode(b"caf\xe9"))
    assert caller.heard("out") == "caf?"


def test_paths_are_meant_from_where_the_caller_stands(tmp_path: Path) -> None:
    """Their standard input is theirs."""
    here = door(tmp_path, Caller())
    assert here.meant(Path("a.jpg")) == Path("/somewhere/a.jpg")
    assert here.meant(Path("/b/a.jpg")) == Path("/b/a.jpg")
    assert here.meant(Path("/dev/stdin")) == Path("/proc/4711/fd/0")
    assert here.meant(Path("/dev/fd/63")) == Path("/proc/4711/fd/63")
    assert here.meant(Path("/dev/fd/x")) == Path("/dev/fd/x")


def test_no_secret_of_the_service_is_a_callers(tmp_path: Path) -> None:
    """The passphrase it was started with opens nothing for anybody else."""
    caller = Caller({"passphrase": None, "officer_passphrase": b"theirs", "typed": b"typed"})
    ours = SecretStr("ours")
    here = door(tmp_path, caller, passphrase=ours, officer_passphrase=ours, passphrase_file=Path())
    assert here.passphrase() == b"typed"
    assert here.written("officer_passphrase") == b"theirs"
    assert [one.about for one in caller.asked] == ["passphrase", "typed", "officer_passphrase"]
    caller.answers["typed"] = None
    with pytest.raises(Broken, match="nobody answered"):
        here.passphrase()


def test_another_home_is_not_this_services(tmp_path: Path) -> None:
    """Whoever names another after all is told."""
    here = door(tmp_path, Caller())
    assert here.place == tmp_path
    assert here.socket is None
    here.home = tmp_path / "other"
    here.home.mkdir()
    with pytest.raises(Misused):
        _ = here.place


def test_a_caller_may_see_other_file_systems(tmp_path: Path, monkeypatch: Any) -> None:
    """A service with a ``/tmp`` of its own finds the caller's file where the caller has it, and calls
    it by their name."""
    links = {"/proc/4711/ns/mnt": "mnt:[1]", "/proc/self/ns/mnt": "mnt:[2]"}
    monkeypatch.setattr(Path, "readlink", lambda self: Path(links[str(self)]))
    caller = Caller()
    here = door(tmp_path, caller)
    assert here.meant(Path("a.jpg")) == Path("/proc/4711/root/somewhere/a.jpg")
    here.write(f"{here.meant(Path('a.jpg'))} is no picture")
    assert caller.heard("out") == "/somewhere/a.jpg is no picture"
