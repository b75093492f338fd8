"""Helping at the desk: a link, a PIN, another way, a request, a withdrawal."""

from __future__ import annotations

import re

import pytest

from facekeep.assembly import House
from facekeep.rights.receipts import Receipt, verify
from facekeep.use.second_factors import Factor, FactorKind
from tests.attacks.toolkit import Site, agree
from tests.rooms.web.desk.clerk import Clerk

OLD, NEW = "480913", "590482"


def pin(house: House, text: str, subject: str = "anna") -> bool:
    """Whether a PIN opens somebody's pages."""
    return house.second_factors.opens(subject, "gate", Factor(FactorKind.PIN, text))


@pytest.fixture
def consented(attendant: Clerk, house: House) -> str:
    """Somebody who consented and has a PIN; where their page lies at the desk."""
    agree(house, "anna")
    house.second_factors.set("anna", "gate", Factor(FactorKind.PIN, OLD))
    return attendant.meet("anna")


def test_link_is_handed_over_once_and_opens(attendant: Clerk, consented: str) -> None:
    """As address and QR; made anew it ends the one before; sent twice it is one."""
    page = attendant.get(f"{consented}/link")
    first = attendant.send(page, f"{consented}/link").text
    path = link_in(first)
    assert attendant.send(page, f"{consented}/link").text == first
    assert "<svg viewBox" in first
    assert attendant.client.get(path).status_code == 200
    second = link_in(attendant.send(attendant.get(f"{consented}/link"), f"{consented}/link").text)
    assert attendant.client.get(path).status_code == 403
    assert attendant.client.get(second).status_code == 200


def link_in(page: str) -> str:
    """The link on a slip."""
    found = re.search(r"/p/[0-9a-f]{40}", page)
    assert found
    return found[0]


def test_pin_is_set_anew_where_its_owner_was_checked(
    attendant: Clerk, consented: str, house: House
) -> None:
    """Never without the check, and never past it."""
    answer = attendant.client.get(f"{consented}/pin/new", follow_redirects=False)
    assert answer.headers["location"] == f"{consented}/pin"
    page = attendant.get(f"{consented}/pin")
    assert attendant.send(page, f"{consented}/pin").status_code == 422
    page = attendant.follow(page, f"{consented}/pin", {"checked": "yes"})
    done = attendant.send(page, f"{consented}/pin/new", {"pin": NEW, "pin_again": NEW})
    assert done.status_code == 200
    assert (pin(house, OLD), pin(house, NEW)) == (False, True)
    again = attendant.client.get(f"{consented}/pin/new", follow_redirects=False)
    assert again.headers["location"] == f"{consented}/pin"


def test_pin_opens_again_after_too_many_wrong_ones(
    attendant: Clerk, consented: str, house: House
) -> None:
    """Locked, seen on the card, set anew."""
    assert [pin(house, "111112") for _ in range(5)] == [False] * 5
    assert not pin(house, OLD)
    assert "wrong too often" in attendant.get(consented)
    page = attendant.get(f"{consented}/pin")
    page = attendant.follow(page, f"{consented}/pin", {"checked": "yes"})
    attendant.send(page, f"{consented}/pin/new", {"pin": NEW, "pin_again": NEW})
    assert pin(house, NEW)


def test_new_pin_ends_visits_opened_by_the_old_one(
    attendant: Clerk, consented: str, house: House
) -> None:
    """Whoever stole the old PIN is let out at once."""
    path = link_in(attendant.send(attendant.get(f"{consented}/link"), f"{consented}/link").text)
    page = attendant.get(f"{path}/open")
    token = attendant.hidden(page.replace('<form method="post" autocomplete="off">', f'<form method="post" action="{path}/open">'), f"{path}/open")  # fmt: skip
    opened = attendant.client.post(
        f"{path}/open", data={**token, "pin": OLD}, follow_redirects=False
    )
    assert opened.status_code == 303
    assert attendant.client.get("/mine").status_code == 200
    page = attendant.get(f"{consented}/pin")
    page = attendant.follow(page, f"{consented}/pin", {"checked": "yes"})
    attendant.send(page, f"{consented}/pin/new", {"pin": NEW, "pin_again": NEW})
    assert attendant.client.get("/mine").status_code != 200


def test_other_way_is_counted_and_nobody_named(attendant: Clerk, house: House) -> None:
    """By way, outcome and profile, with the time it took."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/way")
    told = {"way": "card", "outcome": "done", "profile": "voice"}
    for wrong in ({"way": "face"}, {"way": ""}, {"outcome": "perhaps"}, {"profile": "blink"}):
        answer = attendant.send(page, f"{here}/way", {**told, **wrong})
        assert answer.status_code == 422, wrong
        page = answer.text
    attendant.follow(page, f"{here}/way", told)
    (tally,) = house.home.ways.tallies("gate")
    assert (tally.way, tally.profile, tally.outcome.value, tally.n) == ("card", "voice", "done", 1)


def test_request_is_taken_in_with_a_code_shown_once(
    attendant: Clerk, consented: str, house: House, site: Site
) -> None:
    """A restriction holds from this moment; what is missing is told at its field."""
    page = attendant.get(f"{consented}/case")
    told = {"kind": "restriction", "identified": "showed their card"}
    for wrong in ({"kind": ""}, {"kind": "deceased"}, {"identified": ""}, {"kind": "complaint"}):
        answer = attendant.send(page, f"{consented}/case", {**told, **wrong})
        assert answer.status_code == 422, wrong
        page = answer.text
    taken = attendant.send(page, f"{consented}/case", told)
    assert taken.status_code == 200
    found = re.search(r'code big break">([^<]+)<', taken.text)
    assert found
    assert house.cases.by_code(found[1]).kind == "restriction"
    assert attendant.client.get(f"{consented}/papers/0").json()["body"]["code"] == found[1]


def test_withdrawal_at_the_desk_holds_with_its_receipt(
    attendant: Clerk, house: House, site: Site
) -> None:
    """In two pages; the receipt is checked without us; a second click is the same withdrawal."""
    site.enrol(house, "anna")
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/withdraw")
    done = attendant.send(page, f"{here}/withdraw")
    assert done.status_code == 200
    assert house.enrolled("gate") == 0
    receipt = Receipt.from_json(attendant.client.get(f"{here}/papers/0").text)
    assert verify(receipt, house.home.signer.vkey).purpose == "gate"
    assert attendant.send(page, f"{here}/withdraw").text == done.text
    later = attendant.send(attendant.get(f"{here}/withdraw"), f"{here}/withdraw")
    assert later.status_code == 422


def test_nothing_to_withdraw_is_said(attendant: Clerk) -> None:
    """For whom nobody knows as for whoever never consented."""
    here = attendant.meet("nobody")
    answer = attendant.send(attendant.get(f"{here}/withdraw"), f"{here}/withdraw")
    assert answer.status_code == 422
    assert "no consent to withdraw" in answer.text


def test_papers_that_are_not_there(attendant: Clerk, consented: str) -> None:
    """404, and 422 for what is no number."""
    assert attendant.client.get(f"{consented}/papers/0").status_code == 404
    assert attendant.client.get(f"{consented}/papers/99").status_code == 422
