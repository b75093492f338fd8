"""Purposes, assessments, the handler, as law: the gate refuses, a well-run home answers.

Each planted breach is in ``breaches_papers``; what a breach cannot show stands here.
"""

from __future__ import annotations

from datetime import date

import pytest

from facekeep.access.officers import Signed, retire_message, sign
from facekeep.assembly import House
from facekeep.collection import purpose_evidence
from facekeep.governance import handler_evidence
from facekeep.governance.assessments import KEPT_S
from facekeep.governance.handler import KEPT_S as SHARING_KEPT_S
from facekeep.governance.handler import Sharing, parse
from facekeep.governance.purposes import Stage
from facekeep.oversight import agenda, chapters, pack
from facekeep.terms.errors import (
    Misused,
    NoAlternativeOffered,
    NotPublishable,
    PurposeNotAllowed,
    Refused,
    Tampered,
)
from facekeep.terms.evidence import Finding
from facekeep.terms.messages import in_language
from tests.attacks import staff
from tests.attacks.toolkit import (
    OFFICER,
    SAME,
    Site,
    Turnable,
    assessment_text,
    publish,
    purpose_text,
    signed,
)
from tests.law.forging import NAME, Forged, lacking, looked_at
from tests.law.planted import run
from tests.law.profile import HANDLER, part_of, set_profile

TEXTS = tuple(question.id for question in purpose_evidence.EVIDENCE)
LOOKED = tuple(question.id for question in purpose_evidence.SURROUNDED)
PROFILE = tuple(question.id for question in handler_evidence.EVIDENCE)
IDLE = frozenset({"governance.handler.recipients"})
"""A well-run home that shares nothing has nothing to say about it."""


def ask(house: House, question: str) -> Finding:
    """One question, now."""
    return house.questions()[question](int(house.home.journal.now()))


def said(house: House, question: str) -> list[str]:
    """The gaps of one question, now."""
    return [gap.what for gap in ask(house, question).gaps]


def stages(house: House, name: str) -> list[str]:
    return [step.stage.value for step in house.home.purposes.steps(name)]


# -- the gate refuses ------------------------------------------------------------------------

LATE_WAY = f'[{{id = "card", name = {SAME}, where = {SAME}, working_since = 2027-01-01}}]'
RUN_OUT = '{document = "Order 7", until = 2026-06-14}'


@pytest.mark.parametrize(
    ("text", "duty", "words"),
    [
        (lacking("options"), "FRM-04", "less intrusive"),
        (purpose_text(NAME, alternatives=LATE_WAY), "FRM-10-1", "no alternative"),
        (purpose_text(NAME, legal_basis='"statutory"'), "PIPL-13", "no document"),
        (
            purpose_text(NAME, legal_basis='"statutory"', basis=RUN_OUT),
            "PIPL-13",
            "has run out",
        ),
        (purpose_text(NAME, region='"US"'), "PIPL-40", "lawful route"),
        (lacking("retention_why"), "FRM-08-2", "kept so long"),
        (lacking("accessible"), "FRM-05-3", "accessible"),
        (lacking("minors"), "FRM-07-2", "under 14"),
        (
            purpose_text(NAME, why='{zh = "您必须同意。", en = "You must agree."}'),
            "FRM-05-1",
            "presses",
        ),
    ],
)
def test_a_text_with_a_gap_is_not_published(
    house: House, text: bytes, duty: str, words: str
) -> None:
    """And leaves nothing behind: the corrected one is published next."""
    with pytest.raises(NotPublishable, match=words) as refused:
        publish(house, text)
    assert refused.value.duty == duty
    assert NAME not in house.home.purposes.known()
    assert publish(house, purpose_text(NAME)) == (NAME, 1)


def test_every_gap_is_named_at_once(house: House) -> None:
    """Nobody comes back five times."""
    with pytest.raises(NotPublishable) as refused:
        publish(house, lacking("options", "retention_why", "accessible", "minors"))
    assert len(refused.value.whats) == 4
    assert all(in_language(what, "zh") != what for what in refused.value.whats)


def test_face_as_the_only_way_is_not_even_drafted(house: House) -> None:
    """Measures art. 10."""
    with pytest.raises(NoAlternativeOffered):
        house.purposes.draft(purpose_text(NAME, alternatives="[]"), OFFICER)


def test_a_purpose_is_called_sensitive_or_nothing(house: House) -> None:
    """PIPL art. 28: there is no other label."""
    with pytest.raises(Misused, match="classification"):
        house.purposes.draft(purpose_text(NAME, classification='"ordinary"'), OFFICER)


