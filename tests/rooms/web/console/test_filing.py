"""Filing on pages: the register, what an officer signs, the materials, the pack by two officers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from facekeep.access.sessions import PROVED_S
from facekeep.assembly import House
from facekeep.governance.filings import Filing, Kind, Status, opened
from facekeep.oversight import filing as register
from facekeep.web.console.filing import line_of
from tests.attacks.signed_in import PASSPHRASE
from tests.attacks.staff import approve
from tests.attacks.toolkit import OFFICER, Site, Turnable
from tests.rooms.web.console.reader import Reader, plain, reading

FILING = "/console/filing"
SUBMIT = f"{FILING}/audit_rectification/submitted"
CLOSE = f"{FILING}/audit_rectification/closed"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def officer(site: Site, house: House) -> Iterator[Reader]:
    """An officer whose signature counts, both factors just shown."""
    with reading(site, house, "officer") as reader:
        yield reader


@pytest.fixture
def running(house: House) -> Filing:
    """A report that is due."""
    return register.open_rectification(house.books, house.books.today)


def found(house: House) -> Filing:
    (filing,) = house.books.filings.of(Kind.RECTIFICATION)
    return filing


def submit(officer: Reader, **fields: str) -> Any:
    day = officer.house.books.today.isoformat()
    told = {"number": "44-2026-17", "on": day, "passphrase": PASSPHRASE, **fields}
    return officer.send(SUBMIT, SUBMIT, **told)


# -- the register ------------------------------------------------------------------------------


def test_an_open_filing_past_its_day_is_overdue() -> None:
    filing = Filing("x", Kind.FACE, date(2026, 1, 1), date(2026, 2, 13))
    assert line_of(filing, date(2026, 2, 13)).state == "open"
    late = line_of(filing, date(2026, 2, 14))
    assert (late.state, late.tone, late.left) == ("overdue", "grave", -1)


def test_before_anything_was_to_be_filed(officer: Reader) -> None:
    page = plain(officer.get(FILING))
    assert "Nothing has to be filed" in page
    assert "May be filed before any line is reached" in page
    assert page.count("not yet") == 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filing_stands_in_the_register(officer: Reader, running: Filing, language: str) -> None:
    page = officer.get(FILING, language)
    assert f'href="{SUBMIT}"' in page
    assert {"zh": "审计整改报告", "en": "Rectification report"}[language] in page


def test_an_inspector_sees_the_register_and_no_way_to_sign(
    site: Site, house: House, running: Filing
) -> None:
    with reading(site, house, "inspector") as inspector:
        page = inspector.get(FILING)
        assert "Rectification report" in page
        assert "submitted" not in page
        assert "<form" not in page.split("</nav>")[-1]
        hidden = inspector.hidden("/console/ledger")
        for path in (SUBMIT, CLOSE, f"{FILING}/rectified", f"{FILING}/materials/undertaking"):
            assert inspector.post(path, **hidden).status_code == 403
        assert inspector.ask(SUBMIT).status_code == 403
    assert found(house).status is Status.OPEN


# -- submitting --------------------------------------------------------------------------------


def test_a_receipt_is_noted_under_the_officers_signature(
    officer: Reader, house: House, running: Filing
) -> None:
    """And cannot be repudiated: the signature in the register is over this receipt of this day."""
    assert submit(officer).headers["location"] == FILING
    filing = found(house)
    assert (filing.status, filing.number, filing.officer) == (Status.SUBMITTED, "44-2026-17", "Ann")
    message = register.submitted_message(
        house.home.id, Kind.RECTIFICATION, "44-2026-17", house.books.today
    )
    house.home.officers.decide("Ann", message, bytes.fromhex(filing.signature))
    assert "44-2026-17" in officer.get(FILING)


def test_sent_twice_it_is_noted_once(officer: Reader, house: House, running: Filing) -> None:
    hidden = officer.hidden(SUBMIT)
    fields = {
        **hidden,
        "number": "17",
        "on": house.books.today.isoformat(),
        "passphrase": PASSPHRASE,
    }
    answers = [officer.post(SUBMIT, **fields) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert found(house).version == running.version + 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"passphrase": "wrong lantern"}, "passphrase"),
        ({"passphrase": ""}, "passphrase"),
        ({"number": ""}, "Give the receipt"),
        ({"number": "x" * 200}, "1 to 100 printable"),
        ({"on": ""}, "Give the day"),
        ({"on": "2026-02-31"}, "Give the day"),
        ({"on": "2001-01-01"}, "between day 0 and today"),
        ({"on": "2199-01-01"}, "between day 0 and today"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    officer: Reader, house: House, running: Filing, fields: dict[str, str], told: str
) -> None:
    answer = submit(officer, **fields)
    assert answer.status_code == 422, answer.text
    assert told.lower() in plain(answer.text).lower()
    assert fields.get("number", "44-2026-17") in answer.text
    assert PASSPHRASE not in answer.text
    assert found(house).status is Status.OPEN


def test_script_in_a_field_stays_text(officer: Reader, running: Filing) -> None:
    """Reflected by a fault, and stored in the register."""
    assert SCRIPT not in submit(officer, number=SCRIPT, passphrase="wrong").text
    assert submit(officer, number=SCRIPT).status_code == 303
    page = officer.get(FILING)
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_both_factors_are_asked_for_first(
    officer: Reader, house: House, running: Filing, clock: Turnable
) -> None:
    hidden = officer.hidden(SUBMIT)
    clock.advance(PROVED_S)
    assert officer.ask(SUBMIT).headers["location"].startswith("/staff/prove?next=")
    answer = officer.post(SUBMIT, **hidden, number="1", on="2026-01-01", passphrase=PASSPHRASE)
    assert answer.headers["location"].startswith("/staff/prove?next=")
    assert found(house).status is Status.OPEN


def test_another_site_notes_nothing(officer: Reader, house: House, running: Filing) -> None:
    fields = {"number": "1", "on": "2026-01-01", "passphrase": PASSPHRASE, "once": "x"}
    assert officer.post(SUBMIT, token="f" * 32, **fields).status_code == 403
    assert officer.post(SUBMIT, **fields).status_code == 403
    assert found(house).status is Status.OPEN


@pytest.mark.parametrize("kind", ["nothing", "FACE_FILING", "..%2f", "face-filing"])
def test_a_kind_nobody_files(officer: Reader, kind: str) -> None:
    assert officer.ask(f"{FILING}/{kind}/submitted").status_code in (404, 422)


def test_a_voluntary_filing(officer: Reader, house: House) -> None:
    """Of the use itself, before the line: what was filed is kept, and a change of it is seen."""
    path, day = f"{FILING}/face_filing/submitted", house.books.today.isoformat()
    assert "voluntary" in officer.get(path)
    answer = officer.send(path, path, number="1", on=day, passphrase=PASSPHRASE)
    assert answer.status_code == 303, answer.text
    (filing,) = house.books.filings.of(Kind.FACE)
    assert filing.snapshot


# -- closing -----------------------------------------------------------------------------------


def test_a_filing_is_closed_with_a_reason(officer: Reader, house: House, running: Filing) -> None:
    """What that means stands on the page before."""
    assert "Its clock stops for good" in officer.get(CLOSE)
    told = {"because": "agreed with the authority", "passphrase": PASSPHRASE}
    assert officer.send(CLOSE, CLOSE, **told).headers["location"] == FILING
    filing = found(house)
    assert (filing.status, filing.because) == (Status.CLOSED, "agreed with the authority")


@pytest.mark.parametrize("because", ["", "no", "x" * 501])
def test_a_reason_that_says_nothing_closes_nothing(
    officer: Reader, house: House, running: Filing, because: str
) -> None:
    answer = officer.send(CLOSE, CLOSE, because=because, passphrase=PASSPHRASE)
    assert answer.status_code == 422
    assert found(house).status is Status.OPEN


def test_what_still_stands_is_not_closed(officer: Reader, house: House) -> None:
    """The filed use is still other than it was filed."""
    books = house.books
    with books.transaction() as tx:
        books.filings.begin(tx, opened(Kind.FACE, books.today, books.calendar), int(books.now()))
    path = f"{FILING}/face_filing/closed"
    assert officer.send(path, path, because="because we say so", passphrase=PASSPHRASE).status_code == 303  # fmt: skip


# -- rectification, materials ------------------------------------------------------------------


def test_the_clock_of_a_rectification_is_started(officer: Reader, house: House) -> None:
    answer = officer.send(FILING, f"{FILING}/rectified", on=house.books.today.isoformat())
    assert answer.headers["location"] == FILING
    assert found(house).status is Status.OPEN


@pytest.mark.parametrize("on", ["2199-01-01", "", "yesterday"])
def test_a_day_to_come_starts_no_clock(officer: Reader, house: House, on: str) -> None:
    assert officer.send(FILING, f"{FILING}/rectified", on=on).status_code == 422
    assert not house.books.filings.of(Kind.RECTIFICATION)


def test_of_a_material_only_the_digest_is_kept(officer: Reader, house: House, site: Site) -> None:
    """The file is nowhere afterwards."""
    path, file = f"{FILING}/materials/undertaking", b"we undertake to keep to all this, 9f1c2b"
    answer = officer.send(path, path, files={"file": ("u.pdf", file)}, where="safe 2")
    assert answer.status_code == 303, answer.text
    told = register.materials(house.books)["undertaking"]
    assert told is not None
    assert (told["digest"], told["where"]) == (hashlib.sha256(file).hexdigest(), "safe 2")
    assert not any(file in one.read_bytes() for one in site.home.rglob("*") if one.is_file())


def test_of_an_identity_card_no_place_is_kept(officer: Reader, house: House) -> None:
    path = f"{FILING}/materials/id_filer"
    assert 'name="where"' not in officer.get(path)
    answer = officer.send(path, path, files={"file": ("id.png", b"scan")}, where="my desk")
    assert answer.status_code == 422
    assert register.materials(house.books)["id_filer"] is None


def test_no_file_no_digest(officer: Reader, house: House) -> None:
    path = f"{FILING}/materials/undertaking"
    assert officer.send(path, path, files={"file": ("", b"")}).status_code == 422
    officer.get(f"{FILING}/materials/love_letter", status=404)


# -- the pack ----------------------------------------------------------------------------------


def test_the_pack_lists_what_is_missing(officer: Reader) -> None:
    """Before anybody makes it."""
    page = plain(officer.get(f"{FILING}/pack"))
    assert "still missing" in page
    assert "Handler profile" in page


def test_the_pack_needs_two_officers_and_is_made_once(officer: Reader, house: House) -> None:
    path = f"{FILING}/pack"
    assert officer.send(path, path).status_code == 403
    approve(house, OFFICER, "export", "filing-pack")
    assert officer.send(path, path).status_code == 403
    approve(house, "Ben", "export", "filing-pack")
    answer = officer.send(path, path)
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert officer.send(path, path).status_code == 403


@pytest.mark.parametrize("role", ["attendant", "case-officer", "security"])
def test_others_read_none_of_it(site: Site, house: House, role: str) -> None:
    with reading(site, house, role) as reader:
        for path in (FILING, f"{FILING}/pack", SUBMIT):
            assert reader.ask(path).status_code == 403


# -- working days ------------------------------------------------------------------------------

WORKDAYS = f"{FILING}/workdays"
NEXT = """timezone: Asia/Shanghai
years:
  "2027":
    source: Order of the day <script>alert(1)</script>
    holidays: [2027-01-01, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11, 2027-04-05, 2027-05-03]
    makeup: [2027-01-03]
