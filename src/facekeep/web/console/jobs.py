"""Work that waits: what there is, how it goes, and trying again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from markupsafe import Markup

from facekeep.assembly import House
from facekeep.db.queue import Job, State
from facekeep.storage.bulk import progress
from facekeep.terms.errors import Misused
from facekeep.terms.messages import MESSAGES, in_language
from facekeep.web.caller import Calling
from facekeep.web.console.acting import prove_first
from facekeep.web.console.rail import render
from facekeep.web.console.told import apart, sentence
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Filled, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable

router = APIRouter()
READ, MANAGE = "read_jobs", "manage_jobs"
JobPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

TONES = {"late": "grave", "failed": "grave", "leased": "info", "done": "good", "rests": "good"}


@dataclass(frozen=True, slots=True)
class Line:
    """One job. ``again`` says that somebody could ask for it to be tried once more."""

    id: str
    kind: str
    what: str
    state: str
    tone: str
    purpose: str
    attempts: int
    done: int
    total: int
    share: float
    made: int
    deadline: int
    ended: int
    error: str
    again: bool


@router.get("/console/jobs")
def jobs(call: Calling, request: Request) -> Response:
    """Every job, the oldest first; what wants a look stands above."""
    with call.doing(READ) as house:
        lines = [line_of(house, job, call.language) for job in house.jobs.list()]
        health = house.jobs.health()
    return render(
        request, call, "console/jobs.html.j2", lines=lines,
        attention=[attention_of(one, call.language) for one in health.attention],
        manages=call.house.gate.could(call.caller, MANAGE),
    )  # fmt: skip


@router.get("/console/jobs/{job}")
def job(call: Calling, request: Request, job: JobPath) -> Response:
    """One job, how far it came, and what trying it again would do."""
    with call.doing(READ) as house:
        line = line_of(house, _found(house, job), call.language)
    return render(
        request, call, "console/job.html.j2", line=line,
        manages=call.house.gate.could(call.caller, MANAGE),
    )  # fmt: skip


@router.post("/console/jobs/{job}/retry")
def retry(call: Calling, request: Request, job: JobPath, form: Filled) -> Response:
    """Try a failed or waiting job again at once; that is written down."""
    if (on := prove_first(request, call, MANAGE)) is not None:
        return on

    def act() -> Response:
        with call.doing(MANAGE) as house:
            _found(house, job)
            house.jobs.retry(job)
        return go(f"/console/jobs/{job}")

    return once(request, form, act)


def _found(house: House, name: str) -> Job:
    """Answers 404 for a job nobody knows."""
    try:
        return house.jobs.get(name)
    except Misused:
        raise Unreadable(404) from None


def line_of(house: House, job: Job, language: str) -> Line:
    """A job as it is shown."""
    state = _state(house, job)
    return Line(
        job.id.hex(), job.kind, _named(job.kind, language), state, TONES.get(state, "plain"),
        str(job.body.get("purpose", "")), job.attempts, job.done, job.total, progress(job), job.made,
        job.deadline, job.ended, _error(job.error, language),
        job.state is State.FAILED or (job.state is State.QUEUED and bool(job.error)),
    )  # fmt: skip


def _state(house: House, job: Job) -> str:
    if house.jobs.late(job):
        return "late"
    return "rests" if job.state is State.QUEUED and job.ended else job.state.value


def _named(kind: str, language: str) -> str:
    key = f"job.{kind}"
    return WORDS.say(key, language) if key in WORDS else kind


def _error(code: str, language: str) -> str:
    key = f"error.{code}"
    return MESSAGES.say(key, language) if code and key in MESSAGES else code


def attention_of(told: str, language: str) -> Markup:
    """``late: KIND`` with the kind as people call it."""
    how, colon, kind = told.partition(": ")
    if not colon:
        return sentence(told, language)
    return apart(in_language(f"{how}: {_named(kind, language)}", language), language)
