"""The three walks that must stay short (DESIGN section 4).

A walk is what **one datum** goes through, from the door's call to its return, watched call by call:
for enrolment and verification the face (the picture and whatever is made of it, down to the record,
the decision and the ledger entry), for a withdrawal the person (consents, key rows, what is erased, the
entry).

* A **file** is entered when a function of it is handed the datum. Making a frozen value is no step.
* The eyes count as one file: outside ``vision/pipeline`` there is no picture, and the simulated eyes
  of these tests stand for it. The door counts as one more.
* A **room** is a folder below ``src/facekeep`` any function of which runs; ``terms`` is words, no step.

Every file that runs at all, datum or not, is counted too, and may not grow unseen (decision 10).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import facekeep
from facekeep.assembly import House
from facekeep.collection.samples import Sample
from facekeep.governance.consent import Consent
from facekeep.ledger.entries import Entry
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Record
from facekeep.rights.receipts import Receipt
from facekeep.rights.withdrawal import Departure
from facekeep.storage.keys import KeyRow
from facekeep.storage.subjects import Person
from facekeep.terms.errors import Refused
from facekeep.terms.values import Decision, Features
from facekeep.use.verification import Asked
from tests.attacks.toolkit import Site, taken

PACKAGE = Path(facekeep.__file__).resolve().parent
THE_DOOR = 1
NOT_A_STEP = ("terms",)
EYES = {"enrol": 1, "verify": 1, "withdraw": 0}
"""The simulated eyes stand in for the room ``vision``, which a real picture enters."""

FACE = (bytes, Features, Sample, Record, split.Partial, Decision, Asked, Entry)
PERSON = (Person, Consent, KeyRow, Departure, Receipt, Entry)
DATUM = {"enrol": FACE, "verify": FACE, "withdraw": PERSON}
FACE_TYPES = (np.dtype(np.int8), np.dtype(np.uint16), np.dtype(np.float32))
"""Codes, ring words and feature vectors."""

MAKING = ("__init__", "__post_init__", "__eq__", "__hash__", "__repr__")

LIMITS = {"enrol": (9, 14), "verify": (9, 13), "withdraw": (7, 8)}
"""Rooms and files, as DESIGN section 4 states them."""

EVERYTHING = {"enrol": 39, "verify": 39, "withdraw": 32}
"""Every file that runs without the eyes, helpers of helpers included. A ratchet."""


@dataclass
class Walk:
    """Which files ran, and which of them were handed the datum, in order of entry."""

    datum: tuple[type, ...] = ()
    files: dict[str, None] = field(default_factory=dict)
    entered: dict[str, str] = field(default_factory=dict)

    @property
    def rooms(self) -> list[str]:
        return list(dict.fromkeys(name.partition("/")[0] for name in self.files))

    def note(self, frame: FrameType) -> None:
        path, code = Path(frame.f_code.co_filename), frame.f_code
        if not path.is_relative_to(PACKAGE):
            return
        name = path.relative_to(PACKAGE).as_posix()
        if "/" not in name or name.partition("/")[0] in NOT_A_STEP:
            return
        self.files.setdefault(name)
        given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if code.co_name not in MAKING and any(self.is_datum(frame.f_locals.get(g)) for g in given):
            self.entered.setdefault(name, code.co_name)

    def is_datum(self, value: Any, depth: int = 2) -> bool:
        """The datum itself, or a list that holds it."""
        if isinstance(value, np.ndarray):
            return self.datum is FACE and value.dtype in FACE_TYPES
        if isinstance(value, bytes):  # a picture of the simulated eyes, not a key or an identifier
            return bytes in self.datum and b"#" in value and value.isascii()
        if isinstance(value, list | tuple) and not isinstance(value, self.datum):
            return depth > 0 and any(self.is_datum(one, depth - 1) for one in value)
        return isinstance(value, self.datum)


@contextmanager
def walked(datum: tuple[type, ...] = ()) -> Iterator[Walk]:
    """Watch every call until the end of the block."""
    walk = Walk(datum)

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            walk.note(frame)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield walk
    finally:
        sys.setprofile(before)


def enrol(site: Site, house: House) -> None:
    photos = [site.good_photo("alice")]
    origin = taken(house, "alice", "gate", photos)
    house.enroller.enrol("alice", "gate", photos, site.people, origin)


def verify(site: Site, house: House) -> None:
    assert site.matches(house, "alice")


def withdraw(site: Site, house: House) -> None:
    house.withdrawals.withdraw("alice", "gate")


ACTS: dict[str, Callable[[Site, House], None]] = {
    "enrol": enrol,
    "verify": verify,
    "withdraw": withdraw,
}


def walk_of(name: str, site: Site, house: House) -> Walk:
    """The act's second run: the first warms what is made once a process."""
    site.enrol(house, "alice")
    site.ask(house, "alice")
    with walked(DATUM[name]) as walk:
        ACTS[name](site, house)
    return walk


