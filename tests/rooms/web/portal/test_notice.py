"""Behind a link: the notice, what changed, and nothing used up by looking."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.governance.invitations import OPEN_DAYS, InvitationState
from tests.attacks.http import TestClient
from tests.attacks.toolkit import DAY, Turnable, agree, officer_of, publish, purpose_text
from tests.rooms.web.portal.walking import invited, text_of
from tests.rooms.web.steps import entries


def state_of(house: House, path: str) -> InvitationState:
    """How far a link has come."""
    return house.invitations.open(path.rpartition("/")[2]).invitation.state


def test_the_three_questions_come_first(browser: TestClient, house: House) -> None:
    """Then the other ways, who is responsible, and the whole of it."""
    told = text_of(browser.get(invited(house)).text)
    order = (
        "Why is my face",
        "How is it kept",
        "What is the risk",
        "Other ways",
        "The whole notice",
    )

    assert [told.index(one) for one in order] == sorted(told.index(one) for one in order)


def test_looking_uses_nothing_up(browser: TestClient, house: House) -> None:
    """A messenger that previews links answers nothing in anybody's name."""
    path = invited(house)
    before = entries(house)

    for _ in range(3):
        assert browser.get(path).status_code == 200

    assert (state_of(house, path), entries(house)) == (InvitationState.MADE, before)


def test_whoever_goes_on_to_the_choice_has_opened_it(browser: TestClient, house: House) -> None:
    """That is what a campaign counts."""
    path = invited(house)

    browser.get(f"{path}/choice")

    assert state_of(house, path) is InvitationState.OPENED


def test_what_changed_since_last_time_is_shown(
    browser: TestClient, house: House, clock: Turnable
) -> None:
    """Before and after, where a notice was read before."""
    agree(house, "anna")
    clock.advance(DAY)
    publish(house, purpose_text(risk='{zh = "新的风险", en = "Another risk"}'))
    path = invited(house)

    told = text_of(browser.get(path).text)

    assert "What changed since you last read it" in told
    assert "What the risk is: Gate" in told  # before
    assert "What the risk is: Another risk" in told


def test_a_first_notice_has_not_changed(browser: TestClient, house: House) -> None:
    """Nothing is compared with what nobody read."""
    assert "What changed" not in text_of(browser.get(invited(house)).text)


def test_whoever_consented_stands_before_their_own_door(browser: TestClient, house: House) -> None:
    """Their PIN opens it, not the link."""
    path = invited(house)
    agree(house, "anna")

    answer = browser.get(path, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/open")


@pytest.mark.parametrize("page", ["", "/choice", "/consent", "/other-way", "/later", "/guardian"])
def test_a_link_that_is_over_opens_nothing(
    browser: TestClient, house: House, clock: Turnable, page: str
) -> None:
    """In the same words as one that never was."""
    path = invited(house)
    clock.advance((OPEN_DAYS + 1) * DAY)

    over = browser.get(path + page)
    unknown = browser.get(f"/p/{'0' * 40}{page}")

    assert (over.status_code, unknown.status_code) == (403, 403)
    assert _less_number(over.text) == _less_number(unknown.text)
    assert "Ask at the desk for a new one" in text_of(over.text)


@pytest.mark.parametrize("token", ["0" * 39, "z" * 40, "%00" * 3, "..%2f..%2fetc"])
def test_what_is_no_link_at_all_is_said_in_words(browser: TestClient, token: str) -> None:
    """No stack, no echo."""
    answer = browser.get(f"/p/{token}")

    assert answer.status_code in (400, 404, 422)
    assert "What you can do now" in text_of(answer.text)


def test_a_newer_link_ends_the_earlier_one(browser: TestClient, house: House) -> None:
    """Whoever found an old one finds nothing."""
    old = invited(house)
    new = house.invitations.hand_over("anna", "gate").path

    assert browser.get(old).status_code == 403
    assert browser.get(new).status_code == 200


def _less_number(page: str) -> str:
    return text_of(page).partition("Number of this request")[0]


@pytest.mark.parametrize("page", ["", "/choice", "/consent"])
def test_a_purpose_that_has_ended_asks_nobody(browser: TestClient, house: House, page: str) -> None:
    """Its links say so, and record nothing."""
    path = invited(house)
    house.end_use("gate", officer_of(house))
    before = entries(house)

    answer = browser.get(path + page)

    assert answer.status_code == 403
    assert "What you can do now" in text_of(answer.text)
    assert entries(house) == before
