"""Restriction and objection cannot be slipped past (PIPL art. 44).

The attacks: a comparison that began before the person objected and ends after; an enrolment that was
under way; a search; a restraint lifted in the store, or carried over to somebody else.
"""

from __future__ import annotations

from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.governance.restraints import Restriction
from facekeep.rights.cases import Kind, Outcome
from facekeep.terms.errors import Misused, Restrained, Tampered
from tests.attacks.staff import answered, enter, opened
from tests.attacks.toolkit import Site, search


@pytest.fixture
def desk(site: Site, house: House) -> House:
    """Alice is enrolled, Ann is in office."""
    enter(house, "Ann")
    site.enrol(house, "alice")
    return house


def object_during(
    monkeypatch: pytest.MonkeyPatch, house: House, where: Any, name: str
) -> list[object]:
    """Alice objects at the very moment a step of ours runs; returns the cases."""
    step, cases = getattr(where, name), []

    def meanwhile(*given: Any, **named: Any) -> Any:
        if not cases:
            cases.append(opened(house, Kind.OBJECTION))
        return step(*given, **named)

    monkeypatch.setattr(type(where), name, lambda self, *a, **k: meanwhile(*a, **k))
    return cases


def last_outcome(house: House) -> str:
    """What the newest entry of Alice's chain says."""
    told = house.home.journal.last(house.home.chain_of("alice", "gate"))
    assert told is not None
    return str(told.details["outcome"])


def test_objection_during_a_verification_holds_the_answer_back(
    site: Site, desk: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read again in the transaction that records the decision."""
    cases = object_during(monkeypatch, desk, desk.keepers.comparator, "one")
    with pytest.raises(Restrained):
        site.ask(desk, "alice")
    assert cases
    assert last_outcome(desk) == "refused"


def test_objection_during_a_search_takes_the_name_out(
    site: Site, desk: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hit that objected meanwhile is no hit."""
    cases = object_during(monkeypatch, desk, desk.keepers.comparator, "many")
    question = search(desk, "gate", site.good_photo("alice"))
    assert desk.identifier.identify(question, site.people).subjects == ()
    assert cases


def test_objection_during_an_enrolment_leaves_the_old_reference(
    site: Site, desk: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one is rolled back whole."""
    before = site.row(desk, "alice").row
    cases = object_during(monkeypatch, desk, desk.keepers.references, "keep")
    with pytest.raises(Restrained):
        site.enrol(desk, "alice")
    assert cases
    assert site.row(desk, "alice").row == before
    assert not desk.home.intents.open()


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE restraint SET lifted_at = 1",
        "UPDATE restraint SET kind = 'nothing'",
        "UPDATE restraint SET since = since + 1",
        "UPDATE restraint SET lifted_at = -1",
    ],
)
def test_edited_restraint_is_refused(site: Site, desk: House, edit: str) -> None:
    """Nobody is compared on a record somebody changed."""
    opened(desk, Kind.RESTRICTION)
    with site.sql("records") as raw:
        raw.execute(edit)
    with pytest.raises(Tampered):
        site.ask(desk, "alice")


def test_restraint_is_the_persons_own(site: Site, desk: House) -> None:
    """One that was carried over to somebody else stops neither quietly."""
    site.enrol(desk, "bob")
    opened(desk, Kind.OBJECTION)
    bob = desk.home.directory.person("bob", "gate").id
    with site.sql("records") as raw:
        raw.execute("UPDATE restraint SET person = ?", (bob,))
    with pytest.raises(Tampered):
        site.ask(desk, "bob")


def test_case_lifts_only_what_it_placed(site: Site, desk: House) -> None:
    """A case of another kind, or of somebody else, lifts nothing."""
    site.enrol(desk, "bob")
    opened(desk, Kind.OBJECTION)
    other = opened(desk, Kind.OBJECTION, "bob").row
    answered(desk, other, Outcome.LIFTED)
    with pytest.raises(Restrained):
        site.ask(desk, "alice")
    copy = opened(desk, Kind.COPY).row
    with desk.home.records.transaction() as tx, pytest.raises(Misused, match="stopped nothing"):
        desk.home.restraints.lift(tx, copy.id, 1)


def test_withdrawal_is_open_to_whoever_objected(desk: House) -> None:
    """A restraint stops comparing, never leaving."""
    opened(desk, Kind.OBJECTION)
    desk.withdrawals.withdraw("alice", "gate")
    assert desk.home.directory.persons("alice", "gate") == []


def test_rolled_back_restraint_stops_nobody(site: Site, desk: House) -> None:
    """Placed in a transaction that failed."""
    person = desk.home.directory.person("alice", "gate").id
    with pytest.raises(ZeroDivisionError):
        _place_and_fail(desk, person)
    assert site.ask(desk, "alice").decision.value == "match"


def _place_and_fail(desk: House, person: bytes) -> None:
    with desk.home.records.transaction() as tx:
        desk.home.restraints.place(tx, bytes(16), person, Restriction.OBJECTION, 1)
        raise ZeroDivisionError
