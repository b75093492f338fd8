"""Consent as law: the gate refuses, a well-run home answers, a planted breach is named."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import typer

from facekeep.assembly import House
from facekeep.cli import app, consents
from facekeep.collection import consent_evidence, guardian_evidence
from facekeep.collection.consents import Asking
from facekeep.collection.requests import Question
from facekeep.governance.consent import Scope
from facekeep.governance.consent_story import Channel, Fault, Shown
from facekeep.governance.deliveries import Kind, Words
from facekeep.governance.guardians import CHILD_RETENTION_DAYS, rules_for
from facekeep.governance.notices import Item
from facekeep.governance.requests import COOL_DOWN_DAYS
from facekeep.storage.journal import Chain
from facekeep.terms.errors import (
    AskedTooSoon,
    ConsentMissing,
    ConsentVoid,
    FacekeepError,
    GuardianRequired,
    NoticeNotShown,
    PurposeNotAllowed,
)
from facekeep.terms.evidence import Finding
from facekeep.terms.messages import SENTENCES
from facekeep.terms.values import ConsentState
from tests.attacks.toolkit import (
    DAY,
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
"""Ten years old on the day of judgement."""

IDS = (
    "governance.consent.separate", "governance.consent.withdrawal_easy",
    "governance.consent.storage", "governance.consent.renotified",
    "governance.consent.purpose_bound", "governance.consent.validity",
    "governance.consent.cool_down", "governance.consent.records",
    "governance.consent.not_required_for_service", "governance.consent.release",
    "governance.guardians.consented", "governance.guardians.rules",
    "governance.deliveries.delivered",
)  # fmt: skip


def found(house: House, question: str) -> Finding:
    """What the home answers now."""
    return house.evidence()[question](int(house.home.journal.now()))


def gaps(house: House, question: str) -> str:
    """The sentences of an answer, joined."""
    return "; ".join(gap.what for gap in found(house, question).gaps)


def changed(house: House, text: bytes, name: str = "gate") -> None:
    """A new version comes into force and everybody is told, as the publishing desk does it."""
    publish(house, text)
    home = house.home
    with home.records.transaction() as tx:
        items = [Item("kept", "最长 30 天", "for 30 days at most")]
        home.deliveries.queue_notice_change(tx, home.purposes.get(name), 1, 2, items)


def child(house: House, name: str = "kim", purpose: str = "gate", **asking: Any) -> None:
    """A guardian consents for a child of ten."""
    agree(house, name, purpose, birth=CHILD, guardian=guardian(), **asking)


def enrol_child(site: Site, house: House, name: str = "kim", purpose: str = "gate") -> None:
    """A child with a guardian's consent, before the camera."""
    child(house, name, purpose)
    photos = [site.good_photo(name, start) for start in (0, 10, 20)]
    origin = taken(house, name, purpose, photos)
    house.enroller.enrol(name, purpose, photos, site.people, origin)


# -- nothing to judge -------------------------------------------------------------------------


@pytest.mark.parametrize("question", IDS)
def test_a_home_nobody_came_to_has_nothing_to_answer(house: House, question: str) -> None:
    """Every question is there, none invents a gap, and most do not apply yet."""
    answer = found(house, question)
    assert answer.holds
    assert not answer.applies or question == "governance.consent.not_required_for_service"


def test_well_run_home_has_no_gap(site: Site, house: House) -> None:
    """Adults, a child, storage off the terminal, a withdrawal, a refusal, a changed notice."""
    publish(house, purpose_text("office", storage='"premises"'))
    site.enrol(house, "alice")
    enrol_child(site, house)
    agree(house, "bob", "office", Scope.STORAGE)
    site.enrol(house, "bob", "office")
    site.enrol(house, "carol")
    house.withdrawals.withdraw("carol", "gate")
    house.requests.ask(Question("dave", ("gate",)))
    house.requests.refuse("dave", "gate")
    changed(house, purpose_text("office", storage='"premises"', retention_days=30), "office")
    house.home.erase_ungranted()
    for question in IDS:
        assert gaps(house, question) == "", question
    judged = [question for question in IDS if not found(house, question).applies]
    assert judged == ["governance.consent.storage"]


