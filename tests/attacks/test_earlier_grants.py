"""A face released for one purpose text is not used for the next (custody rule 5, PIPL art. 14)."""

from __future__ import annotations

from facekeep.assembly import House
from facekeep.terms.values import ConsentState
from tests.attacks.toolkit import DAY, Site, agree, publish, purpose_text, search


def changed_text() -> bytes:
    """The same purpose, kept for another time: another hash, another consent."""
    return purpose_text("gate", retention_days=30)


def test_face_of_an_earlier_text_is_not_found_by_a_search(site: Site, house: House) -> None:
    """The person consented to the new text and did not enrol again: nobody is found."""
    site.enrol(house, "alice")
    publish(house, changed_text())
    agree(house, "alice", "gate")
    found = house.identifier.identify(search(house, "gate", site.good_photo("alice")), site.people)
    assert found.subjects == ()
    assert not site.matches(house, "alice")


def test_face_of_an_earlier_text_is_erased_when_the_new_one_is_agreed(
    site: Site, house: House
) -> None:
    """Nothing nobody consents to any more lies about."""
    site.enrol(house, "alice")
    row = site.row(house, "alice")
    publish(house, changed_text())
    agree(house, "alice", "gate")
    states = [consent.state for consent in house.consents.show("alice", "gate")]
    assert ConsentState.INVALIDATED in states
    assert house.home.vault.of_row(row.row) is None
    assert house.home.references.of_row(row.row) is None


def test_face_data_ends_with_its_grant_whatever_became_of_the_consent(site: Site) -> None:
    """The term in the key row is enough."""
    with site.open() as house:
        site.enrol(house, "alice")
        row = site.row(house, "alice").row
    with site.sql("records") as raw:
        raw.execute("DELETE FROM consent")
    site.clock.advance(366 * DAY)
    with site.open(locked=True) as house:
        assert house.home.vault.of_row(row) is None


def test_enrolment_that_does_not_count_yet_answers_nobody(site: Site, house: House) -> None:
    """Between the split and the entry the new row is in no gallery and behind no consent."""
    site.enrol(house, "alice")
    grant = site.row(house, "alice").grant
    row = house.home.entropy(16)
    house.keepers.keys.draw(row, grant, site.people.model, site.people.dim)  # type: ignore[arg-type]
    assert row not in site.gallery(house).rows
    assert site.row(house, "alice").row != row
    assert all(site.matches(house, "alice") for _ in range(3))
