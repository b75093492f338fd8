"""A call of the command line that is carried out by the service that owns the home.

The caller sits elsewhere: what is said travels to their streams, what only they know is asked of them,
and a path is meant from where they stand. Nothing here touches the streams of this process.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from facekeep.cli.door import Door
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.wire.commands import CommandLine, Facing, Output, Question, Talk, Written

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.settings import Settings

SECRETS = ("passphrase", "passphrase_file", "officer_passphrase", "officer_passphrase_file")
"""Settings of the service that are no caller's."""

DESCRIPTORS = {"/dev/stdin": "0", "/dev/stdout": "1", "/dev/stderr": "2"}
"""Names that mean another file in every process."""


@dataclass(kw_only=True)
class DoorWithin(Door):
    """A door in the service's own process, for one caller at the home's socket."""

    owned: House
    line: CommandLine
    talk: Talk

    @classmethod
    def of(cls, house: House, settings: Settings, line: CommandLine, talk: Talk) -> DoorWithin:
        """The door a command line came to."""
        arguments = tuple(map(os.fsdecode, line.arguments))
        own = settings.model_copy(
            update={"home": Path(os.fsdecode(line.home)), **dict.fromkeys(SECRETS)}
        )
        return cls(
            own, line.language, as_json="--json" in arguments, arguments=arguments,
            owned=house, line=line, talk=talk,
        )  # fmt: skip

    # -- speaking ---------------------------------------------------------------------------

    @cached_property
    def out(self) -> Screen:
        return _screen(self._stream("out"), self.line.out)

    @cached_property
    def aside(self) -> Screen:
        return _screen(self._stream("err"), self.line.err)

    def write(self, text: str) -> None:
        self._stream("out").write(text)

    def _stream(self, to: Literal["out", "err"]) -> _Stream:
        return _Stream(self.talk, to, getattr(self.line, to), self._view)

    # -- whoever typed it -------------------------------------------------------------------

    @property
    def attended(self) -> bool:
        return self.line.attended

    def hidden(self, prompt: str) -> str:
        typed = self.talk.ask(Question(about="typed", prompt=prompt))
        if typed is None:
            raise Broken("nobody answered", "Run the command again")
        return os.fsdecode(typed)

    def written(self, which: Written) -> bytes | None:
        return self.talk.ask(Question(about=which))

    def meant(self, path: Path) -> Path:
        """From where the caller stands, and as they see it: ``/dev/stdin`` is theirs, and so is ``/tmp``
        where the service was given one of its own."""
        if (own := _descriptor(str(path))) is not None:
            return Path(f"/proc/{self.talk.process}/fd/{own}")
        return Path(f"{self._view}{Path(os.fsdecode(self.line.folder)) / path}")

    @cached_property
    def _view(self) -> str:
        """Before a path of a caller who sees other file systems (mount_namespaces(7)); mostly empty."""
        theirs, ours = Path(f"/proc/{self.talk.process}"), Path("/proc/self")
        try:
            apart = (theirs / "ns/mnt").readlink() != (ours / "ns/mnt").readlink()
        except OSError:  # gone, or not ours to look at: then the service's own view has to do
            return ""
        return f"{theirs}/root" if apart else ""

    # -- the home ---------------------------------------------------------------------------

    @property
    def place(self) -> Path:
        named = self.home or self.meant(Path(os.fsdecode(self.line.home)))
        if not named.is_dir() or not named.samefile(self.owned.home.path):
            raise Misused("this service owns another home")
        return Path(os.fsdecode(self.line.home))

    @property
    def socket(self) -> None:
        return None

    @contextmanager
    def house(self, *, unlocked: bool = False) -> Iterator[House]:
        """The home as it is open; the passphrase is asked for where it would be asked for elsewhere."""
        from facekeep.storage.plot import Plot

        Plot.read(self.place)
        if unlocked:
            self.owned.recognise(self.passphrase())
        yield self.owned


class _Stream(io.TextIOBase):
    """One of the caller's streams."""

    def __init__(self, talk: Talk, to: Literal["out", "err"], facing: Facing, view: str) -> None:
        self._talk, self._to, self._facing, self._view = talk, to, facing, view

    @property
    def encoding(self) -> str:  # type: ignore[override]  # what Rich asks before it draws a line
        return self._facing.encoding

    def isatty(self) -> bool:
        return self._facing.is_terminal

    def write(self, text: str) -> int:
        sound = text.encode(errors="replace").decode()
        told = sound.replace(self._view, "") if self._view else sound  # a path as they know it
        self._talk.tell(Output(to=self._to, text=told))
        return len(text)


def _screen(stream: Any, facing: Facing) -> Screen:
    return Screen(
        file=stream, force_terminal=facing.is_terminal, width=facing.width, no_color=facing.no_colour,
        color_system=facing.colours,
    )  # fmt: skip


def _descriptor(path: str) -> str | None:
    """The number of a file the caller's process has open, where a path says no more than that."""
    if path in DESCRIPTORS:
        return DESCRIPTORS[path]
    for prefix in ("/dev/fd/", "/proc/self/fd/"):
        number = path.removeprefix(prefix)
        if number != path and number.isdigit():
            return number
    return None
