"""The key vault: rows found, put in force, renewed, ended; every change on a new slot."""

from __future__ import annotations

import os
from typing import Any

import pytest

from facekeep.protect.keytree import BUCKETS
from facekeep.storage.custody import Erasure
from facekeep.storage.keys import KeyVault, hangs_on, plant_tree
from facekeep.terms.errors import Broken, Retry, StoreMissing, Tampered
from facekeep.terms.values import Epoch, RowId
from tests.rooms.storage.shelf import Shelf

PERSON = b"p" * 16


def listed(shelf: Shelf) -> list[Erasure]:
    return list(shelf.custody.erasures())


def power_cut(*_: object) -> Any:
    raise OSError("power")


# -- finding --------------------------------------------------------------------------------


def test_row_not_in_force_is_found_by_name_only(shelf: Shelf) -> None:
    """Nobody is answered from it, and nobody forgets it."""
    row = shelf.key(active=False)
    assert shelf.vault.of_consent(b"c" * 16) is None
    assert shelf.vault.of_purpose("gate") == []
    assert shelf.vault.of_row(row.row) == row
    assert shelf.vault.all_of_consent(b"c" * 16) == shelf.vault.every() == [row]
    assert shelf.vault.consents() == {b"c" * 16}


def test_rows_are_listed_by_purpose_in_order_of_identifiers(shelf: Shelf) -> None:
    """Which are random."""
    gate = [shelf.key(bytes([n]) * 16) for n in range(5)]
    shelf.key(purpose="gate/nobody")
    assert shelf.vault.of_purpose("gate") == sorted(gate, key=lambda r: r.row)
    assert len(shelf.vault.every()) == 6


def test_present_leaves_out_who_is_gone(shelf: Shelf) -> None:
    """The same rows as they are now, in order; nobody of nobody."""
    rows = [shelf.key() for _ in range(6)]
    shelf.vault.erase(rows[:2], 1)
    assert shelf.vault.present(rows) == sorted(rows[2:], key=lambda r: r.row)
    assert shelf.vault.present(rows[3:4]) == rows[3:4]
    assert shelf.vault.present([]) == shelf.vault.present(rows[:2]) == []


def test_grant_runs_out_at_its_second(shelf: Shelf) -> None:
    """At the hour itself, not a moment before."""
    row = shelf.key(expires=100)
    assert shelf.vault.past_grant(99.9) == []
    assert shelf.vault.past_grant(100) == [row]


def test_no_row_is_kept_twice(shelf: Shelf) -> None:
    """An identifier names one enrolment; the first stays."""
    row = shelf.key()
    with pytest.raises(Exception, match="UNIQUE"):
        shelf.vault.keep([row])
    assert shelf.vault.every() == [row]


def test_row_does_not_show_its_key(shelf: Shelf) -> None:
    """Only what it was released for."""
    row = shelf.key()
    assert "wrapped" not in repr(row)
    assert "pending=" not in repr(row)


# -- in force -------------------------------------------------------------------------------


def test_putting_in_force_ends_the_older_in_one_step(shelf: Shelf) -> None:
    """One counts from here on; the other is remembered as erased, not as departed."""
    older, newer = shelf.key(), shelf.key(active=False)
    number = shelf.vault.generation
    shelf.vault.put_in_force(newer.row, [older], 7)
    found = shelf.vault.of_consent(b"c" * 16)
    assert found is not None
    assert found.row == newer.row
    assert shelf.vault.of_row(older.row) is None
    assert shelf.vault.generation == number + 1
    assert listed(shelf) == [Erasure(older.row.hex(), (b"c" * 16).hex(), 7, departed=False)]
    assert shelf.opens(newer)


def test_first_enrolment_needs_no_new_slot(shelf: Shelf) -> None:
    """Nothing dies: nothing is re-keyed; a repeat changes nothing."""
    row, number = shelf.key(active=False), shelf.vault.generation
    for _ in range(2):
        shelf.vault.put_in_force(row.row, [], 7)
    assert shelf.vault.generation == number
    assert shelf.vault.of_purpose("gate")[0].active
    assert listed(shelf) == []


# -- renewal --------------------------------------------------------------------------------


def pending(shelf: Shelf, row: Any, epoch: bytes = b"n" * 8) -> tuple[RowId, Epoch, bytes]:
    return row.row, Epoch(epoch), shelf.vault.outer(row.row).wrap(b"next", b"key", row.row)


