"""Acts 1 to 4: consent, enrolment and a match, a stranger, somebody who never consented."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from facekeep.assembly import House
from facekeep.cli.demo_stage import (
    NOBODY,
    PERSON,
    VISITOR,
    Stage,
    Step,
    Template,
    attempt,
    note_event,
    note_last_entry,
    outcome,
    timed,
)
from facekeep.collection.consents import Asking
from facekeep.governance.consent_story import Channel
from facekeep.ledger import log
from facekeep.terms.errors import ConsentMissing
from facekeep.terms.values import ConsentState, Decision
from facekeep.use.decisions import Answer


def consent(stage: Stage) -> Step:
    """The notice is shown, the person decides, the record is bound to what was read."""
    step = Step("consent")
    with stage.open() as house:
        purpose, version = stage.publish(house)
        notice = house.consents.notice(purpose)
        step.shown, stage.notes["notice"] = notice.of(stage.language), notice
        stage.source.ask(step.shown)
        given = house.consents.give(
            Asking(
                PERSON,
                purpose,
                shown=house.consents.shown(purpose, stage.language, Channel.TERMINAL),
            )
        )
        step.found("notice", given.notice == notice.digest, digest=notice.digest.hex()[:16])
        step.found(
            "consent", given.state is ConsentState.GIVEN,
            state=given.state.value, expires=given.expires, version=version,
        )  # fmt: skip
        note_last_entry(step, house)
    return step


def enrol(stage: Stage) -> Step:
    """A split reference comes of one picture; another picture of the person matches."""
    step = Step("enrol")
    stage.photographs = stage.source.take()
    with stage.open() as house:
        photographs = stage.photographs
        enrolled, seconds = timed(lambda: stage.enrol(house, photographs.first))
        step.found(
            "enrolled", enrolled.photos_used == 1, quality=enrolled.quality.value,
            milliseconds=1000 * seconds, pad=enrolled.pad,
        )  # fmt: skip
        stage.notes["pad"] = enrolled.pad
        _remember_template(stage, house)
        answer, seconds = timed(lambda: stage.verify(house, photographs.again))
        _find_match(step, "match", answer, seconds)
        step.found("scoreless", not _scores(answer), fields=sorted(asdict(answer)))
        note_event(step, house, answer.event)
    return step


def stranger(stage: Stage) -> Step:
    """Another person's picture does not match; a name nobody knows is answered alike."""
    step = Step("stranger")
    with stage.open() as house:
        records = house.home.records.connection
        before = log.size(records)
        answer = stage.verify(house, stage.photographs.stranger)
        between = log.size(records)
        unknown = stage.verify(house, stage.photographs.stranger, NOBODY)
        written = (between - before, log.size(records) - between)
        step.found(
            "rejected", answer.decision is Decision.NON_MATCH,
            decision=answer.decision.value, max_fmr=answer.max_fmr,
        )  # fmt: skip
        alike = _without_event(answer) == _without_event(unknown)
        step.found(
            "alike", alike and written[0] == written[1],
            decision=unknown.decision.value, entries=written[1],
        )  # fmt: skip
        note_event(step, house, answer.event)
        stage.notes["stranger_entry"] = (step.proof or {})["entry"]
    return step


def without_consent(stage: Stage) -> Step:
    """Somebody who never consented is refused before the picture is opened."""
    step = Step("without_consent")
    with stage.open() as house:
        rows, looks = len(house.home.references.identifiers()), stage.sight.looks
        error = attempt(lambda: stage.enrol(house, stage.photographs.stranger, VISITOR))
        step.found("refused", isinstance(error, ConsentMissing), outcome=outcome(error))
        step.found("unopened", stage.sight.looks == looks, looks=stage.sight.looks - looks)
        more = len(house.home.references.identifiers()) - rows
        step.found("nothing_kept", more == 0, rows=more)
        step.error = error
        note_last_entry(step, house)
    return step


def _remember_template(stage: Stage, house: House) -> None:
    """What a thief is after, and how a genuine picture compares to it at the edge."""
    seen = stage.sight.for_enrolment(stage.photographs.first).vector
    unit = (seen / np.linalg.norm(seen)).astype(np.float32)
    stage.template = Template(stage.code_of(house, unit), unit)


def _find_match(step: Step, name: str, answer: Answer, seconds: float) -> None:
    step.found(
        name, answer.decision is Decision.MATCH, decision=answer.decision.value,
        max_fmr=answer.max_fmr, milliseconds=1000 * seconds,
    )  # fmt: skip


def _scores(answer: Answer) -> list[str]:
    """Fields of an answer that could carry a score: any number but the agreed rate."""
    told = asdict(answer)
    return [name for name, v in told.items() if isinstance(v, (int, float)) and name != "max_fmr"]


def _without_event(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in asdict(answer).items() if name != "event"}
