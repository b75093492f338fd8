"""Jobs on a page: what there is, what went wrong, and trying again by whoever may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.access.sessions import PROVED_S
from facekeep.assembly import House
from facekeep.db.queue import Job, State, Task
from facekeep.storage.bulk import KIND
from tests.attacks.toolkit import Site, Turnable
from tests.rooms.web.console.reader import Reader, plain, prove, reading

JOBS = "/console/jobs"


@pytest.fixture
def security(site: Site, house: House) -> Iterator[Reader]:
    """Whoever runs the service."""
    with reading(site, house, "security") as reader:
        yield reader


@pytest.fixture
def failed(house: House) -> Job:
    """A renewal that nobody ordered: it cannot be done as it is."""
    with house.home.records.transaction() as tx:
        task = Task(KIND, "gate:keys", {"purpose": "gate", "because": "keys"})
        job = house.home.jobs.put(tx, task, house.home.journal.now())
    house.jobs.run_one()
    stands = house.jobs.get(job.id.hex())
    assert stands.state is State.FAILED or stands.error
    return stands


def test_before_any_service_ran(security: Reader) -> None:
    assert "No jobs" in security.get(JOBS)


def test_what_runs_by_itself_is_listed_in_words(security: Reader, house: House) -> None:
    house.jobs.tick()
    page = plain(security.get(JOBS))
    assert "The day's count" in page
    assert "All is well" in page
    assert "人数统计" in security.get(JOBS, "zh")


def test_a_failed_job_stands_above_and_says_why(security: Reader, failed: Job) -> None:
    page = plain(security.get(JOBS))
    assert "failed: Renewing everybody" in page
    assert "Renewing everybody" in plain(security.get(f"{JOBS}/{failed.id.hex()}"))


def test_a_job_is_tried_again_once(security: Reader, house: House, failed: Job) -> None:
    """Sent twice, it is written down once."""
    path = f"{JOBS}/{failed.id.hex()}"
    hidden = security.hidden(path)
    answers = [security.post(f"{path}/retry", **hidden) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["location"] == path
    assert house.jobs.get(failed.id.hex()).state is State.QUEUED


def test_both_factors_are_asked_for_first(
    security: Reader, house: House, failed: Job, clock: Turnable
) -> None:
    """An open browser is not enough; shown again, it is."""
    path = f"{JOBS}/{failed.id.hex()}"
    clock.advance(PROVED_S)
    answer = security.send(path, f"{path}/retry")
    assert answer.headers["location"].startswith("/staff/prove?next=")
    assert house.jobs.get(failed.id.hex()).state is failed.state
    prove(security, clock)
    assert security.send(path, f"{path}/retry").headers["location"] == path


@pytest.mark.parametrize("role", ["inspector", "officer"])
def test_others_look_and_try_nothing(site: Site, house: House, failed: Job, role: str) -> None:
    path = f"{JOBS}/{failed.id.hex()}"
    with reading(site, house, role) as reader:
        assert "Try again at once" not in reader.get(path)
        hidden = reader.hidden("/console/ledger")
        assert reader.post(f"{path}/retry", **hidden).status_code == 403
    assert house.jobs.get(failed.id.hex()).state is failed.state


@pytest.mark.parametrize("job", ["0" * 32, "x", "..%2f", "0" * 31])
def test_a_job_nobody_knows(security: Reader, job: str) -> None:
    assert security.ask(f"{JOBS}/{job}").status_code in (404, 422)
    hidden = security.hidden("/console/ledger")
    assert security.post(f"{JOBS}/{job}/retry", **hidden).status_code in (404, 422)


def test_a_form_of_another_site_tries_nothing(security: Reader, failed: Job) -> None:
    path = f"{JOBS}/{failed.id.hex()}"
    assert security.post(f"{path}/retry", token="0" * 32, once="x").status_code == 403
    hidden = security.hidden(path)
    answer = security.client.post(
        f"{path}/retry", data=hidden, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code in (401, 403) or "/staff/sign-in" in str(answer.url)


@pytest.mark.parametrize("role", ["attendant", "case-officer"])
def test_whoever_may_not_look(site: Site, house: House, role: str) -> None:
    with reading(site, house, role) as reader:
        assert reader.ask(JOBS).status_code == 403
