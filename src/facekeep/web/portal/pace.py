"""How often somebody may write to us before we know them: a flood of complaints buries the true ones, and
every wrong PIN is an entry of the ledger.

Counted for a quarter of an hour, in memory alone: complaints by the network they come from, where a house full
of people has room; wrong PINs by the link. Whoever opened their own pages is not counted.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

from fastapi import Request

from facekeep.access.throttle import network_of
from facekeep.terms.errors import TooMany
from facekeep.web.addresses import address_of
from facekeep.web.caller import service_of

MOST = 20
WINDOW_S = 15 * 60
REMEMBERED = 20_000
"""Counted at once; beyond it the ones longest quiet are forgotten first."""


class Pace:
    """Counts by name."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._lately: OrderedDict[str, deque[float]] = OrderedDict()

    def refuse(self, name: str) -> None:
        """Raises ``TooMany`` where there were :data:`MOST` lately."""
        with self._lock:
            self._refuse(self._of(name))

    def step(self, name: str) -> None:
        """One more. Raises as :meth:`refuse` does."""
        with self._lock:
            lately = self._of(name)
            self._refuse(lately)
            lately.append(self._clock())
            self._lately[name] = lately  # at the end: the order is of quietness
            while len(self._lately) > REMEMBERED:
                self._lately.popitem(last=False)

    def _of(self, name: str) -> deque[float]:
        lately = self._lately.pop(name, deque[float]())
        while lately and lately[0] <= self._clock() - WINDOW_S:
            lately.popleft()
        if lately:
            self._lately[name] = lately
        return lately

    def _refuse(self, lately: deque[float]) -> None:
        if len(lately) >= MOST:
            raise _too_many(round(lately[0] + WINDOW_S - self._clock()))


def pace_of(request: Request) -> Pace:
    """The counts of this application."""
    pace = request.app.state.pace
    assert isinstance(pace, Pace)
    return pace


def door(link: str) -> str:
    """How tries at a PIN are counted, whichever page takes them."""
    return f"link {link}"


def nobody(request: Request) -> str:
    """How somebody without a visit is counted."""
    return f"network {network_of(address_of(request, service_of(request).settings))}"


def _too_many(seconds: int) -> TooMany:
    return TooMany(
        "too much was sent in the last quarter of an hour",
        "Wait, or tell somebody on site", retry_after=max(1, seconds),
    )  # fmt: skip
