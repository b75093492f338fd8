"""Identification: names in random order or none, never how near, never how many exactly."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from facekeep.terms.errors import Ambiguous, CalibrationTooWeak, Misused, NoFace, PurposeNotAllowed
from facekeep.terms.values import CaptureLevel, Origin
from facekeep.use.decisions import Found
from facekeep.use.identification import KIND, MAX_TOP, RETURNED, Search
from tests.attacks.toolkit import publish, purpose_text, search
from tests.rooms.storage.conftest import Town

FIELDS = {"subjects", "searched_range", "max_fpir", "model", "grade", "calibration", "pad",
          "capture", "purpose", "event", "alternatives"}  # fmt: skip


@pytest.fixture(scope="module")
def gate(town: Town) -> Town:
    """Three people; twins share a face at another purpose."""
    for name in ("alice", "bob", "carol"):
        town.site.enrol(town.house, name)
    publish(town.house, purpose_text("twins"))
    photos = tuple(town.site.good_photo("twin", n) for n in (0, 10, 20))
    for name in ("castor", "pollux"):
        town.site.enrol(town.house, name, "twins", *photos)
    return town


def find(town: Town, shown: str, start: int, purpose: str = "gate", **how: Any) -> Found:
    question = search(town.house, purpose, town.site.good_photo(shown, start), **how)
    return town.house.identifier.identify(question, town.site.people)


def searches(town: Town, purpose: str = "gate") -> list[dict[str, Any]]:
    home = town.house.home
    return [one.details for one in home.journal.story(home.purpose_chain(purpose))
            if one.entry.kind == KIND]  # fmt: skip


def test_answer_has_exactly_the_stated_fields(gate: Town) -> None:
    """And no number in it but the rate; the number searched is an order of magnitude."""
    assert {field.name for field in dataclasses.fields(Found)} == FIELDS
    found = find(gate, "alice", 200)
    told = dataclasses.asdict(found)
    assert found.subjects == ("alice",)
    assert found.searched_range == "1-9"
    assert [v for v in told.values() if isinstance(v, int | float)] == [found.max_fpir] == [0.1]
    assert all(isinstance(v, str) for v in (*found.subjects, *found.alternatives))
    assert (found.purpose, found.pad, found.capture) == ("gate", "not_checked", "none")


def test_stranger_is_nobody_and_leaves_one_entry(gate: Town) -> None:
    """The probe dies with the answer: nothing is kept but that a search was answered."""
    home, before = gate.house.home, searches(gate)
    rows = {row.row for row in home.vault.every()}
    found = find(gate, "stranger", 0)
    assert found.subjects == ()
    assert len(searches(gate)) == len(before) + 1
    assert searches(gate)[-1]["matched"] == 0
    assert {row.row for row in home.vault.every()} == rows


def test_returned_person_has_an_entry_of_their_own(gate: Town) -> None:
    """Who was found, in that person's chain; the purpose's own entry names nobody."""
    home = gate.house.home
    assert find(gate, "bob", 300).subjects == ("bob",)
    own = home.journal.last(home.chain_of("bob", "gate"))
    other = home.journal.last(home.chain_of("carol", "gate"))
    assert own is not None
    assert other is not None
    assert own.entry.kind == RETURNED
    assert other.entry.kind != RETURNED
    assert "bob" not in str(searches(gate)[-1])
    assert searches(gate)[-1]["ground"] == "own_act"


def test_empty_gallery_is_searched_in_peace(gate: Town) -> None:
    """Nobody is among nobody; the stand-in is no candidate."""
    publish(gate.house, purpose_text("empty"))
    gate.site.ask(gate.house, "anybody", purpose="empty")
    found = find(gate, "alice", 400, "empty")
    assert (found.subjects, found.searched_range) == ((), "0")


def test_people_of_one_purpose_are_not_found_for_another(gate: Town) -> None:
    """Each purpose is its own gallery."""
    assert find(gate, "twin", 100).subjects == ()
    assert set(find(gate, "twin", 110, "twins").subjects) == {"castor", "pollux"}


def test_withdrawn_person_is_found_no_more(gate: Town) -> None:
    """From the next search on."""
    gate.site.enrol(gate.house, "dora")
    assert find(gate, "dora", 200).subjects == ("dora",)
    gate.house.withdrawals.withdraw("dora", "gate")
    assert find(gate, "dora", 300).subjects == ()


def test_more_than_top_is_ambiguous_and_recorded_as_answered(gate: Town) -> None:
    """No name is released; everybody who matched is told so in their chain."""
    with pytest.raises(Ambiguous):
        find(gate, "twin", 200, "twins", top=1)
    home = gate.house.home
    for name in ("castor", "pollux"):
        own = home.journal.last(home.chain_of(name, "twins"))
        assert own is not None
        assert own.entry.kind == RETURNED
    assert any(one.get("matched") == 2 for one in searches(gate, "twins"))


@pytest.mark.parametrize("top", [0, -1, MAX_TOP + 1])
def test_top_outside_its_bounds_is_misused(gate: Town, top: int) -> None:
    """One to twenty."""
    with pytest.raises(Misused):
        find(gate, "alice", 0, top=top)


def test_may_we_is_asked_before_any_pixel(gate: Town) -> None:
    """Purpose, operation and rate; the refusals are entries of the purpose."""
    publish(gate.house, purpose_text("verify-only", operations='["verification"]', max_fpir="1e-2"))
    publish(gate.house, purpose_text("rare", max_fpir="1e-2"))
    cases = [("verify-only", None, PurposeNotAllowed), ("rare", 0.1, CalibrationTooWeak),
             ("gate", 0.5, Misused)]  # fmt: skip
    for purpose, rate, error in cases:
        with pytest.raises(error):
            gate.house.identifier.identify(search(gate.house, purpose, b"", rate), gate.site.people)
        assert searches(gate, purpose)[-1]["reason"] == error.code
    with pytest.raises(PurposeNotAllowed):
        gate.house.identifier.identify(search(gate.house, "nowhere", b""), gate.site.people)


def test_picture_without_a_face_is_recorded(gate: Town) -> None:
    """A search nobody could answer."""
    with pytest.raises(NoFace):
        gate.house.identifier.identify(search(gate.house, "gate", b""), gate.site.people)
    assert searches(gate)[-1]["reason"] == "no_face"


def test_capture_level_is_told_as_claimed(gate: Town) -> None:
    """A registered device needs a name."""
    found = find(gate, "carol", 500, level=CaptureLevel.DEVICE, device="gate-1")
    assert found.capture == "device"
    with pytest.raises(Misused):
        find(gate, "carol", 600, level=CaptureLevel.DEVICE, device="Not a name")


def test_search_does_not_show_its_picture() -> None:
    """Nor whose it is."""
    origin = Origin("gate-1", "lobby", CaptureLevel.NONE, b"n", b"alice#1")
    assert "alice" not in repr(Search("gate", b"alice#1", origin))
