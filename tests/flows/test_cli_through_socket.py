"""While a service owns the home, every command works as if none did: same words, same exit code."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial
from pathlib import Path

import httpx
import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.cli.app import run, within
from facekeep.db.home_lock import SOCKET
from facekeep.web.socket import answering
from tests.attacks.http import at_the_door, question
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
    r"\b1\d{9}\b|[\d-]{10}T[\d:]{8}Z|[0-9a-f]{4}( [0-9a-f]{4})+|\b[0-9a-f]{8}\b|[A-Za-z0-9+/=_-]{12,}"
    r"|([A-Z2-7]{4}-){3,}\w+|[\d.]+ GB|\"gb\": .*"
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
        """What may be compared with another home's; a column's width follows what stands in it."""
        out, err = (re.sub(" +", " ", CHANGING.sub("…", told)) for told in (self.out, self.err))
        return self.code, out, err


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
    (papers / "lobby.toml").write_bytes(place_text("lobby", "office"))
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
        assert through[command] == told, f"{command}\n" + "\n".join(
            unified_diff(told[1].split("\n"), through[command][1].split("\n"))
        )
    assert names_in(busy.papers) == names_in(tmp_path / "yesterday" / "papers")
    assert {code for code, _, _ in without.values()} >= {0, 2, 3}, "the day has refusals in it"


# -- what only the caller knows --------------------------------------------------------------


class Terminal(io.StringIO):
    """A caller's keyboard."""

    def isatty(self) -> bool:
        return True


