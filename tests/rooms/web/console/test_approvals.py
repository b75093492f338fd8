"""The four-eyes inbox: what waits in words, one word each, nothing alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind
from facekeep.web.console.eyes import word_path
from tests.attacks import staff
from tests.attacks.at_the_console import Officer, console
from tests.attacks.signed_in import PASSPHRASE, employ
from tests.attacks.staff import opened
from tests.attacks.toolkit import DAY, Site

HOME = "/console/approvals"


@pytest.fixture
def ann(site: Site, house: House) -> Iterator[Officer]:
    """An officer."""
    with console(site, house) as officer:
        yield officer


def test_empty_inbox_is_calm(ann: Officer) -> None:
    assert "Nothing waits for approval" in ann.get(HOME).text


def test_one_word_waits_in_words(site: Site, house: House, ann: Officer) -> None:
    mei = employ(house, "Mei")
    word = word_path("staff-reset", mei.staff.id)
    assert "the account “Mei”" in ann.get(word).text
    assert ann.sign(word, hours="1").status_code == 303
    page = ann.get(HOME).text
    assert "One more is needed" in page
    assert "another officer must" in page
    assert f'href="{word}"' not in page, "not mine to sign twice"
    with console(site, house, name="Bo") as bo:
        assert f'href="{word}"' in bo.get(HOME).text


def test_word_runs_out(site: Site, house: House, ann: Officer) -> None:
    ann.sign(word_path("staff-reset", "0" * 16), hours="24")
    site.clock.advance(DAY + 60)
    with console(site, house, name="Bo") as bo:
        assert "Nothing waits" in bo.get(HOME).text


def test_same_officer_twice_is_one(house: House, ann: Officer) -> None:
    """Neither by a second form nor by the same form sent twice."""
    word = word_path("staff-reset", "0" * 16)
    forms = [ann.form(word) for _ in range(2)]
    answers = [ann.post(form, passphrase=PASSPHRASE) for form in (*forms, forms[0])]
    assert [one.status_code for one in answers] == [303, 422, 303]
    (matter,) = house.home.pending.waiting(house.home.journal.now())
    assert matter.by == ("Ann",)


def test_text_that_changed_since_is_called_out(site: Site, house: House, ann: Officer) -> None:
    """Whoever comes second is told that what lies there is another text."""
    staff.enter(house, "Bo")
    word = word_path("publish-identification", f"gate/{'0' * 64}/{'1' * 64}")
    assert "not what lies there now" in ann.get(word).text


def test_case_that_is_over_is_not_approved(house: House, ann: Officer) -> None:
    case = opened(house, Kind.COPY).row
    word = word_path("open-secret", case.number)
    assert ann.sign(word).status_code == 303
    assert ann.sign(word_path("open-secret", "0" * 32)).status_code == 422


@pytest.mark.parametrize(
    "path",
    [f"{HOME}/burn-it/abcd", f"{HOME}/staff-reset/@@", f"{HOME}/staff-reset/_w", f"{HOME}/export/Cg"],
)  # fmt: skip
def test_word_for_nothing(ann: Officer, path: str) -> None:
    """An act nobody knows, what is no text, a text that cannot be shown."""
    assert ann.get(path).status_code in (404, 422)


def test_hours_are_those_listed(house: House, ann: Officer) -> None:
    word = word_path("staff-reset", "0" * 16)
    assert ann.sign(word, hours="100000").status_code == 422
    assert ann.send(word, passphrase="another one, quite long").status_code == 422
    assert house.home.pending.waiting(house.home.journal.now()) == []
