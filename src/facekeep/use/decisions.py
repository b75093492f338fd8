"""From people searched to an error rate, and what an answer says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log1p

from facekeep.terms.values import Decision


def fmr_for(fpir: float, people: int) -> float:
    """The false match rate that keeps a search of ``people`` within ``fpir`` (ISO/IEC 19795-1).

    FMR = 1 - (1 - FPIR)^(1/N), without cancellation for large N.
    """
    return -expm1(log1p(-fpir) / max(people, 1))


@dataclass(frozen=True, slots=True)
class Answer:
    """A 1:1 decision and how often it is wrong. Never a score (custody rule 2)."""

    decision: Decision
    max_fmr: float
    model: str
    grade: str
    calibration: str
    pad: str
    capture: str
    purpose: str
    event: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A 1:N answer: operator references in random order, or none."""

    subjects: tuple[str, ...]
    searched_range: str
    max_fpir: float
    model: str
    grade: str
    calibration: str
    pad: str
    capture: str
    purpose: str
    event: str
    alternatives: tuple[str, ...]
