"""Verification: yes or no, at an agreed rate, recorded before it is told."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from facekeep.storage.journal import CARRIED
from facekeep.terms.errors import (
    CalibrationTooWeak,
    CaptureRefused,
    ConsentMissing,
    ConsentWithdrawn,
    FacekeepError,
    Misused,
    NoFace,
    PurposeNotAllowed,
    Refused,
)
from facekeep.terms.values import CaptureLevel, Decision, Origin
from facekeep.use.decisions import Answer
from facekeep.use.verification import KIND, Asked
from tests.attacks.toolkit import People, agree, asked, publish, purpose_text
from tests.rooms.storage.conftest import Town

FIELDS = {"decision", "max_fmr", "model", "grade", "calibration", "pad", "capture", "purpose",
          "event", "alternatives"}  # fmt: skip


@pytest.fixture(scope="module")
def gate(town: Town) -> Town:
    """Alice and Bob are enrolled, Carol consented only."""
    for name in ("alice", "bob"):
        town.site.enrol(town.house, name)
    agree(town.house, "carol", "gate")
    return town


def last(town: Town, name: str, purpose: str = "gate") -> tuple[str, dict[str, Any]]:
    home = town.house.home
    told = home.journal.last(home.chain_of(name, purpose))
    assert told is not None
    return told.entry.id.hex(), told.details


def numbers(value: object) -> list[float]:
    """Every number in an answer, booleans aside."""
    if isinstance(value, dict | list | tuple):
        return [
            n
            for one in (value.values() if isinstance(value, dict) else value)
            for n in numbers(one)
        ]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_answer_has_exactly_the_stated_fields(gate: Town) -> None:
    """And no number in it but the rate."""
    assert {field.name for field in dataclasses.fields(Answer)} == FIELDS
    for name in ("alice", "carol", "unknown"):
        answer = gate.site.ask(gate.house, name)
        assert numbers(dataclasses.asdict(answer)) == [answer.max_fmr] == [1e-3]
        assert (answer.purpose, answer.model, answer.grade) == ("gate", "simulated", "production")
        assert (answer.pad, answer.capture) == ("not_checked", "none")
        assert answer.alternatives == ("card",)
        assert answer.calibration == gate.site.people.calibration


@pytest.mark.parametrize(
    ("name", "shown", "decision"),
    [("alice", "alice", Decision.MATCH), ("alice", "bob", Decision.NON_MATCH),
     ("carol", "carol", Decision.NON_MATCH), ("unknown", "alice", Decision.NON_MATCH)],
)  # fmt: skip
def test_only_the_enrolled_match_and_only_themselves(
    gate: Town, name: str, shown: str, decision: Decision
) -> None:
    """Not enrolled and unknown are non-matches like a stranger's."""
    photo = gate.site.good_photo(shown, 300)
    answer = gate.site.ask(gate.house, name, photo)
    assert answer.decision is decision
    event, details = last(gate, name)
    assert event == answer.event
    assert details["outcome"] == decision.value
    assert details["max_fmr"] == "0.001"


@pytest.mark.parametrize("asked", [None, 1e-3, 1e-4, 1e-5, 1e-6])
def test_rate_is_the_callers_where_it_is_a_stricter_step(gate: Town, asked: float | None) -> None:
    """Told in the answer as agreed."""
    photo = gate.site.good_photo("alice", 400 + int(1 / (asked or 1e-3)))
    answer = gate.site.ask(gate.house, "alice", photo, max_fmr=asked)
    assert answer.max_fmr == (asked or 1e-3)
    assert last(gate, "alice")[1]["max_fmr"] == f"{asked or 1e-3:g}"


def test_rate_looser_than_the_purposes_or_no_step_is_refused(gate: Town) -> None:
    """Refusals are entries too, and no picture is read."""
    publish(gate.house, purpose_text("strict", max_fmr="1e-5"))
    agree(gate.house, "alice", "strict")
    for purpose, rate, error in (("strict", 1e-4, CalibrationTooWeak), ("gate", 5e-4, Misused)):
        with pytest.raises(error):
            gate.site.ask(gate.house, "alice", b"", purpose=purpose, max_fmr=rate)
        assert last(gate, "alice", purpose)[1]["reason"] == error.code


