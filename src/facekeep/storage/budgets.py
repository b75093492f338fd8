"""Decision budgets: how much may be learnt about a template by asking (custody rule 3).

A budget belongs to an enrolment and is read from the ledger: every decision entry carries, sealed,
the running totals of its chain. It is never shown to the caller. Spent: unattested captures are
refused, attested ones go on until too many of them were somebody else (decision 9). Nobody is locked
out of another device by a day's failures, nor ever out of the alternative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from facekeep.protect.leakage import lifetime_units
from facekeep.terms.errors import BudgetSpent, Misused
from facekeep.terms.values import CaptureLevel

MICRO = 1_000_000
"""Units are kept as whole millionths: the ledger holds no fractions."""

DAY = 86_400
DEVICE_FAILURES = 10
"""A day, per subject and device; then that device offers the alternative."""

MAX_DEVICES = 64
"""Devices counted apart on one day; failures at further ones are counted together."""

MAX_DEVICE_NAME = 64
"""Characters."""

ALARM_FAILURES = 50
"""A day, per subject over all devices; then an alarm is written."""

ATTESTED_MISSES = 384
"""Attested non-matches an enrolment bears, less an eighth for each attested match, and no more than
2 d: measured so that strangers before a registered camera gain a cosine below .1 (decision 9)."""

MISS = 8
"""The account of attested non-matches is kept in eighths: the ledger holds no fractions."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Running totals of one enrolment: millionths spent, today's failures by device, and eighths of
    attested non-matches that no match has made up for."""

    spent: int = 0
    day: int = 0
    failures: Mapping[str, int] | None = None
    missed: int = 0

    @classmethod
    def read(cls, details: Mapping[str, Any] | None) -> Totals:
        """The totals an entry carries; none yet where it carries none."""
        kept = (details or {}).get("totals")
        if not kept:
            return cls()
        return cls(kept["spent"], kept["day"], kept["failures"], kept["missed"])

    def as_dict(self) -> dict[str, Any]:
        """What an entry seals."""
        failures = dict(self.failures or {})
        return {"spent": self.spent, "day": self.day, "failures": failures, "missed": self.missed}

    def after(self, units: float, failed: bool, device: str, now: float) -> Totals:
        """The totals with one more decision."""
        day = int(now // DAY)
        failures = dict(self.failures or {}) if day == self.day else {}
        if failed:
            counter = _counter(failures, device)
            failures[counter] = failures.get(counter, 0) + 1
        return Totals(self.spent + round(units * MICRO), day, failures, self.missed)

    def after_attested(self, failed: bool) -> Totals:
        """The totals with one more attested answer: a stranger's adds one, the person's takes an
        eighth back, so that an honest year leaves nothing and a line of strangers adds up."""
        return replace(self, missed=max(0, self.missed + (MISS if failed else -1)))

    def failed_today(self, now: float) -> int:
        """Failures today over all devices."""
        return sum((self.failures or {}).values()) if self.day == int(now // DAY) else 0

    def renewed(self) -> Totals:
        """A new enrolment starts a new count; a renewal does not."""
        return Totals(0, self.day, self.failures)


def attested_misses(d: int) -> int:
    """How many attested non-matches an enrolment of dimension ``d`` bears."""
    return min(ATTESTED_MISSES, 2 * d)


def refuse_spent(totals: Totals, d: int, attested: bool, device: str, now: float) -> None:
    """Raises ``BudgetSpent`` where one more answer would tell too much, or fails too often."""
    today = totals.day == int(now // DAY)
    if today and (totals.failures or {}).get(_short(device), 0) >= DEVICE_FAILURES:
        raise BudgetSpent("too many attempts here today", "Use the other way in, or another device")
    if not attested and totals.spent + MICRO > lifetime_units(d) * MICRO:
        raise BudgetSpent(
            "pictures without an attested capture are no longer answered",
            "Use a registered device, the other way in, or enrol anew",
        )
    if attested and totals.missed + MISS > MISS * attested_misses(d):
        raise BudgetSpent(
            "too many attested pictures were somebody else",
            "Use the other way in, or enrol anew",
        )


def alarm_is_due(totals: Totals, failed: bool, now: float) -> bool:
    """Whether this very failure is the one that reaches today's alarm, over all devices."""
    return failed and totals.failed_today(now) == ALARM_FAILURES


def counted_device(device: str, level: CaptureLevel) -> str:
    """Under which name failures count: without a registered device, every name is anybody's."""
    if level is CaptureLevel.NONE:
        return "none"
    if not 0 < len(device) <= MAX_DEVICE_NAME:
        raise Misused(f"a device's name has 1 to {MAX_DEVICE_NAME} characters")
    return device


def _counter(failures: Mapping[str, int], device: str) -> str:
    """Where a device's failures are counted: its own place, or one for all beyond the sixty-fourth,
    which rings the alarm and closes none of them: nobody is locked out of another device."""
    name = _short(device)
    return name if name in failures or len(failures) < MAX_DEVICES else "others"


def _short(device: str) -> str:
    """Equally short for every device, so that an entry's length does not tell which."""
    return sha256(device.encode()).hexdigest()[:8]
