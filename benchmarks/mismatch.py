"""Halves that do not belong together: refused or asked again, never scored.

    python -m benchmarks.mismatch [--json] [--tries 1000]

A thousand verifications while another thread renews without a pause; a thousand with a probe to
each keeper; a thousand against a stale row put back; a thousand against swapped rows. The probes
are strangers': any match is a false one. The control scores the same mismatches without
checks.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Report, parser, settings_of
from benchmarks.house import (
    Calendar,
    NumberedEyes,
    asked,
    enrol,
    random_units,
    temporary_house,
)
from facekeep.assembly import House
from facekeep.governance.permits import Ground, Question
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.schemes.split import CHECK_WORDS, Frame
from facekeep.storage.keepers.pair import probe_digest
from facekeep.storage.keys import KeyRow
from facekeep.terms.errors import Retry, Tampered
from facekeep.terms.values import (
    NORM_BOUND,
    AttackVerdict,
    Capture,
    CaptureLevel,
    Code,
    Decision,
    Operation,
    Permit,
)

T = TypeVar("T")

D = 128
PEOPLE = 8
TAU = 0.4
"""The control's threshold, as a cosine."""

EXPECTED = (32768 - int(TAU * NORM_BOUND)) / 65536
"""How often noise passes it: uniform over int16."""

CONTROL_BAND = 0.02
TRUE, STRANGE = 0.75, "stranger"


