"""What the eyes answer about themselves, on installations well kept and spoiled."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facekeep.terms.evidence import Finding
from facekeep.vision.evidence import EVIDENCE, Eyesight
from facekeep.vision.models import Registry
from tests.attacks.toolkit import MODEL
from tests.law import eyes

NOW = int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())
USED = {"gate": (MODEL, 1e-3)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder in good order."""
    eyes.install(tmp_path / "models")
    return tmp_path / "models"


def asked(question: str, folder: Path, purposes: dict[str, tuple[str, float]] = USED) -> Finding:
    """One answer of an installation."""
    sight = Eyesight(Registry(folder, folder.parent / "cache"), folder, lambda: purposes)
    (found,) = (q for q in EVIDENCE if q.id == question)
    return found.ask(sight, NOW)


@pytest.mark.parametrize("question", [q.id for q in EVIDENCE])
def test_all_is_well(folder: Path, question: str) -> None:
    """Control."""
    finding = asked(question, folder)
    assert (finding.holds, finding.applies) == (True, True)


def test_nothing_is_asked_of_models_nobody_uses(folder: Path) -> None:
    """Without a purpose there is nothing to evaluate; what is installed is judged all the same."""
    assert not asked("vision.models.evaluated", folder, {}).applies
    assert not asked("vision.attack.checked", folder, {}).applies
    assert asked("vision.models.no_attributes", folder, {}).applies


def test_the_report_names_population_and_date(folder: Path) -> None:
    """Whoever reads it knows on whom and when."""
    told = asked("vision.models.evaluated", folder).facts[MODEL]
    assert told == {"grade": "production", "population": "simulated people", "date": "2026-05-20"}


def test_a_model_nobody_knows(folder: Path) -> None:
    """A purpose that names what is not installed."""
    (gap,) = asked("vision.models.evaluated", folder, {"gate": ("nobody", 1e-3)}).gaps
    assert gap.what == "the model nobody has no card here"


def test_a_rate_the_calibration_cannot_support(folder: Path) -> None:
    """Thresholds only from measurement."""
    (gap,) = asked("vision.models.evaluated", folder, {"gate": (MODEL, 1e-9)}).gaps
    assert "a threshold for the rate in use" in gap.what


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("2026-05-20", "2026-05-32", "a date"),
        ("2026-05-20", "2026-06-17", "a date"),
    ],
)
def test_a_report_that_says_too_little(folder: Path, old: str, new: str, what: str) -> None:
    """On no real day, on a day to come."""
    (file,) = folder.glob("*.calibration.toml")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    (gap,) = asked("vision.models.evaluated", folder).gaps
    assert gap.what == f"the calibration of {MODEL} lacks {what}"


def test_figures_that_were_left_out(folder: Path) -> None:
    """A threshold without a measured error rate is a guess."""
    (file,) = folder.glob("*.calibration.toml")
    kept = itertools.takewhile(lambda line: line != "[[operating]]", file.read_text().split("\n"))
    file.write_text("operating = []\nheld_out = []\n" + "\n".join(kept))
    (gap,) = asked("vision.models.evaluated", folder).gaps
    assert "measured error rates" in gap.what


@pytest.mark.parametrize("name", ["gender.onnx", "ab.model", "deep/emotion.tflite"])
def test_a_file_nobody_registered(folder: Path, name: str) -> None:
    """Whatever its name, wherever it lies."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"network")
    (gap,) = asked("vision.models.no_attributes", folder).gaps
    assert Path(name).name in gap.what


def test_half_an_attack_check_is_none(folder: Path) -> None:
    """Both networks judge together."""
    card = next(p for p in folder.glob("*.card.toml") if "attack-near" in p.read_text())
    card.with_name(card.name.replace("card.toml", "model")).unlink()
    assert not asked("vision.attack.checked", folder).holds
