"""What an attacker and a court of tests share: a simulated population, a home, and thieves' tools.

``People`` are eyes over made-up persons: a photograph is the bytes ``name#number`` and its features
are drawn to the statistics of a real 128-dimensional network (mated cosine .625 ± .127, strangers
.012 ± .10), reproducibly from those bytes. ``Site`` is a home on disk with a clock we can turn.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facekeep import assembly
from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.collection.enrolment import Enrolled
from facekeep.governance.permits import Ground, Question
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.keytree import PassphraseCost
from facekeep.protect.schemes.split import Frame
from facekeep.settings import Settings
from facekeep.storage.gallery import Gallery
from facekeep.storage.keepers.pair import probe_digest
from facekeep.storage.keys import KeyRow
from facekeep.terms.errors import CalibrationTooWeak, NoFace
from facekeep.terms.values import (
    NORM_BOUND,
    AttackVerdict,
    Capture,
    CaptureLevel,
    Code,
    Decision,
    Features,
    Float32,
    Grade,
    Operation,
    Permit,
    Quality,
)
from facekeep.use.verification import Answer, Asked

PASSPHRASE = b"correct horse battery staple"
NOON = 1_700_000_000 // 86_400 * 86_400 + 43_200
DAY = 86_400
STORES = ("records", "references", "keys")
MODEL = "simulated"

MATED, MATED_SPREAD = 0.79, 0.108
"""How much of the person is in a photograph; the product of two has mean .625, deviation .127."""

STRANGERS, STRANGERS_SPREAD = 0.012, 0.10
"""Mean and deviation of the cosine between photographs of two people."""


class Turnable:
    """A wall clock that moves only when told."""

    def __init__(self, now: float = NOON) -> None:
        self.now = float(now)

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class People:
    """Eyes (``Sight``) over simulated people: one photograph is ``b"name#number"``."""

    dim: int = 128
    pad: AttackVerdict = AttackVerdict.NOT_CHECKED
    model: str = MODEL
    grade: Grade = Grade.PRODUCTION
    calibration: str = "simulated people, today"
    strictest: float = 1e-7
    seen: dict[bytes, Float32] = field(default_factory=dict)

    def photo(self, name: str, number: int = 0) -> bytes:
        """One photograph of somebody."""
        return f"{name}#{number}".encode()

    def features(self, source: Path | bytes) -> Features:
        """A photograph's features; ``b""`` shows nobody."""
        if not isinstance(source, bytes) or b"#" not in source:
            raise NoFace("no face in the picture")
        vector = self.seen.setdefault(source, self._vector(source))
        return Features(vector, self.model, self.grade, Quality(90, "size", {}), self.pad)

    def for_enrolment(self, source: Path | bytes) -> Features:
        return self.features(source)

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate, from the strangers' distribution."""
        if fmr < self.strictest:
            raise CalibrationTooWeak("too few people", "Calibrate on more")
        cosine = NormalDist(STRANGERS, STRANGERS_SPREAD).inv_cdf(1 - fmr)
        return int(cosine * NORM_BOUND)

    def _vector(self, photo: bytes) -> Float32:
        person = self._direction(photo.partition(b"#")[0])
        share = float(np.clip(_generator(b"share", photo).normal(MATED, MATED_SPREAD), 0.3, 0.97))
        noise = self._direction(b"noise" + photo)
        vector = share * person + np.sqrt(1 - share**2) * noise
        return (vector / np.linalg.norm(vector)).astype(np.float32)

    def _direction(self, seed: bytes) -> NDArray[np.float64]:
        """A unit vector of a mildly uneven spectrum with a common part: like real features."""
        spectrum = np.sqrt(np.linspace(0.083, 1.917, self.dim))
        drawn = _generator(b"direction", seed).standard_normal(self.dim) * spectrum
        drawn /= np.linalg.norm(drawn)
        drawn[0] += np.sqrt(STRANGERS / 2)  # twice: once for the person, once for the noise
        unit: NDArray[np.float64] = drawn / np.linalg.norm(drawn)
        return unit


def _generator(*seed: bytes) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(sha256(b"|".join(seed)).digest()[:16], "big"))


def purpose_text(name: str = "gate", *, model: str = MODEL, **fields: object) -> bytes:
    """A purpose file; ``fields`` are top-level keys in TOML spelling."""
    told = {
        "operations": '["verification", "identification"]',
        "storage": '"terminal"',
        "retention_days": "365",
        **{key: str(value) for key, value in fields.items()},
    }
    same = '{zh = "门", en = "Gate"}'
    lines = [f'id = "{name}"', f'model = "{model}"', *(f"{k} = {v}" for k, v in told.items())]
    lines += [f"{key} = {same}" for key in ("title", "why", "necessity", "risk")]
    lines += [
        'handler = {name = "Riverside", contact = "desk"}',
        f'place = {{kind = "entrance", name = {same}}}',
        f'alternatives = [{{id = "card", name = {same}}}]',
    ]
    return "\n".join(lines).encode()


