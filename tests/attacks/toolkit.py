"""What an attacker and a court of tests share: a simulated population, a home, and thieves' tools.

``People`` are eyes over made-up persons: a photograph is the bytes ``name#number`` and its features
are drawn to the statistics of a real 128-dimensional network (mated cosine .625 ± .127, strangers
.012 ± .10), reproducibly from those bytes. ``Site`` is a home on disk with a clock we can turn.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facekeep import assembly
from facekeep.access import officers
from facekeep.assembly import House
from facekeep.collection.capture import Wish, activation, draw_device_key, sign_capture
from facekeep.collection.consents import Asking
from facekeep.collection.enrolment import Enrolled
from facekeep.governance.assessments import RiskKind
from facekeep.governance.consent import Consent, Scope
from facekeep.governance.consent_story import Channel
from facekeep.governance.devices import device_of
from facekeep.governance.guardians import Evidence, Guardian, ProofKind, Relation
from facekeep.governance.permits import Ground, Question
from facekeep.governance.places import PUBLIC_KINDS
from facekeep.governance.purpose_text import parse as parse_purpose
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.keytree import PassphraseCost
from facekeep.protect.schemes.split import Frame
from facekeep.settings import Settings
from facekeep.storage.custody import Custody
from facekeep.storage.gallery import Gallery
from facekeep.storage.keepers.pair import probe_digest
from facekeep.storage.keys import KeyRow
from facekeep.storage.plot import Plot
from facekeep.terms.errors import CalibrationTooWeak, NoFace, PurposeNotAllowed
from facekeep.terms.ports import Entropy
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
    Origin,
    Permit,
    Quality,
)
from facekeep.use.identification import Search
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


class Lot:
    """Entropy by lot that falls the same way in every run: for tests that judge by numbers.

    One stream for the life of a test: a home that is closed and entered again goes on in it.
    """

    def __init__(self, seed: int) -> None:
        self._generator, self._lock = np.random.default_rng(seed), Lock()

    def __call__(self, length: int, /) -> bytes:
        with self._lock:
            return self._generator.bytes(length)


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
        vector = self.seen.setdefault(source, _vector(self.dim, source))
        return Features(vector, self.model, self.grade, Quality(90, "size", {}), self.pad)

    def for_enrolment(self, source: Path | bytes) -> Features:
        return self.features(source)

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate, from the strangers' distribution."""
        if fmr < self.strictest:
            raise CalibrationTooWeak("too few people", "Calibrate on more")
        cosine = NormalDist(STRANGERS, STRANGERS_SPREAD).inv_cdf(1 - fmr)
        return int(cosine * NORM_BOUND)


# One photograph looks alike in every home of a run: it is drawn once.


@lru_cache(10_000)
def _vector(dim: int, photo: bytes) -> Float32:
    person = _direction(dim, photo.partition(b"#")[0])
    share = float(np.clip(_generator(b"share", photo).normal(MATED, MATED_SPREAD), 0.3, 0.97))
    noise = _direction(dim, b"noise" + photo)
    vector = share * person + np.sqrt(1 - share**2) * noise
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@lru_cache(10_000)
def _direction(dim: int, seed: bytes) -> NDArray[np.float64]:
    """A unit vector of a mildly uneven spectrum with a common part: like real features."""
    spectrum = np.sqrt(np.linspace(0.083, 1.917, dim))
    drawn = _generator(b"direction", seed).standard_normal(dim) * spectrum
    drawn /= np.linalg.norm(drawn)
    drawn[0] += np.sqrt(STRANGERS / 2)  # twice: once for the person, once for the noise
    unit: NDArray[np.float64] = drawn / np.linalg.norm(drawn)
    return unit


@lru_cache(10_000)
def _plainest(dim: int, name: str, start: int) -> bytes:
    """Of eight photographs the one in which the person is most plainly to be seen."""
    own = _direction(dim, name.encode())
    photos = (f"{name}#{number}".encode() for number in range(start, start + 8))
    return max(photos, key=lambda photo: float(_vector(dim, photo) @ own))


def _generator(*seed: bytes) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(sha256(b"|".join(seed)).digest()[:16], "big"))


SAME = '{zh = "门", en = "Gate"}'


def purpose_text(name: str = "gate", *, model: str = MODEL, **fields: object) -> bytes:
    """A purpose file with nothing missing; ``fields`` are top-level keys in TOML spelling."""
    way = f'id = "card", name = {SAME}, where = {SAME}, working_since = 2020-01-01'
    told = {
        "id": f'"{name}"',
        "model": f'"{model}"',
        "operations": '["verification", "identification"]',
        "storage": '"terminal"',
        "retention_days": "365",
        **dict.fromkeys(("title", "why", "necessity", "risk", "retention_why"), SAME),
        "handler": '{name = "Riverside", contact = "desk"}',
        "place": f'{{kind = "entrance", name = {SAME}}}',
        "options": f"[{{name = {SAME}, why_not = {SAME}}}]",
        "alternatives": f"[{{{way}}}]",
        "accessible": '["no_forced_movement", "staffed", "voice"]',
        "minors": f'{{admitted = "with_guardian", rule = {SAME}}}',
        **{key: str(value) for key, value in fields.items()},
    }
    return "\n".join(f"{key} = {value}" for key, value in told.items()).encode()


