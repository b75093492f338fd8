"""What a purpose is called and its other ways in, for pages that somebody must be shown in any case."""

from __future__ import annotations

from contextlib import suppress

from facekeep.assembly import House
from facekeep.terms.errors import FacekeepError


def title_of(house: House, purpose: str, language: str) -> str:
    """What the purpose is called; its name where somebody damaged its text."""
    with suppress(FacekeepError):
        return house.home.purposes.current(purpose).title.of(language)
    return purpose


def handler_of(house: House, purpose: str) -> str:
    """Who answers for a purpose; empty for none, or where somebody damaged its text."""
    with suppress(FacekeepError):
        return house.home.purposes.current(purpose).handler.name
    return ""


def ways_of(house: House, purpose: str, language: str) -> list[str]:
    """What its other ways in are called; none where somebody damaged its text."""
    with suppress(FacekeepError):
        ways = house.home.purposes.current(purpose).alternatives
        return [way.name.of(language) for way in ways]
    return []
