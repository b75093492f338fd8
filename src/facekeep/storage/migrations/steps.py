"""Carrying out revisions with Alembic, on our own connection and in our own transaction.

SQLAlchemy commits and rolls back what it believes to be its own; here both belong to the
:class:`~facekeep.db.store.Store`, whose rules (``BEGIN IMMEDIATE``, one writer) hold for a schema too.
The engine's dialect is therefore told to leave them alone. There is no version table: the store's
``user_version`` is the revision's number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

FOLDER = Path(__file__).parent


@cache
def scripts(store: str) -> ScriptDirectory:
    """A store's revisions."""
    return ScriptDirectory(FOLDER / store)


def numbers(store: str) -> list[int]:
    """Every revision there is, oldest first."""
    return sorted(int(script.revision) for script in scripts(store).walk_revisions())


def run(connection: sqlite3.Connection, store: str, found: int, wanted: int) -> None:
    """Lead a store from one revision to another, inside the caller's transaction."""
    with _operations(connection):
        for script in _between(store, min(found, wanted), max(found, wanted), up=wanted > found):
            (script.module.upgrade if wanted > found else script.module.downgrade)()
    connection.execute(f"PRAGMA user_version = {wanted}")


def _between(store: str, low: int, high: int, *, up: bool) -> list[Script]:
    """The revisions after ``low`` up to ``high``, in the order in which they are run."""
    lower = f"{low:04d}" if low else "base"
    newest_first = list(scripts(store).iterate_revisions(f"{high:04d}", lower))
    return newest_first[::-1] if up else newest_first


@contextmanager
def _operations(connection: sqlite3.Connection) -> Iterator[None]:
    engine = _engine(connection)
    with engine.connect() as borrowed:
        context = MigrationContext.configure(borrowed)
        with Operations.context(context):
            yield


def _engine(connection: sqlite3.Connection) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    for act in ("do_commit", "do_rollback", "do_begin", "do_close", "do_terminate"):
        setattr(engine.dialect, act, lambda _: None)
    return engine
