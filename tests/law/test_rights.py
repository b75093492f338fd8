"""The person's rights as running code: gates, evidence, and breaches that show (PIPL art. 24, 44-50)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from facekeep.assembly import House
from facekeep.governance.workdays import due
from facekeep.rights import access_copy, answers, case_receipts, review
from facekeep.rights.cases import (
    CODE_BYTES,
    DUE_WORKDAYS,
    KEPT_DAYS,
    MAX_TEXT,
    Kind,
    Outcome,
    Reason,
    Request,
    State,
    Step,
    plain_code,
)
from facekeep.rights.objections import Correction
from facekeep.terms.errors import Misused, Refused, Restrained, Tampered
from facekeep.terms.evidence import Finding
from tests.attacks import toolkit
from tests.attacks.staff import answered, enter, hand, opened
from tests.attacks.toolkit import DAY, Site

TODAY = date(2026, 6, 15)


@pytest.fixture
def desk(site: Site, house: House) -> House:
    """Alice is enrolled, Ann and Ben are in office."""
    enter(house, "Ann", "Ben")
    site.enrol(house, "alice")
    return house


def ask(house: House, question: str) -> Finding:
    """One question now."""
    return house.evidence()[question](int(house.home.journal.now()))


def gaps(house: House, question: str) -> str:
    """Every gap of one question, as one text."""
    return " | ".join(gap.what for gap in ask(house, question).gaps)


# -- the clock and the receipt --------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [k for k in Kind if k not in (Kind.CORRECTION, Kind.HUMAN_REVIEW, Kind.DECEASED)]
)
def test_every_kind_is_taken_in_with_a_day_and_a_code(desk: House, kind: Kind) -> None:
    """Fifteen working days by the one calendar; a code of 128 bits that is kept as a digest."""
    case = opened(desk, kind)
    assert case.row.due == due(TODAY, DUE_WORKDAYS).date
    assert len(plain_code(case.code)) * 5 >= CODE_BYTES * 8
    assert desk.cases.by_code(case.code.lower().replace("-", " ")).id == case.row.id
    (fact,) = ask(desk, "rights.cases.due").facts["due"]
    assert (fact["kind"], fact["due"], fact["ref"]) == (
        kind,
        case.row.due.isoformat(),
        case.row.number,
    )
    assert {"what", "due", "provisional", "obligation"} <= set(fact)


def test_due_day_across_an_unpublished_year_is_early_and_says_so(site: Site, desk: House) -> None:
    """Nobody knows the holidays of 2027 yet."""
    site.clock.advance(195 * DAY)
    case = opened(desk, Kind.COPY)
    assert case.row.provisional
    assert (case.row.due - date(2026, 12, 27)).days <= 21


def test_receipt_proves_the_request_and_a_changed_one_does_not(desk: House) -> None:
    """Offline, with the public key; never what anybody wrote."""
    case = opened(desk, Kind.OBJECTION, text="a secret wish")
    receipt = case_receipts.issue(desk.home, case.row, case.code)
    text = receipt.to_json()
    assert "a secret wish" not in text
    vkey = desk.home.signer.vkey
    proved = case_receipts.verify(case_receipts.CaseReceipt.from_json(text), vkey)
    assert (proved["kind"], proved["state"]) == ("objection", "opened")
    for old, new in (("objection", "complaint"), (case.row.due.isoformat(), "2036-01-01")):
        forged = case_receipts.CaseReceipt.from_json(text.replace(old, new))
        with pytest.raises(Tampered):
            case_receipts.verify(forged, vkey)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"body": {}, "signature": "x"}', "x" * 70_000])
def test_what_is_no_receipt_is_named(text: str) -> None:
    """A wrong file is an alarm with words, never a crash."""
    with pytest.raises(Tampered):
        case_receipts.CaseReceipt.from_json(text)


# -- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        Request(Kind.COPY, "gate", "alice", identified=""),
        Request(Kind.COPY, "", "alice", identified="id"),
        Request(Kind.COPY, "gate", "", identified="id"),
        Request(Kind.COMPLAINT, text=""),
        Request(Kind.COMPLAINT, text="x" * (MAX_TEXT + 1)),
        Request(Kind.COMPLAINT, text="bell\x07"),
        Request(Kind.COMPLAINT, text="turned \u202e round"),
        Request(Kind.DECEASED, "gate", "alice", identified="id", relation="son"),
        Request(Kind.HUMAN_REVIEW, "gate", "alice", identified="id", event="12"),
        Request(Kind.CORRECTION, "gate", "alice", identified="id"),
        Request(Kind.COPY, "gate", "alice", identified="id", correction=Correction("x")),
        Request(Kind.CORRECTION, "gate", "alice", identified="id", correction=Correction()),
    ],
)  # fmt: skip
def test_incomplete_requests_leave_nothing(desk: House, request_: Request) -> None:
    """A request says what its kind needs."""
    with pytest.raises(Misused):
        desk.cases.open(request_)
    assert desk.home.cases.identifiers() == []


def test_unknown_purpose_is_refused_and_an_unknown_person_is_not(desk: House) -> None:
    """Whoever asks learns from the answer whether we know them, not from the door."""
    with pytest.raises(Refused):
        opened(desk, Kind.COPY, purpose="nowhere")
    stranger = opened(desk, Kind.COPY, "nobody")
    assert answered(desk, stranger.row, Outcome.NOTHING_HELD).state == State.ANSWERED


@pytest.mark.parametrize("code", ["", "AAAA-BBBB", "x" * 5000, "\x00"])
def test_wrong_codes_open_nothing(desk: House, code: str) -> None:
    """Trying codes finds nobody's case."""
    opened(desk, Kind.COPY)
    with pytest.raises(Misused, match="no such case"):
        desk.cases.by_code(code)


