"""The impact assessment (PIPIA): art. 9's four contents as data, bound to one text of a purpose.

Each safeguard cites controls by the ids of evidence questions; what those answered at that moment
is stored with the assessment, and the digest over both is what an officer signs. Risks follow the
matrix of GB/T 39335 (likelihood x impact, 1 to 4 each). Records are never changed, and kept at
least three years from the later of the report's date and the end of processing (art. 9).
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from facekeep.db.store import Store
from facekeep.governance.purpose_text import Missing, Name, Part, Prose, Text, told
from facekeep.governance.purposes import OVER, Purpose, PurposeBook, Stage, Step
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Refused, Tampered
from facekeep.terms.evidence import Finding, Gap
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE assessment (
        digest BLOB PRIMARY KEY, purpose TEXT NOT NULL, version INTEGER NOT NULL,
        hash BLOB NOT NULL, body TEXT NOT NULL, controls TEXT NOT NULL, at INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "assessment", "body", "impact assessments with their authors' names",
            "three years after the report and the end of processing", "governance.assessments"),
)  # fmt: skip

MAX_ASSESSMENT_BYTES = 256 * 1024
"""An assessment is a report of some pages."""

KEPT_S = 3 * 366 * 86_400
"""How long an assessment is kept at least (Measures art. 9(3)): three years, leap days included."""

HIGH = 9
"""From this product of likelihood and impact on a risk is high (GB/T 39335, our mapping)."""

MAX_RUN = 100
"""Longest run of letters and digits without a space: words, never an encoded picture or vector."""

Degree = Annotated[int, Field(ge=1, le=4)]
QuestionId = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+){2,3}$")]


class RiskKind(StrEnum):
    """The harms art. 9(3) names."""

    LEAK = "leak"
    TAMPER = "tamper"
    LOSS = "loss"
    DAMAGE = "damage"
    UNLAWFUL_OBTAINING = "unlawful_obtaining"
    SALE = "sale"
    MISUSE = "misuse"


class Scope(Part):
    """What was looked at: in words, and up to how many cameras."""

    text: Text
    cameras: Annotated[int, Field(ge=1, le=100_000)]


class Ground(Part):
    """Block 1: purpose and method are lawful, proper and necessary."""

    lawful: Text
    proper: Text
    necessary: Text


class Impact(Part):
    """Block 2: what it does to people, what softens it, and whether that works."""

    people: Text
    mitigation: Text
    how_checked: Text
    works: bool


class Level(Part):
    """Likelihood and impact, 1 to 4 each."""

    likelihood: Degree
    impact: Degree

    @property
    def value(self) -> int:
        """The product, 1 to 16."""
        return self.likelihood * self.impact


class Risk(Level):
    """Block 3: one harm, how likely and how grave, what is done and what remains."""

    kind: Annotated[RiskKind, Field(strict=False)]
    harm: Text
    treatment: Text | None = None
    residual: Level | None = None

    @property
    def remains(self) -> int:
        """The level after treatment; the same as before where nothing is done."""
        treated = self.treatment is not None and self.residual is not None
        return self.residual.value if treated and self.residual else self.value


class Safeguard(Part):
    """Block 4: one measure, the harms it answers, and the controls that show it at work."""

    name: Text
    against: Annotated[list[Annotated[RiskKind, Field(strict=False)]], Field(min_length=1)]
    lawful: Text
    effective: Text
    proportionate: Text
    evidence: Annotated[list[QuestionId], Field(min_length=1)]


class Reviewed(Part):
    """One alternative of the purpose, tried out by whoever assessed."""

    id: Name
    finding: Text
    works: bool


class Rights(Part):
    """What a fundamental-rights assessment asks beside the PIPIA (EU AI Act art. 27)."""

    groups: Text
    oversight: Text
    if_it_goes_wrong: Text


class Assessment(Part):
    """One assessment as its author wrote it."""

    purpose: Name
    author: Prose
    date: date
    scope: Scope
    ground: Ground
    impact: Impact
    risks: list[Risk]
    safeguards: list[Safeguard]
    alternatives: list[Reviewed]
    minors: Text
    identity_service: Text
    rights: Rights | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Assessment:
        if told_ := list(_contradictions(self)):
            raise ValueError("; ".join(told_))
        return self


def _contradictions(assessment: Assessment) -> Iterator[str]:
    kinds = [risk.kind for risk in assessment.risks]
    if len(set(kinds)) < len(kinds):
        yield "risks: a kind is named twice"
    ways = [way.id for way in assessment.alternatives]
    if len(set(ways)) < len(ways):
        yield "alternatives: named twice"
    for risk in assessment.risks:
        if (risk.treatment is None) != (risk.residual is None):
            yield f"risks.{risk.kind}: treatment and residual belong together"
        elif risk.remains > risk.value:
            yield f"risks.{risk.kind}.residual: higher than before the treatment"
    if re.search(rf"[A-Za-z0-9+/=_-]{{{MAX_RUN},}}", assessment.model_dump_json()):
        yield "text: an encoded picture or vector has no place here"


def parse(text: bytes) -> Assessment:
    """Read an assessment file (TOML). Raises ``Misused``, naming the fields."""
    if len(text) > MAX_ASSESSMENT_BYTES:
        raise Misused("the assessment file is too large")
    try:
        return Assessment.model_validate(tomllib.loads(text.decode()))
    except ValidationError as error:
        raise Misused(f"the assessment file is not complete: {told(error, 'assessment')}") from None
    except (ValueError, RecursionError) as error:
        raise Misused(f"the assessment file is not TOML: {error}") from None


# -- what stands against it -------------------------------------------------------------------


def gaps(assessment: Assessment, purpose: Purpose, today: date) -> list[Missing]:
    """Everything that keeps an assessment from counting for this text of the purpose."""
    return [*_of_the_frame(assessment, purpose, today), *_of_the_risks(assessment)]


def _of_the_frame(assessment: Assessment, purpose: Purpose, today: date) -> Iterator[Missing]:
    if assessment.purpose != purpose.id:
        yield _missing(
            "FRM-09-1", "purpose", "the assessment is about another purpose", "Assess this one"
        )
    if assessment.date > today:
        yield _missing(
            "FRM-09-1", "date", "the assessment bears a date that is still to come",
            "Date it on the day it was finished",
        )  # fmt: skip
    if not assessment.impact.works:
        yield _missing(
            "FRM-09-2", "impact.works", "the mitigation does not work by the author's own word",
            "Change what is done for people, and look again",
        )  # fmt: skip
    reviewed = {way.id: way.works for way in assessment.alternatives}
    if lacking := [way.id for way in purpose.alternatives if not reviewed.get(way.id)]:
        yield _missing(
            "FRM-10-1", "alternatives", f"alternatives were not found to work: {', '.join(lacking)}",
            "Try each out and write down what was found, or take it out of the purpose",
        )  # fmt: skip


def _of_the_risks(assessment: Assessment) -> Iterator[Missing]:
    known = {risk.kind for risk in assessment.risks}
    if lacking := [kind.value for kind in RiskKind if kind not in known]:
        yield _missing(
            "FRM-09-2", "risks", f"risks are not assessed: {', '.join(lacking)}",
            "Add a [[risks]] table for each",
        )  # fmt: skip
    answered = {kind for guard in assessment.safeguards for kind in guard.against}
    if lacking := [kind.value for kind in RiskKind if kind in known - answered]:
        yield _missing(
            "FRM-09-2", "safeguards", f"no safeguard answers: {', '.join(lacking)}",
            "Add a [[safeguards]] table against each",
        )  # fmt: skip
    if high := [risk.kind.value for risk in assessment.risks if risk.remains >= HIGH]:
        yield _missing(
            "FRM-09-2", "risks", f"a high risk remains: {', '.join(high)}",
            "Treat it until it is lower, or do not use faces here",
        )  # fmt: skip


def _missing(article: str, field: str, what: str, remedy: str) -> Missing:
    return Missing(article, field, Gap(what, remedy))


# -- live controls ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Control:
    """What one evidence question answered when the assessment was recorded.

    ``digest`` is SHA-256 over facts and gaps, hexadecimal.
    """

    id: str
    holds: bool
    applies: bool
    digest: str


def control_of(question: str, finding: Finding) -> Control:
    """An answer, condensed."""
    gaps_ = [[gap.what, gap.next] for gap in finding.gaps]
    body = json.dumps([finding.facts, gaps_], sort_keys=True, default=str).encode()
    return Control(question, finding.holds, finding.applies, hashlib.sha256(body).hexdigest())


def cited(assessment: Assessment) -> list[str]:
    """The ids of every control the safeguards cite, once each, in order."""
    return list(dict.fromkeys(one for guard in assessment.safeguards for one in guard.evidence))


def failing(assessment: Assessment, controls: Mapping[str, Control]) -> list[Missing]:
    """Cited controls that do not exist or do not hold: such a safeguard is not effective."""
    unknown = [one for one in cited(assessment) if one not in controls]
    failed = [one for one in cited(assessment) if one in controls and not controls[one].holds]
    found = []
    if unknown:
        found.append(_missing(
            "FRM-09-2", "safeguards.evidence", f"no such control: {', '.join(unknown)}",
            "Cite a control that exists: facekeep purpose controls",
        ))  # fmt: skip
    if failed:
        found.append(_missing(
            "FRM-09-2", "safeguards.evidence", f"cited controls do not hold now: {', '.join(failed)}",
            "Mend them first: facekeep comply",
        ))  # fmt: skip
    return found


# -- keeping --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """An assessment as recorded. ``at`` in seconds since 1970; ``hash`` is the purpose text's."""

    assessment: Assessment
    version: int
    hash: bytes
    controls: tuple[Control, ...]
    at: int

    @property
    def digest(self) -> bytes:
        """SHA-256 over the text, what the controls answered, and the purpose's hash."""
        told_ = {
            "assessment": json.loads(self.assessment.model_dump_json()),
            "controls": json.loads(_controls_text(self.controls)),
            "version": self.version, "hash": self.hash.hex(), "at": self.at,
        }  # fmt: skip
        return hashlib.sha256(canonical(told_)).digest()


