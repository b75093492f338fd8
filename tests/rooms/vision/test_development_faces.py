"""The figures on the cards are those of the product, on the faces they were measured on."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from facekeep.terms.ports import CodeEncoder
from facekeep.vision.calibration import Calibration, Figures, threshold_for
from facekeep.vision.evaluation import evaluate, gallery, protected_pairs
from facekeep.vision.models import Registry
from facekeep.vision.pipeline import Eyes
from facekeep.vision.rates import Pairs, Rate
from facekeep.vision.walk import Acquired, acquire, read_groups

MODEL = "mobilefacenet-foamliu"


@pytest.fixture(scope="module")
def groups(dev_data: Path) -> dict[str, str]:
    return read_groups(dev_data / "data" / "faces-dev.tsv")


@pytest.fixture(scope="module")
def faces(dev_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures unpacked, outside the checkout."""
    folder = tmp_path_factory.mktemp("faces")
    with tarfile.open(dev_data / "data" / "faces-dev.tar") as archive:
        archive.extractall(folder, filter="data")
    return folder / "faces-dev"


def seen(registry: Registry, model: str, folder: Path, product: bool) -> Acquired:
    """Through the product's own way in, or the evaluation's, which tolerates bystanders."""
    eyes = Eyes(registry.detector("centerface"), registry.embedder(model))
    see = eyes.features if product else eyes.for_evaluation
    return acquire(folder, see, lambda *_: None)


def calibration_of(registry: Registry, model: str) -> Calibration:
    calibration = registry.calibration(model)
    assert calibration is not None
    return calibration


def assert_inside(name: str, errors: int, trials: int, rate: Rate) -> None:
    assert rate.low <= errors / trials <= rate.high, f"{name}: {errors}/{trials} outside {rate}"


def assert_as_on_the_card(pairs: Pairs, threshold: int, figures: Figures) -> None:
    """Both error rates at the product's threshold lie in the card's intervals."""
    missed, matched = pairs.mated < threshold, pairs.non_mated >= threshold
    assert_inside(f"FNMR {figures.group}", missed.sum(), len(missed), figures.fnmr)
    assert_inside(f"FMR {figures.group}", matched.sum(), len(matched), figures.fmr)


def test_the_hardest_group_is_as_on_the_card(
    everything: Registry, faces: Path, groups: dict[str, str], encode: CodeEncoder, tmp_path: Path
) -> None:
    """East Asian faces, which govern the threshold, compared among themselves at max_fmr 1e-3."""
    for name in sorted(name for name, group in groups.items() if group == "EA"):
        (tmp_path / name).symlink_to(faces / name)
    acquired = seen(everything, MODEL, tmp_path, product=False)
    people = gallery(acquired.features, groups)
    calibration = calibration_of(everything, MODEL)
    (figures,) = (row for row in calibration.operating if row.group == "EA")
    assert acquired.pictures == 131
    assert (figures.identities, figures.pictures) == (len(people.names), len(people.vectors))
    pairs = protected_pairs(people, encode)
    assert_as_on_the_card(pairs, threshold_for(calibration, 1e-3), figures)


@pytest.mark.long
@pytest.mark.parametrize("model", [MODEL, "dlib-resnet"])
@pytest.mark.parametrize("product", [False, True])
def test_every_face_is_as_on_the_card(
    model: str,
    product: bool,
    everything: Registry,
    faces: Path,
    groups: dict[str, str],
    encode: CodeEncoder,
) -> None:
    """All 867 pictures, overall and in every group, by evaluation's way in and by the product's."""
    acquired = seen(everything, model, faces, product)
    people, calibration = gallery(acquired.features, groups), calibration_of(everything, model)
    pairs, threshold = protected_pairs(people, encode), threshold_for(calibration, 1e-3)
    overall, *by_group = calibration.operating
    assert_as_on_the_card(pairs, threshold, overall)
    for figures in by_group:
        own = pairs.among(people.members(figures.group))
        assert_as_on_the_card(own, threshold, figures)


@pytest.mark.long
def test_protection_costs_at_most_one_pair(
    everything: Registry, faces: Path, groups: dict[str, str], encode: CodeEncoder
) -> None:
    """False non-matches of plain cosines and of codes differ by one pair at most, at 1e-3."""
    acquired = seen(everything, MODEL, faces, product=False)
    result = evaluate(acquired.features, encode, groups)
    plain, protected = (
        next(point for point in curve.points if point.asked_fmr == 1e-3)
        for curve in (result.plain, result.protected)
    )
    assert abs(plain.fnmr.errors - protected.fnmr.errors) <= 1
    assert (acquired.pictures, acquired.failed) == (867, 6)
