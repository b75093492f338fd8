"""One planted breach after another: each is reported under the name of the duty it breaks.

The home is well run, then one thing is made wrong, behind its doors, as carelessness or an intruder
would. Exactly the duties that name it get a gap they did not have.
"""

from __future__ import annotations

import pytest

from facekeep.oversight.comply import Status
from facekeep.terms.messages import in_language
from tests.law import (
    breaches_clocks,
    breaches_papers,
    breaches_people,
    breaches_places,
    breaches_storage,
)
from tests.law.estate import Estate, build, new_gaps, standing
from tests.law.planted import BREACHES, Breach

ROOMS = (breaches_storage, breaches_places, breaches_people, breaches_clocks, breaches_papers)
"""Each registers its breaches when it is imported."""

LEAST = 80
"""Duties whose breach is reported by name."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """Built once."""
    return build(tmp_path_factory.mktemp("estate"))


@pytest.fixture
def estate(kept: Estate) -> Estate:
    """Put back before each breach."""
    kept.restore()
    return kept


@pytest.mark.parametrize("planted", BREACHES, ids=lambda planted: planted.name)
def test_a_planted_breach_is_reported_by_name(estate: Estate, planted: Breach) -> None:
    """The duties it breaks have a new gap that says so; no other duty has one."""
    with estate.open() as house:
        planted.plant(estate.site, house)
        after = standing(house)
    gaps = new_gaps(estate.well, after)
    assert set(gaps) - planted.also | planted.breaks & set(gaps) == planted.breaks, gaps
    assert {after[name].status for name in gaps} == {Status.NOT_MET}
    said = [gap.what for name in planted.breaks for gap in gaps[name]]
    assert any(planted.says in what for what in said), said
    assert [what for what in said if in_language(what, "zh") == what] == []


def test_an_untouched_home_has_no_new_gap(estate: Estate) -> None:
    """Control: putting it back changes nothing."""
    with estate.open() as house:
        assert new_gaps(estate.well, standing(house)) == {}


def test_enough_duties_are_held_by_a_breach() -> None:
    """More than the forty we set out for: none gets lost unseen."""
    assert len(frozenset().union(*(planted.breaks for planted in BREACHES))) >= LEAST
