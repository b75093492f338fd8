"""Renewing as a way around what giving asks for, and a renewal that looks like a breach."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.governance.consent_story import Channel, Fault
from facekeep.terms.errors import ConsentVoid
from tests.attacks.toolkit import DAY, Site, agree


def test_renewal_obtained_by_a_fault_renews_nothing(site: Site, house: House) -> None:
    """A pre-ticked box does not lengthen a consent either (PIPL art. 14)."""
    before = agree(house, "alice")
    site.clock.advance(30 * DAY)
    shown = house.consents.shown("gate", "zh", Channel.COUNTER)
    with pytest.raises(ConsentVoid):
        house.consents.renew(Asking("alice", "gate", shown=shown, faults=(next(iter(Fault)),)))
    (kept,) = house.consents.show("alice", "gate")
    assert kept.expires == before.expires


def test_honest_renewal_is_no_breach(site: Site, house: House) -> None:
    """Affirmed once more, a consent runs its purpose's term from that day: nothing is overdue."""
    agree(house, "alice")
    site.clock.advance(30 * DAY)
    shown = house.consents.shown("gate", "zh", Channel.COUNTER)
    house.consents.renew(Asking("alice", "gate", shown=shown))
    finding = house.questions()["storage.retention.overdue"](int(house.home.journal.now()))
    assert finding.facts["long"] == 0
