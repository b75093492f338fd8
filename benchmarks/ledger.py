"""Measure the ledger: appends, proofs, re-verification, forged proofs.

    python benchmarks/ledger.py [--json] [--entries 1000000] [--forged 100000]

Appends go to a SQLite file with ``journal_mode=WAL`` and ``synchronous=FULL`` in a temporary
folder, reported without and with the making of the entry (tag, sealed details). Rows for the large
log come through the same ``append``, in large transactions.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from facekeep.ledger import entries, log, merkle, verify
from facekeep.ledger.checkpoint import Checkpoint, Signer, sign
from facekeep.ledger.entries import Entry
from facekeep.terms.errors import Tampered

GROUP = 100
LOAD = 10_000
SECRET = bytes(range(32))
SIGNER = Signer("bench.example", bytes(32))

Results = dict[str, float | int]


def new_entry() -> Entry:
    return entries.make(
        SECRET,
        event_id=os.urandom(16),
        kind="use:verification:matched",
        at=1_700_000_000,
        purpose="front-gate",
        details={"device": "gate-1", "reason": "matched"},
        public={"row": "ab" * 32},
    )


def open_log(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    for statement in log.SCHEMA:
        connection.execute(statement)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


def appends_a_second(connection: sqlite3.Connection, group: int, seconds: float) -> Results:
    """Durable entries a second, ``group`` to a transaction, without and with their making."""
    count, appending, start = 0, 0.0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        batch = [new_entry() for _ in range(group)]
        began = time.perf_counter()
        with transaction(connection):
            log.append(connection, batch)
        appending, count = appending + time.perf_counter() - began, count + group
    name = f"by_{group}_at_{log.size(connection) - count}"
    return {
        f"appends_per_s_{name}": round(count / appending),
        f"made_and_appended_per_s_{name}": round(count / spent),
    }


def fill(connection: sqlite3.Connection, count: int) -> None:
    """Append until the log holds ``count`` entries; one sealed text serves all of them."""
    model = new_entry()
    while (missing := count - log.size(connection)) > 0:
        batch = [replace(model, id=os.urandom(16)) for _ in range(min(LOAD, missing))]
        with transaction(connection):
            log.append(connection, batch)


def proof_milliseconds(connection: sqlite3.Connection, rounds: int = 500) -> Results:
    """One inclusion proof, from event id to path; median and 99th percentile."""
    size = log.size(connection)
    spent = []
    for _ in range(rounds):
        event_id = log.entry(connection, random.randrange(size)).id
        start = time.perf_counter()
        log.prove(connection, event_id, size)
        spent.append((time.perf_counter() - start) * 1e3)
    return {
        "proof_ms_median": round(statistics.median(spent), 3),
        "proof_ms_p99": round(statistics.quantiles(spent, n=100)[-1], 3),
    }


def reverified_a_second(connection: sqlite3.Connection, note: str) -> Results:
    """Rows a second: the audit in the store, and the offline check of the first 50,000 lines."""
    start = time.perf_counter()
    rows = log.audit(connection, SIGNER.vkey, note)
    audited = rows / (time.perf_counter() - start)
    part = min(rows, 50_000)
    lines = list(islice(log.export(connection), part))
    head = sign(Checkpoint(SIGNER.name, part, log.root(connection, part)), SIGNER)
    start = time.perf_counter()
    verify.verify_export(lines, [head], SIGNER.vkey)
    offline = part / (time.perf_counter() - start)
    return {"audit_rows_per_s": round(audited), "export_rows_per_s": round(offline)}


def forge(path: list[bytes], rng: random.Random) -> list[bytes]:
    """A path one random step away from the true one."""
    forged, place = list(path), rng.randrange(len(path))
    match rng.randrange(5):
        case 0:
            bit = 1 << rng.randrange(256)
            forged[place] = (int.from_bytes(forged[place]) ^ bit).to_bytes(32)
        case 1:
            del forged[place]
        case 2:
            forged.insert(place, rng.randbytes(32))
        case 3:
            forged.insert(place, forged[place])
        case _:
            forged[place] = rng.randbytes(32)
    return forged


def forged_accepted(count: int, size: int = 4096, seed: int = 1) -> Results:
    """How many of ``count`` mutated inclusion and consistency proofs verify: must be 0."""
    rng, nodes = random.Random(seed), merkle.MemoryNodes()
    hashes = [rng.randbytes(32) for _ in range(size)]
    merkle.append(nodes, 0, hashes)
    accepted = 0
    for number in range(count):
        new = rng.randrange(2, size + 1)
        low = rng.randrange(1, new)
        forgery = forged_continuation if number % 2 else forged_inclusion
        accepted += forgery(nodes, hashes, low, new, rng)
    return {"forged_tried": count, "forged_accepted": accepted}


def forged_inclusion(
    nodes: merkle.MemoryNodes, hashes: list[bytes], index: int, size: int, rng: random.Random
) -> bool:
    path = forge(list(merkle.inclusion_proof(nodes, index, size)), rng)
    try:
        merkle.verify_inclusion(hashes[index], index, size, path, merkle.root(nodes, size))
    except Tampered:
        return False
    return True


def forged_continuation(
    nodes: merkle.MemoryNodes, hashes: list[bytes], old: int, new: int, rng: random.Random
) -> bool:
    path = forge(list(merkle.consistency_proof(nodes, old, new)), rng)
    old_root, new_root = merkle.root(nodes, old), merkle.root(nodes, new)
    try:
        merkle.verify_consistency(old, new, path, old_root, new_root)
    except Tampered:
        return False
    return True


def measure(count: int, forged: int) -> Results:
    with tempfile.TemporaryDirectory() as folder:
        connection = open_log(Path(folder, "records.db"))
        results = appends_a_second(connection, 1, 3.0)
        results |= appends_a_second(connection, GROUP, 3.0)
        fill(connection, count)
        note = log.seal(connection, SIGNER)
        results["entries"] = log.size(connection)
        results |= proof_milliseconds(connection) | reverified_a_second(connection, note)
        results |= appends_a_second(connection, GROUP, 3.0)
        connection.close()
    return results | forged_accepted(forged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--entries", type=int, default=1_000_000, help="size of the large log")
    parser.add_argument("--forged", type=int, default=100_000, help="mutated proofs to try")
    options = parser.parse_args()
    results = measure(options.entries, options.forged)
    if options.json:
        print(json.dumps(results))
    else:
        print("\n".join(f"{name:44} {value:>12,}" for name, value in results.items()))


if __name__ == "__main__":
    main()
