"""The register of filings: opened by latches, closed by officers, watched for change."""

from __future__ import annotations

from datetime import date

import pytest

from facekeep.assembly import House
from facekeep.governance.clockbook import Part
from facekeep.governance.filings import Filing, Kind, Status, opened
from facekeep.governance.workdays import read_table
from facekeep.oversight import counter
from facekeep.oversight.counter import Lines
from facekeep.oversight.filing import (
    SLOTS,
    Word,
    add_years,
    band,
    changes,
    close,
    keep_material,
    live_facts,
    materials,
    open_rectification,
    submit,
    watch,
)
from facekeep.terms.errors import Misused, Refused, Tampered
from tests.attacks.toolkit import DAY, Site, agree, publish, purpose_text
from tests.rooms.governance.test_workdays import GOOD

WORD = Word("Director Lin", "ab" * 64)
TODAY = date(2026, 6, 15)
CHANGED = purpose_text(retention_days=300)


def file_it(house: House, number: str = "44-1") -> None:
    submit(house.books, Kind.FACE, number, TODAY, WORD)


def test_a_filing_keeps_receipt_officer_and_snapshot(house: House) -> None:
    """What was filed is kept under its digest, with the officer's signature."""
    filing = submit(house.books, Kind.FACE, " 44-2026-17 ", TODAY, WORD)
    assert (filing.number, filing.officer, filing.signature) == ("44-2026-17", *_word())
    kept = house.books.filings.snapshot(filing.snapshot)
    assert kept == live_facts(house.books, int(house.books.now()))
    assert kept is not None
    assert kept["purposes"].keys() == {"gate"}
    assert house.home.clocks.is_whole()


def _word() -> tuple[str, str]:
    return WORD.officer, WORD.signature


@pytest.mark.parametrize(
    ("number", "on"),
    [("", TODAY), (" ", TODAY), ("x" * 101, TODAY), ("a\nb", TODAY), ("1", date(2026, 6, 16))],
)
def test_impossible_receipts_are_refused(house: House, number: str, on: date) -> None:
    """Empty, endless, of two lines, of tomorrow."""
    with pytest.raises(Misused):
        submit(house.books, Kind.FACE, number, on, WORD)


def test_a_day_before_day_0_is_refused(site: Site, house: House) -> None:
    """Nobody filed before they had to and wrote it down afterwards."""
    site.enrol(house, "alice")
    counter.take(house.books, Lines(stored=1))
    with pytest.raises(Misused, match="day 0"):
        submit(house.books, Kind.FACE, "44-1", date(2026, 6, 14), WORD)


def test_a_receipt_number_is_used_once(site: Site, house: House) -> None:
    """Two filings of a kind have two receipts."""
    file_it(house)
    publish(house, CHANGED)
    submit(house.books, Kind.CHANGE, "44-2", TODAY, WORD)
    publish(house, purpose_text(retention_days=200))
    with pytest.raises(Misused, match="already"):
        submit(house.books, Kind.CHANGE, "44-2", TODAY, WORD)


@pytest.mark.parametrize("kind", [Kind.MINORS, Kind.DEREGISTER, Kind.RECTIFICATION])
def test_nothing_is_filed_that_nobody_asked_for(house: House, kind: Kind) -> None:
    """Some filings exist only where something opened them."""
    with pytest.raises(Refused, match="is open"):
        submit(house.books, kind, "44-1", TODAY, WORD)


def test_one_filing_is_enough(house: House) -> None:
    """A second first filing is refused; so is a change of nothing."""
    with pytest.raises(Refused, match="nothing of this kind"):
        submit(house.books, Kind.CHANGE, "44-0", TODAY, WORD)
    file_it(house)
    with pytest.raises(Refused, match="nothing of this kind"):
        file_it(house, "44-9")


# -- change ---------------------------------------------------------------------------------


def test_a_changed_purpose_opens_a_change_filing(site: Site, house: House) -> None:
    """Day 0 is the day the difference was first seen; it is due 30 working days later."""
    file_it(house)
    assert watch(house.books) is None
    site.clock.advance(DAY)
    publish(house, CHANGED)
    filing = watch(house.books)
    assert filing is not None
    assert (filing.day0, filing.due) == (date(2026, 6, 16), date(2026, 7, 29))
    assert filing.about == ("purposes",)


def test_more_changes_extend_the_same_filing(site: Site, house: House) -> None:
    """Day 0 stays; what it is about grows."""
    file_it(house)
    publish(house, CHANGED)
    first = watch(house.books)
    site.clock.advance(3 * DAY)
    agree(house, "youth", birth=date(2010, 1, 1))
    second = watch(house.books)
    assert first is not None
    assert second is not None
    assert (second.id, second.day0) == (first.id, first.day0)
    assert second.about == ("minors", "purposes")
    assert watch(house.books) == second


def test_a_difference_that_goes_away_closes_nothing(site: Site, house: House) -> None:
    """An officer says why; as long as it stands they cannot."""
    file_it(house)
    publish(house, purpose_text("canteen"))
    watch(house.books)
    with pytest.raises(Refused, match="still other"):
        close(house.books, Kind.CHANGE, "nothing to see here", WORD)
    at = int(house.books.now())
    with house.home.records.transaction() as tx:
        house.home.purposes.end(tx, "canteen", "officer", "a mistake", at)
    assert changes(house.books, at) == ()
    (filing,) = house.books.filings.of(Kind.CHANGE, Status.OPEN)
    closed = close(house.books, Kind.CHANGE, "the canteen was never used", WORD)
    assert (closed.id, closed.status) == (filing.id, Status.CLOSED)