class AssessmentBook:
    """Assessments, never changed. Readers raise ``Tampered``."""

    def __init__(self, records: Store, key: bytes, purposes: PurposeBook) -> None:
        self._records, self._purposes = records, purposes
        self._seal = Seal(key, "facekeep assessment")

    def record(self, tx: sqlite3.Connection, report: Report) -> bytes:
        """Keep a report; returns its digest."""
        body, controls = report.assessment.model_dump_json(), _controls_text(report.controls)
        row = (
            report.digest, report.assessment.purpose, report.version, report.hash, body, controls,
            report.at,
        )  # fmt: skip
        tx.execute(
            "INSERT OR IGNORE INTO assessment VALUES (?,?,?,?,?,?,?,?)",
            (*row, self._seal.of(*_fields(row))),
        )
        return report.digest

    def get(self, digest: bytes) -> Report | None:
        """A report by its digest; None where it is gone."""
        row = self._records.one("SELECT * FROM assessment WHERE digest = ?", digest)
        return None if row is None else self._opened(row)

    def of_purpose(self, name: str) -> list[Report]:
        """Every report kept about a purpose, oldest first."""
        rows = self._records.rows("SELECT * FROM assessment WHERE purpose = ? ORDER BY at", name)
        return [self._opened(row) for row in rows]

    def in_force(self, name: str) -> Report | None:
        """The report under the purpose in force."""
        step = self._purposes.in_force(name)
        return None if step is None else self.get(step.assessment)

    def locked_until(self, report: Report) -> int | None:
        """When a report may go (seconds since 1970); None while the processing goes on."""
        steps = self._purposes.steps(report.assessment.purpose)
        ends = [s.at for s in steps if s.version == report.version and s.stage in OVER]
        if not ends:
            return None
        written = datetime.combine(report.assessment.date, datetime.min.time(), UTC)
        return max(int(written.timestamp()), report.at, *ends) + KEPT_S

    def delete(self, tx: sqlite3.Connection, digest: bytes, now: float) -> None:
        """Let a report go. Raises ``Refused`` before its lock ends."""
        report = self.get(digest)
        if report is None:
            raise Misused("there is no such assessment")
        until = self.locked_until(report)
        if until is None or now < until:
            raise Refused(
                "assessments are kept for three years after the end of processing",
                "Wait until the lock ends: facekeep purpose history NAME", article="FRM-09-3",
            )  # fmt: skip
        tx.execute("DELETE FROM assessment WHERE digest = ?", (digest,))

    def sweep(self, tx: sqlite3.Connection, now: float) -> int:
        """Delete every report whose lock has ended; returns how many."""
        due = [r for name in self._named() for r in self.of_purpose(name) if self._is_due(r, now)]
        for report in due:
            self.delete(tx, report.digest, now)
        return len(due)

    def _is_due(self, report: Report, now: float) -> bool:
        until = self.locked_until(report)
        return until is not None and now >= until

    def _named(self) -> list[str]:
        rows = self._records.rows("SELECT DISTINCT purpose FROM assessment ORDER BY purpose")
        return [row[0] for row in rows]

    def _opened(self, row: tuple[Any, ...]) -> Report:
        digest, _, version, purpose_hash, body, controls, at, seal = row
        self._seal.check(seal, *_fields(row[:-1]))
        assessment = Assessment.model_validate_json(body)
        told_ = tuple(Control(**one) for one in json.loads(controls))
        report = Report(assessment, version, purpose_hash, told_, at)
        if report.digest != digest:
            raise Tampered("an assessment was changed")
        return report


