"""Archives: a horizon counted in days, keys that die on it, and nothing that outlives them."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from facekeep.storage.archives import (
    DAY,
    KEYS_HORIZON_DAYS,
    LONGEST_HORIZON_DAYS,
    REFERENCES_HORIZON_DAYS,
    Archives,
    split_keys_archive,
)
from facekeep.terms.errors import Refused
from tests.rooms.storage.shelf import Shelf

NOW = 1_000_000


@pytest.fixture
def archives(shelf: Shelf) -> Archives:
    return Archives(shelf.custody, os.urandom)


def seal(shelf: Shelf, archives: Archives, to: Path, kind: str, now: int = NOW):  # type: ignore[no-untyped-def]
    if kind == "keys":
        return archives.seal_keys(shelf.vault.store, shelf.vault.generation, to, now)
    return archives.seal_references(shelf.references.store, to, now)


@pytest.mark.parametrize(
    ("kind", "days"), [("keys", KEYS_HORIZON_DAYS), ("references", REFERENCES_HORIZON_DAYS)]
)
def test_horizon_is_the_days_of_its_kind(
    shelf: Shelf, archives: Archives, tmp_path: Path, kind: str, days: int
) -> None:
    """Alive until the last second, dead at the horizon itself; no kind beyond thirty days."""
    archive = seal(shelf, archives, tmp_path / "a", kind)
    assert (archive.store, archive.sealed_at, archive.dies_at) == (kind, NOW, NOW + days * DAY)
    assert days <= LONGEST_HORIZON_DAYS
    assert archives.living(archive.dies_at - 1) == [archive]
    archives.open(tmp_path / "a", archive.dies_at - 1)
    assert archives.living(archive.dies_at) == []
    with pytest.raises(Refused, match="died"):
        archives.open(tmp_path / "a", archive.dies_at)


def test_living_archives_end_with_the_longest_lived(
    shelf: Shelf, archives: Archives, tmp_path: Path
) -> None:
    """And the keys' horizon is the last of theirs alone."""
    assert archives.living(NOW) == []
    assert archives.horizon(NOW) is None
    r, k1, k2 = (
        seal(shelf, archives, tmp_path / n, kind, now)
        for n, kind, now in (
            ("r", "references", NOW),
            ("k2", "keys", NOW + DAY),
            ("k1", "keys", NOW),
        )
    )
    assert archives.living(NOW + DAY) == [k2, k1, r]
    assert archives.horizon(NOW + DAY) == k1.dies_at == NOW + 8 * DAY
    assert archives.horizon(k1.dies_at - 1) == k1.dies_at
    assert archives.horizon(k1.dies_at) is None


def test_expired_keys_are_destroyed_once(shelf: Shelf, archives: Archives, tmp_path: Path) -> None:
    """Those past their horizon only; a clock set back revives nothing."""
    short = seal(shelf, archives, tmp_path / "k", "keys")
    long = seal(shelf, archives, tmp_path / "r", "references")
    assert archives.end_expired(short.dies_at - 1) == []
    assert archives.end_expired(short.dies_at) == [short]
    assert archives.end_expired(short.dies_at) == []
    assert archives.living(NOW) == [long]
    with pytest.raises(Refused):
        archives.open(tmp_path / "k", NOW)


def test_key_leak_ends_archives_of_references_only(
    shelf: Shelf, archives: Archives, tmp_path: Path
) -> None:
    """An old key and an old reference together are a template."""
    keys = seal(shelf, archives, tmp_path / "k", "keys")
    gone = [seal(shelf, archives, tmp_path / f"r{n}", "references") for n in range(2)]
    assert sorted(archives.end_references(), key=lambda a: a.id) == sorted(gone, key=lambda a: a.id)
    assert archives.end_references() == []
    assert archives.living(NOW) == [keys]


def test_archive_of_references_is_the_store_itself(
    shelf: Shelf, archives: Archives, tmp_path: Path
) -> None:
    """With what was written last, and nothing of the keys."""
    row = shelf.reference()
    seal(shelf, archives, tmp_path / "r", "references")
    _, plain = archives.open(tmp_path / "r", NOW)
    (tmp_path / "copy.db").write_bytes(plain)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT row FROM reference").fetchall() == [(row,)]


def test_archive_of_keys_brings_its_slot(shelf: Shelf, archives: Archives, tmp_path: Path) -> None:
    """The slot of its own generation in front, the store behind."""
    row = shelf.key()
    seal(shelf, archives, tmp_path / "k", "keys")
    slot, store = split_keys_archive(archives.open(tmp_path / "k", NOW)[1])
    assert slot == shelf.custody.slot(shelf.vault.generation)
    (tmp_path / "copy.db").write_bytes(store)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT row FROM subject_key").fetchall() == [(row.row,)]


def test_keys_lie_closed_beside_the_slot(shelf: Shelf, archives: Archives, tmp_path: Path) -> None:
    """0700 and 0600; the archive itself is closed too, and each has a key of its own."""
    made = [seal(shelf, archives, tmp_path / f"r{n}", "references") for n in range(2)]
    folder = shelf.custody.folder / "archive-keys"
    assert {path.stem for path in folder.iterdir()} == {archive.id for archive in made}
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.iterdir(), tmp_path / "r0")]
    assert modes == [0o700, 0o600, 0o600, 0o600]
    assert len({path.read_bytes() for path in folder.iterdir()}) == 2