"""


def test_next_years_schedule_moves_provisional_dates(officer: Reader, house: House) -> None:
    """By whoever files; sent twice, it is added once."""
    assert 2027 not in house.books.calendar.years
    assert officer.send(WORKDAYS, WORKDAYS, text=NEXT).headers["location"] == WORKDAYS
    assert house.books.calendar.knows(2027)
    page = officer.get(WORKDAYS)
    assert SCRIPT not in page
    assert "Order of the day" in page
    assert officer.send(WORKDAYS, WORKDAYS, text=NEXT).status_code == 303


@pytest.mark.parametrize(
    "text", ["", "nonsense", "years: {2027: {}}", "a: &a [*a]", "x" * 3_900, NEXT.replace("01-03", "01-04")],
    ids=["nothing", "a word", "half", "itself", "much", "a weekday made up"],
)  # fmt: skip
def test_a_schedule_that_is_none_changes_nothing(officer: Reader, house: House, text: str) -> None:
    answer = officer.send(WORKDAYS, WORKDAYS, text=text)
    assert answer.status_code == 422, answer.text
    assert 2027 not in house.books.calendar.years


def test_an_inspector_sees_the_years_and_adds_none(site: Site, house: House) -> None:
    with reading(site, house, "inspector") as inspector:
        assert "2026" in inspector.get(WORKDAYS)
        hidden = inspector.hidden("/console/ledger")
        assert inspector.post(WORKDAYS, **hidden, text=NEXT).status_code == 403
