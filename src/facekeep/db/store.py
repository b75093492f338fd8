"""One SQLite file with the pragmas that keep our promises.

Rules (each has a test):

1. ``BEGIN IMMEDIATE`` for every write: a deferred transaction loses updates silently.
2. WAL with ``synchronous=FULL``: what was acknowledged survives ``kill -9``.
3. ``secure_delete=ON`` and :meth:`Store.sweep`: a deleted row leaves no byte in pages, free list
   or WAL. ``wal_checkpoint(TRUNCATE)`` beside a reader returns busy = 1 *without raising*, so
   the sweep looks at the answer and retries.
4. The file says which store and which home it is; another home's file is refused.
5. Schema versions live in ``user_version``; :func:`Store.open` refuses a newer or older file,
   ``Store.upgrade`` brings an older one forward inside one transaction.
"""

from __future__ import annotations

import sqlite3
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from facekeep.db.presence import Presence
from facekeep.db.turns import Check, Turns, named
from facekeep.terms.errors import Broken, StoreMissing, Tampered

BUSY_TIMEOUT_MS = 2_000
"""A locked store fails closed within two seconds (DESIGN section 9, faults)."""

SWEEP_PATIENCE_S = 5.0
"""How long a sweep waits for a reader to leave before it reports the store as busy."""

PAGE_BYTES = {"references": 16_384}
"""A reference must fit its page: what overflows lies in the order of enrolment, and whoever came to
two purposes at one visit could be told by it (custody rule 7)."""

USUAL_PAGE_BYTES = 4_096
"""Every other store's."""

Migration = Sequence[str]
"""The SQL statements that lift a store by one schema version."""

_NAMES = count()

_IDENTITY = """CREATE TABLE store_identity (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL,
    home BLOB NOT NULL,
    mark BLOB NOT NULL
) STRICT"""


class _Held(threading.local):
    """What the transactions of each thread are under."""

    conditions: tuple[Check, ...] = ()


