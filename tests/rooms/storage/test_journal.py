"""The journal: chains told in order, totals carried on, rows sealed, time that never goes back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.ledger.merkle import leaf_hash, root_of
from facekeep.storage.journal import Chain, Journal
from facekeep.storage.schema import STORES
from facekeep.terms.errors import Broken, Misused, Tampered
from tests.attacks.toolkit import Turnable

ALICE, BOB = Chain(b"a" * 32, "gate"), Chain(b"b" * 32, "gate")
KIND = "test:event:written"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "r.db", "records", STORES["records"], b"h" * 16, b"m" * 16)
    yield store
    store.close()


@pytest.fixture
def journal(records: Store, clock: Turnable) -> Journal:
    return Journal(records, clock)


@pytest.fixture
def write(records: Store, journal: Journal) -> object:
    """Write one event in a transaction of its own."""

    def write(chain: Chain, **details: object) -> None:
        with records.transaction() as tx:
            journal.write(tx, chain, KIND, details)

    return write


@contextmanager
def abandoned(records: Store) -> Iterator[sqlite3.Connection]:
    """A transaction that is not kept."""
    with suppress(RuntimeError), records.transaction() as tx:
        yield tx
        raise RuntimeError


def test_empty_chain_has_no_story(journal: Journal) -> None:
    """No length, no last event, none by any number."""
    assert journal.length(ALICE) == 0
    assert journal.last(ALICE) is None
    assert journal.told(ALICE, 0) is None
    assert list(journal.story(ALICE)) == []


def test_story_is_told_oldest_first_and_to_its_own_secret(journal: Journal, write) -> None:  # type: ignore[no-untyped-def]
    """Two chains interleaved in one ledger stay two stories; indices grow."""
    for n in range(20):
        write((ALICE, BOB)[n % 3 == 0], n=n)
    told = list(journal.story(ALICE))
    assert [one.details["n"] for one in told] == [n for n in range(20) if n % 3]
    assert [one.n for one in told] == list(range(len(told)))
    assert [one.index for one in told] == sorted({one.index for one in told})
    assert [one.details["n"] for one in journal.story(BOB)] == list(range(0, 20, 3))


def test_totals_are_carried_until_somebody_changes_them(journal: Journal, write) -> None:  # type: ignore[no-untyped-def]
    """An entry that says nothing of them repeats them; another chain's are not its own."""
    write(ALICE)
    write(ALICE, totals={"spent": 1})
    write(BOB, reason="x")
    write(ALICE, reason="y")
    write(ALICE, totals={"spent": 2}, reason="z")
    write(ALICE)
    totals = [one.details.get("totals") for one in journal.story(ALICE)]
    assert totals == [None, {"spent": 1}, {"spent": 1}, {"spent": 2}, {"spent": 2}]
    assert [one.details for one in journal.story(BOB)] == [{"reason": "x"}]


def test_only_totals_are_carried(journal: Journal, write) -> None:  # type: ignore[no-untyped-def]
    """Yesterday's reason is not today's."""
    write(ALICE, totals={}, reason="x")
    write(ALICE)
    last = journal.last(ALICE)
    assert last is not None
    assert last.details == {"totals": {}}


def test_prepared_event_is_not_written_and_keeps_its_place(
    journal: Journal, records: Store, write
) -> None:  # type: ignore[no-untyped-def]
    """Made out twice it bears the same identifier; written, it is the chain's last."""
    write(ALICE, totals={"spent": 5})
    first, second = (journal.prepare(ALICE, KIND, {"n": n}) for n in (1, 2))
    assert first.id == second.id == ALICE.event_id(1)
    assert journal.length(ALICE) == 1
    with records.transaction() as tx:
        log.append(tx, [second])
    last = journal.last(ALICE)
    assert last is not None
    assert last.details == {"n": 2, "totals": {"spent": 5}}


def test_event_rolled_back_never_was(journal: Journal, records: Store, write) -> None:  # type: ignore[no-untyped-def]
    """Its place is taken by the next."""
    write(ALICE, n=0)
    with abandoned(records) as tx:
        journal.write(tx, ALICE, KIND, {"n": 1})
    write(ALICE, n=2)
    assert [one.details["n"] for one in journal.story(ALICE)] == [0, 2]


def test_length_is_right_after_many_appends_for_old_and_new_readers(
    journal: Journal, records: Store, clock: Turnable, write
) -> None:  # type: ignore[no-untyped-def]
    """A reader with an old memory, one without, and one that asks after every step agree."""
    old = Journal(records, clock)
    assert old.length(ALICE) == 0
    for n in range(1, 71):
        write(ALICE)
        assert journal.length(ALICE) == n
        if n % 7 == 0:
            assert Journal(records, clock).length(ALICE) == n
    assert old.length(ALICE) == 70
    assert journal.told(ALICE, 69) is not None
    assert journal.told(ALICE, 70) is None


def test_length_forgets_what_a_shorter_ledger_no_longer_holds(
    journal: Journal, records: Store, write
) -> None:  # type: ignore[no-untyped-def]
    """A remembered length is a guess to start from, not a fact."""
    for _ in range(9):
        write(ALICE)
    with records.transaction() as tx:
        for n in range(4, 9):
            tx.execute("DELETE FROM ledger_entry WHERE id = ?", (ALICE.event_id(n),))
    assert journal.length(ALICE) == 4


