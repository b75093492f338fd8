"""An entry is kept or lost with the event it records, and nothing kept changes unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

import pytest

from facekeep.ledger import entries, log, merkle, verify
from facekeep.ledger.checkpoint import Checkpoint, Signer, sign
from facekeep.ledger.entries import Entry
from facekeep.ledger.verify import TamperedAt
from facekeep.terms.errors import Broken, Misused, NotRecognised, Tampered

SIZE = 50
BAD = 23

MakeEntry = Callable[[int], Entry]
Append = Callable[[Sequence[Entry]], range]


@pytest.fixture
def filled(
    connection: sqlite3.Connection, append: Append, make_entry: MakeEntry, signer: Signer
) -> sqlite3.Connection:
    """Fifty entries in batches of ten, each batch sealed."""
    for start in range(0, SIZE, 10):
        append([make_entry(number) for number in range(start, start + 10)])
        log.seal(connection, signer)
    return connection


def test_append_says_where(append: Append, make_entry: MakeEntry) -> None:
    """Indexes are given in order, without a gap; an empty batch takes none."""
    assert append([make_entry(0)]) == range(1)
    assert append([]) == range(1, 1)
    assert append([make_entry(1), make_entry(2)]) == range(1, 3)


def test_root_is_the_trees(connection: sqlite3.Connection, filled: sqlite3.Connection) -> None:
    """The stored tree has the root of RFC 6962 at every size, and of nothing at none."""
    leaves = [leaf for (leaf,) in filled.execute("SELECT leaf FROM ledger_entry ORDER BY idx")]
    assert log.size(filled) == SIZE
    assert log.root(filled) == merkle.root_of(leaves)
    for size in range(SIZE + 1):
        assert log.root(filled, size) == merkle.root_of(leaves[:size])


def test_an_event_and_its_entry_are_lost_together(
    connection: sqlite3.Connection, make_entry: MakeEntry
) -> None:
    """A rolled-back transaction leaves no entry and no node."""
    connection.execute("BEGIN IMMEDIATE")
    log.append(connection, [make_entry(number) for number in range(4)])
    connection.execute("ROLLBACK")
    assert log.size(connection) == 0
    assert log.root(connection) == merkle.EMPTY_ROOT
    assert connection.execute("SELECT count(*) FROM ledger_node").fetchone() == (0,)


def test_no_append_outside_a_transaction(
    connection: sqlite3.Connection, make_entry: MakeEntry
) -> None:
    """Without the caller's transaction the entry could outlive its event: refused."""
    with pytest.raises(Broken, match="transaction"):
        log.append(connection, [make_entry(0)])
    assert log.size(connection) == 0


def test_an_event_is_recorded_once(
    connection: sqlite3.Connection, append: Append, make_entry: MakeEntry
) -> None:
    """A second entry under one id is refused in our words."""
    append([make_entry(0)])
    with pytest.raises(Broken, match="already"):
        append([make_entry(1), make_entry(0)])
    connection.execute("ROLLBACK")
    assert log.size(connection) == 1


def test_time_never_runs_backwards(
    connection: sqlite3.Connection, append: Append, make_entry: MakeEntry
) -> None:
    """The ledger's clock never moves behind its last time (custody rule 5)."""
    assert log.last_time(connection) == 0
    append([make_entry(9), make_entry(3)])
    append([make_entry(5), make_entry(11)])
    times = [log.entry(connection, index).at for index in range(4)]
    assert times == [make_entry(number).at for number in (9, 9, 9, 11)]
    assert log.last_time(connection) == make_entry(11).at


def test_lifted_entries_still_open(
    connection: sqlite3.Connection, append: Append, make_entry: MakeEntry, secret: bytes
) -> None:
    """A lifted time leaves the sealed details readable: they are bound to id and kind."""
    append([make_entry(9), make_entry(3)])
    assert entries.open_sealed(secret, log.entry(connection, 1))["number"] == 3


