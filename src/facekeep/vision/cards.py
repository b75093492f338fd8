"""Model cards: what a model file is, how it is fed, what it may be used for, how often it errs.

A card is TOML, read strictly: unknown keys, missing keys, wrong kinds and numbers that are not
finite are refused. The cards of known files come with this package, in ``cards/``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from facekeep.terms.values import Grade
from facekeep.vision.align import TEMPLATES
from facekeep.vision.calibration import Calibration
from facekeep.vision.calibration_toml import read_calibration
from facekeep.vision.toml_table import Table, parse_toml, read_toml

MAX_DIM = 2048
"""Longest feature vector, in numbers."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Packaged:
    """Where an installed Python distribution carries the file; it is never imported."""

    distribution: str
    path: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What every card states about its file.

    ``graph`` says what the file is: ``onnx`` as it stands, ``centerface`` to be freed of its
    fixed size, ``dlib-resnet`` to be translated from dlib's format.
    """

    id: str
    sha256: str
    licence: str
    source: str
    grade: Grade
    graph: str
    packaged: Packaged | None


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """``(chip * scale - mean) / std`` per colour, in the order ``colours``; ``size`` in pixels."""

    size: int
    colours: str
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    input: str


@dataclass(frozen=True, slots=True)
class _Named:
    origin: Origin

    @property
    def id(self) -> str:
        """The card's name: lower-case letters, digits and hyphens."""
        return self.origin.id

    @property
    def sha256(self) -> str:
        """Digest of the file, 64 hexadecimal digits."""
        return self.origin.sha256

    @property
    def grade(self) -> Grade:
        """What the model may be used for."""
        return self.origin.grade


@dataclass(frozen=True, slots=True)
class DetectorCard(_Named):
    """``decoder`` is ``centerface`` or ``yunet``."""

    decoder: str
    role = "detector"


@dataclass(frozen=True, slots=True)
class EmbedderCard(_Named):
    """``centre`` is the population mean of raw vectors, empty where none is subtracted."""

    preprocessing: Preprocessing
    template: str
    dim: int
    centre: tuple[float, ...] = field(repr=False)
    calibration: Calibration | None = field(repr=False)
    role = "embedder"


@dataclass(frozen=True, slots=True)
class AttackCard(_Named):
    """``context`` is how many face boxes wide the network looks."""

    context: float
    role = "attack"


Card = DetectorCard | EmbedderCard | AttackCard


def read_card(path: Path) -> Card:
    """The card in the file. Raises :class:`Broken` on anything but a whole, valid card."""
    return card_from(read_toml(path))


@cache
def shipped_cards() -> tuple[Card, ...]:
    """The cards of known files, in the order of their file names."""
    folder = resources.files("facekeep.vision") / "cards"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    return tuple(card_from(parse_toml(file.read_bytes())) for file in files)


def card_from(table: Table) -> Card:
    """The card in the table. Raises :class:`Broken`."""
    role = table.text("role", *_READERS)
    card = _READERS[role](table, _origin(table))
    table.done()
    return card


def _origin(table: Table) -> Origin:
    return Origin(
        id=_matching(table, "id", _ID, "lower-case letters, digits and hyphens"),
        sha256=_matching(table, "sha256", _SHA256, "64 hexadecimal digits"),
        licence=table.text("licence"),
        source=table.text("source"),
        grade=Grade(table.text("grade", *Grade)),
        graph=table.text("graph", "onnx", "centerface", "dlib-resnet"),
        packaged=_packaged(table),
    )


def _matching(table: Table, key: str, pattern: re.Pattern[str], wanted: str) -> str:
    value = table.text(key)
    if not pattern.fullmatch(value):
        raise table.wrong(key, wanted)
    return value


def _packaged(table: Table) -> Packaged | None:
    if "packaged" not in table:
        return None
    inner = table.table("packaged")
    packaged = Packaged(inner.text("distribution"), inner.text("path"))
    inner.done()
    return packaged


def _detector(table: Table, origin: Origin) -> Card:
    return DetectorCard(origin, table.text("decoder", "centerface", "yunet"))


def _attack(table: Table, origin: Origin) -> Card:
    context = table.number("context")
    if not 1 <= context <= 10:
        raise table.wrong("context", "a number in 1..10")
    return AttackCard(origin, context)


def _embedder(table: Table, origin: Origin) -> Card:
    template = table.text("template", *TEMPLATES)
    preprocessing = _preprocessing(table.table("preprocessing"))
    if preprocessing.size != TEMPLATES[template][1]:
        raise table.wrong("preprocessing.size", f"{TEMPLATES[template][1]}, as the template has,")
    dim = table.integer("dim", 8, MAX_DIM)
    centre = table.numbers("centre", dim) if "centre" in table else ()
    calibration = read_calibration(table.table("calibration")) if "calibration" in table else None
    return EmbedderCard(origin, preprocessing, template, dim, centre, calibration)


def _preprocessing(table: Table) -> Preprocessing:
    preprocessing = Preprocessing(
        size=table.integer("size", 16, 1024),
        colours=table.text("colours", "RGB", "BGR"),
        scale=table.number("scale"),
        mean=_three(table, "mean"),
        std=_three(table, "std"),
        input=table.text("input"),
    )
    if not preprocessing.scale > 0 or not min(preprocessing.std) > 0:
        raise table.wrong("std", "positive numbers, and so in scale,")
    table.done()
    return preprocessing


def _three(table: Table, key: str) -> tuple[float, float, float]:
    first, second, third = table.numbers(key, 3)
    return first, second, third


_READERS = {"detector": _detector, "embedder": _embedder, "attack": _attack}


def shipped(sha256: str) -> Card | None:
    """The shipped card that names this digest."""
    return next((card for card in shipped_cards() if card.sha256 == sha256), None)
