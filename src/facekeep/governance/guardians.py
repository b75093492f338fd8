"""Under 14 a guardian consents (Measures art. 7, PIPL art. 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from facekeep.terms.errors import GuardianRequired, Misused

GUARDIAN_AGE = 14
ADULT_AGE = 18
OLDEST = 130


@dataclass(frozen=True, slots=True)
class Ages:
    """When somebody turns 14 and 18; the birth date itself is not kept."""

    turns_14: date
    turns_18: date


def ages(birth: date, today: date) -> Ages:
    """The two dates. Raises ``Misused`` for a birth in the future or absurdly far back."""
    if not today - timedelta(days=OLDEST * 366) <= birth <= today:
        raise Misused("the birth date lies outside living memory")
    return Ages(_completed(birth, GUARDIAN_AGE), _completed(birth, ADULT_AGE))


def require_guardian(ages: Ages | None, guardian: str | None, today: date) -> None:
    """Raises ``GuardianRequired`` where a child consents alone."""
    if ages is not None and today < ages.turns_14 and not guardian:
        raise GuardianRequired(
            "a person under 14 cannot consent alone",
            "Have a parent or guardian consent: --guardian REFERENCE",
        )


def guardian_term(ages: Ages | None, guardian: str | None, today: date) -> int | None:
    """When a guardian's consent ends: a child turns 14 and decides alone (seconds)."""
    if ages is None or not guardian or today >= ages.turns_14:
        return None
    return int(datetime.combine(ages.turns_14, datetime.min.time(), UTC).timestamp())


def _completed(birth: date, years: int) -> date:
    """The day after the birthday: Chinese law counts a year as full from then on."""
    leap_day = (birth.month, birth.day) == (2, 29)
    birthday = (
        date(birth.year + years, 3, 1) if leap_day else birth.replace(year=birth.year + years)
    )
    return birthday + timedelta(days=1)
