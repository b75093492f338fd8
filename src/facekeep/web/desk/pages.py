"""The staff's sign-in, the desk, the kiosk and the campaigns: every page of them."""

from __future__ import annotations

from fastapi import APIRouter

from facekeep.web.desk import (
    accepting,
    asking,
    campaigns,
    enrolling,
    helping,
    kiosk,
    leaving,
    own,
    people,
    proving,
    signing_in,
)

router = APIRouter()
for stage in (
    signing_in, proving, accepting, own, people, asking, enrolling, helping, leaving, kiosk,
    campaigns,
):  # fmt: skip
    router.include_router(stage.router)
