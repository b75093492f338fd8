"""Withdrawal: one call ends it; what is begun is finished; what is over is forgotten."""

from __future__ import annotations

import json

import pytest

from facekeep.assembly import House
from facekeep.governance.consent import Scope
from facekeep.rights.receipts import Receipt, verify
from facekeep.rights.withdrawal import ACCEPTED, COMPLETED, DONE, EVIDENCE_TERM_DAYS, Departure
from facekeep.storage.journal import Chain
from facekeep.terms.errors import Broken, ConsentExpired, ConsentMissing, ConsentWithdrawn
from facekeep.terms.values import ConsentState
from tests.attacks.toolkit import DAY, Site, Turnable, agree, publish, purpose_text
from tests.rooms.storage.conftest import Town


def secret_of(house: House, name: str, purpose: str = "gate") -> bytes:
    secret = house.home.vault.secret(house.home.directory.person(name, purpose).id)
    assert secret is not None
    return secret


def kinds(house: House, secret: bytes) -> list[str]:
    return [one.entry.kind for one in house.home.journal.story(Chain(secret, "gate"))]


def lost(receipt: Receipt) -> None:
    """A printer without paper."""
    raise Broken("no paper")


# -- one call -------------------------------------------------------------------------------


def test_withdrawal_ends_consent_reference_and_story(town: Town) -> None:
    """Accepted, erased, completed: both stores empty of the person, both entries in the chain."""
    house = town.house
    town.site.enrol(house, "alice")
    secret, row = secret_of(house, "alice"), town.site.row(house, "alice")
    receipt = house.withdrawals.withdraw("alice", "gate")
    assert kinds(house, secret)[-2:] == [ACCEPTED, COMPLETED]
    assert house.home.vault.of_row(row.row) is None
    assert house.home.references.of_row(row.row) is None
    assert {c.state for c in house.consents.show("alice", "gate")} == {ConsentState.WITHDRAWN}
    proved = verify(receipt, house.home.signer.vkey)
    assert (proved.purpose, proved.references, proved.horizon) == ("gate", 1, None)
    assert house.home.intents.open() == []


def test_evidence_secret_goes_to_the_officer_for_the_evidence_term(town: Town) -> None:
    """Out of everyday reach at once; named for forgetting three years later, not a second before."""
    house = town.house
    town.site.enrol(house, "ann")
    person = house.home.directory.person("ann", "gate").id
    house.withdrawals.withdraw("ann", "gate")
    assert house.home.vault.secret(person) is None
    assert house.home.vault.sealed_secret(person) is not None
    over = town.clock.now // 60 * 60 + EVIDENCE_TERM_DAYS * DAY
    assert person not in house.home.vault.past_term(over - 1)
    assert person in house.home.vault.past_term(over)


def test_consent_without_an_enrolment_can_be_withdrawn(town: Town) -> None:
    """Nothing to erase is proved as nothing erased; the erasure list ends the consent all the same."""
    house = town.house
    given = agree(house, "bea", "gate")
    receipt = house.withdrawals.withdraw("bea", "gate")
    assert verify(receipt, house.home.signer.vkey).references == 0
    listed = [e for e in house.home.custody.erasures() if e.consent == given.id.hex()]
    assert [(e.row, e.departed) for e in listed] == [("", True)]


def test_withdrawal_ends_both_scopes(town: Town) -> None:
    """Processing and storage: nothing of the purpose is left."""
    house = town.house
    publish(house, purpose_text("vault", storage='"premises"'))
    given = [agree(house, "cid", "vault", scope) for scope in Scope]
    receipt = house.withdrawals.withdraw("cid", "vault")
    assert set(receipt.body["consents"]) == {one.id.hex() for one in given}
    assert {c.state for c in house.consents.show("cid", "vault")} == {ConsentState.WITHDRAWN}


