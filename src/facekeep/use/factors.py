"""Ways without a face: named at every refusal, counted like a face, and as good (Measures art. 10).

An alternative counts as worse where it takes more than half as long again, or where it succeeds
less often by more than five points and chance does not explain it. Both are compared within one
purpose and one accessibility profile: a way may be fine for most people and bad for a few.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt
from time import monotonic
from typing import Any

from facekeep.governance.workdays import day_of
from facekeep.storage.home import Home
from facekeep.storage.ways import BUCKETS, LONGEST_S, Ending, Tally, bucket
from facekeep.terms.errors import FacekeepError, Misused, NotRecognised
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.ports import Clock
from facekeep.terms.values import CaptureProfile

FACE = "face"
TIME_RATIO = 1.5
"""Slower by half is what people notice and complain about at a door; less lies within the buckets."""

SUCCESS_GAP = 0.05
"""One in twenty turned away more often is a disadvantage; less cannot be told from a hundred tries."""

Z95 = 1.959964
"""Two-sided 95 %."""

LEAST_TRIES = 20
"""Below this many attempts a median says nothing."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as the door saw it; nobody is named. ``seconds`` from greeting to outcome."""

    purpose: str
    way: str
    outcome: Ending
    seconds: float
    profile: CaptureProfile = CaptureProfile.STANDARD


@dataclass(frozen=True, slots=True)
class Measure:
    """What a way is like for a profile: median seconds, success and its 95 % interval (Wilson)."""

    purpose: str
    profile: str
    way: str
    tries: int
    median_s: float | None
    success: float
    low: float
    high: float
    abandoned: float


class Attempting:
    """One attempt by face under way: told whether it succeeded, or counted with its decision."""

    def __init__(self, desk: WayDesk, purpose: str, profile: CaptureProfile, begun: float) -> None:
        self._desk, self._purpose, self._profile, self._begun = desk, purpose, profile, begun
        self.ending, self.counted = Ending.FAILED, False

    def __call__(self, yes: bool) -> None:
        """How it ended, to be counted when the block is left."""
        self.ending = Ending.DONE if yes else Ending.FAILED

    def beside(self, tx: sqlite3.Connection, yes: bool) -> None:
        """Count it in the transaction that writes the decision."""
        self(yes)
        self._desk.count_in(tx, self._attempt(self.ending))
        self.counted = True

    def close(self, ending: Ending) -> None:
        """Count it now, where its decision has not."""
        if not self.counted:
            self._desk.count(self._attempt(ending))

    def _attempt(self, ending: Ending) -> Attempt:
        seconds = self._desk.since(self._begun)
        return Attempt(self._purpose, FACE, ending, seconds, self._profile)


class WayDesk:
    """Counts attempts."""

    def __init__(self, home: Home, timer: Clock = monotonic) -> None:
        self._home, self._timer = home, timer

    @contextmanager
    def face(self, purpose: str, profile: CaptureProfile) -> Iterator[Attempting]:
        """One attempt by face, timed from here; the block says whether it succeeded.

        A picture that does not serve is a failure, an interruption an abandonment. A refusal is
        neither: nothing was attempted.
        """
        attempting = Attempting(self, purpose, profile, self._timer())
        try:
            yield attempting
        except NotRecognised:
            attempting.close(Ending.FAILED)
            raise
        except KeyboardInterrupt:
            attempting.close(Ending.ABANDONED)
            raise
        attempting.close(attempting.ending)

    def since(self, begun: float) -> float:
        """Seconds since the timer showed ``begun``, as far as attempts are told apart."""
        return min(max(self._timer() - begun, 0), LONGEST_S)

    def count(self, attempt: Attempt) -> Tally:
        """One attempt more. Raises ``Misused`` for a way the purpose does not have or an odd time."""
        known = {FACE, *self._alternatives(attempt.purpose)}
        if attempt.way not in known:
            raise Misused(f"a way is one of {', '.join(sorted(known))}")
        with self._home.records.transaction() as tx:
            return self.count_in(tx, attempt)

    def count_in(self, tx: sqlite3.Connection, attempt: Attempt) -> Tally:
        """The same of a way that is known to be one, in the caller's transaction."""
        day, seconds = day_of(self._home.journal.now()), bucket(attempt.seconds)
        profile = attempt.profile.value
        tally = Tally(attempt.purpose, day, attempt.way, profile, attempt.outcome, seconds)
        self._home.ways.count(tx, tally)
        return tally

    def _alternatives(self, purpose: str) -> Iterator[str]:
        return (way.id for way in self._home.purposes.current(purpose).alternatives)


def measures(tallies: Iterable[Tally]) -> list[Measure]:
    """One measure a profile and way of one purpose."""
    groups: dict[tuple[str, str, str], list[Tally]] = defaultdict(list)
    for tally in tallies:
        groups[tally.purpose, tally.profile, tally.way].append(tally)
    return [_measure(key, group) for key, group in sorted(groups.items())]


