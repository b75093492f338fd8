"""What the comparing room answers about itself."""

from __future__ import annotations

from facekeep.assembly import House
from facekeep.terms.evidence import Finding
from facekeep.use.evidence import EVIDENCE
from tests.attacks.toolkit import DAY, Site, publish, purpose_text


def asked(house: House, question: str) -> Finding:
    """One answer, now."""
    (found,) = (q for q in EVIDENCE if q.id == question)
    return found.ask(house.home, int(house.home.journal.now()))


def test_every_answer_is_written_down(site: Site, house: House) -> None:
    """Matches, non-matches and people nobody knows, over several days."""
    assert not asked(house, "use.decisions.recorded").applies
    site.enrol(house, "alice")
    for _ in range(3):
        site.ask(house, "alice")
        site.ask(house, "alice", site.good_photo("bob"))
        site.ask(house, "nobody")
        site.clock.advance(DAY)
    finding = asked(house, "use.decisions.recorded")
    assert finding.gaps == ()
    assert finding.facts["entries"] >= finding.facts["answered"] >= 3


def test_an_answer_of_another_day_does_not_stand_in(site: Site, house: House) -> None:
    """Entries of yesterday cover nothing of today."""
    site.enrol(house, "alice")
    site.ask(house, "alice")
    today = int(site.clock.now // DAY)
    plant = "INSERT INTO answered VALUES (randomblob(32), '0.001', ?)"
    house.home.records.connection.execute(plant, (today + 1,))
    (gap,) = asked(house, "use.decisions.recorded").gaps
    assert gap.what == "pictures answered without an entry: 1"


def test_searching_among_many_asks_for_two_people(house: House) -> None:
    """A purpose that only verifies asks for none."""
    assert [gap.what for gap in asked(house, "use.identification.two_persons").gaps] == [
        "hits of gate are released without two people's check"
    ]
    publish(house, purpose_text(operations='["verification"]'))
    assert not asked(house, "use.identification.two_persons").applies
