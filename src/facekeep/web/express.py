"""A straight way for the one question that is asked a thousand times a second.

A verification in JSON is authorised, read, answered and written out in one thread, by the handler that
the framework has for it. A walk along all routes and three changes of thread are left out, and nothing
else: limits, key, checks, problems and meters are the same. Whatever is not just that (a form, an
``Idempotency-Key``, somebody whose key was not seen before) takes the framework's way, which also
describes the path (OpenAPI).
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from types import SimpleNamespace

from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from facekeep.terms.cores import settle
from facekeep.terms.wire.verifications import VerificationRequest
from facekeep.web import problems
from facekeep.web.api.verifications import verify
from facekeep.web.bodies import JSON, kind_of, of_json
from facekeep.web.caller import calling
from facekeep.web.idempotency import HEADER
from facekeep.web.lanes import Lane

PATH = "/v1/verifications"
ROUTE = SimpleNamespace(path=PATH)
"""What meters and logs call it."""

THREADS = 8
"""Verifications at once. On one core (``terms.cores``) more of them cost nothing, share more commits where a
disk is slow, and let more pictures be looked at on the other cores."""

OK = 200
PLAIN, ONCE = JSON.encode(), HEADER.encode()
KEYS = 1_024
"""Programs whose way is straight; beyond, the ones that were there first go round again."""


class Express:
    """In front of the framework, behind the limits."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lane = Lane(THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        key = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        shown = sha256(key).digest()
        if not key:  # a browser, or nobody
            await self._app(scope, receive, send)
        elif shown not in self._seen:  # nobody's body is read before they are known
            await self._app(scope, receive, self._watched(shown, send))
        elif not _is_plain(request):
            await self._app(scope, receive, send)
        else:
            scope.update(app=self._app, route=ROUTE)
            await (await self._answer(request))(scope, receive, send)

    def _watched(self, shown: bytes, send: Send) -> Send:
        """Remember a key that was answered; whether it still opens is asked anew each time."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == OK:
                self._seen[shown] = None
                if len(self._seen) > KEYS:
                    self._seen.popitem(last=False)
            await send(message)

        return watched

    async def _answer(self, request: Request) -> Response:
        try:
            raw = await _body(request.receive)
            return await self._lane.do(lambda: _verified(request, raw))
        except Exception as error:  # noqa: BLE001 - answered and noted as the framework's handlers do
            return await problems.of_any(request, error)


def _is_plain(request: Request) -> bool:
    headers = dict(request.scope["headers"])
    usual = headers.get(b"content-type") == PLAIN and b"content-encoding" not in headers
    kind = JSON if usual else kind_of(request)
    return request.method == "POST" and ONCE not in headers and kind == JSON


async def _body(receive: Receive) -> bytes:
    """The whole body; the limits count it on its way. Raises ``ClientDisconnect``."""
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _verified(request: Request, raw: bytes) -> Response:
    settle()
    call = calling(request)
    asked = of_json(VerificationRequest, raw)
    return Response(verify(call, asked).model_dump_json(), media_type=JSON)
