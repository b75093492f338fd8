"""1:N identification, under stricter rules: only for purposes that name it, only by the person's own
act or a recorded public-safety ground; a probe that matches nobody dies with the answer."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from time import sleep

from facekeep.governance.captures import Occasion, told_of
from facekeep.governance.guardians import require_child_rules
from facekeep.governance.permits import Ground, PermitOffice, Question, refuse_weak_capture
from facekeep.governance.purposes import Purpose, agreed_fpir
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.leakage import entropy, is_attested
from facekeep.storage.answered import refuse_another_step
from facekeep.storage.budgets import Totals, counted_device, refuse_spent
from facekeep.storage.gallery import Gallery
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.keepers.pair import probe_digest
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.subjects import Person
from facekeep.terms.captures import picture_digest
from facekeep.terms.errors import (
    Ambiguous,
    CalibrationTooWeak,
    FacekeepError,
    Misused,
    Refused,
    Renewing,
    Retry,
    Tampered,
)
from facekeep.terms.ports import Sight
from facekeep.terms.values import (
    Capture,
    CaptureLevel,
    Code,
    Features,
    Operation,
    Origin,
    Permit,
)
from facekeep.use.decisions import Found, fmr_for

KIND = "use:identification:answered"
RETURNED = "use:identification:returned"
MAX_TOP = 20
"""More candidates than this are a list of people, not an answer."""

PAUSES_S = (0.005, 0.02, 0.08)
"""How long to wait before a search is tried anew while a renewal passes by."""

STALE = "references are at other epochs than their keys: a stale copy"


@dataclass(frozen=True, slots=True)
class Search:
    """A 1:N question as the door heard it."""

    purpose: str
    photo: bytes = field(repr=False)
    origin: Origin
    max_fpir: float | None = None
    top: int = 5

    @property
    def level(self) -> CaptureLevel:
        """How much the capture proves."""
        return self.origin.level

    @property
    def counter(self) -> str:
        """The device under whose name failures are counted. Raises ``Misused``."""
        return counted_device(self.origin.device, self.level)


@dataclass(frozen=True, slots=True)
class _Case:
    """One search on its way: for what, at which rate, seen by which eyes."""

    purpose: Purpose
    search: Search
    sight: Sight
    fpir: float


@dataclass(frozen=True, slots=True)
class _Hits:
    """Who matched, in random order, how many were searched, and with which probe."""

    persons: tuple[Person, ...]
    people: int
    probe_digest: bytes


class Identifier:
    """Answers 1:N questions."""

    def __init__(self, home: Home, keepers: Keepers, permits: PermitOffice) -> None:
        self._home, self._keepers, self._permits = home, keepers, permits

    def identify(self, search: Search, sight: Sight) -> Found:
        """The people who match, at most ``top``. Raises ``Ambiguous`` beyond."""
        if not 1 <= search.top <= MAX_TOP:
            raise Misused(f"top lies between 1 and {MAX_TOP}")
        purpose = self._home.purpose(search.purpose, KIND)
        chain = self._home.purpose_chain(purpose.id)
        try:
            case = self._admit(purpose, search, sight)
            features = sight.features(search.photo)
            probe = encode(features.vector, rotation(self._keepers.rotation_key, sight.dim))
            return self._release(case, features, self._search(case, probe))
        except FacekeepError as error:
            self._home.note_refusal(lambda: chain, KIND, error)
            raise

    def _admit(self, purpose: Purpose, search: Search, sight: Sight) -> _Case:
        """May we: the operation, the model, the capture, the rate, the purpose's own counter."""
        purpose.allow(Operation.IDENTIFICATION)
        purpose.allow_model(sight.model)
        occasion, now = Occasion(purpose, Operation.IDENTIFICATION), self._home.journal.now()
        self._home.captures.spend(search.origin, occasion, picture_digest([search.photo]), now)
        refuse_weak_capture(purpose, search.level)
        fpir = agreed_fpir(purpose, search.max_fpir)
        case = _Case(purpose, search, sight, fpir)
        attested = search.level is CaptureLevel.ATTESTED
        self._refuse_spent(self._home.purpose_chain(purpose.id), case, attested)
        return case

    def _search(self, case: _Case, probe: Code) -> _Hits:
        last: Retry | None = None
        for pause in PAUSES_S:
            try:
                return self._searched(case, self._gallery(case), probe)
            except Retry as moved:
                last = moved
                sleep(pause)
        raise last if isinstance(last, Renewing) else Tampered(STALE)

    def _searched(self, case: _Case, gallery: Gallery, probe: Code) -> _Hits:
        """A row erased while it was being read is no damage: the search is tried anew."""
        try:
            positions = self._scan(case, gallery, probe) if gallery.rows else []
            persons = self._persons(gallery, positions)
        except Tampered:
            if set(gallery.rows) <= set(self._gallery(case).rows):
                raise
            raise Retry("a reference changed under the search", "Ask again") from None
        return _Hits(persons, len(gallery.rows), probe_digest(probe))

    def _gallery(self, case: _Case) -> Gallery:
        purpose, sight = case.purpose, case.sight
        return self._keepers.keys.gallery(purpose.id, purpose.hash, sight.model, sight.dim)

    def _scan(self, case: _Case, gallery: Gallery, probe: Code) -> list[int]:
        """Two halves over every row, and the rows that reach the threshold confirmed again."""
        permit = self._permit(case, gallery, probe)
        key_half = self._keepers.keys.answer_many(permit, probe, gallery)
        reference_half = self._keepers.references.answer_many(permit, probe, gallery)
        matched = self._keepers.comparator.many(reference_half, key_half, permit)
        positions = [int(position) for position in matched]
        self._keepers.references.confirm(gallery, positions)
        return positions

    def _permit(self, case: _Case, gallery: Gallery, probe: Code) -> Permit:
        capture = Capture(case.search.level, probe_digest(probe), case.search.origin.nonce)
        question = Question(gallery.root, gallery.epoch, capture.digest, capture)
        ground = Ground(case.purpose, Operation.IDENTIFICATION)
        fmr = _fmr(case, len(gallery.rows))
        try:
            return self._permits.issue(ground, question, fmr, case.sight.threshold)
        except CalibrationTooWeak:
            # The rate that was missed would tell how many people are enrolled.
            raise CalibrationTooWeak(
                f"the calibration cannot support max_fpir {case.fpir:g} among so many people",
                "Calibrate on more people, or ask for a looser rate",
            ) from None

    def _persons(self, gallery: Gallery, positions: list[int]) -> tuple[Person, ...]:
        """Whose rows these are, in random order: an order would compare scores."""
        rows = (self._home.vault.of_row(gallery.rows[position]) for position in positions)
        consents = (self._home.consents.by_id(row.grant.consent_id) for row in rows if row)
        living = (c for c in consents if c and c.stands)
        found = [Person(consent.person, consent.purpose, known=True) for consent in living]
        return tuple(sorted(found, key=lambda _: self._home.entropy(8)))

    def _release(self, case: _Case, features: Features, hits: _Hits) -> Found:
        """Entries first, in a transaction that reads every consent again; then the names.

        An ambiguous answer tells something of everybody who matched: all are charged.
        """
        home, attested = self._home, is_attested(case.search.level, features.pad)
        with home.records.transaction() as tx:
            home.purposes.require_in_force(case.purpose)
            chain = home.purpose_chain(case.purpose.id)
            refuse_another_step(tx, chain, hits.probe_digest, case.fpir, home.journal.now())
            persons = [p for p in hits.persons if self._may_return(p, case, attested)]
            ambiguous = len(persons) > case.search.top
            event = self._record(tx, case, features, persons, hits.people)
        if ambiguous:
            raise Ambiguous("more people match than were asked for")
        subjects = tuple(home.directory.reference_of(person.id) for person in persons)
        return _found(case, features, subjects, event, hits.people)

    def _record(
        self,
        tx: sqlite3.Connection,
        case: _Case,
        features: Features,
        persons: list[Person],
        people: int,
    ) -> str:
        """One entry for the search, one for each person who matched, each with its totals."""
        occasion = Occasion(case.purpose, Operation.IDENTIFICATION)
        self._home.captures.stand(case.search.origin, occasion)
        attested = is_attested(case.search.level, features.pad)
        spent = 0.0 if attested else entropy(_fmr(case, people))
        journal, chain = self._home.journal, self._home.purpose_chain(case.purpose.id)
        self._refuse_spent(chain, case, attested)
        told = {
            "outcome": "answered",
            "max_fpir": f"{case.fpir:g}",
            "matched": len(persons),
            "pad": features.pad.value,
            "capture": case.search.level.value,
            "ground": case.purpose.identification_ground,
            **told_of(case.search.origin),
            "totals": self._after(self._totals(chain), spent, case).as_dict(),
        }
        entry = journal.write(tx, chain, KIND, told)
        for own in map(self._home.chain, persons):
            totals = self._after(self._totals(own), 0.0 if attested else 1.0, case)
            returned = {"outcome": "returned", "capture": case.search.level.value}
            returned |= told_of(case.search.origin)
            journal.write(tx, own, RETURNED, {**returned, "totals": totals.as_dict()})
        return entry.id.hex()

    def _after(self, totals: Totals, units: float, case: _Case) -> Totals:
        now = self._home.journal.now()
        return totals.after(units, failed=False, device=case.search.counter, now=now)

    def _may_return(self, person: Person, case: _Case, attested: bool) -> bool:
        """A hit without a consent in force, or with a spent budget, is no hit."""
        try:
            self._home.consents.require(person.id, case.purpose, self._home.journal.now())
            self._refuse_child(person, case.purpose)
            self._home.require_free(person)
            self._refuse_spent(self._home.chain(person), case, attested)
        except Refused:
            return False
        return True

    def _refuse_child(self, person: Person, purpose: Purpose) -> None:
        """Children are searched for only where the purpose's rule for them says why."""
        home = self._home
        ages = home.directory.ages_of(person.id)
        require_child_rules(purpose, ages, home.journal.now(), Operation.IDENTIFICATION)

    def _refuse_spent(self, chain: Chain, case: _Case, attested: bool) -> None:
        totals, now = self._totals(chain), self._home.journal.now()
        refuse_spent(totals, case.sight.dim, attested, case.search.counter, now)

    def _totals(self, chain: Chain) -> Totals:
        last = self._home.journal.last(chain)
        return Totals.read(last.details if last else None)


def _fmr(case: _Case, people: int) -> float:
    """From the rate of the search, and no looser than 1:1: among few people they are the same."""
    return min(fmr_for(case.fpir, people), case.purpose.max_fmr)


def magnitude(people: int) -> str:
    """How many were searched, to the order of magnitude: nobody learns who came or left."""
    if people == 0:
        return "0"
    power = len(str(people)) - 1
    return f"{10**power}-{10 ** (power + 1) - 1}"


def _found(
    case: _Case, features: Features, subjects: tuple[str, ...], event: str, people: int
) -> Found:
    return Found(
        subjects=subjects,
        searched_range=magnitude(people),
        max_fpir=case.fpir,
        model=case.sight.model,
        grade=case.sight.grade.value,
        calibration=case.sight.calibration,
        pad=features.pad.value,
        capture=case.search.level.value,
        purpose=case.purpose.id,
        event=event,
        alternatives=tuple(a.id for a in case.purpose.alternatives),
    )