def test_no_answer_names_anybody(site: Site, house: House) -> None:
    """References, guardians and proofs stay out of facts and gaps."""
    site.enrol(house, "alice-7")
    child(house, "kim-9")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET expires = expires + 1")
    told = str([found(house, question) for question in IDS])
    for name in ("alice", "kim", "mother", "register"):
        assert name not in told


def _gap_sentences() -> set[str]:
    """Every sentence a gap may say or advise, values as ``{}``."""
    said: set[str] = set()
    for module in (consent_evidence, guardian_evidence):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.JoinedStr):
                said.add("".join(getattr(v, "value", "") if isinstance(v, ast.Constant) else "{}"
                                 for v in node.values))  # fmt: skip
    return said


def test_every_gap_can_be_said_in_chinese() -> None:
    """By its own sentence, not by a general word."""
    said = {sentence for sentence in _gap_sentences() if " " in sentence}
    ours = {
        sentence for sentence in said if not sentence.startswith(('"kind"', "tell ", "a child at"))
    }
    assert ours - set(SENTENCES) == set()
    assert len(ours) > 30


# -- separate consent (FRM-06-1) ----------------------------------------------------------------

SEPARATE = "governance.consent.separate"

EDITS: Mapping[str, tuple[str, str]] = {
    "removed": ("DELETE FROM consent", "rest on no consent record"),
    "edited": ("UPDATE consent SET expires = expires + 86400", "were changed in the store"),
    "ended": ("UPDATE consent SET state = 'ConsentWithdrawn'", "rest on a consent that is over"),
    "another text": ("UPDATE consent SET purpose_hash = zeroblob(32)", "to another text"),
    "another scope": ("UPDATE consent SET scope = 'storage'", "to something else"),
    "nothing shown": ("UPDATE consent SET about = '{}'", "without a notice on display"),
    "a word nobody wrote": ("UPDATE consent SET state = 'yes'", "that is over"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_reference_without_its_own_consent_is_named(site: Site, house: House, edit: str) -> None:
    """Whatever is done to the row, the answer says what is missing."""
    site.enrol(house, "alice")
    assert found(house, SEPARATE).holds
    statement, told = EDITS[edit]
    with site.sql("records") as raw:
        raw.execute(statement)
    assert told in gaps(house, SEPARATE)
    assert "gate" in gaps(house, SEPARATE)


def test_key_granted_past_the_gate_is_named(site: Site, house: House) -> None:
    """A grant of another hash, as a program that skipped the gate would leave it."""
    site.enrol(house, "alice")
    with site.sql("keys") as raw:
        raw.execute("UPDATE subject_key SET purpose_hash = zeroblob(32)")
    assert "to another text" in gaps(house, SEPARATE)


def test_same_breach_twice_is_one_gap_and_counted(site: Site, house: House) -> None:
    """The sentence once, the number beside it."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM consent")
    answer = found(house, SEPARATE)
    assert len(answer.gaps) == 1
    assert set(answer.facts["found"].values()) == {2}


# -- the notice was shown (FRM-05-1) ------------------------------------------------------------


def test_consent_without_the_notice_on_display_is_refused(house: House, clock: Turnable) -> None:
    """Nothing shown, or another text than the one in force."""
    now = int(clock())
    with pytest.raises(NoticeNotShown):
        house.consents.give(Asking("alice", "gate"))
    other = Shown(bytes(32), "zh", Channel.COUNTER, now)
    with pytest.raises(NoticeNotShown):
        house.consents.give(Asking("alice", "gate", shown=other))
    assert house.consents.show("alice", "gate") == []


def test_notice_read_before_a_change_does_not_count(house: House) -> None:
    """Shown, then republished, then answered: the answer is to a text of the past."""
    shown = house.consents.shown("gate", "en", Channel.PORTAL)
    publish(house, purpose_text(retention_days=30))
    with pytest.raises(NoticeNotShown):
        house.consents.give(Asking("alice", "gate", shown=shown))


# -- withdrawal is no harder than giving (FRM-06-2) ---------------------------------------------


def required(command: Callable[..., None]) -> set[str]:
    """The options a command cannot do without."""
    parameters = inspect.signature(command).parameters.values()
    return {p.name for p in parameters if p.default is inspect.Parameter.empty} - {"context"}


def test_leaving_takes_no_more_than_coming() -> None:
    """One call each; nothing more is asked of whoever leaves; no passphrase, no officer."""
    assert required(consents.withdraw) <= required(consents.give)
    root: Any = typer.main.get_command(app.tree())
    leaving = {p.name for p in root.commands["withdraw"].params if p.required}
    coming = {p.name for p in root.commands["consent"].commands["give"].params if p.required}
    assert len(leaving) <= len(coming)


def test_withdrawal_counts_and_is_quick(site: Site, house: House) -> None:
    """Accepted and completed in one call, in the same minute."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
        house.withdrawals.withdraw(name, "gate")
    answer = found(house, "governance.consent.withdrawal_easy")
    assert answer.holds
    assert (answer.facts["accepted"], answer.facts["completed"]) == (2, 2)
    assert answer.facts["longest_s"] == 0


def test_withdrawal_that_never_ended_is_named(site: Site, house: House) -> None:
    """Accepted, and nothing after it."""
    home = house.home
    with home.records.transaction() as tx:
        home.journal.write(tx, Chain(bytes(32), "gate"), "rights:withdrawal:accepted", {})
    assert "accepted and never completed" in gaps(house, "governance.consent.withdrawal_easy")


# -- off the terminal (FRM-08-1) ----------------------------------------------------------------


@pytest.mark.parametrize("breach", ["DELETE FROM consent WHERE scope = 'storage'",
                                    "UPDATE consent SET expires = 0 WHERE scope = 'storage'"])  # fmt: skip
def test_storage_without_its_own_consent_is_named(site: Site, house: House, breach: str) -> None:
    """The gate refuses it; a row taken away later is reported."""
    publish(house, purpose_text("office", storage='"premises"'))
    with pytest.raises(ConsentMissing):
        site.enrol(house, "bob", "office")
    agree(house, "bob", "office", Scope.STORAGE)
    site.enrol(house, "bob", "office")
    assert found(house, "governance.consent.storage").facts["off_terminal"] == 1
    assert found(house, "governance.consent.storage").holds
    with site.sql("records") as raw:
        raw.execute(breach)
    assert "off the terminal without consent" in gaps(house, "governance.consent.storage")


# -- told of changes (FRM-05-2, PIPL-14) ----------------------------------------------------------


def test_changed_purpose_invalidates_and_tells(site: Site, house: House) -> None:
    """The record says why, use stops, a notice with the changed items waits; a new yes settles it."""
    site.enrol(house, "alice")
    changed(house, purpose_text(retention_days=30))
    (record,) = house.consents.show("alice", "gate")
    assert record.state is ConsentState.INVALIDATED
    assert "version" in record.about.events[-1].why
    with pytest.raises(ConsentMissing):
        site.ask(house, "alice")
    (notice,) = house.outbox.banner("alice")
    assert notice.kind is Kind.NOTICE_CHANGE
    agree(house, "alice")
    assert house.outbox.banner("alice") == []
    assert found(house, "governance.consent.renotified").holds
    assert found(house, "governance.consent.purpose_bound").facts["invalidated"] == 1


def test_use_stops_until_a_changed_notice_has_arrived(site: Site, house: House) -> None:
    """The same purpose, a new wording: nobody asks anew, and nobody is compared untold."""
    site.enrol(house, "alice")
    home = house.home
    with home.records.transaction() as tx:
        told = home.deliveries.queue_notice_change(tx, home.purposes.get("gate"), 1, 1, [])
    assert (told.queued, told.invalidated) == (1, 0)
    with pytest.raises(NoticeNotShown) as refusal:
        site.ask(house, "alice")
    assert refusal.value.duty == "FRM-05-2"
    (notice,) = house.outbox.banner("alice")
    house.outbox.acknowledge("alice", house.home.deliveries.shown(notice))
    assert site.matches(house, "alice")


def test_untold_people_are_named_past_the_day(site: Site, house: House, clock: Turnable) -> None:
    """Open is no gap; overdue is, in both answers that look at it."""
    site.enrol(house, "alice")
    changed(house, purpose_text(retention_days=30))
    assert found(house, "governance.consent.renotified").holds
    clock.advance(8 * DAY)
    assert "were not told" in gaps(house, "governance.consent.renotified")
    assert "did not reach" in gaps(house, "governance.deliveries.delivered")


def test_published_past_the_desk_is_named(site: Site, house: House) -> None:
    """A version that nobody was told of, and whose consents still count."""
    site.enrol(house, "alice")
    publish(house, purpose_text(retention_days=30))
    with site.sql("records") as raw:
        raw.execute("DELETE FROM delivery")
    if house.consents.show("alice", "gate")[0].stands:
        assert "nobody was to tell them" in gaps(house, "governance.consent.renotified")
        assert "still count as given" in gaps(house, "governance.consent.purpose_bound")
    else:
        assert house.home.consents.standing("gate") == []


def test_deliveries_edited_or_lost_are_named(site: Site, house: House) -> None:
    """Marking one as delivered in the store does not deliver it."""
    site.enrol(house, "alice")
    changed(house, purpose_text(retention_days=30))
    with site.sql("records") as raw:
        raw.execute("UPDATE delivery SET settled_at = 1, outcome = 'delivered'")
    assert "changed in the store" in gaps(house, "governance.deliveries.delivered")


# -- freely given (FRM-12, SPC-2021) ----------------------------------------------------------------


@pytest.mark.parametrize("fault", list(Fault))
def test_faulty_consent_is_refused_and_recorded_as_void(house: House, fault: Fault) -> None:
    """It releases nothing, and the record says how it came about."""
    with pytest.raises(ConsentVoid):
        agree(house, "alice", faults=(fault,))
    (record,) = house.consents.show("alice", "gate")
    assert (record.state, record.about.faults) == (ConsentState.INVALIDATED, (fault,))
    answer = found(house, "governance.consent.validity")
    assert answer.holds
    assert answer.facts["void"] == {fault.value: 1}


def test_bundles_and_ticked_boxes_cannot_be_asked(house: House) -> None:
    """Two purposes, two scopes, or an answer that is there already."""
    for question in (
        Question("alice", ("gate", "office")),
        Question("alice", ()),
        Question("alice", ("gate",), tuple(Scope)),
        Question("alice", ("gate",), default="yes"),
    ):
        with pytest.raises(ConsentVoid):
            house.requests.ask(question)


def test_pressed_consent_found_later_is_declared_void(site: Site, house: House) -> None:
    """Its face data goes with it."""
    site.enrol(house, "alice")
    assert house.consents.invalidate("alice", "gate", Fault.COERCED) == 1
    assert house.home.vault.of_purpose("gate") == []
    with pytest.raises(ConsentMissing):
        site.ask(house, "alice")


def test_void_consent_pasted_back_is_named(site: Site, house: House) -> None:
    """Whoever sets the state back leaves the fault standing, or the seal broken."""
    with pytest.raises(ConsentVoid):
        agree(house, "alice", faults=(Fault.BUNDLED,))
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET state = 'ConsentGiven'")
    told = gaps(house, "governance.consent.validity")
    assert "although they were bundled or pressed" in told
    assert "changed in the store" in told


# -- asked once (NDSR-22) ---------------------------------------------------------------------------


def test_after_a_refusal_nobody_asks_for_a_while(house: House, clock: Turnable) -> None:
    """Thirty days; coming by oneself is always open."""
    house.requests.ask(Question("alice", ("gate",)))
    house.requests.refuse("alice", "gate")
    with pytest.raises(AskedTooSoon):
        house.requests.ask(Question("alice", ("gate",)))
    assert found(house, "governance.consent.cool_down").holds
    clock.advance(COOL_DOWN_DAYS * DAY)
    house.requests.ask(Question("alice", ("gate",)))


def test_own_act_after_a_refusal_is_a_consent(house: House) -> None:
    """Nobody asked: no cool-down, and no gap."""
    house.requests.refuse("alice", "gate")
    assert agree(house, "alice").about.own_act
    assert found(house, "governance.consent.cool_down").holds


def test_asking_past_the_desk_is_named(house: House, clock: Turnable) -> None:
    """A request that never went through the gate, and a yes it pressed out of somebody."""
    house.requests.ask(Question("alice", ("gate",)))
    house.requests.refuse("alice", "gate")
    clock.advance(2 * DAY)
    home, desk = house.home, house.requests
    pressed = desk._new(Question("alice", ("gate",)), "gate", Scope.PROCESSING, bytes(32))
    with home.records.transaction() as tx:
        home.requests.keep(tx, pressed)
    assert "again too soon" in gaps(house, "governance.consent.cool_down")


def test_edited_record_of_asking_is_named(site: Site, house: House) -> None:
    """A refusal turned into silence."""
    house.requests.refuse("alice", "gate")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent_request SET state = 'ConsentRequested'")
    assert "a record of asking was changed" in gaps(house, "governance.consent.cool_down")


# -- records (I27560-REC) -----------------------------------------------------------------------------


def test_record_bound_to_a_text_nobody_keeps_is_named(site: Site, house: House) -> None:
    """And a broken seal is."""
    agree(house, "alice")
    assert found(house, "governance.consent.records").facts["records"] == 1
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET purpose_hash = zeroblob(32)")
    told = gaps(house, "governance.consent.records")
    assert "bound to a text nobody keeps" in told
    assert "changed in the store" in told


# -- saying no costs nothing (PIPL-16) ----------------------------------------------------------------


def test_pressing_words_are_named(house: House) -> None:
    """A text that makes the door depend on a yes, published past the desk's own check."""
    pressing = '{zh = "不同意则无法进门", en = "You must agree to enter"}'
    text = purpose_text("lobby").replace(b'why = {zh = "\xe9\x97\xa8", en = "Gate"}',
                                         f"why = {pressing}".encode())  # fmt: skip
    try:
        publish(house, text)
    except FacekeepError:
        return  # the publishing desk looked for it itself
    assert "presses people" in gaps(house, "governance.consent.not_required_for_service")


def test_no_consent_is_asked_about_at_the_other_door(house: House) -> None:
    """What is offered to whoever refused is what is offered to everybody."""
    before = [way.id for way in house.home.purposes.get("gate").alternatives]
    house.requests.refuse("alice", "gate")
    agree(house, "bob")
    assert [way.id for way in house.home.purposes.get("gate").alternatives] == before
    answer = found(house, "governance.consent.not_required_for_service")
    assert answer.facts["alternatives"] == {"gate": 1}


# -- children (FRM-07-1, FRM-07-2) ----------------------------------------------------------------------


def test_child_needs_a_guardian_somebody_checked(house: House) -> None:
    """Alone no; with a name only no; with a document seen yes."""
    from facekeep.governance.guardians import Guardian

    for decider in (None, Guardian("mother")):
        with pytest.raises(GuardianRequired):
            agree(house, "kim", birth=CHILD, guardian=decider)
    child(house)
    answer = found(house, "governance.guardians.consented")
    assert answer.holds
    assert answer.facts["children"] == 1


@pytest.mark.parametrize("guardian_column", ["NULL", "zeroblob(300)"])
def test_child_without_guardian_record_is_named(
    site: Site, house: House, guardian_column: str
) -> None:
    """Taken away, or never opened by our key."""
    child(house)
    with site.sql("records") as raw:
        raw.execute(f"UPDATE consent SET guardian = {guardian_column}")
    assert "by a child alone" in gaps(house, "governance.guardians.consented")


def test_child_rules_shorten_and_close(site: Site, house: House) -> None:
    """180 days, no search among others, nothing off the terminal, two officers for an export."""
    enrol_child(site, house)
    (record,) = house.consents.show("kim", "gate")
    assert record.expires - record.given_at == CHILD_RETENTION_DAYS * DAY
    photo = site.good_photo("kim")
    hit = house.identifier.identify(search(house, "gate", photo), site.people)
    assert hit.subjects == ()
    publish(house, purpose_text("office", storage='"premises"'))
    with pytest.raises(PurposeNotAllowed) as refusal:
        child(house, "lee", "office")
    assert refusal.value.duty == "FRM-07-2"
    assert rules_for(house.home.purposes.get("gate")).export_approvals == 2
    assert found(house, "governance.guardians.rules").holds


def test_child_is_searched_for_where_the_rule_says_why(site: Site, house: House) -> None:
    """An exception an officer wrote down."""
    rule = (
        '{admitted = "with_guardian", identification = true,'
        ' rule = {zh = "接送时辨认", en = "found among others at pick-up"}}'
    )
    publish(house, purpose_text("school", minors=rule))
    enrol_child(site, house, "kim", "school")
    photo = site.good_photo("kim")
    found_ones = house.identifier.identify(search(house, "school", photo), site.people)
    assert found_ones.subjects == ("kim",)


def test_purpose_may_admit_no_children(house: House) -> None:
    """Then none is enrolled, guardian or not."""
    rule = '{admitted = "nobody", rule = {zh = "不收", en = "none"}}'
    publish(house, purpose_text("bar", minors=rule))
    with pytest.raises(PurposeNotAllowed):
        child(house, "kim", "bar")


def test_child_kept_under_the_rules_for_everybody_is_named(site: Site, house: House) -> None:
    """A term stretched in the store."""
    child(house)
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET expires = expires + 86400")
    assert "run longer than the rule" in gaps(house, "governance.guardians.rules")


def test_child_named_by_a_search_is_named_here(house: House) -> None:
    """A search that skipped the rule leaves its entry in the child's own chain."""
    child(house)
    home = house.home
    with home.records.transaction() as tx:
        own = home.chain(home.directory.person("kim", "gate"))
        home.journal.write(tx, own, "use:identification:returned", {"outcome": "returned"})
    assert "named in a search" in gaps(house, "governance.guardians.rules")


def test_turning_14_is_told_and_due(site: Site, house: House, clock: Turnable) -> None:
    """A month before, on opening the home; missing, it is named; on the day the consent is over."""
    child(house, "kim")
    house.close()
    at(clock, date(2030, 4, 10))
    with site.open() as later:
        agree(later, "lee", birth=CHILD, guardian=guardian())
        assert later.outbox.queue_coming_of_age() == 1
        assert later.outbox.queue_coming_of_age() == 0
        answer = found(later, "governance.guardians.consented")
        (due,) = answer.facts["due"]
        assert (due["due"], due["obligation"]) == ("2030-05-02", "FRM-07-1")
        with site.sql("records") as raw:
            raw.execute("DELETE FROM delivery")
        assert "turn 14 soon and are not told" in gaps(later, "governance.guardians.consented")
        at(clock, date(2030, 5, 2))
        with pytest.raises(FacekeepError):
            site.ask(later, "lee")
        with site.sql("records") as raw:
            raw.execute("UPDATE consent SET expires = 9999999999")
        assert "outlast" in gaps(later, "governance.guardians.consented")


def at(clock: Turnable, day: date) -> None:
    """Noon of a day, UTC."""
    clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()


# -- deliveries (NDSR-11) -------------------------------------------------------------------------------


def test_incident_is_told_and_what_did_not_arrive_is_named(house: House, clock: Turnable) -> None:
    """A day to tell; then it is overdue, until somebody says how it was told."""
    agree(house, "alice")
    words = Words("发生了安全事件", "There was an incident")
    notice = house.outbox.tell("alice", "gate", Kind.INCIDENT, words, days=1)
    answer = found(house, "governance.deliveries.delivered")
    assert answer.holds
    assert answer.facts["due"][0]["obligation"] == "NDSR-11"
    clock.advance(DAY)
    assert "incident" in gaps(house, "governance.deliveries.delivered")
    house.outbox.delivered(house.home.deliveries.shown(notice), "signed list, no. 17")
    assert found(house, "governance.deliveries.delivered").holds
    assert found(house, "governance.deliveries.delivered").facts["ways"] == {"list": 1}


# -- written release (BIPA-15) ----------------------------------------------------------------------------


def test_release_the_ledger_does_not_vouch_for_is_named(site: Site, house: House) -> None:
    """A record changed after the giving commits to something else."""
    site.enrol(house, "alice")
    assert found(house, "governance.consent.release").facts["releases"] == 1
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET given_at = given_at - 60")
    assert "no release the ledger vouches for" in gaps(house, "governance.consent.release")


def test_three_years_after_the_last_interaction_are_the_most(site: Site, house: House) -> None:
    """A retention of three leap years is longer than three years."""
    publish(house, purpose_text("long", retention_days=3 * 366))
    site.enrol(house, "alice", "long")
    assert "longer than three years" in gaps(house, "governance.consent.release")
