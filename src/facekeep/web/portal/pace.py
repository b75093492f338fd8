"""How often one network may write to us before we know anybody: a flood of complaints buries the true ones,
and every wrong PIN is an entry of the ledger.

Counted by address for a quarter of an hour, in memory alone; a house full of people behind one address has
room, and whoever opened their own pages is not counted.
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
"""Networks counted at once; beyond it the ones longest quiet are forgotten first."""


class Pace:
    """Counts by what is done and by network."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._lately: OrderedDict[str, deque[float]] = OrderedDict()

    def step(self, what: str) -> None:
        """One more. Raises ``TooMany`` where there were :data:`MOST` lately."""
        now = self._clock()
        with self._lock:
            lately = self._lately.pop(what, deque[float]())
            self._lately[what] = lately
            while lately and lately[0] <= now - WINDOW_S:
                lately.popleft()
            if len(lately) >= MOST:
                raise _too_many(round(lately[0] + WINDOW_S - now))
            lately.append(now)
            while len(self._lately) > REMEMBERED:
                self._lately.popitem(last=False)


def keep_pace(request: Request, what: str) -> None:
    """Count something that was done without a visit. Raises ``TooMany``."""
    pace = request.app.state.pace
    assert isinstance(pace, Pace)
    network = network_of(address_of(request, service_of(request).settings))
    pace.step(f"{what} {network}")


def _too_many(seconds: int) -> TooMany:
    return TooMany(
        "too much was sent from this network in the last quarter of an hour",
        "Wait, or tell somebody on site", retry_after=max(1, seconds),
    )  # fmt: skip
