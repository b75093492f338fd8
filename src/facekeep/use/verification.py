"""1:1 verification: permit → eyes → two halves → yes or no, recorded before it is released.

An unknown subject, or one that is not enrolled, takes the same path over a stand-in reference:
same work, same number of entries, same answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from time import sleep

from facekeep.governance.captures import Occasion, told_of
from facekeep.governance.consent import Consent
from facekeep.governance.permits import (
    Ground,
    PermitOffice,
    Question,
    refuse_unchecked_file,
    refuse_weak_capture,
)
from facekeep.governance.purposes import Purpose, agreed_fmr
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.leakage import is_attested, verification_cost
from facekeep.protect.schemes.split import Frame
from facekeep.storage.answered import refuse_another_step
from facekeep.storage.budgets import Totals, alarm_is_due, counted_device, refuse_spent
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain, End
from facekeep.storage.keepers.pair import probe_digest
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.keys import KeyRow
from facekeep.storage.stand_in import StandIns
from facekeep.storage.subjects import Person
from facekeep.terms.captures import picture_digest
from facekeep.terms.errors import FacekeepError, Renewing, Retry, Tampered
from facekeep.terms.ports import Sight
from facekeep.terms.values import (
    Capture,
    CaptureLevel,
    Code,
    Decision,
    Features,
    Operation,
    Origin,
)
from facekeep.use.decisions import Answer
from facekeep.use.second_factors import Factor, FactorDesk, refuse_other_kind

KIND = "use:verification:answered"
PAUSES_S = (0.005, 0.02, 0.08)
"""How long to wait before a permit is asked for anew while a renewal passes by."""

Beside = Callable[[sqlite3.Connection, bool], None]
"""Told in the transaction of a decision whether it is a match."""

STALE = "a reference is at another epoch than its key: a stale copy"


@dataclass(frozen=True, slots=True)
class Asked:
    """A 1:1 question as the door heard it, and where its picture comes from."""

    subject: str = field(repr=False)
    purpose: str
    photo: bytes = field(repr=False)
    origin: Origin
    max_fmr: float | None = None
    factor: Factor | None = None

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
    """One question on its way: who, for what, under which consent, behind which end of a chain."""

    person: Person
    purpose: Purpose
    consent: Consent | None
    end: End
    fmr: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the comparator said of which probe, and what is written beside it."""

    decision: Decision
    probe_digest: bytes
    beside: Beside | None


