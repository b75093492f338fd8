"""Snapshots, clones and lost parts (custody rule 10): refused until somebody adopts and says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.ledger import log
from facekeep.storage.custody import Custody, Erasure
from facekeep.terms.errors import (
    AdoptionRequired,
    FacekeepError,
    Misused,
    Refused,
    StoreMissing,
    Tampered,
    WrongPassphrase,
)
from tests.attacks.toolkit import STORES, Site, agree


@pytest.fixture
def settled(site: Site) -> Site:
    """Alice and Bob enrolled, the home closed."""
    with site.open() as house:
        site.enrol(house, "alice")
        site.enrol(house, "bob")
    return site


def refused_to_open(site: Site, *errors: type[FacekeepError]) -> None:
    with pytest.raises(errors or AdoptionRequired), site.open():
        pass


def test_whole_home_rolled_back_is_refused(settled: Site) -> None:
    """It is consistent with itself; only the anchor outside remembers better."""
    old = settled.backup("old")
    with settled.open() as house:
        house.withdrawals.withdraw("alice", "gate")
    settled.restore(old)
    refused_to_open(settled, AdoptionRequired, Tampered)


def test_home_rolled_back_within_one_start_is_refused(settled: Site) -> None:
    """A copy taken while the home is open carries the same mark; a crash leaves no closing note."""
    opened = settled.enter()
    old = settled.backup("old", "records")
    settled.ask(opened, "alice")
    opened.withdrawals.withdraw("alice", "gate")
    _crash(opened)
    settled.restore(old, "records")
    refused_to_open(settled, AdoptionRequired, Tampered)


def _crash(house: House) -> None:
    """As kill -9 would: nothing is written on the way out."""
    home = house.home
    for store in (home.records, home.references.store, home.vault.store):
        store.close()
    house._lock.release()


@pytest.mark.parametrize("store", STORES)
def test_one_store_older_than_its_twins_is_refused(settled: Site, store: str) -> None:
    """Each store carries the label of the last start."""
    old = settled.backup("old", store)
    with settled.open() as house:
        settled.enrol(house, "carol")
    settled.restore(old, store)
    refused_to_open(settled, AdoptionRequired, Tampered)


@pytest.mark.parametrize("store", STORES)
def test_another_homes_store_is_refused(settled: Site, tmp_path: Path, store: str) -> None:
    """A store names its home."""
    (tmp_path / "b").mkdir()
    other = Site(tmp_path / "b", settled.clock, settled.people).found()
    settled.restore(other.backup("taken", store), store)
    refused_to_open(settled, Tampered)


@pytest.mark.parametrize("store", STORES)
def test_missing_or_truncated_store_is_refused(settled: Site, store: str) -> None:
    """Half a file, an empty file and no file are three clear words, and nothing is lost."""
    file = settled.file(store)
    whole = file.read_bytes()
    for part in (whole[: len(whole) // 2], whole[:50], b"", b"x" * len(whole)):
        file.write_bytes(part)
        refused_to_open(settled, Tampered)
    file.unlink()
    refused_to_open(settled, StoreMissing)
    file.write_bytes(whole)
    with settled.open() as house:
        assert settled.matches(house, "alice")


def test_clone_is_refused(settled: Site) -> None:
    """A copy in another place would be a second ledger under one key."""
    clone = Site(settled.folder, settled.clock, settled.people)
    clone.home = settled.folder / "clone"
    shutil.copytree(settled.home, clone.home)
    refused_to_open(clone)


def test_adopted_clone_leaves_the_original_alone(settled: Site) -> None:
    """It gets custody of its own: two homes under one slot would make each other's keys noise."""
    clone = Site(settled.folder, settled.clock, settled.people)
    clone.home = settled.folder / "clone"
    shutil.copytree(settled.home, clone.home)
    clone.adopt("a second site")
    with clone.open() as copied:
        assert copied.home.vault.of_purpose("gate") == []
        clone.enrol(copied, "carol")
    with settled.open() as house:
        assert settled.matches(house, "alice")
        house.withdrawals.withdraw("bob", "gate")
    with clone.open() as copied:
        assert clone.matches(copied, "carol")


