"""What holds for every request before anybody reads it: its size, its pace, its number, its name.

Plain ASGI, outermost: a body is counted as it arrives and refused at its limit, at its deadline, or
where it is not as long as it said; more requests or bytes at once than we take are turned away; every
answer carries the security headers and the request's id. What is refused here is refused before a key
is looked at, and in the same words for everybody.
"""

from __future__ import annotations

import re
from asyncio import get_running_loop, timeout_at
from collections.abc import Awaitable, Callable, MutableMapping
from secrets import token_hex
from time import perf_counter
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from facekeep.terms.wire.base import MAX_PHOTO_BYTES
from facekeep.web.lanes import is_leaving
from facekeep.web.paths import SLASH, keep_slashes
from facekeep.web.problems import Unreadable, of_http

JSON_BYTES = 1024 * 1024
"""A body without pictures."""

PICTURES_BYTES = 2 * MAX_PHOTO_BYTES
"""A body with pictures: one large photograph in base64, or several ordinary ones."""

IN_FLIGHT_BYTES = 512 * 1024 * 1024
"""Bodies at once, together; one more byte and its request is told to come back."""

WAITING = 4_096
"""Requests at once; one more is told to come back, unless somebody leaves: twice as many may."""

ARRIVES_WITHIN_S = 30.0
"""Seconds a whole request may take to arrive: a photograph over a slow line, and no dripping."""

MAX_HEADERS = 64
"""More headers than any client of ours sends; the server's own bound lies at a hundred."""

HEADER_BYTES = 16 * 1024
"""All names and values together."""

PATH_BYTES = 8 * 1024
"""Path and query as they were sent (RFC 9110 asks to take 8000 octets)."""

