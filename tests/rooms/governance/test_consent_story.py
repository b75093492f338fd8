"""Consent states follow W3C DPV, and no record tells an impossible story."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.governance.consent_story import (
    ENDED,
    IN_FORCE,
    LEADS_TO,
    About,
    Channel,
    Event,
    Fault,
    Shown,
    follow,
)
from facekeep.terms.errors import Misused, Tampered
from facekeep.terms.values import ConsentState

DPV = {
    "ConsentUnknown", "ConsentRequested", "ConsentRequestDeferred", "ConsentRefused",
    "ConsentGiven", "RenewedConsentGiven", "ConsentExpired", "ConsentInvalidated",
    "ConsentWithdrawn", "ConsentRevoked",
}  # fmt: skip
"""The ten states of DPV 2.x, by their own names."""

EVENTS = st.builds(
    Event, st.sampled_from(ConsentState), st.integers(0, 2**40),
    st.sampled_from(["person", "guardian", "handler", "time"]), st.text(max_size=40),
)  # fmt: skip
SHOWN = st.builds(
    Shown, st.binary(min_size=32, max_size=32), st.sampled_from(["zh", "en"]),
    st.sampled_from(Channel), st.integers(0, 2**40),
)  # fmt: skip
ABOUTS = st.builds(
    About, st.none() | SHOWN, st.none() | st.integers(0, 2**40),
    st.lists(st.sampled_from(Fault), max_size=4).map(tuple), st.lists(EVENTS, max_size=5).map(tuple),
)  # fmt: skip


def test_states_are_those_of_dpv() -> None:
    """None missing, none of our own."""
    assert {state.value for state in ConsentState} == DPV
    assert set(LEADS_TO) == set(ConsentState)


@pytest.mark.parametrize(
    ("before", "after"), list(itertools.product(ConsentState, ConsentState)), ids=lambda s: s.name
)
def test_only_the_table_is_possible(before: ConsentState, after: ConsentState) -> None:
    """Each of the hundred pairs follows or is refused."""
    if after in LEADS_TO[before]:
        assert follow(before, after) is after
        return
    with pytest.raises(Misused):
        follow(before, after)


def test_what_has_ended_never_comes_back() -> None:
    """From no ended state is there a way to a state in force."""
    assert not ENDED & IN_FORCE
    reached, frontier = set(ENDED), set(ENDED)
    while frontier:
        frontier = {after for state in frontier for after in LEADS_TO[state]} - reached
        reached |= frontier
    assert not reached & IN_FORCE


@given(ABOUTS)
def test_story_returns_as_it_was(about: About) -> None:
    """Through its text, byte for byte."""
    assert About.from_text(about.to_text()) == about


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"shown": 1}', "[" * 10_000,
     json.dumps({"shown": None, "asked_at": None, "faults": ["other"], "events": []}),
     json.dumps({"shown": None, "asked_at": None, "faults": [], "events": [["x", 1, "a", ""]]}),
     json.dumps({"shown": {"notice": "00", "language": "zh", "channel": "paper", "at": 1},
                 "asked_at": None, "faults": [], "events": []}),
     json.dumps({"shown": {"notice": "00" * 32, "language": "zh", "channel": "tv", "at": 1},
                 "asked_at": None, "faults": [], "events": []}),
     json.dumps({"shown": {"notice": "00" * 32, "language": "zh", "channel": "paper", "at": "1"},
                 "asked_at": None, "faults": [], "events": []})],
    ids=range(11),
)  # fmt: skip
def test_what_nobody_wrote_is_tampered(text: str) -> None:
    """Other shapes, other words, other types."""
    with pytest.raises(Tampered):
        About.from_text(text)


@pytest.mark.parametrize(
    ("notice", "language", "at"),
    [(bytes(31), "zh", 1), (bytes(32), "fr", 1), (bytes(32), "en", -1), (b"", "en", 1)],
)
def test_display_names_text_language_and_time(notice: bytes, language: str, at: int) -> None:
    """Half a display is none."""
    with pytest.raises(Misused):
        Shown(notice, language, Channel.PAPER, at)
