"""The desk where purposes come into force: nothing is published with a gap (Measures art. 4, 5, 9)."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from facekeep.access import officers
from facekeep.assembly import House
from facekeep.governance.purposes import Stage
from facekeep.terms.errors import (
    Misused,
    NotPublishable,
    PurposeNotAllowed,
    Refused,
)
from facekeep.terms.messages import told
from tests.attacks.toolkit import (
    DAY,
    OFFICER,
    SAME,
    Site,
    agree,
    assessment_text,
    device_for,
    publish,
    purpose_text,
    signed,
)

HANDLER = b'name = "Riverside"\ncontact = "desk"\norg_type = "company"\n'


def test_steps_lead_one_to_the_next(house: House) -> None:
    """A draft is no purpose, an assessed one is not signed, a signed one is not in force."""
    desk, book = house.purposes, house.home.purposes
    assert desk.draft(purpose_text("bank"), OFFICER) == ("bank", 1)
    for stage, reason in (
        (Stage.DRAFT, "only a draft"),
        (Stage.ASSESSED, "nobody signed"),
        (Stage.SIGNED, "not published"),
    ):
        assert book.stage("bank") is stage
        with pytest.raises(PurposeNotAllowed, match=reason):
            book.get("bank")
        if stage is Stage.DRAFT:
            desk.assess("bank", assessment_text("bank"), OFFICER)
        elif stage is Stage.ASSESSED:
            desk.sign("bank", signed(house, desk.message("bank")))
        else:
            desk.release("bank", OFFICER)
    assert book.get("bank").id == "bank"


def test_every_gap_is_named_at_once_in_both_languages(house: House) -> None:
    """An officer mends a file once, not gap by gap; nothing of it is kept."""
    text = purpose_text("bank", options="[]", accessible="[]")
    with pytest.raises(NotPublishable) as refused:
        publish(house, text)
    assert len(refused.value.whats) == 2
    assert "less intrusive" in refused.value.reason
    assert "accessible" in refused.value.reason
    assert "；" in told(refused.value, "zh").what
    assert house.home.purposes.stage("bank") is None
    publish(house, purpose_text("bank"))
    assert house.home.purposes.names() == ["bank", "gate"]


@pytest.mark.parametrize(
    ("old", "new", "gap"),
    [
        ("works = true", "works = false", "mitigation does not work"),
        ("likelihood = 2", "likelihood = 4", "a high risk remains"),
        ('kind = "leak"', 'kind = "misuse"', "named twice"),
        ("storage.separation.stores", "storage.nothing.here", "no such control"),
        ("storage.separation.stores", "use.identification.two_persons", "do not hold now"),
        ('purpose = "bank"', 'purpose = "gate"', "another purpose"),
        ("2020-01-01", "2999-01-01", "still to come"),
        ('id = "card"', 'id = "code"', "were not found to work"),
    ],
)
def test_assessment_with_a_gap_is_refused(house: House, old: str, new: str, gap: str) -> None:
    """Art. 9's four contents, live controls, working alternatives: each is looked for."""
    text = assessment_text("bank").replace(old.encode(), new.encode())
    house.purposes.draft(purpose_text("bank"), OFFICER)
    with pytest.raises((NotPublishable, Misused), match=gap):
        house.purposes.assess("bank", text, OFFICER)
    assert house.home.purposes.stage("bank") is Stage.DRAFT


def test_no_release_without_a_signature(house: House) -> None:
    """The signature of an officer of that role over this very assessment."""
    desk = house.purposes
    desk.draft(purpose_text("bank"), OFFICER)
    desk.assess("bank", assessment_text("bank"), OFFICER)
    with pytest.raises(Refused, match="nobody signed"):
        desk.release("bank", OFFICER)
    with pytest.raises(Refused, match="not this officer's"):
        desk.sign("bank", signed(house, b"something else"))
    message = desk.message("bank")
    desk.assess("bank", assessment_text("bank").replace(b"cameras = 100", b"cameras = 9"), OFFICER)
    with pytest.raises(Refused, match="not this officer's"):
        desk.sign("bank", signed(house, message))  # an assessment nobody signs any more


