"""PINs from every side: set anew while somebody is in by the old one, guessed at many doors, tried at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from facekeep.assembly import House
from facekeep.use.second_factors import TRIES, Factor, FactorKind
from facekeep.web.portal.pace import MOST
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site, agree, publish, purpose_text
from tests.rooms.web.portal.own import come_in, settled
from tests.rooms.web.portal.walking import PIN, fields_of, invited, walker

NEW = Factor(FactorKind.PIN, "975312")


@pytest.fixture
def thief(site: Site, house: House) -> Iterator[TestClient]:
    """Somebody who watched anna type, and came in."""
    with walker(house, site.settings, site.people) as client:
        settled(client, site, house)
        yield client


def test_a_pin_set_anew_by_a_program_lets_out_whoever_came_by_the_old_one(
    thief: TestClient, house: House
) -> None:
    """She has it changed because somebody knows it."""
    assert thief.get("/mine").status_code == 200

    house.second_factors.set("anna", "gate", NEW)  # what PUT /v1/subjects/…/factors does

    assert thief.get("/mine").status_code == 401


def test_a_pin_that_is_forgotten_lets_out_whoever_came_by_it(
    thief: TestClient, house: House
) -> None:
    """The desk's program removes it."""
    house.second_factors.remove("anna", "gate", FactorKind.PIN)

    assert thief.get("/mine").status_code == 401


def test_a_visit_does_not_outlive_the_consent_it_came_by(thief: TestClient, house: House) -> None:
    """Withdrawn and given anew at another door, between two clicks of the thief's."""
    leaving = house.withdrawals.begin("anna", "gate")
    house.withdrawals.erase(leaving)
    house.withdrawals.close(leaving)
    agree(house, "anna")
    house.second_factors.set("anna", "gate", NEW)

    assert thief.get("/mine").status_code == 401


def test_one_who_changes_their_own_pin_stays(thief: TestClient, house: House) -> None:
    """Whoever adds a passkey or changes the PIN here goes on."""
    page = thief.get("/mine/pin").text
    fields = {**fields_of(page, "/mine/pin"), "old": PIN, "new": "975312", "pin_again": "975312"}

    assert thief.post("/mine/pin", data=fields).status_code == 200
    assert thief.get("/mine").status_code == 200


def test_a_hundred_guesses_at_once_are_five(thief: TestClient, site: Site, house: House) -> None:
    """From as many browsers: then the right one opens nothing either."""
    path = house.invitations.hand_over("anna", "gate").path
    thief.cookies.clear()
    fields = fields_of(thief.get(f"{path}/open").text, f"{path}/open")

    def guess(n: int) -> int:
        data = {**fields, "pin": f"13{n:04d}", "once": f"n{n}"}
        return int(thief.post(f"{path}/open", data=data).status_code)

    with ThreadPoolExecutor(16) as many:
        said = set(many.map(guess, range(100)))

    assert said <= {422, 429}
    state = house.second_factors.standing("anna", "gate")
    assert [one.usable for one in state] == [False]
    assert come_in(thief, path).status_code in (422, 429)


@pytest.mark.parametrize("door", ["consent", "open"])
def test_guesses_at_a_door_do_not_fill_the_ledger(
    thief: TestClient, house: House, door: str
) -> None:
    """Each is an entry and 30 ms of everybody's: a link's are counted, whichever page takes them."""
    path = house.invitations.hand_over("anna", "gate").path
    thief.cookies.clear()
    if door == "consent":
        publish(house, purpose_text(risk='{zh = "新的风险", en = "Another risk"}'))
    fields = fields_of(thief.get(f"{path}/{door}").text, f"{path}/{door}")

    said = [
        thief.post(
            f"{path}/{door}", data={**fields, "pin": f"13{n:04d}", "once": f"n{n}"}
        ).status_code
        for n in range(MOST + 3)
    ]

    assert said == [422] * MOST + [429] * 3
    assert TRIES < MOST


def test_two_answers_at_once_are_one_consent_and_one_pin(thief: TestClient, house: House) -> None:
    """The link's owner and whoever stole it press the button together: one of them comes in."""
    path = invited(house, "bella")
    thief.cookies.clear()
    fields = fields_of(thief.get(f"{path}/consent").text, f"{path}/consent")

    def answer(n: int) -> bool:
        pin = f"48091{n}"
        data = {**fields, "pin": pin, "pin_again": pin, "once": f"n{n}"}
        told = thief.post(f"{path}/consent", data=data, follow_redirects=False)
        return "set-cookie" in told.headers

    with ThreadPoolExecutor(8) as many:
        came_in = list(many.map(answer, range(8)))

    assert came_in.count(True) == 1
    assert len(house.consents.show("bella", "gate")) == 1
