"""Lists page by page. A cursor is opaque: where the next page begins, not a number of a row."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from fastapi import Query

from facekeep.terms.wire.base import MAX_PAGE, PAGE, Page
from facekeep.web.problems import fault

Item = TypeVar("Item")

Cursor = Annotated[
    str | None,
    Query(max_length=400, description="`next` of the page before; nothing for the first."),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items of a page, at most.")]
DEFAULT = PAGE


def cursor_of(name: str) -> str:
    """What leads to the page after the item of this name."""
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def name_behind(cursor: str | None) -> str:
    """The name a cursor was made of; empty for the first page. Raises ``Unreadable`` (422)."""
    text = cursor or ""
    try:
        name = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return name.decode()
    except (binascii.Error, ValueError):
        raise fault("/query/cursor", "a cursor is taken from the page before") from None


def page_of(
    items: Iterable[Item], name: Callable[[Item], str], cursor: str | None, limit: int
) -> Page[Item]:
    """One page of a short list that is ordered by its names."""
    after = name_behind(cursor)
    rest = [item for item in items if name(item) > after]
    more = len(rest) > limit
    return Page(items=rest[:limit], next=cursor_of(name(rest[limit - 1])) if more else None)
