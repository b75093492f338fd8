"""The log in SQLite: append inside the caller's transaction, prove, export, audit.

Every function takes a plain ``sqlite3.Connection``. Writers are called inside the caller's
``BEGIN IMMEDIATE``, so an event and its entry are kept or lost together; a caller that sees an
error rolls back. Readers of more than one row want a read transaction for one view.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from facekeep.ledger import merkle, verify
from facekeep.ledger.checkpoint import Checkpoint, Signer, parse_checkpoint, parse_note, sign
from facekeep.ledger.entries import Entry, head_of, leaf_bytes, parse_leaf, remember
from facekeep.ledger.verify import Head, Proof, TamperedAt
from facekeep.terms.errors import Broken, NotRecognised, Tampered

SCHEMA = (
    """CREATE TABLE ledger_entry (
        idx INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        leaf BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE ledger_node (
        level INTEGER NOT NULL,
        idx INTEGER NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (level, idx)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE ledger_checkpoint (
        size INTEGER PRIMARY KEY,
        note TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE ledger_witness (
        size INTEGER NOT NULL,
        name TEXT NOT NULL,
        note TEXT NOT NULL,
        seen_at INTEGER NOT NULL,
        PRIMARY KEY (size, name)
    ) STRICT, WITHOUT ROWID""",
)
"""Level 0 of the tree is ``ledger_entry.hash``; ``ledger_node`` holds the levels above."""

_LEAF_HASH = "SELECT hash FROM ledger_entry WHERE idx = ?"
_NODE = "SELECT hash FROM ledger_node WHERE level = ? AND idx = ?"
_LEVEL = "SELECT idx, hash FROM ledger_node WHERE level = ? ORDER BY idx"
_TIP = "SELECT idx, leaf, hash FROM ledger_entry ORDER BY idx DESC LIMIT 1"
_LEAVES_OF = "SELECT idx, id, leaf FROM ledger_entry WHERE id IN"
_LEAF = "SELECT id, leaf FROM ledger_entry WHERE idx = ?"
_ALL = "SELECT idx, id, leaf, hash FROM ledger_entry ORDER BY idx"
_EXPORT = "SELECT idx, hash, leaf FROM ledger_entry WHERE idx < ? ORDER BY idx"
_PAGE = "SELECT idx, hash, leaf FROM ledger_entry WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?"
_CHECKPOINT_OF = "SELECT note FROM ledger_checkpoint WHERE size = ?"
_CHECKPOINTS_BEFORE = "SELECT note FROM ledger_checkpoint WHERE size < ? ORDER BY size DESC LIMIT ?"
_WITNESSED = (
    "SELECT name, note, seen_at FROM ledger_witness ORDER BY seen_at DESC, size DESC LIMIT ?"
)
_WITNESSED_OF = "SELECT note FROM ledger_witness WHERE size = ? ORDER BY seen_at DESC LIMIT 1"
_KEEP_NOTE = """INSERT INTO ledger_checkpoint (size, note) VALUES (?, ?)
    ON CONFLICT (size) DO UPDATE SET note = excluded.note"""
_KEEP_WITNESSED = """INSERT INTO ledger_witness (size, name, note, seen_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (size, name) DO UPDATE SET note = excluded.note, seen_at = excluded.seen_at"""


def append(connection: sqlite3.Connection, entries: Sequence[Entry]) -> range:
    """Append entries in order; returns their indexes.

    Time never runs backwards: an entry older than the log's last is lifted to the last time.
    Reads the last row, and half a node an entry; writes one row and at most one node an entry.
    Raises ``Broken`` outside a transaction or for an id that is already there.
    """
    if not connection.in_transaction:
        raise Broken("a ledger entry was appended outside a transaction", "Begin one first")
    first, latest, tip = _tip(connection)
    leaves = _leaves(entries, latest)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    indexes = range(first, first + len(leaves))
    ids = [entry.id for entry in entries]
    _insert(connection, zip(indexes, ids, leaves, hashes, strict=True))
    nodes = _Nodes(connection, {(0, first - 1): tip})
    merkle.append(nodes, first, hashes)
    nodes.flush()
    return indexes


def size(connection: sqlite3.Connection) -> int:
    """The number of entries."""
    return int(_value(connection, "SELECT coalesce(max(idx) + 1, 0) FROM ledger_entry"))


def root(connection: sqlite3.Connection, at_size: int | None = None) -> bytes:
    """The root over the first ``at_size`` entries, or over all."""
    return merkle.root(_Nodes(connection), size(connection) if at_size is None else at_size)


def last_time(connection: sqlite3.Connection) -> int:
    """The largest time in the log, seconds since 1970; 0 in an empty one."""
    return _tip(connection)[1]


def entry(connection: sqlite3.Connection, index: int) -> Entry:
    """The entry at ``index``. Raises ``NotRecognised`` when there is none."""
    return parse_leaf(_leaf(connection, index))


def find(connection: sqlite3.Connection, event_id: bytes) -> int:
    """The index of the entry with this id. Raises ``NotRecognised`` when there is none."""
    row = connection.execute("SELECT idx FROM ledger_entry WHERE id = ?", [event_id]).fetchone()
    return int(_found(row)[0])


def of_ids(connection: sqlite3.Connection, *event_ids: bytes) -> dict[bytes, tuple[int, bytes]]:
    """Index and leaf of those of some ids that are there. Raises ``TamperedAt``."""
    marks = ",".join("?" * len(event_ids))
    rows = connection.execute(f"{_LEAVES_OF} ({marks})", event_ids).fetchall()
    for index, event_id, leaf in rows:
        _refuse_others_leaf(index, event_id, leaf)
    return {event_id: (index, leaf) for index, event_id, leaf in rows}


def prove(connection: sqlite3.Connection, event_id: bytes, size: int) -> Proof:
    """The proof that the entry with this id lies in the tree of ``size`` entries."""
    index = find(connection, event_id)
    leaf = leaf_bytes(entry(connection, index))
    return Proof(index, size, leaf, merkle.inclusion_proof(_Nodes(connection), index, size))


def consistency(connection: sqlite3.Connection, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of ``new`` entries continues the tree of ``old``."""
    return merkle.consistency_proof(_Nodes(connection), old, new)


def seal(connection: sqlite3.Connection, signer: Signer) -> str:
    """Sign a checkpoint over all entries, keep it and return the note.

    The origin is the signer's name: verifiers ask that the two agree.
    """
    present = size(connection)
    note = sign(Checkpoint(signer.name, present, root(connection, present)), signer)
    return save_checkpoint(connection, note)


def save_checkpoint(connection: sqlite3.Connection, note: str) -> str:
    """Keep a signed checkpoint of this log, in place of an earlier one of the same size.

    Raises ``Tampered`` when its root is not the log's.
    """
    checkpoint = parse_checkpoint(parse_note(note).text)
    if checkpoint.size > size(connection) or checkpoint.root != root(connection, checkpoint.size):
        raise Tampered("the checkpoint is not of this log")
    connection.execute(_KEEP_NOTE, [checkpoint.size, note])
    return note


def last_checkpoint(connection: sqlite3.Connection) -> str | None:
    """The newest checkpoint's note, or None before the first."""
    return _last_note(connection, "SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")


def checkpoints(connection: sqlite3.Connection) -> list[str]:
    """The notes of all checkpoints, smallest first."""
    rows = connection.execute("SELECT note FROM ledger_checkpoint ORDER BY size")
    return [note for (note,) in rows]


def checkpoints_before(connection: sqlite3.Connection, size: int, count: int) -> list[str]:
    """At most ``count`` notes of checkpoints over fewer than ``size`` entries, the largest first."""
    return [str(note) for (note,) in connection.execute(_CHECKPOINTS_BEFORE, [size, count])]


def witnessed(connection: sqlite3.Connection, count: int) -> list[tuple[str, str, int]]:
    """At most ``count`` notes that witnesses returned, the newest first: who, the note, when (seconds
    since 1970).
    """
    return [(str(n), str(t), int(at)) for n, t, at in connection.execute(_WITNESSED, [count])]


def witnessed_of(connection: sqlite3.Connection, size: int) -> str | None:
    """A note over exactly this many entries that a witness returned, where there is one."""
    row = connection.execute(_WITNESSED_OF, [size]).fetchone()
    return str(row[0]) if row else None


def save_witnessed(connection: sqlite3.Connection, name: str, note: str, seen_at: int) -> None:
    """Keep a note a witness returned; ``seen_at`` is in seconds since 1970."""
    checkpoint = parse_checkpoint(parse_note(note).text)
    connection.execute(_KEEP_WITNESSED, [checkpoint.size, name, note, seen_at])


def last_witnessed(connection: sqlite3.Connection) -> str | None:
    """The newest note any witness has returned, or None before the first."""
    return _last_note(connection, "SELECT note FROM ledger_witness ORDER BY size DESC LIMIT 1")


def export(connection: sqlite3.Connection) -> Iterator[str]:
    """Every entry the newest checkpoint vouches for, as JSON Lines without line ends."""
    for row in connection.execute(_EXPORT, [covered(connection)]):
        yield verify.export_line(*row)


def page(connection: sqlite3.Connection, first: int, count: int) -> list[str]:
    """At most ``count`` lines of the export, from the one of index ``first`` on."""
    rows = connection.execute(_PAGE, [first, covered(connection), count]).fetchall()
    return [verify.export_line(*row) for row in rows]


def covered(connection: sqlite3.Connection) -> int:
    """How many entries the newest checkpoint vouches for."""
    note = last_checkpoint(connection)
    return parse_checkpoint(parse_note(note).text).size if note else 0


def checkpoint_of(connection: sqlite3.Connection, size: int) -> str | None:
    """The checkpoint of exactly this many entries, where one was signed."""
    row = connection.execute(_CHECKPOINT_OF, [size]).fetchone()
    return str(row[0]) if row else None


def audit(connection: sqlite3.Connection, vkey: str, witnessed_note: str | None = None) -> int:
    """Recompute the log from its leaves and compare all that is stored; returns its size.

    Compares leaf hashes, ids, nodes, checkpoints and witnessed checkpoints; leaves are not parsed.
    ``witnessed_note`` comes from outside this store: without it a log that was rewritten or rolled
    back as a whole passes. Raises ``TamperedAt`` with the first bad index, ``Tampered`` for a
    checkpoint that does not verify.
    """
    heads = _heads(connection, vkey)
    if witnessed_note is not None:
        heads.append(verify.head(witnessed_note, vkey, outside=True))
    nodes, hashes = _Audited(connection), _audited_hashes(connection)
    sealed = verify.recompute(hashes, heads, nodes)
    reached = verify.extend(hashes, sealed, size(connection), nodes)
    nodes.finish(reached)
    return reached


class _Nodes:
    """The tree's nodes in the store, written on ``flush``; level 0 is written with its entry."""

    def __init__(
        self, connection: sqlite3.Connection, known: Mapping[tuple[int, int], bytes] | None = None
    ) -> None:
        self._connection, self._known = connection, known or {}
        self._new: list[tuple[int, int, bytes]] = []

    def get(self, level: int, index: int, /) -> bytes:
        if (level, index) in self._known:
            return self._known[level, index]
        query, key = (_NODE, [level, index]) if level else (_LEAF_HASH, [index])
        row = self._connection.execute(query, key).fetchone()
        if row is None:
            raise merkle.missing_node(level, index)
        return bytes(row[0])

    def put(self, level: int, index: int, value: bytes, /) -> None:
        if level:
            self._new.append((level, index, value))

    def flush(self) -> None:
        if not self._new:
            return
        try:
            self._connection.executemany("INSERT INTO ledger_node VALUES (?, ?, ?)", self._new)
        except sqlite3.IntegrityError:
            raise Tampered("the ledger was cut short: nodes of missing entries remain") from None
        self._new.clear()


class _Audited(merkle.Frontier):
    """Recomputed nodes; each is compared with the stored one as it is written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection
        self._stored: dict[int, sqlite3.Cursor] = {}

    def put(self, level: int, index: int, value: bytes, /) -> None:
        if level and tuple(next(self._level(level), ())) != (index, value):
            first = index << level
            raise TamperedAt(f"ledger node {level}/{index} differs", first, first + (1 << level))
        super().put(level, index, value)

    def finish(self, size: int) -> None:
        """Raise ``TamperedAt`` when nodes are stored that no entries account for."""
        stored = _value(self._connection, "SELECT count(*) FROM ledger_node")
        if stored != sum(size >> level for level in range(1, size.bit_length())):
            raise TamperedAt("ledger nodes of missing entries remain", size)

    def _level(self, level: int) -> sqlite3.Cursor:
        if level not in self._stored:
            self._stored[level] = self._connection.execute(_LEVEL, [level])
        return self._stored[level]


def _leaves(entries: Sequence[Entry], earliest: int) -> list[bytes]:
    leaves = []
    for entry in entries:
        earliest = max(earliest, entry.at)
        written = entry if entry.at == earliest else replace(entry, at=earliest)
        leaves.append(remember(leaf_bytes(written), written))
    return leaves


def _insert(connection: sqlite3.Connection, rows: Iterator[tuple[Any, ...]]) -> None:
    try:
        connection.executemany("INSERT INTO ledger_entry VALUES (?, ?, ?, ?)", rows)
    except sqlite3.IntegrityError:
        raise Broken("an event id is already in the ledger", "Draw a new id") from None


def _leaf(connection: sqlite3.Connection, index: int) -> bytes:
    event_id, leaf = _found(connection.execute(_LEAF, [index]).fetchone())
    _refuse_others_leaf(index, event_id, leaf)
    return bytes(leaf)


def _refuse_others_leaf(index: int, event_id: bytes, leaf: bytes) -> None:
    if _claimed_id(leaf) != event_id:
        raise TamperedAt("an entry lies under another's id", index)


def _tip(connection: sqlite3.Connection) -> tuple[int, int, bytes]:
    """Where the log ends: its size, its largest time, and its last leaf's hash."""
    row = connection.execute(_TIP).fetchone()
    if row is None:
        return 0, 0, b""
    index, leaf, value = row
    return index + 1, head_of(leaf)[0], value


def _found(row: Any) -> Any:
    if row is None:
        raise NotRecognised("no such entry in the ledger")
    return row


def _last_note(connection: sqlite3.Connection, query: str) -> str | None:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else None


def _value(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]


def _heads(connection: sqlite3.Connection, vkey: str) -> list[Head]:
    """The stored checkpoints, own and returned by witnesses, each verified under its own size."""
    rows = connection.execute(
        "SELECT size, note FROM ledger_checkpoint UNION ALL SELECT size, note FROM ledger_witness"
    )
    return [_head(size, note, vkey) for size, note in rows]


def _head(size: int, note: str, vkey: str) -> Head:
    head = verify.head(note, vkey)
    if head.size != size:
        raise Tampered("a checkpoint lies under another's size")
    return head


def _audited_hashes(connection: sqlite3.Connection) -> Iterator[bytes]:
    """Leaf hashes recomputed in order; each row is compared as it is read."""
    for index, (idx, event_id, leaf, stored) in enumerate(connection.execute(_ALL)):
        if idx != index:
            raise TamperedAt("an entry is missing", index)
        value = merkle.leaf_hash(leaf)
        if (value, _claimed_id(leaf)) != (stored, event_id):
            raise TamperedAt("an entry was edited", index)
        yield value


def _claimed_id(leaf: bytes) -> bytes:
    try:
        return head_of(leaf)[1]
    except Tampered:
        return b""