def _fields(row: tuple[Any, ...]) -> tuple[bytes, ...]:
    digest, name, version, purpose_hash, body, controls, at = row
    numbers = version.to_bytes(8, "big"), at.to_bytes(8, "big")
    return (digest, name.encode(), purpose_hash, body.encode(), controls.encode(), *numbers)


def _controls_text(controls: tuple[Control, ...]) -> str:
    return json.dumps(
        [{"id": c.id, "holds": c.holds, "applies": c.applies, "digest": c.digest} for c in controls]
    )


def is_signed(step: Step) -> bool:
    """Whether a step in force carries an officer's signature at all."""
    return step.stage is Stage.PUBLISHED and bool(step.signature)


# -- other laws' shapes of the same facts -------------------------------------------------------


def dpia_of(purpose: Purpose, assessment: Assessment) -> dict[str, list[Text]]:
    """The sections of GDPR art. 35(7), out of the same facts."""
    return {
        "35(7)(a)": [purpose.title, purpose.why, assessment.scope.text],
        "35(7)(b)": [assessment.ground.necessary, *(o.why_not for o in purpose.options)],
        "35(7)(c)": [assessment.impact.people, *(risk.harm for risk in assessment.risks)],
        "35(7)(d)": [assessment.impact.mitigation, *(s.effective for s in assessment.safeguards)],
    }


def fria_of(purpose: Purpose, assessment: Assessment) -> dict[str, list[Text]]:
    """The items of EU AI Act art. 27(1), out of the same facts; empty where nobody wrote them."""
    rights = assessment.rights
    return {
        "27(1)(a)": [purpose.why, assessment.scope.text],
        "27(1)(b)": [purpose.retention_why] if purpose.retention_why else [],
        "27(1)(c)": [rights.groups] if rights else [],
        "27(1)(d)": [assessment.impact.people, *(risk.harm for risk in assessment.risks)],
        "27(1)(e)": [rights.oversight] if rights else [],
        "27(1)(f)": [rights.if_it_goes_wrong] if rights else [],
    }