class Verifier:
    """Answers 1:1 questions."""

    def __init__(
        self, home: Home, keepers: Keepers, permits: PermitOffice, stand_ins: StandIns,
        factors: FactorDesk,
    ) -> None:  # fmt: skip
        self._home, self._keepers, self._permits = home, keepers, permits
        self._stand_ins, self._factors = stand_ins, factors

    def verify(self, asked: Asked, sight: Sight, beside: Beside | None = None) -> Answer:
        """Match or non-match at the agreed rate. Raises ``Refused``, ``NotRecognised``, ``Tampered``.

        ``beside`` writes what belongs to the decision, in its transaction.
        """
        with self._home.records.reading():
            purpose = self._home.purpose(asked.purpose, KIND)
            person = self._home.directory.person(asked.subject, purpose.id)
        chain = self._home.chain(person)
        try:
            with self._home.records.reading():  # one look, while nobody writes
                case = self._admit(asked, purpose, person, chain, sight)
            features = sight.features(asked.photo)
            refuse_unchecked_file(asked.origin, features.pad)
            with self._soon(asked):
                event, decision = self._judge(case, asked, features, beside, sight)
        except FacekeepError as error:
            whose = partial(self._home.chain_of, asked.subject, purpose.id)
            self._home.note_refusal(whose, KIND, error)
            raise
        return _answer(case, asked, features, decision, event, sight)

    def _soon(self, asked: Asked) -> AbstractContextManager[None]:
        """From the picture to the entry it is a moment, but for the slow digest of a factor."""
        return self._home.records.soon() if asked.factor is None else nullcontext()

    def _judge(
        self, case: _Case, asked: Asked, features: Features, beside: Beside | None, sight: Sight
    ) -> tuple[str, Decision]:
        """The comparison, the factor beside it, and the entry of both."""
        probe = encode(features.vector, rotation(self._keepers.rotation_key, sight.dim))
        digest = probe_digest(probe)
        capture = Capture(asked.level, digest, asked.origin.nonce)
        decision = self._compare(case, capture, probe, sight)
        if asked.factor is not None:
            chain = case.end.chain
            decision = self._factors.judged(case.person, chain, asked.factor, decision)
        outcome = _Outcome(decision, digest, beside)
        return self._record(case, asked, features, outcome, sight), decision

    def _admit(
        self, asked: Asked, purpose: Purpose, person: Person, chain: Chain, sight: Sight
    ) -> _Case:
        """May we: the operation, the model, the capture, the rate, the consent, the budget."""
        end = self._home.journal.end(chain)
        purpose.allow(Operation.VERIFICATION)
        purpose.allow_model(sight.model)
        now = self._home.journal.now()
        occasion = Occasion(purpose, Operation.VERIFICATION, asked.subject)
        self._home.captures.spend(asked.origin, occasion, picture_digest([asked.photo]), now)
        refuse_weak_capture(purpose, asked.level)
        refuse_other_kind(purpose, asked.factor)
        fmr = agreed_fmr(purpose, asked.max_fmr)
        consent = self._home.consents.require(person.id, purpose, now) if person.known else None
        self._home.require_free_at(person, end)
        attested = asked.level is CaptureLevel.ATTESTED
        refuse_spent(Totals.read(end.details), sight.dim, attested, asked.counter, now)
        return _Case(person, purpose, consent, end, fmr)

    def _compare(self, case: _Case, capture: Capture, probe: Code, sight: Sight) -> Decision:
        """Two halves and a comparator; a stand-in's answer is always non-match."""
        last: Retry | None = None
        for pause in PAUSES_S:
            consent = case.consent.id if case.consent else None
            own, stand_in = self._stand_ins.beside(consent, case.purpose, sight)
            try:
                decision = self._ask(case, own or stand_in, probe, capture, sight)
                return decision if own else Decision.NON_MATCH
            except Retry as moved:
                last = moved.with_traceback(None)  # its frames hold the probe
                sleep(pause)
            except Tampered:
                if own is None or self._home.vault.of_row(own.row) is not None:
                    raise  # else it was erased under our hands: look again
        raise last if isinstance(last, Renewing) else Tampered(STALE)

    def _ask(
        self, case: _Case, row: KeyRow, probe: Code, capture: Capture, sight: Sight
    ) -> Decision:
        ground = Ground(case.purpose, Operation.VERIFICATION, case.consent)
        question = Question(row.row, row.epoch, capture.digest, capture)
        permit = self._permits.issue(ground, question, case.fmr, sight.threshold)
        frame = Frame(self._home.id, sight.model, sight.dim)
        key_half = self._keepers.keys.answer_one(permit, probe)
        reference_half = self._keepers.references.answer_one(permit, probe, frame)
        return self._keepers.comparator.one(reference_half, key_half, permit)

    def _record(
        self, case: _Case, asked: Asked, features: Features, outcome: _Outcome, sight: Sight
    ) -> str:
        """The entry, in a transaction that reads consent and budget again; then the answer may be
        released: of many questions asked at once, none is answered on a budget already spent."""
        home, decision = self._home, outcome.decision
        with home.records.transaction() as tx:
            now, end = home.journal.now(), home.journal.end(case.end.chain, case.end)
            home.purposes.require_in_force(case.purpose)
            if case.person.known:
                home.consents.require(case.person.id, case.purpose, now)
                home.require_free_at(case.person, end)
            home.captures.stand(asked.origin, Occasion(case.purpose, Operation.VERIFICATION))
            attested = is_attested(asked.level, features.pad)
            failed = decision is Decision.NON_MATCH
            units, spent = verification_cost(attested, failed, case.fmr), Totals.read(end.details)
            refuse_spent(spent, sight.dim, attested, asked.counter, now)
            refuse_another_step(tx, end.chain, outcome.probe_digest, case.fmr, now)
            totals = spent.after(units, failed, asked.counter, now)
            if attested:
                totals = totals.after_attested(failed)
            details = {
                "outcome": decision.value,
                "max_fmr": f"{case.fmr:g}",
                "pad": features.pad.value,
                "capture": asked.level.value,
                "quality": features.quality.value,
                "device": asked.counter,
                **told_of(asked.origin),
                **({"factor": asked.factor.kind.value} if asked.factor else {}),
                "alarm": alarm_is_due(totals, failed, now),
                "totals": totals.as_dict(),
            }
            if outcome.beside is not None:
                outcome.beside(tx, not failed)
            return home.journal.follow(tx, end, KIND, details, at=now).id.hex()


def _answer(
    case: _Case, asked: Asked, features: Features, decision: Decision, event: str, sight: Sight
) -> Answer:
    return Answer(
        decision=decision,
        max_fmr=case.fmr,
        model=sight.model,
        grade=sight.grade.value,
        calibration=sight.calibration,
        pad=features.pad.value,
        capture=asked.level.value,
        purpose=case.purpose.id,
        event=event,
        alternatives=tuple(a.id for a in case.purpose.alternatives),
    )
