"""Attacks on the queue by whoever can write to the store: nothing planted or pasted back is done."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.db.queue import State, Task
from facekeep.storage.bulk import KIND
from facekeep.terms.errors import Refused
from tests.attacks.toolkit import Site
from tests.flows.test_jobs import epochs, ordered, town


def test_edited_order_is_never_carried_out(site: Site, house: House) -> None:
    """Another purpose, another reason: the row is named, and nothing is renewed or ended by it."""
    names = town(site, house, 3)
    before = epochs(site, house, names)
    job = ordered(house, "gate", "schedule")
    with site.sql("records") as raw:
        raw.execute(
            "UPDATE job SET body = replace(body, 'schedule', 'keys') WHERE kind = ?", (KIND,)
        )
    house.jobs.tick()
    assert epochs(site, house, names) == before
    health = house.jobs.health()
    assert (health.edited, health.lost, health.good) == (1, 1, False)
    assert house.jobs.renewals.ordered() == [job.id.hex()]


def test_removed_order_is_missed(site: Site, house: House) -> None:
    """The ledger remembers what was ordered."""
    town(site, house, 2)
    ordered(house)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM job")
    assert house.jobs.health().lost == 1
    assert "an ordered job is gone from the store" in house.jobs.health().attention


def test_finished_order_pasted_back_is_not_done_again(site: Site, house: House) -> None:
    """An old row under its genuine seal: the ledger says that it was completed."""
    names = town(site, house, 3)
    job = ordered(house)
    with site.sql("records") as raw:
        older = raw.execute("SELECT * FROM job WHERE id = ?", (job.id,)).fetchone()
    house.jobs.tick()
    after = epochs(site, house, names)
    with site.sql("records") as raw:
        marks = ",".join("?" * len(older))
        raw.execute(f"INSERT OR REPLACE INTO job VALUES ({marks})", older)
    for _ in range(6):
        house.home.jobs._ticks = lambda: 10.0**9
        house.jobs.run_one()
    assert epochs(site, house, names) == after
    assert house.jobs.get(job.id.hex()).state is not State.DONE
    assert "failed: storage.renewal" in house.jobs.health().attention


def test_order_nobody_gave_is_not_carried_out(site: Site, house: House) -> None:
    """Not even one that was put in the queue by the program itself, without two officers."""
    names = town(site, house, 3)
    before = epochs(site, house, names)
    body = {"purpose": "gate", "because": "keys"}
    with house.home.records.transaction() as tx:
        house.home.jobs.put(tx, Task(KIND, "gate:keys", body), site.clock.now)
    house.jobs.tick()
    assert epochs(site, house, names) == before
    assert f"failed: {KIND}" in house.jobs.health().attention


def test_deleted_seals_keep_nobody_from_being_renewed(site: Site, house: House) -> None:
    """Which row was renewed is read from its epoch, not from what a thief may have removed."""
    names = town(site, house, 3)
    before = epochs(site, house, names)
    ordered(house)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM row_seal")
    house.jobs.tick()
    assert all(old != new for old, new in zip(before, epochs(site, house, names), strict=True))


def test_row_that_names_nobody(site: Site, house: House) -> None:
    """No reference, no subject: what a stolen queue tells is that a purpose was renewed."""
    town(site, house, 3)
    ordered(house)
    with site.sql("records") as raw:
        told = "\n".join(map(str, raw.execute("SELECT * FROM job").fetchall()))
    assert "person" not in told
    assert "gate" in told


def test_planted_standing_job_does_nothing(site: Site, house: House) -> None:
    """A kind nobody carries out is leased by nobody."""
    with house.home.records.transaction() as tx:
        house.home.jobs.put(tx, Task("storage.erase-everybody", "x"), site.clock.now)
    site.enrol(house, "alice")
    house.jobs.tick()
    assert site.matches(house, "alice")
    with pytest.raises(Refused):
        house.jobs.renewals.order("gate", "keys")
