"""Acts 7 and 8: the person withdraws and keeps the proof; an altered ledger row is found."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from facekeep import assembly
from facekeep.assembly import House
from facekeep.cli.demo_measures import sweep
from facekeep.cli.demo_stage import (
    PERSON,
    PURPOSE,
    Stage,
    Step,
    attempt,
    copy_store,
    key_row,
    note_event,
    outcome,
    timed,
)
from facekeep.cli.demo_theft import find_no_template
from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.ledger.merkle import leaf_hash
from facekeep.ledger.verify import TamperedAt
from facekeep.protect.keytree import Root, Table, bucket_of, row_binding
from facekeep.rights import receipts
from facekeep.rights.receipts import Receipt
from facekeep.storage import keys
from facekeep.storage.keys import KeyRow
from facekeep.storage.plot import Plot
from facekeep.terms.errors import ConsentWithdrawn, Tampered, WrongPassphrase
from facekeep.terms.values import Epoch, Grant, RowId

PROMISED_S = 1.0
"""P4: withdrawal stops use within a second."""


# -- withdrawal -----------------------------------------------------------------------------


def withdraw(stage: Stage) -> Step:
    """One call, without the passphrase, ends it; every older copy of the keys is noise."""
    step = Step("withdraw")
    copy = stage.den / "keys-before.db"
    copy_store(stage.home / "keys.db", copy)
    row, reference = _before(stage)
    control = _opened_keys(stage, copy, copy)
    lay = sweep(stage.at_rest, {"reference": reference})
    with assembly.entered(stage.home, stage.settings) as house:
        receipt, ending = timed(lambda: house.withdrawals.withdraw(PERSON, PURPOSE))
        stage.receipt.write_text(receipt.to_json(), encoding="utf-8")
        house.unlock(stage.passphrase)
        error, asking = timed(lambda: attempt(lambda: stage.verify(house, stage.photographs.again)))
        step.found(
            "ended", isinstance(error, ConsentWithdrawn) and ending + asking < PROMISED_S,
            outcome=outcome(error), milliseconds=1000 * (ending + asking),
            withdrawal_ms=1000 * ending, refusal_ms=1000 * asking,
        )  # fmt: skip
        step.error = error
        _find_receipt(step, stage, house)
        note_event(step, house, receipt.event)
    _find_old_keys(step, stage, copy, row, control)
    left = sweep(stage.at_rest, {"reference": reference})
    step.found(
        "gone", bool(lay.found) and not left.found,
        before=lay.holding, after=left.holding, files=left.files,
    )  # fmt: skip
    find_no_template(step, stage)
    return step


def _before(stage: Stage) -> tuple[KeyRow, bytes]:
    """The person's key row, and the reference as it lies in the store now."""
    with stage.open() as house:
        row = key_row(house)
        record = house.home.references.of_row(row.row)
        return row, b"" if record is None else record.words.astype("<u2").tobytes()


def _find_receipt(step: Step, stage: Stage, house: House) -> None:
    """The file the person keeps proves itself, offline and against the home; a forged one fails."""
    vkey = stage.public_key.read_text(encoding="utf-8").strip()
    receipt = Receipt.from_json(stage.receipt.read_text(encoding="utf-8"))
    offline = attempt(lambda: receipts.verify(receipt, vkey))
    against = attempt(lambda: receipts.verify_against(receipt, vkey, house.home))
    forged = dataclasses.replace(receipt, body=receipt.body | {"horizon": 1})
    refused = attempt(lambda: receipts.verify(forged, vkey))
    size = stage.receipt.stat().st_size
    step.found("receipt", offline is None, bytes=size, outcome=outcome(offline))
    step.found("receipt_home", against is None, outcome=outcome(against))
    step.found("receipt_forged", isinstance(refused, Tampered), outcome=outcome(refused))


def _find_old_keys(step: Step, stage: Stage, copy: Path, row: KeyRow, control: int) -> None:
    """The copy of the key store from before, with today's slot and the right passphrase."""
    opened = _opened_keys(stage, copy, copy)
    pasted = _opened_keys(stage, copy, stage.home / "keys.db", only=row.row)
    step.found(
        "old_keys", opened == 0 and pasted == 0 and control > 0,
        opened=opened, pasted=pasted, control=control,
    )  # fmt: skip


