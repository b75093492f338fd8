"""An ending that was begun and never completed, hidden behind the many that were long ago."""

from __future__ import annotations

from facekeep.assembly import House
from facekeep.rights.withdrawal import EVIDENCE_TERM_DAYS
from tests.attacks.toolkit import DAY, Site, agree


def gaps(house: House) -> list[str]:
    finding = house.questions()["rights.deletion.complete"](int(house.home.journal.now()))
    return [gap.what for gap in finding.gaps]


def test_old_completions_do_not_stand_in_for_a_missing_one(site: Site) -> None:
    """The first left and was forgotten after the term; the second is only called departed."""
    with site.open() as house:
        agree(house, "alice")
        house.withdrawals.withdraw("alice", "gate")
    site.clock.advance((EVIDENCE_TERM_DAYS + 2) * DAY)
    with site.open() as house:
        assert house.home.directory.everybody() == set()
        agree(house, "bob")
        with house.home.records.transaction() as tx:
            house.home.directory.depart(tx, house.home.directory.person("bob", "gate").id)
        assert "a departure has no completion entry" in gaps(house)
