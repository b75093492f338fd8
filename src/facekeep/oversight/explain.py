"""An obligation as people and programs read it: both languages, what holds it, how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from facekeep.oversight.comply import Row, Status
from facekeep.oversight.obligations import (
    STAGES,
    WHOLE,
    Book,
    Capability,
    Obligation,
    Term,
    Words,
)
from facekeep.terms.evidence import Finding, Gap
from facekeep.terms.messages import in_language
from facekeep.terms.values import Regime

Document = dict[str, Any]


def is_whole(regime: Regime) -> bool:
    """Whether we list a regime as a whole; of the others we check a selection."""
    return regime in WHOLE


def next_step(row: Row, language: str) -> str:
    """What to do now: the first gap's way out, or what stands in for a missing capability."""
    if row.gaps:
        return in_language(row.gaps[0].next, language)
    if row.missing:
        return row.missing[0].of(language)
    person = row.obligation.person
    return person.of(language) if person and row.status is Status.NOT_AUTOMATABLE else ""


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows stand how."""
    held = list(rows)
    return {status.value: sum(row.status is status for row in held) for status in Status}


def by_stage(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows under their stage, in the order of the loop; stages without a row are left out."""
    held = list(rows)
    stages = ((stage, [row for row in held if row.obligation.stage == stage]) for stage in STAGES)
    return [(stage, found) for stage, found in stages if found]


def row_document(row: Row) -> Document:
    """A row for ``--json``, for the bundle and for the assessment's live results."""
    one = row.obligation
    return {
        "id": one.id,
        "status": row.status.value,
        "because": _both(row.because) if row.because else None,
        "regime": row.source.regime,
        "source": {"zh": row.source.zh, "en": row.source.en},
        "article": one.article,
        "basis": one.basis,
        "verified": one.basis != "memory",
        "stage": one.stage,
        "severity": one.severity,
        "text": {"zh": one.zh, "en": one.en},
        "evidence": {name: finding_document(found) for name, found in row.answers.items()},
        "gaps": [_gap(gap) for gap in row.gaps],
        "missing": [_capability(missing) for missing in row.missing],
        "next": {"zh": next_step(row, "zh"), "en": next_step(row, "en")},
        "note": _words(one.note),
    }


def obligation_document(book: Book, one: Obligation) -> Document:
    """An obligation as it stands in the book, without a home."""
    source = book.source_of(one)
    return {
        "id": one.id,
        "source": source.model_dump(mode="json", exclude_none=True) | {"id": one.source},
        "article": one.article,
        "basis": one.basis,
        "verified": one.basis != "memory",
        "stage": one.stage,
        "severity": one.severity,
        "text": {"zh": one.zh, "en": one.en},
        "control": one.control,
        "produces": one.evidence,
        "deadline": _term(one.deadline),
        "sla": _term(one.sla),
        "threshold": one.threshold.model_dump() if one.threshold else None,
        "retention": one.retention or one.retention_max,
        "from": one.begins.isoformat() if one.begins else None,
        "when": one.when,
        "gates": list(one.gates),
        "questions": list(one.questions),
        "tests": list(one.tests),
        "capabilities": [_capability(book.capabilities[name]) for name in one.capability],
        "person": _words(one.person),
        "note": _words(one.note),
    }


def finding_document(finding: Finding) -> Document:
    """One room's answer."""
    return {
        "applies": finding.applies,
        "holds": finding.holds,
        "facts": dict(finding.facts),
        "gaps": [_gap(gap) for gap in finding.gaps],
    }


def _gap(gap: Gap) -> Document:
    return {"what": _both(gap.what), "next": _both(gap.next)}


def _both(english: str) -> dict[str, str]:
    return {"zh": in_language(english, "zh"), "en": english}


def _capability(capability: Capability) -> Document:
    return {
        "zh": capability.zh,
        "en": capability.en,
        "meanwhile": {"zh": capability.meanwhile.zh, "en": capability.meanwhile.en},
    }


def _words(words: Words | None) -> dict[str, str] | None:
    return {"zh": words.zh, "en": words.en} if words else None


def _term(term: Term | None) -> Document | None:
    return term.model_dump(by_alias=True, exclude_none=True) if term else None
