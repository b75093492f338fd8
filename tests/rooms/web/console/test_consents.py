"""Consents at the console: counts for those who answer for them, one person at a time, written down."""

from __future__ import annotations

import re

from facekeep.assembly import House
from tests.attacks.at_the_console import console
from tests.attacks.toolkit import Site, agree

HOME = "/console/consents"


def test_counts_name_nobody(site: Site, house: House) -> None:
    site.enrol(house, "alice")
    agree(house, "bob")
    with console(site, house) as ann:
        page = ann.get(HOME).text
        row = page.partition("<tbody>")[2].partition("</tr>")[0]
        assert re.findall(r"<td[^>]*>(\d+)</td>", row) == ["2", "1", "0"]
        assert "alice" not in page
        assert 'name="subject"' not in page


def test_one_person_at_a_time_and_they_read_it(site: Site, house: House) -> None:
    site.enrol(house, "alice")
    with console(site, house, "case-officer", "Cai") as cai:
        answer = cai.sign(HOME, subject="alice")
        assert answer.status_code == 200
        assert "two halves of a number" in answer.text
        assert "enrolment" in answer.text
        assert "Cai" in answer.text
    last = house.home.journal.last(house.home.chain_of("alice", "gate"))
    assert last is not None
    assert last.details["officer"] == "Cai"


def test_unknown_and_departed_look_alike(site: Site, house: House) -> None:
    site.enrol(house, "alice")
    house.withdrawals.withdraw("alice", "gate", lambda receipt: None)
    with console(site, house, "case-officer", "Cai") as cai:
        pages = [cai.sign(HOME, subject=who).text.replace(who, "X") for who in ("alice", "nemo")]
        plain = [page.partition("<main")[2].partition("</main>")[0] for page in pages]
        assert plain[0] == plain[1]


def test_no_reference_is_said(site: Site, house: House) -> None:
    with console(site, house, "case-officer", "Cai") as cai:
        assert cai.sign(HOME, subject="").status_code == 422
        assert cai.sign(HOME, subject="x" * 201).status_code == 422
        answer = cai.send(HOME, subject="alice", passphrase="wrong one, long enough")
        assert answer.status_code == 422
        assert "not your passphrase" in answer.text


def test_officer_looks_nobody_up(site: Site, house: House) -> None:
    """An officer answers for the rules and meets no person's data."""
    site.enrol(house, "alice")
    with console(site, house, "case-officer", "Cai") as cai:
        form = cai.form(HOME)
    with console(site, house) as ann:
        token = ann.form("/console/purposes/_new").fields["token"][0]
        answer = ann.post(form, subject="alice", token=token, passphrase="eleven bright lanterns")
        assert answer.status_code == 403
        assert "enrolled" not in answer.text
