"""What holds for every request before anybody reads it: its size, its number, its name.

Plain ASGI, outermost: a body is counted as it arrives and refused at the limit, more requests at once
than we take are turned away, every answer carries the security headers and the request's id.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any, Protocol
from uuid import uuid4

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from facekeep.terms.wire.base import MAX_PHOTO_BYTES
from facekeep.web.problems import Unreadable, of_http

JSON_BYTES = 1024 * 1024
"""A body without pictures."""

PICTURES_BYTES = 2 * MAX_PHOTO_BYTES
"""A body with pictures: one large photograph in base64, or several ordinary ones."""

WAITING = 4_096
"""Requests at once; one more is told to come back."""

WITH_PICTURES = re.compile(
    r"/v1/(verifications|identifications|subjects/[^/]+/references|imports)$"
)

HEADERS = (
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
"""On every answer; a page that needs another policy sets its own."""

HSTS = (b"strict-transport-security", b"max-age=31536000")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


class Watcher(Protocol):
    """Hears how each request ended: the metrics and the log."""

    def __call__(self, scope: Scope, status: int, seconds: float) -> None:
        """``scope`` has the route and the request id in its state."""
        ...


class TooLarge(Exception):
    """The body went over its limit while somebody was reading it."""


class Limits:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, watcher: Watcher, waiting: int = WAITING) -> None:
        self._app, self._watcher, self._waiting = app, watcher, waiting
        self._present = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._present += 1
        try:
            await self._answer(scope, receive, _Answer(scope, send, self._watcher))
        finally:
            self._present -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: _Answer) -> None:
        limit = PICTURES_BYTES if WITH_PICTURES.match(scope["path"]) else JSON_BYTES
        try:
            if self._present > self._waiting:
                await _refuse(503, scope, receive, send)
            elif _claimed(scope) > limit:
                await _refuse(413, scope, receive, send)
            else:
                await self._app(scope, _counted(receive, limit), send)
        except TooLarge:
            if not send.begun:
                await _refuse(413, scope, receive, send)


class _Answer:
    """Sends on, with our headers; tells the watcher at the end."""

    def __init__(self, scope: Scope, send: Send, watcher: Watcher) -> None:
        self._scope, self._send, self._watcher = scope, send, watcher
        self._since, self._status, self.begun = perf_counter(), 500, False
        scope.setdefault("state", {})["request_id"] = _request_id(scope)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self._status = True, message["status"]
            message["headers"] = [*message.get("headers", ()), *self._added(message)]
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._watcher(self._scope, self._status, perf_counter() - self._since)

    def _added(self, message: MutableMapping[str, Any]) -> list[tuple[bytes, bytes]]:
        own = {name.lower() for name, _ in message.get("headers", ())}
        request_id = self._scope["state"]["request_id"].encode()
        secure = [HSTS] if self._scope.get("scheme") == "https" else []
        ours = [*HEADERS, *secure, (b"x-request-id", request_id)]
        return [(name, value) for name, value in ours if name not in own]


def _counted(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        return message

    return counting


def _claimed(scope: Scope) -> int:
    """What ``Content-Length`` says; a length that is no number is larger than anything."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() and len(said) < 16 else 1 << 62


def _request_id(scope: Scope) -> str:
    """The caller's, where it is fit for a log line; else one of ours."""
    said = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return said if _REQUEST_ID.fullmatch(said) else uuid4().hex


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Retry-After": "1"} if status == 503 else {"Connection": "close"}
    error = Unreadable(status)
    error.headers = headers
    response = await of_http(Request(scope, receive), error)
    await response(scope, receive, send)