class Store:
    """One SQLite file of a home. Write inside :meth:`transaction`; read with :meth:`rows`."""

    def __init__(self, path: Path, name: str, migrations: Sequence[Migration]) -> None:
        self.path, self.name, self._migrations = path, name, migrations
        self._held = _Held()
        self._connection = _connect(path, PAGE_BYTES.get(name, USUAL_PAGE_BYTES))
        self._turns = Turns(self._connection, name)
        self._presence = Presence(path)

    @classmethod
    def create(
        cls, path: Path, name: str, migrations: Sequence[Migration], home: bytes, mark: bytes
    ) -> Store:
        """A new, empty store. Raises ``Broken`` where a file already lies."""
        if path.exists():
            raise Broken(f"{path.name} already exists", "Choose an empty folder for a new home")
        path.touch(mode=0o600)
        store = cls(path, name, migrations)
        with store.transaction() as tx:
            tx.execute(_IDENTITY)
            tx.execute("INSERT INTO store_identity VALUES (1, ?, ?, ?)", (name, home, mark))
        store.upgrade()
        return store

    @classmethod
    def open(cls, path: Path, name: str, migrations: Sequence[Migration], home: bytes) -> Store:
        """An existing store of this home, at the schema version of this program."""
        store = cls.open_any_version(path, name, migrations, home)
        if store.version != len(migrations):
            found, wanted = store.version, len(migrations)
            store.close()
            raise Broken(
                f"{name} has schema {found}, this program needs {wanted}", _remedy(found, wanted)
            )
        return store

    @classmethod
    def open_any_version(
        cls, path: Path, name: str, migrations: Sequence[Migration], home: bytes
    ) -> Store:
        """An existing store of this home, whatever its schema version (for ``upgrade``)."""
        torn = _is_torn(path)
        try:
            store = cls(path, name, migrations)
            identity = store.one("SELECT name, home FROM store_identity")
        except sqlite3.DatabaseError as error:
            raise Tampered(f"{path.name} is not readable as a store: {error}") from None
        if identity is None or identity[0] != name:
            raise Tampered(f"{path.name} is not a {name} store")
        if identity[1] != home:
            raise Tampered(f"{path.name} belongs to another home")
        if torn and store.damage() is not None:
            store.close()
            raise Tampered(f"{path.name} is truncated")
        return store

    @property
    def version(self) -> int:
        """The schema version: how many migrations the file has seen."""
        return int(self._scalar("PRAGMA user_version"))

    @property
    def data_version(self) -> int:
        """Changes when somebody else's connection commits (3.5 us; custody rule 5)."""
        with self._turns:
            return self._turns.version

    @property
    def mark(self) -> bytes:
        """The boot label this file shares with its twins and the anchor (custody rule 10)."""
        return bytes(self._scalar("SELECT mark FROM store_identity"))

    def set_mark(self, mark: bytes) -> None:
        """Take the boot label of this start."""
        with self.transaction() as tx:
            tx.execute("UPDATE store_identity SET mark = ?", (mark,))

    def upgrade(self) -> int:
        """Apply missing migrations in one transaction; returns how many were applied.

        Raises ``Broken`` for a store of a newer program: it is never taken back.
        """
        if self.version > len(self._migrations):
            found, wanted = self.version, len(self._migrations)
            what = f"{self.name} has schema {found}, this program needs {wanted}"
            raise Broken(what, _remedy(found, wanted))
        missing = self._migrations[self.version :]
        with self.transaction() as tx:
            for migration in missing:
                for statement in migration:
                    tx.execute(statement)
            tx.execute(f"PRAGMA user_version = {len(self._migrations)}")
        return len(missing)

    @contextmanager
    def under(self, condition: Check) -> Iterator[None]:
        """Ask ``condition`` anew at the start of every transaction this thread begins within.

        It reads inside that very transaction, so what it found still holds when the act is
        committed; what it raises takes the act back before it began. Conditions add up.
        """
        before = self._conditions
        self._held.conditions = (*before, condition)
        try:
            yield
        finally:
            self._held.conditions = before

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """One unit of work: ``BEGIN IMMEDIATE`` … ``COMMIT``, or nothing at all.

        Threads that wait for each other here share one ``COMMIT`` (``facekeep.db.turns``): each is
        taken back alone where it raises, and left only when all of them are on the disk.
        """
        return self._turns.transaction((self._require_there, *self._conditions))

    def soon(self) -> AbstractContextManager[None]:
        """Say that this thread will write within a moment, so that who writes meanwhile shares its
        ``COMMIT``."""
        return self._turns.soon()

    def require_there(self) -> None:
        """Raises ``StoreMissing`` or ``Broken`` where the file was moved, replaced or cut: what is
        held open would still be read, and written to nobody.
        """
        if not self._presence.require():
            with self._turns as connection:  # nobody writes it meanwhile
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                self._presence.refuse_cut(pages * PAGE_BYTES.get(self.name, USUAL_PAGE_BYTES))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a read."""
        with self._turns as connection:
            return connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of a read, or None."""
        with self._turns as connection:
            row: tuple[Any, ...] | None = connection.execute(sql, values).fetchone()
            return row

    def reading(self) -> Turns:
        """The connection for readers that take one (``ledger.log``), while no other thread writes.

        Outside a transaction it shows nothing that is not on the disk.
        """
        return self._turns

    def watch(self, table: str, column: str, tell: Callable[[Any], object]) -> None:
        """Call ``tell`` with the value of a column whenever this connection writes such a row: before
        and after, of a replaced row too, and whether or not the transaction is kept.

        A trigger that lives in memory: no way of writing the table goes around it, and the file holds
        nothing of it. Begin it outside a transaction.
        """
        name = f"told_{next(_NAMES)}"
        self._connection.create_function(name, 1, lambda value: (tell(value), None)[1])
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            told = "".join(f"SELECT {name}({row}.{column});" for row in rows)
            self._connection.execute(
                f"CREATE TEMP TRIGGER {name}_{event} AFTER {event} ON main.{table} BEGIN {told} END"
            )

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, where only one thread is at work."""
        return self._connection

    def sweep(self) -> None:
        """Move the WAL into the file and empty it; raise ``Broken`` where a reader stays.

        No receipt is given before this returns (custody rule 4).
        """
        deadline = time.monotonic() + SWEEP_PATIENCE_S
        while not self._truncated_wal():
            if time.monotonic() > deadline:
                raise Broken(f"a reader keeps the log of {self.name}", "Close it and try again")
            time.sleep(0.01)

    def rewrite(self) -> bool:
        """Write the whole file anew in key order (VACUUM). Whether it was: a reader's presence leaves
        it as it is."""
        with self._turns as connection:
            try:
                connection.execute("VACUUM")
            except sqlite3.OperationalError:
                return False
        self.sweep()
        return True

    def damage(self) -> str | None:
        """What ``integrity_check`` says, or None where it says ok. Reads the whole file."""
        said = str(self._scalar("PRAGMA integrity_check(1)"))
        return None if said == "ok" else said

    def close(self) -> None:
        """Let go of the file."""
        self._turns.close()

    def _require_there(self, _: sqlite3.Connection) -> None:
        self.require_there()

    @property
    def _conditions(self) -> tuple[Check, ...]:
        """What this thread's transactions are under."""
        return self._held.conditions

    def _truncated_wal(self) -> bool:
        with self._turns as connection:
            try:
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_LOCKED":
                    raise named(self.name, error) from error
                return False  # another thread of ours is reading a row this very moment
        wal = Path(f"{self.path}-wal")
        return busy == 0 and (not wal.exists() or wal.stat().st_size == 0)

    def _scalar(self, sql: str) -> Any:
        row = self.one(sql)
        if row is None:
            raise Tampered(f"{self.name} has lost its identity")
        return row[0]


def _connect(path: Path, page_bytes: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in (
        f"page_size = {page_bytes}",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "trusted_schema = OFF",
        "recursive_triggers = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _is_torn(path: Path) -> bool:
    """Whether the file is shorter than it says and its log may have the rest: a process died while
    it moved the one into the other.

    SQLite notices a missing tail only when it reads there; the header tells at once. Raises
    ``StoreMissing`` or ``Tampered``.
    """
    if not path.exists():
        raise StoreMissing(f"{path.name} is missing", _missing_remedy(path))
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise Tampered(f"{path.name} is not a store, or only a part of one")
    page_size = struct.unpack(">H", header[16:18])[0]
    page_size = 65536 if page_size == 1 else page_size
    pages = struct.unpack(">I", header[28:32])[0]
    short: bool = path.stat().st_size < pages * page_size
    if short and not _has_log(path):
        raise Tampered(f"{path.name} is truncated")
    return short


def _has_log(path: Path) -> bool:
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _missing_remedy(path: Path) -> str:
    if path.stem == "records":
        return "Bring it back from a backup; without consents and ledger nothing here is lawful"
    return "Bring it back, or adopt what is left"


def _remedy(found: int, wanted: int) -> str:
    return "Run: facekeep upgrade" if found < wanted else "Install a newer Facekeep"
