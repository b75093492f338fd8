"""The pages of whoever agreed, in the order in which they are met, and those that anybody may use."""

from __future__ import annotations

from fastapi import APIRouter

from facekeep.web.portal import (
    cases,
    checking,
    history,
    leaving,
    mine,
    opening,
    other_way,
    passkeys,
    renewing,
)

router = APIRouter()
for _stage in (opening, mine, history, leaving, renewing, other_way, cases, passkeys, checking):
    router.include_router(_stage.router)
