"""Breaches of purposes, notices, assessments, and of who answers for them."""

from __future__ import annotations

from datetime import date

from facekeep.assembly import House
from facekeep.governance.assessments import RiskKind
from facekeep.governance.handler import KEPT_S, Sharing
from tests.attacks.toolkit import (
    OFFICER,
    SAME,
    Site,
    device_for,
    publish,
    purpose_text,
)
from tests.law.forging import NAME, Forged, lacking, looked_at, reordered, told_otherwise
from tests.law.planted import PROFILE, breach, run
from tests.law.profile import part_of, set_profile

# -- purposes -------------------------------------------------------------------------------


@breach("FRM-04", says="no less intrusive option")
def a_purpose_nobody_weighed(site: Site, house: House) -> None:
    Forged(lacking("options")).publish(house)


@breach("PIPL-13", says="the legal basis has run out")
def a_legal_basis_that_ran_out(site: Site, house: House) -> None:
    basis = '{document = "Order 7", until = 2026-06-01}'
    Forged(purpose_text(NAME, legal_basis='"statutory"', basis=basis)).publish(house)


@breach("PIPL-13", says="no document and no last day")
def a_legal_basis_without_a_paper(site: Site, house: House) -> None:
    Forged(purpose_text(NAME, legal_basis='"statutory"')).publish(house)


@breach("FRM-10-1", says="no alternative is said to work")
def an_alternative_that_was_only_promised(site: Site, house: House) -> None:
    way = f'[{{id = "card", name = {SAME}, where = {SAME}, working_since = 2027-01-01}}]'
    Forged(purpose_text(NAME, alternatives=way)).publish(house)


@breach("FRM-08-2", "PIPL-19", says="nobody said why it is kept so long")
def a_term_without_a_reason(site: Site, house: House) -> None:
    Forged(lacking("retention_why")).publish(house)


@breach("FRM-05-3", says="no accessible capture")
def a_gate_that_forces_everybody_to_blink(site: Site, house: House) -> None:
    Forged(lacking("accessible")).publish(house)


@breach("PIPL-40", says="without a lawful route")
def a_purpose_that_keeps_faces_abroad(site: Site, house: House) -> None:
    Forged(purpose_text(NAME, region='"US"')).publish(house)


# -- notices --------------------------------------------------------------------------------