def test_withdrawal_ends_one_purpose_and_one_person(town: Town) -> None:
    """Another purpose and another person go on."""
    house, site = town.house, town.site
    publish(house, purpose_text("bank"))
    for name, purpose in (("dan", "gate"), ("dan", "bank"), ("eve", "gate")):
        site.enrol(house, name, purpose)
    house.withdrawals.withdraw("dan", "gate")
    assert site.matches(house, "dan", purpose="bank")
    assert site.matches(house, "eve")
    with pytest.raises(ConsentWithdrawn):
        site.ask(house, "dan")


def test_whoever_never_consented_has_nothing_to_withdraw(town: Town) -> None:
    """No entry, no intent, no person."""
    before = town.house.home.directory.everybody()
    for subject, purpose in (("nobody", "gate"), ("nobody", "nowhere")):
        with pytest.raises(ConsentMissing):
            town.house.withdrawals.withdraw(subject, purpose)
    assert town.house.home.directory.everybody() == before
    assert town.house.home.intents.open() == []


def test_second_withdrawal_points_to_the_first_receipt(town: Town) -> None:
    """Ended is ended."""
    agree(town.house, "fay", "gate")
    town.house.withdrawals.withdraw("fay", "gate")
    with pytest.raises(ConsentWithdrawn, match="receipt"):
        town.house.withdrawals.withdraw("fay", "gate")


def test_whoever_comes_back_withdraws_the_new_consent_only(town: Town) -> None:
    """A second life has a second receipt, of other consents and under another secret."""
    house, receipts = town.house, []
    for _ in range(2):
        town.site.enrol(house, "gus")
        receipts.append(house.withdrawals.withdraw("gus", "gate"))
    for part in ("consents", "secret"):
        assert receipts[0].body[part] != receipts[1].body[part]
    assert [verify(r, house.home.signer.vkey).references for r in receipts] == [1, 1]


# -- stages ---------------------------------------------------------------------------------


def test_receipt_is_handed_over_before_the_act_is_closed(town: Town) -> None:
    """While it is handed over everything is erased and only the receipt is outstanding."""
    house = town.house
    town.site.enrol(house, "hal")
    row, seen = town.site.row(house, "hal"), []

    def hand_over(receipt: Receipt) -> None:
        (intent,) = house.home.intents.open()
        seen.append((intent.stage, receipt.event, house.home.vault.of_row(row.row)))

    receipt = house.withdrawals.withdraw("hal", "gate", hand_over)
    assert seen == [(DONE, receipt.event, None)]


def test_failed_hand_over_is_repeated_by_asking_again(town: Town) -> None:
    """The face is gone already; the second receipt proves the same act, without the secret."""
    house = town.house
    town.site.enrol(house, "ida")
    with pytest.raises(Broken, match="paper"):
        house.withdrawals.withdraw("ida", "gate", lost)
    (intent,) = house.home.intents.open()
    assert intent.stage == DONE
    handed: list[Receipt] = []
    receipt = house.withdrawals.withdraw("ida", "gate", handed.append)
    assert handed == [receipt]
    assert receipt.body["secret"] is None
    assert verify(receipt, house.home.signer.vkey).references is None
    assert house.home.intents.open() == []
    with pytest.raises(ConsentWithdrawn):
        house.withdrawals.withdraw("ida", "gate")


def test_failed_hand_over_is_finished_at_the_next_start(site: Site, house: House) -> None:
    """Its receipt lies in the home until somebody hands it over; a third start makes no second."""
    site.enrol(house, "alice")
    with pytest.raises(Broken):
        house.withdrawals.withdraw("alice", "gate", lost)
    house.close()
    with site.open(locked=True) as again:
        assert again.recovered == ["withdrawal completed"]
        (path,) = again.recovered_receipts
        kept = Receipt.from_json(path.read_text())
        assert verify(kept, again.home.signer.vkey).purpose == "gate"
        assert path.name == f"{kept.event}.json"
        assert path.stat().st_mode & 0o077 == 0
        assert again.home.intents.open() == []
    with site.open(locked=True) as third:
        assert third.recovered == []


