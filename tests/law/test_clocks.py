"""Clocks, counters and filings as law: the gate refuses, the question holds, the breach is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from facekeep.assembly import House
from facekeep.governance.filings import Kind
from facekeep.oversight import clocks, counter, deregister
from facekeep.oversight.counter import Lines
from facekeep.oversight.filing import (
    SLOTS,
    Word,
    close,
    keep_material,
    open_rectification,
    submit,
    watch,
)
from facekeep.terms.errors import Refused
from facekeep.terms.evidence import Finding
from facekeep.terms.messages import in_language
from tests.attacks.toolkit import DAY, Site, agree, publish, purpose_text

WORD = Word("Director Lin")
TODAY = date(2026, 6, 15)
TWO = Lines(stored=2, handled=3, sensitive=2)


def ask(house: House, question: str, lines: Lines = TWO) -> Finding:
    asked = {**house.evidence(), **clocks.questions(house.books, lines)}
    return asked[question](int(house.books.now()))


def says(finding: Finding, *words: str) -> bool:
    """Whether one gap holds all the words, and every gap has its Chinese."""
    for gap in finding.gaps:
        assert in_language(gap.what, "zh") != gap.what, gap
        assert in_language(gap.next, "zh") != gap.next, gap
    return any(all(word in gap.what + gap.next for word in words) for gap in finding.gaps)


def settle(site: Site, house: House) -> None:
    """A home that reached its line, filed in time, and has its materials."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    agree(house, "youth", birth=date(2010, 1, 1))
    counter.take(house.books, TWO)
    site.clock.advance(DAY)
    day = date(2026, 6, 16)
    submit(house.books, Kind.FACE, "44-1", day, WORD)
    submit(house.books, Kind.OFFICER, "44-2", day, WORD)
    for slot in SLOTS:
        keep_material(house.books, slot, "ab" * 32, "")


