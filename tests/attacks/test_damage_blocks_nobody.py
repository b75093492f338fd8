"""Whoever can damage a row keeps nobody from leaving: ending depends on opening nothing."""

from __future__ import annotations

from facekeep.assembly import House
from facekeep.terms.values import ConsentState
from tests.attacks.toolkit import DAY, Site, agree


def test_damaged_evidence_secret_holds_no_withdrawal_up(site: Site, house: House) -> None:
    """The face data goes, and a receipt without the secret is given."""
    site.enrol(house, "alice")
    with site.sql("keys") as raw:
        raw.execute("UPDATE person_secret SET wrapped = zeroblob(48)")
    receipt = house.withdrawals.withdraw("alice", "gate")
    assert receipt.body["secret"] is None
    assert house.home.vault.of_purpose("gate") == []


def test_damaged_consent_record_holds_no_withdrawal_up(site: Site, house: House) -> None:
    """A record whose seal is broken is ended like any other."""
    site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET given_at = 0")
    house.withdrawals.withdraw("alice", "gate")
    assert house.home.vault.of_purpose("gate") == []
    assert house.consents.show("alice", "gate")[0].state is ConsentState.WITHDRAWN


def test_damage_past_a_term_keeps_the_house_open(site: Site) -> None:
    """After the term every reference is gone, damaged records or not, and others can still leave."""
    with site.open() as house:
        site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET expires = expires + 1")
        raw.execute("UPDATE person SET about = zeroblob(300)")
    site.clock.advance(366 * DAY)
    with site.open(locked=True) as house:
        assert house.home.vault.of_purpose("gate") == []
        agree(house, "bob", "gate")
        house.withdrawals.withdraw("bob", "gate")


def test_damaged_home_can_be_adopted(site: Site) -> None:
    """Adoption opens no person's row either."""
    with site.open() as house:
        site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE person SET about = zeroblob(300)")
    site.adopt()
    with site.open(locked=True):
        pass
