"""Thresholds keep their rate for everybody and for every group that can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from facekeep.terms.errors import Broken, CalibrationTooWeak
from facekeep.terms.ports import CodeEncoder
from facekeep.vision import calibration as module
from facekeep.vision.calibration import (
    EVERYBODY,
    Calibration,
    Population,
    calibrate,
    in_first_half,
    threshold_for,
    thresholds,
)
from facekeep.vision.calibration_toml import read_calibration, write_calibration
from facekeep.vision.evaluation import gallery, protected_pairs
from facekeep.vision.rates import LEAST_RANK
from facekeep.vision.toml_table import parse_toml

NAMES = [f"person{n:03}" for n in range(140)]
GROUPS = dict.fromkeys(NAMES[90:], "alike")
POPULATION = Population('people made of "numbers"\x7f', "2026-11-22", "none", 4)


@pytest.fixture(scope="module")
def people(invent: Callable) -> dict:
    return {**invent(NAMES[:90]), **invent(NAMES[90:], seed=1, alike=0.6)}


@pytest.fixture(scope="module")
def calibration(people: dict, encode: CodeEncoder) -> Calibration:
    return calibrate(people, encode, GROUPS, POPULATION)


def test_each_step_keeps_its_rate_and_is_tight(people: dict, encode: CodeEncoder) -> None:
    """For everybody and each group that supports it: score >= t at most the step; t - 1 breaks
    it for the one that governs."""
    faces = gallery(people, GROUPS)
    pairs = protected_pairs(faces, encode)
    parts = {EVERYBODY: pairs, **{g: pairs.among(faces.members(g)) for g in faces.group_names}}
    previous = 0
    for step in thresholds(pairs, faces):
        assert step.rank >= LEAST_RANK
        for name in step.groups:
            assert (parts[name].non_mated >= step.threshold).mean() <= step.fmr
        if step.threshold > previous and step.threshold > 1:
            governing = parts[step.governed_by].non_mated
            assert (governing >= step.threshold - 1).mean() > step.fmr
        previous = step.threshold


def test_the_worst_group_governs(calibration: Calibration) -> None:
    """The group that looks alike sets the threshold; everybody else errs less."""
    step = next(step for step in calibration.steps if step.fmr == 1e-2)
    assert step.governed_by == "alike"
    by_group = {figures.group: figures for figures in calibration.operating}
    assert by_group["rest"].fmr.value < by_group["alike"].fmr.value


def test_thresholds_never_fall(calibration: Calibration) -> None:
    """Where a group can no longer tell, its strictest threshold stands."""
    limits = [step.threshold for step in calibration.steps]
    assert limits == sorted(limits)
    assert [step.fmr for step in calibration.steps] == sorted(
        (step.fmr for step in calibration.steps), reverse=True
    )


def test_support_is_recorded(calibration: Calibration) -> None:
    """A group with too few pairs for a step is not among those that supported it."""
    strictest = calibration.steps[-1]
    assert strictest.rank >= LEAST_RANK
    assert "alike" in calibration.steps[0].groups
    assert "alike" not in strictest.groups


def test_the_loosest_step_no_looser_than_asked_is_taken(calibration: Calibration) -> None:
    """An odd rate takes the next stricter step; a published one its own."""
    by_fmr = {step.fmr: step.threshold for step in calibration.steps}
    assert threshold_for(calibration, 1e-3) == by_fmr[1e-3]
    assert threshold_for(calibration, 1.7e-3) == by_fmr[1e-3]
    assert threshold_for(calibration, 0.9) == by_fmr[1e-1]


def test_a_rate_beyond_the_pairs_is_refused(calibration: Calibration) -> None:
    """88,000 pairs say nothing about one in a million."""
    with pytest.raises(CalibrationTooWeak):
        threshold_for(calibration, 1e-6)


def test_too_few_people_are_refused(invent: Callable, encode: CodeEncoder) -> None:
    """Three people have 27 non-mated pairs: no rate at all."""
    with pytest.raises(CalibrationTooWeak):
        calibrate(invent(NAMES[:3]), encode, {}, POPULATION)


def test_held_out_identities_are_strangers_to_their_threshold(
    people: dict, encode: CodeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No identity is judged by a threshold that its own pictures helped to set."""
    faces = gallery(people, GROUPS)
    pairs = protected_pairs(faces, encode)
    seen: list[tuple[set[int], set[int]]] = []
    monkeypatch.setattr(
        module,
        "_threshold_of_half",
        lambda _, __, half: 1000 + int(np.array_equal(half, ~first)),
    )
    first = np.array([in_first_half(name) for name in faces.names])
    monkeypatch.setattr(
        module,
        "_figures",
        lambda _, parts: [
            seen.append((set(part.mated_of), {int(limit + 0.5)}))
            for part, limit in parts(np.ones(len(first), bool))
        ],
    )
    module._held_out(pairs, faces)
    inside = set(np.flatnonzero(first))
    assert [(members <= inside, limit) for members, limit in seen] == [
        (True, {1001}),
        (False, {1000}),
    ]


def test_halves_are_about_equal() -> None:
    """Parity of a digest splits names evenly, and always alike."""
    assert 50 <= sum(map(in_first_half, NAMES)) <= 90
    assert in_first_half("person000") == in_first_half("person000")


def test_figures_count_every_pair(calibration: Calibration) -> None:
    """Operating: all of them. Held out: all mated, and the non-mated within halves."""
    everybody, held_out = calibration.operating[0], calibration.held_out[0]
    assert everybody.group == held_out.group == EVERYBODY
    assert everybody.fmr.trials == calibration.n_non_mated
    assert everybody.fnmr.trials == held_out.fnmr.trials == calibration.n_mated
    assert 0.4 < held_out.fmr.trials / everybody.fmr.trials < 0.6


def test_toml_gives_it_back(calibration: Calibration) -> None:
    """Written and read again, but for digits no figure has."""
    back = read_calibration(parse_toml(write_calibration(calibration).encode()))
    assert back.steps == calibration.steps
    assert back.population == calibration.population
    for before, after in zip(calibration.held_out, back.held_out, strict=True):
        assert (after.fmr.errors, after.fmr.trials) == (before.fmr.errors, before.fmr.trials)
        assert after.fnmr.high == pytest.approx(before.fnmr.high, rel=1e-5)


def test_a_calibration_without_figures_is_given_back(calibration: Calibration) -> None:
    """A population too small for 1e-3 has thresholds and no figures."""
    bare = replace(calibration, operating=(), held_out=())
    assert read_calibration(parse_toml(write_calibration(bare).encode())) == bare


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('date = "2026-11-22"', 'date = "yesterday"'),
        ("threshold = ", "threshold = -"),
        ("threshold = ", "threshold = 99999"),
        ("low = 0", "low = nan"),
        ("n_mated", "n_mates"),
        ("rank = ", "rank = 0\n_ = "),
        ("fmr = 0.1\n", "fmr = 0.001\n"),
        ("governed_by = ", "governed_by = 7\n_ = "),
    ],
)
def test_odd_calibrations_are_refused(calibration: Calibration, old: str, new: str) -> None:
    """A threshold out of range, a rate that is no number, an unknown key, steps out of order."""
    text = write_calibration(calibration)
    assert old in text
    with pytest.raises(Broken):
        read_calibration(parse_toml(text.replace(old, new, 1).encode()))
