"""What is said about a consent beside its terms: how it was asked for, what was shown, what came
after. The states are those of W3C DPV 2.x; :data:`LEADS_TO` says which may follow which.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered
from facekeep.terms.values import ConsentState

S = ConsentState

LEADS_TO: dict[ConsentState, frozenset[ConsentState]] = {
    S.UNKNOWN: frozenset({S.REQUESTED, S.GIVEN, S.REFUSED, S.INVALIDATED}),
    S.REQUESTED: frozenset({S.GIVEN, S.REFUSED, S.DEFERRED, S.EXPIRED, S.INVALIDATED}),
    S.DEFERRED: frozenset({S.REQUESTED, S.GIVEN, S.REFUSED, S.EXPIRED, S.INVALIDATED}),
    S.REFUSED: frozenset(),
    S.GIVEN: frozenset({S.RENEWED, S.EXPIRED, S.INVALIDATED, S.WITHDRAWN, S.REVOKED}),
    S.RENEWED: frozenset({S.RENEWED, S.EXPIRED, S.INVALIDATED, S.WITHDRAWN, S.REVOKED}),
    S.EXPIRED: frozenset(),
    S.INVALIDATED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.REVOKED: frozenset(),
}
"""Which state may follow which. An ended consent never comes back: whoever agrees again gives a new
one, with a record of its own."""

IN_FORCE = frozenset({S.GIVEN, S.RENEWED})
"""DPV's states that are valid for processing; every other one is not."""

ENDED = frozenset(state for state, onward in LEADS_TO.items() if not onward)
"""States nothing follows."""


def follow(before: ConsentState, after: ConsentState) -> ConsentState:
    """``after``, where it may follow. Raises ``Misused``."""
    if after not in LEADS_TO[before]:
        raise Misused(f"{before.value} cannot become {after.value}")
    return after


class Fault(StrEnum):
    """What makes a consent void however freely it looks (Measures art. 12, SPC 2021 art. 4)."""

    BUNDLED = "bundled"
    PRETICKED = "preticked"
    COERCED = "coerced"
    MISLED = "misled"


class Channel(StrEnum):
    """Where the notice was put before the person's eyes."""

    COUNTER = "counter"
    TERMINAL = "terminal"
    PORTAL = "portal"
    PAPER = "paper"


LANGUAGES = frozenset({"zh", "en"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One display of a notice: which text (SHA-256), in which language, where, when (seconds)."""

    notice: bytes
    language: str
    channel: Channel
    at: int

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES or len(self.notice) != 32 or self.at < 0:
            raise Misused("a display names a notice, its language and a time")


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a consent's life (TS 27560, events): time in seconds, by whom, why."""

    state: ConsentState
    at: int
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """Everything beside the terms. ``asked_at`` is None where the person came of their own accord;
    ``evidence`` says that a guardian's relationship was proved, sealed elsewhere.
    """

    shown: Shown | None = None
    asked_at: int | None = None
    faults: tuple[Fault, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def own_act(self) -> bool:
        """Whether nobody had asked."""
        return self.asked_at is None

    def with_event(self, event: Event) -> About:
        """The same story, one step longer."""
        return replace(self, events=(*self.events, event))

    def to_text(self) -> str:
        """Canonical JSON, as the record keeps it."""
        return canonical(
            {
                "shown": None if self.shown is None else _shown_document(self.shown),
                "asked_at": self.asked_at,
                "faults": [fault.value for fault in self.faults],
                "events": [[e.state.value, e.at, e.by, e.why] for e in self.events],
            }
        ).decode()

    @classmethod
    def from_text(cls, text: str) -> About:
        """Read it back. Raises ``Tampered`` for anything else."""
        try:
            told = json.loads(text)
            shown = told["shown"]
            return cls(
                None if shown is None else _shown(shown),
                told["asked_at"],
                tuple(map(Fault, told["faults"])),
                _events(told["events"]),
            )
        except (ValueError, TypeError, KeyError, RecursionError, Misused):
            raise Tampered("a consent record's story cannot be read") from None


def _shown_document(shown: Shown) -> dict[str, object]:
    return {
        "notice": shown.notice.hex(),
        "language": shown.language,
        "channel": shown.channel.value,
        "at": shown.at,
    }


def _shown(told: dict[str, object]) -> Shown:
    notice, at = told["notice"], told["at"]
    if not isinstance(notice, str) or not isinstance(at, int):
        raise TypeError
    channel = Channel(str(told["channel"]))
    return Shown(bytes.fromhex(notice), str(told["language"]), channel, at)


def _events(told: Iterable[tuple[str, int, str, str]]) -> tuple[Event, ...]:
    return tuple(Event(ConsentState(state), at, by, why) for state, at, by, why in told)
