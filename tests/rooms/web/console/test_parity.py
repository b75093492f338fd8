"""Parity: what was counted is drawn, tabled and judged; nobody is named."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.storage.ways import Ending
from facekeep.use.factors import Attempt
from tests.attacks.toolkit import Site
from tests.rooms.web.console.reader import Reader, plain, reading

PARITY = "/console/parity"


@pytest.fixture
def inspector(site: Site, house: House) -> Iterator[Reader]:
    with reading(site, house, "inspector") as reader:
        yield reader


def count(house: House, way: str, times: int, seconds: float, done: int | None = None) -> None:
    """So many attempts, the first of them done."""
    for n in range(times):
        ending = Ending.DONE if n < (times if done is None else done) else Ending.FAILED
        house.ways.count(Attempt("gate", way, ending, seconds))


def test_before_anything_was_counted(inspector: Reader) -> None:
    """The page says what will be here."""
    assert "Nothing has been counted yet" in inspector.get(PARITY)
    assert "还没有记录" in inspector.get(PARITY, "zh")


def test_ways_stand_side_by_side(inspector: Reader, house: House) -> None:
    """Drawn, and every figure once more in the table."""
    count(house, "face", 40, 3, 38)
    count(house, "card", 40, 2.5)
    page = inspector.get(PARITY)
    assert page.count('role="img"') == 2
    assert "95 % (83.5–98.6 %)" in plain(page)
    assert "No other way is worse than the face." in page
    assert '<th scope="row">Face</th>' in page


def test_a_worse_way_is_told_in_words(inspector: Reader, house: House) -> None:
    """Above the drawings, with the article."""
    count(house, "face", 40, 2)
    count(house, "card", 40, 20)
    page = plain(inspector.get(PARITY))
    assert "card is worse than the face in gate for standard: slower" in page
    assert "Measures art. 10 is not met" in page


def test_a_way_nobody_succeeded_by_is_drawn_all_the_same(inspector: Reader, house: House) -> None:
    """No time is known, and no number is invented."""
    count(house, "card", 3, 5, 0)
    page = plain(inspector.get(PARITY))
    assert "0 % (0–56.1 %)" in page
    assert "none" in page
    assert not re.search(r"\bnan\b", page.lower())


def test_the_table_is_what_is_shown(inspector: Reader, house: House) -> None:
    count(house, "card", 30, 5)
    answer = inspector.ask(f"{PARITY}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines()[1].startswith("gate,standard,card,30,")


@pytest.mark.parametrize("role", ["attendant", "case-officer", "security"])
def test_others_read_none_of_it(site: Site, house: House, role: str) -> None:
    with reading(site, house, role) as reader:
        assert reader.ask(PARITY).status_code == 403
        assert reader.ask(f"{PARITY}.csv").status_code == 403
