"""Days, times and numbers as people read them (CLDR through Babel), with the time zone where a clock runs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from facekeep.governance.workdays import SHANGHAI

LOCALES = {"zh": "zh_CN", "en": "en_GB"}
_DAY = {"zh": "y年M月d日", "en": "d MMM y"}
_ZONE = {"zh": "北京时间", "en": "UTC+8"}


def day(at: float | date | str, language: str) -> str:
    """``21 Nov 2026`` / ``2026年11月21日``; ``at`` in seconds since 1970, as a day, or as ISO 8601."""
    return format_date(_local(at), _DAY[language], locale=LOCALES[language])


def moment(at: float | str, language: str) -> str:
    """The day and the minute, in China's time, with the zone named."""
    local = _local(at)
    return f"{day(at, language)} {local:%H:%M} ({_ZONE[language]})" if language == "en" else (
        f"{day(at, language)} {local:%H:%M}（{_ZONE[language]}）"
    )  # fmt: skip


def number(value: float, language: str) -> str:
    """``12,345``."""
    return format_decimal(value, locale=LOCALES[language])


def percent(share: float, language: str) -> str:
    """``0.05`` as ``5 %``, one decimal where it says more."""
    return format_percent(share, "0.#%", locale=LOCALES[language])


def _local(at: float | date | str) -> datetime:
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(SHANGHAI)
    if isinstance(at, date):
        return datetime(at.year, at.month, at.day, tzinfo=SHANGHAI)
    return datetime.fromtimestamp(at, SHANGHAI)