def test_now_is_never_behind_the_ledger(
    journal: Journal, records: Store, clock: Turnable, write
) -> None:  # type: ignore[no-untyped-def]
    """A clock set back stands still; one that goes on is believed."""
    assert journal.now() == clock.now
    clock.advance(90)
    write(ALICE)
    written = float(log.last_time(records.connection))
    assert written == clock.now // 60 * 60
    clock.advance(-7 * 86_400)
    assert journal.now() == written
    write(ALICE)
    assert log.last_time(records.connection) == written
    clock.advance(7 * 86_400 + 1)
    assert journal.now() == clock.now


def test_another_secret_does_not_open_an_event(journal: Journal, records: Store, write) -> None:  # type: ignore[no-untyped-def]
    """An entry copied under another chain's identifier is tampered."""
    write(ALICE)
    with records.transaction() as tx:
        tx.execute(
            "UPDATE ledger_entry SET id = ? WHERE id = ?", (BOB.event_id(0), ALICE.event_id(0))
        )
    with pytest.raises(Tampered):
        journal.told(BOB, 0)


def test_details_without_fractions_only(journal: Journal, records: Store) -> None:
    """The ledger holds no fractions; nothing is written of such an event."""
    with pytest.raises(Misused), records.transaction() as tx:
        journal.write(tx, ALICE, KIND, {"score": 0.5})
    assert journal.length(ALICE) == 0


# -- sealed rows ----------------------------------------------------------------------------


def sealed(records: Store) -> dict[bytes, bytes]:
    return dict(records.rows("SELECT seal, event FROM row_seal"))


def test_rows_are_counted_and_rooted_in_an_order_of_no_meaning(
    journal: Journal, records: Store
) -> None:
    """The order they came in does not show: the root is over sorted seals."""
    seals = [os.urandom(32) for _ in range(5)]
    roots = []
    for order in (seals, seals[::-1]):
        with records.transaction() as tx:
            roots.append(journal.write_rows(tx, ALICE, KIND, order).public["root"])
    assert roots[0] == roots[1] == root_of([leaf_hash(s) for s in sorted(seals)]).hex()


def test_seals_are_kept_with_their_latest_event(journal: Journal, records: Store) -> None:
    """A seal written again belongs to the newer event; details are sealed as ever."""
    one, two = b"1" * 32, b"2" * 32
    with records.transaction() as tx:
        first = journal.write_rows(tx, ALICE, KIND, [one, two])
        second = journal.write_rows(tx, ALICE, KIND, iter([two]), {"because": "x"})
    assert sealed(records) == {one: first.id, two: second.id}
    assert (first.public["rows"], second.public["rows"]) == (2, 1)
    assert [one.details for one in journal.story(ALICE)] == [{}, {"because": "x"}]


def test_event_over_no_rows_says_so(journal: Journal, records: Store) -> None:
    """A renewal of nobody: zero rows, the empty root."""
    with records.transaction() as tx:
        entry = journal.write_rows(tx, ALICE, KIND, [])
    assert entry.public == {"rows": 0, "root": root_of([]).hex()}
    assert sealed(records) == {}


def test_seals_go_with_a_rolled_back_event(journal: Journal, records: Store) -> None:
    """Both or neither."""
    with abandoned(records) as tx:
        journal.write_rows(tx, ALICE, KIND, [b"1" * 32])
    assert sealed(records) == {}


@given(n=st.integers(0, 2**63), secret=st.binary(min_size=32, max_size=32))
def test_event_identifiers_need_the_secret(n: int, secret: bytes) -> None:
    """Sixteen bytes, the same for the same secret and number, others for others."""
    chain = Chain(secret)
    assert len(chain.event_id(n)) == 16
    assert chain.event_id(n) == Chain(secret, "other purpose").event_id(n)
    assert chain.event_id(n) != chain.event_id(n + 1)
    assert chain.event_id(n) != Chain(bytes([secret[0] ^ 1]) + secret[1:]).event_id(n)
    assert secret.hex() not in repr(SimpleNamespace(chain=chain))


def test_an_event_that_follows_a_passed_end_is_refused(records: Store, journal: Journal) -> None:
    """Somebody wrote in between: the same identifier is not written twice."""
    end = journal.end(ALICE)
    with records.transaction() as tx:
        journal.follow(tx, end, KIND)
    with pytest.raises(Broken), records.transaction() as tx:
        journal.follow(tx, end, KIND)
    assert journal.length(ALICE) == 1


def test_an_end_is_read_again_where_anybody_wrote(
    records: Store, journal: Journal, write, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    """By us, by us and rolled back, or by another connection; and not where nobody did."""
    write(ALICE, n=1)
    before = journal.end(ALICE)
    write(BOB, n=1)
    assert journal.end(ALICE, before) is before
    with abandoned(records) as tx:
        journal.write(tx, ALICE, KIND, {"n": 2})
        assert journal.end(ALICE, before).length == 2
    assert journal.end(ALICE, before).details["n"] == 1
    write(ALICE, n=3)
    assert journal.end(ALICE, before).details["n"] == 3
    last = journal.end(ALICE)
    with sqlite3.connect(records.path, isolation_level=None) as other:
        other.execute("DELETE FROM ledger_entry WHERE id = ?", (ALICE.event_id(1),))
    other.close()
    assert journal.end(ALICE, last).details["n"] == 1


def test_a_chain_shows_nothing_of_its_secret() -> None:
    """Neither itself nor what was made ready of it; two chains of one secret are equal."""
    ALICE.event_id(0)
    assert "aaaa" not in repr(ALICE)
    assert Chain(b"a" * 32, "gate") == ALICE