def assessment_text(purpose: str = "gate", ways: Sequence[str] = ("card",)) -> bytes:
    """An assessment file with nothing missing, for a purpose and its other ways in."""
    kinds = [kind.value for kind in RiskKind]
    lines = [f'purpose = "{purpose}"', f'author = "{OFFICER}"', "date = 2020-01-01"]
    lines += [f"minors = {SAME}", f"identity_service = {SAME}"]
    lines += ["[scope]", f"text = {SAME}", "cameras = 100"]
    lines += ["[ground]", *(f"{key} = {SAME}" for key in ("lawful", "proper", "necessary"))]
    lines += ["[impact]", *(f"{key} = {SAME}" for key in ("people", "mitigation", "how_checked"))]
    lines += ["works = true"]
    for kind in kinds:
        lines += ["[[risks]]", f'kind = "{kind}"', f"harm = {SAME}", "likelihood = 2", "impact = 4"]
    lines += ["[[safeguards]]", f"name = {SAME}", f"against = {kinds}"]
    lines += [f"{key} = {SAME}" for key in ("lawful", "effective", "proportionate")]
    lines += ['evidence = ["storage.separation.stores"]']
    for way in ways:
        lines += ["[[alternatives]]", f'id = "{way}"', f"finding = {SAME}", "works = true"]
    return "\n".join(lines).encode()


def publish(house: House, text: bytes) -> tuple[str, int]:
    """Bring a purpose into force, as its officer would; returns its name and version."""
    purpose = parse_purpose(text)
    assessment = assessment_text(purpose.id, [way.id for way in purpose.alternatives])
    who = officer_of(house)
    return house.purposes.publish(text, assessment, who, lambda message: signed(house, message))


def agree(
    house: House, subject: str, purpose: str = "gate", scope: Scope = Scope.PROCESSING,
    **asking: Any,
) -> Consent:  # fmt: skip
    """Show the notice in force and take a yes, as an honest door does."""
    shown = house.consents.shown(purpose, "zh", Channel.COUNTER)
    return house.consents.give(Asking(subject, purpose, scope, shown=shown, **asking))


def guardian(reference: str = "mother") -> Guardian:
    """A parent whose relationship somebody checked."""
    seen = Evidence(Relation.PARENT, ProofKind.HOUSEHOLD_REGISTER, "register 17/4")
    return Guardian(reference, seen)


# -- an officer, a place, devices ---------------------------------------------------------------

OFFICER = "Director Lin"
OFFICER_KEY = officers.draw_key(lambda n: b"\x4f" * n)
SIGN_PHOTO = b"a photograph of the sign"


def officer_of(house: House) -> str:
    """The officer who signs in these tests, entered where nobody is; their key is OFFICER_KEY."""
    book = house.home.officers
    if OFFICER not in [one.name for one in book.living()]:
        public = officers.public_of(OFFICER_KEY)
        with house.home.records.transaction() as tx:
            book.add(tx, OFFICER, "officer", public, int(house.home.journal.now()))
    return OFFICER


def signed(house: House, message: bytes) -> officers.Signed:
    """The officer's signature over a message."""
    return officers.Signed(officer_of(house), officers.sign(OFFICER_KEY, message))


def place_text(name: str = "entrance", kind: str = "entrance", *, public: bool = False) -> bytes:
    """A place file; a public one has its public-safety document."""
    same = '{zh = "门口", en = "Entrance"}'
    lines = [f'id = "{name}"', f'kind = "{kind}"', f"name = {same}", 'address = "1 River Road"']
    lines += [f"public = {str(public).lower()}", "[[zones]]", 'label = "whole"', 'unit = "metres"']
    lines += ["points = [[0, 0], [3, 0], [3, 2], [0, 2]]"]
    if public:
        lines += [
            "[public_safety]",
            'document = "Order 7 of the district"',
            f'digest = "{"7" * 64}"',
        ]
    return "\n".join(lines).encode()


def device_key(name: str) -> tuple[bytes, str]:
    """The key of a device of these tests: its private PEM, its public hexadecimal."""
    return draw_device_key(lambda n: sha256(b"device" + name.encode()).digest()[:n])


def activate(house: House, name: str, photo: bytes = SIGN_PHOTO) -> None:
    """The sign hangs; the officer has seen it."""
    digest = sha256(photo).hexdigest() if photo else ""
    message = activation(name, digest, house.home.devices.row(name).version)
    house.register.activate(name, photo, signed(house, message))