@pytest.mark.parametrize("breaks", ["_erase", "_complete"])
def test_ending_interrupted_at_any_stage_is_finished_at_the_next_start(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    """Accepted is as good as ended: both entries, in order, once, and nothing left."""
    site.enrol(house, "alice")
    secret, row = secret_of(house, "alice"), site.row(house, "alice")
    with monkeypatch.context() as patched:
        patched.setattr(
            type(house.withdrawals), breaks, lambda *_: (_ for _ in ()).throw(OSError("power"))
        )
        with pytest.raises(OSError, match="power"):
            house.withdrawals.withdraw("alice", "gate")
    with pytest.raises(ConsentWithdrawn):
        site.ask(house, "alice")
    house.close()
    with site.open(locked=True) as again:
        assert again.recovered == ["withdrawal completed"]
        assert kinds(again, secret).count(ACCEPTED) == kinds(again, secret).count(COMPLETED) == 1
        assert again.home.vault.of_row(row.row) is None
        assert again.home.references.of_row(row.row) is None


def test_departure_returns_from_the_intent_log_as_it_was(town: Town) -> None:
    """Random identifiers and a sealed entry: no reference of the operator's in it."""
    house = town.house
    town.site.enrol(house, "jon")
    with pytest.raises(Broken):
        house.withdrawals.withdraw("jon", "gate", lost)
    (intent,) = house.home.intents.open()
    departure = Departure.from_body(intent.body)
    assert departure.as_body() == intent.body
    assert departure.completion.kind == COMPLETED
    assert len(departure.rows) == len(departure.consents) == 1
    assert "jon" not in json.dumps(intent.body)
    house.withdrawals.withdraw("jon", "gate")


# -- terms ----------------------------------------------------------------------------------


def test_expiry_takes_the_way_of_withdrawal(site: Site, house: House, clock: Turnable) -> None:
    """At the term, not before; whoever consented later goes on; nothing is due twice."""
    site.enrol(house, "alice")
    clock.advance(DAY)
    site.enrol(house, "bob")
    secret = secret_of(house, "alice")
    (given,) = house.consents.show("alice", "gate")
    clock.now = given.expires - 1
    assert house.withdrawals.expire_due() == 0
    clock.now = given.expires
    assert house.withdrawals.expire_due() == 1
    assert house.withdrawals.expire_due() == 0
    accepted = list(house.home.journal.story(Chain(secret, "gate")))[-2]
    assert (accepted.entry.kind, accepted.details["state"]) == (ACCEPTED, "ConsentExpired")
    assert [c.state for c in house.consents.show("alice", "gate")] == [ConsentState.EXPIRED]
    with pytest.raises(ConsentExpired):
        site.ask(house, "alice")
    assert site.matches(house, "bob")


def test_after_the_evidence_term_the_person_is_forgotten(
    site: Site, house: House, clock: Turnable
) -> None:
    """Directory, consents and secret; the living and the recently departed stay."""
    for name in ("alice", "bob", "carol"):
        agree(house, name, "gate")
    alice, bob, carol = (
        house.home.directory.person(n, "gate").id for n in ("alice", "bob", "carol")
    )
    house.withdrawals.withdraw("alice", "gate")
    clock.advance(DAY)
    house.withdrawals.withdraw("bob", "gate")
    clock.advance((EVIDENCE_TERM_DAYS - 1) * DAY - 60)
    assert house.withdrawals.forget_due() == 0
    clock.advance(60)
    assert house.withdrawals.forget_due() == 1
    assert house.withdrawals.forget_due() == 0
    assert house.home.directory.everybody() == house.home.vault.persons() == {bob, carol}
    assert house.consents.show("alice", "gate") == []
    assert alice not in house.home.vault.persons()
    with pytest.raises(ConsentMissing):
        house.withdrawals.withdraw("alice", "gate")


def test_secret_of_nobody_is_forgotten_at_once(town: Town) -> None:
    """A crash between two stores leaves a secret whose person was never entered."""
    stray = b"?" * 16
    town.house.home.vault.draw_secret(stray)
    assert town.house.withdrawals.forget_due() == 1
    assert stray not in town.house.home.vault.persons()