# -- the way through ------------------------------------------------------------------------


def test_refusal_needs_its_reason_and_an_appeal(desk: House) -> None:
    """PIPL art. 50: say why, and where to go."""
    case = opened(desk, Kind.COPY).row
    for step in (
        Step(State.REFUSED, "no"),
        Step(State.REFUSED, "", reason=Reason.LEGAL_DUTY, appeal="court"),
        Step(State.REFUSED, "no", reason=Reason.LEGAL_DUTY),
    ):
        with pytest.raises((Refused, Misused)):
            desk.cases.take(case.number, step, hand("Ann"))
    whole = Step(State.REFUSED, "the court holds it", reason=Reason.LEGAL_DUTY, appeal="the court")
    assert desk.cases.take(case.number, whole, hand("Ann")).state == State.REFUSED
    assert gaps(desk, "rights.cases.answered") == ""


@pytest.mark.parametrize(
    ("kind", "outcome"), [(Kind.COPY, Outcome.UPHELD), (Kind.RESTRICTION, Outcome.DONE)]
)
def test_answer_comes_to_what_its_kind_knows(desk: House, kind: Kind, outcome: Outcome) -> None:
    """A copy is not upheld, a restriction is not done."""
    with pytest.raises(Misused, match="one of"):
        answered(desk, opened(desk, kind).row, outcome)


def test_nothing_follows_the_end(desk: House) -> None:
    """An answered case is closed, and then it rests."""
    case = opened(desk, Kind.COPY).row
    answered(desk, case, Outcome.DONE)
    with pytest.raises(Refused, match="cannot become"):
        answered(desk, case, Outcome.DONE)
    desk.cases.take(case.number, Step(State.CLOSED), hand("Ann"))
    for state in State:
        with pytest.raises((Refused, Misused)):
            desk.cases.take(
                case.number,
                Step(state, "x", Outcome.DONE, Reason.NOT_OURS, "x", "Ben"),
                hand("Ann"),
            )


def test_extension_once_with_its_reason(desk: House) -> None:
    """Another fifteen working days from the first day due."""
    case = opened(desk, Kind.COPY).row
    with pytest.raises(Misused):
        desk.cases.take(case.number, Step(State.EXTENDED), hand("Ann"))
    longer = desk.cases.take(case.number, Step(State.EXTENDED, "we ask the maker"), hand("Ann"))
    assert longer.due == due(case.due, DUE_WORKDAYS).date
    with pytest.raises(Refused):
        desk.cases.take(case.number, Step(State.EXTENDED, "again"), hand("Ann"))


def test_two_officers_on_one_case(desk: House) -> None:
    """Both read version 1; the second is told, and nothing is lost."""
    case = opened(desk, Kind.COPY).row
    desk.cases.take(case.number, Step(State.ACKNOWLEDGED, version=1), hand("Ann"))
    with pytest.raises(Refused, match="changed this case meanwhile"):
        desk.cases.take(
            case.number, Step(State.ANSWERED, "x", Outcome.DONE, version=1), hand("Ben")
        )
    row = desk.cases.row(case.number)
    assert (row.version, [step["officer"] for step in row.about["steps"]]) == (2, ["Ann"])


