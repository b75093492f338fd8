"""Four eyes: what one officer alone may not do, however they try (PIPL art. 51(4), custody rule 6).

The attacks: one officer approves twice, or under two names; an approval of another case, an old one,
a used one, a retired officer's; an officer or an approval planted in the store; the story of a
departed person opened with less than two.
"""

from __future__ import annotations

import sqlite3

import pytest

from facekeep.access.approvals import ADMIT, approval_message, digest_of
from facekeep.access.officers import (
    Newcomer,
    Role,
    Signed,
    add_message,
    public_of,
    retire_message,
    sign,
)
from facekeep.assembly import House
from facekeep.ledger import log
from facekeep.rights.cases import Kind, Outcome
from facekeep.rights.secrets import ACT, OPENED
from facekeep.storage.journal import Chain
from facekeep.terms.errors import Misused, Refused, Tampered, WrongPassphrase
from tests.attacks.staff import HOUR, answered, approve, enter, key_of, opened
from tests.attacks.toolkit import PASSPHRASE, Site


@pytest.fixture
def case(site: Site, house: House) -> str:
    """A case about somebody who has left; Ann, Ben and Cat are in office."""
    enter(house, "Ann", "Ben", "Cat")
    site.enrol(house, "alice")
    house.withdrawals.withdraw("alice", "gate")
    return opened(house, Kind.EXPLANATION).row.number


def stays_shut(house: House, case: str) -> None:
    """The story does not open, and nobody wrote that it did."""
    with pytest.raises(Refused, match="two officers"):
        house.open_secret(case, PASSPHRASE)
    with house.home.records.reading() as connection:
        kinds = {log.entry(connection, n).kind for n in range(log.size(connection))}
    assert OPENED not in kinds


def test_two_officers_open_the_story_once_and_it_is_written_down(house: House, case: str) -> None:
    """In the home's chain, the case's and the person's own; the second time needs new approvals."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", ACT, case)
    story = house.open_secret(case, PASSPHRASE)
    kinds = [told.entry.kind for told in story]
    assert kinds[0] == "collection:consent:given"
    assert kinds[-1] == OPENED
    assert story[-1].details["officers"] == ["Ann", "Ben"]
    own = house.home.journal.last(house.home.own_chain())
    assert own is not None
    assert (own.entry.kind, own.details["case"]) == (OPENED, case)
    with pytest.raises(Refused, match="two officers"):
        house.open_secret(case, PASSPHRASE)


def test_nobody_approved(house: House, case: str) -> None:
    """The passphrase alone does not open it here."""
    stays_shut(house, case)


def test_one_officer(house: House, case: str) -> None:
    """One is not two."""
    approve(house, "Ann", ACT, case)
    stays_shut(house, case)


def test_same_officer_twice(house: House, case: str) -> None:
    """Not with the same words, not with another end."""
    approve(house, "Ann", ACT, case)
    for hours in (1, 2):
        with pytest.raises(Refused):
            approve(house, "Ann", ACT, case, hours=hours)
    stays_shut(house, case)


def test_one_key_under_another_name(house: House, case: str) -> None:
    """Ann cannot sign as Ben."""
    approve(house, "Ann", ACT, case)
    with pytest.raises(Refused, match="not this officer's"):
        approve(house, "Ben", ACT, case, key="Ann")
    stays_shut(house, case)


@pytest.mark.parametrize(("act", "what"), [(ACT, "another"), ("another-act", None)])
def test_approval_of_something_else(house: House, case: str, act: str, what: str | None) -> None:
    """An approval names one act on one thing."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", act, what or case)
    stays_shut(house, case)


def test_approval_signed_for_another_case_is_not_moved(house: House, case: str) -> None:
    """The signature covers what it is about."""
    home, now = house.home, int(house.home.journal.now())
    other = approval_message(ACT, digest_of(ACT, "another"), now + HOUR)
    signed = Signed("Ben", sign(key_of("Ben"), other))
    with home.records.transaction() as tx, pytest.raises(Refused, match="not this officer's"):
        home.approvals.approve(tx, ACT, digest_of(ACT, case), signed, now, now + HOUR)


def test_expired_approval(site: Site, house: House, case: str) -> None:
    """An hour later it counts no more."""
    approve(house, "Ann", ACT, case)
    site.clock.advance(HOUR)
    approve(house, "Ben", ACT, case)
    stays_shut(house, case)


def test_approval_may_not_lie_about(house: House, case: str) -> None:
    """A week at most, and it cannot have run out before it is given."""
    for hours in (0, -1, 24 * 8):
        with pytest.raises(Refused, match="within a week"):
            approve(house, "Ann", ACT, case, hours=hours)


