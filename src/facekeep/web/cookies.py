"""The cookies of the staff: set and taken away in one way, whichever door somebody came by."""

from __future__ import annotations

from starlette.responses import Response

from facekeep.access.sessions import LONGEST_S
from facekeep.web.caller import COOKIE


def keep(response: Response, token: str, name: str = COOKIE, seconds: int = LONGEST_S) -> None:
    """Give a browser the name of its session: for this host, by TLS alone, read by no script."""
    response.set_cookie(
        name, token, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict"
    )


def clear(response: Response, name: str = COOKIE) -> None:
    """Take it away."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="strict")
