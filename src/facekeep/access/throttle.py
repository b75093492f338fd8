"""Guessing: five failures in a quarter of an hour, for an account and for an address.

Every attempt counts as a failure until it succeeded, so that many at once are not more. An account
that nobody has is counted like any other. What is counted here dies with the process: whoever can
restart it needs no guesses.
"""

from __future__ import annotations

import ipaddress
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from facekeep.terms.errors import NotSignedIn, TooMany

FAILURES = 5
WINDOW_S = 15 * 60
REMEMBERED = 50_000
"""Accounts and addresses counted at once; beyond it the ones longest quiet are forgotten first."""


class Throttle:
    """Counts failures by name, whatever factor failed."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[float]] = {}
        self._lock = Lock()

    @contextmanager
    def attempt(self, now: float, *names: str) -> Iterator[None]:
        """One attempt; it stays on the count where it ends in ``NotSignedIn``.

        Raises ``TooMany`` where one of the names has failed five times lately.
        """
        with self._lock:
            self._refuse(now, names)
            for name in names:
                self._count(name, now)
        try:
            yield
        except NotSignedIn:
            raise
        except BaseException:
            self._forgive(now, names)
            raise
        self._forgive(now, names)

    def spent(self, now: float, name: str) -> bool:
        """Whether a name's attempts are used up."""
        with self._lock:
            return len(self._lately(name, now)) >= FAILURES

    def _refuse(self, now: float, names: tuple[str, ...]) -> None:
        waits = [
            lately[0] + WINDOW_S - now
            for name in names
            if len(lately := self._lately(name, now)) >= FAILURES
        ]
        if waits:
            raise TooMany(
                "too many sign-ins failed in the last quarter of an hour",
                "Wait, or ask an officer for a new invitation", retry_after=max(1, round(max(waits))),
            )  # fmt: skip

    def _lately(self, name: str, now: float) -> deque[float]:
        failures = self._failures.get(name, deque())
        while failures and not now - WINDOW_S < failures[0] <= now:
            failures.popleft()
        return failures

    def _count(self, name: str, now: float) -> None:
        failures = self._failures.pop(name, deque())
        failures.append(now)
        self._failures[name] = failures  # at the end: the order of the dictionary is of quietness
        while len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def _forgive(self, now: float, names: tuple[str, ...]) -> None:
        with self._lock:
            for name in names:
                failures = self._failures.get(name)
                if failures and now in failures:
                    failures.remove(now)


def network_of(address: str) -> str:
    """How an address is counted: IPv6 by its /64, which one customer has whole."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
