"""From scores of a population to the thresholds of a model, worst group governing.

A threshold ``t`` is an integer: codes match when their dot product is at least ``t``. For each
step of a fixed grid it is the smallest ``t`` whose false match rate on the population, and on
every group large enough to tell, is no more than the step. Where a step is too strict for a
group's number of pairs, the group's strictest supported threshold still stands as a floor, so
thresholds never fall as steps grow stricter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from facekeep.terms.errors import CalibrationTooWeak
from facekeep.terms.ports import CodeEncoder
from facekeep.terms.values import NORM_BOUND, Float32
from facekeep.vision.evaluation import Gallery, gallery, protected_pairs
from facekeep.vision.rates import (
    Judged,
    Pairs,
    Rate,
    false_matches,
    false_non_matches,
    rank_of,
    threshold_above,
)

FMR_GRID = (1e-1, *(float(f"{digit}e-{power}") for power in range(2, 9) for digit in (5, 2, 1)))
"""Steps calibrated where the pairs support them: 1e-1, 5e-2, 2e-2, 1e-2, ... 1e-8."""

FIGURES_AT = 1e-3
"""The ``max_fmr`` at which a calibration states its error rates."""

METHOD = (
    "Of each picture the face nearest the middle; samples too poor count as failures to acquire. "
    "Scores are dot products of int8 codes under one random rotation, over all pairs. Thresholds "
    "come from all identities, worst group governing. operating: these thresholds on the same "
    "identities. held_out: identities split by the parity of the last byte of their name's "
    "SHA-256, thresholds found on either half, judged on the other, counts pooled. Intervals: "
    "95 %, at each end the wider of Wilson's and a bootstrap of 1000 draws over identities."
)
"""How figures come about; a calibration states it."""

EVERYBODY = "all"
"""The name under which the whole population stands among the groups."""


@dataclass(frozen=True, slots=True)
class Step:
    """Scores of at least ``threshold`` match with a false match rate of at most ``fmr``.

    ``rank`` is how many of the population's ``pairs`` the step allows above the threshold;
    ``governed_by`` names the group whose scores set it; ``groups`` those that supported the
    step themselves.
    """

    fmr: float
    threshold: int
    pairs: int
    rank: int
    governed_by: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured error rates of one group (``all`` for everybody) at ``max_fmr`` 1e-3."""

    group: str
    identities: int
    pictures: int
    fmr: Rate
    fnmr: Rate


@dataclass(frozen=True, slots=True)
class Population:
    """Whom a model was calibrated on, when, and how the faces were found."""

    name: str
    date: str
    detector: str
    failures_to_acquire: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """The thresholds of one model on one population, and what they cost.

    ``operating`` applies the shipped thresholds to the very faces they come from: what the
    product does on this population. ``held_out`` splits the identities in two halves, takes the
    threshold from either half to the other and pools the counts: what a stranger may expect.
    """

    population: Population
    method: str
    identities: int
    pictures: int
    n_mated: int
    n_non_mated: int
    steps: tuple[Step, ...]
    operating: tuple[Figures, ...]
    held_out: tuple[Figures, ...]


def threshold_for(calibration: Calibration, fmr: float) -> int:
    """The code threshold of the loosest calibrated step that is no looser than ``fmr``.

    Raises :class:`CalibrationTooWeak` when every step is looser: the population was too small.
    """
    strict_enough = [step for step in calibration.steps if step.fmr <= fmr * (1 + 1e-9)]
    if not strict_enough:
        raise CalibrationTooWeak(
            f"The model's calibration has too few pairs for a false match rate of {fmr:g}",
            "Calibrate on more people, or ask for a looser rate",
        )
    return max(strict_enough, key=lambda step: step.fmr).threshold


def calibrate(
    features_by_identity: Mapping[str, Sequence[Float32]],
    encode: CodeEncoder,
    groups: Mapping[str, str],
    population: Population,
) -> Calibration:
    """Thresholds from all identities; error rates operating and held out.

    Raises :class:`CalibrationTooWeak` when the pairs support no step at all, and
    :class:`~facekeep.terms.errors.Misused` when there are no features.
    """
    faces = gallery(features_by_identity, groups)
    pairs = protected_pairs(faces, encode)
    steps = thresholds(pairs, faces)
    if not steps:
        raise CalibrationTooWeak("Too few people to calibrate on", "Add pictures of more people")
    return Calibration(
        population=population,
        method=METHOD,
        identities=len(faces.names),
        pictures=len(faces.vectors),
        n_mated=len(pairs.mated),
        n_non_mated=len(pairs.non_mated),
        steps=steps,
        operating=_operating(pairs, faces, steps),
        held_out=_held_out(pairs, faces),
    )


