"""Stand-ins: one for each purpose text, real in both stores, in nobody's gallery."""

from __future__ import annotations

from facekeep.storage.stand_in import StandIns
from tests.attacks.toolkit import publish, purpose_text
from tests.rooms.storage.conftest import Town


def test_stand_in_is_made_once_and_stands_in_no_gallery(town: Town) -> None:
    """A row in force in either store, told in the home's own story, not among the purpose's."""
    home, eyes = town.house.home, town.site.people
    stand_ins, purpose = StandIns(home, town.house.keepers), home.purposes.get("gate")
    row = stand_ins.of(purpose, eyes)
    assert (
        stand_ins.of(purpose, eyes) == row == StandIns(home, town.house.keepers).of(purpose, eyes)
    )
    assert row.active
    assert home.references.of_row(row.row) is not None
    assert home.vault.of_purpose("gate") == []
    assert town.site.gallery(town.house).rows == ()
    last = home.journal.last(home.own_chain())
    assert last is not None
    assert (last.entry.kind, last.entry.public["rows"]) == ("storage:stand-in:kept", 1)


def test_each_text_of_each_purpose_has_its_own(town: Town) -> None:
    """A permit over one does not serve the other."""
    home, eyes, seen = town.house.home, town.site.people, set()
    for text in (purpose_text("a"), purpose_text("b"), purpose_text("a", retention_days=3)):
        name, _ = publish(town.house, text)
        seen.add(StandIns(home, town.house.keepers).of(home.purposes.get(name), eyes).row)
    assert len(seen) == 3


def test_stand_in_survives_renewal_erasing_and_all_time(town: Town) -> None:
    """Nobody's consent stands behind it: none can run out or be withdrawn."""
    home, eyes = town.house.home, town.site.people
    stand_ins, purpose = StandIns(home, town.house.keepers), home.purposes.get("gate")
    row = stand_ins.of(purpose, eyes)
    town.house.keepers.renewer.renew([row])
    town.clock.advance(50 * 365 * 86_400)
    home.erase_ungranted()
    assert home.eraser.erase_orphans() == home.eraser.erase_widowed(0) == 0
    again = stand_ins.of(purpose, eyes)
    assert again.row == row.row
    assert again.epoch != row.epoch
