"""Links to the portal: made for one person and purpose, opened, ended, answered."""

from __future__ import annotations

import sqlite3

import pytest

from facekeep.assembly import House
from facekeep.governance.invitations import DAY, OPEN_DAYS, InvitationState, digest_of
from facekeep.terms.errors import AskedTooSoon, LinkClosed, Tampered
from tests.attacks.toolkit import Site, Turnable, agree


def test_link_opens_for_its_person_and_is_kept_as_a_digest(house: House, site: Site) -> None:
    """Its secret part lies in no file."""
    made = house.invitations.invite("anna", "gate")
    opened = house.invitations.open(made.token)
    assert (opened.subject, opened.purpose) == ("anna", "gate")
    assert made.path == f"/p/{made.token}"
    with site.sql("records") as records:
        rows = list(records.execute("SELECT id, subject, about FROM invitation"))
    assert rows[0][0] == digest_of(made.token)
    assert not any(b"anna" in part or made.token.encode() in part for part in rows[0])


def test_newer_link_ends_the_earlier_one(house: House) -> None:
    """However it was made."""
    first = house.invitations.invite("anna", "gate")
    second = house.invitations.hand_over("anna", "gate")
    with pytest.raises(LinkClosed):
        house.invitations.open(first.token)
    assert house.invitations.open(second.token).subject == "anna"


def test_ended_link_put_back_into_the_store_opens_nothing(house: House, site: Site) -> None:
    """The ledger remembers its end."""
    first = house.invitations.invite("anna", "gate")
    with site.sql("records") as records:
        (row,) = list(records.execute("SELECT * FROM invitation"))
    house.invitations.hand_over("anna", "gate")
    with site.sql("records") as records:
        places = ",".join("?" * len(row))
        records.execute(f"INSERT INTO invitation VALUES ({places})", row)
    with pytest.raises(LinkClosed):
        house.invitations.open(first.token)


def test_row_that_somebody_changed_is_refused(house: House, site: Site) -> None:
    """The seal covers every column."""
    made = house.invitations.invite("anna", "gate")
    with site.sql("records") as records:
        records.execute("UPDATE invitation SET expires = expires + 1")
    with pytest.raises((Tampered, sqlite3.Error)):
        house.invitations.open(made.token)


def test_link_that_nobody_answers_closes(house: House, clock: Turnable) -> None:
    """After its days; unknown and expired are told apart to nobody."""
    made = house.invitations.invite("anna", "gate")
    clock.advance(OPEN_DAYS * DAY)
    told = []
    for token in (made.token, "0" * 40):
        with pytest.raises(LinkClosed) as refused:
            house.invitations.open(token)
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert house.invitations.forget_due() == 1


def test_whoever_said_no_is_not_asked_again(house: House) -> None:
    """But may ask for a link themselves."""
    house.requests.refuse("anna", "gate")
    with pytest.raises(AskedTooSoon):
        house.invitations.invite("anna", "gate")
    assert house.invitations.hand_over("anna", "gate").subject == "anna"


def test_link_of_somebody_who_consented_stays_the_door_to_their_pages(
    house: House, clock: Turnable
) -> None:
    """As long as the consent stands."""
    made = house.invitations.invite("anna", "gate")
    agree(house, "anna")
    house.invitations.note(house.invitations.open(made.token), InvitationState.CONSENTED)
    clock.advance((OPEN_DAYS + 100) * DAY)
    assert house.invitations.open(made.token).invitation.answered


def test_one_reminder(house: House) -> None:
    """Of a link without an answer; a second one is pressing."""
    made = house.invitations.invite("anna", "gate", "spring", guardian=True)
    link = house.invitations.open(made.token).invitation
    again = house.invitations.open(house.invitations.remind(link).token).invitation
    assert (again.reminders, again.campaign, again.guardian) == (1, "spring", True)
    with pytest.raises(AskedTooSoon):
        house.invitations.remind(again)


def test_looking_changes_no_answer(house: House) -> None:
    """Opened again after a choice, it stays chosen; a choice may be changed."""
    made = house.invitations.invite("anna", "gate")
    for state, after in (
        (InvitationState.OPENED, "opened"), (InvitationState.OTHER_WAY, "other-way"),
        (InvitationState.OPENED, "other-way"), (InvitationState.CONSENTED, "consented"),
    ):  # fmt: skip
        house.invitations.note(house.invitations.open(made.token), state)
        assert house.invitations.open(made.token).invitation.state.value == after


def test_whoever_leaves_leaves_no_link_behind(house: House, clock: Turnable) -> None:
    """The door goes two weeks after the consent, in time for a late receipt; somebody else's stays."""
    tokens = {}
    for subject in ("anna", "ben"):
        tokens[subject] = house.invitations.invite(subject, "gate").token
        agree(house, subject)
        opened = house.invitations.open(tokens[subject])
        house.invitations.note(opened, InvitationState.CONSENTED)
    assert house.invitations.forget_due() == 0
    house.withdrawals.withdraw("anna", "gate")
    assert house.invitations.forget_due() == 0
    assert house.invitations.open(tokens["anna"]).subject == "anna"
    clock.now += OPEN_DAYS * DAY + 1

    assert house.invitations.forget_due() == 1

    with pytest.raises(LinkClosed):
        house.invitations.open(tokens["anna"])
    assert house.invitations.open(tokens["ben"]).subject == "ben"