def test_conflict_inside_the_transaction_is_seen_too(desk: House) -> None:
    """Read before the other wrote, written after."""
    case = opened(desk, Kind.COPY).row
    desk.cases.take(case.number, Step(State.ACKNOWLEDGED), hand("Ann"))
    with desk.home.records.transaction() as tx, pytest.raises(Refused, match="meanwhile"):
        desk.home.cases.change(tx, case, case, "rights:case:acknowledged")


def test_steps_are_signed_for_this_case_and_version(desk: House) -> None:
    """Somebody else's key, or the word for an earlier version, moves nothing."""
    case = opened(desk, Kind.COPY).row
    with pytest.raises(Refused, match="not this officer's"):
        desk.cases.take(case.number, Step(State.ACKNOWLEDGED), hand("Ann", key="Ben"))
    with pytest.raises(Refused, match="no officer"):
        desk.cases.take(case.number, Step(State.ACKNOWLEDGED), hand("Eve"))


# -- restriction and objection --------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.RESTRICTION, Kind.OBJECTION])
def test_nothing_is_compared_until_the_case_lifts_it(site: Site, desk: House, kind: Kind) -> None:
    """From the moment it is taken in: no verification, no hit, no new enrolment."""
    shown = site.good_photo("alice")
    assert site.ask(desk, "alice").decision.value == "match"
    case = opened(desk, kind).row
    for act in (lambda: site.ask(desk, "alice"), lambda: site.enrol(desk, "alice")):
        with pytest.raises(Restrained) as stopped:
            act()
        assert stopped.value.duty == "PIPL-44-46"
    found = desk.identifier.identify(toolkit.search(desk, "gate", shown), site.people)
    assert found.subjects == ()
    answered(desk, case, Outcome.LIFTED)
    assert site.ask(desk, "alice").decision.value == "match"


def test_kept_stop_is_lifted_only_at_the_persons_wish(site: Site, desk: House) -> None:
    """An answer may keep it; a closed case can still lift it, signed."""
    case = opened(desk, Kind.RESTRICTION).row
    answered(desk, case, Outcome.KEPT_STOPPED)
    desk.cases.take(case.number, Step(State.CLOSED), hand("Ann"))
    with pytest.raises(Restrained):
        site.ask(desk, "alice")
    with pytest.raises(Misused):
        desk.cases.lift(case.number, "", hand("Ann"))
    desk.cases.lift(case.number, "they asked for it", hand("Ann"))
    assert site.ask(desk, "alice").decision.value == "match"


def test_refused_restriction_lifts_itself(site: Site, desk: House) -> None:
    """With reason and appeal."""
    case = opened(desk, Kind.OBJECTION).row
    step = Step(State.REFUSED, "x", reason=Reason.LEGAL_DUTY, appeal="court")
    desk.cases.take(case.number, step, hand("Ann"))
    assert site.ask(desk, "alice").decision.value == "match"


def test_two_cases_hold_until_both_are_over(site: Site, desk: House) -> None:
    """One outcome does not lift what another case placed."""
    first, second = opened(desk, Kind.OBJECTION).row, opened(desk, Kind.RESTRICTION).row
    answered(desk, first, Outcome.LIFTED)
    with pytest.raises(Restrained):
        site.ask(desk, "alice")
    answered(desk, second, Outcome.LIFTED)
    assert site.ask(desk, "alice").decision.value == "match"


def test_others_are_compared_as_before(site: Site, desk: House) -> None:
    """One person's wish stops nobody else."""
    site.enrol(desk, "bob")
    opened(desk, Kind.OBJECTION)
    assert site.ask(desk, "bob").decision.value == "match"


# -- correction, deletion, the deceased -----------------------------------------------------


def test_corrected_reference_keeps_the_story(site: Site, desk: House) -> None:
    """Another name for the same person: same consents, same entries, in every purpose."""
    case = opened(desk, Kind.CORRECTION, correction=Correction("alicia")).row
    answered(desk, case, Outcome.DONE)
    assert desk.home.directory.persons("alice", None) == []
    assert site.ask(desk, "alicia", site.good_photo("alice")).decision.value == "match"
    (told,) = answers.answer(desk.home, "alicia")
    assert {"rights:case:opened", "rights:case:answered"} <= {
        event["kind"] for event in told.events
    }


