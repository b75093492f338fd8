"""One damaged row in a register or a book: it is named, and nobody else's right waits for it.

And nothing is forgotten because a row says so: an early end written into a case would make the
home itself erase it, and say in the ledger that its time was over.
"""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.collection.outbox import Webhook
from facekeep.governance.deliveries import Kind as Told
from facekeep.governance.deliveries import Words
from facekeep.rights import access_copy, answers
from facekeep.rights.cases import KEPT_DAYS, Kind, Outcome, Request
from tests.attacks.staff import answered, enter, opened
from tests.attacks.toolkit import DAY, Site, agree, device_for, publish, purpose_text

WORDS = Words("请注意", "Please note")


def gaps(house: House) -> list[str]:
    finding = house.questions()["rights.cases.answered"](int(house.home.journal.now()))
    return [gap.what for gap in finding.gaps]


def test_early_end_in_a_row_forgets_no_case(site: Site) -> None:
    """A complaint somebody would rather not have: it stays, and is called changed."""
    with site.open() as house:
        number = house.cases.open(Request(Kind.COMPLAINT, text="no sign")).row.number
    with site.sql("records") as raw:
        raw.execute("UPDATE rights_case SET ended = 1")
    with site.open(locked=True) as house:
        assert house.home.cases.identifiers() == [bytes.fromhex(number)]
        assert f"case {number} was changed in the store" in gaps(house)


def test_damaged_restraint_of_an_old_case_keeps_no_home_closed(site: Site) -> None:
    """Its case waits; everybody else is served."""
    with site.open() as house:
        enter(house, "Ann")
        agree(house, "alice")
        answered(house, opened(house, Kind.RESTRICTION).row, Outcome.KEPT_STOPPED)
    with site.sql("records") as raw:
        raw.execute("UPDATE restraint SET since = since + 1")
    site.clock.advance((KEPT_DAYS + 2) * DAY)
    with site.open(locked=True) as house:
        agree(house, "bob")
        house.withdrawals.withdraw("bob", "gate")


def test_damaged_device_keeps_nobody_from_their_answer(site: Site, house: House) -> None:
    """Nor from their copy: the entry names the device by its short name alone."""
    site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE device SET at = at + 1")
    (told,) = answers.answer(house.home, "alice")
    assert told.events
    assert access_copy.copy_of(house.home, "alice")


def test_damaged_device_keeps_no_use_from_ending(site: Site, house: House) -> None:
    """Erasing does not wait for a register."""
    site.enrol(house, "alice")
    publish(house, purpose_text("lobby"))
    device_for(house, "lobby")
    with site.sql("records") as raw:
        raw.execute("UPDATE device SET at = at + 1 WHERE id = 'lobby-door'")
    enter(house, "Ann")
    house.end_use("gate", "Ann")
    assert house.home.vault.of_purpose("gate") == []


@pytest.mark.parametrize("edit", ["due = due + 1", "words = '[]'", "tries = '{'"])
def test_damaged_notice_keeps_nobody_else_untold(site: Site, house: House, edit: str) -> None:
    """The others are posted; the damaged one is named by its question."""
    for subject in ("alice", "bob"):
        agree(house, subject)
        house.outbox.tell(subject, "gate", Told.MESSAGE, WORDS, 3)
    alice = house.home.directory.person("alice", "gate").id
    with site.sql("records") as raw:
        raw.execute(f"UPDATE delivery SET {edit} WHERE person = ?", (alice,))
    posted: list[bytes] = []

    def post(_: Webhook, headers: dict[str, str], body: bytes) -> str:
        posted.append(body)
        return ""

    hook = Webhook("https://operator.example/hook", b"sixteen bytes or more")
    assert house.outbox.send(hook, post).delivered == 1
    assert b"bob" in posted[0]
    asked = house.questions()["governance.deliveries.delivered"](int(house.home.journal.now()))
    assert asked.gaps
