"""The decision budget (custody rule 3): answers tell, so they are counted, and never shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.ledger import log
from facekeep.ledger.verify import TamperedAt
from facekeep.protect.leakage import entropy
from facekeep.storage.budgets import (
    ALARM_FAILURES,
    DEVICE_FAILURES,
    MICRO,
    Totals,
)
from facekeep.storage.journal import Chain, Told
from facekeep.storage.reset import Scope
from facekeep.terms.errors import Ambiguous, BudgetSpent, FacekeepError, Misused, NoFace, Tampered
from facekeep.terms.values import AttackVerdict, CaptureLevel
from tests.attacks import toolkit
from tests.attacks.toolkit import DAY, Site, agree, publish, purpose_text

LIFETIME = 64
"""d / 2 at d = 128."""

STRANGERS = 256
"""Attested non-matches an enrolment bears at d = 128."""


@pytest.fixture
def enrolled(site: Site, house: House) -> House:
    site.enrol(house, "alice")
    return house


def chain(house: House, subject: str = "alice", purpose: str = "gate") -> Chain:
    return house.home.chain_of(subject, purpose)


def newest(house: House, subject: str = "alice") -> Told:
    told = house.home.journal.last(chain(house, subject))
    assert told is not None
    return told


def spent(house: House, subject: str = "alice") -> float:
    """Units spent, as the sealed totals of the newest entry say."""
    return Totals.read(newest(house, subject).details).spent / MICRO


def spend(site: Site, house: House, subject: str = "alice") -> int:
    """Ask until refused; returns how many were answered."""
    for answered in range(10 * LIFETIME):
        try:
            site.ask(house, subject, site.good_photo("alice"))
        except BudgetSpent:
            return answered
    return -1


def test_unattested_pictures_are_answered_d_half_times(site: Site, enrolled: House) -> None:
    """Each unattested answer costs one unit of a lifetime of d / 2."""
    assert spend(site, enrolled) == LIFETIME


def test_renewal_does_not_unlearn(site: Site, enrolled: House) -> None:
    """A renewal leaves the face unchanged: a spent budget stays spent."""
    spend(site, enrolled)
    for scope in (Scope("alice", "gate"), Scope(purpose="gate"), Scope()):
        enrolled.resetter.renew(scope, "routine")
        assert spend(site, enrolled) == 0


def test_new_enrolment_starts_a_new_count(site: Site, enrolled: House) -> None:
    """New features: what was learnt about the old ones no longer serves."""
    spend(site, enrolled)
    site.enrol(enrolled, "alice")
    assert spend(site, enrolled) == LIFETIME


def test_budget_survives_a_restart(site: Site) -> None:
    """It is read from the ledger, not kept in memory."""
    with site.open() as house:
        site.enrol(house, "alice")
        spend(site, house)
    with site.open() as house:
        assert spend(site, house) == 0


def refused_enrolment(site: Site, house: House) -> None:
    origin = toolkit.taken(house, "alice", "gate", [b"a wall"])
    with pytest.raises(NoFace):
        house.enroller.enrol("alice", "gate", [b"a wall"], site.people, origin)


def failed_capture(site: Site, house: House) -> None:
    with pytest.raises(FacekeepError):
        site.ask(house, "alice", b"a wall", attested=True)


def consent_again(site: Site, house: House) -> None:
    agree(house, "alice", "gate")


def purpose_published_again(site: Site, house: House) -> None:
    publish(house, purpose_text())


def search(site: Site, house: House) -> None:
    question = toolkit.search(house, "gate", site.good_photo("alice"))
    house.identifier.identify(question, site.people)


@pytest.mark.parametrize(
    "detour",
    [refused_enrolment, failed_capture, consent_again, purpose_published_again, search],
    ids=lambda detour: detour.__name__,
)
def test_no_detour_forgets_what_was_spent(
    site: Site, enrolled: House, detour: Callable[[Site, House], None]
) -> None:
    """Whatever else is written into the person's chain carries the totals on."""
    spend(site, enrolled)
    detour(site, enrolled)
    assert spend(site, enrolled) == 0


def test_attested_match_is_free_and_non_match_costs_its_entropy(
    site: Site, enrolled: House
) -> None:
    """n answers carry n h(FMR) bits about an outsider's probe."""
    site.people.pad = AttackVerdict.PASSED
    site.ask(enrolled, "alice", attested=True)
    assert spent(enrolled) == 0
    site.ask(enrolled, "alice", site.good_photo("zoe"), attested=True)
    assert spent(enrolled) == pytest.approx(entropy(1e-3), abs=1e-6)
    assert entropy(1e-3) == pytest.approx(0.0114, abs=1e-4)


