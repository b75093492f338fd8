"""Whoever names somebody else's reference at the desk: the screen is turned, and their PIN stays theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.use.second_factors import Factor, FactorKind
from tests.attacks.signed_in import cheaply
from tests.attacks.toolkit import Site, Turnable, agree, device_for, publish, purpose_text
from tests.rooms.web.desk.clerk import Clerk, desk_of

HERS, OTHER = Factor(FactorKind.PIN, "480913"), Factor(FactorKind.PIN, "975312")
PINS = {"pin": "975312", "pin_again": "975312"}
ANEW = purpose_text(risk='{zh = "新的风险", en = "Another risk"}')


@pytest.fixture
def mei(site: Site, house: House, clock: Turnable) -> Iterator[Clerk]:
    """An attendant, signed in."""
    device_for(house, name="hall-kiosk", kind="kiosk")
    with desk_of(cheaply(house), site.settings, site.people, clock) as clerk:
        yield clerk.as_one_of_the_staff("Mei", "attendant")


@pytest.mark.parametrize("before", ["with a PIN", "without one", "to an earlier text"])
def test_consenting_once_more_sets_nobodys_pin(
    mei: Clerk,
    house: House,
    before: str,
) -> None:
    """Anna agreed already. Somebody says they are her, and presses "I agree" on the turned screen."""
    other = mei.meet("bert")
    fields = mei.hidden(mei.get(f"{other}/ask/consent"), f"{other}/ask/consent")
    agree(house, "anna")
    if before != "without one":
        house.second_factors.set("anna", "gate", HERS)
    if before == "to an earlier text":
        publish(house, ANEW)
        other = mei.meet("carl")
        fields = mei.hidden(mei.get(f"{other}/ask/consent"), f"{other}/ask/consent")
    here = mei.meet("anna")

    page = mei.client.get(f"{here}/ask/consent", follow_redirects=False)
    sent = {**fields, **PINS}
    answer = mei.client.post(f"{here}/ask/consent", data=sent, follow_redirects=False)

    wanted = f"{here}/pin" if before == "to an earlier text" else f"{here}/ask/agreed"
    assert [one.headers.get("location") for one in (page, answer)] == [wanted] * 2
    assert not house.second_factors.opens("anna", "gate", OTHER)
    assert house.second_factors.opens("anna", "gate", HERS) is (before != "without one")


def test_an_attendant_who_made_sure_goes_on_to_the_consent(
    mei: Clerk,
    house: House,
) -> None:
    """Another text: she agrees anew, with a PIN of hers, and the tick is used up with it."""
    agree(house, "anna")
    house.second_factors.set("anna", "gate", HERS)
    publish(house, ANEW)
    here = mei.meet("anna")

    page = mei.follow(mei.get(f"{here}/pin"), f"{here}/pin", {"checked": "yes"})
    mei.follow(page, f"{here}/ask/consent", PINS)

    assert house.second_factors.opens("anna", "gate", OTHER)
    again = mei.client.get(f"{here}/pin/new", follow_redirects=False)
    assert again.headers["location"] == f"{here}/pin"