class Stage:
    """A home with a few people, and strangers to show."""

    def __init__(self, house: House, clock: Calendar, tries: int, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self.house, self.clock, self.tries = house, clock, tries
        people, strangers = (random_units(n, D, generator) for n in (PEOPLE, tries))
        self.eyes = NumberedEyes(D, pad=AttackVerdict.PASSED, spread=D**-0.5, centre=0.0)
        self.people = [f"person-{at}" for at in range(PEOPLE)]
        named = zip(self.people, people, strict=True)
        self.eyes.vectors = {name.encode(): vector for name, vector in named}
        self.eyes.vectors |= {b"stranger-%d" % at: v for at, v in enumerate(strangers)}
        for name in self.people:
            enrol(house, self.eyes, name)
        self.frame = Frame(house.home.id, self.eyes.model, D)

    def outcomes(self, verify: Callable[[int], str]) -> Counter[str]:
        """What became of each try; a day goes by after each round of people."""
        told: Counter[str] = Counter()
        for at in range(self.tries):
            if at % PEOPLE == 0:
                self.clock.pass_days(1)
            try:
                told[verify(at)] += 1
            except Tampered:
                told["tampered"] += 1
            except Retry:
                told["retry"] += 1
        return told

    def ask(self, at: int, photo: bytes) -> str:
        """Through the real verifier."""
        who = self.people[at % PEOPLE]
        question = asked(self.house, who, photo, 1e-3, CaptureLevel.ATTESTED, "gate-1")
        return self.house.verifier.verify(question, self.eyes).decision.value

    def code(self, photo: bytes) -> Code:
        """The edge's code of a picture."""
        return encode(self.eyes.vectors[photo], rotation(self.house.keepers.rotation_key, D))

    def row(self, at: int) -> KeyRow:
        """The key row of one of the people."""
        rows = self.house.home.vault.of_purpose("gate")
        return rows[at % len(rows)]

    def permit(self, row: KeyRow, probe: Code) -> Permit:
        """A permit for one row and one probe."""
        home = self.house.home
        capture = Capture(CaptureLevel.ATTESTED, probe_digest(probe), home.entropy(16))
        question = Question(row.row, row.epoch, capture.digest, capture)
        ground = Ground(home.purposes.get("gate"), Operation.VERIFICATION)
        return self.house._permits.issue(ground, question, 1e-3, self.eyes.threshold)


# -- four mismatches ------------------------------------------------------------------------


def during_renewals(stage: Stage) -> tuple[Counter[str], int]:
    """Strangers and the people themselves in turns, while everything is renewed again and again."""
    stop, renewed = threading.Event(), 0

    def renew() -> None:
        nonlocal renewed
        while not stop.is_set():
            stage.house.keepers.renewer.renew(stage.house.home.vault.of_purpose("gate"))
            renewed += 1

    def verify(at: int) -> str:
        own = at % 2 == 0
        photo = stage.people[at % PEOPLE].encode() if own else b"stranger-%d" % at
        return f"{'own' if own else STRANGE}: {stage.ask(at, photo)}"

    beside = threading.Thread(target=renew)
    beside.start()
    try:
        return stage.outcomes(verify), renewed
    finally:
        stop.set()
        beside.join()


def split_probes(stage: Stage) -> Counter[str]:
    """Two valid probes, one to each keeper, under one permit or under one each."""

    def verify(at: int) -> str:
        own, other = stage.code(stage.people[0].encode()), stage.code(b"stranger-%d" % at)
        row, keepers = stage.row(at), stage.house.keepers
        first = stage.permit(row, own)
        second = first if at % 2 else stage.permit(row, other)
        key_half = keepers.keys.answer_one(first, own)
        reference_half = keepers.references.answer_one(second, other, stage.frame)
        return keepers.comparator.one(reference_half, key_half, first).value

    return stage.outcomes(verify)


def stale_rows(stage: Stage) -> Counter[str]:
    """References of before a renewal put back beside the new keys."""
    store = stage.house.home.references.store
    old = store.rows("SELECT row, epoch, words, salt, mac FROM reference")
    stage.house.keepers.renewer.renew(stage.house.home.vault.every())
    _write(stage, old)
    return stage.outcomes(lambda at: stage.ask(at, b"stranger-%d" % at))


def swapped_rows(stage: Stage) -> Counter[str]:
    """Everybody's reference under the next person's identifier; every other time its epoch too."""
    rows = stage.house.home.references.store.rows(
        "SELECT row, epoch, words, salt, mac FROM reference ORDER BY row"
    )
    following = [*rows[1:], rows[0]]
    _write(stage, [
        (mine[0], mine[1] if at % 2 else its[1], *its[2:])
        for at, (mine, its) in enumerate(zip(rows, following, strict=True))
    ])  # fmt: skip
    return stage.outcomes(lambda at: stage.ask(at, b"stranger-%d" % at))


def _write(stage: Stage, rows: list[tuple[object, ...]]) -> None:
    with stage.house.home.references.store.transaction() as tx:
        tx.executemany("INSERT OR REPLACE INTO reference VALUES (?, ?, ?, ?, ?)", rows)


def without_checks(stage: Stage, mismatch: Callable[[int], tuple[int, int]]) -> float:
    """The control: how often the bare difference of two sums passes the threshold."""
    scores = [np.uint16((a - b) & 0xFFFF).view(np.int16) for a, b in map(mismatch, range(20_000))]
    return float(np.mean(np.array(scores) >= int(TAU * NORM_BOUND)))


def _swapped(stage: Stage) -> Callable[[int], tuple[int, int]]:
    """Sums of a reference and of another's mask over one probe."""
    generator = np.random.default_rng(5)

    def mismatch(_: int) -> tuple[int, int]:
        words = generator.integers(0, 1 << 16, (2, D), np.uint16)
        probe = stage.code(b"stranger-%d" % generator.integers(stage.tries))
        a, b = (int(_sum(one, probe)) for one in words)
        return a, b

    return mismatch


def _sum(words: NDArray[np.uint16], probe: Code) -> np.uint16:
    padded = np.concatenate([words, np.zeros(CHECK_WORDS, np.uint16)])
    return np.dot(padded[:D], probe.astype(np.int16).view(np.uint16))  # type: ignore[no-any-return]


# -- together -------------------------------------------------------------------------------


def measure(report: Report, tries: int, seed: int) -> None:
    """Each mismatch in a home of its own."""
    accepted = unexplained = 0
    for name, attack in (
        ("split_probes", split_probes), ("stale_rows", stale_rows), ("swapped_rows", swapped_rows),
    ):  # fmt: skip
        told = _staged(attack, tries, seed)
        report.note(**{name: dict(told)})
        accepted += told[Decision.MATCH.value]
        unexplained += tries - told["tampered"] - told["retry"] - told[Decision.MATCH.value]
    told, renewed = _staged(during_renewals, tries, seed)
    report.note(during_renewals=dict(told), renewals_meanwhile=renewed)
    accepted += told[f"{STRANGE}: match"]
    clock = Calendar()
    with temporary_house(clock) as house:
        stage = Stage(house, clock, tries, seed)
        control = without_checks(stage, _swapped(stage))
    report.note(control_without_checks=control, control_expected=EXPECTED)
    report.promise("mismatches or strangers accepted", accepted, most=0)
    report.promise("mismatches neither tampered nor retried", unexplained, most=0)
    report.promise("own pictures rejected during renewals", told["own: non-match"], most=0)
    report.promise("control's distance from .40", abs(control - EXPECTED), most=CONTROL_BAND)


def _staged(attack: Callable[[Stage], T], tries: int, seed: int) -> T:
    clock = Calendar()
    with temporary_house(clock) as house:
        return attack(Stage(house, clock, tries, seed))


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--tries", type=int, default=1000)
    options = options_of.parse_args()
    report = Report("mismatch", settings_of(options))
    measure(report, options.tries, options.seed)
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
