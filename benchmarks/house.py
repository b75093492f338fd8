"""A real home with stubbed eyes: what the benchmarks and measured attacks walk through."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from facekeep import assembly
from facekeep.access import officers
from facekeep.assembly import House
from facekeep.collection.capture import Wish, draw_device_key, sign_capture
from facekeep.collection.consents import Asking
from facekeep.governance import places
from facekeep.governance.assessments import RiskKind
from facekeep.governance.consent_story import Channel
from facekeep.governance.devices import device_of
from facekeep.governance.places import SignEvidence
from facekeep.governance.purpose_text import parse
from facekeep.protect.keytree import PassphraseCost
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame, Record
from facekeep.settings import Settings
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.keys import KeyRow
from facekeep.terms.values import (
    NORM_BOUND,
    AttackVerdict,
    CaptureLevel,
    Code,
    Epoch,
    Features,
    Float32,
    Grade,
    Grant,
    Operation,
    Origin,
    Quality,
    RowId,
)
from facekeep.use.identification import Search
from facekeep.use.verification import Asked

MODEL = "numbered"
OFFICER = "Benchmark"
OFFICER_KEY = officers.draw_key(lambda n: b"\x42" * n)
PASSPHRASE = b"benchmark"
BEGINNING = 1_800_000_000.0
"""Seconds since 1970: where a :class:`Calendar` begins."""

DAY = 86_400.0
PLANTED = 10_000
"""Rows written in one transaction."""


class Calendar:
    """A clock that moves only when it is told to."""

    def __init__(self, now: float = BEGINNING) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_days(self, days: float) -> None:
        """Let time go by."""
        self.now += days * DAY


@dataclass(slots=True)
class NumberedEyes:
    """Eyes that know vectors by name instead of seeing pictures; satisfies ``terms.ports.Sight``.

    ``spread`` is the standard deviation of a stranger's cosine; thresholds are the normal
    distribution's, as a calibration on endless pairs would give them.
    """

    dim: int
    vectors: Mapping[bytes, Float32] = field(default_factory=dict)
    pad: AttackVerdict = AttackVerdict.NOT_CHECKED
    spread: float = 0.102
    centre: float = 0.012
    model: str = MODEL
    grade: Grade = Grade.PRODUCTION
    calibration: str = "synthetic"

    def features(self, source: Path | bytes) -> Features:
        """The vector of this name."""
        assert isinstance(source, bytes)
        quality = Quality(90, "size", {})
        return Features(self.vectors[source], self.model, self.grade, quality, self.pad)

    def for_enrolment(self, source: Path | bytes) -> Features:
        """The same."""
        return self.features(source)

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate."""
        cosine = self.centre + self.spread * NormalDist().inv_cdf(1 - fmr)
        return int(cosine * NORM_BOUND)


def purpose_text(name: str = "gate", model: str = MODEL) -> bytes:
    """A purpose file that allows both operations."""
    return f'''
id = "{name}"
model = "{model}"
operations = ["verification", "identification"]
storage = "terminal"
retention_days = 1098
title = {{ zh = "门", en = "Gate" }}
why = {{ zh = "门", en = "Gate" }}
necessity = {{ zh = "门", en = "Gate" }}
risk = {{ zh = "门", en = "Gate" }}
handler = {{ name = "Benchmark", contact = "nobody" }}
place = {{ kind = "entrance", name = {{ zh = "门", en = "Gate" }} }}
retention_why = {{ zh = "门", en = "Gate" }}
options = [{{ name = {{ zh = "卡", en = "Card" }}, why_not = {{ zh = "门", en = "Gate" }} }}]
accessible = ["no_forced_movement", "staffed", "voice"]
minors = {{ admitted = "nobody", rule = {{ zh = "门", en = "Gate" }} }}
[[alternatives]]
id = "card"
name = {{ zh = "卡", en = "Card" }}
where = {{ zh = "门", en = "Gate" }}
working_since = 2020-01-01
'''.encode()


def publish(house: House, text: bytes) -> tuple[str, int]:
    """Bring a purpose into force, as its officer would; returns its name and version."""
    home, public = house.home, officers.public_of(OFFICER_KEY)
    if not home.officers.living():
        with home.records.transaction() as tx:
            home.officers.add(tx, OFFICER, "officer", public, int(home.journal.now()))

    def sign(message: bytes) -> officers.Signed:
        return officers.Signed(OFFICER, officers.sign(OFFICER_KEY, message))

    return house.purposes.publish(text, assessment_text(parse(text).id), OFFICER, sign)


