"""Renewal and reset: new masks for whom it was said, finished wherever it was interrupted."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.assembly import House
from facekeep.protect.keytree import BUCKETS, bucket_of
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.storage.renewal import BATCH_BUCKETS, _batches
from facekeep.storage.reset import KIND, Resetter, Scope
from facekeep.terms.errors import Refused, Tampered
from facekeep.terms.values import Epoch, Grant, RowId
from tests.attacks.toolkit import Site, publish, purpose_text
from tests.rooms.storage.conftest import Town


@pytest.fixture(scope="module")
def gate(town: Town) -> Town:
    """Alice at two purposes, Bob at one."""
    publish(town.house, purpose_text("bank"))
    for name, purpose in (("alice", "gate"), ("alice", "bank"), ("bob", "gate")):
        town.site.enrol(town.house, name, purpose)
    return town


def epochs(town: Town) -> dict[tuple[str, str], bytes]:
    """Where each of the three stands, in both stores alike."""
    told = {}
    for who in (("alice", "gate"), ("alice", "bank"), ("bob", "gate")):
        row = town.site.row(town.house, *who)
        record = town.house.home.references.of_row(row.row)
        assert record is not None
        assert record.epoch == row.epoch
        told[who] = row.epoch
    return told


def power_cut(*_: object) -> Any:
    raise OSError("power")


@pytest.mark.parametrize(
    ("scope", "touched"),
    [(Scope("alice", "gate"), {("alice", "gate")}),
     (Scope("alice"), {("alice", "gate"), ("alice", "bank")}),
     (Scope(purpose="gate"), {("alice", "gate"), ("bob", "gate")}),
     (Scope(), {("alice", "gate"), ("alice", "bank"), ("bob", "gate")})],
    ids=["one", "subject", "purpose", "everybody"],
)  # fmt: skip
def test_exactly_whom_the_scope_names_is_renewed(
    gate: Town, scope: Scope, touched: set[tuple[str, str]]
) -> None:
    """The others stand where they stood; everybody still matches; the event counts them."""
    before, progress = epochs(gate), []
    reset = gate.house.resetter.renew(scope, "habit", lambda *done: progress.append(done))
    after = epochs(gate)
    assert {who for who in before if before[who] != after[who]} == touched
    assert reset.references == len(touched)  # whose rows; a purpose's stand-in is nobody's
    rows, total = progress[-1]
    assert rows == total >= reset.references
    assert gate.site.matches(gate.house, "alice")
    home = gate.house.home
    own = scope == Scope("alice", "gate")
    chain = home.chain_of("alice", "gate") if own else home.own_chain()
    told = [one for one in home.journal.story(chain) if one.entry.kind == KIND]
    assert told[-1].entry.id.hex() == reset.event
    assert told[-1].entry.public["rows"] == rows
    assert told[-1].details["because"] == "habit"
    assert home.intents.open() == []


@pytest.mark.parametrize("scope", [Scope("nobody"), Scope("nobody", "gate"), Scope("bob", "bank")])
def test_nothing_kept_is_nothing_renewed(gate: Town, scope: Scope) -> None:
    """Refused, and no act is begun."""
    with pytest.raises(Refused, match="nothing is kept"):
        gate.house.resetter.renew(scope, "habit")
    assert gate.house.home.intents.open() == []


def test_renewing_nobody_and_resuming_nothing_is_quiet(gate: Town) -> None:
    """No key, no reference, no slot changes."""
    before, number = epochs(gate), gate.house.home.vault.generation
    gate.house.keepers.renewer.renew([])
    assert gate.house.keepers.renewer.resume() == 0
    assert (epochs(gate), gate.house.home.vault.generation) == (before, number)


@pytest.mark.parametrize("references_moved", [False, True])
def test_begun_renewal_is_resumed(gate: Town, references_moved: bool) -> None:
    """Whether the references had moved already or not: each moves once."""
    renewer, row = gate.house.keepers.renewer, gate.site.row(gate.house, "bob")
    if references_moved:
        renewer._apply([row])
    else:
        gate.house.keepers.keys.begin_renewal([row])
    assert renewer.resume() == 1
    assert renewer.resume() == 0
    assert epochs(gate)["bob", "gate"] != row.epoch
    assert gate.site.matches(gate.house, "bob", gate.site.good_photo("bob", 300))


def test_begun_renewal_without_a_reference_is_tampered(site: Site, house: House) -> None:
    """Somebody took one half away meanwhile."""
    site.enrol(house, "alice")
    row = site.row(house, "alice")
    house.keepers.keys.begin_renewal([row])
    house.home.references.erase([row.row])
    with pytest.raises(Tampered):
        house.keepers.renewer.resume()


def test_erased_meanwhile_is_left_out(site: Site, house: House) -> None:
    """Rows are read as they are now."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    rows = [site.row(house, name) for name in ("alice", "bob")]
    house.withdrawals.withdraw("alice", "gate")
    house.keepers.renewer.renew(rows)
    assert house.home.vault.of_row(rows[0].row) is None
    assert site.matches(house, "bob")


@pytest.mark.parametrize("breaks", [(KeyVault, "finish_renewal"), (Resetter, "_complete")])
def test_interrupted_reset_is_completed_once_the_passphrase_is_there(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch, breaks: tuple[type, str]
) -> None:
    """A locked start leaves it; the unlocked one finishes, seals and says so, once."""
    site.enrol(house, "alice")
    before = site.row(house, "alice")
    with monkeypatch.context() as patched:
        patched.setattr(*breaks, power_cut)
        with pytest.raises(OSError, match="power"):
            house.resetter.renew(Scope("alice", "gate"), "keys")
    house.close()
    with site.open(locked=True) as locked:
        assert len(locked.home.intents.open()) == 1
    with site.open() as again:
        assert again.recovered == ["renewal completed"]
        assert site.row(again, "alice").epoch != before.epoch
        assert again.home.vault.unfinished() == again.home.intents.open() == []
        assert site.matches(again, "alice")
    with site.open() as third:
        assert third.recovered == []


@given(names=st.sets(st.binary(min_size=16, max_size=16), max_size=BUCKETS + 40))
def test_batches_hold_every_row_once_and_share_no_bucket(names: set[bytes]) -> None:
    """Each bucket is re-keyed once a renewal."""
    grant = Grant("gate", b"", b"", 0)
    rows = [KeyRow(RowId(name), Epoch(b""), b"", grant, "m", 8) for name in names]
    batches = list(_batches(rows))
    assert sorted(row.row for batch in batches for row in batch) == sorted(names)
    buckets = [{bucket_of(row.row) for row in batch} for batch in batches]
    assert sum(map(len, buckets)) == len(set().union(*buckets))
    assert len(batches) <= (1 if len(rows) < BUCKETS else -(-BUCKETS // BATCH_BUCKETS))


def test_body_of_a_reset_names_rows_by_random_names_only(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a subject."""
    site.enrol(house, "alice")
    with monkeypatch.context() as patched:
        patched.setattr(Resetter, "_complete", power_cut)
        with pytest.raises(OSError, match="power"):
            house.resetter.renew(Scope("alice"), "habit")
    (intent,) = house.home.intents.open()
    assert intent.body == {
        "because": "habit", "purpose": "", "rows": site.row(house, "alice").row.hex(),
    }  # fmt: skip
    assert len(os.fsencode(intent.body["rows"])) == 32
