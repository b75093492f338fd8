"""A backup in a thief's hands, an old one in an operator's (custody rules 4 and 10): noise to the
one, and nobody who left comes back through the other."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.protect.keytree import Root, Table
from facekeep.storage import keys, restoration
from facekeep.storage.archives import KEYS_HORIZON_DAYS, split_keys_archive
from facekeep.storage.backup import Backup, Shelf
from facekeep.storage.custody import Custody
from facekeep.storage.reset import Scope
from facekeep.storage.restoration import Restored, Restoring
from facekeep.terms.errors import (
    AdoptionRequired,
    Broken,
    FacekeepError,
    Misused,
    NotSignedIn,
    Refused,
    Tampered,
    WrongPassphrase,
)
from tests.attacks.http import api_key
from tests.attacks.toolkit import DAY, PASSPHRASE, Site, agree


@pytest.fixture
def shelf(site: Site) -> Shelf:
    """Two folders on other disks."""
    for name in ("backups", "keys"):
        (site.folder / name).mkdir()
    return Shelf(site.folder / "backups", site.folder / "keys")


@pytest.fixture
def backup(site: Site, shelf: Shelf) -> Backup:
    """Alice and Bob enrolled, everything copied while the home was open; then it is closed."""
    with site.open() as house:
        site.enrol(house, "alice")
        site.enrol(house, "bob")
        return house.backups.make(shelf)


def wish(site: Site, backup: Backup, **other: Any) -> Restoring:
    """A restoration to where the home was."""
    plain = Restoring(
        backup.file, site.home, PASSPHRASE, site.settings.custody, site.clock, site.entropy
    )
    return replace(plain, **other)


def restore(site: Site, backup: Backup, **other: Any) -> Restored:
    """After the home's disk failed."""
    shutil.rmtree(site.home, ignore_errors=True)
    return assembly.restore(wish(site, backup, **other))


def is_empty(folder: Path) -> bool:
    """Whether nothing lies there."""
    return not folder.exists() or not any(folder.iterdir())


# -- a thief --------------------------------------------------------------------------------


def test_no_secret_lies_in_it(site: Site, backup: Backup) -> None:
    """Neither slot, passphrase, signing key, records key, wrapped key, reference nor a vector."""
    with site.open() as house:
        row = site.row(house, "alice")
        record = house.home.references.of_row(row.row)
        assert record is not None
        code = site.code(house, site.good_photo("alice"))
        secrets = {
            "passphrase": PASSPHRASE, "wrapped": row.wrapped, "words": record.words.tobytes(),
            "mac": record.mac, "row": row.row, "code": code.tobytes(),
            "vector": site.people.features(site.good_photo("alice")).vector.tobytes(),
            "records": (site.home / "records.key").read_bytes(), "subject": b"alice",
            "consent": row.grant.consent_id, "purpose": b"Gate", "sqlite": b"SQLite format",
        }  # fmt: skip
    secrets |= {
        "slot": (site.custody / "slot").read_bytes()[8:],
        "signing": (site.custody / "signing.key").read_bytes(),
    }
    assert backup.keys is not None
    for file in (backup.file, backup.keys):
        content = file.read_bytes()
        assert [name for name, secret in secrets.items() if secret in content] == []
        assert [n for n, secret in secrets.items() if secret.hex().encode() in content] == []


def test_without_custody_and_passphrase_it_opens_nothing(site: Site, backup: Backup) -> None:
    """The thief guesses, and has no slot and no archive key."""
    shutil.rmtree(site.settings.custody)
    with pytest.raises(Broken, match="signed"):
        restore(site, backup)
    assert is_empty(site.home)


