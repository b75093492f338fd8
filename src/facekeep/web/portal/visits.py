"""Visits: somebody at their own pages, after their PIN or passkey was right. Kept in memory alone.

A visit ends by itself, at a restart, when the person leaves, and whenever a PIN or passkey of theirs is set
anew or forgotten, at whichever door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from time import monotonic

from facekeep.terms.errors import NotSignedIn

IDLE_S = 15 * 60
LONGEST_S = 2 * 3600
MOST = 20_000
"""Visits at once; beyond, the oldest ends."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is here, for which purpose, by which link; ``mark`` is what opened their pages then
    (``use.second_factors``). Times by the steady clock, seconds.
    """

    subject: str = field(repr=False)
    purpose: str
    link: str = field(repr=False)
    begun: float
    seen: float
    mark: bytes = field(repr=False, default=b"")

    def over(self, now: float) -> bool:
        """Whether it ended by itself."""
        return now - self.seen > IDLE_S or now - self.begun > LONGEST_S


class Visits:
    """Everybody who is here."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._here: dict[bytes, Visit] = {}

    def begin(self, subject: str, purpose: str, link: str, mark: bytes = b"") -> str:
        """A new visit; returns its name for the browser, another one each time (no fixation)."""
        name, now = token_urlsafe(32), self._clock()
        with self._lock:
            self._forget(now)
            self._here[_key(name)] = Visit(subject, purpose, link, now, now, mark)
        return name

    def find(self, name: str) -> Visit:
        """The visit a browser names; it counts as seen. Raises ``NotSignedIn``."""
        key, now = _key(name), self._clock()
        with self._lock:
            visit = self._here.get(key)
            if visit is None or visit.over(now):
                self._here.pop(key, None)
                raise NotSignedIn("your visit is over", "Open your link again")
            seen = self._here[key] = replace(visit, seen=now)
        return seen

    def end(self, name: str) -> None:
        """The person goes."""
        with self._lock:
            self._here.pop(_key(name), None)

    def end_of(self, subject: str, purpose: str) -> None:
        """Every visit of one person and purpose: their PIN was set anew, or their consent ended."""
        with self._lock:
            gone = [
                k for k, v in self._here.items() if (v.subject, v.purpose) == (subject, purpose)
            ]
            for key in gone:
                del self._here[key]

    def _forget(self, now: float) -> None:
        for key in [k for k, v in self._here.items() if v.over(now)]:
            del self._here[key]
        while len(self._here) >= MOST:
            self._here.pop(next(iter(self._here)))


def _key(name: str) -> bytes:
    return sha256(name.encode(errors="replace")).digest()
