"""``kill -9`` at every step of every act: the next start completes or rolls back, and says so.

In the default run each act dies at a few steps spread over its course; with ``--long`` at each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.ledger import log
from facekeep.terms.errors import FacekeepError, Refused
from tests.attacks.toolkit import People, Site, Turnable
from tests.flows.crash import ACTS

ROOT = Path(__file__).resolve().parents[2]
FEW = 3
NEVER = 1_000_000
PATIENCE_S = 600
"""Ends a child that hangs; a busy machine is not in a hurry."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with Alice and Bob, to be copied back for every death."""
    folder = tmp_path_factory.mktemp("kill") / "site"
    folder.mkdir()
    with Site(folder, Turnable(), People()).found().open() as house:
        for name in ("alice", "bob"):
            Site(folder, Turnable(), People()).enrol(house, name)
    shutil.copytree(folder, folder.with_name("spare"))
    return folder


def fresh(furnished: Path) -> Site:
    """The furnished home again, in the very same place."""
    shutil.rmtree(furnished)
    shutil.copytree(furnished.with_name("spare"), furnished)
    return Site(furnished, Turnable(), People())


def run(folder: Path, act: str, steps: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.flows.crash", str(folder), act, str(steps)]
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, text=True,
        capture_output=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip


def steps_of(furnished: Path, act: str) -> int:
    """How many steps the act has, from a child that lives."""
    fresh(furnished)
    return int(run(furnished, act, NEVER).stdout.rpartition("done ")[2])


def check_whole(house: House) -> None:
    """No orphan, no widow, nothing under way; the ledger is sound."""
    home = house.home
    rows = home.vault.every()
    assert home.references.identifiers() == {row.row for row in rows}
    assert not home.vault.unfinished()
    assert not home.intents.open()
    assert len(home.custody.generations()) == 1
    persons = {p for (p,) in home.records.rows("SELECT id FROM person")}
    assert {p for (p,) in home.vault.store.rows("SELECT person FROM person_secret")} <= persons
    log.audit(home.records.connection, home.signer.vkey)


def check_people(site: Site, house: House, act: str, told: str) -> None:
    """Nothing acknowledged is lost: who was enrolled matches, who left with a receipt is gone."""
    assert site.matches(house, "bob")
    withdrawn = "rights:withdrawal:accepted" in kinds(house)
    if act == "withdraw" and (withdrawn or "receipt" in told):
        with pytest.raises(Refused):
            site.ask(house, "alice")
    else:
        assert site.matches(house, "alice")
    if act == "enrol" and "done" in told:
        assert site.matches(house, "carol")
    site.enrol(house, "dora")
    assert site.matches(house, "dora")


def kinds(house: House) -> set[str]:
    """What the ledger tells of."""
    connection = house.home.records.connection
    return {log.entry(connection, n).kind for n in range(log.size(connection))}


def survive(furnished: Path, act: str, steps: int) -> list[str]:
    """Die once, start again, and check; returns what the start said."""
    site = fresh(furnished)
    child = run(furnished, act, steps)
    assert child.returncode in (0, -9), child.stderr
    if act == "adopt" and "done" not in child.stdout:
        site.adopt("again")
        first = (furnished.with_name("spare") / "home" / "ledger.pub").read_bytes()
        assert (site.home / "ledger-1.pub").read_bytes() == first
    with site.open() as house:
        check_whole(house)
        check_people(site, house, act, child.stdout)
        recovered = list(house.recovered)
    with site.open() as house:
        assert house.recovered == []
    return recovered


@pytest.mark.parametrize("act", ACTS)
def test_a_few_deaths(furnished: Path, act: str) -> None:
    """Early, midway and late: whole again at the next start."""
    steps = steps_of(furnished, act)
    assert steps >= FEW, "the fuse burns under nothing"
    for n in sorted({1 + i * (steps - 1) // (FEW - 1) for i in range(FEW)}):
        survive(furnished, act, n)


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_every_death(furnished: Path, act: str) -> None:
    """Exhaustive: at least a hundred deaths over all acts, each completed or rolled back aloud."""
    said = [survive(furnished, act, n) for n in range(1, steps_of(furnished, act) + 1)]
    if act not in ("consent", "adopt"):
        assert any(said), "an interrupted act was never mentioned"


def test_control_a_damaged_home_is_not_called_whole(furnished: Path) -> None:
    """The checks can see: an orphan reference fails them."""
    site = fresh(furnished)
    with site.open() as house:
        with site.sql("keys") as raw:
            raw.execute("DELETE FROM subject_key WHERE row = (SELECT min(row) FROM subject_key)")
        with pytest.raises((AssertionError, FacekeepError)):
            check_whole(house)
