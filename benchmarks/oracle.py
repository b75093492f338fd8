"""Questions as an oracle: how much of a template answers give away, through the real interfaces.

    python -m benchmarks.oracle [--json] [--victims 160] [--people 64] [--crowds 6]

The attacker shows 2 d photographs of strangers, one after the other, letting days go by where a
daily limit stops them, and estimates the template from yes and no by least squares. The gain is the
cosine of that estimate to the template, over the same with the answers shuffled. Unattested
captures run out of budget on the way; attested ones (a registered camera, attack check passed) end
after 384 non-matches (2 d where that is less); one series asks without a registered camera first and then with one. Searches
are ended by the purpose's counter, attested ones by nothing. Then: a probe shorter than the norm
window, and three years of the person's own attested questions.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Report, mean_interval, parser, settings_of
from benchmarks.house import (
    Calendar,
    NumberedEyes,
    asked,
    enrol,
    publish,
    purpose_text,
    search,
    temporary_house,
)
from benchmarks.people import Crowd
from facekeep.assembly import House
from facekeep.governance.permits import Ground, Question
from facekeep.protect.encoding import encode, rotation, squared_norm
from facekeep.protect.schemes.split import Frame
from facekeep.storage.budgets import MICRO, Totals
from facekeep.storage.keepers.pair import probe_digest
from facekeep.terms.errors import Ambiguous, BudgetSpent, FacekeepError, Refused, Tampered
from facekeep.terms.values import (
    MAX_FMR_STEPS,
    MAX_FPIR_STEPS,
    AttackVerdict,
    Capture,
    CaptureLevel,
    Decision,
    Float32,
    Operation,
)

GOAL = 0.1
MATCHES = 4380
"""Four a day for three years."""

ENOUGH = 100
"""Victims from which the upper end of an interval says something, too."""

PER_DAY = 4
SHUFFLES = 20
LOOSEST = MAX_FMR_STEPS[0]
"""Where answers say most; stricter steps need fewer victims to see that they say less."""

FREE_RATES = (0.5, 0.1)
"""Rates nobody may ask for: each must be refused."""


@dataclass(frozen=True, slots=True)
class Attack:
    """What one victim's attacker has: the probes that were answered and the answers."""

    probes: Float32
    answers: NDArray[np.bool_]
    template: Float32
    spent: float

    def gain(self, generator: np.random.Generator) -> float:
        """Cosine of the estimate to the template, over shuffled answers."""
        if not len(self.answers):
            return 0.0
        if self.answers.all() or not self.answers.any():
            return 0.0  # always the same answer: no direction
        shuffled = np.array([generator.permutation(self.answers) for _ in range(SHUFFLES)])
        return float(self._cosines(self.answers[None])[0] - self._cosines(shuffled).mean())

    def _cosines(self, answers: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Of each row's estimate to the template: least squares, or the mean, whichever is closer."""
        centred = answers - answers.mean(axis=1, keepdims=True)
        squares = centred @ np.linalg.pinv(self.probes - self.probes.mean(axis=0)).T
        both = [_cosine(one, self.template) for one in (squares, centred @ self.probes)]
        return np.maximum(*both)


def _cosine(rows: NDArray[np.float64], b: Float32) -> NDArray[np.float64]:
    cosines: NDArray[np.float64] = rows @ b / (np.linalg.norm(rows, axis=1) * np.linalg.norm(b))
    return cosines


# -- strangers' photographs -----------------------------------------------------------------


@dataclass(slots=True)
class Scene:
    """A home of enrolled people, and strangers enough for every attack."""

    house: House
    clock: Calendar
    eyes: NumberedEyes
    templates: dict[str, Float32]
    strangers: list[bytes]

    @classmethod
    def of(cls, house: House, clock: Calendar, d: int, people: int, seed: int) -> Scene:
        """Draw ``people`` and 2 d strangers."""
        generator = np.random.default_rng(seed)
        crowd = Crowd.of(d, generator)
        templates = crowd.pictures(crowd.people(people, generator), generator)
        others = crowd.pictures(crowd.people(2 * d, generator), generator)
        eyes = NumberedEyes(d)
        named = {f"person-{at}": vector for at, vector in enumerate(templates)}
        eyes.vectors = {name.encode(): vector for name, vector in named.items()}
        strangers = [b"stranger-%d" % at for at in range(len(others))]
        eyes.vectors |= dict(zip(strangers, others, strict=True))
        return cls(house, clock, eyes, named, strangers)

    def enrol_all(self) -> None:
        """Everybody at once; for 1:1 each is enrolled when the attack begins."""
        for name in self.templates:
            enrol(self.house, self.eyes, name)

    def ask(
        self, question: Callable[[bytes], bool], after: int = 0
    ) -> tuple[list[bytes], list[bool]]:
        """Every stranger after the first so many once; where a limit of the day refuses, a day goes by
        and it is asked again; refused twice, the budget is spent and the picture brings nothing."""
        shown, answers = [], []
        for stranger in self.strangers[after:]:
            for _ in range(2):
                try:
                    answers.append(question(stranger))
                    shown.append(stranger)
                    break
                except BudgetSpent:
                    self.clock.pass_days(1)
            else:
                break
        return shown, answers

    def attack(self, victim: str, shown: list[bytes], answers: list[bool], spent: float) -> Attack:
        """What it gave away about one victim."""
        probes = np.array([self.eyes.vectors[one] for one in shown], np.float32)
        probes = probes.reshape(-1, self.eyes.dim)
        return Attack(probes, np.array(answers, bool), self.templates[victim], spent)

    def spent(self, chain_of: str | None) -> float:
        """Units spent: a person's, or the purpose's."""
        home = self.house.home
        chain = home.purpose_chain("gate")
        if chain_of is not None:
            chain = home.chain(home.directory.person(chain_of, "gate"))
        last = home.journal.last(chain)
        return Totals.read(last.details if last else None).spent / MICRO


Levels = tuple[CaptureLevel, ...]
NONE, ATTESTED = (CaptureLevel.NONE,), (CaptureLevel.ATTESTED,)


def verify_attacks(scene: Scene, fmr: float, levels: Levels, victims: list[str]) -> list[Attack]:
    """1:1 against each victim in turn, at each level until nothing more is answered."""
    found = []
    for victim in victims:
        enrol(scene.house, scene.eyes, victim)
        shown: list[bytes] = []
        answers: list[bool] = []
        for level in levels:
            more, told = scene.ask(_question(scene, victim, fmr, level), len(shown))
            shown, answers = shown + more, answers + told
        found.append(scene.attack(victim, shown, answers, scene.spent(victim)))
    return found


def _question(
    scene: Scene, victim: str, fmr: float, level: CaptureLevel
) -> Callable[[bytes], bool]:
    def ask(stranger: bytes) -> bool:
        question = asked(scene.house, victim, stranger, fmr, level)
        answer = scene.house.verifier.verify(question, scene.eyes)
        return answer.decision is Decision.MATCH

    return ask


def identify_attacks(scene: Scene, fpir: float, level: CaptureLevel) -> list[Attack]:
    """1:N over everybody: one series of questions attacks all of them at once."""
    returned: list[frozenset[str]] = []
    scene.enrol_all()

    def question(stranger: bytes) -> bool:
        wanted = search(scene.house, stranger, fpir, 20, level)
        try:
            returned.append(frozenset(scene.house.identifier.identify(wanted, scene.eyes).subjects))
        except Ambiguous:
            returned.append(frozenset())
        return True

    shown, _ = scene.ask(question)
    spent = scene.spent(None)
    return [
        scene.attack(victim, shown, [victim in one for one in returned], spent)
        for victim in scene.templates
    ]


def strangers(report: Report, d: int, options: argparse.Namespace) -> None:
    """Every accepted parameter, with and without an attested camera, and with both."""
    for levels in (NONE, ATTESTED, NONE + ATTESTED):
        name = "+".join(level.value for level in levels)
        for fmr in MAX_FMR_STEPS if len(levels) == 1 else (LOOSEST,):
            victims = options.victims if fmr == LOOSEST else max(1, options.victims // 4)
            with _scene(d, victims, levels, options.seed) as scene:
                attacks = verify_attacks(scene, fmr, levels, list(scene.templates))
            _tell(report, f"1:1_{d}_{fmr:g}_{name}", attacks)
    for (level,) in (NONE, ATTESTED):
        for fpir in MAX_FPIR_STEPS:
            attacks = []
            for crowd in range(options.crowds if fpir == max(MAX_FPIR_STEPS) else 1):
                with _scene(d, options.people, (level,), options.seed + crowd) as scene:
                    attacks += identify_attacks(scene, fpir, level)
            _tell(report, f"1:N_{d}_{fpir:g}_{level.value}", attacks)


class _scene:  # noqa: N801 - used as a context, like the function it wraps
    """A scene in a temporary home."""

    def __init__(self, d: int, people: int, levels: Levels, seed: int) -> None:
        self._clock = Calendar()
        self._house = temporary_house(self._clock)
        self._of = (d, people, seed)
        self._attested = CaptureLevel.ATTESTED in levels

    def __enter__(self) -> Scene:
        scene = Scene.of(self._house.__enter__(), self._clock, *self._of)
        scene.eyes.pad = AttackVerdict.PASSED if self._attested else AttackVerdict.NOT_CHECKED
        return scene

    def __exit__(self, *error: object) -> None:
        self._house.__exit__(*error)  # type: ignore[arg-type]


def _tell(report: Report, name: str, attacks: list[Attack]) -> None:
    generator = np.random.default_rng(1)
    mean, low, high = mean_interval([attack.gain(generator) for attack in attacks])
    report.note(**{f"strangers_{name}": {
        "gain": mean, "interval": [low, high], "victims": len(attacks),
        "answered": float(np.mean([len(a.answers) for a in attacks])),
        "accepted": float(np.mean([a.answers.sum() for a in attacks])),
        "gain_where_accepted": _mean_where_accepted(attacks),
        "units_spent": float(np.mean([a.spent for a in attacks])),
    }})  # fmt: skip
    report.promise(f"cosine gain, {name}", mean, most=GOAL)
    if len(attacks) >= ENOUGH:
        report.promise(f"upper end of its interval, {name}", high, most=GOAL)


def _mean_where_accepted(attacks: list[Attack]) -> float:
    """Of the victims whom some stranger matched: the gain is the false match itself."""
    gains = [a.gain(np.random.default_rng(1)) for a in attacks if a.answers.any()]
    return float(np.mean(gains)) if gains else 0.0


# -- what must be refused, and what must not ------------------------------------------------


def refused(report: Report, d: int, seed: int) -> None:
    """Free rates at the interface; a short probe at the keepers, should an edge ever send one."""
    with _scene(d, 1, NONE, seed) as scene:
        scene.enrol_all()
        free = [_accepts_rate(scene, rate) for rate in FREE_RATES]
        short = [_accepts_probe(scene, scale) for scale in np.linspace(0.1, 0.95, 18)]
    report.note(**{f"free_rates_tried_{d}": len(free), f"short_probes_tried_{d}": len(short)})
    report.promise(f"free rates answered, d = {d}", sum(free), most=0)
    report.promise(f"short probes answered, d = {d}", sum(short), most=0)


def _accepts_rate(scene: Scene, rate: float) -> bool:
    try:
        question = asked(scene.house, "person-0", b"stranger-0", rate)
        scene.house.verifier.verify(question, scene.eyes)
    except FacekeepError:
        return False
    return True


def _accepts_probe(scene: Scene, scale: float) -> bool:
    """Both keepers are asked: each must refuse by itself."""
    home, keepers = scene.house.home, scene.house.keepers
    whole = encode(scene.templates["person-0"], rotation(keepers.rotation_key, scene.eyes.dim))
    probe = np.rint(scale * whole).astype(np.int8)
    assert squared_norm(probe) < squared_norm(whole)
    (row,) = home.vault.of_purpose("gate")
    capture = Capture(CaptureLevel.NONE, probe_digest(probe), home.entropy(16))
    ground = Ground(home.purposes.get("gate"), Operation.VERIFICATION)
    question = Question(row.row, row.epoch, capture.digest, capture)
    permit = scene.house._permits.issue(ground, question, 1e-3, scene.eyes.threshold)
    frame = Frame(home.id, scene.eyes.model, scene.eyes.dim)
    answered = (
        _answers(lambda: keepers.keys.answer_one(permit, probe)),
        _answers(lambda: keepers.references.answer_one(permit, probe, frame)),
    )
    return any(answered)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Tampered:
        return False
    return True


def own_matches(report: Report, d: int, matches: int, seed: int) -> None:
    """The person at an attested gate, every day for years: nothing may trip."""
    clock, refusals, answered = Calendar(), 0, []
    with temporary_house(clock) as house:
        publish(house, purpose_text())
        scene = Scene.of(house, clock, d, 1, seed)
        scene.eyes.pad = AttackVerdict.PASSED
        scene.enrol_all()
        person = scene.templates["person-0"]
        generator = np.random.default_rng(seed)
        for _ in range(matches):
            clock.pass_days(1 / PER_DAY)
            scene.eyes.vectors[b"now"] = _seen_again(person, generator)
            own = asked(house, "person-0", b"now", 1e-3, CaptureLevel.ATTESTED, "gate-1")
            try:
                answered.append(house.verifier.verify(own, scene.eyes).decision)
            except Refused:
                refusals += 1
        spent = scene.spent("person-0")
    matched = sum(one is Decision.MATCH for one in answered)
    report.note(**{f"attested_{d}": {
        "asked": matches, "matched": matched, "refused": refusals, "units_spent": spent,
        "lifetime_units": d / 2,
    }})  # fmt: skip
    report.promise(f"attested questions refused of {matches}, d = {d}", refusals, most=0)


def _seen_again(person: Float32, generator: np.random.Generator) -> Float32:
    """Another picture: about one in twenty falls below the threshold at 1e-3."""
    noise = generator.standard_normal(len(person)).astype(np.float32)
    noise -= noise @ person * person
    share = np.clip(generator.normal(0.62, 0.175), 0.05, 0.98)
    return np.float32(share) * person + np.float32((1 - share**2) ** 0.5) * noise / np.float32(
        np.linalg.norm(noise)
    )


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--victims", type=int, default=160)
    options_of.add_argument("--people", type=int, default=64, help="searched in 1:N")
    options_of.add_argument("--crowds", type=int, default=6, help="searched at the loosest rate")
    options_of.add_argument("--matches", type=int, default=MATCHES)
    options_of.add_argument("--dim", type=int, nargs="+", default=[128, 512])
    options = options_of.parse_args()
    report = Report("oracle", settings_of(options))
    for d in options.dim:
        strangers(report, d, options)
        refused(report, d, options.seed)
        own_matches(report, d, options.matches, options.seed)
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