def test_attested_captures_go_on_after_the_budget_is_spent(site: Site, enrolled: House) -> None:
    """The budget of unattested pictures locks nobody out of a registered device."""
    site.people.pad = AttackVerdict.PASSED
    spend(site, enrolled)
    assert site.matches(enrolled, "alice", attested=True)


def line_of_strangers(site: Site, house: House, most: int, subject: str = "alice") -> int:
    """Strangers before an attested gate, nine a day; returns how many were answered."""
    stranger = site.good_photo("zoe")
    for answered in range(most):
        if answered % 9 == 8:
            site.clock.advance(DAY)
        try:
            site.ask(house, subject, stranger, attested=True, device="gate-1")
        except BudgetSpent:
            return answered
    return most


def test_line_of_strangers_ends_attested_captures_too(site: Site, enrolled: House) -> None:
    """So many an enrolment; a renewal gives nothing back, a new enrolment starts a new count."""
    site.people.pad = AttackVerdict.PASSED
    assert line_of_strangers(site, enrolled, 2 * STRANGERS) == STRANGERS
    with pytest.raises(BudgetSpent, match="somebody else"):
        site.ask(enrolled, "alice", attested=True, device="gate-2")
    enrolled.resetter.renew(Scope(), "routine")
    with pytest.raises(BudgetSpent, match="somebody else") as refused:
        site.ask(enrolled, "alice", attested=True)
    assert "other way in" in str(refused.value.remedy)
    site.enrol(enrolled, "alice")
    assert site.matches(enrolled, "alice", attested=True)


def test_unknown_subject_bears_as_many_strangers(site: Site, enrolled: House) -> None:
    """Existence does not show here either."""
    site.people.pad = AttackVerdict.PASSED
    assert line_of_strangers(site, enrolled, 2 * STRANGERS, "nobody") == STRANGERS


def test_the_person_makes_up_for_strangers_in_eighths(site: Site, enrolled: House) -> None:
    """Eight visits make up for one stranger; below nothing it does not go."""
    site.people.pad = AttackVerdict.PASSED
    assert line_of_strangers(site, enrolled, 2) == 2
    for left in (15, 14, 13):
        site.ask(enrolled, "alice", attested=True)
        assert Totals.read(newest(enrolled).details).missed == left


def test_unattested_pictures_close_no_attested_gate(site: Site, enrolled: House) -> None:
    """Whoever asks from anywhere has a budget of their own, and spends nobody's visits at a gate."""
    spend(site, enrolled)
    assert Totals.read(newest(enrolled).details).missed == 0


def test_device_without_a_passed_attack_check_is_not_attested(site: Site, enrolled: House) -> None:
    """Attested means registered device *and* attack check: else a screen before a gate asks free."""
    spend(site, enrolled)
    with pytest.raises(BudgetSpent):
        site.ask(enrolled, "alice", attested=True)
    photo = site.good_photo("alice")
    question = toolkit.search(enrolled, "gate", photo, level=CaptureLevel.ATTESTED)
    found = enrolled.identifier.identify(question, site.people)
    assert found.subjects == ()


def test_ten_failures_a_day_close_one_device_only(site: Site, enrolled: House) -> None:
    """That device offers the alternative; another device and another day go on."""
    site.people.pad = AttackVerdict.PASSED
    stranger = site.good_photo("zoe")
    for _ in range(DEVICE_FAILURES):
        site.ask(enrolled, "alice", stranger, attested=True, device="gate-1")
    with pytest.raises(BudgetSpent, match="today"):
        site.ask(enrolled, "alice", attested=True, device="gate-1")
    assert site.matches(enrolled, "alice", attested=True, device="gate-2")
    site.clock.advance(DAY)
    assert site.matches(enrolled, "alice", attested=True, device="gate-1")


def test_invented_device_names_dodge_nothing(site: Site, enrolled: House) -> None:
    """Without a registered device the name is anybody's: all such pictures are one device."""
    stranger = site.good_photo("zoe")
    for n in range(DEVICE_FAILURES):
        site.ask(enrolled, "alice", stranger, device=f"invented-{n}")
    with pytest.raises(BudgetSpent, match="today"):
        site.ask(enrolled, "alice", stranger, device="one-more")


def test_long_or_many_device_names_break_no_entry(site: Site, enrolled: House) -> None:
    """What a device is called must not make the person's next entry too large to write."""
    site.people.pad = AttackVerdict.PASSED
    stranger = site.good_photo("zoe")
    for n in range(150):
        site.ask(enrolled, "alice", stranger, attested=True, device=f"device-{n}-" + "x" * 40)
    assert site.matches(enrolled, "alice", attested=True, device="another")
    with pytest.raises(Misused):
        site.ask(enrolled, "alice", attested=True, device="y" * 5000)


