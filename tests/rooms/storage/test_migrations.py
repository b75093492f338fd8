"""Revisions of the three stores: the same schema by either way, up and down with data in all of them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from facekeep import assembly
from facekeep.db.store import Store
from facekeep.storage import migrations, upgrading
from facekeep.storage.migrations import joined, split, steps, tables_of
from facekeep.storage.plot import Plot
from facekeep.storage.restoration import Restoring
from facekeep.storage.schema import STORES
from facekeep.storage.upgrading import fresh_schema, move, schema_of
from facekeep.terms.errors import Broken, Misused, Refused
from tests.attacks.toolkit import PASSPHRASE, Site
from tests.house.walk import ROOT

MARKER = b"planted-in-a-later-revision"
NEWEST = {name: len(found) for name, found in STORES.items()}


@pytest.fixture
def settled(site: Site) -> Site:
    """A home with data in every store, closed."""
    with site.open() as house:
        for subject in ("alice", "bob", "carol"):
            site.enrol(house, subject)
        site.ask(house, "alice")
        house.withdrawals.withdraw("carol", "gate")
    return site


def rows(site: Site, only: set[str] | None = None) -> dict[str, list[str]]:
    """Every row of every table, byte for byte; of some tables alone where they are named."""
    found: dict[str, list[str]] = {}
    for store in STORES:
        with site.sql(store) as raw:
            for table in tables(raw):
                if only is None or f"{store}.{table}" in only:
                    read = raw.execute(f'SELECT * FROM "{table}"').fetchall()
                    found[f"{store}.{table}"] = sorted(map(repr, read))
    return found


def tables(raw: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [row[0] for row in raw.execute(sql)]


def plant(site: Site) -> int:
    """Rows in as many tables of the later revisions as their checks allow; returns how many."""
    planted = 0
    with site.sql("records") as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        for table in tables_of(s for later in STORES["records"][1:] for s in later):
            values = [_value(column) for column in raw.execute(f"PRAGMA table_info({table})")]
            marks = ",".join("?" * len(values))
            try:
                raw.execute(f"INSERT INTO {table} VALUES ({marks})", values)
            except sqlite3.IntegrityError:
                continue
            planted += 1
    return planted


def _value(column: tuple[Any, ...]) -> Any:
    kind = column[2].upper()
    return {"INTEGER": 0, "TEXT": MARKER.decode(), "REAL": 0.0}.get(kind, MARKER)


def place(site: Site) -> Plot:
    return Plot.read(site.home)


# -- one schema -----------------------------------------------------------------------------


@pytest.mark.parametrize("store", STORES)
def test_every_revision_is_what_a_new_store_is(store: str, tmp_path: Path) -> None:
    """The frozen scripts and the rooms' tables lead to the same schema, revision by revision.

    Where this fails after a table changed: ``python scripts/freeze_schema.py records 2``.
    """
    assert steps.numbers(store) == list(range(1, NEWEST[store] + 1))
    with closing(Store(tmp_path / "s.db", store, STORES[store])) as empty:
        for number in steps.numbers(store):
            with empty.transaction() as tx:
                steps.run(tx, store, number - 1, number)
            assert schema_of(empty.connection) == fresh_schema(STORES[store][:number])
            assert empty.version == number


def test_a_new_home_is_at_the_newest_revision(site: Site) -> None:
    """Nothing to do."""
    plan = upgrading.planned(place(site))
    assert [way.steps for way in plan.values()] == [[], [], []]
    assert assembly.upgrade(site.home)[1] is None


def test_a_changed_table_is_seen() -> None:
    """Control: one column more is another schema."""
    first, *rest = STORES["keys"][0]
    changed = [(first.replace("wrapped BLOB", "more BLOB, wrapped BLOB"), *rest)]
    assert fresh_schema(changed) != fresh_schema(STORES["keys"])


def test_statements_survive_the_file() -> None:
    """Also with semicolons inside."""
    statements = ("CREATE TABLE a (x TEXT DEFAULT ';')", "CREATE INDEX i ON a (x)")
    assert split(joined(statements)) == statements
    assert tables_of([*statements, "CREATE TABLE b (y)"]) == ("b", "a")


# -- up and down ----------------------------------------------------------------------------


def test_down_and_up_with_data(settled: Site) -> None:
    """What both revisions have is there byte for byte, and people are recognised as before."""
    assert plant(settled) >= 3
    before = rows(settled)
    plan, _ = assembly.upgrade(settled.home, to=1, without_backup=True)
    assert plan["records"].steps == ["0003", "0002"]
    kept = rows(settled)
    assert kept == {name: before[name] for name in kept}
    assert len(kept) < len(before)
    assembly.upgrade(settled.home, without_backup=True)
    after = rows(settled)
    assert set(after) == set(before)
    assert {name: after[name] for name in kept} == kept
    assert all(after[name] == [] for name in set(after) - set(kept))
    with settled.open() as house:
        assert settled.matches(house, "alice")
        assert not house.home.directory.persons("carol", "gate")


def test_what_goes_is_gone_from_the_file(settled: Site) -> None:
    """Accounts and sessions leave no byte behind."""
    plant(settled)
    assert any(MARKER in path.read_bytes() for path in settled.home.glob("records.db*"))
    assembly.upgrade(settled.home, to=1, without_backup=True)
    assert not any(MARKER in path.read_bytes() for path in settled.home.glob("records.db*"))


def test_an_older_home_is_told_to_upgrade(settled: Site) -> None:
    """And a program older than the home to be replaced."""
    assembly.upgrade(settled.home, to=1, without_backup=True)
    with pytest.raises(Broken, match="facekeep upgrade"), settled.open():
        pass
    with settled.sql("records") as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(Broken, match="newer"):
        assembly.upgrade(settled.home, without_backup=True)


@pytest.mark.parametrize("to", [0, -1, 99])
def test_unknown_revisions_are_refused(site: Site, to: int) -> None:
    """By their number."""
    with pytest.raises(Misused, match="no revision"):
        assembly.upgrade(site.home, to=to, without_backup=True)


# -- safety ---------------------------------------------------------------------------------


def test_a_backup_is_demanded_and_comes_back(settled: Site) -> None:
    """Of the older schema; restoring lifts it on the way."""
    assembly.upgrade(settled.home, to=1, without_backup=True)
    with pytest.raises(Refused, match="no backup"):
        assembly.upgrade(settled.home)
    folder = settled.folder / "copies"
    folder.mkdir()
    _, made = assembly.upgrade(settled.home, backup=folder, clock=settled.clock)
    assert made is not None
    shutil.rmtree(settled.home)
    wish = Restoring(
        made.file, settled.home, PASSPHRASE, settled.settings.custody, settled.clock, os.urandom
    )
    assert assembly.restore(wish).people == 2
    with settled.open(locked=True) as house:
        assert house.home.directory.persons("alice", "gate")


def test_a_failing_step_changes_nothing(settled: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half way through the tables of a revision: the transaction takes everything back."""
    assembly.upgrade(settled.home, to=1, without_backup=True)
    before = rows(settled)
    script = steps.scripts("records").get_revision("0002")
    assert script is not None
    whole = script.module.upgrade

    def broken() -> None:
        whole()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(script.module, "upgrade", broken)
    with pytest.raises((Broken, sqlite3.OperationalError)):
        assembly.upgrade(settled.home, without_backup=True)
    assert rows(settled) == before
    assert upgrading.planned(place(settled))["records"].found == 1