def test_with_the_current_stores_it_still_opens_nothing(
    site: Site, backup: Backup, tmp_path: Path
) -> None:
    """Backup, key archive, every store *and the passphrase*, but no custody: nobody's key opens."""
    stolen = tmp_path / "stolen"
    shutil.copytree(site.home, stolen / "home")
    vkey = (stolen / "home" / "ledger.pub").read_text().strip()
    plain = wish(site, backup, to=stolen / "back", custodies=stolen / "none", key=vkey)
    assert backup.keys is not None
    with pytest.raises(Refused, match="withdrew"):
        assembly.restore(plain)
    with pytest.raises(Refused, match="older"):
        assembly.restore(replace(plain, keys=backup.keys, everybody_anew=True))
    came = assembly.restore(replace(plain, everybody_anew=True))
    assert (came.references, came.enrolled, came.people) == (0, 0, 0)
    assert backup.file.stat().st_size > 0


def test_a_wrong_passphrase_leaves_nothing(site: Site, backup: Backup) -> None:
    """Refused before a byte is written."""
    with pytest.raises(WrongPassphrase):
        restore(site, backup, passphrase=b"guess")
    assert is_empty(site.home)


def test_the_archived_slot_dies_with_the_restoration(site: Site, backup: Backup) -> None:
    """What the key archive holds does not open the restored home, its archive key still living."""
    with site.open() as house:
        assert backup.keys is not None
        _, plain = house.home.archives.open(backup.keys, int(site.clock()))
    slot, _ = split_keys_archive(plain)
    restore(site, backup, keys=backup.keys)
    with site.open() as house:
        assert site.matches(house, "alice")
        row = house.home.vault.store.one("SELECT sealed FROM tree")
        assert row is not None
        with pytest.raises(Tampered):
            Table.open(bytes(row[0]), slot)
        assert site.matches(house, "bob")


# -- flipped bytes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "member",
    ["records.sealed", "references.sealed", "papers.sealed", "root.json", "checkpoint.note",
     "MANIFEST.json", "MANIFEST.sig"],
)  # fmt: skip
def test_a_flipped_byte_is_named(site: Site, backup: Backup, member: str) -> None:
    """By the member it lies in, and nothing is restored."""
    content = bytearray(backup.file.read_bytes())
    at = content.index(member.encode()) + len(member) + 5
    content[at] ^= 1
    backup.file.write_bytes(content)
    with pytest.raises(Tampered, match=member):
        restore(site, backup)
    assert is_empty(site.home)


@pytest.mark.parametrize("keep", [0, 100, -1, -5000])
def test_a_cut_backup_is_refused(site: Site, backup: Backup, keep: int) -> None:
    """However little is missing."""
    backup.file.write_bytes(backup.file.read_bytes()[:keep])
    with pytest.raises(Tampered):
        restore(site, backup)
    assert is_empty(site.home)


def test_a_flipped_byte_of_the_key_archive_is_refused(site: Site, backup: Backup) -> None:
    """And leaves neither home nor slot behind."""
    assert backup.keys is not None
    slot = (site.custody / "slot").read_bytes()
    content = bytearray(backup.keys.read_bytes())
    content[-40] ^= 1
    backup.keys.write_bytes(content)
    with pytest.raises(Tampered):
        restore(site, backup, keys=backup.keys)
    assert is_empty(site.home)
    assert (site.custody / "slot").read_bytes() == slot


def test_a_backup_of_somebody_elses_making_is_refused(
    site: Site, backup: Backup, tmp_path: Path
) -> None:
    """Whoever knows the root's public half can seal, and cannot sign."""
    (tmp_path / "b").mkdir()
    other = Site(tmp_path / "b", site.clock, site.people).found()
    with other.open() as house:
        forged = house.backups.make(Shelf(tmp_path / "b"))
    with pytest.raises(Tampered, match=r"MANIFEST\.sig"):
        restore(site, forged)


# -- old ones -------------------------------------------------------------------------------


