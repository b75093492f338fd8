"""The console's pages about the rules and who works under them, in the order of the rail."""

from __future__ import annotations

from types import ModuleType

from fastapi import APIRouter

from facekeep.web.console import (
    access,
    approvals,
    assessments,
    cases,
    consents,
    devices,
    places,
    purpose_steps,
    purposes,
)

STAGES: tuple[ModuleType, ...] = (
    assessments, purpose_steps, purposes, consents, places, devices, cases, access, approvals,
)  # fmt: skip
"""One a file; each adds its own paths."""

router = APIRouter()
for _stage in STAGES:
    router.include_router(_stage.router)
