"""Whether a model that is good for demonstrations alone is in use here: every page then says so."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from fastapi import Request

from facekeep.assembly import House
from facekeep.terms.values import Grade

_KNOWN: WeakKeyDictionary[House, dict[str, bool]] = WeakKeyDictionary()
"""What the cards of a house's models say: they are read once."""


def demonstrates(request: Request) -> bool:
    """Whether a purpose in force names such a model. A page that says what is broken says no more."""
    app = request.scope.get("app")
    if app is None:  # refused before anybody was asked
        return False
    try:
        house: House = app.state.service.house
        named = house.home.purposes.names()
        return any(_is_demonstration(house, house.home.purposes.get(one).model) for one in named)
    except Exception:  # noqa: BLE001 - whatever is broken is told where it is needed
        return False


def _is_demonstration(house: House, model: str) -> bool:
    known = _KNOWN.setdefault(house, {})
    if model not in known:
        known[model] = house.grade(model) is Grade.DEMONSTRATION
    return known[model]