def test_find_and_prove(filled: sqlite3.Connection, make_entry: MakeEntry, signer: Signer) -> None:
    """Every entry is found by its id and proved under every checkpoint that covers it."""
    for note in log.checkpoints(filled):
        size = verify.log_checkpoint(note, signer.vkey).size
        for number in range(size):
            proof = log.prove(filled, make_entry(number).id, size)
            assert log.find(filled, make_entry(number).id) == number
            assert verify.verify_proof(proof, note, signer.vkey) == make_entry(number)


def test_what_is_not_there(filled: sqlite3.Connection, make_entry: MakeEntry) -> None:
    """An unknown id or index is not recognised; a proof before the entry is misuse."""
    for ask in (lambda: log.find(filled, bytes(16)), lambda: log.entry(filled, SIZE)):
        with pytest.raises(NotRecognised):
            ask()
    with pytest.raises(Misused):
        log.prove(filled, make_entry(30).id, 30)


def test_consistency(filled: sqlite3.Connection, signer: Signer) -> None:
    """Each checkpoint is proved to continue each earlier one."""
    notes = log.checkpoints(filled)
    for older in notes:
        for newer in notes[notes.index(older) :]:
            sizes = [verify.log_checkpoint(note, signer.vkey).size for note in (older, newer)]
            path = log.consistency(filled, *sizes)
            assert verify.verify_growth(older, newer, path, signer.vkey).size == sizes[1]


def test_only_this_logs_checkpoints_are_kept(filled: sqlite3.Connection, signer: Signer) -> None:
    """A checkpoint of another tree or of the future is refused; the newest is the last."""
    last = log.last_checkpoint(filled)
    assert last == log.checkpoints(filled)[-1]
    for size, root in ((SIZE, bytes(32)), (SIZE + 1, log.root(filled))):
        with pytest.raises(Tampered):
            log.save_checkpoint(filled, sign(Checkpoint(signer.name, size, root), signer))
    assert log.last_checkpoint(filled) == last


def test_an_empty_log(connection: sqlite3.Connection, signer: Signer) -> None:
    """Nothing is an honest state: sealed, exported and audited like any other."""
    assert log.last_checkpoint(connection) is None
    assert log.last_witnessed(connection) is None
    assert list(log.export(connection)) == []
    note = log.seal(connection, signer)
    assert log.audit(connection, signer.vkey, note) == 0
    assert verify.verify_export(log.export(connection), [note], signer.vkey).size == 0


def test_export_verifies_offline(
    filled: sqlite3.Connection, append: Append, make_entry: MakeEntry, signer: Signer
) -> None:
    """An export holds what the newest checkpoint vouches for, and verifies without us."""
    append([make_entry(SIZE)])
    lines = list(log.export(filled))
    assert len(lines) == SIZE
    assert verify.verify_export(lines, log.checkpoints(filled), signer.vkey).size == SIZE


def test_any_row_factory_will_do(filled: sqlite3.Connection, signer: Signer) -> None:
    """The connection is the caller's: rows may come as sqlite3.Row."""
    filled.row_factory = sqlite3.Row
    assert log.audit(filled, signer.vkey) == SIZE
    assert len(list(log.export(filled))) == SIZE
    assert log.find(filled, log.entry(filled, 3).id) == 3


# --- audit -----------------------------------------------------------------------------------


def edited(connection: sqlite3.Connection) -> bytes:
    (leaf,) = connection.execute("SELECT leaf FROM ledger_entry WHERE idx = ?", [BAD]).fetchone()
    return bytes(leaf.replace(b":matched", b":refused"))


