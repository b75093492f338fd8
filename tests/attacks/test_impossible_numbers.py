"""Numbers no clock ever showed, written into a row: they keep nobody from leaving.

Whoever can write to the store puts a negative or the largest number where a time stands. It is
damage like any other: named by its own error, and in the way of nobody else.
"""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.governance.clockbook import Part
from facekeep.terms.errors import Tampered
from facekeep.terms.values import ConsentState, Operation
from tests.attacks.toolkit import DAY, Site, agree

NUMBERS = (-1, -(2**63), 2**63 - 1)


@pytest.mark.parametrize("column", ["given_at", "expires"])
@pytest.mark.parametrize("number", NUMBERS)
def test_they_hold_no_withdrawal_up(site: Site, house: House, column: str, number: int) -> None:
    """The record is ended, its face data goes, and its story says that it was edited."""
    site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute(f"UPDATE consent SET {column} = ?", (number,))
    house.withdrawals.withdraw("alice", "gate")
    assert house.home.vault.of_purpose("gate") == []
    states = [row[0] for row in house.home.records.rows("SELECT state FROM consent")]
    assert states == [ConsentState.WITHDRAWN]


def test_they_hold_nobody_elses_term_up(site: Site) -> None:
    """One person's damaged row; the others expire on their day and the home opens."""
    with site.open() as house:
        site.enrol(house, "alice")
        site.enrol(house, "bob")
        first = house.home.directory.person("alice", "gate").id
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET expires = -1 WHERE person = ?", (first,))
    site.clock.advance(366 * DAY)
    with site.open(locked=True) as house:
        assert house.home.vault.of_purpose("gate") == []
        assert house.consents.show("bob", "gate")[0].state is ConsentState.EXPIRED


def test_they_are_called_damage_where_a_record_is_read(site: Site, house: House) -> None:
    """Its own error, never something unforeseen."""
    agree(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET given_at = -1")
    with pytest.raises(Tampered):
        house.consents.show("alice", "gate")


def test_they_are_called_damage_in_the_book_of_clocks(site: Site, house: House) -> None:
    """The same for filings, alarms and calendars."""
    clocks = house.home.clocks
    with house.home.records.transaction() as tx:
        clocks.keep(tx, Part.ALARM, "stored/70", {"standing": True}, 1)
    with site.sql("records") as raw:
        raw.execute("UPDATE clock SET at = -1")
    with pytest.raises(Tampered):
        clocks.every(Part.ALARM)


def test_they_are_called_damage_in_the_registers(site: Site, house: House) -> None:
    """Places, devices and sessions."""
    with site.sql("records") as raw:
        raw.execute("UPDATE device SET at = -1")
    with pytest.raises(Tampered):
        house.captures.take("gate-door", Wish("gate", Operation.VERIFICATION, "alice"), [b"a#1"])