def test_retired_officer_counts_no_more(house: House, case: str) -> None:
    """Approved in office, gone since."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", ACT, case)
    leaving = Signed("Ann", sign(key_of("Ann"), retire_message(public_of(key_of("Ben")))))
    with house.home.records.transaction() as tx:
        house.home.officers.retire(tx, "Ben", int(house.home.journal.now()), leaving)
    stays_shut(house, case)
    approve(house, "Cat", ACT, case)
    assert house.open_secret(case, PASSPHRASE)


def test_used_approval_pasted_back(site: Site, house: House, case: str) -> None:
    """The row from before the use: the ledger's last word is another."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", ACT, case)
    with site.sql("records") as raw:
        before = raw.execute("SELECT * FROM approval").fetchall()
    house.open_secret(case, PASSPHRASE)
    with site.sql("records") as raw:
        raw.executemany("INSERT OR REPLACE INTO approval VALUES (?,?,?,?,?,?,?,?,?)", before)
    with pytest.raises(Tampered):
        house.open_secret(case, PASSPHRASE)


def test_same_signature_is_given_once(house: House, case: str) -> None:
    """A used approval cannot be handed in again."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", ACT, case)
    house.open_secret(case, PASSPHRASE)
    with pytest.raises(Refused, match="given already"):
        approve(house, "Ann", ACT, case)


@pytest.mark.parametrize("planted", ["own", "pasted", "promoted"])
def test_planted_officer_is_seen(site: Site, house: House, case: str, planted: str) -> None:
    """An officer nobody entered, a row under another seal, a changed duty: nobody may sign then."""
    with site.sql("records") as raw:
        _plant(raw, planted)
    approve_it = pytest.raises(Tampered)
    with approve_it:
        approve(house, "Ann", ACT, case)
    with pytest.raises(Tampered):
        house.open_secret(case, PASSPHRASE)


def _plant(raw: sqlite3.Connection, how: str) -> None:
    seal = raw.execute("SELECT seal FROM officer WHERE name = 'Ann'").fetchone()[0]
    if how == "own":
        row = (public_of(key_of("Eve")), "Eve", "officer", 1, "", 0, bytes(32))
        raw.execute("INSERT INTO officer VALUES (?,?,?,?,?,?,?)", row)
    elif how == "pasted":
        row = (public_of(key_of("Eve")), "Eve", "officer", 1, "", 0, seal)
        raw.execute("INSERT INTO officer VALUES (?,?,?,?,?,?,?)", row)
    else:
        raw.execute("UPDATE officer SET role = 'security' WHERE name = 'Ann'")


def test_retired_officer_pasted_back_is_seen(site: Site, house: House, case: str) -> None:
    """A row that was true once, under its true seal."""
    with site.sql("records") as raw:
        before = raw.execute("SELECT * FROM officer WHERE name = 'Ben'").fetchone()
    leaving = Signed("Ann", sign(key_of("Ann"), retire_message(public_of(key_of("Ben")))))
    with house.home.records.transaction() as tx:
        house.home.officers.retire(tx, "Ben", int(house.home.journal.now()), leaving)
    with site.sql("records") as raw:
        raw.execute("INSERT OR REPLACE INTO officer VALUES (?,?,?,?,?,?,?)", before)
    with pytest.raises(Tampered, match="roll"):
        approve(house, "Ben", ACT, case)


def test_removed_officer_is_missed(site: Site, house: House, case: str) -> None:
    """Emptying the roll does not make the next comer the first officer."""
    with site.sql("records") as raw:
        raw.execute("DELETE FROM officer")
    with house.home.records.transaction() as tx, pytest.raises(Tampered):
        house.home.officers.add(tx, "Eve", "officer", public_of(key_of("Eve")), 1)


def test_forged_approval_is_seen(site: Site, house: House, case: str) -> None:
    """A row written into the store approves nothing."""
    approve(house, "Ann", ACT, case)
    with site.sql("records") as raw:
        row = list(raw.execute("SELECT * FROM approval").fetchone())
        row[0], row[3] = bytes(16), public_of(key_of("Ben"))
        raw.execute("INSERT INTO approval VALUES (?,?,?,?,?,?,?,?,?)", row)
    with pytest.raises(Tampered):
        house.open_secret(case, PASSPHRASE)


def test_wrong_passphrase_opens_nothing_and_uses_nothing_up(house: House, case: str) -> None:
    """The approvals still hold for whoever has the passphrase."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", ACT, case)
    with pytest.raises(WrongPassphrase):
        house.open_secret(case, b"guess")
    assert house.open_secret(case, PASSPHRASE)