@breach("PIPL-17", "FRM-05-1", "PIPL-30", "I29184-NOT", says="notice")
def a_notice_taken_away(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM notice WHERE purpose = 'office'")


@breach("PIPL-17", says="version 1 of purpose gate")
def an_old_notice_taken_away(site: Site, house: House) -> None:
    publish(house, purpose_text(retention_why='{zh = "一年", en = "A year"}'))
    run(house.home.records, "DELETE FROM notice WHERE version = 1 AND purpose = 'gate'")


@breach("FRM-05-1", says="something else than the purpose")
def a_notice_that_promises_less(site: Site, house: House) -> None:
    other = told_otherwise("kept", "怎样保存：只存一天。", "How it is kept: for one day.")
    Forged(notice=other).publish(house)


@breach("FRM-05-1", "I29184-NOT", says="does not say complaint in both languages")
def a_notice_in_one_language(site: Site, house: House) -> None:
    Forged(notice=told_otherwise("complaint", "Complain here", "Complain here")).publish(house)


@breach("PIPL-30", "FRM-05-1", "I29184-NOT", says="the three questions")
def a_notice_that_buries_the_risk(site: Site, house: House) -> None:
    Forged(notice=reordered()).publish(house)


@breach("PIPL-16", "I29184-NOT", says="presses", also=frozenset({"FRM-12", "SPC-2021"}))
def a_notice_that_presses(site: Site, house: House) -> None:
    why = '{zh = "您必须同意。", en = "You must agree to come in."}'
    Forged(purpose_text(NAME, why=why)).publish(house)


# -- assessments ----------------------------------------------------------------------------


@breach("FRM-09-1", says="nobody's signature")
def a_purpose_nobody_signed(site: Site, house: House) -> None:
    Forged(signature=bytes(64)).publish(house)


@breach("FRM-09-1", says="was no officer then")
def a_purpose_signed_by_a_stranger(site: Site, house: House) -> None:
    Forged(signer="Eve").publish(house)


@breach("FRM-09-1", says="younger than its publication", also=frozenset({"FRM-09-2", "GDPR-9-35"}))
def an_assessment_written_afterwards(site: Site, house: House) -> None:
    Forged(assessment=looked_at(date=date(2026, 6, 20))).publish(house)


@breach("FRM-09-1", says="about another text")
def an_assessment_of_another_text(site: Site, house: House) -> None:
    publish(house, purpose_text(NAME))
    (report,) = house.home.assessments.of_purpose(NAME)
    Forged(purpose_text(NAME, retention_days=300), report=report).publish(house)


@breach("FRM-09-2", "GDPR-9-35", says="risks are not assessed: sale")
def an_assessment_that_leaves_out_a_harm(site: Site, house: House) -> None:
    whole = looked_at()
    kept = [risk for risk in whole.risks if risk.kind is not RiskKind.SALE]
    Forged(assessment=looked_at(risks=kept)).publish(house)


@breach("FRM-09-2", "GDPR-9-35", says="mitigation does not work")
def an_assessment_that_says_no(site: Site, house: House) -> None:
    impact = looked_at().impact.model_copy(update={"works": False})
    Forged(assessment=looked_at(impact=impact)).publish(house)


@breach("FRM-09-2", "GDPR-9-35", says="a control that is not there")
def a_safeguard_that_cites_nothing(site: Site, house: House) -> None:
    (guard,) = looked_at().safeguards
    made_up = guard.model_copy(update={"evidence": ["storage.wishes.granted"]})
    Forged(assessment=looked_at(safeguards=[made_up])).publish(house)


@breach("FRM-09-3", "FRM-09-1", "FRM-09-2", "GDPR-9-35", says="before its time")
def an_assessment_thrown_away(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM assessment WHERE purpose = 'office'")


@breach("FRM-09-3", "FRM-09-1", "FRM-09-2", "FRM-09-4", "GDPR-9-35", says="changed")
def an_assessment_rewritten(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE assessment SET body = replace(body, 'Gate', 'Door')")


@breach("FRM-09-4", "FRM-05-1", says="the handler is another")
def a_handler_who_sold_the_house(site: Site, house: House) -> None:
    set_profile(house, name="Somebody Else")


@breach("FRM-09-4", says="without a new assessment")
def a_suspended_purpose_set_going_again(site: Site, house: House) -> None:
    home, at = house.home, int(house.home.journal.now())
    step = home.purposes.in_force("office")
    assert step is not None
    site.clock.advance(60)
    house.purposes.suspend("office", OFFICER, "an incident")
    with home.records.transaction() as tx:
        home.purposes.assess(tx, "office", step.version, step.assessment, OFFICER, at + 60)
        last = home.purposes.last("office", step.version)
        home.purposes.sign(tx, last, OFFICER, step.officer_key, step.signature, at + 60)
        home.purposes.publish(tx, "office", step.version, OFFICER, at + 60, step.ground)


@breach("FRM-09-4", says="more devices are active than were assessed")
def more_cameras_than_anybody_assessed(site: Site, house: House) -> None:
    Forged(assessment=looked_at(scope=looked_at().scope.model_copy(update={"cameras": 1}))).publish(
        house
    )
    for name in ("annex-door", "annex-back"):
        device_for(house, NAME, name)


# -- the handler ----------------------------------------------------------------------------


@breach("FRM-02", says="the Measures are said not to apply")
def research_that_opens_a_gate(site: Site, house: House) -> None:
    set_profile(house, applicability=part_of("applicability", research=True))


@breach("FRM-11", says="nobody decided")
def a_decision_nobody_took(site: Site, house: House) -> None:
    set_profile(house, identity_service=None)


@breach("FRM-14-2", says="assessed again by 2026-06-01")
def a_protection_level_nobody_looked_at_again(site: Site, house: House) -> None:
    set_profile(house, mlps=part_of("mlps", assess_again_by=date(2026, 6, 1)))


@breach("PIPL-40", "FRM-09-4", says="outside the mainland")
def a_handler_who_moved_abroad(site: Site, house: House) -> None:
    set_profile(house)
    handler = house.home.handler.get()
    assert handler is not None
    abroad = handler.model_copy(update={"region": "US"})
    with house.home.records.transaction() as tx:
        house.home.handler.set(tx, abroad, OFFICER, int(site.clock.now))


@breach("PIPL-21", "NDSR-12", says="ran out on 2026-06-14")
def a_processor_without_a_contract(site: Site, house: House) -> None:
    set_profile(house, processors=[part_of("processors", until=date(2026, 6, 14))])


@breach("PIPL-23", "NDSR-12", says="of whom purpose gate tells nobody")
def faces_given_away(site: Site, house: House) -> None:
    share(house, "shared", "insurer")


@breach("PIPL-21", "NDSR-12", says="whom the handler's profile does not name")
def work_given_to_a_stranger(site: Site, house: House) -> None:
    share(house, "entrusted", "cousin")


@breach("PIPL-23", "NDSR-12", says="past their three years")
def a_sharing_record_kept_for_ever(site: Site, house: House) -> None:
    share(house, "shared", "insurer", int(site.clock.now) - KEPT_S - 10 * 86_400)


@breach("PIPL-23", "PIPL-21", "NDSR-12", says="others than the ledger's")
def a_sharing_record_taken_out(site: Site, house: House) -> None:
    share(house, "entrusted", "door-care")
    run(house.home.records, "DELETE FROM sharing")


@breach("PIPL-52", "G45574-DPO", "NDSR-28", says="no personal-information protection officer")
def an_office_left_vacant(site: Site, house: House) -> None:
    set_profile(house, officer=None)


@breach("PIPL-54", "AUD-04", says="was due on 2026-06-01")
def an_audit_put_off(site: Site, house: House) -> None:
    set_profile(house, audit=part_of("audit", next=date(2026, 6, 1)))


@breach("PIPL-54", "AUD-04", says="the same auditor")
def an_auditor_of_the_house(site: Site, house: House) -> None:
    set_profile(house, audit=part_of("audit", times_running=4))


@breach("AUD-11", says="was not reported: it was due on 2026-06-01")
def a_finding_put_right_in_silence(site: Site, house: House) -> None:
    set_profile(house, findings=[part_of("findings", reported=None)])


@breach("PIPL-51-1", says="to be reviewed by 2026-06-01")
def a_rule_nobody_reads(site: Site, house: House) -> None:
    set_profile(house, policies=[part_of("policies", review_by=date(2026, 6, 1))])


@breach("PIPL-51-4", says="the training of guard ran out")
def a_guard_nobody_trained(site: Site, house: House) -> None:
    set_profile(house, trained=[part_of("trained", until=date(2026, 6, 14))])


@breach("FRM-17", "NDSR-20", says="no channel for complaints")
def a_house_without_an_ear(site: Site, house: House) -> None:
    set_profile(house, complaints=None)


@breach("PIPL-54", says="a sealed record was changed", also=PROFILE)
def a_profile_edited_in_the_store(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE handler SET body = replace(body, '2027', '2047')")


@breach("PIPL-52", says="the handler", also=PROFILE)
def a_profile_taken_out(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM handler")


def share(house: House, kind: str, recipient: str, at: int | None = None) -> None:
    """Write an act of sharing into the book."""
    home = house.home
    when = int(home.journal.now()) if at is None else at
    act = Sharing(0, when, kind, recipient, "a list", "asked", "gate", OFFICER)  # type: ignore[arg-type]
    with home.records.transaction() as tx:
        home.sharing.record(tx, act)
