"""Campaigns at a page: a list in, slips out once, counts that name nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection.campaigns import MOST_LINES, REST_DAYS
from facekeep.governance.invitations import DAY, InvitationState
from facekeep.web.desk import sheets
from tests.rooms.web.desk.clerk import Clerk

HERE = "/desk/campaigns"
TOLD = {"name": "spring", "purpose": "gate", "charset": "utf-8"}


def make(officer: Clerk, raw: bytes = b"", **fields: str) -> Any:
    """Fill in the form with a list."""
    files = [("list", ("list.csv", raw, "text/csv"))]
    return officer.send(officer.get(HERE), HERE, {**TOLD, **fields}, files=files)


def sheet_of(page: str) -> str:
    """Where the slips lie."""
    found = re.search(r"/desk/campaigns/spring/slips/[0-9a-f]{32}", page)
    assert found, page
    return found[0]


def test_list_becomes_slips_that_open(officer: Clerk) -> None:
    """Eight on a page, each with QR and address; the table beside holds the same."""
    answer = make(officer, b"subject\n" + b"\n".join(b"r%d" % n for n in range(9)))
    assert answer.status_code == 200, answer.text
    sheet = sheet_of(answer.text)
    page = officer.get(sheet)
    assert (page.count('<ul class="slips">'), page.count("<svg viewBox")) == (2, 9)
    links = re.findall(r"https://testserver(/p/[0-9a-f]{40})", page)
    assert len(links) == 9
    assert officer.client.get(links[0]).status_code == 200
    table = officer.client.get(f"{sheet}/list.csv")
    assert table.content.startswith(b"\xef\xbb\xbfreference,link,")
    assert table.text.count("/p/") == 9


def test_slips_are_for_whoever_made_them_and_for_a_while(
    officer: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session sees nothing of them; nor does anybody after a quarter of an hour."""
    sheet = sheet_of(make(officer, b"subject\nanna").text)
    officer.sign_in()
    assert "shown once" in officer.get(sheet, 403)
    officer.sign_in()
    sheet = sheet_of(make(officer, b"subject\nben").text)
    monkeypatch.setattr(sheets, "SHOWN_S", -1)
    assert "shown once" in officer.get(sheet, 403)


def test_pasted_references_are_one_a_line_whatever_their_signs(
    officer: Clerk, house: House
) -> None:
    """Commas, quotes and formulas are parts of a name."""
    pasted = 'flat 3, left\n"quoted"\n=1+1\n\nanna'
    answer = make(officer, references=pasted)
    sheet = sheet_of(answer.text)
    assert {one.subject for one in house.invitations.subjects("spring")} == {
        "flat 3, left", '"quoted"', "=1+1", "anna",
    }  # fmt: skip
    assert "'=1+1," in officer.client.get(f"{sheet}/list.csv").text


@pytest.mark.parametrize(
    ("raw", "fields", "field"),
    [
        (b"", {}, "list"),
        (b"name\nLi\n", {}, "list"),
        (b"subject,name\na,Li\n", {}, "list"),
        (b"\xff\xfe\x00", {}, "list"),
        (b'subject\n"open\n', {}, "list"),
        (b"[1", {}, "list"),
        (b"[" * 5000, {}, "list"),
        (b"subject\n" + b"a\n" * (MOST_LINES + 1), {}, "list"),
        (b"subject\nanna\n", {"name": ""}, "name"),
        (b"subject\nanna\n", {"name": "../../x"}, "list"),
        (b"subject\nanna\n", {"purpose": "nowhere"}, "purpose"),
        (b"subject\nanna\n", {"charset": "utf-7"}, "charset"),
    ],
)
def test_what_cannot_be_read_is_told_and_nobody_is_asked(
    officer: Clerk, house: House, raw: bytes, fields: dict[str, str], field: str
) -> None:
    """At its field, in words."""
    answer = make(officer, raw, **fields)
    assert answer.status_code == 422, answer.text
    assert f'href="#{field}"' in answer.text
    assert house.campaigns.all() == []


def test_script_in_a_reference_is_a_reference(officer: Clerk) -> None:
    """Stored, shown on the slip, run by nobody."""
    page = officer.get(sheet_of(make(officer, b"subject\n<script>alert(1)</script>").text))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_same_list_twice_leaves_everybody_alone(officer: Clerk) -> None:
    """One answer for whoever was asked and for whoever said no."""
    make(officer, b"subject\nanna\nben")
    again = make(officer, b"subject\nanna\nben")
    assert "/slips/" not in again.text
    assert "Left alone" in again.text


def test_same_form_twice_makes_one_sheet(officer: Clerk, house: House) -> None:
    """A second click."""
    page, files = officer.get(HERE), [("list", ("a.csv", b"subject\nanna", "text/csv"))]
    first, second = (officer.send(page, HERE, TOLD, files=files) for _ in range(2))
    assert first.text == second.text
    assert len(house.invitations.subjects("spring")) == 1


def test_counts_name_nobody(officer: Clerk, house: House) -> None:
    """Numbers and a drawing; no reference; below five nothing."""
    make(officer, b"subject\n" + b"\n".join(b"resident-%d" % n for n in range(4)))
    assert "Too few people" in officer.get(f"{HERE}/spring")
    make(officer, b"subject\nresident-4")
    one = house.invitations.subjects("spring")[0]
    house.invitations.note(one, InvitationState.REFUSED)
    page = officer.get(f"{HERE}/spring")
    assert "<svg class" in page
    assert "resident-" not in page


def test_one_reminder_with_new_slips(officer: Clerk) -> None:
    """After the rest, once."""
    make(officer, b"subject\nanna")
    page = officer.get(f"{HERE}/spring")
    assert "/remind" not in page
    officer.clock.advance(REST_DAYS * DAY + 60)
    officer.sign_in()
    page = officer.get(f"{HERE}/spring")
    slips = officer.follow(page, f"{HERE}/spring/remind")
    assert slips.count("<svg viewBox") == 1
    assert "/remind" not in officer.get(f"{HERE}/spring")


def test_both_factors_are_asked_before_anybody_is_reached(officer: Clerk, house: House) -> None:
    """An open browser makes no links."""
    page = officer.get(HERE)
    officer.clock.advance(601)
    files = [("list", ("a.csv", b"subject\nanna", "text/csv"))]
    answer = officer.send(page, HERE, TOLD, files=files)
    assert answer.headers["location"] == f"/staff/prove?next={HERE}"
    assert house.campaigns.all() == []


def test_attendant_sees_counts_and_makes_no_links(attendant: Clerk, house: House) -> None:
    """No form on the page, and none accepted."""
    page = attendant.get(HERE)
    assert "<form" not in page.partition("<main")[2]
    token = attendant.hidden(attendant.get("/staff/me"), "/staff/sign-out")
    answer = attendant.client.post(HERE, data={**TOLD, **token, "references": "anna"})
    assert answer.status_code in (403, 422)
    assert house.campaigns.all() == []


@pytest.mark.parametrize("name", ["nowhere", "A", "%2e%2e", "a b", "a%2Fb"])
def test_unknown_campaign_is_a_page_that_says_so(officer: Clerk, name: str) -> None:
    """404 or 422, in words."""
    answer = officer.client.get(f"{HERE}/{name}")
    assert answer.status_code in (404, 422)


def test_guide_for_the_old_system_is_printed(officer: Clerk) -> None:
    """With a certificate to sign."""
    make(officer, b"subject\nanna")
    assert "Certificate" in officer.get(f"{HERE}/spring/old-system")
