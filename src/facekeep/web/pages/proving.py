"""Both factors once more before a grave act: an open browser is not enough for what cannot be taken back."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from facekeep.web.pages.site import go
from facekeep.web.service import Call

PROVE = "/staff/prove"


def prove_first(call: Call, action: str, then: str) -> Response | None:
    """On to showing both factors and back to ``then``, where that alone is missing; None where nothing is."""
    gate, who = call.house.gate, call.caller
    if gate.allows_somewhere(who, action) or not gate.could(who, action):
        return None
    return go(f"{PROVE}?next={quote(then)}")
