"""The frame around every page of the officers: where one can go, and who is signed in.

The rail follows the loop and shows only what whoever reads may open; the gate is asked again behind
every link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from facekeep.web.api.sessions import session_of
from facekeep.web.console.wording import CONSOLE
from facekeep.web.pages.site import PLAIN, Needs, show
from facekeep.web.service import Call

Link = tuple[str, str]
"""A path, and its key among the words of the rail."""

RAIL: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("overview", (("/console", "today", "own_session"),)),
    ("collection", (
        ("/console/purposes", "purposes", "read_purposes"),
        ("/console/consents", "consents", "read_evidence read_cases"),
        ("/console/places", "places", "read_devices"),
        ("/console/devices", "devices", "read_devices"),
        ("/desk/campaigns", "campaigns", "import_subjects"),
    )),
    ("storage", (("/console/jobs", "jobs", "read_jobs"),)),
    ("use", (
        ("/console/models", "models", "read_evidence"),
        ("/console/parity", "parity", "read_evidence"),
    )),
    ("response", (("/console/cases", "cases", "read_cases"),)),
    ("governance", (
        ("/console/compliance", "compliance", "read_evidence"),
        ("/console/filing", "filing", "read_evidence"),
        ("/console/ledger", "ledger", "read_ledger"),
        ("/console/access", "access", "read_staff"),
        ("/console/approvals", "approvals", "read_approvals"),
    )),
)  # fmt: skip
"""By the loop: a path, its words, and the acts any of which opens it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in."""

    name: str
    role: str


def render(
    request: Request, call: Call, template: str, *, status: int = 200, needs: Needs = PLAIN,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    """A page of the console in its frame. Raises ``NotSignedIn`` for a program."""
    staff = call.house.front_desk.owner(session_of(call))
    return show(
        request, CONSOLE, template, status=status, needs=needs, rail=list(_rail(call)),
        who=Signed(staff.name, staff.role.value), **context,
    )  # fmt: skip


def _rail(call: Call) -> Iterator[tuple[str, list[Link]]]:
    """Groups with something to open."""
    words, language, gate = CONSOLE.words, call.language, call.house.gate
    for group, links in RAIL:
        mine = [
            (path, words.say(f"rail.{key}", language))
            for path, key, act in links
            if any(gate.could(call.caller, one) for one in act.split())
        ]
        if mine:
            yield words.say(f"rail.{group}", language), mine
