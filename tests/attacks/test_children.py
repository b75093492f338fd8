"""Children: who decides for them, what happens at the edges, and what an attacker tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.governance.consent_story import Channel
from facekeep.governance.guardians import Evidence, Guardian, ProofKind, Relation
from facekeep.terms.errors import GuardianRequired, Misused, Refused, Tampered
from facekeep.terms.ports import Sight
from facekeep.terms.values import Features
from tests.attacks.toolkit import (
    People,
    Site,
    Turnable,
    agree,
    guardian,
    publish,
    purpose_text,
    search,
    taken,
)

CHILD = date(2016, 5, 1)


class Watched(People):
    """Eyes that something happens behind while they look."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def for_enrolment(self, source: Path | bytes) -> Features:
        self.meanwhile()
        return super().for_enrolment(source)


def child(house: House, name: str = "kim", purpose: str = "gate") -> None:
    agree(house, name, purpose, birth=CHILD, guardian=guardian())


def enrol(site: Site, house: House, name: str, sight: Sight) -> None:
    photos = [site.good_photo(name)]
    house.enroller.enrol(name, "gate", photos, sight, taken(house, name, "gate", photos))


def test_guardian_withdraws_while_the_child_is_enrolled(site: Site, house: House) -> None:
    """The camera was on already: nothing of the child is kept, and the receipt says so."""
    child(house)
    receipts = []

    def withdraw() -> None:
        if not receipts:
            receipts.append(house.withdrawals.withdraw("kim", "gate", by="guardian"))

    with pytest.raises(Refused):
        enrol(site, house, "kim", Watched(withdraw))
    assert house.home.vault.of_purpose("gate") == []
    assert house.home.intents.open() == []
    (record,) = house.consents.show("kim", "gate")
    assert record.about.events[-1].by == "guardian"


def test_child_turns_14_while_the_camera_looks(site: Site, house: House, clock: Turnable) -> None:
    """The guardian's consent ended at midnight, and the enrolment with it."""
    day = datetime(2030, 5, 1, 23, 59, tzinfo=UTC).timestamp()
    clock.now = day
    child(house)

    def midnight() -> None:
        clock.now = day + 120

    with pytest.raises(Refused, match="expired"):
        enrol(site, house, "kim", Watched(midnight))
    assert house.home.vault.of_purpose("gate") == []


def test_guardian_record_of_another_child_does_not_open(site: Site, house: House) -> None:
    """It is sealed to its child: pasted elsewhere it is nobody's."""
    child(house, "kim")
    agree(house, "lee", birth=CHILD, guardian=guardian("father"))
    with site.sql("records") as raw:
        rows = raw.execute("SELECT person, guardian FROM consent").fetchall()
    (one, hers), (two, _) = rows
    opened = house.home.directory.open_about(hers, one)
    assert Guardian.from_bytes(opened).evidence is not None
    with pytest.raises(Tampered):
        house.home.directory.open_about(hers, two)


def test_store_names_neither_guardian_nor_proof(site: Site, house: House) -> None:
    """Nor does the ledger."""
    evidence = Evidence(Relation.PARENT, ProofKind.HOUSEHOLD_REGISTER, "register-4711")
    agree(house, "kim", birth=CHILD, guardian=Guardian("guardian-0815", evidence))
    house.close()
    held = b"".join(path.read_bytes() for path in sorted(site.home.rglob("*")) if path.is_file())
    for secret in (b"register-4711", b"guardian-0815", b"2016-05-01"):
        assert secret not in held


def test_child_is_no_candidate_and_makes_nobody_ambiguous(site: Site, house: House) -> None:
    """A search that would hit the child alone finds nobody, as if there were none."""
    child(house)
    enrol(site, house, "kim", site.people)
    site.enrol(house, "alice")
    hit = house.identifier.identify(search(house, "gate", site.good_photo("kim")), site.people)
    assert hit.subjects == ()
    hit = house.identifier.identify(
        search(house, "gate", site.good_photo("alice"), top=1), site.people
    )
    assert hit.subjects == ("alice",)


def test_age_known_for_one_purpose_holds_for_all(house: House) -> None:
    """A child is no adult next door, and cannot be one by leaving the date out."""
    publish(house, purpose_text("lobby"))
    child(house)
    with pytest.raises(GuardianRequired, match="under 14"):
        agree(house, "kim", "lobby")
    with pytest.raises(GuardianRequired, match="another birth date"):
        agree(house, "kim", "lobby", birth=date(1990, 1, 1), guardian=guardian())
    house.withdrawals.withdraw("kim", "gate")
    with pytest.raises(GuardianRequired):
        agree(house, "kim", "lobby")


def test_renewing_asks_the_guardian_again(house: House) -> None:
    """A child does not renew alone."""
    child(house)
    shown = house.consents.shown("gate", "zh", Channel.COUNTER)
    with pytest.raises(GuardianRequired):
        house.consents.renew(Asking("kim", "gate", shown=shown))
    renewed = house.consents.renew(Asking("kim", "gate", guardian=guardian(), shown=shown))
    assert renewed.guardian is not None


def test_damaged_rows_of_a_child_keep_the_home_open(site: Site) -> None:
    """Nor do they keep anybody from being told of a change."""
    with site.open() as house:
        child(house)
        site.enrol(house, "alice")
    with site.sql("records") as raw:
        raw.execute("UPDATE person SET about = zeroblob(300)")
        raw.execute("UPDATE consent SET expires = expires + 60")
    with site.open(locked=True) as house:
        publish(house, purpose_text(retention_days=30))
        home = house.home
        with home.records.transaction() as tx:
            home.deliveries.queue_notice_change(tx, home.purposes.get("gate"), 1, 2, [])
        assert home.consents.standing("gate") == []
        agree(house, "bob")


@pytest.mark.parametrize("proof", ["", "ab", "x" * 121, "=1+1", "a\nb", "<b>", "a\x00bc"])
def test_proof_is_a_plain_reference(proof: str) -> None:
    """Neither empty nor a document nor a formula."""
    with pytest.raises(Misused):
        Evidence(Relation.PARENT, ProofKind.BIRTH_CERTIFICATE, proof)