def test_correction_does_not_join_two_people(site: Site, desk: House) -> None:
    """A reference that names somebody already."""
    site.enrol(desk, "bob")
    case = opened(desk, Kind.CORRECTION, correction=Correction("bob")).row
    with pytest.raises(Misused, match="already"):
        answered(desk, case, Outcome.DONE)
    assert desk.cases.row(case.number).state == State.OPENED


def test_corrected_birth_date_of_a_child_ends_their_own_consent(site: Site, desk: House) -> None:
    """Under 14 only a guardian consents: face data goes with the correction."""
    case = opened(desk, Kind.CORRECTION, correction=Correction(birth=date(2015, 1, 1))).row
    answered(desk, case, Outcome.DONE)
    with pytest.raises(Refused):
        site.ask(desk, "alice")
    consents = desk.home.consents.identifiers(desk.home.directory.person("alice", "gate").id)
    assert desk.home.vault.of_consents(consents) == []


def test_deletion_erases_and_hands_the_receipt_over(site: Site, desk: House) -> None:
    """The withdrawal's own way; the answer cannot come before it."""
    case = opened(desk, Kind.DELETION).row
    with pytest.raises(Refused, match="still held"):
        answered(desk, case, Outcome.NOTHING_HELD)
    kept: list[object] = []
    step = Step(State.ANSWERED, "erased", Outcome.DONE)
    desk.cases.take(case.number, step, hand("Ann"), kept.append)
    assert len(kept) == 1
    assert desk.home.directory.persons("alice", "gate") == []
    assert gaps(desk, "rights.deletion.complete") == ""
    assert ask(desk, "rights.deletion.complete").facts["departed"] == 1


def test_deletion_in_every_purpose(site: Site, desk: House) -> None:
    """Without a purpose, a case in each."""
    toolkit.publish(desk, toolkit.purpose_text("lockers"))
    site.enrol(desk, "alice", "lockers")
    cases = desk.cases.open_everywhere(Request(Kind.DELETION, subject="alice", identified="id"))
    assert {case.row.purpose for case in cases} == {"gate", "lockers"}
    for case in cases:
        answered(desk, case.row, Outcome.DONE)
    assert desk.home.directory.persons("alice", None) == []


def test_relatives_prove_their_relation(site: Site, desk: House) -> None:
    """PIPL art. 49."""
    assert not ask(desk, "rights.cases.deceased").applies
    case = opened(desk, Kind.DECEASED, relation="daughter", proof="register 12/3").row
    assert ask(desk, "rights.cases.deceased").facts["cases"] == 1
    answered(desk, case, Outcome.DONE)
    site.clock.advance(40 * DAY)
    assert gaps(desk, "rights.cases.deceased") == ""


# -- review, answers, copy ------------------------------------------------------------------


def test_reviewer_sees_reason_codes_and_never_a_score(site: Site, desk: House) -> None:
    """Outcome, rate, capture, attack check; nothing one could climb by (custody rule 2)."""
    event = site.ask(desk, "alice", site.good_photo("mallory")).event
    case = opened(desk, Kind.HUMAN_REVIEW, event=event).row
    told = review.decision_of(desk.home, case)
    assert (told["outcome"], told["max_fmr"], told["capture"]) == ("non-match", "0.001", "none")
    assert (told["model"], told["quality"]) == (toolkit.MODEL, 90)
    assert not {"totals", "score", "distance", "threshold"} & set(told)
    answered(desk, case, Outcome.OVERTURNED)
    facts = ask(desk, "rights.review.route").facts
    assert (facts["answered"], facts["overturned"], facts["overturn_rate"]) == (1, 1, "1.000")


def test_review_of_somebody_elses_decision_is_not_shown(site: Site, desk: House) -> None:
    """The chain is the person's own."""
    site.enrol(desk, "bob")
    event = site.ask(desk, "bob").event
    with pytest.raises(Misused, match="no such decision"):
        review.decision_of(desk.home, opened(desk, Kind.HUMAN_REVIEW, event=event).row)


