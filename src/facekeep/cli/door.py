"""What every command needs: the language, the home, the passphrase, and one way to answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import SecretStr

from facekeep.cli.screen import Screen
from facekeep.cli.words import WORDS
from facekeep.db.home_lock import SOCKET
from facekeep.settings import Language, Settings
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.messages import MESSAGES, in_language

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.terms.wire.commands import Written

MAX_PASSPHRASE_BYTES = 4096
"""A passphrase file is one line, not a document."""

Show = Callable[[Screen], None]
Server = Callable[["House", Settings, Callable[[str], None]], None]
"""Answers over HTTP until told to stop; the last argument hears the address."""

AsJson = Annotated[bool, typer.Option("--json", help="option.json")]
SubjectName = Annotated[str, typer.Option("--subject", "-s", help="option.subject", metavar="S")]
PurposeName = Annotated[str, typer.Option("--purpose", "-p", help="option.purpose", metavar="P")]


@dataclass
class Door:
    """One call of the command line, in the process of whoever typed it.

    Commands speak, ask and find files through it alone: where a service owns the home they are carried
    out in its process, behind a door of another make (``cli.within``).
    """

    settings: Settings
    language: Language
    as_json: bool = False
    home: Path | None = None
    passphrase_file: Path | None = None
    server: Server | None = None
    other_ways: dict[str, str] = field(default_factory=dict)
    """The purpose's other ways in, names by id: offered where a face is not recognised."""
    alarm: str = ""
    """What to do where something does not verify, if it is not our own home: a key of words."""
    arguments: tuple[str, ...] = ()
    """What was typed after the program's name."""

    @classmethod
    def at(cls, context: typer.Context, as_json: bool) -> Door:
        """The door of this call."""
        door = context.obj
        assert isinstance(door, cls)
        door.as_json = as_json
        return door

    # -- speaking ---------------------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        """A message in the language of this call."""
        return WORDS.say(key, self.language, **values)

    def word(self, kind: str, value: object) -> str:
        """A value as a word, such as ``grade`` ``demonstration``; the value itself if none is known."""
        key = f"{kind}.{value}"
        return self.say(key) if key in WORDS else str(value)

    def grade_warning(self, model: str) -> str:
        """What a demonstration model is not fit for; with its measured failing where one is known."""
        known = f"grade.warning.{model}"
        return self.say(known if known in WORDS else "grade.warning")

    def phrase(self, english: str) -> str:
        """A sentence of another room, in the language of this call."""
        return in_language(english, self.language)

    def error_word(self, code: str) -> str:
        """What an error's code means."""
        return MESSAGES.say(f"error.{code}", self.language)

    @cached_property
    def out(self) -> Screen:
        """Where answers go."""
        return Screen()

    @cached_property
    def aside(self) -> Screen:
        """Where notices, progress and errors go."""
        return Screen(stderr=True)

    def answer(self, document: Mapping[str, Any], show: Show) -> None:
        """The document with ``--json``, the screen otherwise."""
        if self.as_json:
            self.write_json(document)
        else:
            show(self.out)
            self.out.gap()

    def write_json(self, document: Mapping[str, Any]) -> None:
        """One JSON document to standard output."""
        self.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")

    def write(self, text: str) -> None:
        """A text to standard output, as it is."""
        sys.stdout.write(text)

    # -- whoever typed it -------------------------------------------------------------------

    @property
    def attended(self) -> bool:
        """Whether somebody sits there who can be asked."""
        return sys.stdin.isatty()

    def hidden(self, prompt: str) -> str:
        """What is typed, unseen, at the caller's terminal."""
        from getpass import getpass

        return getpass(prompt)

    def hidden_twice(self, prompt: str) -> str:
        """The same for something new. Raises ``Misused`` where the two differ."""
        first = self.hidden(prompt)
        if self.hidden(self.say("prompt.again")) != first:
            raise Misused("the two passphrases differ")
        return first

    def written(self, which: Written) -> bytes | None:
        """A secret out of a file or the environment; None where neither holds it.

        Raises ``Broken`` where the file cannot be read.
        """
        settings = self.settings
        if which == "officer_passphrase":
            return _written(settings.officer_passphrase_file, settings.officer_passphrase)
        named = None if self.passphrase_file is None else self.meant(self.passphrase_file)
        by_environment = None if settings.passphrase is not None else settings.passphrase_file
        return _written(named or by_environment, settings.passphrase)

    def meant(self, path: Path) -> Path:
        """A path as the caller means it: from where they stand."""
        return Path.cwd() / path

    # -- the home ---------------------------------------------------------------------------

    @property
    def place(self) -> Path:
        """The home's folder. Raises ``Misused`` where none was named."""
        named = self.home or self.settings.home
        if named is None:
            raise Misused(self.say("error.no_home"))
        return self.meant(named)

    @property
    def socket(self) -> Path | None:
        """Where a service answers that owns the home, or a killed one did; None where none did."""
        named = self.home or self.settings.home
        path = None if named is None else self.meant(named) / SOCKET
        return path if path is not None and path.is_socket() else None

    @contextmanager
    def house(self, *, unlocked: bool = False) -> Iterator[House]:
        """The home, entered; what an interruption left is finished first, and said."""
        from facekeep import assembly
        from facekeep.storage.plot import Plot

        Plot.read(self.place)
        passphrase = self.passphrase() if unlocked else None
        with assembly.entered(self.place, self.settings, passphrase=passphrase) as house:
            self._tell_recovered(house)
            yield house

    def offer_other_ways(self, house: House, purpose: str) -> None:
        """Remember the purpose's other ways in, for whoever is not recognised."""
        from facekeep.terms.errors import PurposeNotAllowed

        try:
            alternatives = house.home.purposes.get(purpose).alternatives
        except PurposeNotAllowed:
            return
        self.other_ways = {way.id: way.name.of(self.language) for way in alternatives}

    @property
    def offer(self) -> str:
        """The other ways in, as one sentence; empty where none is known."""
        ways = self.say("list.join").join(self.other_ways.values())
        return self.say("offer.other_ways", ways=ways) if ways else ""

    def _tell_recovered(self, house: House) -> None:
        for act in house.recovered:
            self.aside.note(self.word("recovered", act), "warn")
        for receipt in house.recovered_receipts:
            self.aside.note(self.say("recovered.receipt", path=receipt), "warn")

    # -- the passphrase ---------------------------------------------------------------------

    def passphrase(self, *, twice: bool = False) -> bytes:
        """From the file named, the environment, or a hidden prompt.

        Raises ``Broken`` where there is neither and nobody to ask.
        """
        written = self.written("passphrase")
        return self._asked(twice) if written is None else written

    def _asked(self, twice: bool) -> bytes:
        if not self.attended:
            raise Broken("no passphrase was given", WAYS_TO_GIVE_ONE)
        prompt = self.say("prompt.passphrase")
        return (self.hidden_twice(prompt) if twice else self.hidden(prompt)).encode()


WAYS_TO_GIVE_ONE = "Set FACEKEEP_PASSPHRASE or FACEKEEP_PASSPHRASE_FILE, or name --passphrase-file"


def read_passphrase(path: Path) -> bytes:
    """The first line of a file. Raises ``Broken`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            line = file.read(MAX_PASSPHRASE_BYTES).split(b"\n", 1)[0]
    except OSError:
        raise Broken("the passphrase file cannot be read", "Check its path and rights") from None
    return line.removesuffix(b"\r")


def _written(file: Path | None, value: SecretStr | None) -> bytes | None:
    if file is not None:
        return read_passphrase(file)
    return None if value is None else value.get_secret_value().encode()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
