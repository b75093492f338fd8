"""Under 14 a guardian consents (Measures art. 7)."""

from __future__ import annotations

from datetime import date

import pytest

from facekeep.governance.guardians import ages, require_guardian
from facekeep.terms.errors import GuardianRequired, Misused
from tests.attacks.toolkit import guardian

TODAY = date(2026, 3, 1)
GUARDIAN = guardian()


@pytest.mark.parametrize(
    ("birth", "alone"),
    [(date(2012, 3, 1), False), (date(2012, 2, 29), False), (date(2012, 2, 28), True),
     (date(2020, 1, 1), False), (date(1990, 1, 1), True)],
)  # fmt: skip
def test_fourteen_is_reached_the_day_after_the_birthday(birth: date, alone: bool) -> None:
    """A leap-day child included."""
    known = ages(birth, TODAY)
    require_guardian(known, GUARDIAN, TODAY)
    if alone:
        require_guardian(known, None, TODAY)
    else:
        with pytest.raises(GuardianRequired):
            require_guardian(known, None, TODAY)


@pytest.mark.parametrize("birth", [date(2026, 3, 2), date(1850, 1, 1)])
def test_absurd_birth_dates_are_misused(birth: date) -> None:
    """Neither tomorrow nor out of living memory."""
    with pytest.raises(Misused):
        ages(birth, TODAY)
