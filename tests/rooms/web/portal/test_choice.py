"""The choice: three answers alike; each is heard, kept, and may be changed."""

from __future__ import annotations

import re

from facekeep.assembly import House
from facekeep.governance.invitations import InvitationState
from facekeep.terms.values import ConsentState
from tests.attacks.http import TestClient
from tests.attacks.toolkit import agree as agree_at_the_desk
from tests.rooms.web.portal.test_notice import state_of
from tests.rooms.web.portal.walking import agree, fields_of, invited, send, text_of
from tests.rooms.web.steps import entries


def asked(house: House) -> ConsentState:
    """Where asking anna stands."""
    return house.requests.state("anna", "gate")


def test_the_three_cards_are_alike(browser: TestClient, house: House) -> None:
    """Same parts in the same order, same buttons, nothing chosen beforehand."""
    page = browser.get(f"{invited(house)}/choice").text
    cards = re.findall(r"<li><h2>.*?</form></li>", page)
    shapes = {re.sub(r"<input[^>]*>|>[^<]+<|(action|method)=\"[^\"]*\"", "", one) for one in cards}

    assert len(cards) == 3
    assert len({re.sub(r"\s+", "", one).replace("><", "") for one in shapes}) == 1
    assert "checked" not in page
    assert "autofocus" not in page


def test_another_way_is_recorded_and_shown(browser: TestClient, house: House) -> None:
    """They said no; how the other way is used stands there at once."""
    path = invited(house, campaign="spring")

    answer = send(browser, browser.get(f"{path}/choice").text, f"{path}/other-way")

    assert answer.url.path == f"{path}/other-way"
    assert "We will not ask you again" in text_of(answer.text)
    assert (asked(house), state_of(house, path)) == (
        ConsentState.REFUSED, InvitationState.OTHER_WAY,
    )  # fmt: skip
    assert house.home.invitations.campaigns()[("spring", "gate")]["other-way"] == 1


def test_not_now_is_recorded(browser: TestClient, house: House) -> None:
    """The question stays open, and the link too."""
    path = invited(house)

    answer = send(browser, browser.get(f"{path}/choice").text, f"{path}/later")

    assert "This link opens until" in text_of(answer.text)
    assert (asked(house), state_of(house, path)) == (ConsentState.DEFERRED, InvitationState.LATER)
    assert browser.get(path).status_code == 200


def test_not_now_is_heard_where_nobody_asked(browser: TestClient, house: House) -> None:
    """A link that somebody was handed at the desk asks no question, and takes the answer all the same."""
    path = house.invitations.hand_over("anna", "gate").path

    answer = send(browser, browser.get(f"{path}/choice").text, f"{path}/later")

    assert answer.status_code == 200
    assert (asked(house), state_of(house, path)) == (ConsentState.UNKNOWN, InvitationState.LATER)


def test_looking_at_another_way_answers_nothing(browser: TestClient, house: House) -> None:
    """Only the button does."""
    path = invited(house)
    before = entries(house)

    for page in ("other-way", "later", "guardian"):
        assert "Noted" not in text_of(browser.get(f"{path}/{page}").text)

    assert (asked(house), entries(house)) == (ConsentState.REQUESTED, before)


def test_a_no_sent_twice_is_one_no(browser: TestClient, house: House) -> None:
    """The second click gets the first one's answer."""
    path = invited(house)
    fields = fields_of(browser.get(f"{path}/choice").text, f"{path}/other-way")

    first = browser.post(f"{path}/other-way", data=fields)
    count = entries(house)
    second = browser.post(f"{path}/other-way", data=fields)

    assert (first.status_code, second.status_code) == (200, 200)
    assert entries(house) == count


def test_a_mind_may_be_changed(browser: TestClient, house: House) -> None:
    """No, then later, then yes: the last one holds, and nobody was asked again."""
    path = invited(house)
    send(browser, browser.get(f"{path}/choice").text, f"{path}/other-way")
    assert "You chose another way before" in text_of(browser.get(path).text)
    send(browser, browser.get(f"{path}/choice").text, f"{path}/later")

    assert agree(browser, path).status_code == 200

    assert state_of(house, path) is InvitationState.CONSENTED


def test_a_yes_in_another_tab_is_not_undone(browser: TestClient, house: House) -> None:
    """An old page that says no leads to the door: a consent is ended by withdrawing."""
    path = invited(house)
    old = browser.get(f"{path}/choice").text
    agree_at_the_desk(house, "anna")

    for way in ("other-way", "later"):
        answer = browser.post(
            f"{path}/{way}", data=fields_of(old, f"{path}/{way}"), follow_redirects=False
        )
        assert (answer.status_code, answer.headers["location"]) == (303, path)

    assert house.consents.show("anna", "gate")[-1].stands
