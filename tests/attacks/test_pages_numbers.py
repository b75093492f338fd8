"""Numbers that are none: signs that look like digits where a form counts versions."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind, Request
from tests.attacks.at_the_console import PASSPHRASE, console
from tests.attacks.toolkit import Site, agree, purpose_text

SIGNS = ("²", "٣", "Ⅷ", "-1", "1e3", "9" * 4000)


@pytest.mark.parametrize("sign", SIGNS, ids=range(len(SIGNS)))
def test_a_step_over_no_number_is_told_in_words(site: Site, house: House, sign: str) -> None:
    """As one that another officer overtook, or as none; never as damage."""
    agree(house, "anna")
    number = house.cases.open(
        Request(Kind.COMPLAINT, "gate", "anna", "Slow", identified="at the desk")
    ).row.number
    with console(site, house, "case-officer", "Kim") as kim:
        step = f"/console/cases/{number}/steps/acknowledged"
        taken = kim.sign(step, text="Heard", version=sign)

    assert PASSPHRASE not in taken.text
    assert taken.status_code in (303, 422)


@pytest.mark.parametrize("sign", SIGNS, ids=range(len(SIGNS)))
def test_a_draft_over_no_number_is_told_in_words(site: Site, house: House, sign: str) -> None:
    """The same where a purpose's file is sent in."""
    with console(site, house) as ann:
        text = purpose_text("hall").decode()
        drafted = ann.send("/console/purposes/_new", 1, toml=text, over=sign)

    assert drafted.status_code in (303, 422)
