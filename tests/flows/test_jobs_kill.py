"""Workers killed in the middle of jobs: every effect exactly once, nothing lost, nothing late."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facekeep.db.queue import State, Task
from facekeep.db.store import Store
from tests.flows.queue_crash import HOME, NEVER, SCHEMA, open_store, queue_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300
"""Ends a child that hangs; a busy machine is not in a hurry."""


def filled(path: Path, jobs: int) -> Path:
    """A store with so many jobs that wait."""
    store = Store.create(path, "r", [SCHEMA], HOME, b"m" * 16)
    queue = queue_of(store, b"o" * 16)
    with store.transaction() as tx:
        for n in range(jobs):
            queue.put(tx, Task("work", str(n), {"n": n}), time.time())
    store.close()
    return path


def begun(path: Path, fatal: int, owner: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.flows.queue_crash", str(path), str(fatal), owner]
    path_of = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path_of}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(child: subprocess.Popen[str]) -> str:
    out, err = child.communicate(timeout=PATIENCE_S)
    assert child.returncode in (0, -9), err
    return out


def check_effects(path: Path, jobs: int) -> None:
    """Two effects a job, each once; every job done."""
    store = open_store(path)
    rows = store.rows("SELECT job, part FROM effect")
    assert (len(rows), len(set(rows))) == (2 * jobs, 2 * jobs)
    queue = queue_of(store, b"x" * 16)
    assert [job.state for job in queue.all()] == [State.DONE] * jobs
    assert queue.edited() == []
    assert queue.late(time.time()) == []
    store.close()


def kill_until_done(path: Path, lives: list[int]) -> int:
    """Worker after worker, each with so many steps to live; returns how many died."""
    deaths = 0
    while "done" not in ended(begun(path, lives[deaths % len(lives)])):
        deaths += 1
    return deaths


def test_a_few_deaths_and_every_effect_once(tmp_path: Path) -> None:
    """Early in a job, between its two effects, and after its last commit."""
    path = filled(tmp_path / "r.db", 8)
    assert kill_until_done(path, [3, 4, 6, 9, 12, 17]) >= 4
    check_effects(path, 8)


@pytest.mark.long
def test_fifty_deaths_and_every_effect_once(tmp_path: Path) -> None:
    """At least fifty, at every place of a job."""
    path = filled(tmp_path / "r.db", 80)
    assert kill_until_done(path, [3, 4, 5, 6, 7, 8, 9, 10]) >= 50
    check_effects(path, 80)


def share(path: Path, deaths: int) -> None:
    """Two workers at once that steal each other's leases; one of them dies again and again."""
    owner = "6f" * 16
    steady_one = begun(path, NEVER, owner)
    for n in range(deaths):
        ended(begun(path, 3 + n % 9, owner))
    ended(steady_one)
    ended(begun(path, NEVER))


def test_two_workers_that_steal_from_each_other(tmp_path: Path) -> None:
    """Whoever is slow loses the lease and takes no effect."""
    path = filled(tmp_path / "r.db", 30)
    share(path, 2)
    check_effects(path, 30)


@pytest.mark.long
def test_many_thefts(tmp_path: Path) -> None:
    """The same with twenty deaths and four hundred jobs."""
    path = filled(tmp_path / "r.db", 400)
    share(path, 20)
    check_effects(path, 400)


def test_control_an_effect_taken_twice_is_seen(tmp_path: Path) -> None:
    """The check can see."""
    path = filled(tmp_path / "r.db", 1)
    kill_until_done(path, [NEVER])
    store = open_store(path)
    with store.transaction() as tx:
        tx.execute("INSERT INTO effect SELECT * FROM effect")
    store.close()
    with pytest.raises(AssertionError):
        check_effects(path, 1)
