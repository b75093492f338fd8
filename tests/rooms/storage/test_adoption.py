"""Adoption and anchoring: a home is taken in by somebody who says why, and loses nobody's ending."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.storage import anchoring
from facekeep.storage.anchoring import remember_head, take_new_marks
from facekeep.storage.custody import Anchor, Custody
from facekeep.storage.plot import Plot
from facekeep.storage.schema import STORES
from facekeep.terms.errors import Misused, StoreMissing, Tampered, WrongPassphrase
from tests.attacks.toolkit import Site
from tests.rooms.storage.shelf import Shelf

# -- anchoring ------------------------------------------------------------------------------

ANCHOR = Anchor("aa", 1, "m", "p", (b"m" * 16).hex(), "", 0, "")


def stores(shelf: Shelf) -> dict[str, Store]:
    held = (shelf.records, shelf.references.store, shelf.vault.store)
    return dict(zip(STORES, held, strict=True))


def test_start_labels_every_store_alike(shelf: Shelf) -> None:
    """Another label each time, and none left over."""
    seen = set()
    for _ in range(3):
        take_new_marks(shelf.custody, ANCHOR, stores(shelf), os.urandom)
        anchor = shelf.custody.anchor()
        assert {store.mark.hex() for store in stores(shelf).values()} == {anchor.mark}
        assert anchor.next_mark == ""
        seen.add(anchor.mark)
    assert len(seen) == 3


def test_two_crashes_between_labels_leave_no_third(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every store bears one of the two labels the anchor knows."""
    shelf.custody.set_anchor(ANCHOR)
    last = stores(shelf)["keys"]
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(last, "set_mark", lambda _: (_ for _ in ()).throw(OSError("power")))
            with pytest.raises(OSError, match="power"):
                take_new_marks(shelf.custody, shelf.custody.anchor(), stores(shelf), os.urandom)
        anchor = shelf.custody.anchor()
        marks = {store.mark.hex() for store in stores(shelf).values()}
        assert marks <= {anchor.mark, anchor.next_mark}
    anchoring._refuse_strange_marks(stores(shelf), shelf.custody.anchor())


def test_anchor_never_goes_back(site: Site) -> None:
    """A ledger that became shorter is tampered; what was remembered stays."""
    with site.open() as house:
        remember_head(house.home.custody, house.home.records)
        anchor = house.home.custody.anchor()
        assert anchor.ledger_size == log.size(house.home.records.connection)
        longer = replace(anchor, ledger_size=anchor.ledger_size + 1)
        house.home.custody.set_anchor(longer)
        with pytest.raises(Tampered, match="shorter"):
            remember_head(house.home.custody, house.home.records)
        assert house.home.custody.anchor() == longer
        house.home.custody.set_anchor(anchor)


# -- adoption -------------------------------------------------------------------------------


@pytest.fixture
def settled(site: Site) -> Site:
    with site.open() as house:
        site.enrol(house, "alice")
        site.enrol(house, "bob")
        house.withdrawals.withdraw("bob", "gate")
    return site


def test_each_adoption_is_a_new_instance_that_says_why(settled: Site) -> None:
    """Number, reason and the head before; everybody living still matches."""
    for number in (2, 3):
        settled.adopt(f"moved {number}")
        with settled.open() as house:
            home = house.home
            told = [t for t in home.journal.story(home.own_chain())
                    if t.entry.kind == "storage:home:adopted"][-1]  # fmt: skip
            assert (told.entry.public["instance"], told.details["because"]) == (
                number, f"moved {number}",
            )  # fmt: skip
            assert told.entry.public["size_before"] == told.index
            assert home.custody.anchor().instance == number
            assert (settled.home / f"ledger-{number - 1}.pub").is_file()
            assert settled.matches(house, "alice", settled.good_photo("alice", 100 * number))


@pytest.mark.parametrize("because", ["", "  \n"])
def test_adoption_without_a_reason_or_the_passphrase_changes_nothing(
    settled: Site, because: str
) -> None:
    """The home opens afterwards as before, under the same instance."""
    with pytest.raises(Misused):
        settled.adopt(because)
    with pytest.raises(WrongPassphrase):
        settled.adopt("restored", b"wrong")
    with settled.open() as house:
        assert house.home.custody.anchor().instance == 1
        assert settled.matches(house, "alice")


@pytest.mark.parametrize("lost", ["keys", "references"])
@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_lost_half_is_begun_anew_and_set_aside(settled: Site, lost: str, how: str) -> None:
    """Said so; consents and ledger stay, people enrol again."""
    file = settled.file(lost)
    file.write_bytes(b"x" * 5000) if how == "damaged" else file.unlink()
    done = settled.adopt()
    assert any(lost in line and "enrol again" in line for line in done)
    aside = file.with_name(f"{file.name}.set-aside")
    assert aside.exists() is (how == "damaged")
    with settled.open() as house:
        assert house.home.vault.every() == []
        assert house.home.references.identifiers() == set()
        assert [c.state for c in house.consents.show("alice", "gate")] == ["ConsentGiven"]
        settled.enrol(house, "alice")
        assert settled.matches(house, "alice")


def test_lost_records_are_never_begun_anew(settled: Site) -> None:
    """Without consents and ledger nothing here is lawful."""
    settled.file("records").unlink()
    with pytest.raises(StoreMissing):
        settled.adopt()
    assert not settled.file("records").exists()


def test_wrong_passphrase_sets_nothing_aside(settled: Site) -> None:
    """Whoever may not take the home in may not begin its stores anew."""
    settled.file("references").write_bytes(b"x" * 5000)
    with pytest.raises(WrongPassphrase):
        settled.adopt("restored", b"wrong")
    assert settled.file("references").read_bytes() == b"x" * 5000


def test_lost_custody_goes_where_the_spare_is(settled: Site) -> None:
    """A new folder, named in the home's file; an empty tree on a new slot."""
    before = Plot.read(settled.home)
    before.custody.rename(settled.folder / "taken away")
    done = settled.adopt()
    assert any("no slot" in line for line in done)
    after = Plot.read(settled.home)
    assert (after.id, after.path) == (before.id, before.path)
    assert Custody(after.custody).generations()
    with settled.open() as house:
        assert house.home.vault.every() == []
        assert house.home.custody.anchor().instance >= 2
