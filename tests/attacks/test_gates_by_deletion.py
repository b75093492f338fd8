"""A gate that stands on one row: deleting or editing the row in the store opens nothing."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.governance.consent_story import Channel
from facekeep.governance.deliveries import Kind as Told
from facekeep.rights.cases import Kind, Outcome
from facekeep.terms.errors import NoticeNotShown, Refused, Restrained, Tampered
from tests.attacks.staff import answered, enter, hand, opened
from tests.attacks.toolkit import Site, search, taken


@pytest.mark.parametrize("kind", [Kind.RESTRICTION, Kind.OBJECTION])
@pytest.mark.parametrize("also", ["", "rights_case"])
def test_deleted_restraint_frees_nobody(site: Site, house: House, kind: Kind, also: str) -> None:
    """The person's own chain says that they are not to be compared, searched for or enrolled."""
    site.enrol(house, "alice")
    opened(house, kind)
    with site.sql("records") as raw:
        for table in filter(None, ("restraint", also)):
            raw.execute(f"DELETE FROM {table}")
    with pytest.raises(Restrained):
        site.ask(house, "alice")
    photo = site.good_photo("alice")
    assert house.identifier.identify(search(house, "gate", photo), site.people).subjects == ()
    photos = [photo]
    with pytest.raises(Restrained):
        house.enroller.enrol(
            "alice", "gate", photos, site.people, taken(house, "alice", "gate", photos)
        )


def test_two_restraints_are_two(site: Site, house: House) -> None:
    """One lifted leaves the other, whatever rows lie there; both lifted let the person in again."""
    enter(house, "Ann")
    site.enrol(house, "alice")
    first, second = (opened(house, kind).row for kind in (Kind.RESTRICTION, Kind.OBJECTION))
    answered(house, first, Outcome.LIFTED)
    with pytest.raises(Refused):
        site.ask(house, "alice")
    answered(house, second, Outcome.LIFTED)
    assert site.ask(house, "alice").alternatives


def test_restraint_kept_by_its_answer_is_lifted_once(site: Site, house: House) -> None:
    """Kept, then lifted on the person's wish: free again."""
    enter(house, "Ann")
    site.enrol(house, "alice")
    case = opened(house, Kind.RESTRICTION).row
    answered(house, case, Outcome.KEPT_STOPPED)
    house.cases.lift(case.number, "they want to come in", hand("Ann"))
    assert site.ask(house, "alice").alternatives


@pytest.mark.parametrize(
    "edit", ["settled_at = 1", "kind = 'message'", "settled_at = 1, outcome = 'delivered'"]
)
def test_notice_called_told_in_the_store_opens_nothing(site: Site, house: House, edit: str) -> None:
    """Who has not been told of a change is not compared, whatever the row says (Measures art. 5)."""
    site.enrol(house, "alice")
    home = house.home
    with home.records.transaction() as tx:
        home.deliveries.queue_notice_change(tx, home.purposes.get("gate"), 1, 1, [])
    with pytest.raises(NoticeNotShown):
        site.ask(house, "alice")
    assert {d.kind for d in home.deliveries.open()} == {Told.NOTICE_CHANGE}
    with site.sql("records") as raw:
        raw.execute(f"UPDATE delivery SET {edit}")
    with pytest.raises(Tampered):
        site.ask(house, "alice")


def changed(house: House) -> bytes:
    """A new wording of the same purpose: everybody is to be told; the delivery's identifier."""
    home = house.home
    with home.records.transaction() as tx:
        home.deliveries.queue_notice_change(tx, home.purposes.get("gate"), 1, 1, [])
    (waiting,) = home.deliveries.open()
    return waiting.id


def test_deleted_notice_tells_nobody(site: Site, house: House) -> None:
    """The person's own chain says that they wait: neither compared, found nor enrolled."""
    site.enrol(house, "alice")
    changed(house)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM delivery")
    with pytest.raises(NoticeNotShown):
        site.ask(house, "alice")
    photo = site.good_photo("alice")
    assert house.identifier.identify(search(house, "gate", photo), site.people).subjects == ()
    origin = taken(house, "alice", "gate", [photo])
    with pytest.raises(NoticeNotShown):
        house.enroller.enrol("alice", "gate", [photo], site.people, origin)


def test_whoever_reads_the_notice_is_compared_again(site: Site, house: House) -> None:
    """Even where the row is gone: the notice in force is shown, and the consent renewed."""
    site.enrol(house, "alice")
    changed(house)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM delivery")
    shown = house.consents.shown("gate", "zh", Channel.COUNTER)
    house.consents.renew(Asking("alice", "gate", shown=shown))
    assert site.matches(house, "alice")


def test_earlier_notice_put_back_settles_no_later_one(site: Site, house: House) -> None:
    """Two changes; the row of the first is pasted back open, the second's deleted."""
    site.enrol(house, "alice")
    first = changed(house)
    with site.sql("records") as raw:
        row = raw.execute("SELECT * FROM delivery").fetchone()
    changed(house)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM delivery")
        raw.execute(f"INSERT INTO delivery VALUES ({','.join('?' * len(row))})", row)
    waiting = house.home.deliveries.get(first)
    assert waiting is not None
    house.outbox.acknowledge("alice", house.home.deliveries.shown(waiting))
    with pytest.raises(NoticeNotShown):
        site.ask(house, "alice")