def test_only_the_role_officer_signs(house: House) -> None:
    """An inspector's word puts nothing in force."""
    key = officers.draw_key(lambda n: b"\x33" * n)
    public, role = officers.public_of(key), officers.Role.INSPECTOR
    vouched = signed(house, officers.add_message("Wu", role, public))
    with house.home.records.transaction() as tx:
        house.home.officers.add(tx, "Wu", "inspector", public, 1, vouched)
    desk = house.purposes
    desk.draft(purpose_text("bank"), OFFICER)
    desk.assess("bank", assessment_text("bank"), OFFICER)
    word = officers.Signed("Wu", officers.sign(key, desk.message("bank")))
    with pytest.raises(Refused, match="does not sign assessments"):
        desk.sign("bank", word)


def test_a_change_suspends_until_assessed_anew(site: Site, house: House) -> None:
    """A major incident voids the assessment: nobody is compared, withdrawal goes on."""
    site.enrol(house, "alice")
    house.purposes.suspend("gate", OFFICER, "major incident")
    with pytest.raises(PurposeNotAllowed, match="suspended"):
        site.ask(house, "alice")
    publish(house, purpose_text("gate"))
    assert site.matches(house, "alice")  # the same text: the consent stands
    house.purposes.suspend("gate", OFFICER, "again")
    house.withdrawals.withdraw("alice", "gate")


def test_another_assessment_of_a_text_in_force_is_not_passed_over(house: House) -> None:
    """Whoever found that it does not work is not told that it was published (Measures art. 9)."""
    desk, text, key = house.purposes, purpose_text("gate"), lambda message: signed(house, message)
    for found in (b"works = false", b"works = true\nauthor_note = 1"):
        other = assessment_text().replace(b"works = true", found, 1)
        with pytest.raises((Misused, Refused)):
            desk.publish(text, other, OFFICER, key)
    anew = assessment_text().replace(b"cameras = 100", b"cameras = 9")
    with pytest.raises(Refused, match="under another assessment"):
        desk.publish(text, anew, OFFICER, key)
    desk.suspend("gate", OFFICER, "assessed anew")
    name, version = desk.publish(text, anew, OFFICER, key)
    kept = house.home.assessments.get(house.home.purposes.last(name, version).assessment)
    assert kept is not None
    assert kept.assessment.scope.cameras == 9


def test_a_new_text_is_told_and_asks_anew(site: Site, house: House) -> None:
    """Re-notified, and without force until consented anew (Measures art. 5, PIPL art. 14)."""
    site.enrol(house, "alice")
    publish(house, purpose_text("gate", retention_days="30"))
    assert [delivery.kind.value for delivery in house.home.deliveries.open()] == ["notice-change"]
    assert not house.home.vault.consents()  # the face data went with the consent
    with pytest.raises(Refused):
        site.ask(house, "alice")
    agree(house, "alice")
    site.enrol(house, "alice")
    assert site.matches(house, "alice")


def test_another_handler_suspends(house: House) -> None:
    """Who handles the data is part of what was assessed."""
    house.set_handler(HANDLER, OFFICER)
    publish(house, purpose_text("bank"))
    house.set_handler(HANDLER.replace(b'"desk"', b'"other desk"'), OFFICER)
    assert house.home.purposes.stage("bank") is Stage.SUSPENDED
    assert house.home.purposes.steps("bank")[-1].because.startswith("the handler is another")


def test_notice_names_the_handler_of_the_profile(house: House) -> None:
    """A notice under another name misleads."""
    house.set_handler(HANDLER.replace(b"Riverside", b"Lakeside"), OFFICER)
    with pytest.raises(NotPublishable, match="another handler"):
        publish(house, purpose_text("bank"))


