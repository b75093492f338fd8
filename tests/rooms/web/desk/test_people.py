"""The desk: how somebody stands, and what can be done for them."""

from __future__ import annotations

import re

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind, Request
from facekeep.terms.errors import Refused
from facekeep.web.desk import attended
from facekeep.web.desk.attended import IDLE_S, Turns
from tests.attacks.toolkit import Site, agree
from tests.rooms.web.desk.clerk import Clerk


def test_every_page_of_the_desk_renders(attendant: Clerk) -> None:
    """A walk over what an attendant may open for somebody new."""
    here = attendant.meet("resident-17")
    assert "resident-17" in attendant.get(here)
    for end in ("/ask", "/ask/notice", "/ask/ways", "/ask/not-now", "/ask/consent", "/ask/guardian",
                "/ask/agreed", "/link", "/pin", "/way", "/way/counted", "/case", "/withdraw", "/face"):  # fmt: skip
        for language in ("zh", "en"):
            attendant.get(f"{here}{end}?lang={language}")
    for path in ("/desk", "/desk/kiosk", "/desk/campaigns", "/staff/me", "/staff/prove", "/staff/sign-in", "/staff/accept", "/staff/me/passkey"):  # fmt: skip
        for language in ("zh", "en"):
            attendant.get(f"{path}?lang={language}")


def test_ended_purpose_still_lets_people_leave(attendant: Clerk, house: House, site: Site) -> None:
    """Suspended: nothing is asked and nobody enrolled, but a withdrawal and a request are taken."""
    site.enrol(house, "anna")
    suspend(house)
    page = attendant.get(attendant.meet("anna"))
    for end, there in (
        ("ask", False),
        ("face", False),
        ("link", False),
        ("withdraw", True),
        ("case", True),
    ):
        assert (f'/{end}"' in page) is there, end
    here = attendant.meet("anna")
    assert attendant.send(attendant.get(f"{here}/withdraw"), f"{here}/withdraw").status_code == 200
    assert house.enrolled("gate") == 0


def suspend(house: House) -> None:
    """The assessment lost its force."""
    with house.home.records.transaction() as tx:
        house.home.purposes.void(tx, "gate", "Ann", "changed", int(house.home.journal.now()))


@pytest.mark.parametrize("reference", ["", " ", "x" * 201, "a\u0007b", "\u2028"])
def test_unusable_reference_is_told_at_its_field(attendant: Clerk, reference: str) -> None:
    """In words, and no turn begins."""
    told = {"reference": reference, "purpose": "gate"}
    answer = attendant.send(attendant.get("/desk"), "/desk/people", told)
    assert answer.status_code in (400, 422)


def test_somebody_unknown_has_a_card_like_anybody(
    attendant: Clerk, house: House, site: Site
) -> None:
    """Nobody learns from it who is known, and it has neither face nor story."""
    agree(house, "anna")
    house.withdrawals.withdraw("anna", "gate")
    left, unknown = (
        attendant.get(attendant.meet(one)).replace(one, "X") for one in ("anna", "stranger-1")
    )
    assert same(left) == same(unknown)


def same(page: str) -> str:
    """A page without what differs by itself."""
    return re.sub(r'[0-9a-f]{32}|name="once" value="[^"]*"', "", page)


def test_turn_ends_by_itself_and_by_done(attendant: Clerk, house: House) -> None:
    """A quarter of an hour without a click; or the button."""
    now = [0.0]
    turns = Turns(lambda: now[0])
    turn = turns.begin(b"s", "anna", "gate", "en")
    now[0] = IDLE_S + 1
    with pytest.raises(Refused):
        turns.find(turn.id, b"s")
    here = attendant.meet("anna")
    attendant.follow(attendant.get(here), f"{here}/end")
    attendant.get(here, 403)


def test_turns_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first."""
    monkeypatch.setattr(attended, "MOST", 3)
    turns = Turns()
    begun = [turns.begin(b"s", f"r{n}", "gate", "en") for n in range(4)]
    with pytest.raises(Refused):
        turns.find(begun[0].id, b"s")
    assert turns.find(begun[3].id, b"s").subject == "r3"


def test_card_says_why_nothing_is_compared(attendant: Clerk, house: House, site: Site) -> None:
    """So that the attendant can help whom the kiosk tells nothing."""
    site.enrol(house, "anna")
    assert "Not compared" not in attendant.get(attendant.meet("anna"))
    house.cases.open(Request(Kind.RESTRICTION, "gate", "anna", identified="at the desk"))
    assert "stopped at their request" in attendant.get(attendant.meet("anna"))
