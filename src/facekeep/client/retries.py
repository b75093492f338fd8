"""When a request is sent again: only where that does nothing twice, and never in step with others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import SystemRandom

import httpx

PASSING = frozenset({429, 502, 503, 504})
"""Statuses of something that may be over in a moment."""

CONFLICT = 409
LONGEST_WAIT_S = 60
"""A service that asks for more patience than this is given up on for now."""

_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, and how long between: full jitter under a doubling bound, in seconds.

    A GET is repeated as it is; whatever changes something carries an ``Idempotency-Key`` drawn once,
    under which the service does it once and repeats its answer.
    """

    attempts: int = 4
    first_s: float = 0.25
    longest_s: float = 8.0
    between: Callable[[float, float], float] = field(default=_chance.uniform, repr=False)

    def wait(self, attempt: int, response: httpx.Response | None) -> float | None:
        """Seconds before the next attempt after this one (from 1); None where there is none.

        ``response`` is None where nothing was answered.
        """
        if attempt >= self.attempts or not _may_pass(response):
            return None
        bound = min(self.longest_s, self.first_s * 2 ** (attempt - 1))
        asked = _asked(response)
        return None if asked > LONGEST_WAIT_S else asked + self.between(0, bound)


def _may_pass(response: httpx.Response | None) -> bool:
    if response is None or response.status_code in PASSING:
        return True
    return response.status_code == CONFLICT and "retry-after" in response.headers


def _asked(response: httpx.Response | None) -> float:
    told = "" if response is None else response.headers.get("retry-after", "")
    return float(told) if told.isdecimal() and len(told) < 10 else 0.0
