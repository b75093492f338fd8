"""A witness on another disk: a folder of our checkpoints, each a plain note by its size.

What lies there is held against the log before anything is added, and what was added is read back. A
disk that is not mounted is never mistaken for an empty witness: the folder has to exist.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from facekeep.ledger import verify, witness
from facekeep.ledger.checkpoint import MAX_NOTE_BYTES, Checkpoint
from facekeep.terms.errors import Broken, Tampered

Growth = Callable[[int, int], Sequence[bytes]]
"""The consistency proof between two sizes, as ``log.consistency`` gives it."""

DIGITS = 12
"""Of a size in a file's name: their order is the order of sizes."""


class WitnessFolder:
    """One log's checkpoints in a folder. Raises ``Broken`` where the folder is not there."""

    def __init__(self, folder: Path, vkey: str) -> None:
        self._folder, self._vkey = folder, vkey
        if not folder.is_dir():
            raise Broken("the witness's folder is not there", "Attach its disk, or make the folder")

    def last(self) -> str | None:
        """The checkpoint of the largest size. Raises ``Tampered`` where it is not this log's."""
        files = sorted(self._folder.glob(f"*{witness.SUFFIX}"))
        if not files:
            return None
        note = _read(files[-1])
        verify.log_checkpoint(note, self._vkey)
        return note

    def add(self, note: str, grown: Growth) -> Checkpoint:
        """Keep a checkpoint, if the log continues what lies there; returns it as it was read back.

        Raises ``Tampered`` where the log does not, or the disk gives back something else.
        """
        opened = verify.log_checkpoint(note, self._vkey)
        if (last := self.last()) is not None:
            known = verify.log_checkpoint(last, self._vkey)
            if known.size > opened.size:
                raise Tampered("the witness remembers a longer ledger: this one was rolled back")
            witness.check(note, last, grown(known.size, opened.size), self._vkey)
        file = self._folder / f"{opened.size:0{DIGITS}}{witness.SUFFIX}"
        if not file.exists():
            _write(file, note)
        back = verify.log_checkpoint(_read(file), self._vkey)
        if (back.size, back.root) != (opened.size, opened.root):
            raise Tampered("the witness's disk gives back another checkpoint")
        return back


def _write(file: Path, note: str) -> None:
    """Whole or not at all: what a power cut leaves is no checkpoint by its name."""
    half = file.with_suffix(".half")
    try:
        with half.open("w", encoding="utf-8") as opened:
            opened.write(note)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(half, file)
        _settle(file.parent)
    except OSError as error:
        raise Broken(
            "the witness's disk does not take the checkpoint", str(error.strerror)
        ) from None


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_NOTE_BYTES + 1).decode(errors="replace")
    except OSError:
        raise Broken("the witness's disk cannot be read", "Check the disk") from None
