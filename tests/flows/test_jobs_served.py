"""A real service: what runs by itself runs, survives ``kill -9``, and ends with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from facekeep.db.home_lock import SOCKET
from facekeep.ledger import log
from facekeep.oversight import plan
from tests.attacks.toolkit import PASSPHRASE, Site

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
"""For a process on a busy machine; a good run waits three seconds."""


@contextmanager
def served(site: Site, disk: Path) -> Iterator[subprocess.Popen[bytes]]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "facekeep",
        "--home",
        str(site.home),
        "serve",
        "--port",
        str(port),
    ]
    given = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "FACEKEEP_WITNESS": f"file:{disk}",
        "FACEKEEP_CUSTODY": str(site.settings.custody), "FACEKEEP_PASSPHRASE": PASSPHRASE.decode(),
    }  # fmt: skip
    (site.home / SOCKET).unlink(
        missing_ok=True
    )  # what a killed service left says nothing of this one
    process = subprocess.Popen(
        command, env=given, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: (site.home / SOCKET).is_socket() or process.poll() is not None)
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_service_works_by_itself_until_it_is_killed_and_again_after(
    site: Site, tmp_path: Path
) -> None:
    """The witness has the head; a second life goes on, and ends in peace."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with served(site, disk):
        wait_until(lambda: len(list(disk.glob("*.checkpoint"))) == 1)
    with served(site, disk) as process:
        wait_until(lambda: _rounds(site) >= 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    site.clock.now = time.time()
    with site.open() as house:
        assert {job.kind for job in house.jobs.list()} > {plan.WITNESS, plan.SWEEP}
        assert house.home.jobs.edited() == []
        note = (max(disk.iterdir())).read_text()
        log.audit(house.home.records.connection, house.home.signer.vkey, note)


def _rounds(site: Site) -> int:
    """How often the sweep was begun, over all lives: its fence."""
    with site.sql("records") as raw:
        row = raw.execute("SELECT fence FROM job WHERE kind = ?", (plan.SWEEP,)).fetchone()
    return int(row[0]) if row else 0
