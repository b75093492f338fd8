"""Jobs over HTTP: seen by whoever may, ordered by four eyes, carried out while the service goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.oversight import plan
from facekeep.storage.bulk import ACT, about
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.signed_in import cheaply, employ
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import Site, Turnable
from tests.rooms.web.test_access import Browser


class Desk:
    """Somebody of the staff at a browser, asking about work."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def get(self, path: str) -> Any:
        return self._browser.ask("GET", path)

    def post(self, path: str, json: Any = None) -> Any:
        return self._browser.ask("POST", path, json)


@pytest.fixture
def security(site: Site, house: House, clock: Turnable) -> Iterator[Desk]:
    """Whoever runs the service and its keys, signed in."""
    with at_the_door(cheaply(house), site.settings, site.people, key="") as client:
        browser = Browser(client, employ(house, "Sun", "security"), clock)
        browser.sign_in()
        yield Desk(browser)


@pytest.fixture
def approved(house: House) -> House:
    """Two officers want everybody of the gate renewed."""
    enter(house, "Ann", "Ben")
    for name in ("Ann", "Ben"):
        approve(house, name, ACT, about("gate", "keys"))
    return house


def test_renewal_of_everybody_from_order_to_end(
    security: Desk, site: Site, approved: House
) -> None:
    """202, a job to look at, progress, done; asked twice, one job."""
    for name in ("anna", "ben", "cem"):
        site.enrol(approved, name)
    told = security.post("/v1/renewals", json={"purpose": "gate", "because": "keys"})
    assert told.status_code == 202, told.text
    job = told.json()
    assert (job["state"], job["purpose"], job["because"], job["progress"]) == (
        "queued", "gate", "keys", 0.0,
    )  # fmt: skip
    again = security.post("/v1/renewals", json={"purpose": "gate", "because": "keys"})
    assert again.json()["id"] == job["id"]
    approved.jobs.tick()
    after = security.get(told.headers["location"]).json()
    assert (after["state"], after["done"], after["total"], after["progress"]) == ("done", 3, 3, 1.0)
    assert (after["late"], after["error"]) == (False, None)
    assert site.matches(approved, "anna")


def test_one_pair_of_eyes_is_refused(security: Desk, house: House) -> None:
    """With the duty and the way out."""
    told = security.post("/v1/renewals", json={"because": "leak"})
    assert (told.status_code, told.json()["article"]) == (403, "PIPL-51-4")
    assert "approve" in told.json()["remedy"]


@pytest.mark.parametrize(
    "body", [{}, {"because": "habit"}, {"because": "keys", "subject": "anna"}, {"because": 1}]
)
def test_odd_orders_are_not_valid(security: Desk, body: dict[str, object]) -> None:
    assert security.post("/v1/renewals", json=body).status_code == 422


def test_list_and_page_show_what_runs_by_itself(security: Desk, house: House) -> None:
    """Page by page; about nobody."""
    house.jobs.tick()
    first = security.get("/v1/jobs?limit=3").json()
    rest = security.get(f"/v1/jobs?cursor={first['next']}").json()
    kinds = {one["kind"] for one in (*first["items"], *rest["items"])}
    assert kinds == {plan.SWEEP, plan.FORGET, plan.TIDY, plan.GROUND, plan.COUNT}
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, None)


def test_unknown_job_is_not_found(security: Desk) -> None:
    """And a name that is none is not valid; neither is a fault."""
    assert security.get(f"/v1/jobs/{'0' * 32}").status_code == 404
    assert security.post(f"/v1/jobs/{'0' * 32}/retries").status_code == 404
    assert security.get("/v1/jobs/nobody").status_code == 422


def test_standing_job_can_be_tried_at_once(security: Desk, house: House) -> None:
    """One that is done cannot."""
    house.jobs.tick()
    job = security.get("/v1/jobs").json()["items"][0]
    told = security.post(f"/v1/jobs/{job['id']}/retries")
    assert (told.status_code, told.json()["attempts"]) == (202, 0)


def test_whoever_may_not_look_does_not(site: Site, house: House) -> None:
    """A gate's key verifies, and nothing else; without a key nobody is told anything."""
    with at_the_door(house, site.settings, site.people, "gate:verification") as gate:
        for path in ("/v1/jobs", f"/v1/jobs/{'0' * 32}"):
            assert gate.get(path).status_code == 403
        assert gate.post("/v1/renewals", json={"because": "keys"}).status_code == 403
        assert gate.post(f"/v1/jobs/{'0' * 32}/retries").status_code == 403
    with at_the_door(house, site.settings, site.people, key="") as nobody:
        assert nobody.get("/v1/jobs").status_code == 401


def test_health_and_meters_say_what_wants_a_look(
    door: TestClient, house: House, site: Site
) -> None:
    """A removed order: ready all the same, named, counted."""
    house.jobs.tick()
    told = door.get("/readyz").json()
    assert (told["ready"], told["attention"]) == (True, [])
    with site.sql("records") as raw:
        raw.execute("UPDATE job SET due = 1")
    told = door.get("/readyz").json()
    assert (told["ready"], told["attention"]) == (True, ["jobs were edited in the store"])
    text = door.get("/metrics").text
    assert 'facekeep_jobs{state="edited"} 5.0' in text
    assert "facekeep_witness_age_seconds" in text