def test_an_old_backup_revives_nobody_who_withdrew(site: Site, backup: Backup) -> None:
    """Records, references and keys of before; the erasure list of now."""
    with site.open() as house:
        house.withdrawals.withdraw("alice", "gate")
    restore(site, backup, keys=backup.keys)
    with site.open() as house:
        with pytest.raises(Refused):
            site.ask(house, "alice")
        assert not house.home.directory.persons("alice", "gate")
        assert house.home.references.identifiers() == {r.row for r in house.home.vault.every()}
        assert site.matches(house, "bob")


def test_without_the_erasure_list_it_is_refused(site: Site, backup: Backup) -> None:
    """A list from before the backup, or one that lost a line, tells nothing."""
    with site.open() as house:
        house.withdrawals.withdraw("alice", "gate")
    path = site.custody / "erasures.jsonl"
    whole = path.read_bytes()
    for cut in (b"", whole.split(b"\n", 1)[1] if whole.count(b"\n") > 2 else b""):
        path.write_bytes(cut)
        with pytest.raises(Refused, match="withdrew"):
            restore(site, backup, keys=backup.keys)
        assert is_empty(site.home)


def test_with_custody_lost_everybody_is_asked_again(site: Site, backup: Backup) -> None:
    """Somebody withdrew and nobody knows who: no consent stands, the ledger does."""
    vkey = (site.home / "ledger.pub").read_text().strip()
    with site.open() as house:
        house.withdrawals.withdraw("alice", "gate")
    shutil.rmtree(site.settings.custody)
    came = restore(site, backup, key=vkey, everybody_anew=True)
    assert came.people == 0
    assert came.entries >= backup.entries
    with site.open() as house:
        for subject in ("alice", "bob"):
            with pytest.raises(Refused):
                site.ask(house, subject)
        site.enrol(house, "bob")
        assert site.matches(house, "bob")


def test_an_old_key_archive_dies(site: Site, backup: Backup) -> None:
    """After its week nothing opens it, whatever the clock says later."""
    site.clock.advance(KEYS_HORIZON_DAYS * DAY)
    with site.open(locked=True):
        pass
    site.clock.advance(-DAY)
    with pytest.raises(Refused, match="died"):
        restore(site, backup, keys=backup.keys)
    assert is_empty(site.home)


def test_a_replaced_key_does_not_come_back(site: Site, backup: Backup) -> None:
    """A leaked reference was reset: the archive that would undo it is dead."""
    with site.open() as house:
        house.resetter.renew(Scope(subject="alice"), "references")
    with pytest.raises(Refused, match="died"):
        restore(site, backup, keys=backup.keys)


def test_after_thirty_days_references_are_gone_and_consents_come(
    site: Site, backup: Backup
) -> None:
    """The records have no horizon of ours: they are evidence."""
    site.clock.advance(31 * DAY)
    with site.open(locked=True):
        pass
    came = restore(site, backup)
    assert (came.references, came.enrolled) == (0, 0)
    with site.open() as house:
        assert house.home.directory.persons("bob", "gate")


def test_the_restored_home_has_a_key_of_its_own(site: Site, backup: Backup) -> None:
    """Old copies of the home are refused, and the first backup can be restored once more."""
    old = site.backup("old")
    restore(site, backup, keys=backup.keys)
    again = site.backup("restored")
    site.restore(old)
    with pytest.raises((AdoptionRequired, Tampered)), site.open():
        pass
    site.restore(again)
    with site.open() as house:
        assert site.matches(house, "alice")
    restore(site, backup)
    with site.open(locked=True) as house:
        assert house.home.directory.persons("alice", "gate")


def test_beside_a_living_home_it_is_another_one(site: Site, backup: Backup) -> None:
    """Two homes under one slot make each other's keys noise: no keys, a custody of its own."""
    beside = site.folder / "beside"
    with pytest.raises(Refused, match="still stands"):
        assembly.restore(wish(site, backup, to=beside, keys=backup.keys))
    assert is_empty(beside)
    came = assembly.restore(wish(site, backup, to=beside))
    assert came.enrolled == 0
    with site.open() as house:
        assert site.matches(house, "alice")


