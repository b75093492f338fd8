"""Custody: slot, anchor, signing key and erasure list, each whole or as it was."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekeep.storage import custody as module
from facekeep.storage.custody import (
    SLOT_BYTES,
    Anchor,
    Custody,
    Erasure,
    destroy_file,
    machine_id,
    refuse_inside,
    replace_file,
)
from facekeep.terms.errors import Broken, StoreMissing, Tampered

ANCHOR = Anchor("aa", 1, "machine", "/home", "bb", "", 3, "cc")


def erasure(n: int, *, departed: bool = False) -> Erasure:
    return Erasure(f"{n:032x}", f"{n + 100:032x}", n, departed)


@pytest.fixture
def custody(tmp_path: Path) -> Custody:
    return Custody.create(tmp_path / "custody", tmp_path / "home")


@pytest.fixture
def slotted(custody: Custody) -> Custody:
    """A custody with a living slot of generation 1."""
    custody.prepare_slot(1, os.urandom)
    custody.promote_slot(1)
    return custody


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A process whose umask lets everybody in."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def failing_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk does not answer")

    monkeypatch.setattr(os, "replace", fail)


# -- the folder -----------------------------------------------------------------------------


@pytest.mark.usefixtures("open_umask")
def test_everything_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    """The folder is 0700, every file in it 0600."""
    custody = Custody.create(tmp_path / "custody", tmp_path / "home")
    custody.prepare_slot(1, os.urandom)
    custody.promote_slot(1)
    custody.prepare_slot(2, os.urandom)
    custody.set_anchor(ANCHOR)
    custody.draw_signing_seed(os.urandom)
    custody.remember_erasures([erasure(1)])
    assert stat.S_IMODE(custody.folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in custody.folder.iterdir()}
    names = ("slot", "slot.next", "anchor.json", "signing.key", "erasures.jsonl")
    assert modes == dict.fromkeys(names, 0o600)


@pytest.mark.parametrize("inside", [".", "custody", "deep/er", "../home/custody"])
def test_custody_inside_its_home_is_refused(tmp_path: Path, inside: str) -> None:
    """Every copy of the home would take both, whichever way the path is spelled."""
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(Broken):
        refuse_inside(home / inside, home)
    with pytest.raises(Broken):
        Custody.create(home / inside, home)


def test_custody_inside_through_a_link_is_refused(tmp_path: Path) -> None:
    """A symbolic link does not lead out of the home."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "link").symlink_to(home)
    with pytest.raises(Broken):
        Custody.create(tmp_path / "link" / "custody", home)


def test_folder_beside_with_the_homes_name_as_a_prefix_is_outside(tmp_path: Path) -> None:
    """``home-custody`` does not lie in ``home``."""
    assert Custody.create(tmp_path / "home-custody", tmp_path / "home").folder.is_dir()


def test_folder_of_another_homes_slot_is_refused(slotted: Custody, tmp_path: Path) -> None:
    """Two homes on one slot would make each other's keys noise."""
    living = slotted.slot(1)
    with pytest.raises(Broken):
        Custody.create(slotted.folder, tmp_path / "other")
    assert slotted.slot(1) == living


# -- slot -----------------------------------------------------------------------------------


def test_missing_slot_is_missing(custody: Custody) -> None:
    """No slot at all: the way out is adoption."""
    with pytest.raises(StoreMissing, match="adopt"):
        custody.slot(1)
    assert custody.generations() == set()


@pytest.mark.parametrize("content", [b"", b"short", bytes(8 + SLOT_BYTES), bytes(9 + SLOT_BYTES)])
def test_emptied_or_cut_slot_counts_as_missing(slotted: Custody, content: bytes) -> None:
    """A slot of zeros is one that was overwritten."""
    (slotted.folder / "slot").write_bytes(content)
    with pytest.raises(StoreMissing):
        slotted.slot(1)


def test_slot_of_another_generation_is_tampered(slotted: Custody) -> None:
    """The key store is not the one this slot belongs to."""
    with pytest.raises(Tampered):
        slotted.slot(2)


def test_prepared_slot_lies_beside_the_living_one(slotted: Custody) -> None:
    """Until the re-keying commits both open."""
    living, following = slotted.slot(1), slotted.prepare_slot(2, os.urandom)
    assert len(following) == SLOT_BYTES
    assert following != living
    assert slotted.generations() == {1, 2}
    assert (slotted.slot(1), slotted.slot(2)) == (living, following)


def test_promotion_replaces_the_living_slot_once(slotted: Custody) -> None:
    """The second call, and one for another generation, change nothing."""
    following = slotted.prepare_slot(2, os.urandom)
    for other in (1, 3):
        slotted.promote_slot(other)
        assert slotted.generations() == {1, 2}
    for _ in range(2):
        slotted.promote_slot(2)
        assert slotted.generations() == {2}
        assert slotted.slot(2) == following


def test_promotion_overwrites_the_old_slots_bytes(slotted: Custody, tmp_path: Path) -> None:
    """Seen through a second name of the same file: zeros, not the old secret."""
    second = tmp_path / "second name"
    os.link(slotted.folder / "slot", second)
    slotted.prepare_slot(2, os.urandom)
    slotted.promote_slot(2)
    assert not any(second.read_bytes())