def test_closed_case_opens_nothing(house: House, case: str) -> None:
    """A case that is over is no ground any more."""
    approve(house, "Ann", ACT, case)
    approve(house, "Ben", ACT, case)
    row = house.home.cases.get(bytes.fromhex(case))
    answered(house, row, Outcome.DONE)
    with pytest.raises(Refused, match="over"):
        house.open_secret(case, PASSPHRASE)


def test_living_person_is_not_opened(site: Site, house: House) -> None:
    """Nothing is sealed yet: they are answered by themselves."""
    enter(house, "Ann", "Ben")
    site.enrol(house, "bob")
    number = opened(house, Kind.EXPLANATION, "bob").row.number
    approve(house, "Ann", ACT, number)
    approve(house, "Ben", ACT, number)
    with pytest.raises(Refused, match="no sealed story"):
        house.open_secret(number, PASSPHRASE)


@pytest.mark.parametrize("number", ["", "zz", "00" * 16])
def test_unknown_case_opens_nothing(house: House, case: str, number: str) -> None:
    """Bad input is a usage error."""
    with pytest.raises(Misused):
        house.open_secret(number, PASSPHRASE)


def test_person_reads_the_opening_with_their_receipt(site: Site, house: House) -> None:
    """Whoever opened their story is in it."""
    enter(house, "Ann", "Ben")
    site.enrol(house, "carol")
    receipt = house.withdrawals.withdraw("carol", "gate")
    number = opened(house, Kind.EXPLANATION, "carol").row.number
    approve(house, "Ann", ACT, number)
    approve(house, "Ben", ACT, number)
    house.open_secret(number, PASSPHRASE)
    own = Chain(bytes.fromhex(receipt.body["secret"]), "gate")
    last = house.home.journal.last(own)
    assert last is not None
    assert last.details["officers"] == ["Ann", "Ben"]


# -- who may be one of two ------------------------------------------------------------------


def admitted(house: House, newcomer: Newcomer) -> None:
    """Enter whom two approve."""
    with house.home.records.transaction() as tx:
        house.home.approvals.admit(tx, newcomer, int(house.home.journal.now()))


def test_one_officer_makes_no_second_of_themselves(house: House, case: str) -> None:
    """Ann draws another key and signs for it, alone: neither her word nor her approval lets it in."""
    double = Newcomer("Dan", "officer", public_of(key_of("Dan")))
    word = Signed("Ann", sign(key_of("Ann"), add_message("Dan", Role.OFFICER, double.public)))
    with (
        house.home.records.transaction() as tx,
        pytest.raises(Refused, match="from the third officer on"),
    ):
        house.home.officers.add(tx, "Dan", "officer", double.public, 1, word)
    approve(house, "Ann", ADMIT, double.what)
    with pytest.raises(Refused, match="two officers"):
        admitted(house, double)
    approve(house, "Ben", ADMIT, double.what)
    admitted(house, double)
    assert house.home.officers.get("Dan").added_by == "Ann + Ben"


@pytest.mark.parametrize(
    "other", [("Dan", "inspector", "Dan"), ("Dora", "officer", "Dan"), ("Dan", "officer", "Eve")]
)
def test_two_approve_one_newcomer_and_no_other(
    house: House, case: str, other: tuple[str, str, str]
) -> None:
    """Not another key, another name or another role; and the approvals let in once."""
    newcomer = Newcomer("Dan", "officer", public_of(key_of("Dan")))
    for name in ("Ann", "Ben"):
        approve(house, name, ADMIT, newcomer.what)
    name, role, key = other
    with pytest.raises(Refused, match="two officers"):
        admitted(house, Newcomer(name, role, public_of(key_of(key))))
    admitted(house, newcomer)


def test_second_officer_retired_leaves_nobody_to_let_a_double_in(house: House, case: str) -> None:
    """Ann ends everybody else's office: she is alone, and enters nobody alone."""
    home = house.home
    for officer in home.officers.living():
        if officer.name != "Ann":
            word = Signed("Ann", sign(key_of("Ann"), retire_message(officer.public)))
            with home.records.transaction() as tx:
                home.officers.retire(tx, officer.name, int(home.journal.now()), word)
    double = Newcomer("Dan", "officer", public_of(key_of("Dan")))
    word = Signed("Ann", sign(key_of("Ann"), add_message("Dan", Role.OFFICER, double.public)))
    with home.records.transaction() as tx, pytest.raises(Refused):
        home.officers.add(tx, "Dan", "officer", double.public, 1, word)
    approve(house, "Ann", ADMIT, double.what)
    with pytest.raises(Refused, match="two officers"):
        admitted(house, double)
