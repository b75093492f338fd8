"""Importing whom to ask, as it travels."""

from __future__ import annotations

from typing import Literal

from facekeep.terms.wire.base import Told

MAX_LINES = 10_000
MAX_IMPORT_BYTES = 4 * 1024 * 1024
"""Ten thousand lines of the longest references."""

Outcome = Literal["requested", "unchanged", "refused"]


class Line(Told):
    """What became of one line: ``unchanged`` where somebody was asked, or answered, before."""

    line: int
    """As in the file; the heading is line 1 of a CSV."""
    outcome: Outcome
    why: str | None = None


class Import(Told):
    """What became of a file. Nobody consents and nobody is enrolled by it: they are to be asked."""

    purpose: str
    done: bool
    """False where a line was refused and all or nothing was asked for."""
    requested: int
    unchanged: int
    refused: int
    lines: tuple[Line, ...]
