"""Enrol and verify on real faces, through the whole house: what the model card says is what happens.

Every picture is embedded once and remembered as numbers for the length of the run, so thousands of
questions cost their permits, keepers and ledger entries and no second look at a face. Budgets and
daily limits hold: the clock goes on a day where a device has had its failures, and somebody whose
unattested questions are spent enrols anew.
"""

from __future__ import annotations

import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.protect.keytree import PassphraseCost
from facekeep.settings import Settings
from facekeep.terms.errors import Ambiguous, BudgetSpent, NotRecognised
from facekeep.terms.ports import Sight
from facekeep.terms.values import Decision, Features, Grade
from facekeep.vision.calibration import Calibration, Figures
from facekeep.vision.models import Registry
from facekeep.vision.rates import Rate, wilson
from facekeep.vision.sight import CalibratedEyes
from facekeep.vision.walk import read_groups
from tests.attacks.toolkit import Lot, agree, asked, publish, purpose_text, search, taken

MODEL = "mobilefacenet-foamliu"
PURPOSE = "gate"
PASSPHRASE = b"development faces"
DAY = 86_400
MAX_FMR, MAX_FPIR = 1e-3, 1e-1
IMPOSTORS, IMPOSTORS_LONG = 1_500, 15_000
OPEN_SET, OPEN_SET_LONG = 60, 130
MOST_MISSED = 0.25
"""Of a closed set: a search among 200 people is held to a threshold near FMR 5e-4."""

LEAST_GENUINE = 500
"""Of 809 mated pairs; the product takes no picture in which two faces could be meant."""

LEAST_TRIALS = 50
"""Fewer questions than this about a group say nothing about its rate."""

GATE = purpose_text(PURPOSE, model=MODEL, retention_days=1098)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class RememberingEyes:
    """The product's eyes, asked once per picture."""

    eyes: CalibratedEyes
    seen: dict[tuple[str, Path | bytes], Features | NotRecognised] = field(default_factory=dict)

    @property
    def model(self) -> str:
        return self.eyes.model

    @property
    def grade(self) -> Grade:
        return self.eyes.grade

    @property
    def dim(self) -> int:
        return self.eyes.dim

    @property
    def calibration(self) -> str:
        return self.eyes.calibration

    def threshold(self, fmr: float) -> int:
        return self.eyes.threshold(fmr)

    def features(self, source: Path | bytes) -> Features:
        return self._remembered("probe", source)

    def for_enrolment(self, source: Path | bytes) -> Features:
        return self._remembered("enrolment", source)

    def _remembered(self, use: str, source: Path | bytes) -> Features:
        key = (use, source)
        if key not in self.seen:
            look = self.eyes.features if use == "probe" else self.eyes.for_enrolment
            try:
                self.seen[key] = look(source)
            except NotRecognised as reason:
                self.seen[key] = reason
        found = self.seen[key]
        if isinstance(found, NotRecognised):
            raise found
        return found


@dataclass
class Gate:
    """A home, the people who come to it, and which picture each is enrolled with just now."""

    house: House
    clock: Clock
    sight: Sight
    groups: dict[str, str]
    pictures: dict[str, list[Path]] = field(default_factory=dict)
    enrolled: dict[str, Path] = field(default_factory=dict)

    def matches(self, subject: str, photo: Path) -> bool | None:
        """One question at ``max_fmr``; None where the picture itself is refused."""
        again = lambda: self.enrols(subject, self.enrolled[subject])  # noqa: E731
        for way_out in (self._next_day, again, None):
            try:
                question = asked(self.house, subject, PURPOSE, photo.read_bytes(), MAX_FMR)
                return self.house.verifier.verify(question, self.sight).decision is Decision.MATCH
            except NotRecognised:
                return None
            except BudgetSpent:
                if way_out is None:
                    raise
                way_out()
        raise AssertionError("a new enrolment on a new day is answered")

    def enrols(self, subject: str, photo: Path) -> bool:
        """Whether the picture is good enough to be this person's new reference."""
        try:
            pictures = [photo.read_bytes()]
            origin = taken(self.house, subject, PURPOSE, pictures)
            self.house.enroller.enrol(subject, PURPOSE, pictures, self.sight, origin)
        except NotRecognised:
            return False
        self.enrolled[subject] = photo
        return True

    def is_full(self) -> Gate:
        """Everybody enrolled with their first picture that serves, where nobody is yet."""
        for subject, pictures in () if self.enrolled else self.pictures.items():
            any(self.enrols(subject, photo) for photo in pictures[:-1])
        return self

    def shows(self, photo: Path) -> bool:
        """Whether the picture is good enough to ask with."""
        try:
            self.sight.features(photo)
        except NotRecognised:
            return False
        return True

    def _next_day(self) -> None:
        self.clock.now += DAY

    def searched(self, photo: Path) -> tuple[str, ...]:
        """Who an identification at ``max_fpir`` returns; nobody where too many match."""
        self._next_day()
        question = search(self.house, PURPOSE, photo.read_bytes(), MAX_FPIR)
        try:
            return self.house.identifier.identify(question, self.sight).subjects
        except Ambiguous:
            return ()