def test_crash_between_overwriting_and_renaming_keeps_the_prepared_slot(
    slotted: Custody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start promotes it."""
    following = slotted.prepare_slot(2, os.urandom)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("power")))
        with pytest.raises(OSError, match="power"):
            slotted.promote_slot(2)
    assert slotted.generations() == {2}
    slotted.promote_slot(2)
    assert slotted.slot(2) == following


def test_discarding_forgets_the_prepared_slot_only(slotted: Custody, tmp_path: Path) -> None:
    """Overwritten and gone; a second call and one without a prepared slot do nothing."""
    living = slotted.slot(1)
    slotted.prepare_slot(2, os.urandom)
    os.link(slotted.folder / "slot.next", tmp_path / "second name")
    for _ in range(2):
        slotted.discard_prepared_slot()
        assert slotted.generations() == {1}
    assert slotted.slot(1) == living
    assert not any((tmp_path / "second name").read_bytes())


def test_preparing_again_replaces_what_never_committed(slotted: Custody) -> None:
    """One prepared slot at a time."""
    first, second = (slotted.prepare_slot(2, os.urandom) for _ in range(2))
    assert first != second == slotted.slot(2)


# -- anchor and signing key -----------------------------------------------------------------


def test_anchor_returns_as_it_was(custody: Custody) -> None:
    """Every field; the last one remembered wins."""
    with pytest.raises(StoreMissing):
        custody.anchor()
    custody.set_anchor(Anchor("zz", 9, "m", "路径", "", "", 0, ""))
    custody.set_anchor(ANCHOR)
    assert custody.anchor() == ANCHOR


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"home": "aa"}', b"null"])
def test_anchor_that_cannot_be_read_is_tampered(custody: Custody, content: bytes) -> None:
    """It vouches for nothing."""
    (custody.folder / "anchor.json").write_bytes(content)
    with pytest.raises(Tampered):
        custody.anchor()


def test_anchor_with_an_unknown_field_is_tampered(custody: Custody) -> None:
    """Nobody adds to what we wrote."""
    custody.set_anchor(ANCHOR)
    path = custody.folder / "anchor.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"more": 1}))
    with pytest.raises(Tampered):
        custody.anchor()


def test_signing_seed_is_kept_until_a_new_one_is_drawn(custody: Custody) -> None:
    """32 bytes; a new draw replaces it."""
    with pytest.raises(StoreMissing):
        custody.signing_seed()
    first = custody.draw_signing_seed(os.urandom)
    assert custody.signing_seed() == first
    second = custody.draw_signing_seed(os.urandom)
    assert custody.signing_seed() == second != first
    assert len(second) == 32


# -- erasure list ---------------------------------------------------------------------------


def test_erasures_are_remembered_oldest_first(custody: Custody) -> None:
    """Appended over several calls, read back field for field; an unwritten list is empty."""
    assert list(custody.erasures()) == []
    told = [erasure(1), erasure(2, departed=True), Erasure("", "ff", 3, departed=True)]
    custody.remember_erasures(told[:2])
    custody.remember_erasures([])
    custody.remember_erasures(told[2:])
    assert list(custody.erasures()) == told


def test_archive_notes_are_no_erasures(custody: Custody) -> None:
    """They share the list and stay apart in it."""
    custody.remember_erasures([erasure(1)])
    assert not custody.knows_archive("a")
    custody.remember_archive("a", 5)
    custody.remember_erasures([erasure(2)])
    assert custody.knows_archive("a")
    assert not custody.knows_archive("b")
    assert list(custody.erasures()) == [erasure(1), erasure(2)]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_line_torn_anywhere_costs_itself_only(custody: Custody, cut: int) -> None:
    """Whoever repeats the act writes a whole line after the torn one."""
    custody.remember_erasures([erasure(1), erasure(2)])
    path = custody.folder / "erasures.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    assert list(custody.erasures())[:1] == [erasure(1)]
    custody.remember_archive("a", 1)
    custody.remember_erasures([erasure(2), erasure(3)])
    assert custody.knows_archive("a")
    kept = list(custody.erasures())
    assert kept[0] == erasure(1)
    assert kept[-2:] == [erasure(2), erasure(3)]


# -- files ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("failing_rename")
def test_failed_rename_leaves_the_old_content(tmp_path: Path) -> None:
    """The old content or the new one, never a part."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="disk"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.usefixtures("failing_rename")
def test_failed_rename_makes_no_file_where_none_was(custody: Custody) -> None:
    """An anchor that was never written is missing, not empty."""
    with pytest.raises(OSError, match="disk"):
        custody.set_anchor(ANCHOR)
    with pytest.raises(StoreMissing):
        custody.anchor()


def test_full_disk_leaves_the_old_content_and_hinders_nobody_after(
    custody: Custody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A half-written neighbour is written over by the next who comes."""
    custody.set_anchor(ANCHOR)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            custody.set_anchor(Anchor("longer" * 99, 2, "m", "p", "", "", 0, ""))
    assert custody.anchor() == ANCHOR
    shorter = Anchor("", 2, "", "", "", "", 0, "")
    custody.set_anchor(shorter)
    assert custody.anchor() == shorter


def test_file_and_folder_are_synced_around_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, rename, folder: what was acknowledged survives a power cut."""
    acts: list[str] = []
    sync, rename = os.fsync, os.replace

    def synced(handle: int) -> None:
        acts.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renamed(*names: Path) -> None:
        acts.append("rename")
        rename(*names)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    replace_file(tmp_path / "file", b"new")
    assert acts == ["file", "rename", "folder"]


def test_destroyed_file_is_overwritten_and_gone(tmp_path: Path) -> None:
    """Seen through a second name; destroying nothing is no error."""
    path = tmp_path / "key"
    path.write_bytes(b"secret")
    os.link(path, tmp_path / "second")
    for _ in range(2):
        destroy_file(path)
        assert not path.exists()
    assert (tmp_path / "second").read_bytes() == bytes(6)


def test_machine_without_a_name_is_called_by_its_network_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twelve hex digits, the same each time."""
    monkeypatch.setattr(module.Path, "exists", lambda _: False)
    assert machine_id() == machine_id() == f"{int(machine_id(), 16):012x}"
