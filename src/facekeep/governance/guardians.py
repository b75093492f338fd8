"""Under 14 a guardian consents, and stricter rules hold (Measures art. 7, PIPL art. 31).

A guardian is named by the operator's reference, with how they are related and what proved it: the
kind of document and a reference or digest of the proof the operator holds, never the document.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from facekeep.governance.purposes import Purpose
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import GuardianRequired, Misused, PurposeNotAllowed, Tampered
from facekeep.terms.values import Operation, StorageClass

GUARDIAN_AGE = 14
ADULT_AGE = 18
OLDEST = 130
REMIND_DAYS = 30
"""Days before a child turns 14 at which they are told that the decision becomes theirs: time to
decide, and not so early that it is forgotten."""

DAY = 86_400
_PROOF = re.compile(r"[\w .:/#-]{3,120}", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Ages:
    """When somebody turns 14 and 18; the birth date itself is not kept."""

    turns_14: date
    turns_18: date

    def is_child(self, today: date) -> bool:
        """Under 14."""
        return today < self.turns_14


def ages(birth: date, today: date) -> Ages:
    """The two dates. Raises ``Misused`` for a birth in the future or absurdly far back."""
    if not today - timedelta(days=OLDEST * 366) <= birth <= today:
        raise Misused("the birth date lies outside living memory")
    return Ages(_completed(birth, GUARDIAN_AGE), _completed(birth, ADULT_AGE))


# -- the guardian ---------------------------------------------------------------------------


class Relation(StrEnum):
    """Who may decide for a child (Civil Code arts 27, 31; PIPL art. 31)."""

    PARENT = "parent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    APPOINTED = "appointed"
    """Appointed by a court, a residents' committee or the civil affairs department."""


class ProofKind(StrEnum):
    """What was seen of the relationship; the operator keeps it, we do not."""

    HOUSEHOLD_REGISTER = "household-register"
    BIRTH_CERTIFICATE = "birth-certificate"
    COURT_DECISION = "court-decision"
    SCHOOL_RECORD = "school-record"
    APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True)
class Evidence:
    """That somebody is a guardian: how related, and what proved it (a reference or a digest)."""

    relation: Relation
    kind: ProofKind
    proof: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _PROOF.fullmatch(self.proof):
            raise Misused("a proof is named by 3 to 120 letters, digits and simple signs")


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who decides for a person: the operator's reference, and the evidence where it is due."""

    reference: str = field(repr=False)
    evidence: Evidence | None = None

    def to_bytes(self) -> bytes:
        """Canonical JSON, to be sealed."""
        told = self.evidence and {
            "relation": self.evidence.relation.value,
            "kind": self.evidence.kind.value,
            "proof": self.evidence.proof,
        }
        return canonical({"reference": self.reference, "evidence": told})

    @classmethod
    def from_bytes(cls, text: bytes) -> Guardian:
        """Read it back. Raises ``Tampered``."""
        try:
            told = json.loads(text)
            e = told["evidence"]
            evidence = e and Evidence(Relation(e["relation"]), ProofKind(e["kind"]), e["proof"])
            return cls(told["reference"], evidence)
        except (ValueError, TypeError, KeyError, RecursionError, Misused):
            raise Tampered("a guardian's record cannot be read") from None


def require_guardian(ages: Ages | None, guardian: Guardian | None, today: date) -> None:
    """Raises ``GuardianRequired`` where a child consents alone, or nobody checked the guardian."""
    if ages is None or not ages.is_child(today):
        return
    if guardian is None:
        raise GuardianRequired(
            "a person under 14 cannot consent alone",
            "Have a parent or guardian consent: --guardian REFERENCE",
        )
    if guardian.evidence is None:
        raise GuardianRequired(
            "nothing shows that this is the child's guardian",
            "See a document and name it: --relation parent --proof-kind household-register"
            " --proof REFERENCE",
        )


def guardian_term(ages: Ages | None, guardian: Guardian | None, today: date) -> int | None:
    """When a guardian's consent ends: a child turns 14 and decides alone (seconds)."""
    if ages is None or guardian is None or not ages.is_child(today):
        return None
    return midnight(ages.turns_14)


def midnight(day: date) -> int:
    """The first second of a day, UTC."""
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp())


# -- the rules ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MinorRules:
    """What is different for children: the dedicated rules of Measures art. 7.

    ``retention_days`` caps the term of a consent. ``admitted`` says whether children come at all,
    ``identification`` and ``storage`` whether 1:N and keeping off the terminal are open: only
    where the purpose's officer wrote down a rule (``Purpose.minors``). ``export_approvals``
    officers must approve handing anything about a child out.
    """

    retention_days: int
    admitted: bool = True
    identification: bool = False
    storage: bool = False
    export_approvals: int = 2


CHILD_RETENTION_DAYS = 180
"""Half a school year: a child's face changes fast, and the guardian is asked again."""


def rules_for(purpose: Purpose) -> MinorRules:
    """The rules for children under a purpose: its own where stated, and never looser than ours."""
    most, own = min(CHILD_RETENTION_DAYS, purpose.retention_days), purpose.minors
    if own is None:
        return MinorRules(most)
    return MinorRules(
        retention_days=min(most, own.retention_days or most),
        admitted=own.admitted == "with_guardian",
        identification=own.identification,
        storage=own.storage is not None,
    )


def require_child_rules(
    purpose: Purpose, ages: Ages | None, now: float, operation: Operation
) -> None:
    """The dedicated rules, for whoever is under 14. Raises ``PurposeNotAllowed``."""
    if ages is None or not ages.is_child(day_of(now)):
        return
    rules = rules_for(purpose)
    if not rules.admitted:
        raise _refusal("this purpose admits nobody under 14")
    if operation is Operation.IDENTIFICATION and not rules.identification:
        raise _refusal("a child is not searched for among others")
    if purpose.storage is not StorageClass.TERMINAL and not rules.storage:
        raise _refusal("a child's face data stays in the terminal")


def day_of(now: float) -> date:
    """The day a moment lies in, UTC."""
    return datetime.fromtimestamp(now, UTC).date()


def _refusal(why: str) -> PurposeNotAllowed:
    remedy = "Use another way in, or have the purpose's officer state a rule under [minors]"
    return PurposeNotAllowed(why, remedy, article="FRM-07-2")


def _completed(birth: date, years: int) -> date:
    """The day after the birthday: Chinese law counts a year as full from then on."""
    leap_day = (birth.month, birth.day) == (2, 29)
    birthday = (
        date(birth.year + years, 3, 1) if leap_day else birth.replace(year=birth.year + years)
    )
    return birthday + timedelta(days=1)
