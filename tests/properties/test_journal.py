"""A chain's length, found by doubling and halving, is its length, whatever happened in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.storage.journal import Chain, Journal

CHAINS = [Chain(bytes([n]) * 32, "gate") for n in range(3)]

acts = st.lists(
    st.tuples(st.sampled_from(range(3)), st.sampled_from(["write", "roll back", "length", "forget"])),
    max_size=40,
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("journal") / "records.db"
    return Store.create(path, "records", [log.SCHEMA], b"h" * 16, b"m" * 16)


class Abandoned(Exception):
    """A transaction that is not kept."""


@settings(deadline=None, max_examples=60)
@given(acts=acts)
def test_length_equals_the_naive_count_for_any_interleaving(
    store: Store, acts: list[tuple[int, str]]
) -> None:
    """Writes, rollbacks, look-ups and forgotten caches in any order, over several chains."""
    with store.transaction() as tx:
        for table in ("ledger_entry", "ledger_node"):
            tx.execute(f"DELETE FROM {table}")
    journal, counts = Journal(store, lambda: 60.0), [0, 0, 0]
    for which, act in acts:
        chain = CHAINS[which]
        if act == "write":
            with store.transaction() as tx:
                journal.write(tx, chain, "test:event:written")
            counts[which] += 1
        elif act == "roll back":
            _abandoned(store, journal, chain)
        elif act == "forget":
            journal = Journal(store, lambda: 60.0)
        assert [journal.length(c) for c in CHAINS] == counts


def _abandoned(store: Store, journal: Journal, chain: Chain) -> None:
    try:
        with store.transaction() as tx:
            for _ in range(3):
                journal.write(tx, chain, "test:event:written")
            raise Abandoned
    except Abandoned:
        return


@pytest.mark.parametrize("path", [Path("x")])
def test_event_ids_of_a_chain_are_its_own(path: Path) -> None:
    """Identifiers of different chains and numbers never meet."""
    ids = {chain.event_id(n) for chain in CHAINS for n in range(1000)}
    assert len(ids) == 3000
