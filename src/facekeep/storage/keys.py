"""The key store: wrapped subject keys with their grants, and persons' evidence secrets.

:class:`KeyVault` needs no passphrase: it finds, erases and re-keys rows, and never opens a
subject key. Opening is the :class:`~facekeep.storage.keepers.keys.KeyKeeper`'s, with the root.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import RLock

from facekeep.db.store import Store
from facekeep.protect.envelope import Envelope
from facekeep.protect.keytree import (
    SECRET_BYTES,
    PassphraseCost,
    SealedRoot,
    Table,
    bucket_of,
    bucket_range,
    seal_evidence,
)
from facekeep.storage.custody import Custody, Erasure
from facekeep.terms.errors import Broken, Retry, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Epoch, Grant, Holding, RowId

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE root (
            only INTEGER PRIMARY KEY CHECK (only = 1), salt BLOB NOT NULL,
            memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL, lanes INTEGER NOT NULL,
            wrapped BLOB NOT NULL, evidence_public BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE tree (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            generation INTEGER NOT NULL, sealed BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE subject_key (
            row BLOB PRIMARY KEY, epoch BLOB NOT NULL, wrapped BLOB NOT NULL,
            purpose TEXT NOT NULL, purpose_hash BLOB NOT NULL, consent BLOB NOT NULL,
            expires INTEGER NOT NULL, model TEXT NOT NULL, d INTEGER NOT NULL,
            active INTEGER NOT NULL CHECK (active IN (0, 1)), pending_epoch BLOB, pending BLOB
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX subject_key_by_consent ON subject_key (consent)",
        "CREATE INDEX subject_key_by_purpose ON subject_key (purpose, row)",
        """CREATE TABLE person_secret (
            person BLOB PRIMARY KEY, wrapped BLOB NOT NULL,
            sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)), until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
)

HOLDINGS = (
    Holding("keys", "subject_key", "consent", "wrapped subject keys with their grants",
            "withdrawal, expiry or a new enrolment", "storage.erasure"),
    Holding("keys", "person_secret", "person", "wrapped evidence secrets",
            "the end of the evidence term", "storage.erasure"),
)  # fmt: skip

STAND_IN = "/nobody"
"""How the purpose of a stand-in's row ends: no purpose may be so named, and no person is behind it."""

NO_TERM = 0
"""``person_secret.until`` while the person's consent lives."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Auxiliary data (ISO/IEC 24745): one wrapped subject key and what it was released for.

    ``active`` is False until its enrolment counts: nobody is answered from such a row.
    """

    row: RowId
    epoch: Epoch
    wrapped: bytes = field(repr=False)
    grant: Grant
    model: str
    d: int
    active: bool = True
    pending_epoch: Epoch | None = None
    pending: bytes | None = field(default=None, repr=False)

    @property
    def is_stand_in(self) -> bool:
        """Whether nobody is behind it."""
        return self.grant.purpose.endswith(STAND_IN)


_COLUMNS = (
    "row, epoch, wrapped, purpose, purpose_hash, consent, expires, model, d, active,"
    " pending_epoch, pending"
)


