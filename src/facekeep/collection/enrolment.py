"""Enrolment: consent → features → split reference → keep. The picture dies on the way.

The order is the promise: consent is read before a pixel is, and again in the transaction that
makes the enrolment count. An interrupted enrolment is completed or rolled back at the next start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from facekeep.collection.samples import Sample, sample_of
from facekeep.governance.captures import Occasion, told_of
from facekeep.governance.guardians import require_child_rules
from facekeep.governance.intents import Intent
from facekeep.governance.permits import refuse_unchecked_file, refuse_weak_capture
from facekeep.governance.purposes import Purpose
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame, Record
from facekeep.storage.budgets import Totals
from facekeep.storage.home import Home
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.subjects import Person
from facekeep.terms.captures import picture_digest
from facekeep.terms.errors import FacekeepError
from facekeep.terms.ports import Sight
from facekeep.terms.values import Code, Grant, Operation, Origin, Quality, RowId

KIND = "collection:enrolment:answered"
INTENT = "enrolment"
REPLACING = "replacing"
"""The stage from which an enrolment is completed rather than rolled back."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the door may tell: never a vector, never a score."""

    event: str
    purpose: str
    model: str
    grade: str
    pad: str
    capture: str
    quality: Quality
    photos_used: int
    photos_left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One enrolment on its way: who, for what, under which grant, seen by which eyes."""

    person: Person
    purpose: Purpose
    grant: Grant
    sight: Sight
    origin: Origin


class Enroller:
    """Enrols persons into purposes."""

    def __init__(self, home: Home, keepers: Keepers) -> None:
        self._home, self._keepers = home, keepers

    def enrol(
        self,
        subject: str,
        purpose_name: str,
        photos: Sequence[bytes],
        sight: Sight,
        origin: Origin,
    ) -> Enrolled:
        """One new reference from one or more photographs; an older one is replaced.

        Raises ``Refused`` without a consent in force, ``NotRecognised`` where no photograph serves.
        """
        purpose = self._home.purpose(purpose_name, KIND)
        person = self._home.directory.person(subject, purpose.id)
        try:
            self._spend(origin, Occasion(purpose, Operation.ENROLMENT, subject), photos)
            case = self._admit(person, purpose, sight, origin)
            sample = sample_of(photos, sight, purpose)
            refuse_unchecked_file(origin, sample.best.pad)
        except FacekeepError as error:
            self._home.note_refusal(partial(self._home.chain_of, subject, purpose.id), KIND, error)
            raise
        code = encode(sample.vector, rotation(self._keepers.rotation_key, sight.dim))
        return _told(case, sample, self._keep(case, code, sample))

    def _spend(self, origin: Origin, occasion: Occasion, photos: Sequence[bytes]) -> None:
        now = self._home.journal.now()
        self._home.captures.spend(origin, occasion, picture_digest(photos), now)

    def _admit(self, person: Person, purpose: Purpose, sight: Sight, origin: Origin) -> _Case:
        """May we: the model, the capture, the consent, the rules for children."""
        consents, now = self._home.consents, self._home.journal.now()
        consent = consents.require(person.id, purpose, now)
        ages = self._home.directory.ages_of(person.id)
        require_child_rules(purpose, ages, now, Operation.ENROLMENT)
        self._home.require_free(person)
        purpose.allow_model(sight.model)
        refuse_weak_capture(purpose, origin.level)
        term = consents.term(person.id, purpose, now)
        grant = Grant(purpose.id, purpose.hash, consent.id, term)
        return _Case(person, purpose, grant, sight, origin)

    def _keep(self, case: _Case, code: Code, sample: Sample) -> str:
        """Write the act down, split, complete; or leave nothing behind."""
        row = RowId(self._home.entropy(16))
        intent = self._begin(case, row)
        try:
            record = self._split(case, row, code)
            event = self._complete(case, record, sample, intent)
        except BaseException:
            roll_back(self._home, intent)
            raise
        finish(self._home, intent)
        return event

    def _begin(self, case: _Case, row: RowId) -> Intent:
        home = self._home
        consents = home.consents.of_person(case.person.id)
        older = [old.row.hex() for c in consents for old in home.vault.all_of_consent(c.id)]
        intent = Intent(
            home.entropy(16), INTENT, "new", {"row": row.hex(), "older": " ".join(older)}
        )
        with home.records.transaction() as tx:
            return home.intents.begin(tx, intent, int(home.clock()))

    def _split(self, case: _Case, row: RowId, code: Code) -> Record:
        """Key row first, then the reference; the code is dropped with this frame."""
        sight, keepers = case.sight, self._keepers
        epoch, mask = keepers.keys.draw(row, case.grant, sight.model, sight.dim)
        frame = Frame(self._home.id, sight.model, sight.dim)
        return keepers.references.keep(frame, row, epoch, split.split(code, mask))

    def _complete(self, case: _Case, record: Record, sample: Sample, intent: Intent) -> str:
        """Consent is read again; only then does the enrolment count."""
        home = self._home
        with home.records.transaction() as tx:
            home.purposes.require_in_force(case.purpose)
            home.consents.require(case.person.id, case.purpose, home.journal.now())
            home.require_free(case.person)
            home.captures.stand(case.origin, Occasion(case.purpose, Operation.ENROLMENT))
            chain = home.chain(case.person)
            last = home.journal.last(chain)
            totals = Totals.read(last.details if last else None).renewed()
            details = {
                "outcome": "enrolled",
                "model": case.sight.model,
                "pad": sample.best.pad.value,
                "capture": case.origin.level.value,
                **told_of(case.origin),
                "totals": totals.as_dict(),
            }
            entry = home.journal.write_rows(tx, chain, KIND, [split.seal_of(record)], details)
            home.intents.reach(tx, intent, REPLACING)
        return entry.id.hex()


def finish(home: Home, intent: Intent) -> None:
    """Put the new reference in force, erase the ones it replaces, then close the act."""
    older = [RowId(bytes.fromhex(one)) for one in intent.body["older"].split()]
    home.eraser.replace(RowId(bytes.fromhex(intent.body["row"])), older, int(home.clock()))
    home.close(intent)


def roll_back(home: Home, intent: Intent) -> None:
    """Erase whatever an uncompleted enrolment left; the earlier reference stays."""
    home.eraser.erase_row(RowId(bytes.fromhex(intent.body["row"])), int(home.clock()))
    home.close(intent)


def recover(home: Home, intent: Intent) -> str:
    """Complete or roll back an interrupted enrolment; returns which."""
    if intent.stage == REPLACING:
        finish(home, intent)
        return "completed"
    roll_back(home, intent)
    return "rolled back"


def _told(case: _Case, sample: Sample, event: str) -> Enrolled:
    return Enrolled(
        event=event,
        purpose=case.purpose.id,
        model=case.sight.model,
        grade=case.sight.grade.value,
        pad=sample.best.pad.value,
        capture=case.origin.level.value,
        quality=sample.best.quality,
        photos_used=sample.used,
        photos_left_out=sample.left_out,
    )