@pytest.mark.parametrize(
    ("name", "purpose", "error"),
    [("alice", "search-only", PurposeNotAllowed), ("dora", "gate", ConsentWithdrawn),
     ("erin", "other", ConsentMissing)],
)  # fmt: skip
def test_may_we_is_asked_before_any_pixel(
    gate: Town, name: str, purpose: str, error: type[Refused]
) -> None:
    """Operation and consent; ``b""`` would be no face, had anybody looked."""
    publish(gate.house, purpose_text("search-only", operations='["identification"]'))
    publish(gate.house, purpose_text("other"))
    agree(gate.house, "dora", "gate")
    gate.house.withdrawals.withdraw("dora", "gate")
    agree(gate.house, "erin", "other")
    publish(gate.house, purpose_text("other", retention_days=3))
    with pytest.raises(error):
        gate.site.ask(gate.house, name, b"", purpose=purpose)
    told = last(gate, name, purpose)[1]
    assert (told["outcome"], told["reason"]) == ("refused", error.code)
    assert told.keys() - {"outcome", "reason"} <= {*CARRIED}


def test_purpose_that_was_never_published_is_refused_in_the_homes_story(gate: Town) -> None:
    """Under the kind of what was asked."""
    home = gate.house.home
    with pytest.raises(PurposeNotAllowed):
        gate.site.ask(gate.house, "alice", b"", purpose="nowhere")
    told = home.journal.last(home.own_chain())
    assert told is not None
    assert told.entry.kind == KIND


def test_picture_without_a_face_is_recorded_with_its_reason(gate: Town) -> None:
    """It is an answer about the picture, not about the person, and costs nothing."""
    before = last(gate, "alice")[1]["totals"]
    with pytest.raises(NoFace):
        gate.site.ask(gate.house, "alice", b"")
    assert last(gate, "alice")[1] == {"outcome": "refused", "reason": "no_face", "totals": before}


def test_other_eyes_than_the_purposes_are_refused(gate: Town) -> None:
    """Before they see."""
    question = asked(gate.house, "alice", "gate", b"")
    with pytest.raises(PurposeNotAllowed):
        gate.house.verifier.verify(question, People(model="another"))


@pytest.mark.parametrize(
    ("level", "device", "counter"),
    [(CaptureLevel.NONE, "gate-1", "none"), (CaptureLevel.DEVICE, "gate-1", "gate-1")],
)
def test_device_is_named_only_where_it_is_registered(
    gate: Town, level: CaptureLevel, device: str, counter: str
) -> None:
    """In the sealed entry, under the name it is counted by."""
    question = asked(
        gate.house, "bob", "gate", gate.site.good_photo("bob", 500), level=level, device=device
    )
    assert gate.house.verifier.verify(question, gate.site.people).capture == level.value
    assert last(gate, "bob")[1]["device"] == counter


def test_picture_of_no_admitted_capture_is_refused_and_recorded(gate: Town) -> None:
    """An origin that somebody built by hand opens nothing, however well it is filled in."""
    honest = asked(gate.house, "bob", "gate", b"")
    forged = dataclasses.replace(honest.origin, nonce=b"another")
    with pytest.raises(CaptureRefused) as refused:
        gate.house.verifier.verify(Asked("bob", "gate", b"", forged), gate.site.people)
    assert refused.value.why == "replayed"
    assert last(gate, "bob")[1]["reason"] == "capture_refused"


def test_question_does_not_show_who_or_what(gate: Town) -> None:
    """Neither the subject nor the picture; nor does an error."""
    origin = Origin("gate-1", "lobby", CaptureLevel.NONE, b"n", b"alice#1")
    assert "alice" not in repr(Asked("alice", "gate", b"alice#1", origin))
    with pytest.raises(FacekeepError) as refused:
        gate.site.ask(gate.house, "alice", b"")
    assert "alice" not in str(refused.value)