class KeyVault:
    """The rows of the key store and the table they hang on."""

    def __init__(self, store: Store, custody: Custody, entropy: Entropy) -> None:
        self.store, self._custody, self._entropy = store, custody, entropy
        self.steady = RLock()
        """Held from wrapping to keeping and from reading to opening: no re-keying comes between."""
        self.changes = 0
        self._table = self._open_table()
        self._told: list[Callable[[Iterable[RowId]], None]] = []

    def when_erased(self, tell: Callable[[Iterable[RowId]], None]) -> None:
        """Whoever holds something of a row in memory is told before it is gone."""
        self._told.append(tell)

    @classmethod
    def create(cls, store: Store, custody: Custody, entropy: Entropy, root: SealedRoot) -> KeyVault:
        """Fill a new key store: the sealed root, and an empty tree on a first slot."""
        plant_tree(store, custody, entropy, generation=1)
        keep_root(store, root)
        return cls(store, custody, entropy)

    @property
    def sealed_root(self) -> SealedRoot:
        """What the store keeps of the root."""
        return sealed_root(self.store)

    @property
    def generation(self) -> int:
        """Counts re-keyings; the slot outside carries the same number."""
        return generation(self.store)

    # -- finding ----------------------------------------------------------------------------

    def of_consent(self, consent: bytes) -> KeyRow | None:
        """The row of one consent, if the person is enrolled under it."""
        rows = self._select("WHERE consent = ? AND active = 1 ORDER BY row", consent)
        return rows[0] if rows else None

    def of_either(self, consent: bytes, other: bytes) -> tuple[KeyRow | None, KeyRow | None]:
        """The rows of two consents in one look."""
        where = "WHERE consent IN (?, ?) AND active = 1 ORDER BY row"
        found = {row.grant.consent_id: row for row in reversed(self._select(where, consent, other))}
        return found.get(consent), found.get(other)

    def all_of_consent(self, consent: bytes) -> list[KeyRow]:
        """Every row of one consent: two while a new enrolment replaces an old one."""
        return self._select("WHERE consent = ?", consent)

    def of_row(self, row: RowId) -> KeyRow | None:
        """One row by its identifier."""
        rows = self._select("WHERE row = ?", row)
        return rows[0] if rows else None

    def of_purpose(self, purpose: str) -> list[KeyRow]:
        """Every row of a purpose that counts, in order of identifiers, which are random."""
        return self._select("WHERE purpose = ? AND active = 1 ORDER BY row", purpose)

    def every(self) -> list[KeyRow]:
        """Every row, in bucket order of no meaning."""
        return self._select("ORDER BY row")

    def in_buckets(self, buckets: range) -> list[KeyRow]:
        """Every row that counts in a run of buckets, in order of identifiers."""
        low, high = bucket_range(buckets[0])[0], bucket_range(buckets[-1])[1]
        return self._select("WHERE row >= ? AND row < ? AND active = 1 ORDER BY row", low, high)

    def number(self, purpose: str = "") -> int:
        """How many rows count, of one purpose or of all."""
        row = self.store.one(
            "SELECT count(*) FROM subject_key WHERE active = 1 AND (purpose = ?1 OR ?1 = '')",
            purpose,
        )
        return int(row[0]) if row else 0

    def present(self, rows: Sequence[KeyRow]) -> list[KeyRow]:
        """The same rows as they are now; whoever is gone meanwhile is left out."""
        if not rows:
            return []
        wanted = {row.row for row in rows}
        between = self._select("WHERE row BETWEEN ? AND ? ORDER BY row", min(wanted), max(wanted))
        return [row for row in between if row.row in wanted]

    def of_consents(self, consents: Iterable[bytes]) -> list[KeyRow]:
        """Every row of these consents, in force or not."""
        return [row for consent in consents for row in self.all_of_consent(consent)]

    def consents(self) -> set[bytes]:
        """Every consent a row was released by."""
        return {bytes(row[0]) for row in self.store.rows("SELECT consent FROM subject_key")}

    def inactive(self) -> list[KeyRow]:
        """Rows that never came into force. At a start, after recovery, nobody waits for them."""
        return self._select("WHERE active = 0")

    def past_grant(self, now: float) -> list[KeyRow]:
        """Rows whose grant has run out."""
        return self._select("WHERE expires <= ?", int(now))

    def unfinished(self) -> list[KeyRow]:
        """Rows whose renewal was begun and not finished."""
        return self._select("WHERE pending IS NOT NULL ORDER BY row")

    def _select(self, where: str, *values: object) -> list[KeyRow]:
        return [
            _key_row(r)
            for r in self.store.rows(f"SELECT {_COLUMNS} FROM subject_key {where}", *values)
        ]

    # -- keeping ----------------------------------------------------------------------------

    def keep(self, rows: Iterable[KeyRow]) -> None:
        """Add rows whose ``wrapped`` carries both layers."""
        self.changes += 1
        with self.store.transaction() as tx:
            tx.executemany(
                f"INSERT INTO subject_key ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,NULL,NULL)",
                [(r.row, r.epoch, r.wrapped, r.grant.purpose, r.grant.purpose_hash,
                  r.grant.consent_id, r.grant.expires, r.model, r.d, int(r.active)) for r in rows],
            )  # fmt: skip

    def note_pending(self, pending: Iterable[tuple[RowId, Epoch, bytes]]) -> None:
        """Keep next keys durably before any reference changes.

        Raises ``Retry`` where a renewal is under way already: a second next key would overwrite
        the one its reference may have moved to.
        """
        self.changes += 1
        fresh = [(epoch, wrapped, row) for row, epoch, wrapped in pending]
        with self.store.transaction() as tx:
            begun = tx.executemany(
                "UPDATE subject_key SET pending_epoch = ?, pending = ?"
                " WHERE row = ? AND pending IS NULL",
                fresh,
            )
            if fresh and begun.rowcount != len(fresh):
                raise Retry("a renewal is under way", "Ask again")

    def finish_renewal(self, rows: Sequence[KeyRow]) -> None:
        """Put the pending keys in force and destroy the old ones, in every older copy too."""
        self._change(
            rows,
            {bucket_of(row.row) for row in rows},
            lambda tx: tx.executemany(
                "UPDATE subject_key SET epoch = pending_epoch, wrapped = pending,"
                " pending_epoch = NULL, pending = NULL WHERE row = ? AND pending IS NOT NULL",
                [(row.row,) for row in rows],
            ),
        )

    def outer(self, row: bytes) -> Envelope:
        """The outer layer of a row's bucket."""
        return self._table.bucket(bucket_of(row))

    # -- evidence secrets -------------------------------------------------------------------

    def draw_secret(self, person: bytes) -> bytes:
        """A new evidence secret, or the living one."""
        if (living := self.secret(person)) is not None:
            return living
        secret = self._entropy(SECRET_BYTES)
        with self.steady, self.store.transaction() as tx:
            wrapped = self.outer(person).wrap(secret, b"evidence", person)
            tx.execute(
                "INSERT OR REPLACE INTO person_secret VALUES (?, ?, 0, ?)",
                (person, wrapped, NO_TERM),
            )
        return secret

    def secret(self, person: bytes) -> bytes | None:
        """A living person's evidence secret; None where there is none or it is sealed."""
        with self.steady:
            row = self.store.one(
                "SELECT wrapped, sealed FROM person_secret WHERE person = ?", person
            )
            if row is None or row[1]:
                return None
            return self.outer(person).unwrap(row[0], b"evidence", person)

    def sealed_secret(self, person: bytes) -> bytes | None:
        """A departed person's secret, sealed to the officer: only the root opens it."""
        row = self.store.one(
            "SELECT wrapped FROM person_secret WHERE person = ? AND sealed = 1", person
        )
        return None if row is None else self.outer(person).unwrap(row[0], b"evidence", person)

    def persons(self) -> set[bytes]:
        """Everybody with an evidence secret, living or sealed."""
        return {bytes(row[0]) for row in self.store.rows("SELECT person FROM person_secret")}

    def past_term(self, now: float) -> list[bytes]:
        """Departed persons whose evidence term is over."""
        rows = self.store.rows(
            "SELECT person FROM person_secret WHERE sealed = 1 AND until <= ?", int(now)
        )
        return [bytes(row[0]) for row in rows]

    # -- ending -----------------------------------------------------------------------------

    def erase(self, rows: Sequence[KeyRow], at: int) -> None:
        """Delete rows and make every older copy of them noise. Needs no passphrase."""
        self._remember(rows, at)
        gone = [row.row for row in rows]
        self._change(rows, {bucket_of(row) for row in gone}, lambda tx: _delete(tx, gone))

    def put_in_force(self, row: RowId, older: Sequence[KeyRow], at: int) -> None:
        """An enrolment counts from here on, and the ones it replaces are gone: one transaction."""
        gone = [one.row for one in older]

        def change(tx: sqlite3.Connection) -> None:
            _delete(tx, gone)
            tx.execute("UPDATE subject_key SET active = 1 WHERE row = ?", (row,))

        if not older:
            self.changes += 1
            with self.store.transaction() as tx:
                change(tx)
            return
        self._remember(older, at)
        self._change(older, {bucket_of(one) for one in gone}, change)

    def depart(
        self, person: bytes, consents: Iterable[bytes], rows: Sequence[KeyRow], at: int, until: int
    ) -> None:
        """Withdrawal: the face keys die; the evidence secret is sealed to the officer.

        A secret that somebody damaged holds nothing up: it is put away as it is.
        """
        secret = self._openable_secret(person)
        ended = [("", consent) for consent in consents]
        ended += [(row.row.hex(), row.grant.consent_id) for row in rows]
        self._custody.remember_erasures(
            Erasure(row, consent.hex(), at, departed=True) for row, consent in ended
        )

        def change(tx: sqlite3.Connection) -> None:
            _delete(tx, [r.row for r in rows])
            if secret is not None:
                sealed = seal_evidence(secret, self.sealed_root.evidence_public, person)
                wrapped = self.outer(person).wrap(sealed, b"evidence", person)
                tx.execute(
                    "UPDATE person_secret SET wrapped = ? WHERE person = ?", (wrapped, person)
                )
            tx.execute(
                "UPDATE person_secret SET sealed = 1, until = ? WHERE person = ? AND sealed = 0",
                (until, person),
            )

        self._change(rows, {bucket_of(person), *(bucket_of(r.row) for r in rows)}, change)

    def erase_secrets(self, persons: Sequence[bytes]) -> None:
        """The end of the evidence term: these persons' entries can no longer be told apart."""
        self.rekey(
            {bucket_of(person) for person in persons},
            lambda tx: tx.executemany(
                "DELETE FROM person_secret WHERE person = ?", [(person,) for person in persons]
            ),
        )

    def rekey(self, buckets: Iterable[int], change: Callable[[sqlite3.Connection], object]) -> None:
        """Apply ``change``, draw new bucket keys, hang the table on a new slot, drop the old one.

        A crash before the commit leaves the old slot valid; after it, the prepared slot. The
        next start tells which by the generation (:meth:`_open_table`).
        """
        self.changes += 1
        touched = set(buckets)
        with self.steady:
            self._custody.promote_slot(self.generation)  # a reader may have kept it from that
            following = self._table.redrawn(touched, self._entropy)
            number = self.generation + 1
            slot = self._custody.prepare_slot(number, self._entropy)
            with self.store.transaction() as tx:
                change(tx)
                self._rewrap(tx, touched, following)
                sealed = following.seal(slot)
                tx.execute("UPDATE tree SET generation = ?, sealed = ?", (number, sealed))
            self._table = following
        self.store.sweep()
        with self.steady:
            self._custody.promote_slot(number)

    def _change(
        self,
        rows: Iterable[KeyRow],
        buckets: Iterable[int],
        change: Callable[[sqlite3.Connection], object],
    ) -> None:
        """Re-key; whoever holds the rows in memory is told before, and again once they are gone."""
        self._forget(rows)
        self.rekey(buckets, change)
        self._forget(rows)

    def _remember(self, rows: Iterable[KeyRow], at: int) -> None:
        self._custody.remember_erasures(
            Erasure(r.row.hex(), r.grant.consent_id.hex(), at, departed=False) for r in rows
        )

    def _openable_secret(self, person: bytes) -> bytes | None:
        try:
            return self.secret(person)
        except Tampered:
            return None

    def _forget(self, rows: Iterable[KeyRow]) -> None:
        gone = [row.row for row in rows]
        for tell in self._told:
            tell(gone)

    def _rewrap(self, tx: sqlite3.Connection, buckets: set[int], following: Table) -> None:
        for number in buckets:
            old, new = self._table.bucket(number), following.bucket(number)
            for table, column in (("subject_key", "row"), ("person_secret", "person")):
                _rewrap_bucket(tx, table, column, number, old, new)

    def _open_table(self) -> Table:
        """The table under the slot of its own generation; finishes a half-done re-keying."""
        number = self.generation
        table = Table.open(_sealed_table(self.store), self._custody.slot(number))
        self._custody.promote_slot(number)
        self._custody.discard_prepared_slot()
        return table


