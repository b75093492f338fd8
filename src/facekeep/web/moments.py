"""Times as they travel: ISO 8601, UTC, no finer than the ledger keeps them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """``2026-01-31T12:05:00Z``."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def day(seconds: float) -> str:
    """``2026-01-31``."""
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
