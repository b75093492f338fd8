"""Every page of the console, in the order of its rail."""

from __future__ import annotations

from types import ModuleType

from fastapi import APIRouter

from facekeep.web.console import (
    compliance,
    exporting,
    filing,
    jobs,
    ledger,
    models,
    parity,
    rule_pages,
    today,
    workdays,
)

STAGES: tuple[ModuleType, ...] = (
    today, rule_pages, jobs, models, parity, exporting, compliance, filing, workdays, ledger,
)  # fmt: skip
"""One a file; each adds its own paths."""

router = APIRouter()
for _stage in STAGES:
    router.include_router(_stage.router)
