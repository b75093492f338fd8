"""Rates and their intervals as people read them: as many figures as they carry, never a rounded nought."""

from __future__ import annotations

from math import floor, isfinite, log10

from babel.numbers import format_decimal

from facekeep.web.pages.dates import LOCALES

FIGURES = 2
"""Figures that count of a small rate."""

MOST_PLACES = 6


def share(rate: float, language: str) -> str:
    """``0.00093`` as ``0.093 %``; a rate lies from 0 to 1."""
    points = min(max(rate, 0.0), 1.0) * 100 if isfinite(rate) else 0.0
    places = _places(points)
    shown = format_decimal(round(points, places), f"#,##0.{'#' * places}", locale=LOCALES[language])
    return f"{shown} %"


def interval(low: float, high: float, language: str) -> str:
    """``0.05–0.17 %``."""
    return f"{share(low, language).removesuffix(' %')}–{share(high, language)}"


def _places(points: float) -> int:
    if points <= 0 or points >= 10:
        return 1
    return min(max(FIGURES - 1 - floor(log10(points)), 1), MOST_PLACES)
