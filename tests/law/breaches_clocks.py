"""Breaches of filings, reports and what is kept ready to show."""

from __future__ import annotations

from facekeep.assembly import House
from facekeep.governance.filings import Kind
from facekeep.oversight import counter
from facekeep.oversight.filing import SLOTS, keep_material, open_rectification, submit
from facekeep.oversight.trail import EXPORTED
from tests.attacks.toolkit import DAY, OFFICER, Site, publish, purpose_text
from tests.law.planted import FILINGS, WITNESS, breach, run
from tests.law.test_clocks import TODAY, TWO, WORD


@breach("FRM-15-1", "PIPL-52", "FRM-15-2", "FRF-MAT", says="was due on", also=WITNESS)
def a_filing_nobody_made(site: Site, house: House) -> None:
    counter.take(house.books, TWO)
    site.clock.advance(50 * DAY)


@breach("FRM-15-2", "FRF-MAT", says="pack")
def a_filing_due_without_a_pack(site: Site, house: House) -> None:
    counter.take(house.books, TWO)


@breach("FRM-15-3", says="changed")
def a_change_nobody_filed(site: Site, house: House) -> None:
    filed(house)
    publish(house, purpose_text("annex"))


@breach("FRM-15-4", says="face_deregister was due", also=WITNESS | {"FRM-15-3"})
def an_end_nobody_told(site: Site, house: House) -> None:
    filed(house)
    house.end_use("gate", OFFICER)
    house.end_use("office", OFFICER)
    site.clock.advance(50 * DAY)


@breach("FRF-MAT", says="is missing")
def a_material_that_is_not_there(site: Site, house: House) -> None:
    site.clock.advance(DAY)
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    for slot in list(SLOTS)[:-1]:
        keep_material(house.books, slot, "ab" * 32, "")


@breach("MINOR-37", says="no yearly report is scheduled", also=FILINGS)
def a_yearly_report_taken_off_the_list(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM clock WHERE told LIKE '%minors%'")


@breach("AUD-11", says="was due on 2026-07-07")
def a_rectification_nobody_reported(site: Site, house: House) -> None:
    open_rectification(house.books, TODAY)
    site.clock.advance(25 * DAY)


@breach("FRM-16", "PIPL-69", says="bundle", also=frozenset({"FRM-14-1", "NDSR-09"}))
def a_bundle_nobody_can_show(site: Site, house: House) -> None:
    house.home.note(house.home.own_chain(), "storage:test:noted")  # the last entry stays
    kind = f'"kind":"{EXPORTED}"'.encode()
    run(house.home.records, "DELETE FROM ledger_entry WHERE instr(leaf, ?)", kind)


def filed(house: House) -> None:
    """The face filing is made, with its materials."""
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    for slot in SLOTS:
        keep_material(house.books, slot, "ab" * 32, "")
