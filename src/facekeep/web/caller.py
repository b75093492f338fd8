"""Who asks: a program by its key, or somebody of the staff by their sign-in."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from facekeep.terms.errors import NotSignedIn
from facekeep.web.lanes import to_leave
from facekeep.web.problems import language_of
from facekeep.web.service import Call, Service

HOW = "Send an API key: Authorization: Bearer fk_…  (facekeep api-key add), or sign in"


def service_of(request: Request) -> Service:
    """What this application works with."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def calling(request: Request) -> Call:
    """A call by somebody known. Raises ``NotSignedIn``."""
    service = service_of(request)
    bearer = _bearer(request)  # beside a key, no cookie counts
    caller = service.house.gate.caller(bearer, None if bearer else _cookie(request))
    if caller is None:
        raise NotSignedIn("nobody is signed in", HOW)
    return Call(service, caller, request.scope["state"]["request_id"], language_of(request))


async def calling_to_leave(request: Request) -> Call:
    """The same, past the queue of those who ask."""
    return await to_leave(partial(calling, request))


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(request: Request) -> str | None:
    """The sign-in of a browser; none where another site has sent it here (CSRF).

    ``SameSite=Strict`` keeps other sites out already; this keeps out neighbours under one domain.
    """
    changes = request.method not in READING
    return None if changes and is_foreign(request) else request.cookies.get(COOKIE)


def is_foreign(request: Request) -> bool:
    """Whether a page of another origin sent it (CSRF), as far as the browser says: older ones tell the
    origin alone, and programs neither.
    """
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    if site is not None:
        return site not in ("none", "same-origin")
    own = {request.headers.get("host"), _host(service_of(request).settings.origin)} - {None, ""}
    return origin is not None and _host(origin) not in own


def _host(origin: str) -> str:
    """``faces.example:8443`` of ``https://faces.example:8443``."""
    return origin.partition("://")[2]


READING = ("GET", "HEAD")
COOKIE = "__Host-facekeep"
"""A staff sign-in in a browser: sent by TLS alone, to this host alone, read by no script."""

Calling = Annotated[Call, Depends(calling)]
CallingToLeave = Annotated[Call, Depends(calling_to_leave)]
Serving = Annotated[Service, Depends(service_of)]
