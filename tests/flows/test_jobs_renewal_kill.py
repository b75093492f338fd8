"""A renewal of everybody killed again and again: each row renewed once, nobody accepted wrongly."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest

from facekeep.db.queue import Job, State
from facekeep.ledger import log
from facekeep.storage.bulk import ACT, KIND, about
from facekeep.terms.errors import FacekeepError, Retry
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import People, Site, Turnable
from tests.flows.crash import Fuse

ROOT = Path(__file__).resolve().parents[2]
NAMES = [f"person{n}" for n in range(6)]
NEVER = 1_000_000
PATIENCE_S = 300


def main(folder: str, fatal: str) -> None:
    """The child: carries the renewal out until the fuse is burnt down."""
    site, fuse = Site(Path(folder), Turnable(), People()), Fuse(int(fatal))
    with site.open() as house:
        fuse.lay()
        while house.jobs.run_one() is not None:
            pass
    print("done", fuse.taken)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a few people and a renewal that was ordered, to be copied back."""
    folder = tmp_path_factory.mktemp("bulk") / "site"
    folder.mkdir()
    site = Site(folder, Turnable(), People()).found()
    with site.open() as house:
        for name in NAMES:
            site.enrol(house, name)
        order(site, house)
    shutil.copytree(folder, folder.with_name("spare"))
    return folder


def order(site: Site, house: object) -> Job:
    enter(house, "Ann", "Ben")  # type: ignore[arg-type]
    for name in ("Ann", "Ben"):
        approve(house, name, ACT, about("", "schedule"))  # type: ignore[arg-type]
    return house.jobs.renewals.order("", "schedule")  # type: ignore[attr-defined,no-any-return]


def fresh(furnished: Path) -> Site:
    shutil.rmtree(furnished)
    shutil.copytree(furnished.with_name("spare"), furnished)
    return Site(furnished, Turnable(), People())


def run(folder: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.flows.test_jobs_renewal_kill", str(folder), str(fatal)]
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, text=True,
        capture_output=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip


def epochs(site: Site) -> dict[bytes, bytes]:
    """Where each reference stands on the disk, whoever is at work."""
    with closing(sqlite3.connect(site.file("references"))) as raw:
        return {
            bytes(row): bytes(epoch)
            for row, epoch in raw.execute("SELECT row, epoch FROM reference")
        }


def kill_until_done(furnished: Path, lives: list[int]) -> int:
    """Child after child with so many steps to live; each row stands at two epochs in all."""
    site, seen, deaths = fresh(furnished), defaultdict[bytes, list[bytes]](list), 0
    while True:
        for row, epoch in epochs(site).items():
            if epoch not in seen[row]:
                seen[row].append(epoch)
        child = run(furnished, lives[deaths % len(lives)])
        assert child.returncode in (0, -9), child.stderr
        if "done" in child.stdout:
            break
        deaths += 1
    for row, epoch in epochs(site).items():
        if epoch not in seen[row]:
            seen[row].append(epoch)
    assert {len(stood) for stood in seen.values()} == {2}
    check_whole(site)
    return deaths


def check_whole(site: Site) -> None:
    """Everybody matches, nobody else does, nothing is under way, the ledger is sound."""
    with site.open() as house:
        (job,) = [one for one in house.jobs.list() if one.kind == KIND]
        assert (job.state, job.body["damaged"], house.jobs.renewals.ordered()) == (
            State.DONE,
            0,
            [],
        )
        assert house.home.vault.unfinished() == []
        for name in NAMES:
            assert site.matches(house, name)
            assert not site.matches(house, name, site.good_photo(f"not {name}"))
        log.audit(house.home.records.connection, house.home.signer.vkey)


def test_a_few_deaths_and_each_row_once(furnished: Path) -> None:
    """Between noting and renewing, between renewing and sealing, between sealing and the next lot."""
    assert kill_until_done(furnished, [9, 14, 23, 31]) >= 2


@pytest.mark.long
def test_every_death_and_each_row_once(furnished: Path) -> None:
    """One death at each step of the whole renewal: more than fifty."""
    site = fresh(furnished)
    steps = int(run(site.folder, NEVER).stdout.rpartition("done ")[2])
    assert steps >= 50
    for fatal in range(1, steps + 1):
        assert kill_until_done(furnished, [fatal, NEVER]) == 1


def test_whoever_is_verified_meanwhile_is_never_accepted_wrongly(furnished: Path) -> None:
    """The right person, or "ask again"; a stranger never, at whatever step the renewal is."""
    site, wrong, answers = fresh(furnished), list[str](), [0]
    with site.open() as house:
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                for name in NAMES:
                    try:
                        if site.matches(house, name, site.good_photo(f"not {name}", answers[0])):
                            wrong.append(name)
                        answers[0] += 1
                    except Retry:
                        continue
                    except FacekeepError as error:
                        wrong.append(f"{name}: {error}")

        asking = threading.Thread(target=ask)
        asking.start()
        while house.jobs.run_one() is not None:
            pass
        over.set()
        asking.join()
        assert wrong == []
        assert all(site.matches(house, name) for name in NAMES)
    assert answers[0] > 0


if __name__ == "__main__":
    main(*sys.argv[1:])
