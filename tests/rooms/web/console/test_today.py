"""The first page: what is wrong, what is due, what can be proved; each role sees what is its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from facekeep.assembly import House
from facekeep.governance.filings import Kind, opened
from facekeep.oversight import counter
from facekeep.oversight.agenda import Agenda, Item
from facekeep.oversight.counter import Lines
from facekeep.terms.errors import Broken
from facekeep.web.console import answers as answering
from facekeep.web.console.today import dues_of, ranged
from facekeep.web.console.told import apart, sentence
from tests.attacks.toolkit import Site, Turnable
from tests.rooms.web.console.reader import Reader, plain, reading

TODAY = date(2026, 11, 22)


@pytest.fixture
def inspector(site: Site, house: House) -> Iterator[Reader]:
    """Somebody who reads everything and changes nothing."""
    site.enrol(house, "anna")
    with reading(site, house, "inspector") as reader:
        yield reader


def item(day: date, provisional: bool = False) -> Item:
    return Item("file the use of face recognition", day, provisional, "FRM-15-1", "face_filing", "x")  # fmt: skip


# -- pure --------------------------------------------------------------------------------------


def test_a_day_that_is_over_is_overdue_and_today_is_not() -> None:
    listed = Agenda((item(date(2026, 11, 21)), item(TODAY), item(date(2026, 12, 1), True)), ())
    over, now, later = dues_of(listed, TODAY, "en")
    assert (over.overdue, over.left) == (True, -1)
    assert (now.overdue, now.left) == (False, 0)
    assert (later.provisional, later.left) == (True, 9)


def test_a_range_is_one_number_where_both_ends_agree() -> None:
    assert ranged(9, 9, "en") == "9"
    assert ranged(70_000, 71_234, "zh") == "70,000–71,234"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("请核对：facekeep doctor", "zh", "请核对：<code>facekeep doctor</code>"),
        ("desk 比刷脸慢", "zh", "<code>desk</code> 比刷脸慢"),
        ("Run facekeep doctor", "en", "Run <code>facekeep doctor</code>"),
        ("training of 门岗 runs out", "en", 'training of <span lang="zh-CN">门岗</span> runs out'),
        ("<b> & API", "zh", "&lt;<code>b</code>&gt; &amp; API"),
        ("", "zh", ""),
    ],
)
def test_what_is_to_be_typed_stands_apart(text: str, language: str, shown: str) -> None:
    assert str(apart(text, language)) == shown


def test_a_sentence_of_a_room_is_translated_first() -> None:
    assert (
        str(sentence("an ordered job is gone from the store", "zh")) == "有已下达的作业从存储中消失"
    )


# -- the page ----------------------------------------------------------------------------------


def test_three_questions_are_answered_first(inspector: Reader) -> None:
    """In this order, before any table."""
    page = inspector.get("/console")
    first, second, third = (page.index(q) for q in ("Is anything wrong?", "What is due?", "Can I prove it?"))  # fmt: skip
    assert first < second < third < page.index("<table")
    assert "今日" in inspector.get("/console", "zh")


def test_the_counter_shows_its_range_and_line(inspector: Reader) -> None:
    page = plain(inspector.get("/console"))
    assert "1 people; the line is 100,000" in page
    assert "no line" not in page


def test_the_latch_is_shown_with_its_day(inspector: Reader, house: House) -> None:
    """The filing that began to run stands on the first page, though the count fell again."""
    counter.take(house.books, Lines(stored=1))
    page = plain(inspector.get("/console"))
    assert "The clock of the filing runs since" in page
    assert "100 % of the line" in page


def test_an_overdue_filing_comes_first(site: Site, house: House, clock: Turnable) -> None:
    """With how long, and its duty a click away."""
    books = house.books
    with books.transaction() as tx:
        filing = opened(Kind.FACE, books.today, books.calendar)
        books.filings.begin(tx, filing, int(books.now()))
    clock.advance(90 * 86_400)
    with reading(site, house, "inspector", "Ivy") as reader:
        page = reader.get("/console")
    assert "overdue by" in page
    assert "/console/compliance/FRM-15-1" in page
    assert "1 overdue" in plain(page)


def test_nobody_outside_is_trouble_told_with_its_way_out(inspector: Reader) -> None:
    page = plain(inspector.get("/console"))
    assert "Nobody outside remembers the ledger" in page
    assert "Nobody outside yet" in page


def test_a_question_that_cannot_be_answered_is_named(
    inspector: Reader, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And holds up nothing else of the page."""

    def broken(_at: int) -> None:
        raise Broken("a store is damaged", "facekeep doctor")

    asked = type(house).questions
    monkeypatch.setattr(type(house), "questions", lambda self: {**asked(self), "x.y.z": broken})
    page = inspector.get("/console")
    assert "A question could not be answered" in page
    assert "x.y.z" in page
    assert "The six safeguards" in page


def test_the_calendar_names_nobody(inspector: Reader) -> None:
    answer = inspector.ask("/console/agenda.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert "anna" not in answer.text


def test_answers_serve_again_while_nothing_happens(inspector: Reader, house: House) -> None:
    """A second look costs nothing; a new entry is looked at anew, once the first look has paid."""
    first = answering.answers_of(house)
    assert answering.answers_of(house) is first
    house.home.note(house.home.own_chain(), "storage:home:adopted", {}, {})
    kept = answering._KEPT[house]
    answering._KEPT[house] = replace(kept, took=0.0)
    assert answering.answers_of(house) is not first


# -- who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees", "not_here"),
    [
        ("inspector", {"/console/ledger", "/console/compliance", "/console/access"}, {"/desk/campaigns"}),
        ("case-officer", {"/console/cases", "/console/approvals"}, {"/console/ledger", "/console/compliance"}),
        ("security", {"/console/jobs", "/console/ledger"}, {"/console/compliance", "/console/cases"}),
        ("attendant", {"/console/devices"}, {"/console/ledger", "/console/filing", "/console/cases"}),
    ],
)  # fmt: skip
def test_the_rail_shows_what_is_ones_own(
    site: Site, house: House, role: str, sees: set[str], not_here: set[str]
) -> None:
    """And the page itself shows no more than the rail."""
    with reading(site, house, role) as reader:
        page = reader.get("/console")
    assert all(f'<a href="{path}"' in page for path in {*sees, "/console"})
    assert not any(f'<a href="{path}"' in page for path in not_here)
    assert ("The six safeguards" in page) == ("/console/compliance" in sees)


def test_an_officer_finds_campaigns_long_after_signing_in(
    site: Site, house: House, clock: Turnable
) -> None:
    """What needs both factors again stands in the rail all the same."""
    with reading(site, house, "officer") as officer:
        clock.advance(1_200)
        assert '<a href="/desk/campaigns"' in officer.get("/console")


def test_nobody_is_sent_to_the_sign_in(inspector: Reader) -> None:
    inspector.client.cookies.clear()
    answer = inspector.ask("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in?next=%2Fconsole")  # fmt: skip
