"""Single use of permits, counted in a fixed amount of memory however long a keeper runs."""

from __future__ import annotations

from array import array
from threading import Lock

from facekeep.terms.errors import PermitExpired
from facekeep.terms.values import Permit

REMEMBERED = 65_536
"""Permits told apart: one is good until so many newer ones were used, a minute at 1,000 a second."""


class UsedPermits:
    """Which permits of this start were used, by the number their identifiers begin with.

    Each place holds the newest number used of those that share it: the same number is used, a
    smaller one has grown too old. Neither is ever good again.
    """

    def __init__(self) -> None:
        self._newest = array("Q", bytes(8 * REMEMBERED))
        self._lock = Lock()

    def use_up(self, permit: Permit) -> None:
        """Use a permit. Raises ``PermitExpired`` where it was used, or is too old to tell."""
        number = int.from_bytes(permit.id[:8], "big")
        place = number % REMEMBERED
        with self._lock:
            newest, self._newest[place] = self._newest[place], max(self._newest[place], number)
        if number <= newest:
            raise PermitExpired("the permit was used before", "Ask for a new one")
