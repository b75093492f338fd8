"""Cases at the console: the queue with clocks, a look that is written down, signed steps, four eyes."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind, Outcome
from facekeep.rights.receipts import Receipt
from tests.attacks import toolkit
from tests.attacks.at_the_console import Officer, console
from tests.attacks.signed_in import PASSPHRASE
from tests.attacks.staff import opened
from tests.attacks.toolkit import DAY, Site

HOME = "/console/cases"


@pytest.fixture
def cai(site: Site, house: House) -> Iterator[Officer]:
    """Somebody who works on cases."""
    with console(site, house, "case-officer", "Cai") as officer:
        yield officer


def number(house: House, kind: Kind, **more: str) -> str:
    """A case that waits."""
    return opened(house, kind, **more).row.number


def test_queue_names_nobody_and_puts_the_late_first(site: Site, house: House, cai: Officer) -> None:
    first = number(house, Kind.COPY, text="my own words")
    site.clock.advance(40 * DAY)
    second = number(house, Kind.COMPLAINT)
    with console(site, house, "case-officer", "Cao") as again:
        page = again.get(HOME).text
        assert page.index(first[:8]) < page.index(second[:8])
        assert "working days late" in page
        assert "provisional" in page
        assert "alice" not in page
        assert "my own words" not in page
        assert "my own words" not in again.get(f"{HOME}/{first}").text


def test_look_is_written_down(house: House, cai: Officer) -> None:
    case = number(house, Kind.COPY, text="my own words")
    answer = cai.sign(f"{HOME}/{case}")
    assert answer.status_code == 200
    assert "my own words" in answer.text
    assert "alice" in answer.text
    row = house.cases.row(case)
    last = house.home.journal.last(house.home.cases.chain(row.id))
    assert last is not None
    assert last.entry.kind == "rights:case:looked"
    assert last.details["officer"] == "Cai"


def test_look_with_a_wrong_passphrase_shows_nothing(house: House, cai: Officer) -> None:
    case = number(house, Kind.COPY, text="my own words")
    answer = cai.send(f"{HOME}/{case}", passphrase="none of mine at all")
    assert answer.status_code == 422
    assert "my own words" not in answer.text


def test_complaint_through_all_its_steps(house: House, cai: Officer) -> None:
    """Every step that is open is offered, and no other."""
    case = number(house, Kind.COMPLAINT)
    steps = ["acknowledged", "assigned", "verified", "extended", "answered", "closed"]
    for step in steps:
        assert f"/steps/{step}" in cai.get(f"{HOME}/{case}").text
        answer = cai.sign(f"{HOME}/{case}/steps/{step}", text="because it is so")
        assert answer.status_code == 303, answer.text
    assert house.cases.row(case).state == "closed"
    page = cai.get(f"{HOME}/{case}").text
    assert "/steps/" not in page
    assert cai.sign(f"{HOME}/{case}").text.count("because it is so") == len(steps)


def test_step_that_is_not_open_leads_back(house: House, cai: Officer) -> None:
    case = number(house, Kind.COPY)
    answer = cai.client.get(f"{HOME}/{case}/steps/assigned", follow_redirects=False)
    assert answer.headers["location"] == f"{HOME}/{case}"
    assert cai.get(f"{HOME}/{case}/steps/burnt").status_code == 422


def test_refusal_needs_words_and_where_to_appeal(house: House, cai: Officer) -> None:
    case = number(house, Kind.COPY)
    answer = cai.sign(f"{HOME}/{case}/steps/refused", text="no", appeal="")
    assert answer.status_code == 422
    assert "appeal" in answer.text
    answer = cai.sign(f"{HOME}/{case}/steps/refused", text="no", appeal="the court", reason="whim")
    assert answer.status_code == 422
    answer = cai.sign(
        f"{HOME}/{case}/steps/refused", text="no", appeal="the court", reason="repeated"
    )
    assert answer.status_code == 303
    assert house.cases.row(case).state == "refused"


def test_two_at_one_case(house: House, cai: Officer) -> None:
    """The step is taken from the version that was read."""
    case = number(house, Kind.COPY)
    form = cai.form(f"{HOME}/{case}/steps/extended")
    cai.sign(f"{HOME}/{case}/steps/acknowledged", text="")
    answer = cai.post(form, text="more time", passphrase=PASSPHRASE)
    assert answer.status_code == 422
    assert "somebody else changed this case" in answer.text.lower()
    assert "more time" in answer.text
    assert house.cases.row(case).state == "acknowledged"


def test_deletion_erases_and_shows_the_receipt_once(site: Site, house: House, cai: Officer) -> None:
    site.enrol(house, "alice")
    case = number(house, Kind.DELETION)
    page = cai.get(f"{HOME}/{case}/steps/answered").text
    assert "destroyed at once" in page
    assert "cannot be undone" in page
    answer = cai.sign(f"{HOME}/{case}/steps/answered", text="as you asked", outcome="done")
    assert answer.status_code == 200
    assert house.enrolled("gate") == 0
    shown = answer.text.partition('rows="14" readonly>')[2].partition("</textarea>")[0]
    assert Receipt.from_json(unescape(shown)).body["purpose"] == "gate"
    assert unescape(shown)[:40] not in cai.get(f"{HOME}/{case}").text


def test_restraint_is_lifted_with_words(site: Site, house: House, cai: Officer) -> None:
    site.enrol(house, "alice")
    case = number(house, Kind.OBJECTION)
    cai.sign(f"{HOME}/{case}/steps/answered", text="stopped", outcome=Outcome.KEPT_STOPPED.value)
    assert f"{HOME}/{case}/lift" in cai.get(f"{HOME}/{case}").text
    assert cai.sign(f"{HOME}/{case}/lift", text="").status_code == 422
    assert cai.sign(f"{HOME}/{case}/lift", text="they asked").status_code == 303
    assert f"{HOME}/{case}/lift" not in cai.get(f"{HOME}/{case}").text


def test_departed_persons_story_needs_two_and_the_passphrase(site: Site, house: House, cai: Officer) -> None:  # fmt: skip
    site.enrol(house, "alice")
    case = number(house, Kind.COPY)
    house.withdrawals.withdraw("alice", "gate", lambda receipt: None)
    path = f"{HOME}/{case}/secret"
    assert path in cai.get(f"{HOME}/{case}").text
    page = cai.get(path).text
    assert 'type="password"' not in page
    assert "Nobody has approved" in page
    word = "/console/approvals/" + page.partition('href="/console/approvals/')[2].partition('"')[0]
    assert cai.sign(word).status_code == 303
    with console(site, house, "case-officer", "Cao") as cao:
        assert cao.sign(word).status_code == 303
        answer = cao.send(path, passphrase="not the home's at all")
        assert answer.status_code == 422
        assert "not your passphrase" in answer.text
        answer = cao.send(path, passphrase=toolkit.PASSPHRASE.decode())
        assert answer.status_code == 200, answer.text
        assert "erasure completed" in answer.text
        assert cao.get(path).text.count('type="password"') == 0, "used up"


def test_receipt_of_how_far_it_is(house: House, cai: Officer) -> None:
    case = number(house, Kind.COPY)
    answer = cai.get(f"{HOME}/{case}/receipt")
    assert answer.headers["content-type"] == "application/json"
    assert case in answer.text
    assert "alice" not in answer.text


@pytest.mark.parametrize("path", ["0" * 32, "0" * 32 + "/secret", "0" * 32 + "/steps/closed"])
def test_case_nobody_opened(cai: Officer, path: str) -> None:
    assert cai.get(f"{HOME}/{path}").status_code == 404
