"""Evaluation reports what the protocol asks, plain and protected side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from facekeep.terms.errors import Misused
from facekeep.terms.ports import CodeEncoder
from facekeep.vision.evaluation import evaluate, gallery

NAMES = [f"person{n:03}" for n in range(100)]


def test_protection_costs_next_to_nothing(invent: Callable, encode: CodeEncoder) -> None:
    """The same pairs through int8 codes: FNMR within 0.01, AUC within 1e-3."""
    result = evaluate(invent(NAMES), encode, {})
    assert (result.identities, result.pictures) == (100, 300)
    assert (result.mated, result.non_mated) == (300, 300 * 299 // 2 - 300)
    assert result.protected.auc == pytest.approx(result.plain.auc, abs=1e-3)
    for plain, protected in zip(result.plain.points, result.protected.points, strict=True):
        assert protected.fnmr.value == pytest.approx(plain.fnmr.value, abs=0.01)
        assert protected.threshold / 16129 == pytest.approx(plain.threshold, abs=0.02)


def test_points_stop_where_pairs_do(invent: Callable, encode: CodeEncoder) -> None:
    """44,550 non-mated pairs support 1e-4 (rank 4) and not 1e-5 (rank 0)."""
    points = evaluate(invent(NAMES), encode, {}).protected.points
    assert [point.asked_fmr for point in points] == [1e-2, 1e-3, 1e-4]
    assert all(point.fmr.value <= point.asked_fmr for point in points)


def test_groups_stand_beside_everybody(invent: Callable, encode: CodeEncoder) -> None:
    """A group that looks alike has more false matches at the common threshold."""
    people = {**invent(NAMES[:60]), **invent(NAMES[60:], seed=1, alike=0.6)}
    groups = dict.fromkeys(NAMES[60:], "alike")
    result = evaluate(people, encode, groups)
    alike, rest = result.groups
    assert (alike.group, rest.group) == ("alike", "rest")
    assert (alike.identities, alike.pictures, alike.mated) == (40, 120, 120)
    assert alike.at_global[0].fmr.value > 3 * rest.at_global[0].fmr.value
    assert alike.own[0].threshold > rest.own[0].threshold
    assert len(alike.at_global) == len(result.protected.points)


def test_people_without_features_do_not_count(invent: Callable) -> None:
    """Their pictures are failures to acquire, counted by who walks the folder."""
    faces = gallery({**invent(NAMES[:3]), "nobody": []}, {"nobody": "x"})
    assert faces.names == tuple(NAMES[:3])
    assert faces.group_names == ("rest",)


def test_no_features_are_refused() -> None:
    """There is nothing to evaluate."""
    with pytest.raises(Misused):
        gallery({"nobody": []}, {})
