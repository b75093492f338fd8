"""A subject's reference in a text that is kept in clear would outlive their leaving (P4, P7)."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.governance.deliveries import Kind, Words
from facekeep.terms.errors import Misused
from tests.attacks.toolkit import Site, agree

SUBJECT = "emp-20931-zhou"


@pytest.mark.parametrize(
    "words",
    [
        Words(f"致 {SUBJECT}：请注意", "Please note"),
        Words("请注意", f"Dear {SUBJECT.upper()}, please note"),
    ],
)
def test_a_notice_does_not_name_whom_it_tells(house: House, words: Words) -> None:
    """The webhook and the list carry the reference beside the text; the text lies in the store."""
    agree(house, SUBJECT)
    with pytest.raises(Misused):
        house.outbox.tell(SUBJECT, "gate", Kind.MESSAGE, words, 3)


def test_a_proof_does_not_name_who_was_told(site: Site, house: House) -> None:
    """How it was delivered, not to whom; and no byte of the reference stays behind."""
    agree(house, SUBJECT)
    told = house.outbox.tell(SUBJECT, "gate", Kind.MESSAGE, Words("请注意", "Please note"), 3)
    with pytest.raises(Misused):
        house.outbox.delivered(house.home.deliveries.shown(told), f"called {SUBJECT} by telephone")
    house.outbox.delivered(house.home.deliveries.shown(told), "by telephone")
    house.withdrawals.withdraw(SUBJECT, "gate")
    house.close()
    for path in (p for p in site.folder.rglob("*") if p.is_file()):
        assert SUBJECT.encode() not in path.read_bytes(), path.name
