"""A reference was corrected, and given to somebody else: a case stays with whom it was opened for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind, Outcome
from facekeep.rights.objections import Correction
from facekeep.rights.review import decision_of
from facekeep.terms.errors import Misused
from tests.attacks.staff import answered, enter, opened
from tests.attacks.toolkit import Site


def test_review_follows_the_person_not_the_name(site: Site, house: House) -> None:
    """The reviewer sees the decision about the first, never one about the second."""
    enter(house, "Ann")
    site.enrol(house, "alice")
    event = site.ask(house, "alice").event
    case = opened(house, Kind.HUMAN_REVIEW, event=event).row
    correction = opened(house, Kind.CORRECTION, correction=Correction("alice-2")).row
    answered(house, correction, Outcome.DONE)
    assert decision_of(house.home, case)["event"] == event
    site.enrol(house, "alice")  # somebody else, who is called so now
    another = site.ask(house, "alice").event
    strange = house.home.cases.get(case.id)
    about = {**strange.about, "event": another}
    with pytest.raises(Misused, match="no such decision"):
        decision_of(house.home, replace(strange, about=about))
