"""Breaches of consent, guardians, notices sent, and the person's rights."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.collection.requests import Question
from facekeep.governance.consent import Scope
from facekeep.governance.consent_story import Fault
from facekeep.rights.cases import Kind, Outcome, Request
from facekeep.storage.journal import Chain
from facekeep.storage.ways import Ending
from facekeep.terms.errors import ConsentVoid
from facekeep.use.factors import Attempt
from tests.attacks.staff import answered, opened
from tests.attacks.toolkit import DAY, Site, agree, purpose_text
from tests.law.estate import SECOND_OFFICER
from tests.law.planted import CASES, CONSENT, DECISIONS, PEOPLE, PURPOSES, WITNESS, breach, run
from tests.law.test_consents import changed
from tests.law.test_rights import _relation_not_proved, _review_overdue

# -- consent --------------------------------------------------------------------------------


@breach("FRM-06-1", "GDPR-9-35", says="no consent record", also=CONSENT | PEOPLE)
def a_consent_taken_out_of_the_records(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM consent WHERE scope = 'processing'")


@breach("FRM-06-1", "GDPR-9-35", says="to another text")
def a_key_released_past_the_gate(site: Site, house: House) -> None:
    run(house.home.vault.store, "UPDATE subject_key SET purpose_hash = zeroblob(32)")


@breach("FRM-08-1", says="off the terminal without consent", also=CONSENT)
def storage_elsewhere_without_consent(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM consent WHERE scope = 'storage'")


@breach("FRM-12", "SPC-2021", says="bundled or pressed", also=CONSENT)
def a_void_consent_pasted_back(site: Site, house: House) -> None:
    with pytest.raises(ConsentVoid):
        agree(house, "erin", faults=(Fault.BUNDLED,))
    run(
        house.home.records,
        "UPDATE consent SET state = 'ConsentGiven' WHERE state = 'ConsentInvalidated'",
    )


@breach("I27560-REC", says="bound to a text nobody keeps", also=CONSENT)
def a_consent_to_a_text_nobody_keeps(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE consent SET purpose_hash = zeroblob(32)")


@breach("BIPA-15", says="no release the ledger vouches for", also=CONSENT)
def a_release_dated_back(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE consent SET given_at = given_at - 60")


@breach("NDSR-22", says="again too soon")
def asking_again_after_a_no(site: Site, house: House) -> None:
    site.clock.advance(DAY)
    home, desk = house.home, house.requests
    pressed = desk._new(Question("dave", ("gate",)), "gate", Scope.PROCESSING, bytes(32))
    with home.records.transaction() as tx:
        home.requests.keep(tx, pressed)


@breach("FRM-05-2", "NDSR-11", says="were not told", also=CONSENT)
def people_nobody_told_of_a_change(site: Site, house: House) -> None:
    changed(house, purpose_text(retention_days=30))
    site.clock.advance(8 * DAY)


@breach("PIPL-14", says="still count as given", also=CONSENT)
def a_changed_purpose_with_old_consents(site: Site, house: House) -> None:
    changed(house, purpose_text(retention_days=30))
    run(
        house.home.records,
        "UPDATE consent SET state = 'ConsentGiven' WHERE state = 'ConsentInvalidated'",
    )


@breach("FRM-07-1", says="by a child alone", also=CONSENT)
def a_child_without_a_guardian(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE consent SET guardian = NULL")


@breach("FRM-07-2", says="run longer than the rule", also=CONSENT)
def a_child_kept_as_long_as_anybody(site: Site, house: House) -> None:
    run(
        house.home.records,
        "UPDATE consent SET expires = expires + 86400 WHERE guardian IS NOT NULL",
    )


@breach("FRM-06-2", says="never completed")
def a_withdrawal_that_never_ended(site: Site, house: House) -> None:
    home = house.home
    with home.records.transaction() as tx:
        home.journal.write(tx, Chain(bytes(32), "gate"), "rights:withdrawal:accepted", {})


# -- rights ---------------------------------------------------------------------------------


@breach("PIPL-44-46", "PIPL-50", says="is overdue")
def a_request_nobody_answered(site: Site, house: House) -> None:
    opened(house, Kind.COPY)
    site.clock.advance(30 * DAY)


@breach("PIPL-44-46", "PIPL-50", says="was removed", also=CASES)
def a_case_made_to_disappear(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM rights_case")


@breach("PIPL-44-46", "PIPL-50", says="restraint of case")
def a_restraint_lifted_in_silence(site: Site, house: House) -> None:
    opened(house, Kind.OBJECTION)
    run(house.home.records, "DELETE FROM restraint")


@breach("PIPL-24", "PIPL-44-46", "PIPL-50", says="is overdue", also=WITNESS)
def a_review_nobody_made(site: Site, house: House) -> None:
    _review_overdue(site, house)


@breach("PIPL-49", says="no proof")
def a_relative_nobody_checked(site: Site, house: House) -> None:
    _relation_not_proved(site, house)


@breach("FRM-17", "NDSR-20", says="never verified")
def a_complaint_waved_through(site: Site, house: House) -> None:
    clue = house.cases.open(Request(Kind.COMPLAINT, text="no sign")).row
    answered(house, clue, Outcome.DONE, SECOND_OFFICER)


@breach("PIPL-47", says="key of an ended consent", also=CONSENT)
def a_key_pasted_back_after_withdrawal(site: Site, house: House) -> None:
    keys = house.home.vault.store
    sql = "SELECT * FROM subject_key WHERE row = ?"
    row = keys.one(sql, site.row(house, "alice").row)
    house.withdrawals.withdraw("alice", "gate")
    run(keys, f"INSERT INTO subject_key VALUES ({','.join('?' * len(row))})", *row)


@breach("FRM-08-2", "PIPL-19", "BIPA-15", says="past their term")
def a_face_kept_past_its_term(site: Site, house: House) -> None:
    run(house.home.vault.store, "UPDATE subject_key SET expires = 1000")


# -- another way in -------------------------------------------------------------------------


@breach("FRM-10-2", says="card")
def another_way_that_is_no_way(site: Site, house: House) -> None:
    for _ in range(60):
        house.ways.count(Attempt("gate", "card", Ending.ABANDONED, 300))


@breach("FRM-10-2", says="changed")
def a_count_made_to_look_well(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE way_tally SET n = n + 1")


@breach("PIPL-48", "FRM-10-1", says="purpose", also=PURPOSES | CONSENT | DECISIONS | CASES)
def a_purpose_edited_in_the_store(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE purpose SET body = replace(body, 'card', 'none')")