def test_pending_key_comes_into_force_once(shelf: Shelf) -> None:
    """Kept beside the living one, then in its place; finishing again changes nothing."""
    row, other = shelf.key(), shelf.key()
    shelf.vault.note_pending([pending(shelf, row)])
    (begun,) = shelf.vault.unfinished()
    assert (begun.row, begun.epoch, begun.pending_epoch) == (row.row, row.epoch, b"n" * 8)
    assert shelf.opens(row)
    for _ in range(2):
        shelf.vault.finish_renewal([begun])
        found = shelf.vault.of_row(row.row)
        assert found is not None
        assert (found.epoch, found.pending, found.pending_epoch) == (b"n" * 8, None, None)
        assert shelf.vault.outer(row.row).unwrap(found.wrapped, b"key", row.row) == b"next"
    assert shelf.vault.unfinished() == []
    assert shelf.opens(other)


def test_second_renewal_of_a_row_is_refused_whole(shelf: Shelf) -> None:
    """The first next key stays, and no other row of the second call is begun."""
    row, other = shelf.key(), shelf.key()
    shelf.vault.note_pending([pending(shelf, row)])
    with pytest.raises(Retry):
        shelf.vault.note_pending([pending(shelf, other), pending(shelf, row, b"x" * 8)])
    (begun,) = shelf.vault.unfinished()
    assert (begun.row, begun.pending_epoch) == (row.row, b"n" * 8)
    shelf.vault.note_pending([])


def test_renewal_of_a_row_that_is_gone_is_refused(shelf: Shelf) -> None:
    """Nobody who left comes back with a next key."""
    row = shelf.key()
    shelf.vault.erase([row], 1)
    with pytest.raises(Retry):
        shelf.vault.note_pending([pending(shelf, row)])


# -- evidence secrets -----------------------------------------------------------------------


def test_secret_is_drawn_once(shelf: Shelf) -> None:
    """The living one is handed out again; another person has another."""
    assert shelf.vault.secret(PERSON) is None
    first = shelf.vault.draw_secret(PERSON)
    assert shelf.vault.draw_secret(PERSON) == shelf.vault.secret(PERSON) == first
    assert shelf.vault.draw_secret(b"q" * 16) != first
    assert shelf.vault.persons() == {PERSON, b"q" * 16}
    assert shelf.vault.sealed_secret(PERSON) is None


def test_departure_seals_the_secret_to_the_officer(shelf: Shelf) -> None:
    """The root opens it until the term; the rows are gone and listed, the consents too."""
    secret, row = shelf.vault.draw_secret(PERSON), shelf.key()
    shelf.vault.depart(PERSON, [b"c" * 16, b"d" * 16], [row], 5, 50)
    assert shelf.vault.secret(PERSON) is None
    sealed = shelf.vault.sealed_secret(PERSON)
    assert sealed is not None
    assert shelf.root.open_evidence(sealed, PERSON) == secret
    assert shelf.vault.every() == []
    assert {(e.row, e.consent) for e in listed(shelf)} == {
        ("", (b"c" * 16).hex()), ("", (b"d" * 16).hex()), (row.row.hex(), (b"c" * 16).hex()),
    }  # fmt: skip
    assert all(e.departed and e.at == 5 for e in listed(shelf))
    assert shelf.vault.past_term(49.9) == []
    assert shelf.vault.past_term(50) == [PERSON]


def test_repeated_departure_keeps_the_first_term_and_seal(shelf: Shelf) -> None:
    """An interrupted ending is finished by repeating it."""
    secret = shelf.vault.draw_secret(PERSON)
    for until in (50, 500):
        shelf.vault.depart(PERSON, [], [], 5, until)
    sealed = shelf.vault.sealed_secret(PERSON)
    assert sealed is not None
    assert shelf.root.open_evidence(sealed, PERSON) == secret
    assert shelf.vault.past_term(50) == [PERSON]


def test_damaged_secret_holds_no_departure_up(shelf: Shelf) -> None:
    """It is put away as it is; the face key dies all the same."""
    shelf.vault.draw_secret(PERSON)
    row = shelf.key()
    with shelf.vault.store.transaction() as tx:
        tx.execute("UPDATE person_secret SET wrapped = randomblob(60)")
    with pytest.raises(Tampered):
        shelf.vault.secret(PERSON)
    shelf.vault.depart(PERSON, [], [row], 5, 50)
    assert shelf.vault.every() == []
    assert shelf.vault.past_term(50) == [PERSON]


def test_end_of_the_term_leaves_the_others_secrets(shelf: Shelf) -> None:
    """Gone for good; whoever lives keeps theirs through the re-keying."""
    kept = shelf.vault.draw_secret(b"q" * 16)
    shelf.vault.draw_secret(PERSON)
    shelf.vault.erase_secrets([PERSON])
    assert shelf.vault.persons() == {b"q" * 16}
    assert shelf.vault.secret(b"q" * 16) == kept