def test_more_cameras_than_assessed_suspend(house: House) -> None:
    """The scope of an assessment is part of it."""
    few = assessment_text("bank").replace(b"cameras = 100", b"cameras = 1")
    house.purposes.publish(purpose_text("bank"), few, OFFICER, lambda m: signed(house, m))
    device_for(house, "bank", "first")
    assert house.purposes.check() == []
    device_for(house, "bank", "second")
    assert house.purposes.check() == [("bank", "more devices are active than were assessed")]


def test_ground_that_runs_out_suspends(site: Site, house: House) -> None:
    """A document has a last day."""
    day = date(2023, 12, 1).isoformat()
    told = {"legal_basis": '"statutory"', "basis": f'{{document = "Order 7", until = {day}}}'}
    publish(house, purpose_text("bank", **told))
    assert house.purposes.check() == []
    site.clock.advance(40 * DAY)
    assert [name for name, _ in house.purposes.check()] == ["bank"]


def test_ended_purpose_ends_what_is_under_way(site: Site, house: House) -> None:
    """A purpose that ends while an enrolment runs: its last transaction refuses."""
    agree(house, "alice")
    real = house.home.restraints.require_free

    def ending_meanwhile(person: bytes) -> None:
        real(person)
        if house.home.purposes.stage("gate") is Stage.PUBLISHED:
            house.purposes.end("gate", OFFICER, "moved out")

    house.home.restraints.require_free = ending_meanwhile  # type: ignore[method-assign]
    with pytest.raises(PurposeNotAllowed, match="ended"):
        site.enrol(house, "alice")
    assert not list(house.home.references.every())
    with pytest.raises(PurposeNotAllowed, match="ended"):
        house.purposes.draft(purpose_text("gate"), OFFICER)


def test_two_officers_at_one_draft(house: House) -> None:
    """The later text does not silently win."""
    desk = house.purposes
    desk.draft(purpose_text("bank"), OFFICER)
    desk.draft(purpose_text("bank", retention_days="30"), OFFICER, over=1)
    with pytest.raises(Refused, match="written meanwhile"):
        desk.draft(purpose_text("bank", retention_days="31"), OFFICER, over=1)
    assert house.home.purposes.text("bank", 2).retention_days == 30


def test_a_suspension_is_seen_by_every_thread(house: House) -> None:
    """What one thread remembers as in force, another's suspension forgets."""
    book = house.home.purposes
    assert book.get("gate")
    thread = threading.Thread(target=house.purposes.suspend, args=("gate", OFFICER, "incident"))
    thread.start()
    thread.join()
    with pytest.raises(PurposeNotAllowed, match="suspended"):
        book.get("gate")


def test_what_a_rollback_undid_is_not_remembered(house: House) -> None:
    """Inside a transaction nothing is remembered: it may never have happened."""
    home = house.home
    with pytest.raises(RuntimeError), home.records.transaction() as tx:  # noqa: PT012
        home.purposes.void(tx, "gate", OFFICER, "incident", int(home.clock()))
        with pytest.raises(PurposeNotAllowed):
            home.purposes.get("gate")
        raise RuntimeError
    assert home.purposes.get("gate")


@pytest.mark.parametrize("because", ["", "two\nlines", "\u202e"])
def test_reasons_are_one_visible_line(house: House, because: str) -> None:
    """A reason is read by an inspector."""
    with pytest.raises(Misused, match="one line"):
        house.purposes.suspend("gate", OFFICER, because)


def test_the_wrong_file_says_so(house: House) -> None:
    """A picture, an empty file, a purpose where an assessment belongs."""
    house.purposes.draft(purpose_text("bank"), OFFICER)
    for text in (b"\xff\xd8\xff", b"", purpose_text("bank"), f"purpose = {SAME}".encode()):
        with pytest.raises(Misused):
            house.purposes.assess("bank", text, OFFICER)