def test_three_questions_and_everything_that_happened(site: Site, desk: House) -> None:
    """What is held, every use, who looked; the next answer shows this one."""
    site.ask(desk, "alice")
    case = opened(desk, Kind.RESTRICTION).row
    desk.cases.look(case.number, hand("Ben"))
    (first,) = answers.answer(desk.home, "alice", hand("Ann"))
    for told in (first.why, first.kept, first.risk):
        assert told["zh"]
        assert told["en"]
    assert first.held.enrolled
    assert first.held.stopped == ("restriction",)
    assert [name for name, _ in first.alternatives] == ["card"]
    assert [event["officer"] for event in first.looked] == ["Ben", "Ann"]
    assert [c["kind"] for c in first.cases] == ["restriction"]
    kinds = [event["kind"] for event in first.events]
    assert kinds[:3] == [
        "collection:consent:given",
        "collection:enrolment:answered",
        "use:verification:answered",
    ]
    use = first.events[2]
    assert (use["device"], use["place"], use["outcome"]) == ("gate-door", "entrance", "match")
    assert answers.document(first)["held"]["face"] is None


def test_nobody_unknown_is_answered_about(desk: House) -> None:
    """Nothing is held, nothing is said."""
    assert answers.answer(desk.home, "nobody") == []
    with pytest.raises(Refused, match="nothing is held"):
        access_copy.copy_of(desk.home, "nobody")


