"""``Idempotency-Key``: whoever lost an answer asks again, and nothing is done twice.

A router opts in with ``route_class=Once``. Without the header a request takes its ordinary way; with
it, the answer is kept for a day (``storage.replies``) and repeated byte for byte, also after a restart.
Answers and refusals are kept; what was not even begun (nobody signed in, a body that cannot be read,
a store that does not answer) is not, and the same key may ask again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from facekeep.access.authority import Caller, Member, Program
from facekeep.storage.replies import Asked, Reply, ReplyBook, digest_of
from facekeep.terms.errors import (
    Broken,
    FacekeepError,
    NotPermitted,
    NotSignedIn,
    Tampered,
    TooMany,
    WrongPassphrase,
)
from facekeep.web.caller import calling, service_of
from facekeep.web.lanes import is_leaving, to_leave
from facekeep.web.problems import fault, language_of, let_go, problem_of, respond

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_KEY = re.compile(r'"([!#-\[\]-~]{16,128})"|([!#-\[\]-~]{16,128})', re.ASCII)
"""A string of RFC 8941, or the same without its quotes. Long enough that nobody guesses one: an answer
is sealed under it."""

_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})"?', re.IGNORECASE)
PARAMETER = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "minLength": 16, "maxLength": 130},
    "description": "16 to 128 random characters, such as a UUID, drawn anew for each thing to be done. The "
    "same key with the same request is answered the same for a day, and done once.",
}  # fmt: skip

Handler = Callable[[Request], Awaitable[Response]]
Result = TypeVar("Result")


class Aside(Protocol):
    """Does something beside the loop that every request waits on."""

    def __call__(self, act: Callable[[], Result], /) -> Awaitable[Result]: ...


class Once(APIRoute):
    """A route whose changes may be asked for again without being made again."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if CHANGING & set(options.get("methods") or ()):
            extra = dict(options.get("openapi_extra") or {})
            others = [one for one in extra.get("parameters", ()) if one != PARAMETER]
            options["openapi_extra"] = {**extra, "parameters": [*others, PARAMETER]}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The ordinary way, and the one with a key."""
        plain = super().get_route_handler()
        if not CHANGING & set(self.methods or ()):
            return plain

        async def once(request: Request) -> Response:
            if HEADER not in request.headers:
                return await plain(request)
            return await _once(plain, request)

        return once


async def _once(plain: Handler, request: Request) -> Response:
    book = service_of(request).house.home.replies
    # Nobody's body is read before they are known.
    aside = _lane(request)
    who, key = await aside(partial(_asking, request))
    asked, kept = await aside(partial(_begun, book, request, who, key, await request.body()))
    if kept is not None:
        headers = {REPLAYED: "true"}
        return Response(kept.body, kept.status, headers, media_type=kept.media_type)
    try:
        return await _carried_out(plain, request, book, asked)
    finally:
        book.rest(asked)


async def _carried_out(plain: Handler, request: Request, book: ReplyBook, asked: Asked) -> Response:
    aside = _lane(request)
    try:
        response = await plain(request)
    except Exception as error:
        if not _was_answered(error):
            await aside(partial(book.release, asked))
            raise
        response = respond(problem_of(error, language_of(request), _id(request)))
        request.scope["state"]["problem"] = getattr(error, "code", "")
        let_go(error)
    reply = Reply(response.status_code, response.headers["content-type"], bytes(response.body))
    about = list(_about(request, reply))
    with suppress(FacekeepError):  # it is done: an answer that cannot be kept is given all the same
        await aside(partial(_written, request, partial(book.answer, asked, reply, about)))
    return response


def _lane(request: Request) -> Aside:
    """Whoever leaves waits behind nobody, with a key as without."""
    return to_leave if is_leaving(request.scope) else run_in_threadpool


def _written(request: Request, write: Callable[[], Result]) -> Result:
    """What keeps an answer; the last of a full disk is for whoever takes something back."""
    ballast = service_of(request).house.home.ballast
    if request.method == "DELETE":
        return ballast.lend(write)
    ballast.require()
    return write()


def _was_answered(error: Exception) -> bool:
    """Whether somebody of the house said no; anything else may be asked again with the same key."""
    undone = (NotSignedIn, NotPermitted, TooMany, Tampered)
    out_of_order = isinstance(error, Broken) and not isinstance(error, WrongPassphrase)
    return isinstance(error, FacekeepError) and not isinstance(error, undone) and not out_of_order


def _asking(request: Request) -> tuple[str, str]:
    """Who asks, under which key. Raises ``NotSignedIn``; answers 422 for a key that is none."""
    found = _KEY.fullmatch(request.headers[HEADER].strip())
    if found is None:
        raise fault("/header/idempotency-key", "16 to 128 visible characters, drawn at random")
    return _who(calling(request).caller), found[1] or found[2]


def _begun(
    book: ReplyBook, request: Request, who: str, key: str, body: bytes
) -> tuple[Asked, Reply | None]:
    kind = request.headers.get("content-type", "")
    target = f"{request.url.path}?{request.url.query}"
    media_type, form = kind.partition(";")[0], _without_boundary(kind, body)
    asked = Asked(who, key, digest_of(request.method, target, media_type, form))
    now = service_of(request).house.home.journal.now()
    return asked, _written(request, partial(book.begin, asked, now))


def _without_boundary(kind: str, body: bytes) -> bytes:
    """A form that is sent again has another boundary, drawn by the client, and is the same form."""
    found = _BOUNDARY.search(kind) if kind.lower().startswith("multipart/") else None
    return body.replace(found[1].encode("latin-1"), b"") if found else body


def _who(caller: Caller) -> str:
    match caller:
        case Program():
            return f"program/{caller.key}"
        case Member():
            return f"session/{caller.session.hex()}"
        case _:
            return "local"


def _about(request: Request, reply: Reply) -> Iterator[tuple[str, str]]:
    """Whom an answer names, in which purpose. What answers a leaving is about nobody who is still
    here: it is the person's proof.
    """
    if request.method == "DELETE":
        return
    asked, path = getattr(request.state, "asked", None), request.path_params
    purpose = path.get("purpose") or getattr(asked, "purpose", "")
    subject = path.get("subject") or getattr(asked, "subject", "")
    if subject:
        yield str(subject), str(purpose)
    for found in _found_in(reply.body):
        yield found, str(purpose)


def _found_in(body: bytes) -> list[str]:
    """Those a search found."""
    if b'"subjects"' not in body:
        return []
    told = json.loads(body)
    subjects = told.get("subjects") if isinstance(told, dict) else None
    return [one for one in subjects or () if isinstance(one, str)]


def _id(request: Request) -> str:
    return str(request.scope["state"]["request_id"])
