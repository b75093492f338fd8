"""Whoever stands at the desk: one person and one purpose, in memory alone, for as long as it takes.

The operator's reference never rides in an address: pages name the person's turn by a random number that
is worth nothing without the sign-in of whoever began it. A turn ends by itself, when the next person
comes, and at a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import Any

from facekeep.storage.signed import Paper
from facekeep.terms.errors import Refused

IDLE_S = 15 * 60
LONGEST_S = 2 * 3600
MOST = 2_000
"""Turns at once; beyond, the oldest ends."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One person's turn. ``begun`` and ``seen`` by the steady clock, seconds; ``checked`` says that an
    attendant made sure who they are; ``papers`` are receipts for them to take along.
    """

    id: str
    session: bytes = field(repr=False)
    subject: str = field(repr=False)
    purpose: str
    language: str
    begun: float
    seen: float
    checked: bool = False
    device: str = ""
    papers: tuple[Paper, ...] = field(repr=False, default=())

    @property
    def path(self) -> str:
        """Where their page lies."""
        return f"/desk/people/{self.id}"

    def over(self, now: float) -> bool:
        """Whether it ended by itself."""
        return now - self.seen > IDLE_S or now - self.begun > LONGEST_S


class Turns:
    """Everybody who is being helped."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._here: dict[str, Attended] = {}

    def begin(self, session: bytes, subject: str, purpose: str, language: str) -> Attended:
        """The next person."""
        now = self._clock()
        turn = Attended(token_hex(16), session, subject, purpose, language, now, now)
        with self._lock:
            self._forget(now)
            self._here[turn.id] = turn
        return turn

    def find(self, name: str, session: bytes) -> Attended:
        """The turn of that number, for whoever began it. Raises ``Refused``."""
        now = self._clock()
        with self._lock:
            turn = self._here.get(name)
            if turn is None or turn.session != session or turn.over(now):
                raise Refused(
                    "nobody is being helped on this page any more",
                    "Begin again at the desk, with the person's reference", "PIPL-51-4",
                )  # fmt: skip
            self._here[name] = replace(turn, seen=now)
            return turn

    def note(self, turn: Attended, **said: Any) -> None:
        """What is known of it from now on."""
        with self._lock:
            if turn.id in self._here:
                self._here[turn.id] = replace(self._here[turn.id], **said)

    def end(self, turn: Attended) -> None:
        """The person goes."""
        with self._lock:
            self._here.pop(turn.id, None)

    def since(self, turn: Attended) -> float:
        """Seconds since it began."""
        return self._clock() - turn.begun

    def _forget(self, now: float) -> None:
        for name in [k for k, turn in self._here.items() if turn.over(now)]:
            del self._here[name]
        while len(self._here) >= MOST:
            self._here.pop(next(iter(self._here)))