@pytest.fixture(scope="module")
def faces(dev_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures unpacked, outside the checkout."""
    folder = tmp_path_factory.mktemp("faces")
    with tarfile.open(dev_data / "data" / "faces-dev.tar") as archive:
        archive.extractall(folder, filter="data")
    return folder / "faces-dev"


@pytest.fixture(scope="module")
def eyes(dev_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RememberingEyes:
    """The development model, taken in by its digest as an operator would."""
    folder = tmp_path_factory.mktemp("models")
    registry = Registry(folder / "models", folder / "cache")
    card = registry.add(dev_data / "models" / "mobilefacenet_foamliu.onnx")
    assert card.id == MODEL
    return RememberingEyes(CalibratedEyes(registry, MODEL))


@pytest.fixture(scope="module")
def calibration(eyes: RememberingEyes) -> Calibration:
    """The card's own figures."""
    found = eyes.eyes._registry.calibration(MODEL)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def gate(
    dev_data: Path, faces: Path, eyes: RememberingEyes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    """Everybody with at least two pictures consents; the pictures lie ready."""
    folder, clock = tmp_path_factory.mktemp("gate"), Clock()
    home, settings = folder / "home", Settings(custody=folder / "custody")
    lot, cost = Lot(1), PassphraseCost.cheapest()  # one rotation: rates are counted, not drawn
    assembly.found(home, PASSPHRASE, settings, cost=cost, clock=clock, entropy=lot)
    with assembly.entered(home, settings, passphrase=PASSPHRASE, clock=clock, entropy=lot) as house:
        publish(house, GATE)
        groups = read_groups(dev_data / "data" / "faces-dev.tsv")
        made = Gate(house, clock, eyes, groups)
        for person in sorted(faces.iterdir()):
            pictures = sorted(person.iterdir())
            if len(pictures) > 1:
                agree(house, person.name, PURPOSE)
                made.pictures[person.name] = pictures
        yield made


@dataclass
class Count:
    """Errors among answered questions, overall and by group."""

    errors: Counter[str] = field(default_factory=Counter)
    trials: Counter[str] = field(default_factory=Counter)

    def add(self, group: str, error: bool) -> None:
        for name in ("all", group):
            self.errors[name] += error
            self.trials[name] += 1


def assert_agrees(what: str, count: Count, figures: Figures, card: Rate) -> None:
    """The observed rate lies within the card's interval, where there were questions enough.

    A run asks far fewer questions than the card's pairs, so its own rate is uncertain too: where
    the rate itself lies outside, it passes only if the card's rate is within its Wilson interval.
    Rotation and pictures are the same in every run.
    """
    errors, trials = count.errors[figures.group], count.trials[figures.group]
    if trials < LEAST_TRIALS:
        return
    low, high = wilson(errors, trials)
    inside = card.low <= errors / trials <= card.high
    told = (
        f"{what} {figures.group}: {errors}/{trials} = {errors / trials:.4f} [{low:.4f}, {high:.4f}]"
    )
    print(f"{told}; card {card.value:.4f} [{card.low:.4f}, {card.high:.4f}]")
    assert inside or low <= card.value <= high, told


def test_genuine_people_are_recognised_as_often_as_the_card_says(
    gate: Gate, calibration: Calibration
) -> None:
    """FNMR at max_fmr 1e-3, overall and in every group large enough to say.

    The card counts all pairs, so every picture is the reference once and all later ones ask.
    """
    count, refused = Count(), Counter[str]()
    for subject, pictures in gate.pictures.items():
        for at, reference in enumerate(pictures[:-1]):
            if not gate.enrols(subject, reference):
                refused["enrolment"] += 1
                continue
            for photo in pictures[at + 1 :]:
                matched = gate.matches(subject, photo)
                if matched is None:
                    refused["verification"] += 1
                else:
                    count.add(gate.groups[subject], not matched)
    print(f"enrolled {len(gate.enrolled)}; pictures refused: {dict(refused)}")
    assert count.trials["all"] >= LEAST_GENUINE
    for figures in calibration.operating:
        assert_agrees("FNMR", count, figures, figures.fnmr)


def test_strangers_are_accepted_no_more_often_than_the_card_says(
    gate: Gate, calibration: Calibration, request: pytest.FixtureRequest
) -> None:
    """FMR at max_fmr 1e-3: everybody against anybody, and within every group large enough."""
    long = request.config.getoption("--long")
    wanted, count = IMPOSTORS_LONG if long else IMPOSTORS, Count()
    for name, subject, photo in _impostors(gate.is_full(), wanted):
        count.errors[name] += bool(gate.matches(subject, photo))
        count.trials[name] += 1
    assert count.trials.total() == wanted
    for figures in calibration.operating:
        assert_agrees("FMR", count, figures, figures.fmr)


def _impostors(gate: Gate, wanted: int) -> Iterator[tuple[str, str, Path]]:
    """Victims in turns, each with another person's picture: anybody's, then of the own group."""
    generator = np.random.default_rng(7)
    shown = {who: list(filter(gate.shows, gate.pictures[who])) for who in gate.enrolled}
    by_group: dict[str, list[str]] = defaultdict(list)
    for subject in sorted(who for who, photos in shown.items() if photos):
        by_group["all"].append(subject)
        by_group[gate.groups[subject]].append(subject)
    victims = by_group["all"]
    for at in range(wanted):
        victim = victims[at // 2 % len(victims)]
        name = gate.groups[victim] if at % 2 else "all"
        other = str(generator.choice([one for one in by_group[name] if one != victim]))
        yield name, victim, shown[other][int(generator.integers(len(shown[other])))]


def test_identification_finds_who_is_enrolled_and_nobody_else(
    gate: Gate, faces: Path, request: pytest.FixtureRequest
) -> None:
    """Closed set: found, and few others beside. Open set: a false answer at most at max_fpir."""
    wanted = OPEN_SET_LONG if request.config.getoption("--long") else OPEN_SET
    enrolled = gate.is_full().enrolled
    others = {who: [p for p in gate.pictures[who] if p != own] for who, own in enrolled.items()}
    known = [photo for photos in others.values() for photo in photos[:1] if gate.shows(photo)]
    alone = [person for person in sorted(faces.iterdir()) if person.name not in gate.pictures]
    unknown = [photo for person in alone for photo in person.iterdir()][:wanted]
    found = [(photo.parent.name, gate.searched(photo)) for photo in known[::2][:wanted]]
    false = [bool(gate.searched(photo)) for photo in unknown if gate.shows(photo)]
    missed = sum(name not in subjects for name, subjects in found)
    beside = sum(any(one != name for one in subjects) for name, subjects in found)
    print(f"of {len(gate.enrolled)} enrolled: {missed} of {len(found)} missed, {beside} not alone;")
    print(f"of strangers: {sum(false)} of {len(false)} answered")
    assert wilson(sum(false), len(false))[0] <= MAX_FPIR
    assert wilson(beside, len(found))[0] <= MAX_FPIR
    # A search's threshold is stricter than 1e-3 by the number of people searched.
    assert missed / len(found) <= MOST_MISSED