def device_for(
    house: House, purpose: str = "gate", name: str | None = None, kind: str = "gate"
) -> str:
    """An active, trusted device for a purpose, registered where there is none of that name."""
    home = house.home
    named = name or f"{purpose}-door"
    if home.devices.find(named) is not None:
        return named
    place = home.purposes.get(purpose).place.kind.value.replace("_", "-")
    if home.places.find(place) is None:
        kind_of_place = place.replace("-", "_")
        public = kind_of_place in PUBLIC_KINDS
        house.register.add_place(place_text(place, kind_of_place, public=public))
    house.register.add_device(
        device_of(
            id=named, kind=kind, place=place, zone="whole", purposes=[purpose],
            trusted_for=[purpose], key=device_key(named)[1],
        )
    )  # fmt: skip
    activate(house, named)
    return named


def origin_of(
    house: House, wish: Wish, photos: Sequence[bytes], level: CaptureLevel = CaptureLevel.NONE,
    device: str | None = None,
) -> Origin:  # fmt: skip
    """An honest origin for one question; for a purpose nobody published, one of another purpose."""
    try:
        named = device_for(house, wish.purpose, device)
    except PurposeNotAllowed:
        wish = replace(wish, purpose="gate")
        named = device_for(house, "gate")
    if level is CaptureLevel.NONE:
        return house.captures.take(named, wish, photos)
    passed = level is CaptureLevel.ATTESTED
    verdict = AttackVerdict.PASSED if passed else AttackVerdict.NOT_CHECKED
    opened = house.captures.open(named, wish)
    token, signature = sign_capture(device_key(named)[0], opened, photos, verdict)
    return house.captures.admit(token, signature, wish, photos)


def asked(
    house: House, subject: str, purpose: str, photo: bytes, max_fmr: float | None = None,
    level: CaptureLevel = CaptureLevel.NONE, device: str | None = None,
) -> Asked:  # fmt: skip
    """A 1:1 question with a picture from a registered device."""
    wish = Wish(purpose, Operation.VERIFICATION, subject)
    return Asked(subject, purpose, photo, origin_of(house, wish, [photo], level, device), max_fmr)


def search(
    house: House, purpose: str, photo: bytes, max_fpir: float | None = None, top: int = 5,
    level: CaptureLevel = CaptureLevel.NONE, device: str | None = None,
) -> Search:  # fmt: skip
    """A 1:N question with a picture from a registered device."""
    wish = Wish(purpose, Operation.IDENTIFICATION)
    return Search(purpose, photo, origin_of(house, wish, [photo], level, device), max_fpir, top)


def taken(
    house: House, subject: str, purpose: str, photos: Sequence[bytes],
    level: CaptureLevel = CaptureLevel.NONE,
) -> Origin:  # fmt: skip
    """The origin of an enrolment's photographs."""
    return origin_of(house, Wish(purpose, Operation.ENROLMENT, subject), photos, level)


class Site:
    """A home on disk, its custody folder, a clock and a population."""

    def __init__(
        self, folder: Path, clock: Turnable, people: People, entropy: Entropy = os.urandom
    ) -> None:
        self.folder, self.clock, self.people, self.entropy = folder, clock, people, entropy
        self.home = folder / "home"
        self.settings = Settings(custody=folder / "custody")

    def found(self) -> Site:
        """Make the home and publish the purpose ``gate``."""
        assembly.found(
            self.home, PASSPHRASE, self.settings, cost=PassphraseCost.cheapest(),
            clock=self.clock, entropy=self.entropy,
        )  # fmt: skip
        with self.open() as house:
            publish(house, purpose_text())
            device_for(house)
        return self

    def settle(self, mould: Path) -> Site:
        """The same from a copy: founding takes a while, and is alike in every test.

        The copy is led to its new place behind the anchor's back; whoever clones a home otherwise
        is refused (``test_snapshots``).
        """
        shutil.copytree(mould / "home", self.home)
        shutil.copytree(mould / "custody", self.settings.custody)
        replace(Plot.read(self.home), custody=self.custody.resolve()).write()
        custody = Custody(self.custody)
        custody.set_anchor(replace(custody.anchor(), path=str(self.home.resolve())))
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
        house = assembly.enter(self.home, self.settings, clock=self.clock, entropy=self.entropy)
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
        agree(house, subject, purpose)
        own = photos or tuple(self.good_photo(subject, start) for start in (0, 10, 20))
        origin = taken(house, subject, purpose, own)
        return house.enroller.enrol(subject, purpose, own, self.people, origin)

    def ask(
        self, house: House, subject: str, photo: bytes | None = None, *, purpose: str = "gate",
        attested: bool = False, device: str | None = None, max_fmr: float | None = None,
    ) -> Answer:  # fmt: skip
        """One verification; without a photograph, a fresh good one of the subject."""
        level = CaptureLevel.ATTESTED if attested else CaptureLevel.NONE
        shown = self.good_photo(subject) if photo is None else photo
        question = asked(house, subject, purpose, shown, max_fmr, level, device)
        return house.verifier.verify(question, self.people)

    def matches(self, house: House, subject: str, photo: bytes | None = None, **how: Any) -> bool:
        """Whether one verification matches."""
        return self.ask(house, subject, photo, **how).decision is Decision.MATCH

    def good_photo(self, name: str, start: int = 100) -> bytes:
        """A photograph in which the person is plainly to be seen."""
        return _plainest(self.people.dim, name, start)

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