# -- re-keying ------------------------------------------------------------------------------


def test_erasure_re_keys_and_the_others_still_open(shelf: Shelf) -> None:
    """A new slot, the old one gone; neighbours of the same bucket move along."""
    rows = [shelf.key() for _ in range(40)]
    secret = shelf.vault.draw_secret(PERSON)
    shelf.vault.erase(rows[:3], 1)
    assert shelf.custody.generations() == {shelf.vault.generation} == {2}
    assert all(shelf.opens(row) for row in rows[3:])
    assert shelf.vault.secret(PERSON) == secret
    assert shelf.reopened().secret(PERSON) == secret


def test_whoever_holds_rows_is_told_before_and_after(shelf: Shelf) -> None:
    """Before, so that nothing is answered from memory; after, so that nothing was read between."""
    row, heard = shelf.key(), []
    shelf.vault.when_erased(
        lambda gone: heard.append((list(gone), shelf.vault.of_row(row.row) is None))
    )
    shelf.vault.erase([row], 1)
    assert heard == [([row.row], False), ([row.row], True)]


def test_crash_before_the_commit_leaves_the_old_slot_valid(shelf: Shelf) -> None:
    """The next start forgets the prepared one; every row opens."""
    row = shelf.key()
    with pytest.raises(OSError, match="power"):
        shelf.vault.rekey(range(5), power_cut)
    assert shelf.custody.generations() == {1, 2}
    assert shelf.opens(row)
    again = shelf.reopened()
    assert shelf.custody.generations() == {again.generation} == {1}
    assert again.of_row(row.row) == row


def test_crash_after_the_commit_leaves_the_prepared_slot_valid(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start promotes it; the erased row is gone and the other opens."""
    row, other = shelf.key(), shelf.key()
    with monkeypatch.context() as patched:
        patched.setattr(shelf.vault.store, "sweep", power_cut)
        with pytest.raises(OSError, match="power"):
            shelf.vault.erase([row], 1)
    assert shelf.custody.generations() == {1, 2}
    shelf.vault = shelf.reopened()
    assert shelf.custody.generations() == {2}
    assert shelf.vault.every() != []
    assert shelf.vault.of_row(row.row) is None
    assert shelf.opens(other)


def test_failed_erasure_is_on_the_list_already(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Remembered before anything is erased: a restored copy erases it again."""
    row = shelf.key()
    with monkeypatch.context() as patched:
        patched.setattr(KeyVault, "rekey", power_cut)
        with pytest.raises(OSError, match="power"):
            shelf.vault.erase([row], 1)
    assert [e.row for e in listed(shelf)] == [row.row.hex()]
    assert shelf.vault.of_row(row.row) == row


def test_row_that_does_not_open_holds_no_erasure_up(shelf: Shelf) -> None:
    """Noise stays noise; everybody else moves to the new keys."""
    row, noise, other = (shelf.key() for _ in range(3))
    with shelf.vault.store.transaction() as tx:
        tx.execute("UPDATE subject_key SET wrapped = x'00' WHERE row = ?", (noise.row,))
    shelf.vault.rekey(range(BUCKETS), lambda tx: None)
    assert shelf.opens(row)
    assert shelf.opens(other)
    found = shelf.vault.of_row(noise.row)
    assert found is not None
    assert found.wrapped == b"\0"


# -- the tree -------------------------------------------------------------------------------


def test_tree_hangs_on_its_own_slot_only(shelf: Shelf) -> None:
    """Another slot of the same number, or none, does not carry it."""
    store = shelf.vault.store
    assert hangs_on(store, shelf.custody)
    shelf.custody.prepare_slot(1, os.urandom)
    shelf.custody.promote_slot(1)
    assert not hangs_on(store, shelf.custody)
    (shelf.custody.folder / "slot").unlink()
    assert not hangs_on(store, shelf.custody)
    with pytest.raises(StoreMissing):
        shelf.reopened()


def test_planted_tree_is_empty(shelf: Shelf) -> None:
    """Whatever hung on an older one is gone; the root stays."""
    shelf.key()
    shelf.vault.draw_secret(PERSON)
    plant_tree(shelf.vault.store, shelf.custody, os.urandom, 9)
    again = shelf.reopened()
    assert (again.every(), again.persons(), again.generation) == ([], set(), 9)
    assert again.sealed_root == shelf.vault.sealed_root


def test_store_without_a_root_is_unfinished(shelf: Shelf) -> None:
    """Init was interrupted: said as such, not as tampering."""
    with shelf.vault.store.transaction() as tx:
        tx.execute("DELETE FROM root")
    with pytest.raises(Broken, match="init"):
        _ = shelf.vault.sealed_root
