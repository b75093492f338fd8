"""Is each duty met? Every question is asked of the rooms; nobody's word is taken for it.

A row is *met* where nothing is missing, *not met* where a question found a gap, could not be
answered, is not there, or needs what this program cannot do yet; *not applicable* before its day,
below its size, or where there is nothing it could be about; *not automatable* where only a person
can say. The stores are read as they are now, whatever day is asked about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from facekeep.oversight.obligations import (
    Book,
    Capability,
    Obligation,
    Source,
    Threshold,
)
from facekeep.terms.errors import Broken, FacekeepError, Refused, Tampered
from facekeep.terms.evidence import Finding, Gap
from facekeep.terms.values import Regime

Ask = Callable[[int], Finding]
"""A question bound to an open home, asked of a moment in seconds since 1970."""


class Status(StrEnum):
    """How an obligation stands."""

    MET = "met"
    NOT_MET = "not met"
    NOT_APPLICABLE = "not applicable"
    NOT_AUTOMATABLE = "not automatable"


@dataclass(frozen=True, slots=True)
class Moment:
    """The day a report is about, and the second at which the rooms are asked."""

    day: date
    at: int


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation and how it stands. ``because`` says in one sentence why it does not apply."""

    obligation: Obligation
    source: Source
    status: Status
    answers: Mapping[str, Finding] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    missing: tuple[Capability, ...] = ()
    because: str = ""


class Inquiry:
    """Asks each question once and remembers the answer."""

    def __init__(self, asks: Mapping[str, Ask], at: int) -> None:
        self._asks, self._at = asks, at
        self._answers: dict[str, Finding] = {}

    def answer(self, question: str) -> Finding:
        """What a room says; that it cannot say is a gap too."""
        if question not in self._answers:
            self._answers[question] = self._asked(question)
        return self._answers[question]

    def answers(self, questions: Iterable[str]) -> dict[str, Finding]:
        """Many answers by question."""
        return {question: self.answer(question) for question in questions}

    def fact(self, prefix: str, name: str) -> Any:
        """The first fact of this name among the answers of a module; None where none says."""
        for question in sorted(self._asks):
            if question.startswith(prefix) and name in (facts := self.answer(question).facts):
                return facts[name]
        return None

    def _asked(self, question: str) -> Finding:
        ask = self._asks.get(question)
        if ask is None:
            return _unanswered(f"no room answers {question}", "Install a newer Facekeep")
        try:
            return ask(self._at)
        except FacekeepError as error:
            return _unanswered(*_said(error))
        except (sqlite3.Error, OSError):
            return _unanswered("a store is damaged", "facekeep doctor")
        except Exception as error:  # noqa: BLE001 - one broken answer must not silence the others
            kind = type(error).__name__
            return _unanswered(f"{question} could not be answered: {kind}", "facekeep doctor")


def comply(
    book: Book, regime: Regime, asks: Mapping[str, Ask], moment: Moment, asked: Sequence[str] = ()
) -> tuple[Row, ...]:
    """The rows of a regime, or of the ids asked for (of any regime). Raises ``Misused``."""
    inquiry = Inquiry(asks, moment.at)
    chosen = _chosen(book, asked) if asked else tuple(book.of_regime(regime))
    return tuple(judged(book, one, inquiry, moment, by_name=bool(asked)) for one in chosen)


def judged(
    book: Book, obligation: Obligation, inquiry: Inquiry, moment: Moment, *, by_name: bool = True
) -> Row:
    """One row. A draft is judged only where somebody asked for it ``by_name``."""
    source = book.source_of(obligation)
    if because := _not_yet(obligation, source, moment.day, by_name):
        return Row(obligation, source, Status.NOT_APPLICABLE, because=because)
    if because := _not_ours(obligation, inquiry):
        return Row(obligation, source, Status.NOT_APPLICABLE, because=because)
    if not obligation.is_automatable:
        return Row(obligation, source, Status.NOT_AUTOMATABLE)
    return _answered(book, obligation, source, inquiry)


def _answered(book: Book, obligation: Obligation, source: Source, inquiry: Inquiry) -> Row:
    answers = inquiry.answers(obligation.questions)
    gaps = tuple(dict.fromkeys(gap for finding in answers.values() for gap in finding.gaps))
    idle = bool(answers) and not any(finding.applies for finding in answers.values())
    if not gaps:
        if because := _too_small(obligation.threshold, answers):
            return Row(obligation, source, Status.NOT_APPLICABLE, answers, because=because)
        if idle:
            because = "there is nothing here that it could be about"
            return Row(obligation, source, Status.NOT_APPLICABLE, answers, because=because)
    missing = tuple(book.capabilities[name] for name in obligation.capability)
    status = Status.NOT_MET if gaps or missing else Status.MET
    return Row(obligation, source, status, answers, gaps, missing)


def _chosen(book: Book, asked: Sequence[str]) -> tuple[Obligation, ...]:
    found = (obligation for one in asked for obligation in book.named(one))
    return tuple({obligation.id: obligation for obligation in found}.values())


def _not_yet(obligation: Obligation, source: Source, day: date, by_name: bool) -> str:
    """Why it does not bind on a day; empty where it does."""
    begins = max((d for d in (source.in_force, obligation.begins) if d), default=None)
    if begins is not None and day < begins:
        return f"it binds from {begins.isoformat()} on"
    if source.force == "draft" and not by_name:
        return "it is a draft and binds nobody yet"
    return ""


CONDITIONS: Mapping[str, tuple[str, object, str]] = {
    "cii": ("cii", True, "it binds operators of critical information infrastructure"),
    "central_state_body": ("org_type", "central_state_body", "it binds central state bodies"),
}
"""``when``: the fact of the handler, the value it must have, and why it is not ours otherwise."""


def _not_ours(obligation: Obligation, inquiry: Inquiry) -> str:
    """Why the handler is not meant; a handler who says nothing is."""
    if obligation.when is None:
        return ""
    fact, wanted, because = CONDITIONS[obligation.when]
    said = inquiry.fact("governance.handler.", fact)
    return "" if said in (None, wanted) else because


METRICS: Mapping[str, str] = {
    "stored_persons": "stored",
    "handled_persons": "handled",
    "sensitive_persons": "stored",
}
"""Which fact of the counters holds a threshold's number: the upper bound of people."""


def _too_small(threshold: Threshold | None, answers: Mapping[str, Finding]) -> str:
    """Why the size does not reach it; empty where it does, or where nobody has counted."""
    fact = METRICS.get(threshold.metric) if threshold else None
    if threshold is None or fact is None:
        return ""
    people = list(_counted(answers.values(), fact))
    if not people or threshold.reached_by(max(people)):
        return ""
    return f"people: {max(people)}; it binds from {threshold.value}"


def _counted(findings: Iterable[Finding], fact: str) -> Iterator[int]:
    for finding in findings:
        match finding.facts.get(fact):
            case bool():
                continue
            case int(n) | {"upper": int(n)} | [int(), int(n)] | (int(), int(n)):
                yield n


def _said(error: FacekeepError) -> tuple[str, str]:
    """An error as it was raised, and its way out: sentences that have a Chinese rendering."""
    match error:
        case Refused():
            return error.reason, error.remedy
        case Broken():
            return error.what, error.remedy or "facekeep doctor"
        case Tampered():
            return error.where, "facekeep doctor"
    return str(error), "facekeep doctor"


def _unanswered(what: str, way_out: str) -> Finding:
    return Finding({}, (Gap(what, way_out),))