def test_no_step_is_left_out(house: House) -> None:
    """Draft, assess, sign, publish; each refuses what comes too early (Measures art. 9)."""
    house.purposes.draft(purpose_text(NAME), OFFICER)
    with pytest.raises(Refused, match="only a draft"):
        house.purposes.release(NAME, OFFICER)
    with pytest.raises(Refused, match="nothing to sign"):
        house.purposes.message(NAME)
    house.purposes.assess(NAME, assessment_text(NAME), OFFICER)
    with pytest.raises(Refused, match="nobody signed"):
        house.purposes.release(NAME, OFFICER)
    with pytest.raises(PurposeNotAllowed, match="nobody signed"):
        house.home.purposes.get(NAME)
    house.purposes.sign(NAME, signed(house, house.purposes.message(NAME)))
    with pytest.raises(PurposeNotAllowed, match="not published"):
        house.home.purposes.get(NAME)
    assert house.purposes.release(NAME, OFFICER) == 1
    assert stages(house, NAME) == ["draft", "assessed", "signed", "published"]


def test_only_an_officer_signs(house: House) -> None:
    """With the key that is theirs, over what is there now."""
    house.purposes.draft(purpose_text(NAME), OFFICER)
    house.purposes.assess(NAME, assessment_text(NAME), OFFICER)
    message = house.purposes.message(NAME)
    with pytest.raises(Refused, match="not this officer's"):
        house.purposes.sign(NAME, Signed(OFFICER, sign(staff.key_of("Eve"), message)))
    with pytest.raises(Refused, match="no officer of this name"):
        house.purposes.sign(NAME, Signed("Eve", sign(staff.key_of("Eve"), message)))
    house.purposes.assess(NAME, assessment_text(NAME), OFFICER)
    assert house.home.purposes.last(NAME, 1).stage is Stage.ASSESSED


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"purpose": "gate"}, "about another purpose"),
        ({"date": date(2026, 6, 16)}, "still to come"),
        ({"risks": []}, "risks are not assessed: leak, tamper"),
        ({"alternatives": []}, "not found to work: card"),
    ],
)
def test_an_assessment_with_a_gap_does_not_count(
    house: House, changed: dict[str, object], words: str
) -> None:
    """Measures art. 9: four contents, of this purpose, before."""
    house.purposes.draft(purpose_text(NAME), OFFICER)
    with pytest.raises(NotPublishable, match=words):
        house.purposes._examined(house.home.purposes.text(NAME, 1), looked_at(**changed))
    assert stages(house, NAME) == ["draft"]


def test_a_control_that_fails_is_no_safeguard(house: House, site: Site) -> None:
    """It is asked again when the purpose is released."""
    house.purposes.draft(purpose_text(NAME), OFFICER)
    house.purposes.assess(NAME, assessment_text(NAME), OFFICER)
    house.purposes.sign(NAME, signed(house, house.purposes.message(NAME)))
    run(house.home.references.store, "ALTER TABLE reference ADD COLUMN name TEXT")
    with pytest.raises(NotPublishable, match=r"do not hold now: storage\.separation\.stores"):
        house.purposes.release(NAME, OFFICER)


def test_two_who_write_at_once_lose_nothing(house: House) -> None:
    """The later text, and the later profile, is refused by the version that came meanwhile."""
    house.purposes.draft(purpose_text(NAME), OFFICER)
    with pytest.raises(Refused, match="written meanwhile: version 1"):
        house.purposes.draft(purpose_text(NAME, retention_days=30), OFFICER)
    assert house.set_handler(HANDLER, OFFICER) == 1
    other = HANDLER.replace(b'"desk"', b'"door"')
    with pytest.raises(Refused, match="changed meanwhile: version 1"):
        house.set_handler(other, OFFICER, over=0)
    assert house.home.handler.get() == parse(HANDLER)


def test_an_assessment_is_locked(house: House, clock: Turnable) -> None:
    """Three years from the end of processing, and then it goes (Measures art. 9(3))."""
    home = house.home
    publish(house, purpose_text(NAME))
    (report,) = home.assessments.of_purpose(NAME)
    for _ in range(2):
        with pytest.raises(Refused, match="three years"), home.records.transaction() as tx:
            home.assessments.delete(tx, report.digest, home.journal.now() + 50 * KEPT_S)
    house.purposes.end(NAME, OFFICER, "the annex closed")
    with pytest.raises(Refused, match="three years"), home.records.transaction() as tx:
        home.assessments.delete(tx, report.digest, home.journal.now())
    clock.advance(KEPT_S + 1)
    with home.records.transaction() as tx:
        assert home.assessments.sweep(tx, home.journal.now()) == 1
    assert said(house, "governance.assessments.kept") == []


