"""A lane of its own for whoever leaves: thousands who ask keep nobody waiting to take it back.

Everybody else shares the server's threads in the order of arrival. A withdrawal behind a long queue
would take effect seconds after it was said; it must within one (PIPL art. 15: as easy as giving).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.types import Scope

LEAVING_THREADS = 2
"""Beside those of the others: one may be waiting for a disk."""

WITHDRAWAL = re.compile(r"/v1/subjects/[^/]+/consents/[^/]+")

Result = TypeVar("Result")
_leaving = CapacityLimiter(LEAVING_THREADS)


async def to_leave(act: Callable[[], Result]) -> Result:
    """Do it in a thread that only withdrawals take."""
    return await to_thread.run_sync(act, limiter=_leaving)


def is_leaving(scope: Scope) -> bool:
    """Whether a request takes a consent back."""
    return scope["method"] == "DELETE" and bool(WITHDRAWAL.fullmatch(scope["path"]))