@pytest.mark.parametrize("name", ACTS)
def test_walk_enters_few_rooms(site: Site, house: House, name: str) -> None:
    """Door → … → db within the stated number of rooms."""
    walk = walk_of(name, site, house)
    assert len(walk.rooms) + THE_DOOR + EYES[name] <= LIMITS[name][0], walk.rooms


@pytest.mark.parametrize("name", ACTS)
def test_datum_enters_few_files(site: Site, house: House, name: str) -> None:
    """Whoever asks what becomes of a face, or of a person who leaves, reads this many files."""
    walk = walk_of(name, site, house)
    assert len(walk.entered) + THE_DOOR + EYES[name] <= LIMITS[name][1], walk.entered


@pytest.mark.xfail(strict=True, reason="by the strictest count the walks are still too long")
@pytest.mark.parametrize("name", ACTS)
def test_whole_machinery_is_within_the_limits(site: Site, house: House, name: str) -> None:
    """DESIGN's numbers held against every file that runs: missed so far, and said so."""
    assert len(walk_of(name, site, house).files) <= LIMITS[name][1]


@pytest.mark.parametrize("name", ACTS)
def test_whole_machinery_grows_no_further(site: Site, house: House, name: str) -> None:
    """Fewer files are welcome, more are a question."""
    files = sorted(walk_of(name, site, house).files)
    assert len(files) <= EVERYTHING[name], "\n".join([str(len(files)), *files])


def test_control_the_watcher_sees_the_face_go_by(site: Site, house: House) -> None:
    """The places every reader would name are among those entered."""
    entered = walk_of("verify", site, house).entered
    named = {"use/verification.py", "protect/encoding.py", "protect/comparator.py"}
    assert named | {"storage/keepers/keys.py", "storage/keepers/references.py"} <= set(entered)


def test_withdrawal_enters_neither_eyes_nor_comparator_nor_keepers(site: Site) -> None:
    """It deletes: no passphrase, no model, no comparison."""
    with site.open() as house:
        site.enrol(house, "alice")
    with site.open(locked=True) as house, walked() as walk:
        withdraw(site, house)
    forbidden = ("vision/", "use/", "collection/", "storage/keepers/", "protect/comparator")
    assert not [name for name in walk.files if name.startswith(forbidden)]


def test_refused_verification_is_recorded_before_any_picture_is_read(
    site: Site, house: House
) -> None:
    """Without consent no eye opens: refused on the way, and written down."""
    site.enrol(house, "alice")
    house.withdrawals.withdraw("alice", "gate")
    seen = len(site.people.seen)
    with walked() as walk, pytest.raises(Refused):
        site.ask(house, "alice", site.people.photo("alice", 999))
    assert len(site.people.seen) == seen
    assert "ledger/log.py" in walk.files


def test_control_the_watcher_sees_a_walk(site: Site, house: House) -> None:
    """A call into a room is counted, and nothing outside the package."""
    with walked() as walk:
        house.home.intents.open()
    assert set(walk.rooms) == {"governance", "db"}
