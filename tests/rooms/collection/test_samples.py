"""Samples: photographs that serve become one direction; the others say why they did not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.collection.samples import AGREEMENT_FMR, sample_of
from facekeep.governance.purposes import parse
from facekeep.terms.errors import (
    CalibrationTooWeak,
    NoFace,
    NotRecognised,
    PresentationAttack,
    SeveralFaces,
    TooPoor,
)
from facekeep.terms.values import (
    NORM_BOUND,
    AttackVerdict,
    Features,
    Float32,
    Grade,
    Quality,
)
from tests.attacks.toolkit import purpose_text

PURPOSE = parse(purpose_text(least_quality=20))
DIM = 8
LEAST = 0.5
"""The cosine at which these eyes call two photographs one person."""


def unit(*direction: float) -> Float32:
    vector = np.zeros(DIM)
    vector[: len(direction)] = direction
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@dataclass
class Eyes:
    """Eyes that see what is laid before them: a direction, a quality, or a reason."""

    shown: list[tuple[Float32, int] | NotRecognised]
    model: str = "invented"
    grade: Grade = Grade.PRODUCTION
    dim: int = DIM
    calibration: str = "invented"
    asked: list[float] = field(default_factory=list)

    def features(self, source: Path | bytes) -> Features:
        raise AssertionError("enrolment asks for the higher quality")

    def for_enrolment(self, source: Path | bytes) -> Features:
        seen = self.shown[int(source)]  # type: ignore[arg-type]
        if isinstance(seen, NotRecognised):
            raise seen
        quality = Quality(seen[1], "sharpness", {})
        return Features(seen[0], self.model, self.grade, quality, AttackVerdict.PASSED)

    def threshold(self, fmr: float) -> int:
        self.asked.append(fmr)
        return int(LEAST * NORM_BOUND)


def sample(*shown: tuple[Float32, int] | NotRecognised):  # type: ignore[no-untyped-def]
    eyes = Eyes(list(shown))
    return sample_of([str(n).encode() for n in range(len(shown))], eyes, PURPOSE)


def test_one_photograph_is_its_own_direction() -> None:
    """Nothing to fuse, nothing to agree with."""
    found = sample((unit(3, 4), 90))
    assert np.allclose(found.vector, unit(3, 4))
    assert (found.used, found.left_out) == (1, ())


def test_sample_lies_in_the_mean_direction() -> None:
    """Of two symmetric photographs, the middle; unit length, single precision."""
    found = sample((unit(1, 0.5), 90), (unit(1, -0.5), 50))
    assert np.allclose(found.vector, unit(1), atol=1e-6)
    assert found.vector.dtype == np.float32
    assert found.used == 2


@settings(deadline=None)
@given(spread=st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=9), seed=st.integers(0, 99))
def test_fusion_is_a_unit_vector_whatever_the_order(spread: list[float], seed: int) -> None:
    """Nearer to every photograph's person than chance, and the same for any order."""
    shown = [(unit(1, s), 50 + n) for n, s in enumerate(spread)]
    shuffled = [shown[n] for n in np.random.default_rng(seed).permutation(len(shown))]
    one, other = sample(*shown), sample(*shuffled)
    assert float(np.linalg.norm(one.vector)) == pytest.approx(1, abs=1e-5)
    assert np.allclose(one.vector, other.vector, atol=1e-5)
    assert min(s for s in spread) - 1e-5 <= one.vector[1] / one.vector[0] <= max(spread) + 1e-5
    assert one.best.quality == other.best.quality == Quality(49 + len(spread), "sharpness", {})


def test_best_photograph_speaks_for_the_sample() -> None:
    """Its quality and its attack verdict are told."""
    found = sample((unit(1), 30), (unit(1), 80), (unit(1), 79))
    assert found.best.quality.value == 80


def test_photographs_of_different_people_are_refused() -> None:
    """One that disagrees with any other is enough."""
    with pytest.raises(TooPoor, match="different people"):
        sample((unit(1), 90), (unit(1), 90), (unit(0, 1), 90))
    with pytest.raises(TooPoor, match="different people"):
        sample((unit(1), 90), (unit(-1), 90))


def test_neighbours_may_agree_while_the_ends_do_not() -> None:
    """Every pair is compared, not only those that came one after the other."""
    ends = unit(1, 1.2), unit(1, 0), unit(1, -1.2)
    assert float(ends[0] @ ends[1]) > LEAST > float(ends[0] @ ends[2])
    sample((ends[0], 90), (ends[1], 90))
    with pytest.raises(TooPoor):
        sample(*((end, 90) for end in ends))


def test_agreement_is_asked_at_its_own_rate_and_only_of_two() -> None:
    """One in a thousand; a single photograph asks no calibration."""
    eyes = Eyes([(unit(1), 90), (unit(1), 90)])
    sample_of([b"0"], eyes, PURPOSE)
    assert eyes.asked == []
    sample_of([b"0", b"1"], eyes, PURPOSE)
    assert eyes.asked == [AGREEMENT_FMR]


def test_calibration_too_weak_for_agreement_is_not_swallowed() -> None:
    """It is no photograph's fault."""

    class Weak(Eyes):
        def threshold(self, fmr: float) -> int:
            raise CalibrationTooWeak("too few people", "Calibrate on more")

    with pytest.raises(CalibrationTooWeak):
        sample_of([b"0", b"1"], Weak([(unit(1), 90), (unit(1), 90)]), PURPOSE)


def test_photographs_that_do_not_serve_say_why_in_order() -> None:
    """By their codes; the others are fused without them."""
    found = sample(NoFace("none"), (unit(1), 90), SeveralFaces("two"), (unit(0, 1), 19))
    assert found.left_out == ("no_face", "several_faces", "too_poor")
    assert found.used == 1
    assert np.allclose(found.vector, unit(1))


@pytest.mark.parametrize(
    "reasons", [(NoFace("none"), TooPoor("dark")), (PresentationAttack("screen"), NoFace("none"))]
)
def test_where_none_serves_the_first_reason_is_raised(reasons: tuple[NotRecognised, ...]) -> None:
    """Whoever holds the camera can mend one thing at a time."""
    with pytest.raises(NotRecognised) as refused:
        sample(*reasons)
    assert refused.value is reasons[0]


def test_no_photograph_at_all_is_too_poor() -> None:
    """An empty list is no face."""
    with pytest.raises(TooPoor, match="no photograph"):
        sample()


@pytest.mark.parametrize(("least", "value", "serves"), [(20, 20, True), (20, 19, False),
                                                         (0, 0, True), (100, 99, False)])  # fmt: skip
def test_quality_minimum_is_the_purposes(least: int, value: int, serves: bool) -> None:
    """Reaching it is enough; the refusal names the weakest component."""
    purpose, eyes = parse(purpose_text(least_quality=least)), Eyes([(unit(1), value)])
    if serves:
        assert sample_of([b"0"], eyes, purpose).best.quality.value == value
    else:
        with pytest.raises(TooPoor, match="sharpness"):
            sample_of([b"0"], eyes, purpose)


def test_sample_does_not_show_its_vector() -> None:
    """Neither its own nor its best photograph's."""
    found = sample((unit(1, 2, 3), 90))
    assert str(float(found.vector[1]))[:6] not in repr(found)
