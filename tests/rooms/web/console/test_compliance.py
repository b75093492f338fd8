"""Compliance: every duty is listed, filtered by its address, and opened with its evidence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.oversight.obligations import book
from facekeep.web.console.compliance import Line, as_csv, flat
from tests.attacks.staff import approve
from tests.attacks.toolkit import OFFICER, Site
from tests.rooms.web.console.reader import Reader, plain, reading

COMPLIANCE = "/console/compliance"


@pytest.fixture(scope="module")
def inspector(one_site: Site, one_house: House) -> Iterator[Reader]:
    """Somebody who reads and changes nothing."""
    with reading(one_site, one_house, "inspector") as reader:
        yield reader


def listed(page: str) -> set[str]:
    return set(re.findall(r'href="/console/compliance/([A-Z0-9-]+)"', page))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_duty_of_the_regime_is_listed(inspector: Reader, language: str) -> None:
    assert listed(inspector.get(COMPLIANCE, language)) == {one.id for one in book().of_regime("cn")}


def test_the_four_states_split_the_list(inspector: Reader) -> None:
    """Each duty stands in one."""
    states = ("met", "not_met", "not_applicable", "not_automatable")
    several = [listed(inspector.get(f"{COMPLIANCE}?status={one}")) for one in states]
    assert sum(map(len, several)) == len(set.union(*several)) == len(list(book().of_regime("cn")))


def test_a_stage_is_shown_alone(inspector: Reader) -> None:
    found = listed(inspector.get(f"{COMPLIANCE}?stage=use"))
    assert found == {one.id for one in book().of_regime("cn") if one.stage == "use"}


@pytest.mark.parametrize("query", ["status=perfect", "stage=%3Cb%3E", "status[]=met&status=x"])
def test_what_is_no_filter_is_refused_in_words(inspector: Reader, query: str) -> None:
    page = inspector.get(f"{COMPLIANCE}?{query}", status=422)
    assert "<h1>" in page
    assert "<b>" not in page


def test_the_table_is_the_list(inspector: Reader) -> None:
    """With the same filter, for a spreadsheet."""
    answer = inspector.ask(f"{COMPLIANCE}.csv?status=not_met")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["id"] for row in rows} == listed(inspector.get(f"{COMPLIANCE}?status=not_met"))
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2", "@x", "\tx"])
def test_no_cell_is_carried_out(cell: str) -> None:
    """A spreadsheet takes a leading sign for a formula."""
    line = Line("A-1", "use", "met", "good", "low", cell, (cell,), cell)
    (row,) = list(csv.DictReader(io.StringIO(as_csv([line]).removeprefix("\ufeff"))))
    assert row["text"] == row["next"] == row["missing"] == f"'{cell}"


def test_facts_are_flattened_one_level() -> None:
    told = {"a": {"b": 1, "c": {"d": 2}}, "e": [], "f": "x" * 200}
    found = dict(flat(told))
    assert found["a.b"] == "1"
    assert found["a.c"] == '{"d": 2}'
    assert (found["e"], len(found["f"])) == ("[]", 161)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("duty", [one.id for one in book().obligations])
def test_every_duty_has_its_page(inspector: Reader, duty: str, language: str) -> None:
    """Its text in the reader's language, how it stands, and what says so."""
    page = plain(inspector.get(f"{COMPLIANCE}/{duty}", language))
    one = next(one for one in book().obligations if one.id == duty)
    assert re.sub(r"\s+", "", one.of(language)) in re.sub(r"\s+", "", page)


def test_an_answer_carries_its_digest(inspector: Reader) -> None:
    """So that what was read can be compared with what an evidence bundle holds."""
    page = inspector.get(f"{COMPLIANCE}/PIPL-50")
    assert "<code>rights.cases.answered</code>" in page
    assert re.search(r"Digest of this answer <code>[0-9a-f]{4}( [0-9a-f]{4}){7}</code>", page)


def test_the_beginning_of_a_name_opens_all_that_begin_so(inspector: Reader) -> None:
    page = inspector.get(f"{COMPLIANCE}/frm-10")
    assert "<code>FRM-10-1</code>" in page
    assert "<code>FRM-10-2</code>" in page


@pytest.mark.parametrize("duty", ["XX-1", "FRM-999", "a"])
def test_a_duty_nobody_knows(inspector: Reader, duty: str) -> None:
    inspector.get(f"{COMPLIANCE}/{duty}", status=404)


@pytest.mark.parametrize("role", ["attendant", "case-officer", "security", "developer"])
def test_others_read_none_of_it(one_site: Site, one_house: House, role: str) -> None:
    with reading(one_site, one_house, role, f"other {role}") as reader:
        for path in (COMPLIANCE, f"{COMPLIANCE}.csv", f"{COMPLIANCE}/FRM-10", f"{COMPLIANCE}/export", "/console/agenda.ics"):  # fmt: skip
            assert reader.ask(path).status_code == 403


# -- the evidence bundle -----------------------------------------------------------------------


@pytest.fixture
def officer(site: Site, house: House) -> Iterator[Reader]:
    with reading(site, house, "officer") as reader:
        yield reader


def test_one_officer_alone_exports_nothing(officer: Reader, house: House) -> None:
    """Not even by a form of their own making."""
    page, day = f"{COMPLIANCE}/export", house.books.today.isoformat()
    assert "disabled" in officer.get(page)
    answer = officer.send(page, page, since=day, until=day)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    approve(house, OFFICER, "export", f"{day}..{day}")
    assert officer.send(page, page, since=day, until=day).status_code == 403


def test_two_officers_export_once(officer: Reader, house: House) -> None:
    """The approvals are used up with it."""
    page, day = f"{COMPLIANCE}/export", house.books.today.isoformat()
    for name in (OFFICER, "Ben"):
        approve(house, name, "export", f"{day}..{day}")
    answer = officer.send(page, page, since=day, until=day)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.content[:2] == b"PK"
    assert officer.send(page, page, since=day, until=day).status_code == 403


@pytest.mark.parametrize(
    ("since", "until"), [("2026-02-30", "2026-03-01"), ("2030-01-02", "2030-01-01"), ("x", "y"), ("", "")],
)  # fmt: skip
def test_a_period_that_is_none(officer: Reader, since: str, until: str) -> None:
    page = f"{COMPLIANCE}/export"
    assert officer.send(page, page, since=since, until=until).status_code == 422


def test_an_inspector_sees_how_and_exports_nothing(inspector: Reader) -> None:
    page = f"{COMPLIANCE}/export"
    assert "An officer exports it" in inspector.get(page)
    hidden = inspector.hidden("/console/ledger")
    day = "2020-01-01"
    assert inspector.post(page, **hidden, since=day, until=day).status_code == 403
