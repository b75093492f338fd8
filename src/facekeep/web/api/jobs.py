"""Work that waits: what there is, how it goes, and renewing everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from facekeep.assembly import House
from facekeep.db.queue import Job
from facekeep.storage.bulk import progress
from facekeep.terms.errors import Misused
from facekeep.terms.wire.base import Page
from facekeep.terms.wire.jobs import JobTold, RenewalOrder
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.moments import moment
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of
from facekeep.web.problems import Unreadable

router = APIRouter(tags=["operation"], route_class=Once)
Order = Annotated[RenewalOrder, Depends(body(RenewalOrder))]
JobPath = Annotated[
    str, Path(alias="job", pattern=r"^[0-9a-f]{32}$", description="A job by its id.")
]


@router.get("/jobs", operation_id="list_jobs")
def list_jobs(call: Calling, cursor: Cursor = None, limit: Limit = DEFAULT) -> Page[JobTold]:
    """Every job, ordered or planned, the oldest first; about nobody."""
    with call.doing("read_jobs") as house:
        page = page_of(house.jobs.list(), _name, cursor, limit)
        return Page(items=[_told(house, one) for one in page.items], next=page.next)


@router.get("/jobs/{job}", operation_id="job")
def job(call: Calling, job: JobPath) -> JobTold:
    """One job and how far it came."""
    with call.doing("read_jobs") as house:
        return _told(house, _found(house, job))


@router.post("/jobs/{job}/retries", operation_id="retry_job", status_code=202)
def retry(call: Calling, job: JobPath) -> JobTold:
    """Try a failed or waiting job again at once. One that is done or under way is not."""
    with call.doing("manage_jobs") as house:
        _found(house, job)
        return _told(house, house.jobs.retry(job))


@router.post("/renewals", operation_id="renew_all", status_code=202)
def renew_all(call: Calling, asked: Order, response: Response) -> JobTold:
    """Reset everybody's face, or everybody's of a purpose; nobody comes back to the camera.

    Two officers approve it first: `POST /v1/approvals` with `act: renew-all` and
    `what: PURPOSE:BECAUSE` (`*:BECAUSE` for everybody). Carried out in lots while the service goes on;
    asked for again meanwhile, the answer is the same job.
    """
    with call.doing("renew_all", asked.purpose or "") as house:
        ordered = house.jobs.renewals.order(asked.purpose or "", asked.because)
        response.headers["Location"] = f"/v1/jobs/{ordered.id.hex()}"
        return _told(house, ordered)


def _found(house: House, name: str) -> Job:
    """Answers 404 for a job nobody knows."""
    try:
        return house.jobs.get(name)
    except Misused:
        raise Unreadable(404) from None


def _name(job: Job) -> str:
    """The order of a list: times first, all of one length for as long as anybody lives."""
    return f"{job.made:012}{job.id.hex()}"


def _told(house: House, job: Job) -> JobTold:
    return JobTold(
        id=job.id.hex(), kind=job.kind, state=job.state.value,
        purpose=str(job.body.get("purpose", "")) or None,
        because=str(job.body.get("because", "")) or None,
        attempts=job.attempts, done=job.done, total=job.total, progress=progress(job),
        made=moment(job.made), due=moment(job.due), deadline=moment(job.deadline),
        ended=moment(job.ended) if job.ended else None,
        late=house.jobs.late(job), error=job.error or None,
    )  # fmt: skip
