"""Evidence: questions a room answers about itself, so that nobody needs to look inside it.

Each room exports ``EVIDENCE``, a tuple of :class:`Question`; ``assembly`` binds them to the open
home and ``oversight`` asks. An answer never names a person, a score, a vector or a key: it holds
counts, dates, digests and the names of purposes, places, devices and models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Source = TypeVar("Source", contravariant=True)


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing or broken, and what to do next: two English sentences with a Chinese
    rendering in ``terms.sentences``. ``next`` is a command to type wherever there is one.
    """

    what: str
    next: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question at one moment.

    ``facts`` are JSON values; ``gaps`` is empty where all is well; ``applies`` is False where there
    is nothing the question could be about yet (no purpose, no minor, no device).
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    applies: bool = True

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps


@dataclass(frozen=True, slots=True)
class Question(Generic[Source]):
    """One question. ``id`` is ``room.module.what``; ``ask`` takes the room's source and a moment
    (seconds since 1970) and only reads.
    """

    id: str
    ask: Callable[[Source, int], Finding]