def plant_tree(store: Store, custody: Custody, entropy: Entropy, generation: int) -> None:
    """An empty tree on a new slot; whatever hung on an older one is gone."""
    slot = custody.prepare_slot(generation, entropy)
    with store.transaction() as tx:
        tx.execute("DELETE FROM subject_key")
        tx.execute("DELETE FROM person_secret")
        tx.execute(
            "INSERT OR REPLACE INTO tree VALUES (1, ?, ?)",
            (generation, Table.draw(entropy).seal(slot)),
        )
    store.sweep()
    custody.promote_slot(generation)


def hangs_on(store: Store, custody: Custody) -> bool:
    """Whether a key store's tree opens under a slot that lies in custody."""
    number = generation(store)
    if not number or number not in custody.generations():
        return False
    try:
        Table.open(_sealed_table(store), custody.slot(number))
    except Tampered:
        return False
    return True


def keep_root(store: Store, root: SealedRoot) -> None:
    """Keep a sealed root in a new key store."""
    with store.transaction() as tx:
        put_root(tx, root)


def put_root(tx: sqlite3.Connection, root: SealedRoot) -> None:
    """Keep a sealed root in place of the one that was there."""
    cost = root.cost
    tx.execute(
        "INSERT OR REPLACE INTO root VALUES (1, ?, ?, ?, ?, ?, ?)",
        (root.salt, cost.memory_kib, cost.passes, cost.lanes, root.wrapped, root.evidence_public),
    )