def test_the_change_filed_is_the_new_snapshot(site: Site, house: House) -> None:
    """After it, nothing is other until the next change."""
    file_it(house)
    publish(house, CHANGED)
    watch(house.books)
    submit(house.books, Kind.CHANGE, "44-2", TODAY, WORD)
    assert changes(house.books, int(house.books.now())) == ()
    assert watch(house.books) is None
    publish(house, purpose_text(retention_days=200))
    later = watch(house.books)
    assert later is not None
    assert later.status is Status.OPEN


def test_bands_of_people() -> None:
    """Crossing a line is a change; a person more is not."""
    assert [band(n) for n in (0, 99_999, 100_000, 499_999, 500_000, 20_000_000)] == [
        "<100000", "<100000", ">=100000", ">=100000", ">=500000", ">=10000000",
    ]  # fmt: skip


# -- two officers, and edited books ---------------------------------------------------------


def test_of_two_officers_the_second_is_told(house: House) -> None:
    """Compare-and-set on the version: a refused conflict, and nothing lost."""
    one = open_rectification(house.books, TODAY)
    with house.home.records.transaction() as tx:
        house.books.filings.keep(tx, one, 1)
        house.books.clocks.tell(tx, "oversight:filing:extended", {})
    with pytest.raises(Refused, match="meanwhile"), house.home.records.transaction() as tx:
        house.books.filings.keep(tx, one, 2)
    assert len(house.home.clocks.history(Part.FILING, one.id)) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE clock SET told = replace(told, '2026-07', '2029-07')",
        "UPDATE clock SET at = at + 1",
        "UPDATE clock SET id = 'audit_rectification/2020-01-01'",
        "DELETE FROM clock WHERE version = 1",
    ],
)
def test_an_edited_book_is_noticed(site: Site, house: House, sql: str) -> None:
    """Each row is sealed, and versions leave no hole."""
    filing = open_rectification(house.books, TODAY)
    with house.home.records.transaction() as tx:
        house.books.filings.keep(tx, filing, 1)
        house.books.clocks.tell(tx, "oversight:filing:extended", {})
    with site.sql("records") as raw:
        raw.execute(f"{sql} {'AND' if 'WHERE' in sql else 'WHERE'} book = 'filing'")
    with pytest.raises(Tampered):
        house.books.filings.every()


def test_a_missing_end_differs_from_the_ledger(site: Site, house: House) -> None:
    """The newest version removed leaves a whole book, but not the one the ledger remembers."""
    open_rectification(house.books, TODAY)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM clock WHERE book = 'filing'")
    assert house.books.filings.every() == []
    assert not house.home.clocks.is_whole()


# -- materials and working days -------------------------------------------------------------


def test_materials_are_digests(house: House) -> None:
    """Eight slots; of identity scans no place is kept."""
    keep_material(house.books, "undertaking", "ab" * 32, "safe 2")
    keep_material(house.books, "id_filer", "cd" * 32, "")
    told = materials(house.books)
    assert (len(told), len(SLOTS)) == (8, 8)
    assert told["undertaking"] == {"digest": "ab" * 32, "where": "safe 2", "day": "2026-06-15"}
    assert told["id_filer"] == {"digest": "cd" * 32, "where": "", "day": "2026-06-15"}
    with pytest.raises(Misused, match="identity scan"):
        keep_material(house.books, "id_filer", "cd" * 32, "drawer")
    for slot, digest in (("passport", "ab" * 32), ("undertaking", "AB" * 32), ("undertaking", "")):
        with pytest.raises(Misused):
            keep_material(house.books, slot, digest, "")


def test_growing_the_calendar_moves_what_was_provisional(site: Site, house: House) -> None:
    """Recomputed in the same act; the earlier date stays in the history."""
    site.clock.now += 170 * DAY
    filing = open_rectification(house.books, date(2026, 12, 1))
    assert filing.due == date(2026, 12, 22)
    filing = open_rectification(house.books, date(2026, 12, 2))
    assert not filing.provisional
    with house.home.records.transaction() as tx:
        late = house.books.filings.begin(tx, _provisional(house), 1)
        house.books.clocks.tell(tx, "oversight:filing:opened", {})
    assert late.provisional
    added, moved = add_years(house.books, read_table(GOOD.encode()))
    assert added == [2027]
    assert [f.id for f in moved] == [late.id]
    assert not moved[0].provisional
    assert moved[0].due >= late.due
    assert len(house.home.clocks.history(Part.FILING, late.id)) == 2
    assert add_years(house.books, read_table(GOOD.encode())) == ([], [])
    assert house.home.clocks.is_whole()


def _provisional(house: House) -> Filing:
    return opened(Kind.FACE, date(2026, 11, 25), house.books.calendar)


def test_another_text_for_a_known_year_says_what_it_amends(house: House) -> None:
    """A typing error does not silently move deadlines: the day in dispute is named."""
    add_years(house.books, read_table(GOOD.encode()))
    other = GOOD.replace("2027-02-12,", "2027-02-12, 2027-02-15,")
    with pytest.raises(Misused, match="2027-02-15"):
        add_years(house.books, read_table(other.encode()))
    amended = other.replace("    holidays", "    amends: State Council notice 3\n    holidays")
    assert add_years(house.books, read_table(amended.encode()))[0] == [2027]
    assert not house.books.calendar.is_workday(date(2027, 2, 15))
    assert len(house.home.clocks.history(Part.YEAR, "2027")) == 2
