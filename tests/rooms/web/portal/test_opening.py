"""Opening one's own pages: by PIN, in the same words whatever is wrong, never by a face."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.pages.site import VISIT
from facekeep.web.portal.pace import MOST
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.attacks.toolkit import agree as agree_at_the_desk
from tests.rooms.web.portal.own import come_in, settled, withdraw
from tests.rooms.web.portal.walking import ORIGIN, PIN, agree, fields_of, invited, send, text_of


def test_the_right_pin_opens(browser: TestClient, house: House) -> None:
    """A visit begins, and the first page shows what is held."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()

    answer = come_in(browser, path)

    assert answer.status_code == 200
    assert str(answer.url) == f"{ORIGIN}/mine"
    assert "My face data" in text_of(answer.text)


@pytest.mark.parametrize(
    "pin", ["480914", "", "1", "abcdef", "4809130000000", "４８０９１３", "'; --"]
)
def test_a_wrong_pin_is_answered_in_the_same_words(
    browser: TestClient, house: House, pin: str
) -> None:
    """Nothing tells a short one from a wrong one."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()

    answer = come_in(browser, path, pin)

    assert answer.status_code == 422
    assert "This did not open your pages." in text_of(answer.text)
    assert VISIT not in answer.cookies
    assert browser.get("/mine").status_code == 401


def test_after_five_wrong_tries_the_right_pin_opens_nothing(
    browser: TestClient, house: House
) -> None:
    """And the words do not change, so that nobody learns that they had the right one."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()
    wrong = [text_of(come_in(browser, path, "135791").text) for _ in range(5)]

    sixth = come_in(browser, path, PIN)

    assert sixth.status_code == 422
    assert {text_of(sixth.text), *wrong} == {wrong[0]}


def test_a_flood_of_wrong_pins_is_held_up(browser: TestClient, house: House) -> None:
    """Each is an entry of the ledger: the twenty-first at one link is refused, and none is written."""
    path, other = invited(house), invited(house, "bella")
    agree(browser, path)
    agree(browser, other)
    browser.cookies.clear()
    wrong = {come_in(browser, path, "135791").status_code for _ in range(MOST)}
    before = house.home.records.one("SELECT count(*) FROM ledger_entry")

    assert wrong == {422}
    assert come_in(browser, path, "135791").status_code == 429
    assert house.home.records.one("SELECT count(*) FROM ledger_entry") == before
    assert come_in(browser, other).status_code == 200


def test_the_desk_sets_a_pin_anew(browser: TestClient, house: House) -> None:
    """Then the person comes in again."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()
    for _ in range(5):
        come_in(browser, path, "135791")

    house.second_factors.set("anna", "gate", Factor(FactorKind.PIN, "975312"))

    assert come_in(browser, path, "975312").status_code == 200


def test_whoever_agreed_to_nothing_is_led_to_the_choice(browser: TestClient, house: House) -> None:
    """There is nothing to open yet."""
    path = invited(house)

    answer = browser.get(f"{path}/open", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_where_no_factor_is_set_the_desk_is_named(browser: TestClient, house: House) -> None:
    """Somebody who agreed at the desk and set no PIN is not left without words."""
    agree_at_the_desk(house, "anna")
    path = house.invitations.hand_over("anna", "gate").path

    page = browser.get(f"{path}/open")

    assert page.status_code == 200
    assert "No PIN and no passkey is set." in text_of(page.text)
    assert 'name="pin"' not in page.text


def test_each_visit_has_another_name(browser: TestClient, house: House) -> None:
    """A name that somebody planted is not taken up, and the earlier visit of this browser ends."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()
    planted = {"Cookie": f"{VISIT}=planted-by-somebody"}
    fields = fields_of(browser.get(f"{path}/open", headers=planted).text, f"{path}/open")

    browser.post(f"{path}/open", data={**fields, "pin": PIN}, headers=planted)
    first = browser.cookies[VISIT]
    come_in(browser, path)

    assert len({"planted-by-somebody", first, browser.cookies[VISIT]}) == 3
    browser.cookies.clear()
    assert browser.get("/mine", headers={"Cookie": f"{VISIT}={first}"}).status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: TestClient, house: House) -> None:
    """It names nobody, and goes to this host by TLS alone."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()
    page = browser.get(f"{path}/open").text

    told = browser.post(
        f"{path}/open", data={**fields_of(page, f"{path}/open"), "pin": PIN}, follow_redirects=False
    ).headers["set-cookie"]

    assert {"HttpOnly", "Secure", "SameSite=strict"} <= set(told.split("; "))
    assert "anna" not in told


def test_leaving_ends_the_visit(browser: TestClient, house: House) -> None:
    """The browser is told to forget, and going back shows nothing."""
    path = invited(house)
    agree(browser, path)
    name = browser.cookies[VISIT]

    answer = send(browser, browser.get("/mine").text, "/mine/leave")

    assert "You have left" in text_of(answer.text)
    assert "cache" in answer.headers["clear-site-data"]
    assert browser.get("/mine", headers={"Cookie": f"{VISIT}={name}"}).status_code == 401


def test_a_form_of_another_site_opens_nothing(browser: TestClient, house: House) -> None:
    """Cross-site request forgery."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()
    data = {**fields_of(browser.get(f"{path}/open").text, f"{path}/open"), "pin": PIN}

    answer = browser.post(f"{path}/open", data=data, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert browser.get("/mine").status_code == 401


def test_an_unknown_link_opens_nothing(browser: TestClient) -> None:
    """It is answered in words, alike for every token."""
    assert browser.get(f"/p/{'0' * 40}/open").status_code == 403


def test_after_a_withdrawal_the_link_leads_to_the_choice(
    browser: TestClient, site: Site, house: House
) -> None:
    """The PIN died with the consent."""
    path = settled(browser, site, house)
    withdraw(browser)

    answer = browser.get(f"{path}/open", follow_redirects=False)

    assert answer.headers["location"] == path
