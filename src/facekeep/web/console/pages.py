"""Every page of the console, in the order of its rail."""

from __future__ import annotations

from types import ModuleType

from fastapi import APIRouter

from facekeep.web.console import compliance, jobs, ledger, models, rule_pages, today

STAGES: tuple[ModuleType, ...] = (today, jobs, models, compliance, ledger, rule_pages)
"""One a file; each adds its own paths."""

router = APIRouter()
for _stage in STAGES:
    router.include_router(_stage.router)
