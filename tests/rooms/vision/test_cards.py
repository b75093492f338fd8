"""Cards are read strictly: whatever a card does not say clearly, it does not say."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.terms.errors import Broken
from facekeep.terms.values import Grade
from facekeep.vision.calibration import EVERYBODY, threshold_for
from facekeep.vision.cards import (
    AttackCard,
    Card,
    DetectorCard,
    EmbedderCard,
    card_from,
    shipped,
    shipped_cards,
)
from facekeep.vision.toml_table import MAX_CARD_BYTES, parse_toml, read_toml

CARD = """
id = "mine"
role = "embedder"
sha256 = "{digest}"
licence = "MIT"
source = "here"
grade = "production"
graph = "onnx"
template = "arcface112"
dim = 128
[preprocessing]
size = 112
colours = "RGB"
scale = 1.0
mean = [0, 0.0, 0]
std = [1, 1, 1]
input = "x"
""".replace("{digest}", "ab" * 32)


def parsed(text: str) -> Card:
    return card_from(parse_toml(text.encode()))


def embedders() -> list[EmbedderCard]:
    return [card for card in shipped_cards() if isinstance(card, EmbedderCard)]


def test_the_shipped_cards_are_those_of_the_known_files() -> None:
    """Ids, roles and digests as documented."""
    found = {card.id: (card.role, card.sha256[:8]) for card in shipped_cards()}
    assert found == {
        "centerface": ("detector", "09189dea"),
        "yunet": ("detector", "8f2383e4"),
        "mobilefacenet-foamliu": ("embedder", "b7120c09"),
        "dlib-resnet": ("embedder", "55533b28"),
        "minifasnet-v2": ("attack", "7886c41b"),
        "minifasnet-v1se": ("attack", "e67aedf7"),
    }
    assert shipped("00" * 32) is None
    assert isinstance(shipped(shipped_cards()[0].sha256), DetectorCard)


def test_dlib_is_for_demonstration() -> None:
    """At its usual threshold 40.7 % of East Asian stranger pairs match."""
    grades = {card.id: card.grade for card in embedders()}
    assert grades["dlib-resnet"] is Grade.DEMONSTRATION
    assert grades["mobilefacenet-foamliu"] is Grade.PRODUCTION


@pytest.mark.parametrize("card", embedders(), ids=lambda card: card.id)
def test_shipped_embedders_are_calibrated(card: EmbedderCard) -> None:
    """Thresholds at 1e-3, figures overall and for each group, each inside its interval."""
    calibration = card.calibration
    assert calibration is not None
    assert 0 < threshold_for(calibration, 1e-3) <= threshold_for(calibration, 1e-4)
    for figures in (*calibration.operating, *calibration.held_out):
        for rate in (figures.fmr, figures.fnmr):
            assert rate.low <= rate.value <= rate.high
    groups = [figures.group for figures in calibration.operating]
    assert groups == [EVERYBODY, "BLACK", "EA", "SA", "SEA", "rest"]
    assert "faces-dev" in calibration.population.name


def test_a_card_is_what_it_says() -> None:
    """Every value arrives, typed."""
    card = parsed(CARD)
    assert isinstance(card, EmbedderCard)
    assert (card.id, card.role, card.dim, card.centre) == ("mine", "embedder", 128, ())
    assert card.preprocessing.mean == (0.0, 0.0, 0.0)
    assert card.origin.packaged is None
    assert card.calibration is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dim = 128", "dim = 128\nsurprise = 1"),
        ('input = "x"', 'input = "x"\nsurprise = 1'),
        ('licence = "MIT"', ""),
        ('licence = "MIT"', 'licence = " "'),
        ('licence = "MIT"', "licence = 7"),
        ("scale = 1.0", "scale = nan"),
        ("scale = 1.0", "scale = inf"),
        ("scale = 1.0", "scale = true"),
        ("scale = 1.0", "scale = 0"),
        ("scale = 1.0", 'scale = "1"'),
        ("mean = [0, 0.0, 0]", "mean = [0, 0]"),
        ("mean = [0, 0.0, 0]", "mean = [0, 0, nan]"),
        ("mean = [0, 0.0, 0]", "mean = 0"),
        ("std = [1, 1, 1]", "std = [1, 0, 1]"),
        ("size = 112", "size = 150"),
        ("size = 112", "size = 112.0"),
        ('"RGB"', '"rgb"'),
        ("dim = 128", "dim = 0"),
        ("dim = 128", "dim = true"),
        ("dim = 128", "dim = 128\ncentre = [1.0]"),
        ('"mine"', '"My Model"'),
        ('"mine"', '"../mine"'),
        ('sha256 = "ab', 'sha256 = "AB'),
        ('role = "embedder"', 'role = "oracle"'),
        ('"production"', '"excellent"'),
        ('"arcface112"', '"other"'),
        ('graph = "onnx"', 'graph = "python"'),
        ("[preprocessing]", "[[preprocessing]]"),
        ("[preprocessing]", "[calibration]\n[preprocessing]"),
        ("[preprocessing]", '[packaged]\ndistribution = "x"\n[preprocessing]'),
        ("dim = 128", "dim = 128\ndim = 128"),
    ],
)
def test_odd_cards_are_refused(old: str, new: str) -> None:
    """Unknown keys, missing keys, wrong kinds, NaN, and values out of range."""
    assert old in CARD
    with pytest.raises(Broken, match="model card"):
        parsed(CARD.replace(old, new, 1))


def test_an_attack_card_needs_its_context() -> None:
    """The crop is part of the model."""
    text = re.sub(r"template(.|\n)*", "context = 2.7\n", CARD).replace("embedder", "attack")
    card = parsed(text)
    assert isinstance(card, AttackCard)
    assert card.context == 2.7
    with pytest.raises(Broken):
        parsed(text.replace("2.7", "0.5"))


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    """Bytes of any kind are a card or a refusal of ours."""
    with pytest.raises(Broken):
        card_from(parse_toml(noise))


@given(st.integers(0, len(CARD) - 1), st.characters(codec="utf-8"))
def test_one_changed_letter_is_read_or_refused(at: int, letter: str) -> None:
    """A slip of the pen never crashes."""
    try:
        parsed(CARD[:at] + letter + CARD[at + 1 :])
    except Broken:
        return


def test_files_are_read_with_a_limit(tmp_path) -> None:
    """A missing or endless card is refused."""
    for content in (None, b"#" * (MAX_CARD_BYTES + 1)):
        path = tmp_path / "card.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Broken):
            read_toml(path)


def test_cards_name_no_key_twice_and_are_packaged() -> None:
    """Every shipped TOML file is a card, with a digest of its own."""
    folder = resources.files("facekeep.vision") / "cards"
    assert (
        len(list(folder.iterdir()))
        == len(shipped_cards())
        == len({card.sha256 for card in shipped_cards()})
    )
