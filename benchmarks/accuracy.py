"""What protection costs in accuracy: FNMR of codes minus FNMR of float32 cosines, same pairs.

    python -m benchmarks.accuracy [--json] [--people 20000] [--against 5000]

Synthetic people drawn to a real embedder's statistics: three pictures each (three mated pairs),
and every picture against every probe of ``--against`` other people. Then the development
faces, where their folder exists (``FACEKEEP_DEV_DATA``, or ``shared`` beside the checkout).
Intervals: 95 %, bootstrap over people.
"""

from __future__ import annotations

import argparse
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Report, parser, settings_of
from benchmarks.house import quantised
from benchmarks.people import Crowd
from facekeep.protect.encoding import encode, rotation
from facekeep.terms.values import Float32
from facekeep.vision.evaluation import Evaluation, evaluate
from facekeep.vision.models import Registry
from facekeep.vision.pipeline import Eyes
from facekeep.vision.rates import rank_of
from facekeep.vision.walk import acquire, read_groups

FMRS = (1e-3, 1e-4, 1e-5, 1e-6)
KEPT = 4e-3
"""The share of the highest non-mated scores that is kept: enough for the loosest rate."""

BLOCK = 1000
PICTURES = 3
REPLICATES = 1000
MODEL = "mobilefacenet-foamliu"
GOAL = 0.001
LEAST_QUOTED = 1e-3
"""The development faces are too few for figures at stricter rates (their README)."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """Mated scores ``(people, 3)`` and the highest non-mated scores of ``pairs``, descending."""

    mated: Scores
    highest: Scores
    pairs: int

    def missed(self, fmr: float) -> NDArray[np.bool_]:
        """Which mated pairs fall at or below the threshold of ``fmr``."""
        return self.mated <= self.highest[rank_of(fmr, self.pairs)]


# -- synthetic people -----------------------------------------------------------------------


def synthetic(report: Report, d: int, options: argparse.Namespace) -> None:
    """Both ways of scoring over the same pictures, for several crowds."""
    drawn = [
        _both(d, options.people, options.against, options.seed + draw)
        for draw in range(options.draws)
    ]
    plain, codes = drawn[0]
    report.note(**{
        f"mated_{d}": [float(plain.mated.mean()), float(plain.mated.std())],
        f"mated_pairs_{d}": plain.mated.size * len(drawn),
        f"non_mated_pairs_{d}": plain.pairs * len(drawn),
        f"score_error_rms_{d}": float((codes.mated / 127**2 - plain.mated).std()),
    })  # fmt: skip
    for fmr in FMRS:
        _compare(report, d, fmr, drawn)


def _both(d: int, people: int, against: int, seed: int) -> tuple[Scored, Scored]:
    pictures, probes = _drawn(d, people, against, seed)
    rotated = [_rotated(one, d) for one in (*pictures, probes)]
    codes = _scored([_codes(one) for one in rotated[:-1]], _codes(rotated[-1]))
    return _scored(pictures, probes), codes


def _drawn(d: int, people: int, against: int, seed: int) -> tuple[list[Float32], Float32]:
    generator = np.random.default_rng(seed)
    crowd = Crowd.of(d, generator)
    persons = crowd.people(people, generator)
    pictures = [crowd.pictures(persons, generator) for _ in range(PICTURES)]
    return pictures, crowd.pictures(crowd.people(against, generator), generator)


def _rotated(units: Float32, d: int) -> Float32:
    matrix = rotation(bytes(32), d)
    return (units.astype(np.float64) @ matrix.T).astype(np.float32)


def _codes(units: Float32) -> Float32:
    """Codes held as float32: no sum of products leaves 2^24, so products are exact."""
    return quantised(units).astype(np.float32)


def _scored(pictures: list[Float32], probes: Float32) -> Scored:
    pairs = [(0, 1), (0, 2), (1, 2)]
    mated = np.stack([(pictures[a] * pictures[b]).sum(axis=1) for a, b in pairs], axis=1)
    total = PICTURES * len(pictures[0]) * len(probes)
    wanted = int(KEPT * total)
    highest = np.sort(np.concatenate([t for one in pictures for t in _highest(one, probes)]))[::-1]
    return Scored(mated, highest[:wanted], total)


def _highest(references: Float32, probes: Float32) -> Iterator[Scores]:
    """From each block of rows its highest scores: three times its share, so none can be missed."""
    for start in range(0, len(references), BLOCK):
        scores = (references[start : start + BLOCK] @ probes.T).ravel()
        keep = min(int(3 * KEPT * scores.size), scores.size - 1)
        yield np.partition(scores, -keep)[-keep:]


def _compare(report: Report, d: int, fmr: float, drawn: list[tuple[Scored, Scored]]) -> None:
    """FNMR each way, their difference over all crowds and its interval over people."""
    missed = [(plain.missed(fmr), codes.missed(fmr)) for plain, codes in drawn]
    differences = [codes.mean(axis=1) - plain.mean(axis=1) for plain, codes in missed]
    low, high = _bootstrap(np.concatenate(differences))
    told = {
        "float": float(np.mean([plain.mean() for plain, _ in missed])),
        "protected": float(np.mean([codes.mean() for _, codes in missed])),
        "difference": float(np.mean(differences)),
        "interval": [low, high],
        "of_each_crowd": [float(one.mean()) for one in differences],
        "flips": int(sum((plain != codes).sum() for plain, codes in missed)),
    }
    report.note(**{f"fnmr_{d}_at_{fmr:g}": told})
    report.promise(f"FNMR difference, d = {d}, FMR {fmr:g}", told["difference"], most=GOAL)


def _bootstrap(values: NDArray[np.float64]) -> tuple[float, float]:
    generator = np.random.default_rng(19795)
    draws = generator.integers(0, len(values), (REPLICATES, len(values)), dtype=np.int32)
    means = np.array([values[draw].mean() for draw in draws])
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


# -- development faces ----------------------------------------------------------------------


def development_folder() -> Path | None:
    """Where the development faces lie, if they do."""
    named = os.environ.get("FACEKEEP_DEV_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    return folder if (folder / "data" / "faces-dev.tar").is_file() else None


def development(report: Report) -> None:
    """The same difference on real faces, in pairs."""
    folder = development_folder()
    if folder is None:
        report.note(development_faces="skipped: no development folder")
        return
    found = _evaluated(folder)
    report.note(development_pairs=[found.mated, found.non_mated])
    for plain, codes in zip(found.plain.points, found.protected.points, strict=True):
        more = codes.fnmr.errors - plain.fnmr.errors
        report.note(
            **{f"development_at_{plain.asked_fmr:g}": [plain.fnmr.errors, codes.fnmr.errors]}
        )
        if plain.asked_fmr >= LEAST_QUOTED:
            what = f"pairs lost on development faces, FMR {plain.asked_fmr:g}"
            report.promise(what, more, most=1)


def _evaluated(folder: Path) -> Evaluation:
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        registry = Registry(place / "models", place / "cache")
        registry.add(folder / "models" / "mobilefacenet_foamliu.onnx")
        with tarfile.open(folder / "data" / "faces-dev.tar") as archive:
            archive.extractall(place, filter="data")
        eyes = Eyes(registry.detector("centerface"), registry.embedder(MODEL))
        acquired = acquire(place / "faces-dev", eyes.for_evaluation, lambda done, total: None)
    groups = read_groups(folder / "data" / "faces-dev.tsv")
    matrix = rotation(bytes(32), 128)
    return evaluate(acquired.features, lambda vector: encode(vector, matrix), groups)


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--people", type=int, default=20_000)
    options_of.add_argument("--against", type=int, default=5_000)
    options_of.add_argument("--draws", type=int, default=4, help="crowds, each drawn anew")
    options_of.add_argument("--dim", type=int, nargs="+", default=[128, 512])
    options = options_of.parse_args()
    report = Report("accuracy", settings_of(options))
    for d in options.dim:
        synthetic(report, d, options)
    development(report)
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
