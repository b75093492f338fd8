"""Archives have a horizon (custody rule 4): sealed, mortal, and no way round an erasure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.rights import receipts
from facekeep.storage.archives import (
    KEYS_HORIZON_DAYS,
    LONGEST_HORIZON_DAYS,
    REFERENCES_HORIZON_DAYS,
    Archive,
    split_keys_archive,
)
from facekeep.storage.reset import Scope
from facekeep.terms.errors import FacekeepError, Refused, Tampered
from tests.attacks.toolkit import DAY, Site


@pytest.fixture
def archived(site: Site, house: House) -> tuple[House, Path, Path]:
    """A home with Alice, and archives of both halves."""
    site.enrol(house, "alice")
    home, now = house.home, int(site.clock())
    references, keys = site.folder / "references.archive", site.folder / "keys.archive"
    home.archives.seal_references(home.references.store, references, now)
    home.archives.seal_keys(home.vault.store, home.vault.generation, keys, now)
    return house, references, keys


def test_archive_is_sealed(site: Site, archived: tuple[House, Path, Path]) -> None:
    """Neither the words of a reference nor a wrapped key nor the slot can be read in it."""
    house, *files = archived
    row = site.row(house, "alice")
    record = house.home.references.of_row(row.row)
    assert record is not None
    secrets = [record.words.tobytes(), row.wrapped, (site.custody / "slot").read_bytes()[8:]]
    assert not any(secret in file.read_bytes() for file in files for secret in secrets)


def test_archive_opens_before_its_horizon_and_not_after(
    site: Site, archived: tuple[House, Path, Path]
) -> None:
    """7 days for keys, 30 for references, never more."""
    house, references, keys = archived
    assert KEYS_HORIZON_DAYS <= LONGEST_HORIZON_DAYS >= REFERENCES_HORIZON_DAYS
    for path, days in ((keys, KEYS_HORIZON_DAYS), (references, REFERENCES_HORIZON_DAYS)):
        now = int(site.clock())
        house.home.archives.open(path, now + days * DAY - 1)
        with pytest.raises(Refused, match="died"):
            house.home.archives.open(path, now + days * DAY)


def test_dead_key_is_destroyed_at_the_next_start(
    site: Site, archived: tuple[House, Path, Path]
) -> None:
    """Past the horizon the key file is overwritten and gone, and turning the clock back is vain."""
    house, references, _ = archived
    sealed_at = int(site.clock())
    house.close()
    site.clock.advance(31 * DAY)
    with site.open(locked=True) as later, pytest.raises(Refused, match="died"):
        later.home.archives.open(references, sealed_at + 1)
    assert not list((site.custody / "archive-keys").glob("*.key"))


@pytest.mark.parametrize("field", ["dies_at", "sealed_at", "store", "id"])
def test_edited_header_does_not_open(
    archived: tuple[House, Path, Path], field: str, site: Site
) -> None:
    """A later death, another store or another id in the header breaks the seal."""
    house, references, _ = archived
    magic, header, sealed = references.read_bytes().split(b"\n", 2)
    told = json.loads(header)
    told[field] = told[field] + 10**9 if isinstance(told[field], int) else "../signing"
    forged = b"\n".join([magic, json.dumps(told).encode(), sealed])
    references.write_bytes(forged)
    with pytest.raises((Refused, Tampered)):
        house.home.archives.open(references, int(site.clock()))


@pytest.mark.parametrize(
    "content",
    [b"", b"facekeep archive 1\n", b"facekeep archive 1\n{}\nx", b"facekeep archive 1\n[]\nx",
     b'facekeep archive 1\n{"id":1,"store":2,"sealed_at":"a","dies_at":"b"}\nx', b"\xff" * 99],
)  # fmt: skip
def test_what_is_no_archive_is_tampered(site: Site, house: House, content: bytes) -> None:
    """Truncated, foreign or malformed files are ours to refuse."""
    path = site.folder / "strange"
    path.write_bytes(content)
    with pytest.raises(FacekeepError):
        house.home.archives.open(path, int(site.clock()))


def test_older_erasure_list_is_refused(site: Site, archived: tuple[House, Path, Path]) -> None:
    """A list from before the archive may lack erasures it should replay."""
    house, references, _ = archived
    (site.custody / "erasures.jsonl").write_bytes(b"")
    with pytest.raises(Refused, match="older"):
        house.home.archives.open(references, int(site.clock()))


def test_renewal_because_of_keys_ends_reference_archives(
    site: Site, archived: tuple[House, Path, Path]
) -> None:
    """An old key and an old reference together are a template: the archives' keys die at once."""
    house, *files = archived
    assert house.resetter.renew(Scope(), "keys").archives_ended == 2
    for file in files:
        with pytest.raises(Refused):
            house.home.archives.open(file, int(site.clock()))


def test_any_renewal_ends_archives_of_keys(site: Site, archived: tuple[House, Path, Path]) -> None:
    """They hold the keys that were replaced; references under other keys may lie where they are."""
    house, references, keys = archived
    assert house.resetter.renew(Scope(subject="alice"), "references").archives_ended == 1
    house.home.archives.open(references, int(site.clock()))
    with pytest.raises(Refused):
        house.home.archives.open(keys, int(site.clock()))


def test_receipt_names_the_horizon(site: Site, archived: tuple[House, Path, Path]) -> None:
    """The person is told when the last copy of a key dies; without an archive, that there is none."""
    house, *_ = archived
    receipt = house.withdrawals.withdraw("alice", "gate")
    proved = receipts.verify(receipt, house.home.signer.vkey)
    assert proved.horizon == site.clock() + KEYS_HORIZON_DAYS * DAY


def test_restored_keys_archive_replays_the_erasures(
    site: Site, archived: tuple[House, Path, Path]
) -> None:
    """Bring a key archive with its slot and old stores back: the withdrawn stay withdrawn."""
    house, _, keys = archived
    site.enrol(house, "bob")
    old = site.backup("old", "references", "records")
    _, plain = house.home.archives.open(keys, int(site.clock()))
    house.withdrawals.withdraw("alice", "gate")
    house.close()
    site.restore(old, "references", "records")
    slot, store = split_keys_archive(plain)
    site.restore(site.backup("empty", "none"), "keys")
    site.file("keys").write_bytes(store)
    generation = (site.custody / "slot").read_bytes()[:8]
    (site.custody / "slot").write_bytes((int.from_bytes(generation) - 1).to_bytes(8) + slot)
    site.adopt()
    with site.open() as again:
        with pytest.raises(Refused):
            site.ask(again, "alice")
        assert not again.home.directory.persons("alice", "gate")


def test_archive_is_remembered_with_its_store(archived: tuple[House, Path, Path]) -> None:
    """The keys' horizon counts archives of keys only."""
    house, *_ = archived
    living: list[Archive] = house.home.archives.living(0)
    assert sorted(archive.store for archive in living) == ["keys", "references"]
