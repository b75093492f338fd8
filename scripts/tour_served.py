"""The tour's home, served by a process of its own: for tests and pictures of its pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx

from scripts.tour_home import PASSPHRASE, Account
from scripts.tour_story import Tour, tour

SOURCE = Path(__file__).resolve().parent.parent / "src"
PATIENCE_S = 90.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running home."""

    told: Tour
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str:
        """Where it answers."""
        return self.told.residence.settings.origin

    def account(self, role: str) -> Account:
        """Somebody of the staff."""
        return self.told.residence.account(role)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Found the residence in an empty folder and run ``facekeep serve`` over it."""
    told = tour(folder, free_port())
    process = _spawn(told, folder)
    running = Served(told, process)
    try:
        _wait(running, folder)
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _spawn(told: Tour, folder: Path) -> subprocess.Popen[bytes]:
    passphrase, settings = folder / "passphrase", told.residence.settings
    passphrase.write_bytes(PASSPHRASE)
    passphrase.chmod(0o600)
    own = {
        "FACEKEEP_CUSTODY": str(settings.custody), "FACEKEEP_ORIGIN": settings.origin,
        "FACEKEEP_PASSPHRASE_FILE": str(passphrase), "PYTHONPATH": str(SOURCE),
        "FACEKEEP_WITNESS": str(settings.witness),
    }  # fmt: skip
    command = [sys.executable, "-m", "facekeep", "--home", str(told.residence.home)]
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen(
            [*command, "serve", "--port", str(settings.port)], env={**os.environ, **own},
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip


def _wait(running: Served, folder: Path) -> None:
    """Until it answers. Raises ``RuntimeError`` with what it said where it never will."""
    until = monotonic() + PATIENCE_S
    while not _answers(running.origin):
        if running.process.poll() is not None or monotonic() > until:
            raise RuntimeError((folder / "said.txt").read_text("utf-8", "replace"))
        sleep(0.05)


def _answers(origin: str) -> bool:
    try:
        return httpx.get(f"{origin}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
