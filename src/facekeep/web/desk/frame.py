"""The frame around the desk's pages: who is signed in, and where they may go from here."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from facekeep.web.api.sessions import session_of
from facekeep.web.desk.wording import DESK
from facekeep.web.pages.site import PLAIN, Needs, show
from facekeep.web.service import Call

PLACES = (
    ("/desk", "people", "enrol"),
    ("/desk/campaigns", "campaigns", "import_subjects"),
    ("/desk/kiosk", "kiosk", "verify"),
    ("/console", "console", "read_ledger"),
)
"""A path, its words, and the act that opens it."""


def render(
    request: Request, call: Call, template: str, *, status: int = 200, needs: Needs = PLAIN,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    """A page of the desk in its frame. Raises ``NotSignedIn`` for a program."""
    staff = call.house.front_desk.owner(session_of(call))
    return show(
        request, DESK, template, status=status, needs=needs, places=_places(call),
        who=staff.name, **context,
    )  # fmt: skip


def _places(call: Call) -> list[tuple[str, str]]:
    could = call.house.gate.could
    return [(path, f"desk.nav.{key}") for path, key, act in PLACES if could(call.caller, act)]