QUESTIONS = (
    "storage.counting.people",
    "storage.counting.minors",
    "storage.retention.overdue",
    "oversight.filing.face",
    "oversight.filing.change",
    "oversight.filing.officer",
    "oversight.filing.minors",
    "oversight.filing.materials",
    "oversight.calendar",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_holds_on_a_well_run_home(site: Site, house: House, question: str) -> None:
    """And is about something."""
    settle(site, house)
    finding = ask(house, question)
    assert finding.applies
    assert finding.gaps == ()


@pytest.mark.parametrize(
    "question", ["face", "change", "deregister", "officer", "minors", "rectification", "materials"]
)
def test_where_nothing_was_reached_nothing_applies(house: House, question: str) -> None:
    """A small home owes no filing."""
    finding = ask(house, f"oversight.filing.{question}")
    assert not finding.applies
    assert finding.holds


# -- FRM-15-1, PIPL-52: lines ---------------------------------------------------------------


def test_the_gate_refuses_to_close_what_still_stands(site: Site, house: House) -> None:
    """The count is at the line: no reason closes the filing."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    counter.take(house.books, TWO)
    with pytest.raises(Refused) as refused:
        close(house.books, Kind.FACE, "it is inconvenient", WORD, TWO)
    assert refused.value.duty == "FRM-15-1"


@pytest.mark.parametrize(("kind", "days"), [(Kind.FACE, 44), (Kind.OFFICER, 44)])
def test_a_latch_passed_without_filing_is_named(
    site: Site, house: House, kind: Kind, days: int
) -> None:
    """From the day after it was due."""
    site.enrol(house, "alice")
    site.enrol(house, "bob")
    agree(house, "carol")
    counter.take(house.books, TWO)
    question = f"oversight.filing.{'face' if kind is Kind.FACE else 'officer'}"
    (filing,) = house.books.filings.of(kind)
    assert ask(house, question).holds
    site.clock.advance((filing.due - TODAY).days * DAY)
    assert ask(house, question).holds
    site.clock.advance(DAY)
    assert says(ask(house, question), f"{kind} was due on {filing.due}", "filing submitted")


def test_a_line_reached_without_a_clock_is_named(site: Site, house: House) -> None:
    """Somebody bypassed the counter, or removed what it opened."""
    site.enrol(house, "alice")
    site.enrol(house, "bob")
    assert says(ask(house, "oversight.filing.face"), "line of 2 people", "facekeep counter")
    counter.take(house.books, TWO)
    assert ask(house, "oversight.filing.face").holds
    with site.sql("records") as raw:
        raw.execute("DELETE FROM clock WHERE book IN ('filing', 'alarm')")
    finding = ask(house, "oversight.filing.face")
    assert says(finding, "line of 2 people")
    assert says(finding, "changed behind our back")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE clock SET told = replace(told, '2026-07-28', '2036-07-28')",
        "UPDATE clock SET told = replace(told, '\"open\"', '\"closed\"')",
        "DELETE FROM clock WHERE book = 'filing'",
        "UPDATE clock SET mac = zeroblob(32)",
    ],
)
def test_an_edited_register_is_named(site: Site, house: House, sql: str) -> None:
    """Whoever moves a due date in the store is seen."""
    site.enrol(house, "alice")
    site.enrol(house, "bob")
    counter.take(house.books, TWO)
    with site.sql("records") as raw:
        raw.execute(sql)
    assert says(ask(house, "oversight.filing.face"), "changed behind our back", "doctor")


def test_a_late_filing_is_told(site: Site, house: House) -> None:
    """Filed is filed; that it was late stays a fact."""
    site.enrol(house, "alice")
    site.enrol(house, "bob")
    counter.take(house.books, TWO)
    site.clock.advance(60 * DAY)
    submit(house.books, Kind.FACE, "44-1", house.books.today, WORD)
    finding = ask(house, "oversight.filing.face")
    assert finding.holds
    assert [one["late"] for one in finding.facts["filings"]] == [True]


# -- FRM-15-3: change -----------------------------------------------------------------------

CHANGES: dict[str, Callable[[Site, House], object]] = {
    "purposes": lambda site, house: publish(house, purpose_text(retention_days=300)),
    "storage": lambda site, house: publish(house, purpose_text(storage='"premises"')),
    "method": lambda site, house: publish(house, purpose_text(operations='["verification"]')),
    "minors": lambda site, house: agree(house, "youth", birth=date(2010, 1, 1)),
}


@pytest.mark.parametrize("fact", CHANGES)
def test_a_change_after_filing_is_named_until_it_is_filed(
    site: Site, house: House, fact: str
) -> None:
    """First that no clock runs, then, past its day, that nobody filed."""
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    assert ask(house, "oversight.filing.change").holds
    CHANGES[fact](site, house)
    assert says(ask(house, "oversight.filing.change"), f"fact {fact} changed")
    watch(house.books)
    assert ask(house, "oversight.filing.change").holds
    site.clock.advance(50 * DAY)
    assert says(ask(house, "oversight.filing.change"), "face_change was due on 2026-07-28")
    submit(house.books, Kind.CHANGE, "44-2", house.books.today, WORD)
    assert ask(house, "oversight.filing.change").holds


def test_a_missing_snapshot_is_named(site: Site, house: House) -> None:
    """Without it no change could be seen."""
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM clock WHERE book = 'snapshot'")
    assert says(ask(house, "oversight.filing.change"), "snapshot of what was filed is missing")


# -- FRM-15-4: the end of a use -------------------------------------------------------------


def test_an_unfinished_ending_is_named(site: Site, house: House) -> None:
    """Begun and stuck: what it waits for is said."""
    site.enrol(house, "alice")
    stuck = replace(house.hands, left=lambda purposes: {"keys": 1})
    with pytest.raises(Exception, match="left of the ended use"):
        deregister.end(house.books, stuck, "gate", "Director Lin")
    assert says(ask(house, "oversight.filing.deregister"), "the ending of gate", "deregister gate")
    house.end_use("gate", "Director Lin")
    assert ask(house, "oversight.filing.deregister").holds


def test_a_use_that_ended_and_is_still_filed_is_named(site: Site, house: House) -> None:
    """Past the thirtieth working day."""
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    house.end_use("gate", "Director Lin")
    assert ask(house, "oversight.filing.deregister").holds
    site.clock.advance(50 * DAY)
    assert says(ask(house, "oversight.filing.deregister"), "face_deregister was due")


# -- MINOR-37, AUD-11, FRF-MAT --------------------------------------------------------------


def test_minors_without_a_yearly_report_are_named(site: Site, house: House) -> None:
    """First that none is scheduled; after 31 January that none was made."""
    agree(house, "youth", birth=date(2010, 1, 1))
    assert says(ask(house, "oversight.filing.minors"), "no yearly report is scheduled")
    counter.take(house.books)
    assert ask(house, "oversight.filing.minors").holds
    site.clock.advance(240 * DAY)
    counter.take(house.books)
    assert says(ask(house, "oversight.filing.minors"), "minors_audit was due on 2027-01-31")
    submit(house.books, Kind.MINORS, "44-3", house.books.today, WORD)
    assert ask(house, "oversight.filing.minors").holds


def test_a_rectification_nobody_reported_is_named(site: Site, house: House) -> None:
    """Fifteen working days after it was done."""
    open_rectification(house.books, TODAY)
    assert ask(house, "oversight.filing.rectification").holds
    site.clock.advance(30 * DAY)
    assert says(
        ask(house, "oversight.filing.rectification"), "audit_rectification was due on 2026-07-07"
    )


def test_a_missing_material_is_named(site: Site, house: House) -> None:
    """Each slot by its name."""
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    for slot in SLOTS:
        if slot != "undertaking":
            keep_material(house.books, slot, "ab" * 32, "")
    assert says(ask(house, "oversight.filing.materials"), "material undertaking is missing")


# -- FRM-08-2, PIPL-19: retention -----------------------------------------------------------


def test_an_overdue_reference_is_named(site: Site, house: House) -> None:
    """A sweep that did not run, a row pasted back."""
    site.enrol(house, "alice")
    assert ask(house, "storage.retention.overdue").holds
    site.clock.advance(366 * DAY)
    finding = ask(house, "storage.retention.overdue")
    assert says(finding, "1 face keys are past their term", "facekeep sweep")
    house.sweep()
    assert ask(house, "storage.retention.overdue").holds


# -- working days ---------------------------------------------------------------------------


def test_a_due_date_of_another_calendar_is_named(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that grew by an upgrade and moved a date, before the clocks ran."""
    from facekeep.governance import calendars
    from facekeep.governance.workdays import packaged

    years = {y: s for y, s in packaged().years.items() if y != 2026}
    monkeypatch.setattr(calendars, "packaged", lambda: type(packaged())(years))
    open_rectification(house.books, TODAY)
    assert ask(house, "oversight.calendar").facts["provisional"]
    assert ask(house, "oversight.calendar").holds
    monkeypatch.setattr(calendars, "packaged", packaged)
    assert says(ask(house, "oversight.calendar"), "another due date", "facekeep counter")
