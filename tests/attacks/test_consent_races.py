"""Consent, permit and the order of acts (custody rule 5)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.db import home_lock
from facekeep.ledger import log
from facekeep.storage.journal import Chain, Told
from facekeep.storage.reset import Scope
from facekeep.terms.errors import ConsentExpired, FacekeepError, HomeBusy, Refused, Tampered
from facekeep.terms.values import ConsentState
from tests.attacks.toolkit import DAY, Site, agree, publish, purpose_text, search, taken


def story(house: House, secret: bytes) -> list[Told]:
    """A person's chain, as whoever holds s reads it."""
    return list(house.home.journal.story(Chain(secret, "gate")))


def is_decision(told: Told) -> bool:
    return told.details.get("outcome") in ("match", "non-match", "enrolled", "returned")


def race(house: House, site: Site, name: str) -> list[Told]:
    """Verifications and a withdrawal at once; returns the person's chain afterwards."""
    site.enrol(house, name)
    photo = site.good_photo(name)
    (person,) = house.home.directory.persons(name, "gate")
    secret = house.home.vault.secret(person.id)
    assert secret is not None
    start = threading.Barrier(4)
    late: list[FacekeepError] = []

    def ask() -> None:
        start.wait()
        for _ in range(6):
            try:
                site.ask(house, name, photo)
            except FacekeepError as error:
                late.append(error)

    def withdraw() -> None:
        start.wait()
        house.withdrawals.withdraw(name, "gate")

    with ThreadPoolExecutor(4) as pool:
        for done in [*(pool.submit(ask) for _ in range(3)), pool.submit(withdraw)]:
            done.result()
    assert not [error for error in late if not isinstance(error, Refused)]
    return story(house, secret)


@pytest.mark.parametrize("rounds", [12, pytest.param(200, marks=pytest.mark.long)])
def test_no_decision_entry_follows_the_withdrawal_entry(
    site: Site, house: House, rounds: int
) -> None:
    """Threads race verification against withdrawal through one home: the chain tells the order."""
    for n in range(rounds):
        chain = race(house, site, f"p{n}")
        kinds = [told.entry.kind for told in chain]
        accepted = kinds.index("rights:withdrawal:accepted")
        assert not any(is_decision(told) for told in chain[accepted:])
        assert kinds[accepted:] == ["rights:withdrawal:accepted", "rights:withdrawal:completed"]
    assert not house.home.intents.open()
    log.audit(house.home.records.connection, house.home.signer.vkey)


