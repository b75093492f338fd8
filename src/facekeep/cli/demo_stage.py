"""The stage of the demo: a real home, what the acts hand to each other, what they find."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from facekeep import assembly
from facekeep.assembly import House
from facekeep.cli.demo_pictures import Photographs, Source
from facekeep.cli.demo_place import origin, publish
from facekeep.collection.capture import Wish
from facekeep.collection.enrolment import Enrolled
from facekeep.ledger import log
from facekeep.protect.encoding import encode, rotation
from facekeep.settings import Language, Settings
from facekeep.storage.keys import KeyRow
from facekeep.storage.plot import PUBLIC_KEY
from facekeep.terms.errors import FacekeepError
from facekeep.terms.ports import Sight
from facekeep.terms.values import Code, Features, Float32, Grade, Operation
from facekeep.use.decisions import Answer
from facekeep.use.verification import Asked

PURPOSE = "gate"
PERSON, VISITOR, NOBODY = "resident-17", "visitor-4", "nobody-0"
"""Opaque subjects, as an operator would give them: enrolled, never consented, never heard of."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise, whether it was kept, and the figures that say so."""

    id: str
    kept: bool
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """One act: its findings, what was refused, where the ledger has it."""

    id: str
    findings: list[Finding] = field(default_factory=list)
    error: FacekeepError | None = None
    """The refusal or alarm this act is about."""
    event: str | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    shown: str | None = None
    proof: dict[str, Any] | None = None

    @property
    def kept(self) -> bool:
        """Whether every promise of this step was kept."""
        return bool(self.findings) and all(finding.kept for finding in self.findings)

    def found(self, name: str, kept: bool, **values: Any) -> None:
        """Write one finding down."""
        self.findings.append(Finding(name, bool(kept), values))

    def take_event(self, event: str, entry: int) -> None:
        """Remember which ledger entry tells of this step."""
        self.event, self.proof = event, {"entry": entry}


@dataclass(frozen=True, slots=True)
class Template:
    """What a thief is after, recomputed at the edge from the photograph; never written down."""

    code: Code = field(repr=False)
    vector: Float32 = field(repr=False)


class WatchedSight:
    """The eyes, counting how often they were opened."""

    def __init__(self, sight: Sight) -> None:
        self._sight, self.looks = sight, 0

    @property
    def model(self) -> str:
        """The model card's id."""
        return self._sight.model

    @property
    def grade(self) -> Grade:
        """What the model may be used for."""
        return self._sight.grade

    @property
    def dim(self) -> int:
        """The feature vector's dimension."""
        return self._sight.dim

    @property
    def calibration(self) -> str:
        """Which calibration sets the thresholds."""
        return self._sight.calibration

    def features(self, source: Path | bytes) -> Features:
        """One picture to features."""
        self.looks += 1
        return self._sight.features(source)

    def for_enrolment(self, source: Path | bytes) -> Features:
        """The same for an enrolment."""
        self.looks += 1
        return self._sight.for_enrolment(source)

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate."""
        return self._sight.threshold(fmr)


@dataclass(slots=True)
class Stage:
    """Where the story plays, and what one act leaves for the next."""

    home: Path
    den: Path
    """The thief's folder: outside the home, swept at the end."""
    settings: Settings
    passphrase: bytes = field(repr=False)
    source: Source
    sight: WatchedSight
    purpose: bytes
    photographs: Photographs = field(init=False, repr=False)
    template: Template = field(init=False, repr=False)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.settings.language

    @property
    def receipt(self) -> Path:
        """Where the person's receipt goes: beside the home, as if handed over."""
        return self.home.with_name(f"{self.home.name}-receipt.json")

    @property
    def public_key(self) -> Path:
        """The ledger's public key."""
        return self.home / PUBLIC_KEY

    @property
    def at_rest(self) -> tuple[Path, Path]:
        """Everything the product has written: the home, and the custody beside it."""
        return self.home, self.settings.custody

    def open(self) -> AbstractContextManager[House]:
        """Enter and unlock the home."""
        return assembly.entered(self.home, self.settings, passphrase=self.passphrase)

    def publish(self, house: House) -> tuple[str, int]:
        """Bring the purpose into force, as its officer would; its name and version."""
        return publish(house, self.purpose)

    def verify(self, house: House, photo: bytes, subject: str = PERSON) -> Answer:
        """Ask a 1:1 question."""
        wish = Wish(PURPOSE, Operation.VERIFICATION, subject)
        asked = Asked(subject, PURPOSE, photo, origin(house, wish, [photo]))
        return house.verifier.verify(asked, self.sight)

    def enrol(self, house: House, photo: bytes, subject: str = PERSON) -> Enrolled:
        """Enrol somebody with one picture."""
        source = origin(house, Wish(PURPOSE, Operation.ENROLMENT, subject), [photo])
        return house.enroller.enrol(subject, PURPOSE, [photo], self.sight, source)

    def code_of(self, house: House, vector: Float32) -> Code:
        """What the edge makes of a feature vector in this home."""
        return encode(vector, rotation(house.keepers.rotation_key, self.sight.dim))


def key_row(house: House, subject: str = PERSON) -> KeyRow:
    """The key row behind a subject's enrolment."""
    home = house.home
    person = home.directory.person(subject, PURPOSE)
    rows = [r for c in home.consents.of_person(person.id) for r in home.vault.all_of_consent(c.id)]
    return rows[0]


def note_last_entry(step: Step, house: House) -> None:
    """The newest ledger entry tells of this step."""
    connection = house.home.records.connection
    index = log.size(connection) - 1
    step.take_event(log.entry(connection, index).id.hex(), index)


def note_event(step: Step, house: House, event: str) -> None:
    """This ledger entry tells of this step."""
    step.take_event(event, log.find(house.home.records.connection, bytes.fromhex(event)))


def attempt(act: Callable[[], object]) -> FacekeepError | None:
    """What a try was refused with; None where it was let through."""
    try:
        act()
    except FacekeepError as error:
        return error
    return None


def outcome(error: FacekeepError | None) -> str:
    """The stable word for how a try ended."""
    return "let_through" if error is None else error.code


def timed(act: Callable[[], Result]) -> tuple[Result, float]:
    """The result and how many seconds it took."""
    began = perf_counter()
    result = act()
    return result, perf_counter() - began


def copy_store(store: Path, to: Path) -> list[Path]:
    """Copy a store as a thief would: the file and its write-ahead log, as they lie."""
    to.parent.mkdir(parents=True, exist_ok=True)
    copies = [to.with_name(to.name + path.name[len(store.name) :]) for path in parts(store)]
    for path, copy in zip(parts(store), copies, strict=True):
        shutil.copyfile(path, copy)
    return copies


def parts(store: Path) -> Iterator[Path]:
    """A store's files: the database, and its log where there is one."""
    for suffix in ("", "-wal"):
        path = store.with_name(store.name + suffix)
        if path.exists():
            yield path