def thresholds(pairs: Pairs, faces: Gallery) -> tuple[Step, ...]:
    """The supported steps of :data:`FMR_GRID`, loosest first, worst group governing."""
    by_group = {EVERYBODY: pairs}
    by_group |= {name: pairs.among(faces.members(name)) for name in faces.group_names}
    steps: list[Step] = []
    for fmr in FMR_GRID:
        limits = _limits(by_group, fmr)
        if EVERYBODY in limits:
            step = _step(fmr, limits, len(pairs.non_mated))
            steps.append(_no_lower(step, steps))
    return tuple(step for step in steps if step.threshold <= NORM_BOUND)


def _limits(by_group: Mapping[str, Pairs], fmr: float) -> dict[str, int]:
    """Smallest acceptable integer threshold of each group that supports ``fmr``."""
    found = {name: threshold_above(pairs.non_mated, fmr) for name, pairs in by_group.items()}
    return {name: int(limit) + 1 for name, limit in found.items() if limit is not None}


def _step(fmr: float, limits: Mapping[str, int], pairs: int) -> Step:
    worst = max(limits, key=lambda name: limits[name])
    threshold = max(limits[worst], 1)
    return Step(fmr, threshold, pairs, rank_of(fmr, pairs), worst, tuple(sorted(limits)))


def _no_lower(step: Step, looser: Sequence[Step]) -> Step:
    if not looser or step.threshold >= looser[-1].threshold:
        return step
    return replace(step, threshold=looser[-1].threshold, governed_by=looser[-1].governed_by)


def in_first_half(identity: str) -> bool:
    """Which half an identity falls in: the parity of its name's SHA-256."""
    return hashlib.sha256(identity.encode()).digest()[-1] % 2 == 0


def _operating(pairs: Pairs, faces: Gallery, steps: Sequence[Step]) -> tuple[Figures, ...]:
    threshold = _threshold_at_figures(steps)
    if threshold is None:
        return ()
    above = threshold - 0.5  # rates count scores strictly above
    return _figures(faces, lambda members: [(pairs.among(members), above)])


def _held_out(pairs: Pairs, faces: Gallery) -> tuple[Figures, ...]:
    first = np.array([in_first_half(name) for name in faces.names], dtype=np.bool_)
    of_first, of_second = (_threshold_of_half(pairs, faces, half) for half in (first, ~first))
    if of_first is None or of_second is None:
        return ()
    judged = [(first, of_second - 0.5), (~first, of_first - 0.5)]
    return _figures(
        faces, lambda members: [(pairs.among(members & half), limit) for half, limit in judged]
    )


def _threshold_of_half(pairs: Pairs, faces: Gallery, half: NDArray[np.bool_]) -> int | None:
    return _threshold_at_figures(thresholds(pairs.among(half), faces))


def _threshold_at_figures(steps: Iterable[Step]) -> int | None:
    return next((step.threshold for step in steps if step.fmr <= FIGURES_AT * (1 + 1e-9)), None)


Parts = Callable[[NDArray[np.bool_]], list[Judged]]
"""From members to their pairs, in one or two parts with a threshold each."""


def _figures(faces: Gallery, parts: Parts) -> tuple[Figures, ...]:
    everybody = np.ones(len(faces.names), dtype=np.bool_)
    members = {EVERYBODY: everybody} | {name: faces.members(name) for name in faces.group_names}
    return tuple(_figure(faces, name, own, parts(own)) for name, own in members.items())


def _figure(faces: Gallery, group: str, members: NDArray[np.bool_], parts: list[Judged]) -> Figures:
    return Figures(
        group,
        int(members.sum()),
        int(members[faces.identity].sum()),
        false_matches(*parts),
        false_non_matches(*parts),
    )
