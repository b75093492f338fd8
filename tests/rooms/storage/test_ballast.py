"""Room for withdrawals on a full disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from facekeep.storage import ballast
from facekeep.storage.ballast import BYTES, MARGIN, Ballast, is_full
from facekeep.terms.errors import DiskFull


class Disk:
    """A disk with so much room, for those who ask."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __call__(self, folder: Path) -> int:
        return self.room


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Room for everything, until a test takes it."""
    made = Disk(10 * BYTES)
    monkeypatch.setattr(ballast, "_free", made)
    return made


class Act:
    """Something that finds the disk full so many times, and is done then."""

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.failures, self.times = failures, 0
        self._error = error or DiskFull("records: the disk is full")

    def __call__(self) -> str:
        self.times += 1
        if self.times <= self.failures:
            raise self._error
        return "done"


def laid(folder: Path) -> Ballast:
    """One that lies there."""
    made = Ballast(folder / "ballast")
    assert made.lay()
    return made


def test_it_takes_real_room(tmp_path: Path, disk: Disk) -> None:
    """Blocks, not a hole in a file."""
    laid(tmp_path)
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= BYTES
    assert (tmp_path / "ballast").stat().st_mode & 0o077 == 0


def test_it_is_not_laid_where_it_would_fill_the_disk(tmp_path: Path, disk: Disk) -> None:
    """As much again must be free."""
    disk.room = BYTES + MARGIN - 1
    assert not Ballast(tmp_path / "ballast").lay()
    assert not (tmp_path / "ballast").exists()


def test_a_withdrawal_on_a_full_disk_is_carried_out_again(tmp_path: Path, disk: Disk) -> None:
    """In the room that is let go of."""
    kept, act = laid(tmp_path), Act(1)
    assert kept.lend(act) == "done"
    assert act.times == 2
    assert not (tmp_path / "ballast").exists()


def test_files_beside_the_stores_find_the_disk_full_too(tmp_path: Path, disk: Disk) -> None:
    """The erasure list, the slot."""
    act = Act(1, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert laid(tmp_path).lend(act) == "done"


def test_another_fault_lets_nothing_go(tmp_path: Path, disk: Disk) -> None:
    """Nor is it tried again."""
    kept, act = laid(tmp_path), Act(1, PermissionError(errno.EACCES, "no"))
    with pytest.raises(PermissionError):
        kept.lend(act)
    assert act.times == 1
    assert (tmp_path / "ballast").exists()


def test_with_nothing_to_let_go_the_fault_is_told(tmp_path: Path, disk: Disk) -> None:
    """Once is enough."""
    act = Act(1)
    with pytest.raises(DiskFull):
        Ballast(tmp_path / "ballast").lend(act)
    assert act.times == 1


def test_nobody_else_writes_into_the_room_for_leaving(tmp_path: Path, disk: Disk) -> None:
    """Until it can be laid again; then they do, without a restart."""
    kept = laid(tmp_path)
    kept.require()
    kept.lend(Act(1))
    disk.room = BYTES
    with pytest.raises(DiskFull) as refused:
        kept.require()
    assert "withdrawals" in refused.value.remedy
    disk.room = BYTES + MARGIN
    kept.require()
    assert (tmp_path / "ballast").stat().st_size == BYTES


def test_a_home_that_nobody_serves_needs_none(tmp_path: Path, disk: Disk) -> None:
    """Commands write as long as there is room."""
    disk.room = 0
    Ballast(tmp_path / "ballast").require()
    Ballast(tmp_path / "ballast").require_room()


def test_a_disk_without_a_page_is_named_before_anybody_asks(tmp_path: Path, disk: Disk) -> None:
    """What ``/readyz`` tells while the ballast still lies there."""
    kept = laid(tmp_path)
    kept.require_room()
    disk.room = 0
    kept.require()
    with pytest.raises(DiskFull):
        kept.require_room()


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (DiskFull("x"), True),
        (OSError(errno.EDQUOT, "x"), True),
        (OSError(errno.EIO, "x"), False),
        (ValueError(), False),
    ],
)
def test_what_says_that_a_disk_is_full(error: Exception, full: bool) -> None:
    """A share of it counts too."""
    assert is_full(error) is full