# -- trying it ------------------------------------------------------------------------------


def test_a_trial_changes_nothing(site: Site, backup: Backup) -> None:
    """It says what would come back; the home at work, its slot and its anchor stay as they are."""
    before = {p.name: p.read_bytes() for p in site.custody.iterdir() if p.is_file()}
    tried = assembly.try_restoring(wish(site, backup))
    whole = assembly.try_restoring(wish(site, backup, keys=backup.keys))
    assert (tried.people, tried.enrolled) == (2, 0)
    assert (whole.people, whole.enrolled, whole.references) == (2, 2, 2)
    assert {p.name: p.read_bytes() for p in site.custody.iterdir() if p.is_file()} == before
    assert len(list(site.settings.custody.iterdir())) == 1
    with site.open() as house:
        assert site.matches(house, "alice")


def test_keys_and_references_are_tried_in_memory_alone(
    site: Site, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk they would lie together in blocks it calls free; without room in memory it is refused."""
    monkeypatch.setattr(restoration, "MEMORY", site.folder / "no such place")
    with pytest.raises(Broken, match="no room in memory"):
        assembly.try_restoring(wish(site, backup, keys=backup.keys))
    assert assembly.try_restoring(wish(site, backup)).people == 2


def test_what_a_killed_export_left_goes_at_the_next_start(site: Site) -> None:
    """A bundle that nobody was given does not stay in the home."""
    left = site.home / "export-k1lled"
    left.mkdir()
    (left / "evidence.zip").write_bytes(b"half a bundle")
    with site.open(locked=True):
        assert not left.exists()


# -- making it ------------------------------------------------------------------------------


def test_it_is_in_the_ledger_by_its_digest(site: Site, house: House, shelf: Shelf) -> None:
    """Whoever holds the ledger can tell our backups from others."""
    made = house.backups.make(shelf)
    entry = house.home.records.rows("SELECT leaf FROM ledger_entry ORDER BY idx")[-1]
    told = json.loads(entry[0])
    assert told["kind"] == "storage:archive:sealed"
    assert told["public"]["manifest"] == made.digest


def test_places_that_protect_nothing_are_refused(site: Site, house: House, shelf: Shelf) -> None:
    """Inside the home, inside custody, keys beside references."""
    wrong = (
        Shelf(site.home), Shelf(site.custody), Shelf(site.folder / "none"),
        Shelf(shelf.folder, shelf.folder), Shelf(shelf.folder, site.home),
    )  # fmt: skip
    for one in wrong:
        with pytest.raises(Misused):
            house.backups.make(one)
    assert is_empty(shelf.folder)


def test_a_failed_backup_leaves_no_key(
    site: Site, house: House, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up half way: no file, no archive key, and the cause by its name."""
    import facekeep.storage.backup as room

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room, "papers_of", full)
    with pytest.raises(Broken, match="disk is full"):
        house.backups.make(shelf)
    assert is_empty(shelf.folder)
    assert not list((site.custody / "archive-keys").glob("*.key"))


def test_nothing_is_overwritten(site: Site, house: House, shelf: Shelf) -> None:
    """A second one within the second, and a home that lies where one should come."""
    made = house.backups.make(shelf)
    content = made.file.read_bytes()
    with pytest.raises(Broken, match="exists"):
        house.backups.make(shelf)
    assert made.file.read_bytes() == content
    with pytest.raises(Broken, match="empty"):
        assembly.restore(wish(site, made))


def test_the_home_works_on_while_it_is_copied(site: Site, house: House, shelf: Shelf) -> None:
    """Between two copies somebody withdraws: the restored home does not know her."""
    site.enrol(house, "alice")
    site.enrol(house, "bob")
    left: list[int] = []

    def leave(done: int, total: int, /) -> None:
        if done == 1:
            house.withdrawals.withdraw("alice", "gate")
            left.append(total)

    made = house.backups.make(shelf, leave)
    house.close()
    restore(site, made, keys=made.keys)
    assert left
    with site.open() as again:
        assert again.home.references.identifiers() == {r.row for r in again.home.vault.every()}
        with pytest.raises(FacekeepError):
            site.ask(again, "alice")
        assert site.matches(again, "bob")


