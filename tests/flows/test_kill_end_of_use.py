"""``kill -9`` at steps spread over the end of a use: the next start finishes it, and says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facekeep.ledger import log
from facekeep.oversight.deregister import KINDS, unfinished
from facekeep.storage.certificates import verify
from facekeep.terms.errors import FacekeepError
from tests.attacks.toolkit import People, Site, Turnable
from tests.flows.crash import Fuse

ROOT = Path(__file__).resolve().parents[2]
NEVER = 1_000_000
FEW = 6
PATIENCE_S = 120


def main(folder: str, fatal: str) -> None:
    """The child: ends the gate's use until the fuse is burnt down."""
    site, fuse = Site(Path(folder), Turnable(), People()), Fuse(int(fatal))
    with site.open(locked=True) as house:
        fuse.lay()
        house.end_use("gate", "Director Lin")
    print("done", fuse.taken)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three people, to be copied back for every death."""
    folder = tmp_path_factory.mktemp("end") / "site"
    folder.mkdir()
    site = Site(folder, Turnable(), People()).found()
    with site.open() as house:
        for name in ("alice", "bob", "carol"):
            site.enrol(house, name)
    shutil.copytree(folder, folder.with_name("spare"))
    return folder


def run(furnished: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(furnished)
    shutil.copytree(furnished.with_name("spare"), furnished)
    command = [sys.executable, "-m", "tests.flows.test_kill_end_of_use", str(furnished), str(fatal)]
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, text=True,
        capture_output=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip


def survive(furnished: Path, fatal: int) -> None:
    """Die once; whatever was begun is whole at the next start, whatever was not can begin."""
    child = run(furnished, fatal)
    assert child.returncode in (0, -9), child.stderr
    site = Site(furnished, Turnable(), People())
    with site.open(locked=True) as house:
        begun = house.home.purposes.stage("gate") == "ended"
        assert unfinished(house.books) == []
        assert not begun or house.home.vault.every() == []
        paper, _ = house.end_use("gate", "Director Lin")
        assert verify(paper, house.home.signer.vkey, KINDS)["left"] == 0
        assert house.home.vault.every() == []
        assert house.home.references.identifiers() == set()
        assert house.home.directory.living() == []
        assert house.home.clocks.is_whole()
        log.audit(house.home.records.connection, house.home.signer.vkey)
        with pytest.raises(FacekeepError):
            site.enrol(house, "dora")
    with site.open(locked=True) as house:
        assert house.recovered == []


def steps(furnished: Path) -> int:
    return int(run(furnished, NEVER).stdout.rpartition("done ")[2])


def test_a_few_deaths(furnished: Path) -> None:
    """Early, midway and late."""
    n = steps(furnished)
    assert n > 30, "the fuse burns under nothing"
    for fatal in sorted({1 + i * (n - 1) // (FEW - 1) for i in range(FEW)}):
        survive(furnished, fatal)


@pytest.mark.long
def test_every_death(furnished: Path) -> None:
    """Exhaustive."""
    for fatal in range(1, steps(furnished) + 1):
        survive(furnished, fatal)


if __name__ == "__main__":
    main(*sys.argv[1:])
