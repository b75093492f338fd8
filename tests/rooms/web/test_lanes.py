"""Whoever leaves passes those who ask."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from anyio import to_thread

from facekeep.web.lanes import is_leaving, to_leave
from facekeep.web.limits import Limits


@pytest.mark.parametrize(
    ("method", "path", "leaving"),
    [
        ("DELETE", "/v1/subjects/anna/consents/gate", True),
        ("POST", "/v1/subjects/anna/consents/gate", False),
        ("DELETE", "/v1/subjects/anna/consents", False),
        ("DELETE", "/v1/subjects/a/consents/gate/record", False),
        ("DELETE", "/v1/api-keys/anna", False),
        ("DELETE", "/v1/subjects//consents/gate", False),
    ],
)
def test_who_leaves(method: str, path: str, leaving: bool) -> None:
    """By method and path alone, before anything is read."""
    assert is_leaving({"type": "http", "method": method, "path": path}) is leaving


def test_a_full_house_of_threads_keeps_nobody() -> None:
    """While every thread of the others waits, a withdrawal is carried out."""

    async def scene() -> str:
        limiter = to_thread.current_default_thread_limiter()
        limiter.total_tokens = 1
        await limiter.acquire_on_behalf_of("somebody else")
        with anyio.fail_after(5):
            return await to_leave(lambda: "left")

    assert anyio.run(scene) == "left"


def test_one_request_too_many_is_turned_away_unless_somebody_leaves() -> None:
    """Twice as many may, so that their number is bounded too."""
    asked = scene_of(present=2, method="POST")
    left = scene_of(present=2, method="DELETE")
    crowded = scene_of(present=4, method="DELETE")
    assert (asked, left, crowded) == (503, 204, 503)


def scene_of(present: int, method: str) -> int:
    """How one more request is answered by a door that takes two at once."""
    said: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    async def scene() -> None:
        limits = Limits(app, lambda *_: None, waiting=2)
        limits._present = present
        await limits(scope, receive, send)

    scope = {
        "type": "http", "method": method, "path": "/v1/subjects/anna/consents/gate",
        "raw_path": b"", "query_string": b"", "headers": [], "scheme": "http",
    }  # fmt: skip
    anyio.run(scene)
    return int(said[0]["status"])
