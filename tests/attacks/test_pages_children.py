"""A child with a link: whoever asked a guardian once is answered by a guardian, by whichever link and at
whichever door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.governance.consent_story import Channel
from facekeep.governance.invitations import OPEN_DAYS
from facekeep.terms.errors import GuardianRequired
from tests.attacks.http import TestClient
from tests.attacks.toolkit import DAY, Site, Turnable
from tests.rooms.web.portal.walking import agree, fields_of, invited, walker


@pytest.fixture
def child(site: Site, house: House) -> Iterator[TestClient]:
    """Somebody of twelve with a phone."""
    with walker(house, site.settings, site.people) as client:
        yield client


def test_waiting_until_the_guardians_link_is_over_does_not_grow_anybody_up(
    child: TestClient, house: House, clock: Turnable
) -> None:
    """A new link from the desk, where nobody ticked the box again."""
    invited(house, "child", guardian=True)
    clock.advance((OPEN_DAYS + 1) * DAY)
    house.invitations.forget_due()

    path = house.invitations.hand_over("child", "gate").path

    assert child.get(f"{path}/consent", follow_redirects=False).headers["location"] == (
        f"{path}/guardian"
    )


def test_a_link_made_for_somebody_grown_up_takes_no_consent_of_a_child_who_is_known_as_one(
    child: TestClient, house: House
) -> None:
    """The link is plain; then the operator asks the guardian."""
    from facekeep.collection.requests import Question

    path = house.invitations.hand_over("child", "gate").path
    fields = fields_of(child.get(f"{path}/consent").text, f"{path}/consent")
    house.requests.ask(Question("child", ("gate",), guardian=True))

    told = {**fields, "pin": "480913", "pin_again": "480913"}
    answer = child.post(f"{path}/consent", data=told, follow_redirects=False)

    assert answer.headers["location"] == f"{path}/guardian"
    assert house.consents.show("child", "gate") == []


def test_no_door_hears_a_child_for_whom_a_guardian_was_asked(house: House) -> None:
    """The desk's screen and a program: no birth date, no guardian, no consent; a birth date tells."""
    invited(house, "child", guardian=True)
    shown = house.consents.shown("gate", "en", Channel.TERMINAL)

    with pytest.raises(GuardianRequired):
        house.requests.give(Asking("child", "gate", shown=shown))
    house.requests.give(Asking("child", "gate", shown=shown, birth=date(1990, 1, 1)))

    assert house.consents.show("child", "gate")[-1].stands


def test_others_are_asked_as_before(child: TestClient, house: House) -> None:
    """Nobody asked a guardian for them."""
    assert agree(child, invited(house, "anna")).status_code == 200
