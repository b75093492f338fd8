"""What a witness keeps outlives whatever is done to the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

import pytest

from facekeep.ledger import checkpoint, log, witness
from facekeep.ledger.checkpoint import Signer
from facekeep.ledger.entries import Entry
from facekeep.terms.errors import Tampered

MakeEntry = Callable[[int], Entry]
Append = Callable[[Sequence[Entry]], range]


@pytest.fixture
def notes(
    connection: sqlite3.Connection, append: Append, make_entry: MakeEntry, signer: Signer
) -> tuple[str, str]:
    """Checkpoints at 5 and at 12 entries."""
    append([make_entry(number) for number in range(5)])
    older = log.seal(connection, signer)
    append([make_entry(number) for number in range(5, 12)])
    return older, log.seal(connection, signer)


def test_the_file_is_the_note(notes: tuple[str, str]) -> None:
    """A witness gets a plain signed note, readable by any C2SP tool."""
    assert witness.export(notes[0]) == notes[0]
    with pytest.raises(Tampered):
        witness.export("no note")
    with pytest.raises(Tampered):
        witness.export("no checkpoint\n\n" + notes[0].split("\n\n")[1])


def test_a_growing_log_is_cosigned(
    connection: sqlite3.Connection, notes: tuple[str, str], signer: Signer
) -> None:
    """The witness checks growth from what it saw last, then adds its line."""
    older, newer = notes
    path = log.consistency(connection, 5, 12)
    assert witness.check(newer, older, path, signer.vkey).size == 12
    outside = Signer("witness.example", bytes([9]) * 32)
    cosigned = checkpoint.cosign(newer, outside)
    log.save_witnessed(connection, outside.name, cosigned, 1_700_000_000)
    kept = log.last_witnessed(connection)
    assert kept is not None
    assert checkpoint.verify(kept, outside.vkey) == checkpoint.verify(kept, signer.vkey)


def test_a_rolled_back_log_is_refused(
    connection: sqlite3.Connection, notes: tuple[str, str], signer: Signer
) -> None:
    """A log smaller than it was is not witnessed again."""
    older, newer = notes
    path = log.consistency(connection, 5, 12)
    with pytest.raises(Tampered, match="rolled back"):
        witness.check(older, newer, path, signer.vkey)
    with pytest.raises(Tampered):
        witness.check(newer, older, path[:-1], signer.vkey)
