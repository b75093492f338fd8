"""Model files for simulated people: an embedder with a calibration, and both attack networks.

The bytes are no networks. Cards, digests and calibrations are real, so what is asked about the
installation has something to find.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from facekeep.vision.calibration import Calibration, Figures, Population, Step
from facekeep.vision.calibration_toml import write_calibration
from facekeep.vision.rates import Rate
from tests.attacks.toolkit import MODEL

CALIBRATED = "2026-05-20"


def install(folder: Path) -> None:
    """The models a well-run home has."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = _add(folder, _embedder(), MODEL.encode())
    (folder / f"{digest}.calibration.toml").write_text(write_calibration(calibration()))
    for name, context in (("near", 2.7), ("far", 4.0)):
        _add(folder, f'role = "attack"\ncontext = {context}\n', name.encode(), f"attack-{name}")


def _add(folder: Path, card: str, data: bytes, name: str = MODEL) -> str:
    digest = sha256(data).hexdigest()
    head = {"id": name, "sha256": digest, "licence": "ours", "source": "these tests"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in head.items()]
    text = "\n".join([*lines, 'grade = "production"', 'graph = "onnx"', card])
    (folder / f"{digest}.card.toml").write_text(text)
    (folder / f"{digest}.model").write_bytes(data)
    return digest


def _embedder() -> str:
    return """role = "embedder"
template = "arcface112"
dim = 128

[preprocessing]
size = 112
colours = "RGB"
scale = 1.0
mean = [127.5, 127.5, 127.5]
std = [127.5, 127.5, 127.5]
input = "input"
"""


def calibration() -> Calibration:
    """Steps for every rate a purpose may ask, and figures by group."""
    steps = tuple(
        Step(10.0**-n, 4000 + 1000 * n, 10**8, 10 ** (8 - n), "all", ("all",)) for n in range(3, 7)
    )
    figures = tuple(
        Figures(group, 2000, 6000, Rate(100, 10**5, 0.0008, 0.0012), Rate(90, 6000, 0.012, 0.018))
        for group in ("all", "older than 60")
    )
    population = Population("simulated people", CALIBRATED, "centerface", 3)
    return Calibration(population, "simulated", 2000, 6000, 6000, 10**8, steps, figures, figures)
