"""dlib's recognition network: dlib itself against ONNX Runtime, one thread each, the same chip.

Prints one JSON object: milliseconds a face (median), the ratio, and the largest difference
between the two vectors. Goal: ratio at least 4, difference at most 1e-3. Needs the extra
``bench`` (dlib-bin); without it, or without the network, it says so and exits with 2.

    python benchmarks/embedder.py
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # dlib's BLAS, if it has one, reads it when it loads

import numpy as np

from facekeep.vision.cards import shipped_cards
from facekeep.vision.embed import OnnxEmbedder
from facekeep.vision.files import find_packaged
from facekeep.vision.models import Registry

CHIPS = 5
ROUNDS = 9
GOAL_RATIO, GOAL_DIFFERENCE = 4.0, 1e-3


def main() -> int:
    """Measures and prints; 0 when both goals are met, 1 when not, 2 when nothing to measure."""
    weights = network_file()
    if weights is None:
        return absent("face_recognition_models is not installed")
    try:
        import dlib
    except ImportError:
        return absent("dlib-bin is not installed")
    theirs = dlib.face_recognition_model_v1(str(weights))
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder) / "models", Path(folder) / "cache", threads=1)
        return report(registry.embedder("dlib-resnet"), theirs.compute_face_descriptor)


def network_file() -> Path | None:
    """dlib's network inside its wheel."""
    card = next(card for card in shipped_cards() if card.id == "dlib-resnet")
    return find_packaged(card.origin.packaged) if card.origin.packaged else None


def absent(what: str) -> int:
    """Says why there is no figure."""
    print(json.dumps({"benchmark": "embedder", "skipped": what}))
    return 2


def report(ours: OnnxEmbedder, theirs: Callable[[np.ndarray], object]) -> int:
    """One line of JSON."""
    generator = np.random.default_rng(0)
    chips = generator.integers(0, 256, (CHIPS, 150, 150, 3), dtype=np.uint8)
    differences = [np.abs(ours.describe(chip) - np.array(theirs(chip))).max() for chip in chips]
    ours_ms, theirs_ms = alternating_medians(chips, ours.describe, theirs)
    result = {
        "benchmark": "embedder",
        "threads": 1,
        "dlib_ms": round(theirs_ms, 2),
        "facekeep_ms": round(ours_ms, 2),
        "ratio": round(theirs_ms / ours_ms, 2),
        "largest_difference": float(max(differences)),
        "goal": {"ratio": GOAL_RATIO, "largest_difference": GOAL_DIFFERENCE},
    }
    print(json.dumps(result))
    met = result["ratio"] >= GOAL_RATIO and result["largest_difference"] <= GOAL_DIFFERENCE
    return 0 if met else 1


def alternating_medians(
    chips: np.ndarray, *candidates: Callable[[np.ndarray], object]
) -> list[float]:
    """Median milliseconds of each candidate, taken in turns so that both see the same weather."""
    times: list[list[float]] = [[] for _ in candidates]
    for _ in range(ROUNDS):
        for chip in chips:
            for candidate, taken in zip(candidates, times, strict=True):
                start = time.perf_counter()
                candidate(chip)
                taken.append(1000 * (time.perf_counter() - start))
    return [float(np.median(taken)) for taken in times]


if __name__ == "__main__":
    sys.exit(main())