def generation(store: Store) -> int:
    """The generation a key store says it is of; 0 before its tree is planted."""
    row = store.one("SELECT generation FROM tree")
    return 0 if row is None else int(row[0])


def sealed_root(store: Store) -> SealedRoot:
    """What a key store keeps of the root."""
    row = store.one("SELECT salt, memory_kib, passes, lanes, wrapped, evidence_public FROM root")
    if row is None:
        raise Broken("the key store has no root", "This home was not finished; run init again")
    return SealedRoot(row[0], PassphraseCost(*row[1:4]), row[4], row[5])


def _sealed_table(store: Store) -> bytes:
    row = store.one("SELECT sealed FROM tree")
    if row is None:
        raise Tampered("the key store has no tree")
    return bytes(row[0])


def _delete(tx: sqlite3.Connection, rows: Iterable[RowId]) -> None:
    tx.executemany("DELETE FROM subject_key WHERE row = ?", [(row,) for row in rows])


def _key_row(r: tuple[object, ...]) -> KeyRow:
    row, epoch, wrapped, purpose, purpose_hash, consent, expires, model, d, active, *pending = r
    grant = Grant(purpose, purpose_hash, consent, expires)  # type: ignore[arg-type]
    return KeyRow(row, epoch, wrapped, grant, model, d, bool(active), *pending)  # type: ignore[arg-type]


def _rewrap_bucket(
    tx: sqlite3.Connection, table: str, column: str, number: int, old: Envelope, new: Envelope
) -> None:
    """Move a bucket's rows to its new key. A row that does not open stays as it is: noise."""
    low, high = bucket_range(number)
    pending = ", pending" if table == "subject_key" else ""
    found = tx.execute(
        f"SELECT {column}, wrapped{pending} FROM {table} WHERE {column} >= ? AND {column} < ?",
        (low, high),
    ).fetchall()
    label = b"key" if pending else b"evidence"
    assignments = "wrapped = ?, pending = ?" if pending else "wrapped = ?"
    tx.executemany(
        f"UPDATE {table} SET {assignments} WHERE {column} = ?",
        [(*(_moved(w, old, new, label, key) for w in wrapped), key) for key, *wrapped in found],
    )


def _moved(
    wrapped: bytes | None, old: Envelope, new: Envelope, label: bytes, key: bytes
) -> bytes | None:
    if wrapped is None:
        return None
    try:
        return new.wrap(old.unwrap(wrapped, label, key), label, key)
    except Tampered:
        return wrapped
