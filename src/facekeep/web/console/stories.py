"""A person's story as an officer reads it: what happened, how it ended, who acted; never a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from facekeep.web.console.wording import WORDS


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry in words. ``entry`` is its identifier, hex."""

    at: int
    what: str
    more: str
    entry: str


def story_of(events: Iterable[Mapping[str, Any]], language: str) -> list[Happened]:
    """Every event, in the order given."""
    return [_happened(one, language) for one in events]


def _happened(event: Mapping[str, Any], language: str) -> Happened:
    ends = (
        _word("did_end", str(event[key]), language) for key in ("outcome", "state") if key in event
    )
    named = (str(event[key]) for key in ("place", "device", "officer") if key in event)
    both = ", ".join(event.get("officers", ()))
    more = " · ".join(part for part in (*ends, *named, both) if part)
    return Happened(event["at"], _word("did", event["kind"], language), more, event["event"])


def _word(terms: str, value: str, language: str) -> str:
    """The value itself where there is no word for it."""
    key = f"term.{terms}.{value}"
    return WORDS.say(key, language) if key in WORDS else value
