"""A witness on another disk: whole notes, read back, and a log that must continue them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from facekeep.ledger import log, witness_folder
from facekeep.ledger.checkpoint import Signer
from facekeep.ledger.entries import Entry
from facekeep.ledger.witness import Kind, Target, target_of
from facekeep.ledger.witness_folder import WitnessFolder
from facekeep.terms.errors import Broken, Misused, Tampered

MakeEntry = Callable[[int], Entry]
Append = Callable[[Sequence[Entry]], range]
Grow = Callable[[int], str]


@pytest.fixture
def grow(
    connection: sqlite3.Connection, append: Append, make_entry: MakeEntry, signer: Signer
) -> Grow:
    """Let the log grow to a size; returns its checkpoint."""

    def grown(size: int) -> str:
        append([make_entry(n) for n in range(log.size(connection), size)])
        return log.seal(connection, signer)

    return grown


def folder_of(path: Path, signer: Signer) -> WitnessFolder:
    path.mkdir(exist_ok=True)
    return WitnessFolder(path, signer.vkey)


def test_checkpoints_lie_there_whole_and_in_order(
    tmp_path: Path, connection: sqlite3.Connection, grow: Grow, signer: Signer
) -> None:
    """Plain notes by their size; the same one twice is one."""
    folder, growth = folder_of(tmp_path / "w", signer), partial(log.consistency, connection)
    assert folder.last() is None
    older = grow(5)
    assert folder.add(older, growth).size == 5
    newer = grow(12)
    assert folder.add(newer, growth).size == folder.add(newer, growth).size == 12
    assert folder.last() == newer
    assert sorted(one.name for one in (tmp_path / "w").iterdir()) == [
        "000000000005.checkpoint", "000000000012.checkpoint",
    ]  # fmt: skip
    assert (tmp_path / "w" / "000000000005.checkpoint").read_text() == older


def test_log_that_was_rolled_back_is_refused(
    tmp_path: Path, connection: sqlite3.Connection, grow: Grow, signer: Signer
) -> None:
    """The disk remembers more."""
    folder, growth = folder_of(tmp_path / "w", signer), partial(log.consistency, connection)
    older = grow(5)
    folder.add(grow(12), growth)
    with pytest.raises(Tampered, match="rolled back"):
        folder.add(older, growth)


def test_log_that_was_rewritten_is_refused(
    tmp_path: Path,
    connection: sqlite3.Connection,
    grow: Grow,
    signer: Signer,
    make_entry: MakeEntry,
) -> None:
    """Consistent with itself, signed by the right key, and another one."""
    folder, growth = folder_of(tmp_path / "w", signer), partial(log.consistency, connection)
    folder.add(grow(5), growth)
    for table in ("ledger_entry", "ledger_node", "ledger_checkpoint"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("BEGIN IMMEDIATE")
    log.append(connection, [make_entry(n + 100) for n in range(8)])
    connection.execute("COMMIT")
    with pytest.raises(Tampered):
        folder.add(log.seal(connection, signer), growth)


def test_checkpoint_of_another_log_is_no_witness(
    tmp_path: Path, connection: sqlite3.Connection, grow: Grow, signer: Signer
) -> None:
    """Nor is a forged one that lies there, nor one of another key that is brought."""
    folder, growth = folder_of(tmp_path / "w", signer), partial(log.consistency, connection)
    stranger = Signer(signer.name, bytes([7]) * 32)
    grow(3)
    forged = log.seal(connection, stranger)
    with pytest.raises(Tampered):
        folder.add(forged, growth)
    (tmp_path / "w" / "000000000009.checkpoint").write_text(forged)
    with pytest.raises(Tampered):
        folder.add(grow(4), growth)


def test_disk_that_is_not_there_is_no_empty_witness(tmp_path: Path, signer: Signer) -> None:
    """Nothing is made where a disk should be mounted."""
    with pytest.raises(Broken, match="not there"):
        WitnessFolder(tmp_path / "unmounted", signer.vkey)
    assert not (tmp_path / "unmounted").exists()


def test_disk_that_is_full_is_named(
    tmp_path: Path, connection: sqlite3.Connection, grow: Grow, signer: Signer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """And leaves no half a note behind by the name of a whole one."""

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    folder = folder_of(tmp_path / "w", signer)
    monkeypatch.setattr(witness_folder.os, "fsync", full)
    with pytest.raises(Broken, match="does not take"):
        folder.add(grow(5), partial(log.consistency, connection))
    assert folder.last() is None


def test_disk_that_gives_back_something_else_is_found_out(
    tmp_path: Path, connection: sqlite3.Connection, grow: Grow, signer: Signer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What was written is read again."""
    folder = folder_of(tmp_path / "w", signer)
    older = grow(5)
    monkeypatch.setattr(
        witness_folder, "_write", lambda file, note: file.write_text(older, encoding="utf-8")
    )
    with pytest.raises(Tampered, match="gives back"):
        folder.add(grow(6), partial(log.consistency, connection))


# -- how one is set ---------------------------------------------------------------------------


def test_three_kinds_are_understood(signer: Signer, tmp_path: Path) -> None:
    """A folder, another Facekeep by its key, a sheet."""
    assert target_of("printed") == Target(Kind.PRINTED)
    assert target_of(f"file:{tmp_path}") == Target(Kind.FOLDER, str(tmp_path))
    other = target_of(f"https://witness.example/face/#{signer.vkey}")
    assert other == Target(Kind.FACEKEEP, "https://witness.example/face", signer.vkey)
    assert (other.name, target_of("printed").name) == (signer.name, "printed")
    assert target_of(f"http://127.0.0.1:8430#{signer.vkey}").where == "http://127.0.0.1:8430"


@pytest.mark.parametrize(
    "told",
    ["", "file:", "file:relative", "https://witness.example", "https://witness.example#key",
     "http://witness.example#KEY", "https://a:b@witness.example#KEY", "https://#KEY",
     "https://witness.example:x#KEY", "https://witness.example?q=1#KEY", "ftp://host#KEY", "paper"],
)  # fmt: skip
def test_anything_else_is_refused(told: str, signer: Signer) -> None:
    """Above all an address without a key, and one that anybody may listen to."""
    with pytest.raises(Misused):
        target_of(told.replace("KEY", signer.vkey))