def assessment_text(purpose: str) -> bytes:
    """An assessment file that names every harm."""
    same = '{ zh = "门", en = "Gate" }'
    kinds = [kind.value for kind in RiskKind]
    risks = [f'{{ kind = "{kind}", harm = {same}, likelihood = 1, impact = 4 }}' for kind in kinds]
    guard = ", ".join(f"{key} = {same}" for key in ("name", "lawful", "effective", "proportionate"))
    return f'''
purpose = "{purpose}"
author = "Benchmark"
date = 2020-01-01
scope = {{ text = {same}, cameras = 1000 }}
ground = {{ lawful = {same}, proper = {same}, necessary = {same} }}
impact = {{ people = {same}, mitigation = {same}, how_checked = {same}, works = true }}
risks = [{", ".join(risks)}]
safeguards = [{{ {guard}, against = {kinds}, evidence = ["storage.separation.stores"] }}]
alternatives = [{{ id = "card", finding = {same}, works = true }}]
minors = {same}
identity_service = {same}
'''.encode()


def agree(house: House, subject: str, purpose: str) -> None:
    """Show the notice in force and take a yes, as an honest door does."""
    shown = house.consents.shown(purpose, "zh", Channel.COUNTER)
    house.consents.give(Asking(subject, purpose, shown=shown))


@contextmanager
def temporary_house(
    clock: Calendar, settings: Settings | None = None, folder: Path | None = None
) -> Iterator[House]:
    """A founded and unlocked home with purpose ``gate``; in memory where the system has a place."""
    place = folder or fast_folder()
    with tempfile.TemporaryDirectory(dir=place) as where:
        own = Settings(custody=Path(where) / "custody") if settings is None else settings
        home = Path(where) / "home"
        assembly.found(home, PASSPHRASE, own, cost=PassphraseCost.cheapest(), clock=clock)
        with assembly.entered(home, own, passphrase=PASSPHRASE, clock=clock) as house:
            publish(house, purpose_text())
            yield house