def types(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Somebody sits at the terminal; returns the prompts they saw."""
    seen: list[str] = []
    typed_in = iter(answers)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.delenv("FACEKEEP_PASSPHRASE_FILE")

    def asked(prompt: str) -> str:
        seen.append(prompt)
        return next(typed_in)

    monkeypatch.setattr("getpass.getpass", asked)
    return seen


def test_a_served_home_asks_for_its_passphrase_like_any_other(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the caller's terminal; a wrong one opens nothing, and without one nobody is let in."""
    search = ("identify", "--purpose", "gate", "--device", "gate-door", "photo.jpg", "--json")
    monkeypatch.setenv("FACEKEEP_PASSPHRASE_FILE", "boss.pem")
    with street.served():
        assert json.loads(street(*search).out)["error"] == "wrong_passphrase"
        monkeypatch.delenv("FACEKEEP_PASSPHRASE_FILE")
        assert "no passphrase was given" in street(*search).out
        monkeypatch.setenv("FACEKEEP_PASSPHRASE_FILE", "missing")
        assert "cannot be read" in street(*search).out
        prompts = types(monkeypatch, PASSPHRASE.decode())
        assert json.loads(street(*search).out)["error"] == "unknown_model"
    assert prompts == ["Passphrase: "]


def test_an_officer_is_asked_for_a_new_passphrase_twice(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that differ are no passphrase; the key lies where the caller stands, sealed by theirs."""
    add = ("officer", "add", "Wang", "--key", "wang.pem", *BOSS)
    with street.served():
        types_prompts = types(monkeypatch, "one", "two")
        assert street(*add).code == 2
        monkeypatch.setenv("FACEKEEP_PASSPHRASE_FILE", "pass")
        again = types(monkeypatch, "one", "one")
        assert street(*add).code == 0
    assert len(types_prompts) == len(again) == 2
    assert b"ENCRYPTED" in (street.papers / "wang.pem").read_bytes()


def test_a_file_the_callers_shell_opened_is_the_callers(street: Street) -> None:
    """``/dev/fd/N`` is the caller's N, though another process reads it."""
    with street.served(), (street.papers / "lobby.toml").open() as opened:
        done = street("place", "add", f"/dev/fd/{opened.fileno()}", "--json")
    assert json.loads(done.out).get("id") == "lobby", done


# -- beside the service ----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["init", "serve", "upgrade", "adopt --because moved"])
def test_what_needs_the_home_to_itself_says_so(words: str, street: Street) -> None:
    """With the remedy, at once, and nothing is changed."""
    with street.served():
        done = street(*words.split())
    assert done.code == 5
    assert "Stop the service" in done.err


def test_verifications_over_http_go_on_beside_commands(street: Street) -> None:
    """Each of both is answered, and the ledger they wrote together is whole."""
    photo = street.site.good_photo("resident-7")
    with street.served() as house:
        street.site.enrol(house, "resident-7")
        with at_the_door(house, street.site.settings, street.site.people) as door:
            asked = question(house, "resident-7", photo)
            with ThreadPoolExecutor(2) as pool:
                commands = [pool.submit(street_says, street, number) for number in range(6)]
                answers = [door.post("/v1/verifications", json=asked) for _ in range(12)]
                codes = [command.result().code for command in commands]
        whole = street("ledger", "verify", "--json")
    assert [answer.json()["decision"] for answer in answers] == ["match"] * 12
    assert codes == [0] * 6
    assert json.loads(whole.out)["whole"] is True


def street_says(street: Street, number: int) -> Done:
    """A consent by the command line; what is said is not captured, since streams are one process's."""
    home = ("--home", str(street.site.home))
    subject = ("--subject", f"resident-{number + 100}", "--purpose", "gate")
    return Done(run([*home, "consent", "give", *subject]), "")


# -- as processes ----------------------------------------------------------------------------


@dataclass
class Service:
    """``facekeep serve`` as an operator starts it."""

    street: Street
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def running(cls, street: Street, *before: str) -> Iterator[Service]:
        """Until it is killed, or the test ends; ``before`` is what starts it."""
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        command = [*before, *PROGRAM, "--home", str(street.site.home), "serve", "--port", str(port)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            until(lambda: (street.site.home / SOCKET).is_socket() and is_alive(port))
            yield cls(street, process)
        finally:
            process.kill()
            process.communicate()

    def kill(self) -> None:
        """As a power cut would."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def is_alive(port: int) -> bool:
    """Whether it answers over HTTP."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).is_success
    except httpx.TransportError:
        return False


PROGRAM = [sys.executable, "-m", "facekeep"]


def until(holds: Callable[[], bool]) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "the service did not start"
        time.sleep(0.05)


def test_a_killed_service_leaves_the_command_line_working(street: Street) -> None:
    """Its socket still lies there; the next command works directly, and what it wrote is kept."""
    give = ("consent", "give", *WHO, "--json")
    with Service.running(street) as running:
        through = street(*give)
        running.kill()
        assert (street.site.home / SOCKET).is_socket()
        directly = street("consent", "show", *WHO, "--json")
    assert (through.code, directly.code) == (0, 0)
    assert "withdrawn" not in directly.out
    assert street("ledger", "verify").code == 0


def test_a_service_says_nothing_of_what_it_did_for_others(street: Street) -> None:
    """Words go to the caller alone; stopped politely, it lets the home go."""
    with Service.running(street) as running:
        assert street("consent", "give", *WHO).code == 0
        running.process.terminate()
        told, noted = running.process.communicate(timeout=60)
    assert (running.process.returncode, told) == (0, b""), noted.decode()
    assert not (street.site.home / SOCKET).exists()
    assert street("consent", "show", *WHO).code == 0


def test_a_service_with_a_tmp_of_its_own_finds_the_callers_files(
    street: Street, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As under ``PrivateTmp=yes``: read where the caller has them, and written there."""
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody have file systems of their own")
    folder = tmp_path_factory.mktemp("mine")
    (folder / "lobby.toml").write_bytes((street.papers / "lobby.toml").read_bytes())
    hide = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs none {folder} && exec "$@"', "sh"]
    with Service.running(street, *hide):
        added = street("place", "add", folder / "lobby.toml", "--json")
        sealed = street("ledger", "export", folder / "ledger.jsonl", "--json")
    assert json.loads(added.out).get("id") == "lobby", added
    assert json.loads(sealed.out)["file"] == str(folder / "ledger.jsonl")
    assert (folder / "ledger.jsonl").stat().st_size > 0