def test_a_store_somebody_altered_is_refused(settled: Site) -> None:
    """A table by another hand: nothing is built on it, and it stays as it is."""
    assembly.upgrade(settled.home, to=1, without_backup=True)
    with settled.sql("records") as raw:
        raw.execute("CREATE TABLE stranger (x)")
    before = rows(settled)
    with pytest.raises(Broken, match="not what its revision says"):
        assembly.upgrade(settled.home, without_backup=True)
    assert rows(settled) == before


def test_dangling_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that refers to one that is gone stops the step."""
    tables = (("CREATE TABLE a (x INTEGER PRIMARY KEY)",
               "CREATE TABLE b (y REFERENCES a (x))"), ())  # fmt: skip
    store = Store.create(tmp_path / "s.db", "records", tables[:1], b"h" * 16, b"m" * 16)
    with closing(store):
        store.connection.execute("PRAGMA foreign_keys = OFF")
        store.connection.execute("INSERT INTO b VALUES (7)")
        monkeypatch.setattr(steps, "run", lambda *_: None)
        with pytest.raises(Broken, match="refer to rows that are gone"):
            move(store, 2)


def test_nothing_goes_below_the_first_release(site: Site) -> None:
    """A home has at least those tables."""
    script = steps.scripts("keys").get_revision("0001")
    assert script is not None
    with pytest.raises(Misused, match="first release"):
        script.module.downgrade()


def test_opening_a_home_loads_no_alembic(site: Site) -> None:
    """Schema versions are a number; the machinery is for those who move."""
    code = (
        "import sys; from pathlib import Path; from facekeep import assembly;"
        "from facekeep.settings import Settings;"
        "assembly.enter(Path(sys.argv[1]), Settings(custody=Path(sys.argv[2]))).close();"
        "print({'alembic', 'sqlalchemy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(site.home), str(site.settings.custody)],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "set()"


def test_scripts_travel_with_the_package() -> None:
    """Each revision has its SQL beside it."""
    folder = Path(migrations.__file__).parent
    scripts = sorted(folder.glob("*/versions/r*.py"))
    assert len(scripts) == sum(NEWEST.values())
    assert all(script.with_suffix(".sql").is_file() for script in scripts)
