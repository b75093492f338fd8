"""A full disk: named at once, nothing torn, reading and leaving go on, and so does everything later.

The home lies on a small disk of its own (``mount -t tmpfs``); who may not mount skips, and says so.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekeep.storage.ballast import BYTES
from tests.attacks.served import Line, Served, enrolled
from tests.faults.load import consents, leaves
from tests.flows.test_kill import check_whole

MB = 1024 * 1024
DISK = 48 * MB
CLOSED_WITHIN_S = 2.0
ENOUGH = 10 * MB
"""With so much free everything works again, without a restart."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)]
    tried = subprocess.run(mounting, capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no disk of our own to fill: {tried.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def cramped(small_disk: Path) -> Iterator[Served]:
    """A running server whose disk is full to the last byte."""
    people = enrolled("anna", "bob", "carl", "dora")
    with Served.found(small_disk).at_rest_with(people) as server:
        server.start()
        with server.line() as line:
            assert server.verify(line, "anna").json["decision"] == "match"
        fill(small_disk)
        yield server


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (MB, 4096, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue


def free(disk: Path, room: int) -> None:
    """Make so much room."""
    filler = disk / "filler"
    os.truncate(filler, filler.stat().st_size - room)


def refused(server: Served, line: Line) -> None:
    """Asking is answered at once, by name."""
    since = time.monotonic()
    reply = server.verify(line, "anna")
    assert time.monotonic() - since < CLOSED_WITHIN_S
    assert (reply.status, reply.json["code"]) == (503, "disk_full"), reply.body
    assert reply.json["remedy"]


def leaves_whole(line: Line, subject: str) -> None:
    """Leaving is taken, and carried out, as on any other day."""
    since = time.monotonic()
    reply = leaves(line, subject)
    assert time.monotonic() - since < CLOSED_WITHIN_S
    assert reply.status == 200, reply.body
    assert reply.json["body"]["consents"]


def test_a_full_disk_closes_by_name_and_lets_people_leave(cramped: Served) -> None:
    """Before the ballast is let go and after it; what was read can still be read."""
    with cramped.line() as line:
        for subject in ("bob", "carl", "dora"):
            for _ in range(20):
                refused(cramped, line)
            assert consents(line, "emil").status == 503
            assert line.ask("GET", f"/v1/subjects/{subject}/consents/gate").json["in_force"]
            leaves_whole(line, subject)
            assert not line.ask("GET", f"/v1/subjects/{subject}/consents/gate").json["in_force"]
        assert line.ask("GET", "/readyz").status == 503


def test_a_key_for_repeating_keeps_nobody_in(cramped: Served) -> None:
    """Whoever leaves may ask so that the answer is kept, too."""
    with cramped.line() as line:
        where = "/v1/subjects/bob/consents/gate"
        reply = line.ask("DELETE", where, Idempotency_Key="a-key-of-the-operator")
        assert reply.status == 200, reply.body
        again = line.ask("DELETE", where, Idempotency_Key="a-key-of-the-operator")
        assert (again.status, again.body) == (reply.status, reply.body)


def test_it_goes_on_without_a_restart(cramped: Served, small_disk: Path) -> None:
    """Once there is room again; the room for leaving is laid by anew."""
    with cramped.line() as line:
        refused(cramped, line)
        leaves_whole(line, "bob")
        refused(cramped, line)
        free(small_disk, ENOUGH)
        assert cramped.verify(line, "anna").json["decision"] == "match"
        assert cramped.verify(line, "bob").json["code"] == "consent_withdrawn"
        assert consents(line, "emil").status == 201
        assert line.ask("GET", "/readyz").status == 200
    assert (cramped.site.home / "ballast").stat().st_size == BYTES
    at_rest(cramped)


def test_a_start_on_a_full_disk_is_for_leaving(cramped: Served, small_disk: Path) -> None:
    """Killed on a full disk it starts again: nobody is compared, everybody may leave."""
    with cramped.line() as line:
        refused(cramped, line)
    cramped.kill()
    cramped.start()
    with cramped.line() as line:
        refused(cramped, line)
        leaves_whole(line, "carl")
    assert cramped.stop() == 0
    free(small_disk, ENOUGH)
    at_rest(cramped)


def at_rest(server: Served) -> None:
    """Nothing is torn, and nothing is under way."""
    if server.running:
        assert server.stop() == 0
    with server.house() as house:
        check_whole(house)
        for store in (house.home.records, house.home.vault.store, house.home.references.store):
            assert store.damage() is None