def test_home_on_another_machine_is_refused(settled: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The anchor remembers the machine."""
    for room in ("facekeep.assembly", "facekeep.storage.custody", "facekeep.storage.anchoring"):
        monkeypatch.setattr(f"{room}.machine_id", lambda: "another", raising=False)
    refused_to_open(settled)


@pytest.mark.parametrize("part", ["anchor.json", "slot", "signing.key"])
def test_missing_part_of_custody_is_refused(settled: Site, part: str) -> None:
    """Slot, anchor and signing key: each by its name, with the way out."""
    (settled.custody / part).unlink()
    refused_to_open(settled, StoreMissing)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"home":1}', b"\xff\xfe"])
def test_damaged_anchor_is_refused(settled: Site, content: bytes) -> None:
    """An anchor that cannot be read vouches for nothing."""
    (settled.custody / "anchor.json").write_bytes(content)
    refused_to_open(settled, Tampered, AdoptionRequired)


def test_rewritten_ledger_of_the_right_length_is_refused(settled: Site) -> None:
    """The anchor holds the root, not only the size."""
    with settled.sql("records") as raw:
        raw.execute("UPDATE ledger_entry SET hash = zeroblob(32) WHERE idx = 0")
        raw.execute("UPDATE ledger_node SET hash = zeroblob(32)")
    refused_to_open(settled, Tampered)


# -- adopting -------------------------------------------------------------------------------


def test_adoption_needs_passphrase_and_reason(settled: Site) -> None:
    """Taking a strange home in is an act of somebody, and is written down."""
    with pytest.raises(WrongPassphrase):
        settled.adopt(passphrase=b"guess")
    with pytest.raises(Misused):
        settled.adopt(because="  ")


@pytest.mark.parametrize(
    "restored",
    [("records",), ("keys",), ("references",), ("records", "references"),
     ("keys", "references"), ("records", "keys"), STORES],
)  # fmt: skip
def test_adoption_replays_the_erasures(settled: Site, restored: tuple[str, ...]) -> None:
    """Whatever is restored from before a withdrawal: nobody withdrawn can be verified."""
    old = settled.backup("old", *STORES)
    with settled.open() as house:
        house.withdrawals.withdraw("alice", "gate")
    settled.restore(old, *restored)
    settled.adopt()
    with settled.open() as house:
        with pytest.raises(Refused):
            settled.ask(house, "alice")
        assert house.home.references.identifiers() == {r.row for r in house.home.vault.every()}
        settled.enrol(house, "bob")
        assert settled.matches(house, "bob")
        log.audit(house.home.records.connection, house.home.signer.vkey)


def test_adopted_clone_has_a_key_of_its_own(settled: Site) -> None:
    """Two ledgers never sign under one key; the reason lies in the ledger."""
    with settled.open() as house:
        before = house.home.signer.vkey
    settled.adopt("moved to a new disk")
    with settled.open() as house:
        assert house.home.signer.vkey != before
        told = list(house.home.journal.story(house.home.own_chain()))
        assert any(t.details.get("because") == "moved to a new disk" for t in told)


def test_adoption_without_any_custody_starts_the_keys_anew(settled: Site) -> None:
    """Lost slot, lost list: every reference is noise, and everybody enrols again."""
    shutil.rmtree(settled.settings.custody)
    settled.adopt()
    with settled.open() as house:
        assert house.home.vault.every() == []
        settled.enrol(house, "alice")
        assert settled.matches(house, "alice")


def test_consent_given_again_survives_an_adoption(settled: Site) -> None:
    """The erasure list ends the old consent, not the new one."""
    with settled.open() as house:
        house.withdrawals.withdraw("alice", "gate")
        agree(house, "alice", "gate")
        settled.enrol(house, "alice")
    settled.adopt()
    with settled.open() as house:
        assert settled.matches(house, "alice")


def test_torn_erasure_line_is_completed_by_repeating_it(tmp_path: Path) -> None:
    """A crash in the middle of a line must not swallow the line that follows."""
    custody = Custody(tmp_path)
    first, second = (Erasure(n * 32, "cd" * 16, 1, departed=True) for n in ("a", "b"))
    custody.remember_erasures([first])
    torn = (tmp_path / "erasures.jsonl").read_bytes()[:-20]
    (tmp_path / "erasures.jsonl").write_bytes(torn)
    custody.remember_erasures([first, second])
    assert list(custody.erasures())[-2:] == [first, second]
