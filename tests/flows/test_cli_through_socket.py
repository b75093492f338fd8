"""While a service owns the home, every command works as if none did: same words, same exit code."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.cli.app import run, within
from facekeep.web.socket import answering
from tests.attacks.toolkit import (
    NOON,
    OFFICER,
    OFFICER_KEY,
    PASSPHRASE,
    People,
    Site,
    Turnable,
    place_text,
)
from tests.conftest import Mould

CHANGING = re.compile(
    r"[0-9a-f]{4}( [0-9a-f]{4}){3,}|[A-Za-z0-9+/=_-]{16,}|([A-Z2-7]{4}-){3,}\w+|\+[0-9a-f]{8}\+|\d\d:\d\d:\d\dZ?"
)
"""What is another in every home: keys, ids, digests, moments."""


@dataclass(frozen=True)
class Done:
    """One call, ended."""

    code: int
    out: str
    err: str = ""

    @property
    def shape(self) -> tuple[int, str, str]:
        """What may be compared with another home's."""
        return self.code, CHANGING.sub("…", self.out), CHANGING.sub("…", self.err)


def typed(*words: object) -> Done:
    """What the command line says to these words, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    return Done(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Street:
    """A home whose operator sits at a command line, in a folder of papers."""

    site: Site
    papers: Path

    def __call__(self, *words: object) -> Done:
        return typed("--home", self.site.home, *words)

    @contextmanager
    def served(self) -> Iterator[House]:
        """A service owns the home and answers at its socket."""
        home, settings = self.site.home, self.site.settings
        with (
            assembly.entered(home, settings, passphrase=PASSPHRASE) as house,
            answering(home, partial(within, house, settings)),
        ):
            yield house


def equipped(folder: Path, mould: Path, monkeypatch: pytest.MonkeyPatch) -> Street:
    """The same home and the same papers, wherever they lie."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    (papers / "boss.pem").write_bytes(OFFICER_KEY)
    (papers / "pass").write_bytes(PASSPHRASE + b"\n")
    (papers / "lobby.toml").write_bytes(place_text("lobby", "corridor"))
    (papers / "photo.jpg").write_bytes(b"no picture")
    site = Site(folder, Turnable(), People()).settle(mould)
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    monkeypatch.chdir(papers)
    return Street(site, papers)


@pytest.fixture(autouse=True)
def operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sits there, and the passphrase lies in a file where the caller stands."""
    for name in [name for name in os.environ if name.startswith("FACEKEEP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FACEKEEP_PASSPHRASE_FILE", "pass")
    monkeypatch.setenv("FACEKEEP_LANG", "en")
    monkeypatch.setattr(sys, "stdin", io.StringIO())


@pytest.fixture
def street(tmp_path: Path, mould: Mould, monkeypatch: pytest.MonkeyPatch) -> Street:
    return equipped(tmp_path, mould(NOON), monkeypatch)


BOSS = ("--officer", OFFICER, "--officer-key", "boss.pem")
WHO = ("--subject", "resident-7", "--purpose", "gate")
DAY = """
handler show
officer list
officer add Wang --key wang.pem --officer {officer} --officer-key boss.pem
place add lobby.toml
place list
device add gate-7 --place lobby --purpose gate --key-out gate-7.key
device list
sign make gate-7 -o sign.svg
purpose list
purpose show gate
purpose check
consent ask {who}
consent give {who} -o consent.json
consent show {who}
consent receipt {who} -o again.json
receipt verify consent.json
capture link {who}
enrol {who} --device gate-7 photo.jpg
verify {who} --device gate-door photo.jpg
identify --purpose gate --device gate-door photo.jpg
renew --purpose gate
alternative used --purpose gate --way card --outcome done --seconds 6
alternative list --purpose gate
parity
case open --kind complaint --text nowhere
case list
answers --subject resident-7
copy --subject resident-7 -o copy.zip
sharing list
deliveries list
withdraw {who} -o receipt.json
receipt verify receipt.json
ledger checkpoint
ledger verify
ledger export ledger.jsonl
ledger verify --export ledger.jsonl --key {key}
evidence export --since 2026-01-01 -o evidence.zip
comply --only unmet
explain PIPL-47
agenda
counter
filing status
sweep
doctor
models list
verify --subject
no-such-command
consent
withdraw --help
--version
"""
"""One of every kind of command, in an order that makes sense; refusals are answers too."""


def lines() -> Iterator[list[str]]:
    """The day's command lines, in words."""
    for line in DAY.strip().splitlines():
        words = line.replace("{who}", " ".join(WHO)).split()
        yield [OFFICER if word == "{officer}" else word for word in words]


def day(street: Street, *how: str) -> dict[str, tuple[int, str, str]]:
    """What is said to each of them, without what differs between any two homes."""
    told = {}
    for words in lines():
        key = street.site.home / "ledger.pub"
        done = street(*(str(key) if word == "{key}" else word for word in words), *how)
        told[" ".join(words)] = done.shape
    return told


def names_in(folder: Path) -> set[str]:
    """The files of a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("how", [(), ("--json",)], ids=["screen", "json"])
def test_every_command_says_the_same_through_the_socket(
    how: tuple[str, ...], tmp_path: Path, mould: Mould, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words on both streams and exit codes; relative paths are the caller's, files lie where he stands."""
    plain = equipped(tmp_path / "street", mould(NOON), monkeypatch)
    without = day(plain, *how)
    plain.site.folder.rename(tmp_path / "yesterday")
    busy = equipped(tmp_path / "street", mould(NOON), monkeypatch)
    with busy.served():
        through = day(busy, *how)
    for command, told in without.items():
        assert through[command] == told, command
    assert names_in(busy.papers) == names_in(tmp_path / "yesterday" / "papers")
    assert {code for code, _, _ in without.values()} >= {0, 2, 3}, "the day has refusals in it"
