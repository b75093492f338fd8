"""One environment for every page: escaped, strict about what is missing, without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from facekeep.governance.workdays import SHANGHAI, day_of

if TYPE_CHECKING:
    from jinja2 import Environment

OTHER = {"zh": "en", "en": "zh"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def environment() -> Environment:
    """Templates beside this file; loaded here, since most of what a home does prints nothing."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("facekeep.oversight", "papers"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def render(template: str, context: Mapping[str, Any]) -> str:
    """A page."""
    return environment().get_template(template).render(context)


def shown_day(seconds: float, language: str) -> str:
    """A day in China's time: 2026年11月21日, 21 Nov 2026."""
    day = day_of(seconds)
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def shown_minute(seconds: float, language: str) -> str:
    """A day, the minute and the zone."""
    at = datetime.fromtimestamp(seconds, SHANGHAI)
    return f"{shown_day(seconds, language)} {at:%H:%M} UTC+8"
