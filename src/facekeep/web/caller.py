"""Who asks: a program by its key, or somebody of the staff by their sign-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from facekeep.terms.errors import NotSignedIn
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
    caller = service.house.gate.caller(_bearer(request), _cookie(request))
    if caller is None:
        raise NotSignedIn("nobody is signed in", HOW)
    return Call(service, caller, request.scope["state"]["request_id"], language_of(request))


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(request: Request) -> str | None:
    """The sign-in of a browser; none where another site has sent it here (CSRF).

    ``SameSite=Strict`` keeps other sites out already; this keeps out neighbours under one domain.
    """
    foreign = request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    return None if foreign and request.method not in READING else request.cookies.get(COOKIE)


READING = ("GET", "HEAD")
COOKIE = "__Host-facekeep"
"""A staff sign-in in a browser: sent by TLS alone, to this host alone, read by no script."""

Calling = Annotated[Call, Depends(calling)]
Serving = Annotated[Service, Depends(service_of)]
