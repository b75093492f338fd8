"""POSIX drops every lock a process holds on a file when the process closes it once anywhere.

SQLite's locks are of that kind: a second process would take a store in use for one that nobody uses,
and delete its log. So none of the files of an open store is opened but by SQLite.
"""

from __future__ import annotations

import subprocess
import sys

from facekeep.assembly import House
from tests.attacks.toolkit import STORES, Site

LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)  # the index's "somebody is here"
    except OSError:
        sys.exit(7)
"""


def is_held(site: Site, store: str) -> bool:
    """Whether another process finds the index of a store in use."""
    done = subprocess.run([sys.executable, "-c", LOCKED, f"{site.file(store)}-shm"], check=False)
    return done.returncode == 7


def test_a_store_in_use_stays_locked(site: Site, house: House) -> None:
    """Enrolment, decisions, questions of evidence, a checkpoint: the locks are still there."""
    site.enrol(house, "anna")
    assert site.matches(house, "anna")
    house.seal_checkpoint()
    for ask in house.questions().values():
        ask(int(site.clock()))
    assert [store for store in STORES if not is_held(site, store)] == []


def test_control_a_file_closed_beside_sqlite_is_seen(site: Site, house: House) -> None:
    """The check notices the fault it is made for."""
    site.enrol(house, "anna")
    with site.file("records").with_name("records.db-shm").open("rb"):
        pass
    assert not is_held(site, "records")