def fast_folder() -> Path | None:
    """A file system in memory, for what does not measure the disk; None where there is none."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else None


def enrol(house: House, eyes: NumberedEyes, subject: str, purpose: str = "gate") -> None:
    """Consent and enrol ``subject`` with the vector that bears its name."""
    agree(house, subject, purpose)
    photos = [subject.encode()]
    wish = Wish(purpose, Operation.ENROLMENT, subject)
    house.enroller.enrol(subject, purpose, photos, eyes, origin_of(house, wish, photos))


# -- where pictures come from -----------------------------------------------------------------

PLACE = """
id = "entrance"
kind = "entrance"
name = { zh = "门", en = "Gate" }
address = "nowhere"
public = false
[[zones]]
label = "whole"
unit = "metres"
points = [[0, 0], [3, 0], [3, 2], [0, 2]]
"""


def device_for(house: House, purpose: str, name: str) -> tuple[str, bytes]:
    """An active, trusted device and its private key, entered into the register where it is new."""
    home, at = house.home, int(house.home.journal.now())
    key, public = draw_device_key(lambda n: sha256(name.encode()).digest()[:n])
    if home.devices.find(name) is None:
        sign = SignEvidence(photo="0" * 64, day=date(2026, 1, 1), officer="Benchmark")
        device = device_of(
            id=name, kind="gate", place="entrance", zone="whole", purposes=[purpose], key=public,
            trusted_for=[purpose],
        )  # fmt: skip
        with home.records.transaction() as tx:
            if home.places.find("entrance") is None:
                home.places.put(tx, places.parse(PLACE.encode()), at)
            home.devices.register(tx, device, at)
            home.devices.activate(tx, name, sign, at)
    return name, key


def origin_of(
    house: House, wish: Wish, photos: Sequence[bytes], level: CaptureLevel = CaptureLevel.NONE,
    device: str = "camera",
) -> Origin:  # fmt: skip
    """An honest origin for one question."""
    named, key = device_for(house, wish.purpose, device)
    if level is CaptureLevel.NONE:
        return house.captures.take(named, wish, photos)
    opened = house.captures.open(named, wish)
    token, signature = sign_capture(key, opened, photos, AttackVerdict.PASSED)
    return house.captures.admit(token, signature, wish, photos)


def asked(
    house: House, subject: str, photo: bytes, max_fmr: float | None = None,
    level: CaptureLevel = CaptureLevel.NONE, device: str = "camera",
) -> Asked:  # fmt: skip
    """A 1:1 question with a picture from a registered device."""
    wish = Wish("gate", Operation.VERIFICATION, subject)
    return Asked(subject, "gate", photo, origin_of(house, wish, [photo], level, device), max_fmr)


def search(
    house: House, photo: bytes, max_fpir: float | None = None, top: int = 5,
    level: CaptureLevel = CaptureLevel.NONE, device: str = "camera",
) -> Search:  # fmt: skip
    """A 1:N question with a picture from a registered device."""
    wish = Wish("gate", Operation.IDENTIFICATION)
    return Search("gate", photo, origin_of(house, wish, [photo], level, device), max_fpir, top)


# -- many references at once ----------------------------------------------------------------


def plant(house: House, codes: Sequence[Code] | NDArray[np.int8], purpose: str = "gate") -> None:
    """Write references straight through both keepers, thousands to a transaction.

    The same work as enrolling, without consents, entries and a commit for each; one entry
    seals the rows of a batch.
    """
    remaining = iter(codes)
    while batch := list(islice(remaining, PLANTED)):
        _plant(house, batch, purpose)


def _plant(house: House, codes: Sequence[Code], purpose: str) -> None:
    home, keepers = house.home, house.keepers
    frame = Frame(home.id, MODEL, len(codes[0]))
    grants = [_grant(house, purpose) for _ in codes]
    drawn = [_drawn(house, frame, grant) for grant in grants]
    home.vault.keep([row for row, _ in drawn])
    records = [
        sealed_record(keepers, frame, row.row, row.epoch, split.split(code, mask))
        for (row, mask), code in zip(drawn, codes, strict=True)
    ]
    keep_all(house, records)
    with home.records.transaction() as tx:
        seals = [split.seal_of(record) for record in records]
        home.journal.write_rows(tx, home.own_chain(), "benchmark:reference:planted", seals)


def _grant(house: House, purpose: str) -> Grant:
    published = house.home.purposes.get(purpose)
    expires = int(house.home.clock() + 365 * DAY)
    return Grant(purpose, published.hash, house.home.entropy(16), expires)


def _drawn(house: House, frame: Frame, grant: Grant) -> tuple[KeyRow, NDArray[np.uint16]]:
    home, keeper = house.home, house.keepers.keys
    row, epoch = RowId(home.entropy(16)), Epoch(home.entropy(8))
    key = home.entropy(split.KEY_BYTES)
    wrapped = keeper._wrapped(key, row, epoch, grant, frame.model)
    mask = split.mask(key, frame, grant.purpose, row, epoch)
    return KeyRow(row, epoch, wrapped, grant, frame.model, frame.d), mask


def sealed_record(
    keepers: Keepers, frame: Frame, row: RowId, epoch: Epoch, words: NDArray[np.uint16]
) -> Record:
    """A record with its authentication code, as the reference keeper makes it."""
    return keepers.references._sealed(frame, row, epoch, words)


def keep_all(house: House, records: Sequence[Record]) -> None:
    """Many records in one transaction."""
    with house.home.references.store.transaction() as tx:
        tx.executemany(
            "INSERT INTO reference (row, epoch, words, salt, mac) VALUES (?,?,?,?,?)",
            [(r.row, r.epoch, r.words.tobytes(), r.salt, r.mac) for r in records],
        )


# -- codes ----------------------------------------------------------------------------------


def random_units(count: int, d: int, generator: np.random.Generator) -> Float32:
    """Isotropic unit vectors ``float32 (count, d)``."""
    drawn = generator.standard_normal((count, d), dtype=np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


def quantised(units: Float32) -> NDArray[np.int8]:
    """Codes ``int8 (n, d)`` of unit vectors, by the rule of ``protect.encoding``, all at once."""
    scale = np.full((len(units), 1), 127.0)
    codes = np.rint(scale * units)
    while (over := (codes**2).sum(axis=1) > NORM_BOUND).any():
        scale[over] *= 0.999
        codes[over] = np.rint(scale[over] * units[over])
    return codes.astype(np.int8)
