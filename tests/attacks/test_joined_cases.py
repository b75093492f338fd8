"""A case in every purpose, opened in one go: nothing in the rows says that they are one person's."""

from __future__ import annotations

from facekeep.assembly import House
from facekeep.rights.cases import Kind, Request
from tests.attacks.toolkit import Site, agree, publish, purpose_text

KINDS = (Kind.RESTRICTION, Kind.OBJECTION)


def test_seconds_do_not_join_a_persons_purposes(site: Site, house: House) -> None:
    """Three people open theirs minutes apart; no column groups the rows by person."""
    publish(house, purpose_text("lobby"))
    for subject in ("alice", "bob", "cat"):
        agree(house, subject)
        agree(house, subject, "lobby")
        site.clock.advance(607)
        house.cases.open_everywhere(
            Request(KINDS[0], subject=subject, text="stop", identified="card")
        )
    rows = house.home.records.rows("SELECT opened FROM rights_case")
    assert len(rows) == 6
    assert len({row[0] for row in rows}) == 1
    since = house.home.records.rows("SELECT since FROM restraint")
    assert len({row[0] for row in since}) == 1
