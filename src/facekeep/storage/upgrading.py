"""Leading a home's stores to another revision, up or down: a backup first, checks afterwards.

One transaction a store, the home locked, nobody inside. What a revision takes away is gone from the
file when this returns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from facekeep.db.store import Migration, Store
from facekeep.storage.backup import Backup, BackupDesk, Shelf
from facekeep.storage.custody import Custody
from facekeep.storage.plot import Plot
from facekeep.storage.schema import STORES
from facekeep.storage.wiring import home_of
from facekeep.terms.errors import Broken, Misused, Refused
from facekeep.terms.ports import Clock, Entropy

IDENTITY = "store_identity"
"""Made with the file itself, before any revision."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where one store is and where it goes: revision numbers."""

    found: int
    wanted: int

    @property
    def steps(self) -> list[str]:
        """The revisions that are run, in their order."""
        if self.wanted >= self.found:
            return [f"{n:04d}" for n in range(self.found + 1, self.wanted + 1)]
        return [f"{n:04d}" for n in range(self.found, self.wanted, -1)]


Plan = Mapping[str, Way]


@dataclass(frozen=True, slots=True)
class Upgrading:
    """What an upgrade is given. ``to`` is a revision's number; the newest where left out."""

    clock: Clock
    entropy: Entropy
    to: int | None = None
    backup: Path | None = None
    without_backup: bool = False


def planned(plot: Plot, to: int | None = None) -> Plan:
    """What an upgrade would do. Raises ``Misused`` for a revision there is not."""
    if to is not None and not 1 <= to <= max(map(len, STORES.values())):
        raise Misused(f"there is no revision {to:04d}")
    return {name: _way(plot, name, len(STORES[name]), to) for name in STORES}


def _way(plot: Plot, name: str, newest: int, to: int | None) -> Way:
    """A store that has no such revision yet stays at its newest."""
    with closing(_opened(plot, name)) as store:
        if store.version > newest:
            raise Broken(f"{name} is of a newer program", "Install a newer Facekeep")
        return Way(store.version, newest if to is None else min(to, newest))


def upgrade(plot: Plot, given: Upgrading) -> tuple[Plan, Backup | None]:
    """Lead every store there; what was done, and the backup that was made before.

    Raises ``Refused`` where none is made and nobody says that none is needed, ``Broken`` where a
    store is not afterwards what a new one would be: then it is as it was before.
    """
    plan = planned(plot, given.to)
    if not any(way.steps for way in plan.values()):
        return plan, None
    made = _backed_up(plot, given)
    for name, way in plan.items():
        with closing(_opened(plot, name)) as store:
            move(store, way.wanted)
    return plan, made


def move(store: Store, wanted: int) -> None:
    """One store, in one transaction, swept. Raises ``Broken`` and leaves it as it was."""
    if store.version == wanted:
        return
    from facekeep.storage.migrations import steps

    with store.transaction() as tx:
        tx.execute("PRAGMA defer_foreign_keys = ON")
        steps.run(tx, store.name, store.version, wanted)
        _refuse_broken(tx, store.name, wanted)
    if (damage := store.damage()) is not None:
        raise Broken(f"{store.name}: {damage}", "Restore the backup that was made before")
    store.sweep()


def _backed_up(plot: Plot, given: Upgrading) -> Backup | None:
    if given.backup is None:
        if given.without_backup:
            return None
        raise Refused(
            "no backup was made before",
            "Name a folder for one: --backup FOLDER, or say --without-backup",
            article="FRM-14-1",
        )
    with ExitStack() as opened:
        stores = {name: opened.enter_context(closing(_opened(plot, name))) for name in STORES}
        instance = Custody(plot.custody).anchor().instance
        home = home_of(plot, instance, stores, given.clock, given.entropy)
        return BackupDesk(home).make(Shelf(given.backup))


def _opened(plot: Plot, name: str) -> Store:
    return Store.open_any_version(plot.store(name), name, STORES[name], plot.id)


# -- checks ---------------------------------------------------------------------------------


def _refuse_broken(tx: sqlite3.Connection, name: str, revision: int) -> None:
    """Before it is committed: no row refers to nothing, and the schema is a new store's."""
    if tx.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise Broken(f"rows of {name} refer to rows that are gone", "Nothing was changed")
    if schema_of(tx) != fresh_schema(STORES[name][:revision]):
        raise Broken(f"the {name} store is not what its revision says", "Nothing was changed")


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Every table, index and trigger by its name, as SQL with single spaces."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> ?", (IDENTITY,)
    )
    return {name: " ".join(sql.split()) for name, sql in rows}


def fresh_schema(migrations: Sequence[Migration]) -> dict[str, str]:
    """The same of a store made at this moment."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for migration in migrations:
            for statement in migration:
                fresh.execute(statement)
        return schema_of(fresh)
