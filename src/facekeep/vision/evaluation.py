"""How well an embedder does, for whom, and what protection costs: float and code side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from facekeep.terms.errors import Misused
from facekeep.terms.ports import CodeEncoder
from facekeep.terms.values import Float32
from facekeep.vision.rates import (
    Indices,
    Pairs,
    Rate,
    all_pairs,
    area_under_curve,
    equal_error_rate,
    false_matches,
    false_non_matches,
    threshold_above,
)

FMR_POINTS = (1e-2, 1e-3, 1e-4, 1e-5)
"""False match rates at which FNMR is reported."""

UNGROUPED = "rest"
"""The group of an identity that no group names."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Feature vectors ``float32 (n, d)``, the number of each row's identity, and who they are."""

    vectors: Float32 = field(repr=False)
    identity: Indices = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    groups: tuple[str, ...]
    """One per name."""

    def members(self, group: str) -> NDArray[np.bool_]:
        """Which identities belong to ``group``: ``bool (identities,)``."""
        return np.array([own == group for own in self.groups], dtype=np.bool_)

    @property
    def group_names(self) -> tuple[str, ...]:
        """Every group once, in alphabetical order."""
        return tuple(sorted(set(self.groups)))


@dataclass(frozen=True, slots=True)
class Point:
    """Error rates at one threshold; a score strictly above ``threshold`` matches."""

    asked_fmr: float
    threshold: float
    fmr: Rate
    fnmr: Rate


@dataclass(frozen=True, slots=True)
class Curve:
    """One way of scoring; ``points`` lacks those FMRs that the pairs cannot support."""

    auc: float
    eer: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A group's protected scores at thresholds of its own and at those of everybody."""

    group: str
    identities: int
    pictures: int
    mated: int
    non_mated: int
    own: tuple[Point, ...]
    at_global: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured on one set of faces."""

    identities: int
    pictures: int
    mated: int
    non_mated: int
    plain: Curve
    protected: Curve
    groups: tuple[GroupResult, ...]


def gallery(
    features_by_identity: Mapping[str, Sequence[Float32]], groups: Mapping[str, str]
) -> Gallery:
    """Rows in the mapping's order. Raises :class:`Misused` when there are no features at all."""
    names = tuple(name for name, vectors in features_by_identity.items() if len(vectors))
    if not names:
        raise Misused("No picture gave features")
    rows = [vector for name in names for vector in features_by_identity[name]]
    numbers = [at for at, name in enumerate(names) for _ in features_by_identity[name]]
    return Gallery(
        np.stack(rows).astype(np.float32),
        np.array(numbers, dtype=np.intp),
        names,
        tuple(groups.get(name, UNGROUPED) for name in names),
    )


def protected_pairs(faces: Gallery, encode: CodeEncoder) -> Pairs:
    """All pairs' integer scores ``<x, y>`` of int8 codes (cosine x 16129, slightly less)."""
    codes = np.stack([encode(vector) for vector in faces.vectors])
    return all_pairs(codes, faces.identity)


def evaluate(
    features_by_identity: Mapping[str, Sequence[Float32]],
    encode: CodeEncoder,
    groups: Mapping[str, str],
) -> Evaluation:
    """All pairs of all faces, as plain cosines and as protected codes, overall and per group.

    ``groups`` maps identity to group; who is missing belongs to ``rest``. Raises
    :class:`Misused` when there are no features.
    """
    faces = gallery(features_by_identity, groups)
    plain, protected = all_pairs(faces.vectors, faces.identity), protected_pairs(faces, encode)
    overall = _curve(protected)
    return Evaluation(
        identities=len(faces.names),
        pictures=len(faces.vectors),
        mated=len(plain.mated),
        non_mated=len(plain.non_mated),
        plain=_curve(plain),
        protected=overall,
        groups=tuple(
            _group_result(faces, protected, group, overall.points) for group in faces.group_names
        ),
    )


def _curve(pairs: Pairs) -> Curve:
    return Curve(area_under_curve(pairs), equal_error_rate(pairs), _points(pairs))


def _points(pairs: Pairs) -> tuple[Point, ...]:
    thresholds = [(fmr, threshold_above(pairs.non_mated, fmr)) for fmr in FMR_POINTS]
    return tuple(point_at(pairs, fmr, limit) for fmr, limit in thresholds if limit is not None)


def point_at(pairs: Pairs, asked_fmr: float, threshold: float) -> Point:
    """Both error rates of ``pairs`` at a threshold found elsewhere."""
    return Point(
        asked_fmr,
        threshold,
        false_matches((pairs, threshold)),
        false_non_matches((pairs, threshold)),
    )


def _group_result(
    faces: Gallery, protected: Pairs, group: str, overall: tuple[Point, ...]
) -> GroupResult:
    members = faces.members(group)
    pairs = protected.among(members)
    return GroupResult(
        group,
        int(members.sum()),
        int(members[faces.identity].sum()),
        len(pairs.mated),
        len(pairs.non_mated),
        _points(pairs),
        tuple(point_at(pairs, point.asked_fmr, point.threshold) for point in overall),
    )