def test_copy_is_whole_and_holds_no_face(site: Site, desk: House) -> None:
    """A page, answers, history, consents, notices; digests that agree; no vector, no score."""
    import hashlib

    site.ask(desk, "alice")
    with zipfile.ZipFile(io.BytesIO(access_copy.copy_of(desk.home, "alice"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {"README.html", "answers.json", "history.json", "consents.jsonld", "manifest.json",
            "notices/gate.zh.txt", "notices/gate.en.txt"} == set(files)  # fmt: skip
    manifest = json.loads(files.pop("manifest.json"))["files"]
    assert manifest == {name: hashlib.sha256(text).hexdigest() for name, text in files.items()}
    secret = desk.home.chain_of("alice", "gate").secret
    everything = b"".join(files.values())
    assert secret not in everything
    assert secret.hex().encode() not in everything
    for word in (b"totals", b"score", b"vector", b"wrapped"):
        assert word not in everything
    (record,) = json.loads(files["consents.jsonld"])["records"]
    assert record["@type"] == "dpv:ConsentRecord"
    assert record["state"].endswith("ConsentGiven")


def test_hostile_text_stays_text(desk: House) -> None:
    """What a person writes is never markup on anybody's screen."""
    plain = 'why = {zh = "门", en = "Gate"}'
    odd = 'why = {zh = "<b>门</b>", en = "<script>x</script>"}'
    toolkit.publish(desk, toolkit.purpose_text("odd").replace(plain.encode(), odd.encode()))
    toolkit.agree(desk, "alice", "odd")
    with zipfile.ZipFile(io.BytesIO(access_copy.copy_of(desk.home, "alice"))) as archive:
        page = archive.read("README.html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


# -- complaints -----------------------------------------------------------------------------


def test_clue_is_assigned_escalated_verified_and_closed(desk: House) -> None:
    """The ledger of clues (Measures art. 17): nobody is named who does not want to be."""
    clue = desk.cases.open(Request(Kind.COMPLAINT, text="there is no sign at the door")).row
    for step in (
        Step(State.ASSIGNED, to="Ben"),
        Step(State.ESCALATED, "the camera is not ours"),
        Step(State.VERIFIED, "the sign had fallen"),
        Step(State.ANSWERED, "it hangs again", Outcome.DONE),
        Step(State.CLOSED),
    ):
        desk.cases.take(clue.number, step, hand("Ann"))
    assert gaps(desk, "rights.complaints.handled") == ""
    assert ask(desk, "rights.complaints.handled").facts["closed"] == 1


def test_clue_goes_to_somebody_in_office(desk: House) -> None:
    """Not to a name nobody bears, and under the one spelling of whoever bears it."""
    clue = desk.cases.open(Request(Kind.COMPLAINT, text="there is no sign at the door")).row
    for nobody in ("Nobody", "ben", "=1+1"):
        with pytest.raises(Refused, match="in office"):
            desk.cases.take(clue.number, Step(State.ASSIGNED, to=nobody), hand("Ann"))
    moved = desk.cases.take(clue.number, Step(State.ASSIGNED, to=" Ben "), hand("Ann"))
    assert moved.about["steps"][-1]["to"] == "Ben"


def test_request_that_is_no_clue_is_not_assigned(desk: House) -> None:
    """A person's right waits for nobody's verification."""
    with pytest.raises(Refused):
        desk.cases.take(
            opened(desk, Kind.COPY).row.number, Step(State.ASSIGNED, to="Ben"), hand("Ann")
        )


# -- planted breaches -----------------------------------------------------------------------

Plant = Callable[[Site, House], object]


def _overdue(site: Site, house: House) -> None:
    opened(house, Kind.COPY)
    site.clock.advance(40 * DAY)


def _row_edited(site: Site, house: House) -> None:
    opened(house, Kind.COPY)
    with site.sql("records") as raw:
        raw.execute("UPDATE rights_case SET due = '2036-01-01'")


def _row_removed(site: Site, house: House) -> None:
    opened(house, Kind.COPY)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM rights_case")


def _row_pasted_back(site: Site, house: House) -> None:
    case = opened(house, Kind.COPY).row
    with site.sql("records") as raw:
        before = raw.execute("SELECT * FROM rights_case").fetchone()
    answered(house, case, Outcome.DONE)
    with site.sql("records") as raw:
        raw.execute(f"INSERT OR REPLACE INTO rights_case VALUES ({','.join('?' * 13)})", before)


def _restraint_removed(site: Site, house: House) -> None:
    opened(house, Kind.OBJECTION)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM restraint")


def _kept_restraint_removed(site: Site, house: House) -> None:
    answered(house, opened(house, Kind.OBJECTION).row, Outcome.KEPT_STOPPED)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM restraint")


def _restraint_edited(site: Site, house: House) -> None:
    opened(house, Kind.OBJECTION)
    with site.sql("records") as raw:
        raw.execute("UPDATE restraint SET lifted_at = 1")


def _answered_without_a_word(site: Site, house: House) -> None:
    """A program that goes round the desk."""
    from dataclasses import replace

    row = opened(house, Kind.COPY).row
    with house.home.records.transaction() as tx:
        bare = replace(row, state="answered", ended=1)
        house.home.cases.change(tx, row, bare, "rights:case:answered")


def _clue_never_verified(site: Site, house: House) -> None:
    clue = house.cases.open(Request(Kind.COMPLAINT, text="no sign")).row
    answered(house, clue, Outcome.DONE)


def _key_pasted_back(site: Site, house: House) -> None:
    with site.sql("keys") as raw:
        (row,) = raw.execute(
            "SELECT * FROM subject_key WHERE row = ?", (site.row(house, "alice").row,)
        )
    house.withdrawals.withdraw("alice", "gate")
    with site.sql("keys") as raw:
        raw.execute(f"INSERT INTO subject_key VALUES ({','.join('?' * len(row))})", row)


def _consent_called_given(site: Site, house: House) -> None:
    house.withdrawals.withdraw("alice", "gate")
    with site.sql("records") as raw:
        raw.execute("UPDATE consent SET state = 'ConsentGiven'")


def _departed_behind_the_door(site: Site, house: House) -> None:
    person = house.home.directory.person("alice", "gate")
    with house.home.records.transaction() as tx:
        house.home.directory.depart(tx, person.id)


def _relation_not_proved(site: Site, house: House) -> None:
    from dataclasses import replace

    row = opened(house, Kind.DECEASED, relation="son", proof="register").row
    with house.home.records.transaction() as tx:
        bare = replace(row, about={**row.about, "proof": ""})
        house.home.cases.change(tx, row, bare, "rights:case:kept")


def _review_overdue(site: Site, house: House) -> None:
    opened(house, Kind.HUMAN_REVIEW, event=site.ask(house, "alice").event)
    site.clock.advance(40 * DAY)


def _clue_overdue(site: Site, house: House) -> None:
    house.cases.open(Request(Kind.COMPLAINT, text="no sign"))
    site.clock.advance(40 * DAY)


@pytest.mark.parametrize(
    ("plant", "question", "says"),
    [
        (_overdue, "rights.cases.answered", "is overdue"),
        (_overdue, "rights.cases.due", "is overdue"),
        (_row_edited, "rights.cases.answered", "was changed"),
        (_row_removed, "rights.cases.answered", "was removed"),
        (_row_pasted_back, "rights.cases.answered", "was changed"),
        (_restraint_removed, "rights.cases.answered", "restraint of case"),
        (_kept_restraint_removed, "rights.cases.answered", "restraint of case"),
        (_restraint_edited, "rights.cases.answered", "restraint of case"),
        (_answered_without_a_word, "rights.cases.answered", "without reasons"),
        (_clue_never_verified, "rights.complaints.handled", "never verified"),
        (_clue_overdue, "rights.complaints.handled", "is overdue"),
        (_review_overdue, "rights.review.route", "is overdue"),
        (_relation_not_proved, "rights.cases.deceased", "no proof"),
        (_key_pasted_back, "rights.deletion.complete", "key of an ended consent"),
        (_consent_called_given, "rights.deletion.complete", "called given"),
        (_departed_behind_the_door, "rights.deletion.complete", "no completion entry"),
    ],
)
def test_planted_breach_shows(
    site: Site, desk: House, plant: Plant, question: str, says: str
) -> None:
    """Well run before, a gap that names it after, with something to type."""
    assert gaps(desk, question) == ""
    plant(site, desk)
    found = [gap for gap in ask(desk, question).gaps if says in gap.what]
    assert found
    assert found[0].next.startswith("facekeep ")


def test_unreadable_purpose_leaves_its_questions_unanswered(site: Site, desk: House) -> None:
    """PIPL art. 48: a text edited in the store answers nobody."""
    assert gaps(desk, "rights.answers.available") == ""
    with site.sql("records") as raw:
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
        table = next(t for t in ("purpose_step", "purpose") if t in tables)
        column = next(
            c[1] for c in raw.execute(f"PRAGMA table_info({table})") if c[1] in ("hash", "body")
        )
        raw.execute(
            f"UPDATE {table} SET {column} = zeroblob(32)"
            if column == "hash"
            else f"UPDATE {table} SET body = '{{}}'"
        )
    assert gaps(desk, "rights.answers.available") != ""


def test_nobody_looks_at_a_changed_case(site: Site, desk: House) -> None:
    """Its officer is told, not misled."""
    case = opened(desk, Kind.COPY).row
    with site.sql("records") as raw:
        raw.execute("UPDATE rights_case SET state = 'answered'")
    with pytest.raises(Tampered):
        desk.cases.look(case.number, hand("Ann"))


# -- forgetting -----------------------------------------------------------------------------


def test_cases_end_with_their_term(site: Site, desk: House) -> None:
    """Three years after its end a case is gone, and nothing calls it missing."""
    case = opened(desk, Kind.COPY).row
    answered(desk, case, Outcome.DONE)
    site.clock.advance((KEPT_DAYS - 1) * DAY)
    assert desk.cases.forget_due() == 0
    site.clock.advance(2 * DAY)
    assert desk.cases.forget_due() == 1
    assert desk.home.cases.identifiers() == []
    assert desk.home.cases.missing() == []


def test_case_that_still_stops_somebody_living_stays(site: Site, desk: House) -> None:
    """Only it can lift what it placed; once they have left, it goes with the rest."""
    case = opened(desk, Kind.OBJECTION).row
    answered(desk, case, Outcome.KEPT_STOPPED)
    site.clock.advance((KEPT_DAYS + 1) * DAY)
    assert desk.cases.forget_due() == 0
    desk.withdrawals.withdraw("alice", "gate")
    assert desk.cases.forget_due() == 1
    assert desk.home.restraints.of_case(case.id) is None


def test_stopped_stranger_is_forgotten_with_their_case(site: Site, desk: House) -> None:
    """A restraint of somebody we never knew does not stay for ever."""
    case = opened(desk, Kind.OBJECTION, "nobody").row
    answered(desk, case, Outcome.KEPT_STOPPED)
    site.clock.advance((KEPT_DAYS + 1) * DAY)
    assert desk.cases.forget_due() == 1
    assert desk.home.restraints.of_case(case.id) is None


def test_case_text_is_in_no_file(site: Site, desk: House) -> None:
    """Enciphered in the store, absent from the ledger."""
    opened(desk, Kind.OBJECTION, text="zebra-crossing-sentence", identified="passport-of-zebra")
    desk.close()
    for path in site.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"zebra" not in content, path.name
