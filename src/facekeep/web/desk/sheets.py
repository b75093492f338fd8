"""Sheets of new links: shown to whoever made them, for as long as printing takes, and then to nobody.

A link is kept as a digest only. Its secret part lives here alone, a quarter of an hour at most, and is
forgotten at a restart: who lost a sheet reminds, which makes new links and ends the old.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Lock
from time import monotonic

from facekeep.collection.invitations import Invited
from facekeep.terms.errors import Refused

SHOWN_S = 15 * 60
MOST = 50
"""Sheets at once; beyond, the oldest is forgotten."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # fmt: skip
"""What a spreadsheet would work out where a cell begins with it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """New links of one campaign and purpose, for the session that made them."""

    session: bytes = field(repr=False)
    campaign: str
    purpose: str
    made: float
    links: tuple[Invited, ...] = field(repr=False)


class Sheets:
    """What is being printed."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._here: dict[str, Sheet] = {}

    def keep(self, session: bytes, campaign: str, purpose: str, links: Sequence[Invited]) -> str:
        """Lay a sheet out; returns its number."""
        name, now = token_hex(16), self._clock()
        with self._lock:
            self._forget(now)
            self._here[name] = Sheet(session, campaign, purpose, now, tuple(links))
        return name

    def find(self, name: str, session: bytes) -> Sheet:
        """The sheet of that number, for whoever made it. Raises ``Refused``."""
        with self._lock:
            self._forget(self._clock())
            sheet = self._here.get(name)
        if sheet is None or sheet.session != session:
            raise Refused(
                "these links were shown once, and are not kept",
                "Remind whoever has not answered: that makes new links", "PIPL-51-3",
            )  # fmt: skip
        return sheet

    def _forget(self, now: float) -> None:
        for name in [k for k, sheet in self._here.items() if now - sheet.made > SHOWN_S]:
            del self._here[name]
        while len(self._here) >= MOST:
            self._here.pop(next(iter(self._here)))


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows for a spreadsheet: in UTF-8 with its mark, and no cell that would be worked out."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