ONCE = frozenset({b"host", b"authorization", b"content-type", b"idempotency-key", b"origin"})
"""Headers that two readers would read two ways if they stood twice: a proxy the first, we the last."""

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""What a server reads where a path is no UTF-8."""

WITH_PICTURES = re.compile(
    r"/v1/(verifications|identifications|subjects/[^/]+/references|imports)$"
    r"|/(p|mine|desk|kiosk)(/[^/]+)*/face$|/desk/campaigns$|/console/(models|places|devices|filing)(/[^/]+)*$"
)
"""Where pictures or long lists arrive."""

Refusing = Callable[[Request, Exception], Awaitable[Response]]
"""How what is refused here is said."""

HEADERS = (
    (b"content-security-policy",
     (b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
     b" frame-ancestors 'none'")),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)  # fmt: skip
"""On every answer; a page that needs another policy sets its own."""

HSTS = (b"strict-transport-security", b"max-age=31536000")
_SECURE = (*HEADERS, HSTS)
_NAMES = frozenset({b"x-request-id", *(name for name, _ in _SECURE)})
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_LENGTH = re.compile(rb"[0-9]{1,15}")


class Watcher(Protocol):
    """Hears how each request ended: the metrics and the log."""

    def __call__(self, scope: Scope, status: int, seconds: float) -> None:
        """``scope`` has the route and the request id in its state."""
        ...


class Both:
    """Two watchers as one."""

    def __init__(self, first: Watcher, second: Watcher) -> None:
        self._first, self._second = first, second

    def __call__(self, scope: Scope, status: int, seconds: float) -> None:
        self._first(scope, status, seconds)
        self._second(scope, status, seconds)


class Limits:
    """The outermost layer."""

    def __init__(
        self, app: ASGIApp, watcher: Watcher, waiting: int = WAITING,
        room: int = IN_FLIGHT_BYTES, patience: float = ARRIVES_WITHIN_S, say: Refusing = of_http,
    ) -> None:  # fmt: skip
        self._say = say
        self._app, self._watcher, self._waiting, self._room = app, watcher, waiting, room
        self._patience = patience
        self._present = self._taken = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._present += 1
        try:
            await self._answer(scope, receive, _Answer(scope, send, self._watcher))
        finally:
            self._present -= 1

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        arrival: _Arrival | None = None
        try:
            claimed = _admitted(scope)
            keep_slashes(scope)
            if self._present > self._waiting * (2 if is_leaving(scope) else 1):
                raise Unreadable("busy")
            arrival = _Arrival(self, receive, claimed, _limit(scope), self._patience)
            await self._app(scope, arrival, answer)
        except Unreadable as refusal:
            await self._refuse(refusal, scope, receive, answer)
        except Exception:  # noqa: BLE001 - it was answered and noted where it arose
            if not answer.begun:
                await self._refuse(Unreadable("busy"), scope, receive, answer)
        finally:
            self._taken -= arrival.taken if arrival else 0

    async def _refuse(
        self, refusal: HTTPException, scope: Scope, receive: Receive, send: _Answer
    ) -> None:
        """The rest of the body is not read: the connection ends with the answer."""
        if send.begun:
            return
        refusal.headers = {**(refusal.headers or {}), "Connection": "close"}
        response = await self._say(Request(scope, receive), refusal)
        await response(scope, receive, send)

    def take(self, count: int) -> None:
        """So many bytes more are held. Raises ``Unreadable`` where they are too many."""
        self._taken += count
        if self._taken > self._room:
            raise Unreadable("busy")


class _Arrival:
    """A body as it arrives: counted, in time, and as long as was said."""

    __slots__ = ("_claimed", "_complete", "_limit", "_limits", "_receive", "_until", "taken")

    def __init__(
        self, limits: Limits, receive: Receive, claimed: int | None, limit: int, patience: float
    ) -> None:
        if (claimed or 0) > limit:
            raise Unreadable("too_large")
        self._limits, self._receive, self._claimed, self._limit = limits, receive, claimed, limit
        self._until = get_running_loop().time() + patience
        self._complete, self.taken = False, 0

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            async with timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise Unreadable("too_slow") from None
        self._count(message)
        return message

    def _count(self, message: Message) -> None:
        count = len(message.get("body", b""))
        self.taken += count
        self._limits.take(count)
        self._complete = not message.get("more_body")
        if self.taken > self._limit:
            raise Unreadable("too_large")
        wrong = self._complete and self.taken != self._claimed
        if wrong and self._claimed is not None and message["type"] == "http.request":
            raise Unreadable("not_understood")


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
        request_id = (b"x-request-id", self._scope["state"]["request_id"].encode())
        ours = _SECURE if self._scope.get("scheme") == "https" else HEADERS
        own = {name.lower() for name, _ in message.get("headers", ())}
        if own.isdisjoint(_NAMES):
            return [*ours, request_id]
        return [(name, value) for name, value in (*ours, request_id) if name not in own]


def _admitted(scope: Scope) -> int | None:
    """The length the headers claim, None where they claim none.

    Raises ``Unreadable`` for a flood of headers, an endless path, one that is no UTF-8 (two of them would
    name one person), a header of :data:`ONCE` that stands twice, and a body whose end two headers tell
    differently: what stands behind such a body is how one request hides in another.
    """
    headers, path = scope["headers"], scope["path"]
    if len(headers) > MAX_HEADERS or sum([len(k) + len(v) for k, v in headers]) > HEADER_BYTES:
        raise Unreadable("headers_too_large")
    if len(scope.get("raw_path") or path) + len(scope["query_string"]) > PATH_BYTES:
        raise Unreadable("path_too_long")
    names = [name for name, _ in headers]
    once = [name for name in names if name in ONCE]
    if REPLACED in path or SLASH in path or len(once) > len(set(once)):
        raise Unreadable("not_understood")
    if b"content-length" not in names:
        return None
    length = dict(headers)[b"content-length"]
    chunked, twice = b"transfer-encoding" in names, names.count(b"content-length") > 1
    if chunked or twice or not _LENGTH.fullmatch(length):
        raise Unreadable("not_understood")
    return int(length)


def _limit(scope: Scope) -> int:
    return PICTURES_BYTES if WITH_PICTURES.match(scope["path"]) else JSON_BYTES


def _request_id(scope: Scope) -> str:
    """The caller's, where it is fit for a log line; else one of ours."""
    said = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    text = said.decode("latin-1")
    return text if _REQUEST_ID.fullmatch(text) else token_hex(16)
