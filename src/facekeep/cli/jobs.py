"""Work that waits: jobs list, show, retry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import iso
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.db.queue import Job

SHOWN = 8
"""Characters of an identifier in a list: enough to name it by."""

JobName = Annotated[str, typer.Argument(help="option.job", metavar="JOB")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.jobs", no_args_is_help=True, rich_markup_mode=None)
    group.command("list", cls=Leaf, help="help.jobs.list")(list_)
    group.command("show", cls=Leaf, help="help.jobs.show")(show)
    group.command("retry", cls=Leaf, help="help.jobs.retry")(retry)
    app.add_typer(group, name="jobs")


def list_(context: typer.Context, as_json: AsJson = False) -> int:
    """Every job, and what wants a look; exits 1 where anything does."""
    door = Door.at(context, as_json)
    with door.house() as house:
        jobs = [_document(house, job) for job in house.jobs.list()]
        health = house.jobs.health()
    document = {
        "jobs": jobs, "attention": list(health.attention), "witness_age": health.witness_age,
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        _show_list(jobs, screen, door)
        for one in health.attention:
            screen.note(door.phrase(one), "warn")

    door.answer(document, screen)
    return 0 if health.good else 1


def show(context: typer.Context, job: JobName, as_json: AsJson = False) -> None:
    """One job and how far it came."""
    door = Door.at(context, as_json)
    with door.house() as house:
        document = _document(house, house.jobs.get(job))
    door.answer(document, lambda screen: _show_one(document, screen, door))


def retry(context: typer.Context, job: JobName, as_json: AsJson = False) -> None:
    """Try a job again at once."""
    door = Door.at(context, as_json)
    with door.house() as house:
        document = _document(house, house.jobs.retry(job))

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("jobs.retried"), door.word("job", document["kind"]))
        screen.note(door.say("jobs.carried_out"))

    door.answer(document, screen)


def _document(house: House, job: Job) -> dict[str, Any]:
    return {
        "id": job.id.hex(), "kind": job.kind, "state": job.state.value,
        "purpose": job.body.get("purpose") or None, "because": job.body.get("because") or None,
        "attempts": job.attempts, "done": job.done, "total": job.total, "made": iso(job.made),
        "due": iso(job.due), "deadline": iso(job.deadline),
        "ended": iso(job.ended) if job.ended else None, "late": house.jobs.late(job),
        "error": job.error or None,
    }  # fmt: skip


def _show_list(jobs: list[dict[str, Any]], screen: Screen, door: Door) -> None:
    if not jobs:
        screen.headline("plain", door.say("jobs.none"))
        return
    bad = sum(job["late"] or bool(job["error"]) for job in jobs)
    screen.headline("warn" if bad else "good", door.say("jobs.listed", n=len(jobs)))
    screen.table(
        [door.say(f"label.{key}") for key in ("job", "kind", "job_state", "job_progress", "job_said")],
        [(job["id"][:SHOWN], door.word("job", job["kind"]), _state(job, door), _progress(job, door),
          _said(job, door)) for job in jobs],
    )  # fmt: skip


def _show_one(job: dict[str, Any], screen: Screen, door: Door) -> None:
    mark = "warn" if job["late"] or job["error"] else "plain"
    screen.headline(mark, door.word("job", job["kind"]), _state(job, door))
    screen.facts(
        [
            (door.say("label.job"), job["id"]),
            (door.say("label.purpose"), job["purpose"]),
            (door.say("label.job_progress"), _progress(job, door)),
            (door.say("label.job_attempts"), job["attempts"]),
            (door.say("label.job_made"), job["made"]),
            (door.say("label.job_deadline"), job["deadline"]),
            (door.say("label.job_ended"), job["ended"]),
            (door.say("label.job_said"), _said(job, door)),
        ]
    )


def _state(job: dict[str, Any], door: Door) -> str:
    if job["late"]:
        return door.say("job_state.late")
    rests = job["state"] == "queued" and job["ended"]
    return door.say("job_state.rests") if rests else door.word("job_state", job["state"])


def _progress(job: dict[str, Any], door: Door) -> str:
    return f"{job['done']:,} / {job['total']:,}" if job["total"] else ""


def _said(job: dict[str, Any], door: Door) -> str:
    return door.error_word(job["error"]) if job["error"] else ""