def wilson(successes: int, tries: int) -> tuple[float, float]:
    """The 95 % interval of a success rate (Wilson's score): 0..1 where nobody tried."""
    if tries == 0:
        return 0.0, 1.0
    rate, square = successes / tries, Z95**2
    middle = (rate + square / (2 * tries)) / (1 + square / tries)
    half = Z95 / (1 + square / tries) * sqrt(rate * (1 - rate) / tries + square / (4 * tries**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def median_seconds(tallies: Iterable[Tally]) -> float | None:
    """The median time of successful attempts, within its bucket by straight line."""
    counts: dict[int, int] = defaultdict(int)
    for tally in tallies:
        if tally.outcome is Ending.DONE:
            counts[tally.seconds] += tally.n
    half, before = sum(counts.values()) / 2, 0
    for low, high in pairwise((0, *BUCKETS)):
        if half and before + counts[high] >= half:
            return low + (high - low) * (half - before) / counts[high]
        before += counts[high]
    return None


def complaints(found: list[Measure]) -> list[tuple[Measure, str]]:
    """Alternatives that are worse than the face for the same profile, and in what."""
    faces = {(m.purpose, m.profile): m for m in found if m.way == FACE}
    worse = []
    for measure in found:
        face = faces.get((measure.purpose, measure.profile))
        if measure.way == FACE or face is None or min(face.tries, measure.tries) < LEAST_TRIES:
            continue
        worse += [(measure, what) for what in ("slower", "fails more") if _is_worse(measure, face, what)]  # fmt: skip
    return worse


def uncompared(found: list[Measure]) -> list[str]:
    """Purposes in which the face is well tried and no other way was ever counted."""
    tried = {m.purpose for m in found if m.way == FACE and m.tries >= LEAST_TRIES}
    return sorted(tried - {m.purpose for m in found if m.way != FACE})


def _is_worse(measure: Measure, face: Measure, what: str) -> bool:
    """``chance`` is the lower half of the difference's 95 % interval (Newcombe's hybrid score)."""
    if what == "slower":
        both = measure.median_s is not None and face.median_s is not None
        return both and (measure.median_s or 0) > TIME_RATIO * (face.median_s or 0)
    gap = face.success - measure.success
    chance = hypot(face.success - face.low, measure.high - measure.success)
    return gap > SUCCESS_GAP and gap > chance


def _measure(key: tuple[str, str, str], group: list[Tally]) -> Measure:
    tries = sum(tally.n for tally in group)
    done = sum(tally.n for tally in group if tally.outcome is Ending.DONE)
    left = sum(tally.n for tally in group if tally.outcome is Ending.ABANDONED)
    low, high = wilson(done, tries)
    return Measure(*key, tries, median_seconds(group), done / tries, low, high, left / tries)


def as_facts(measure: Measure) -> dict[str, Any]:
    """A measure as JSON values, rates in thousandths."""
    seconds = None if measure.median_s is None else round(measure.median_s, 1)
    return {
        "purpose": measure.purpose, "profile": measure.profile, "way": measure.way,
        "tries": measure.tries, "median_s": seconds, "success": round(measure.success, 3),
        "low": round(measure.low, 3), "high": round(measure.high, 3),
        "abandoned": round(measure.abandoned, 3),
    }  # fmt: skip


# -- evidence -------------------------------------------------------------------------------


def _offered(home: Home, now: int) -> Finding:
    """Every purpose in force has another way in (Measures art. 10(1))."""
    try:
        names = home.purposes.names()
        ways = {name: [w.id for w in home.purposes.get(name).alternatives] for name in names}
    except FacekeepError:
        return Finding({}, (Gap("a purpose was changed in the store", "facekeep doctor"),))
    gaps = tuple(
        Gap(f"purpose {name} has no other way in", "facekeep purpose publish FILE")
        for name, own in ways.items()
        if not own
    )
    return Finding({"ways": ways}, gaps, applies=bool(names))


def _parity(home: Home, now: int) -> Finding:
    """No other way is worse than the face (Measures art. 10(2))."""
    try:
        found = [m for name in home.purposes.names() for m in measures(home.ways.tallies(name))]
    except FacekeepError:
        return Finding(
            {}, (Gap("a count of attempts was changed in the store", "facekeep doctor"),)
        )
    gaps = tuple(
        Gap(f"{m.way} is worse than the face in {m.purpose} for {m.profile}: {what}", "facekeep parity")
        for m, what in complaints(found)
    ) + tuple(
        Gap(f"attempts by face are counted in {name} and none without: parity is not known",
            f"Count them: facekeep alternative used --purpose {name}")
        for name in uncompared(found)
    )  # fmt: skip
    facts = {"margins": {"time": str(TIME_RATIO), "success": str(SUCCESS_GAP)}, "measures": [as_facts(m) for m in found]}  # fmt: skip
    return Finding(facts, gaps, applies=bool(gaps) or any(m.way != FACE for m in found))


EVIDENCE: tuple[Question[Home], ...] = (
    Question("use.alternatives.offered", _offered),
    Question("use.alternatives.parity", _parity),
)
