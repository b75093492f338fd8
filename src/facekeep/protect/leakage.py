"""How much an answer tells about a template, in bits (custody rule 3)."""

from __future__ import annotations

from math import log2

from facekeep.terms.values import AttackVerdict, CaptureLevel


def entropy(p: float) -> float:
    """h(p): bits in one yes-or-no answer that is yes with probability ``p``."""
    if p <= 0.0 or p >= 1.0:
        return 0.0
    return -p * log2(p) - (1 - p) * log2(1 - p)


def lifetime_units(d: int) -> float:
    """An enrolment's whole budget: d / 2."""
    return d / 2


def is_attested(level: CaptureLevel, pad: AttackVerdict) -> bool:
    """A registered device, a passed attack check and a fresh nonce, bound together."""
    return level is CaptureLevel.ATTESTED and pad is AttackVerdict.PASSED


def verification_cost(attested: bool, failed: bool, fmr: float) -> float:
    """Units one 1:1 decision spends: an attested match 0, an attested non-match h(FMR), else 1."""
    if not attested:
        return 1.0
    return entropy(fmr) if failed else 0.0
