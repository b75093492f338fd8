"""A small log, its signer and its entries, for every test of the room."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

import pytest

from facekeep.ledger import entries, log
from facekeep.ledger.checkpoint import Signer
from facekeep.ledger.entries import Entry

NOON = 1_700_000_000 // 3600 * 3600

MakeEntry = Callable[[int], Entry]
Append = Callable[[Sequence[Entry]], range]


@pytest.fixture
def signer() -> Signer:
    return Signer("ledger.example", bytes(range(32)))


@pytest.fixture
def secret() -> bytes:
    return sha256(b"one person, one purpose").digest()


@pytest.fixture
def make_entry(secret: bytes) -> MakeEntry:
    """The n-th event of a test: a verification, one a minute."""

    def make(number: int) -> Entry:
        return entries.make(
            secret,
            event_id=sha256(b"event %d" % number).digest()[:16],
            kind="use:verification:matched",
            at=NOON + 60 * number,
            purpose="front-gate",
            details={"device": "gate-1", "number": number},
            public={"row": sha256(b"row %d" % number).hexdigest()},
        )

    return make


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """An empty log in memory, handed in as ``facekeep.db`` would hand it in."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in log.SCHEMA:
        connection.execute(statement)
    yield connection
    connection.close()


@pytest.fixture
def append(connection: sqlite3.Connection) -> Append:
    """Append in a transaction of its own."""

    def append(batch: Sequence[Entry]) -> range:
        connection.execute("BEGIN IMMEDIATE")
        indexes = log.append(connection, batch)
        connection.execute("COMMIT")
        return indexes

    return append
