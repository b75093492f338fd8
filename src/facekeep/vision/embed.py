"""Aligned face to feature vector: any ONNX embedder, fed as its model card says."""

from __future__ import annotations

import numpy as np

from facekeep.terms.errors import Broken
from facekeep.terms.ports import Picture
from facekeep.terms.values import Face, Float32, Grade
from facekeep.vision.align import aligned
from facekeep.vision.cards import EmbedderCard, Preprocessing
from facekeep.vision.sessions import Network

LEAST_NORM = 1e-6
"""A vector shorter than this has no direction."""


class OnnxEmbedder:
    """An embedder in ONNX Runtime; satisfies ``terms.ports.Embedder``."""

    def __init__(self, network: Network, card: EmbedderCard) -> None:
        """``network`` takes ``float32 (1, 3, side, side)``; ``card`` says how pixels become that.

        Raises :class:`Broken` when the network does not give the card's dimension.
        """
        self._network, self.card = network, card
        self._centre = np.array(card.centre or [0.0] * card.dim, dtype=np.float32)
        blank = np.zeros((card.preprocessing.size, card.preprocessing.size, 3), dtype=np.uint8)
        if self.describe(blank).shape != (card.dim,):
            raise Broken("The model's output is not what its card says", "Check the card")

    @property
    def model(self) -> str:
        """The card's id."""
        return self.card.id

    @property
    def grade(self) -> Grade:
        """The card's grade."""
        return self.card.grade

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self.card.dim

    def embed(self, picture: Picture, face: Face) -> Float32:
        """A unit vector ``float32 (d,)``, centred where the card names a population mean."""
        raw = self.describe(aligned(picture, face.landmarks, self.card.template))
        return unit(raw - self._centre)

    def describe(self, chip: Picture) -> Float32:
        """The network's own output ``float32 (d,)`` for one chip, neither centred nor scaled."""
        output = self._network(blob(chip, self.card.preprocessing))[0]
        return np.asarray(output, dtype=np.float32).reshape(-1)


def blob(chip: Picture, preprocessing: Preprocessing) -> Float32:
    """``(chip * scale - mean) / std`` as ``float32 (1, 3, side, side)`` in the card's colours."""
    colours = chip if preprocessing.colours == "RGB" else chip[:, :, ::-1]
    mean, std = (np.array(v, np.float32) for v in (preprocessing.mean, preprocessing.std))
    values = (colours.astype(np.float32) * np.float32(preprocessing.scale) - mean) / std
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def unit(vector: Float32) -> Float32:
    """The vector at norm 1. Raises :class:`Broken` for one that is not finite or has no length."""
    norm = float(np.linalg.norm(vector.astype(np.float64)))
    if not np.isfinite(norm) or norm < LEAST_NORM:
        raise Broken("The embedder gave no usable vector", "Check the model file")
    return (vector / norm).astype(np.float32)