def test_what_changed_is_suspended(house: House) -> None:
    """Another handler is another assessment: nobody is recognised until it is there (art. 9)."""
    set_profile(house)
    publish(house, purpose_text(NAME))
    renamed = HANDLER.replace(b'"Lin"', b'"Wu"')
    house.set_handler(renamed, OFFICER)
    with pytest.raises(PurposeNotAllowed, match="suspended"):
        house.home.purposes.get(NAME)
    assert said(house, "governance.assessments.reopened") == []
    (stopped,) = [ask(house, "governance.assessments.reopened").facts["suspended"][NAME]]
    assert stopped == {
        "stopped": 1,
        "because": "the handler is another than when this was assessed",
    }
    assert publish(house, purpose_text(NAME)) == (NAME, 1)
    assert said(house, "governance.assessments.reopened") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"91990000MA1FKEEP0L", b"91990000MA1FKEEP0A", "check character"),
        (b'org_type = "company"', b'org_type = "club"', "org_type"),
        (b"level = 3", b"level = 6", "mlps.level"),
        (b"next = 2027-09-01", b"next = 2025-08-01", "audit.next"),
        (b"reported = 2026-05-20", b"reported = soon", "not TOML"),
        (b"rectified = 2026-05-11", b"rectified = 2026-04-11", "before it was found"),
        (b'id = "door-care"', b'id = "door-care"\nsalt = 1', "salt"),
        (b'name = "Riverside"', b'name = "River\\u202Eside"', "one visible line"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(
    house: House, old: bytes, new: bytes, words: str
) -> None:
    """By the name of the field; nothing is kept."""
    assert old in HANDLER
    with pytest.raises(Misused, match=words):
        house.set_handler(HANDLER.replace(old, new, 1), OFFICER)
    assert house.home.handler.get() is None


# -- a well-run home answers ------------------------------------------------------------------


@pytest.fixture
def well(house: House) -> House:
    """A home whose handler keeps everything in order."""
    house.set_handler(HANDLER, OFFICER)
    publish(house, purpose_text("office", storage='"premises"'))
    return house


@pytest.mark.parametrize("question", [*TEXTS, *LOOKED, *PROFILE])
def test_every_question_holds(well: House, question: str) -> None:
    """Nothing is missing, and each has something to look at."""
    finding = ask(well, question)
    assert finding.gaps == ()
    assert finding.applies is (question not in IDLE)


@pytest.mark.parametrize("question", PROFILE)
def test_nobody_answers_for_nothing(house: House, question: str) -> None:
    """Without a profile each question says what to type."""
    (gap,) = ask(house, question).gaps
    assert gap == handler_evidence.NOBODY
    assert gap.next.startswith("facekeep handler set FILE")
    assert in_language(gap.what, "zh") != gap.what


def test_the_engine_learns_who_is_meant(well: House) -> None:
    """Under these names it looks for them."""
    facts = ask(well, "governance.handler.mlps").facts
    assert (facts["cii"], facts["org_type"]) == (False, "company")


def test_what_is_due_is_on_the_agenda(well: House) -> None:
    """Contracts, audits, rules, training and the protection level, each in both languages."""
    set_profile(well, findings=[part_of("findings", reported=None, rectified=date(2026, 6, 12))])
    asks = {one: well.questions()[one] for one in PROFILE}
    told = agenda.agenda(asks, int(well.home.journal.now()))
    assert told.unanswered == ()
    assert [(item.obligation, item.due.isoformat()) for item in told.items] == [
        ("AUD-11", "2026-07-06"),
        ("FRM-14-2", "2026-12-01"),
        ("PIPL-51-1", "2027-06-01"),
        ("PIPL-51-4", "2027-06-01"),
        ("PIPL-54", "2027-09-01"),
        ("PIPL-21", "2027-12-31"),
    ]
    assert all(in_language(item.what, "zh") != item.what for item in told.items)


def test_an_officer_who_left_later_still_counts(well: House, clock: Turnable) -> None:
    """What was signed in office stays signed."""
    home = well.home
    staff.enter(well, "Ann")
    clock.advance(60)
    message = retire_message(home.officers.get(OFFICER).public)
    with home.records.transaction() as tx:
        vouched = Signed("Ann", sign(staff.key_of("Ann"), message))
        home.officers.retire(tx, OFFICER, int(home.journal.now()), vouched)
    assert said(well, "governance.assessments.approved") == []


def test_a_control_that_fails_later_is_told(well: House) -> None:
    """As a fact: the control's own duty has the gap."""
    run(well.home.references.store, "ALTER TABLE reference ADD COLUMN name TEXT")
    finding = ask(well, "governance.assessments.contents")
    assert finding.facts["purposes"]["gate"]["controls"] == {"storage.separation.stores": False}
    assert finding.facts["purposes"]["gate"]["then"] == {"storage.separation.stores": True}
    assert finding.gaps == ()


def test_an_assessment_does_not_vouch_for_itself(well: House) -> None:
    """A safeguard that cites its own assessment is asked nothing."""
    (guard,) = looked_at().safeguards
    own = guard.model_copy(update={"evidence": ["governance.assessments.contents"]})
    Forged(assessment=looked_at(safeguards=[own]), cites=()).publish(well)
    finding = ask(well, "governance.assessments.contents")
    assert finding.facts["purposes"][NAME]["controls"] == {"governance.assessments.contents": None}


def test_every_sharing_is_written_down(well: House, clock: Turnable) -> None:
    """Kept for three years, then gone; a known recipient that people are told of is no gap."""
    home, same = well.home, SAME
    told = f'[{{id = "insurer", name = "I", contact = "c", what = {same}, why = {same}}}]'
    publish(well, purpose_text(NAME, recipients=told))
    assert said(well, "governance.handler.recipients") == [
        "purpose annex names recipient insurer, whom the profile does not name"
    ]
    sharer = {"id": "insurer", "name": "I", "contact": "c", "contract": "Contract 4"}
    set_profile(well, recipients=[sharer])
    at = int(home.journal.now())
    with home.records.transaction() as tx:
        act = Sharing(0, at, "shared", "insurer", "a list", "asked", NAME, OFFICER)
        assert home.sharing.record(tx, act) == 1
    assert ask(well, "governance.handler.recipients").facts["records"] == 1
    assert said(well, "governance.handler.recipients") == []
    clock.advance(SHARING_KEPT_S)
    with home.records.transaction() as tx:
        assert home.sharing.sweep(tx, home.journal.now()) == 1
    assert home.sharing.all() == []


def test_what_is_past_its_lock_goes_when_the_home_is_entered(
    site: Site, house: House, clock: Turnable
) -> None:
    """Reports of what ended, and records of sharing; what still runs keeps its report."""
    publish(house, purpose_text(NAME))
    with house.home.records.transaction() as tx:
        at = int(house.home.journal.now())
        house.home.sharing.record(
            tx, Sharing(0, at, "entrusted", "door-care", "a list", "asked", "gate", OFFICER)
        )
    house.purposes.end(NAME, OFFICER, "the annex closed")
    house.close()
    clock.advance(KEPT_S + 1)
    with site.open() as later:
        assert later.home.sharing.all() == []
        assert later.home.assessments.of_purpose(NAME) == []
        assert len(later.home.assessments.of_purpose("gate")) == 1
        assert said(later, "governance.assessments.kept") == []


def test_a_sharing_record_that_was_rewritten_does_not_open(well: House) -> None:
    """NDSR art. 12: append only."""
    home = well.home
    with home.records.transaction() as tx:
        act = Sharing(0, 1, "entrusted", "door-care", "a list", "asked", "gate", OFFICER)
        home.sharing.record(tx, act)
    run(home.records, "UPDATE sharing SET recipient = 'nobody'")
    with pytest.raises(Tampered):
        ask(well, "governance.handler.processors")


def test_an_audit_item_without_a_duty_is_named() -> None:
    """The audit order is a file of the program: only a program can break it (Audit annex)."""
    finding = chapters.mapping({"FRM-04": ("governance.purposes.necessity",)})
    assert any("PIPL-13" in gap.what for gap in finding.gaps)


# -- in the filing pack ---------------------------------------------------------------------


def test_the_pack_names_who_signed(well: House) -> None:
    """The report, the handler and the officer whose key signed, whoever released it."""
    well.purposes.draft(purpose_text(NAME), OFFICER)
    well.purposes.assess(NAME, assessment_text(NAME), OFFICER)
    well.purposes.sign(NAME, signed(well, well.purposes.message(NAME)))
    well.purposes.release(NAME, "the clerk")
    facts = pack.gather(well.home, well.questions(), {}, NAME)
    (use,) = facts.uses
    assert use.assessment is not None
    assert use.assessment["purpose"] == NAME
    assert use.signed["who"] == OFFICER
    assert facts.handler["name"] == "Riverside"