def test_root_in_the_backup_is_closed(backup: Backup) -> None:
    """It is what the key store keeps: noise without the passphrase."""
    from facekeep.ledger.parcel import _places

    with backup.file.open("rb") as file:
        place = _places(file)["root.json"]
        file.seek(place.start)
        told = json.loads(file.read(place.size))
    assert set(told) == {"salt", "cost", "wrapped", "evidence_public"}


def test_consent_given_again_survives(site: Site, backup: Backup, shelf: Shelf) -> None:
    """Withdrawn, given again, copied, restored: the new consent stands."""
    with site.open() as house:
        house.withdrawals.withdraw("alice", "gate")
        agree(house, "alice")
        site.enrol(house, "alice")
        site.clock.advance(60)
        later = house.backups.make(shelf)
    restore(site, later, keys=later.keys)
    with site.open() as house:
        assert site.matches(house, "alice")
        assert Custody(site.custody).knows_archive(json.loads(_header(later))["id"])
        assert keys.hangs_on(house.home.vault.store, house.home.custody)
        Root.open(house.home.vault.sealed_root, PASSPHRASE)


def _header(made: Backup) -> bytes:
    assert made.keys is not None
    return made.keys.read_bytes().split(b"\n", 2)[1]


def test_programs_and_sessions_do_not_come_back(site: Site, shelf: Shelf) -> None:
    """A key that was revoked since the backup would open again: every one is revoked."""
    with site.open() as house:
        text = api_key(house, "gate:verification")
        assert not house.home.api_keys.known(text, site.clock()).revoked
        made = house.backups.make(shelf)
    came = restore(site, made)
    assert any("API keys revoked" in line for line in came.done)
    with site.open() as house:
        with pytest.raises(NotSignedIn):
            house.home.api_keys.known(text, site.clock())
        assert house.home.records.rows("SELECT count(*) FROM session")[0][0] == 0


def test_a_home_does_not_come_to_lie_beside_its_slot(site: Site, backup: Backup) -> None:
    """One copy would take both."""
    with pytest.raises(Misused, match="beside its slot"):
        assembly.restore(wish(site, backup, to=site.custody / "home"))


def test_no_byte_of_it_may_differ(site: Site, backup: Backup) -> None:
    """Flipped at two hundred places from the first byte to the last: refused each time, nothing left."""
    whole = backup.file.read_bytes()
    for at in (*range(0, len(whole), len(whole) // 200), len(whole) - 1):
        flipped = bytearray(whole)
        flipped[at] ^= 0x10
        backup.file.write_bytes(flipped)
        with pytest.raises(Tampered):
            assembly.restore(wish(site, backup, to=site.folder / "x"))
        assert is_empty(site.folder / "x")


@pytest.mark.parametrize("room", ["_audit", "_bring_keys", "_tidied"])
def test_an_interrupted_restoration_is_no_home(
    site: Site, backup: Backup, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed half way: nobody takes what lies there for a home, and it can be done once more."""
    shutil.rmtree(site.home)
    with monkeypatch.context() as killed:
        killed.setattr(restoration, room, _die)
        killed.setattr(shutil, "rmtree", lambda *_, **__: None)  # a kill tidies nothing up
        with pytest.raises(KeyboardInterrupt):
            assembly.restore(wish(site, backup, keys=backup.keys))
    with pytest.raises(Broken, match="no home"), site.open():
        pass
    restore(site, backup, keys=backup.keys)
    with site.open() as house:
        assert site.matches(house, "alice")


def _die(*_: object) -> None:
    raise KeyboardInterrupt