def edit(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE ledger_entry SET leaf = ? WHERE idx = ?", [edited(connection), BAD])


def edit_with_hash(connection: sqlite3.Connection) -> None:
    leaf = edited(connection)
    connection.execute(
        "UPDATE ledger_entry SET leaf = ?, hash = ? WHERE idx = ?",
        [leaf, merkle.leaf_hash(leaf), BAD],
    )


def delete(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM ledger_entry WHERE idx = ?", [BAD])


def reorder(connection: sqlite3.Connection) -> None:
    for old, new in ((BAD, -1), (BAD + 1, BAD), (-1, BAD + 1)):
        connection.execute("UPDATE ledger_entry SET idx = ? WHERE idx = ?", [new, old])


def truncate(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM ledger_entry WHERE idx >= ?", [BAD])


def swap_ids(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE ledger_entry SET id = ? WHERE idx = ?", [bytes(16), BAD])


def bend_node(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 3 AND idx = 2")


def drop_node(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM ledger_node WHERE level = 3 AND idx = 2")


@pytest.mark.parametrize(
    ("tamper", "first", "before"),
    [
        (edit, 23, None),
        (edit_with_hash, 22, 24),
        (delete, 23, None),
        (reorder, 22, 24),
        (truncate, 23, None),
        (swap_ids, 23, None),
        (bend_node, 16, 24),
        (drop_node, 16, 24),
    ],
)
def test_audit_names_the_first_bad_index(
    filled: sqlite3.Connection,
    signer: Signer,
    tamper: Callable[[sqlite3.Connection], None],
    first: int,
    before: int | None,
) -> None:
    """Whatever is changed in rows, ids or nodes is found, and where."""
    assert log.audit(filled, signer.vkey) == SIZE
    tamper(filled)
    with pytest.raises(TamperedAt) as found:
        log.audit(filled, signer.vkey)
    assert (found.value.first, found.value.before) == (first, before)


def rebuild(connection: sqlite3.Connection, kept: Sequence[Entry], signer: Signer) -> None:
    """An attacker with the store and the signing key makes the whole log anew."""
    for table in ("entry", "node", "checkpoint", "witness"):
        connection.execute(f"DELETE FROM ledger_{table}")
    connection.execute("BEGIN IMMEDIATE")
    log.append(connection, kept)
    connection.execute("COMMIT")
    log.seal(connection, signer)


def test_audit_without_a_witness_misses_a_rewrite_and_finds_it_with_one(
    filled: sqlite3.Connection, make_entry: MakeEntry, signer: Signer
) -> None:
    """Rows and nodes rewritten together pass the self-check; the witnessed head does not."""
    witnessed = log.checkpoints(filled)[2]
    rebuild(filled, [make_entry(number) for number in range(SIZE) if number != BAD], signer)
    assert log.audit(filled, signer.vkey) == SIZE - 1
    with pytest.raises(TamperedAt, match="witnessed") as found:
        log.audit(filled, signer.vkey, witnessed)
    assert (found.value.first, found.value.before) == (0, 30)


def test_audit_finds_a_rollback(
    filled: sqlite3.Connection, make_entry: MakeEntry, signer: Signer
) -> None:
    """An older state of the whole log is smaller than what the witness saw."""
    witnessed = log.last_checkpoint(filled)
    rebuild(filled, [make_entry(number) for number in range(BAD)], signer)
    assert log.audit(filled, signer.vkey) == BAD
    with pytest.raises(TamperedAt, match="missing") as found:
        log.audit(filled, signer.vkey, witnessed)
    assert found.value.first == BAD


def test_audit_covers_the_unsealed_tail(
    filled: sqlite3.Connection, append: Append, make_entry: MakeEntry, signer: Signer
) -> None:
    """Entries behind the last checkpoint are compared too, and their nodes betray a cut."""
    append([make_entry(number) for number in range(SIZE, SIZE + 8)])
    assert log.audit(filled, signer.vkey) == SIZE + 8
    filled.execute("DELETE FROM ledger_entry WHERE idx >= 54")
    with pytest.raises(TamperedAt) as found:
        log.audit(filled, signer.vkey)
    assert found.value.first == 54


def test_audit_reads_the_stored_checkpoints(filled: sqlite3.Connection, signer: Signer) -> None:
    """A checkpoint under another size, or by another key, is found."""
    filled.execute("UPDATE ledger_checkpoint SET size = 41 WHERE size = 40")
    with pytest.raises(Tampered, match="size"):
        log.audit(filled, signer.vkey)
    with pytest.raises(Tampered):
        log.audit(filled, Signer(signer.name, bytes(32)).vkey)


def test_an_entry_under_anothers_id_is_not_served(
    filled: sqlite3.Connection, make_entry: MakeEntry
) -> None:
    """A swapped id is noticed when the entry is read, not only by the audit."""
    swap_ids(filled)
    with pytest.raises(TamperedAt):
        log.prove(filled, bytes(16), SIZE)