def _opened_keys(stage: Stage, rows_of: Path, table_of: Path, only: RowId | None = None) -> int:
    """How many subject keys of one store open under another's table, slot and passphrase in hand."""
    home = Plot.read(stage.home)
    with closing(_store(rows_of, home.id)) as old, closing(_store(table_of, home.id)) as hung:
        root = Root.open(keys.sealed_root(old), stage.passphrase)
        tables = [t for slot in _slots(home.custody) if (t := _table(hung, slot)) is not None]
        rows = [row for row in _key_rows(old) if only in (None, row.row)]
        return sum(any(_opens(row, home.id, root, table) for table in tables) for row in rows)


def _store(path: Path, home: bytes) -> Store:
    return Store.open(path, "keys", keys.MIGRATIONS, home)


def _slots(custody: Path) -> list[bytes]:
    """Every slot there is, as it lies."""
    return [path.read_bytes()[8:] for path in sorted(custody.glob("slot*"))]


def _table(store: Store, slot: bytes) -> Table | None:
    sealed = store.one("SELECT sealed FROM tree")
    try:
        return None if sealed is None else Table.open(sealed[0], slot)
    except Tampered:
        return None


def _key_rows(store: Store) -> list[KeyRow]:
    found = store.rows(
        "SELECT row, epoch, wrapped, purpose, purpose_hash, consent, expires, model, d"
        " FROM subject_key"
    )
    return [
        KeyRow(RowId(r[0]), Epoch(r[1]), r[2], Grant(r[3], r[4], r[5], r[6]), r[7], r[8])
        for r in found
    ]


def _opens(row: KeyRow, home: bytes, root: Root, table: Table) -> bool:
    binding = row_binding(home, row.row, row.model, row.epoch, row.grant)
    try:
        inner = table.bucket(bucket_of(row.row)).unwrap(row.wrapped, b"key", row.row)
        root.unwrap_key(inner, binding)
    except (Tampered, WrongPassphrase):
        return False
    return True


# -- the ledger -----------------------------------------------------------------------------


def ledger(stage: Stage) -> Step:
    """One row of a copy of the records is altered; the audit names it."""
    step = Step("ledger")
    entry = stage.notes["stranger_entry"]
    with stage.open() as house:
        note_event(step, house, log.entry(house.home.records.connection, entry).id.hex())
        house.seal_checkpoint()
        vkey = house.home.signer.vkey
    size = _audited(stage, "untouched.db", vkey, lambda connection: None)
    step.found("intact", isinstance(size, int), entries=size if isinstance(size, int) else 0)
    seen = _audited(stage, "altered.db", vkey, lambda c: _alter(c, entry))
    at = seen.first if isinstance(seen, TamperedAt) else None
    step.found("altered", at == entry, entry=entry, named=at)
    seen = _audited(stage, "cunning.db", vkey, lambda c: _alter(c, entry, mend_hash=True))
    caught = isinstance(seen, TamperedAt) and seen.first <= entry < (seen.before or entry + 1)
    first, before = (seen.first, seen.before) if isinstance(seen, TamperedAt) else (None, None)
    step.found("cunning", caught, entry=entry, first=first, last=before and before - 1)
    return step


def _audited(
    stage: Stage, name: str, vkey: str, change: Callable[[sqlite3.Connection], None]
) -> int | Tampered:
    """Change a copy of the records and audit it: its size, or what was found."""
    copy = stage.den / name
    copy_store(stage.home / "records.db", copy)
    with closing(sqlite3.connect(copy)) as connection:
        with connection:
            change(connection)
        try:
            return log.audit(connection, vkey)
        except Tampered as found:
            return found


def _alter(connection: sqlite3.Connection, entry: int, *, mend_hash: bool = False) -> None:
    """Move an event by an hour, as somebody who hides a visit would."""
    (leaf,) = connection.execute("SELECT leaf FROM ledger_entry WHERE idx = ?", [entry]).fetchone()
    moved = re.sub(rb'"at":(\d+)', lambda m: b'"at":%d' % (int(m[1]) + 3600), leaf, count=1)
    connection.execute("UPDATE ledger_entry SET leaf = ? WHERE idx = ?", [moved, entry])
    if mend_hash:
        connection.execute(
            "UPDATE ledger_entry SET hash = ? WHERE idx = ?", [leaf_hash(moved), entry]
        )
