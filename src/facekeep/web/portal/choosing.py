"""The pages from the first look to the first picture, in the order in which they are met."""

from __future__ import annotations

from fastapi import APIRouter

from facekeep.web.portal import (
    capture,
    choice,
    consent,
    guardian,
    notice,
    receipts,
    storing,
    welcome,
)

router = APIRouter()
for _stage in (welcome, notice, choice, consent, guardian, storing, receipts, capture):
    router.include_router(_stage.router)