def test_refusal_right_after_the_withdrawal_entry_does_not_block_its_completion(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The completion entry is made out beforehand: nothing else may take its place in the chain."""
    site.enrol(house, "alice")
    erase = house.withdrawals._erase

    def erase_late(departure: Any) -> None:
        with pytest.raises(Refused):
            site.ask(house, "alice")
        photos = [site.good_photo("alice")]
        origin = taken(house, "alice", "gate", photos)
        with pytest.raises(Refused):
            house.enroller.enrol("alice", "gate", photos, site.people, origin)
        erase(departure)

    monkeypatch.setattr(house.withdrawals, "_erase", erase_late)
    assert house.withdrawals.withdraw("alice", "gate").event


def test_enrolment_that_completes_beside_a_withdrawal_leaves_no_row(
    site: Site, house: House
) -> None:
    """Either the withdrawal erases the new row, or the enrolment is refused and rolled back."""
    for n in range(10):
        name = f"p{n}"
        agree(house, name, "gate")
        photo = site.good_photo(name)
        with ThreadPoolExecutor(2) as pool:
            origin = taken(house, name, "gate", [photo])
            enrolling = pool.submit(
                house.enroller.enrol, name, "gate", [photo], site.people, origin
            )
            pool.submit(house.withdrawals.withdraw, name, "gate").result()
            error = enrolling.exception()
        assert error is None or isinstance(error, Refused)
        consents = house.consents.show(name, "gate")
        assert not any(house.home.vault.all_of_consent(c.id) for c in consents)


def test_withdrawing_twice_at_once_ends_once(site: Site, house: House) -> None:
    """A double click: one or two receipts of one ending, and no stuck intent."""
    for n in range(6):
        site.enrol(house, f"p{n}")
        with ThreadPoolExecutor(2) as pool:
            acts = [pool.submit(house.withdrawals.withdraw, f"p{n}", "gate") for _ in range(2)]
        errors = [act.exception() for act in acts]
        assert None in errors
        assert all(error is None or isinstance(error, Refused) for error in errors), errors
        assert not house.home.intents.open()


def test_withdrawal_needs_no_passphrase(site: Site) -> None:
    """It deletes: a locked home can do that."""
    with site.open() as house:
        site.enrol(house, "alice")
    with site.open(locked=True) as house:
        house.withdrawals.withdraw("alice", "gate")
    with site.open() as house, pytest.raises(Refused):
        site.ask(house, "alice")


def test_warm_masks_of_the_withdrawn_are_wiped(site: Site, house: House) -> None:
    """In memory too: the expanded mask goes with the key row, before the receipt."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    photo = site.good_photo("alice")
    assert house.identifier.identify(search(house, "gate", photo), site.people).subjects == (
        "alice",
    )
    row = site.row(house, "alice")
    warm = house.keepers.keys._warm, house.keepers.references._warm
    masks = [
        w._words[place].copy() for w in warm for (r, _), place in w._places.items() if r == row.row
    ]
    held = [w._words for w in warm]
    house.withdrawals.withdraw("alice", "gate")
    assert len(masks) == 2
    assert not any((words == mask).all(axis=1).any() for words in held for mask in masks)
    assert house.identifier.identify(search(house, "gate", photo), site.people).subjects == ()


def test_row_deleted_by_another_process_is_not_answered_from_memory(
    site: Site, house: House
) -> None:
    """The key keeper looks at its store's change counter before each answer."""
    site.enrol(house, "alice")
    photo = site.good_photo("alice")
    house.identifier.identify(search(house, "gate", photo), site.people)
    with site.sql("keys") as raw:
        raw.execute("DELETE FROM subject_key WHERE purpose = 'gate'")
    assert house.identifier.identify(search(house, "gate", photo), site.people).subjects == ()
    assert len(site.gallery(house).rows) == 0


def withdraw_just_before(
    monkeypatch: pytest.MonkeyPatch, house: House, keeper: Any, verb: str, name: str
) -> None:
    """The person withdraws between two steps of the next question, and of no other."""
    real, todo = getattr(keeper, verb), [name]

    def late(*given: Any) -> Any:
        if todo:
            house.withdrawals.withdraw(todo.pop(), "gate")
        return real(*given)

    monkeypatch.setattr(keeper, verb, late)


def test_person_seen_alive_a_moment_ago_is_departed_not_tampered_with(
    site: Site, house: House
) -> None:
    """Departed first, without a secret then: whoever looks in between finds a chain all the same."""
    site.enrol(house, "alice")
    seen = house.home.directory.person("alice", "gate")
    house.withdrawals.withdraw("alice", "gate")
    assert house.home.chain(seen).secret == house.home.directory.stranger_secret(seen)


def test_reference_erased_under_a_verification_is_a_refusal_and_no_false_alarm(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key answered, then everything went: the person withdrew, nobody tampered."""
    site.enrol(house, "alice")
    withdraw_just_before(monkeypatch, house, house.keepers.references, "answer_one", "alice")
    with pytest.raises(Refused):
        site.ask(house, "alice")


def test_reference_erased_under_a_search_is_searched_no_more(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is left is found, who left is not."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    withdraw_just_before(monkeypatch, house, house.keepers.references, "answer_many", "alice")
    question = search(house, "gate", site.good_photo("bob"))
    assert house.identifier.identify(question, site.people).subjects == ("bob",)


def test_control_reference_gone_beside_a_living_key_is_tampered(site: Site, house: House) -> None:
    """Nobody withdrew: somebody took it."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    with site.sql("references") as raw:
        raw.execute("DELETE FROM reference WHERE row = ?", (site.row(house, "alice").row,))
    with pytest.raises(Tampered):
        site.ask(house, "alice")
    with pytest.raises(Tampered):
        house.identifier.identify(search(house, "gate", site.good_photo("bob")), site.people)


# -- clocks ---------------------------------------------------------------------------------


def test_clock_moved_back_revives_no_expired_consent(site: Site, house: House) -> None:
    """Now never lies behind the last ledger time."""
    site.enrol(house, "alice")
    site.clock.advance(365 * DAY)
    with pytest.raises(ConsentExpired):
        site.ask(house, "alice")
    site.clock.advance(-30 * DAY)
    with pytest.raises(ConsentExpired):
        site.ask(house, "alice")
    photo = site.good_photo("alice")
    assert house.identifier.identify(search(house, "gate", photo), site.people).subjects == ()


def test_expiry_edited_in_the_records_store_is_refused(site: Site, house: House) -> None:
    """A record under its seal does not live longer because somebody wrote a later day."""
    site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET expires = expires + 86400")
    with pytest.raises(Tampered):
        site.ask(house, "alice")


@pytest.mark.parametrize("state", ["ConsentGiven", "ConsentWithdrawn"])
def test_state_edited_in_the_records_store_is_refused(site: Site, house: House, state: str) -> None:
    """Nobody consents or withdraws with a text editor."""
    site.enrol(house, "alice")
    if state == "ConsentGiven":
        house.withdrawals.withdraw("alice", "gate")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET state = ?", (state,))
    with pytest.raises((Tampered, Refused)):
        site.ask(house, "alice")


@pytest.mark.parametrize("column", ["lookup", "purpose", "departed", "about"])
def test_person_edited_in_the_records_store_is_refused(
    site: Site, house: House, column: str
) -> None:
    """Alice's consent does not open Bob's claim: who a person is lies under a seal."""
    publish(house, purpose_text("bank"))
    for name, purpose in (("alice", "gate"), ("bob", "bank")):
        site.enrol(house, name, purpose)
    with site.sql("records") as raw:
        raw.execute("DROP INDEX one_living_person")
        (a, av), (b, bv) = raw.execute(f"SELECT id, {column} FROM person").fetchall()
        values = [(1, a), (1, b)] if column == "departed" else [(bv, a), (av, b)]
        raw.executemany(f"UPDATE person SET {column} = ? WHERE id = ?", values)
    for purpose in ("gate", "bank"):
        with suppress(Tampered, Refused):
            assert not site.matches(house, "bob", site.good_photo("alice"), purpose=purpose)


def test_expired_consent_ends_at_the_next_start(site: Site) -> None:
    """Expiry takes the way of withdrawal: the row is erased."""
    with site.open() as house:
        site.enrol(house, "alice")
    site.clock.advance(366 * DAY)
    with site.open(locked=True) as house:
        assert house.home.vault.of_purpose("gate") == []
        assert house.consents.show("alice", "gate")[0].state is ConsentState.EXPIRED


def test_purpose_published_with_another_model_does_not_break_searches(
    site: Site, house: House
) -> None:
    """Rows of the earlier model are other people's reasons, not a fault of the store."""
    site.enrol(house, "alice")
    publish(house, purpose_text(model="simulated-2"))
    site.people.model, site.people.dim = "simulated-2", 64
    site.people.seen.clear()
    site.enrol(house, "bob")
    found = house.identifier.identify(search(house, "gate", site.good_photo("bob")), site.people)
    assert found.subjects == ("bob",)


# -- processes ------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from facekeep.db.home_lock import HomeLock
from facekeep.terms.errors import HomeBusy
try:
    HomeLock(Path(sys.argv[1]))
except HomeBusy:
    sys.exit(7)
"""


def test_second_process_of_one_home_is_refused(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process owns a home, in this program and in another."""
    monkeypatch.setattr(home_lock, "PATIENCE_S", 0.05)
    with pytest.raises(HomeBusy):
        assembly.enter(site.home, site.settings)
    lock = str(site.home / "home.lock")
    assert subprocess.run([sys.executable, "-c", CHILD, lock], check=False).returncode == 7


def test_renewal_of_the_withdrawn_is_refused(site: Site, house: House) -> None:
    """Nothing is kept that could be renewed."""
    site.enrol(house, "alice")
    house.withdrawals.withdraw("alice", "gate")
    with pytest.raises(Refused):
        house.resetter.renew(Scope("alice", "gate"), "routine")


def test_store_closed_beneath_us_is_an_error_not_an_answer(site: Site, house: House) -> None:
    """Fail closed: without the key store nobody matches."""
    site.enrol(house, "alice")
    house.home.vault.store.close()
    with pytest.raises((FacekeepError, sqlite3.Error)):
        site.ask(house, "alice")