class Site:
    """A home on disk, its custody folder, a clock and a population."""

    def __init__(self, folder: Path, clock: Turnable, people: People) -> None:
        self.folder, self.clock, self.people = folder, clock, people
        self.home = folder / "home"
        self.settings = Settings(custody=folder / "custody")

    def found(self) -> Site:
        """Make the home and publish the purpose ``gate``."""
        assembly.found(
            self.home, PASSPHRASE, self.settings, cost=PassphraseCost.cheapest(), clock=self.clock
        )
        with self.open() as house:
            house.publish(purpose_text())
        return self

    @contextmanager
    def open(self, *, locked: bool = False) -> Iterator[House]:
        """The home, unlocked unless told otherwise."""
        house = self.enter(locked=locked)
        try:
            yield house
        finally:
            house.close()

    def enter(self, *, locked: bool = False) -> House:
        """The same for somebody who will not close it, such as a crash."""
        house = assembly.enter(self.home, self.settings, clock=self.clock)
        if not locked:
            house.unlock(PASSPHRASE)
        return house

    def adopt(self, because: str = "restored", passphrase: bytes = PASSPHRASE) -> list[str]:
        return assembly.adopt(self.home, passphrase, because, self.settings, clock=self.clock)

    @property
    def custody(self) -> Path:
        """The folder beside no backup: slot, anchor, signing key, erasure list."""
        (only,) = self.settings.custody.iterdir()
        return only

    # -- thieves' and operators' tools ------------------------------------------------------

    def file(self, store: str) -> Path:
        return self.home / f"{store}.db"

    @contextmanager
    def sql(self, store: str) -> Iterator[sqlite3.Connection]:
        """A raw connection, as somebody with write access to the file would have."""
        with closing(sqlite3.connect(self.file(store), isolation_level=None)) as connection:
            yield connection

    def backup(self, name: str, *stores: str) -> Path:
        """Copy stores with their logs, or the whole home, elsewhere."""
        to = self.folder / name
        if not stores:
            shutil.copytree(self.home, to)
            return to
        to.mkdir()
        for store in stores:
            for path in self.home.glob(f"{store}.db*"):
                shutil.copy2(path, to)
        return to

    def restore(self, backup: Path, *stores: str) -> None:
        """Put copies back in place of what lies there now."""
        if not stores:
            shutil.rmtree(self.home)
            shutil.copytree(backup, self.home)
        for store in stores:
            for path in self.home.glob(f"{store}.db*"):
                path.unlink()
            for path in backup.glob(f"{store}.db*"):
                shutil.copy2(path, self.home)

    # -- the ordinary walks -----------------------------------------------------------------

    def enrol(self, house: House, subject: str, purpose: str = "gate", *photos: bytes) -> Enrolled:
        """Consent and enrol with three good photographs."""
        house.consents.give(Asking(subject, purpose))
        own = photos or tuple(self.good_photo(subject, start) for start in (0, 10, 20))
        return house.enroller.enrol(subject, purpose, own, self.people)

    def ask(
        self, house: House, subject: str, photo: bytes | None = None, *, purpose: str = "gate",
        attested: bool = False, device: str = "none", max_fmr: float | None = None,
    ) -> Answer:  # fmt: skip
        """One verification; without a photograph, a fresh good one of the subject."""
        level = CaptureLevel.ATTESTED if attested else CaptureLevel.NONE
        shown = self.good_photo(subject) if photo is None else photo
        asked = Asked(subject, purpose, shown, max_fmr, level, device)
        return house.verifier.verify(asked, self.people)

    def matches(self, house: House, subject: str, photo: bytes | None = None, **how: Any) -> bool:
        """Whether one verification matches."""
        return self.ask(house, subject, photo, **how).decision is Decision.MATCH

    def good_photo(self, name: str, start: int = 100) -> bytes:
        """A photograph in which the person is plainly to be seen."""
        own = self.people._direction(name.encode())
        numbers = range(start, start + 8)
        return max(
            (self.people.photo(name, n) for n in numbers),
            key=lambda photo: float(self.people.features(photo).vector @ own),
        )

    # -- between the roles ------------------------------------------------------------------

    def code(self, house: House, photo: bytes) -> Code:
        """The edge's code of a photograph."""
        matrix = rotation(house.keepers.rotation_key, self.people.dim)
        return encode(self.people.features(photo).vector, matrix)

    def row(self, house: House, subject: str, purpose: str = "gate") -> KeyRow:
        """A subject's key row."""
        (person,) = house.home.directory.persons(subject, purpose)
        rows = [house.home.vault.of_consent(c.id) for c in house.home.consents.of_person(person.id)]
        return next(row for row in rows if row is not None)

    def permit(
        self, house: House, row: KeyRow, probe: Code, purpose: str = "gate", fmr: float = 1e-3
    ) -> Permit:
        """An honest permit from the one office."""
        capture = Capture(CaptureLevel.NONE, probe_digest(probe), b"nonce")
        question = Question(row.row, row.epoch, capture.digest, capture)
        ground = Ground(house.home.purposes.get(purpose), Operation.VERIFICATION)
        return house._permits.issue(ground, question, fmr, self.people.threshold)

    def gallery(self, house: House, purpose: str = "gate") -> Gallery:
        """The rows a search would cover now."""
        bound = house.home.purposes.get(purpose).hash
        return house.keepers.keys.gallery(purpose, bound, MODEL, self.people.dim)

    def frame(self, house: House) -> Frame:
        return Frame(house.home.id, MODEL, self.people.dim)