def test_fifty_failures_a_day_raise_an_alarm(site: Site, enrolled: House) -> None:
    """Over all devices; the alarm is sealed with the entry and told to nobody at the gate."""
    site.people.pad = AttackVerdict.PASSED
    stranger = site.good_photo("zoe")
    alarms = []
    for n in range(ALARM_FAILURES):
        site.ask(enrolled, "alice", stranger, attested=True, device=f"gate-{n // 9}")
        alarms.append(newest(enrolled).details["alarm"])
    assert alarms == [False] * (ALARM_FAILURES - 1) + [True]


def test_unknown_subject_is_counted_alike(site: Site, enrolled: House) -> None:
    """Answered, refused and recorded as a known one: existence does not show."""
    stranger = site.good_photo("zoe")
    seen: dict[str, list[str]] = {"alice": [], "nobody": []}
    for name, outcomes in seen.items():
        for n in range(LIFETIME + 2):
            if n % 9 == 8:
                site.clock.advance(DAY)
            try:
                outcomes.append(site.ask(enrolled, name, stranger).decision.value)
            except BudgetSpent as refused:
                outcomes.append(str(refused))
    assert seen["alice"] == seen["nobody"]
    assert spent(enrolled, "alice") == spent(enrolled, "nobody")


def test_search_charges_the_purpose_and_each_person_returned(site: Site, enrolled: House) -> None:
    """1 for each person returned, h(FMR) in one counter of the purpose."""
    search(site, enrolled)
    assert spent(enrolled) == 1
    told = enrolled.home.journal.last(enrolled.home.purpose_chain("gate"))
    assert told is not None
    assert Totals.read(told.details).spent > 0


def test_ambiguous_search_is_not_free(site: Site, enrolled: House) -> None:
    """ "More than top" tells of everybody who matched: the purpose and each of them are charged."""
    photos = [site.good_photo("alice", start) for start in (0, 10, 20)]
    site.enrol(enrolled, "twin", "gate", *photos)
    question = toolkit.search(enrolled, "gate", site.good_photo("alice"), top=1)
    with pytest.raises(Ambiguous):
        enrolled.identifier.identify(question, site.people)
    told = enrolled.home.journal.last(enrolled.home.purpose_chain("gate"))
    assert told is not None
    assert Totals.read(told.details).spent > 0
    assert spent(enrolled) == 1


def test_questions_asked_at_once_share_one_budget(site: Site, enrolled: House) -> None:
    """Parallel askers read the same totals: none is answered on a unit spent by another."""

    def ask(_: int) -> bool:
        try:
            site.ask(enrolled, "alice", site.good_photo("alice"))
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        answered = sum(pool.map(ask, range(2 * LIFETIME)))
    assert answered == LIFETIME
    assert spent(enrolled) == LIFETIME


def test_edited_ledger_entry_is_refused_and_found(site: Site, enrolled: House) -> None:
    """The totals are sealed under s: an edited entry opens no more, and the audit names it."""
    spend(site, enrolled)
    told = newest(enrolled)
    with site.sql("records") as raw:
        (leaf,) = raw.execute(
            "SELECT leaf FROM ledger_entry WHERE idx = ?", (told.index,)
        ).fetchone()
        entry: dict[str, Any] = json.loads(leaf)
        entry["sealed"] = ("00" if entry["sealed"][:2] != "00" else "11") + entry["sealed"][2:]
        edited = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()
        raw.execute("UPDATE ledger_entry SET leaf = ? WHERE idx = ?", (edited, told.index))
    with pytest.raises(Tampered):
        site.ask(enrolled, "alice")
    with pytest.raises(TamperedAt):
        log.audit(enrolled.home.records.connection, enrolled.home.signer.vkey)


def test_cut_off_ledger_tail_gives_no_budget_back(site: Site, enrolled: House) -> None:
    """Deleting the last entries shortens the chain: the next entry must not cover that up."""
    spend(site, enrolled)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM ledger_entry WHERE idx > 20")
    with pytest.raises(Tampered, match="cut short"):
        site.ask(enrolled, "alice")


def test_budget_is_never_shown(site: Site, enrolled: House) -> None:
    """Neither answers nor errors say how much is left."""
    answer = site.ask(enrolled, "alice")
    assert not any("spent" in name or "budget" in name for name in answer.__slots__)
    spend(site, enrolled)
    with pytest.raises(BudgetSpent) as refused:
        site.ask(enrolled, "alice")
    assert not any(digit in str(refused.value).replace("I24745", "") for digit in "0123456789")
