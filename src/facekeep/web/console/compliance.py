"""Compliance: every duty, how it stands in this home, what says so, and what is missing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from facekeep.oversight import asked, explain
from facekeep.oversight.comply import Row, Status
from facekeep.oversight.obligations import STAGES, Obligation, Term, book
from facekeep.terms.errors import Misused
from facekeep.terms.evidence import Finding
from facekeep.terms.messages import in_language
from facekeep.web.caller import Calling
from facekeep.web.console.answers import Answers, answers_of
from facekeep.web.console.rail import render
from facekeep.web.console.told import apart, sentence
from facekeep.web.console.wording import WORDS
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()

TONES: Mapping[Status, str] = {
    Status.MET: "good", Status.NOT_MET: "grave", Status.NOT_APPLICABLE: "plain",
    Status.NOT_AUTOMATABLE: "due",
}  # fmt: skip
COLUMNS = ("id", "stage", "status", "severity", "text", "missing", "next")
BRIEF = 160
"""Characters of a fact shown whole."""

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would carry out."""

StageAsked = Annotated[
    Literal["", "collection", "storage", "use", "response", "governance", "rights"], Query()
]
StatusAsked = Annotated[Literal["", "met", "not_met", "not_applicable", "not_automatable"], Query()]
DutyPath = Annotated[str, Path(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]


@dataclass(frozen=True, slots=True)
class Line:
    """One duty in the list."""

    id: str
    stage: str
    status: str
    tone: str
    severity: str
    text: str
    missing: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question was answered: facts by name, and the digest of it all."""

    question: str
    applies: bool
    holds: bool
    facts: tuple[tuple[str, str], ...]
    digest: str


@router.get("/console/compliance")
def duties(
    call: Calling, request: Request, stage: StageAsked = "", status: StatusAsked = ""
) -> Response:
    """Every duty of the home's regime, stage by stage; the filter stands in the address."""
    with call.doing("read_evidence") as house:
        answers = answers_of(house)
        rows = answers.rows(house)
        kept = kept_of(rows, stage, status)
        return render(
            request, call, "console/compliance.html.j2", answers=answers, stage=stage,
            state=status, regime=house.regime, whole=explain.is_whole(house.regime),
            law=book().as_of, shown=len(kept), query=request.url.query,
            counts=[(one.name.lower(), TONES[one], n) for one, n in _counted(rows)],
            apart=lambda text: apart(text, call.language),
            groups=[(name, [line_of(row, call.language) for row in own]) for name, own in explain.by_stage(kept)],
            stages=_options(call, "stage", STAGES),
            statuses=_options(call, "status", [one.name.lower() for one in Status]),
        )  # fmt: skip


@router.get("/console/compliance.csv")
def table(call: Calling, stage: StageAsked = "", status: StatusAsked = "") -> Response:
    """The same list for a spreadsheet."""
    with call.doing("read_evidence") as house:
        rows = kept_of(answers_of(house).rows(house), stage, status)
    text = as_csv([line_of(row, call.language) for row in rows])
    disposition = {"Content-Disposition": 'attachment; filename="facekeep-compliance.csv"'}
    return Response(text, media_type="text/csv", headers=disposition)


@router.get("/console/compliance/{duty}")
def one(call: Calling, request: Request, duty: DutyPath) -> Response:
    """One duty, or all that begin with a name: its text, how it stands, what says so."""
    with call.doing("read_evidence") as house:
        answers = answers_of(house)
        try:
            rows = answers.rows(house, duty)
        except Misused:
            raise Unreadable(404) from None
        return render(
            request, call, "console/duty.html.j2", answers=answers, asked_for=duty.upper(),
            apart=lambda text: apart(text, call.language),
            dossiers=[_dossier(row, answers, call.language) for row in rows],
        )  # fmt: skip


# -- the list --------------------------------------------------------------------------------------


def kept_of(rows: Iterable[Row], stage: str, status: str) -> list[Row]:
    """The rows of a stage and a status; an empty name keeps all."""
    return [
        row
        for row in rows
        if stage in ("", row.obligation.stage) and status in ("", row.status.name.lower())
    ]


def line_of(row: Row, language: str) -> Line:
    """A row as it is listed."""
    one = row.obligation
    missing = (*(in_language(gap.what, language) for gap in row.gaps),
               *(capability.of(language) for capability in row.missing))  # fmt: skip
    step = explain.next_step(row, language)
    return Line(
        one.id, one.stage, row.status.name.lower(), TONES[row.status], one.severity,
        one.of(language), missing, "" if step in missing else step,
    )  # fmt: skip


def as_csv(lines: Sequence[Line]) -> str:
    """The list as comma-separated values; no cell can be carried out as a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        cells = (line.id, line.stage, line.status, line.severity, line.text,
                 " | ".join(line.missing), line.next)  # fmt: skip
        writer.writerow([f"'{cell}" if cell.startswith(RISKY) else cell for cell in cells])
    return f"\ufeff{buffer.getvalue()}"


def _counted(rows: Sequence[Row]) -> Iterator[tuple[Status, int]]:
    counts = explain.counted(rows)
    return ((status, counts[status.value]) for status in Status)


def _options(call: Call, kind: str, names: Iterable[str]) -> list[tuple[str, str]]:
    say = WORDS.say
    every = ("", say("filter.all", call.language))
    return [every, *((name, say(f"{kind}.{name}", call.language)) for name in names)]


# -- one duty --------------------------------------------------------------------------------------


def _dossier(row: Row, answers: Answers, language: str) -> Mapping[str, Any]:
    """Everything about one duty."""
    one = row.obligation
    return {
        "id": one.id, "text": one.of(language), "status": row.status.name.lower(),
        "tone": TONES[row.status], "because": sentence(row.because, language),
        "source": row.source.of(language), "article": one.article, "basis": one.basis,
        "url": row.source.url or "", "severity": one.severity, "stage": one.stage,
        "begins": _begins(row), "term": term_of(one, language),
        "note": one.note.of(language) if one.note else "",
        "person": one.person.of(language) if one.person else "",
        "missing": [(m.of(language), m.meanwhile.of(language)) for m in row.missing],
        "gaps": [(sentence(g.what, language), sentence(g.next, language)) for g in row.gaps],
        "answers": [answer_of(name, found, answers.at) for name, found in row.answers.items()],
        "gates": one.gates, "tests": one.tests,
    }  # fmt: skip


def answer_of(question: str, finding: Finding, at: int) -> Answer:
    """One answer as evidence."""
    told = asked.told(question, finding, at)
    facts = tuple(flat(told["facts"]))
    return Answer(question, finding.applies, finding.holds, facts, str(told["digest"]))


def flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Facts as lines: a name, and its value in a few words."""
    for name, value in facts.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping) and value and not before:
            yield from flat(value, f"{path}.")
        else:
            yield path, _brief(value)


def _brief(value: object) -> str:
    """A value as it is written; a long one is cut."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= BRIEF else f"{text[:BRIEF]}…"


def _begins(row: Row) -> date | None:
    known = [day for day in (row.source.in_force, row.obligation.begins) if day]
    return max(known, default=None)


def term_of(one: Obligation, language: str) -> str:
    """How long one has, in words; empty where the duty has no term."""
    term = one.deadline or one.sla
    if term is None:
        return ""
    starts = f"from.{term.starts}"
    since = WORDS.say(starts, language) if starts in WORDS else ""
    measure = _measure(term, language)
    return f"{measure}{WORDS.say('term.since', language, starts=since)}" if since else measure


def _measure(term: Term, language: str) -> str:
    say = WORDS.say
    if term.days is not None:
        return say(f"term.{term.unit}", language, n=term.days)
    if term.hours is not None:
        return say("term.hours", language, n=term.hours)
    if term.annual is not None:
        return say("term.annual", language, day=term.annual)
    if term.every is not None:
        return say("term.every", language, every=term.every)
    return say("term.immediate", language)
