"""Every right in words: asked with a visit or without a name, followed by a code that is in no address."""

from __future__ import annotations

import re
from typing import Any

import pytest

from facekeep.access import officers
from facekeep.assembly import House
from facekeep.rights.case_receipts import CaseReceipt, verify
from facekeep.rights.cases import Hand, Outcome, Reason, State, Step
from facekeep.terms.errors import Restrained, TooMany
from facekeep.web.portal.pace import MOST, WINDOW_S, Pace
from tests.attacks.http import TestClient
from tests.attacks.toolkit import DAY, OFFICER_KEY, Site, Turnable, officer_of
from tests.rooms.web.portal.own import settled
from tests.rooms.web.portal.walking import agree, fields_of, invited, send, text_of

SCRIPT = "<script>alert('x')</script>"
CODE = re.compile(r'<code class="big break">([A-Z2-7-]+)</code>')


def test_anybody_may_complain_without_a_name(browser: TestClient, house: House) -> None:
    """The code is shown once, and opens the case again."""
    answer = _complain(browser, "They told us there is no other way in.")

    assert answer.status_code == 200
    code = _code(answer.text)
    assert len(code.replace("-", "")) == 26
    row = house.cases.by_code(code)
    assert (row.kind, row.person, row.about["subject"]) == ("complaint", b"", "")
    assert "They told us there is no other way in." in text_of(_look(browser, code).text)


def test_the_receipt_of_a_case_is_signed_and_saved(browser: TestClient, house: House) -> None:
    """A file that proves when it was taken in, with the code in it."""
    page = _complain(browser, "It never stops asking.").text

    kept = send(browser, page, "/check/paper")

    receipt = CaseReceipt.from_json(kept.text)
    assert receipt.body["code"] == _code(page)
    assert verify(receipt, house.home.signer.vkey)["kind"] == "complaint"


@pytest.mark.parametrize(
    "kind", ["copy", "restriction", "objection", "deletion", "explanation", "porting", "complaint"]
)
def test_every_right_is_asked_for_at_ones_own_pages(
    browser: TestClient, site: Site, house: House, kind: str
) -> None:
    """Whoever is here has shown who they are: nobody asks again, and never for a face."""
    settled(browser, site, house)

    answer = _ask(browser, kind, text="Because it is mine.")

    row = house.cases.by_code(_code(answer.text))
    assert (row.kind, row.purpose, row.about["subject"]) == (kind, "gate", "anna")
    assert row.about["identified"]
    assert kind in ("complaint",) or "camera" not in answer.text


def test_a_restriction_holds_from_this_moment(
    browser: TestClient, site: Site, house: House
) -> None:
    """Not only once somebody has read it."""
    settled(browser, site, house)

    answer = _ask(browser, "restriction")

    assert "From now on your face is not compared" in text_of(answer.text)
    with pytest.raises(Restrained):
        site.ask(house, "anna")
    assert "You asked us to stop" in text_of(browser.get("/mine").text)


def test_another_way_keeps_and_stops(browser: TestClient, site: Site, house: House) -> None:
    """Sent twice it is one case."""
    settled(browser, site, house)
    fields = fields_of(browser.get("/mine/other-way").text, "/mine/other-way")

    first, second = (browser.post("/mine/other-way", data=fields) for _ in range(2))

    assert _code(first.text) == _code(second.text)
    assert len(house.home.cases.every()) == 1
    with pytest.raises(Restrained):
        site.ask(house, "anna")


def test_a_correction_says_what_is_right(browser: TestClient, site: Site, house: House) -> None:
    """Beside the field that is wrong, and nothing typed is lost."""
    settled(browser, site, house)

    nothing = _ask(browser, "correction")
    absurd = _ask(browser, "correction", birth="2020-13-45", text="Wrong since May.")
    taken = _ask(browser, "correction", birth="1990-05-17")

    assert (nothing.status_code, absurd.status_code) == (422, 422)
    assert "Wrong since May." in absurd.text
    assert 'href="#birth"' in absurd.text
    row = house.cases.by_code(_code(taken.text))
    assert row.about["correction"] == {"reference": "", "birth": "1990-05-17"}


def test_a_decision_is_reviewed_by_a_human(browser: TestClient, site: Site, house: House) -> None:
    """From the history, of a decision of one's own alone."""
    settled(browser, site, house)
    site.ask(house, "anna")
    site.enrol(house, "bella")
    anna, bella = (
        house.home.journal.last(house.home.chain_of(s, "gate")) for s in ("anna", "bella")
    )
    assert anna is not None
    assert bella is not None
    event = anna.entry.id.hex()
    page = browser.get(f"/mine/history/{event}").text
    assert f"/mine/cases/new?kind=human-review&amp;event={event}" in page

    form = browser.get("/mine/cases/new", params={"kind": "human-review", "event": event}).text
    answer = send(browser, form, "/mine/cases/new", text="I was refused.")

    assert house.cases.by_code(_code(answer.text)).about["event"] == event
    for other in (bella.entry.id.hex(), "0" * 32, "x", ""):
        page = browser.get("/mine/cases/new", params={"kind": "human-review", "event": other})
        assert "<textarea" not in page.text
        forged = {**fields_of(form, "/mine/cases/new"), "once": "n1", "event": other}
        assert not CODE.search(browser.post("/mine/cases/new", data=forged).text)


@pytest.mark.parametrize("kind", ["", "deceased", "human-review", "opened", SCRIPT])
def test_what_is_no_right_opens_nothing(
    browser: TestClient, site: Site, house: House, kind: str
) -> None:
    """The rights there are, are shown again."""
    settled(browser, site, house)
    fields = fields_of(browser.get("/mine/pin").text, "/mine/pin")
    data = {"token": fields["token"], "once": "n1", "kind": kind, "text": "x"}

    answer = browser.post("/mine/cases/new", data=data)

    assert answer.status_code == 200
    assert SCRIPT not in answer.text
    assert house.home.cases.every() == []


def test_without_identity_nothing_but_complaints_and_rules(
    browser: TestClient, house: House
) -> None:
    """Nobody stops, corrects or erases anything for somebody they are not."""
    page = browser.get("/cases/new").text
    for kind in ("restriction", "deletion", "copy", "correction", ""):
        answer = send(browser, page, "/cases/new", kind=kind, text="x", purpose="gate")
        assert answer.status_code == 422, kind
    assert send(browser, page, "/cases/new", kind="complaint", text="").status_code == 422
    assert send(browser, page, "/cases/new", kind="explanation", text="why").status_code == 422
    odd = send(browser, page, "/cases/new", kind="complaint", text="x", purpose="../gate")
    assert odd.status_code == 422
    rules = send(browser, page, "/cases/new", kind="explanation", text="why", purpose="gate")
    assert house.cases.by_code(_code(rules.text)).kind == "explanation"


def test_script_in_a_text_is_text(browser: TestClient, site: Site, house: House) -> None:
    """Stored and reflected."""
    settled(browser, site, house)
    code = _code(_ask(browser, "complaint", text=SCRIPT).text)
    reflected = _ask(browser, "correction", birth=SCRIPT, reference=SCRIPT, text=SCRIPT)

    for page in (_look(browser, code).text, reflected.text, browser.get("/mine").text):
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page or "alert" not in page


def test_the_code_shows_how_far_it_is(browser: TestClient, site: Site, house: House) -> None:
    """The answer with its reasons, and where to go against it; never an address with the code in it."""
    code = _code(_complain(browser, "No other way at the north door.").text)
    row = house.cases.by_code(code)
    hand = Hand(officer_of(house), lambda message: officers.sign(OFFICER_KEY, message))
    refusal = Step(
        State.REFUSED, "The door is not ours.", reason=Reason.NOT_OURS, appeal="District court"
    )
    house.cases.take(row.number, refusal, hand)

    page = _look(browser, code.lower().replace("-", " "))

    told = text_of(page.text)
    for words in ("The door is not ours.", "not ours to handle", "Where to appeal District court"):
        assert words in told
    assert code not in str(page.url)
    assert "go to court" in told


def test_an_answer_is_read_by_its_code(browser: TestClient, site: Site, house: House) -> None:
    """With what it came to, in words."""
    settled(browser, site, house)
    code = _code(_ask(browser, "restriction").text)
    hand = Hand(officer_of(house), lambda message: officers.sign(OFFICER_KEY, message))
    number = house.cases.by_code(code).number
    house.cases.take(number, Step(State.ANSWERED, "As you wished.", Outcome.KEPT_STOPPED), hand)

    told = text_of(_look(browser, code).text)

    assert "kept stopped" in told
    assert "As you wished." in told


def test_an_overdue_case_says_where_to_go(
    browser: TestClient, house: House, clock: Turnable
) -> None:
    """Nobody has to know the law for it."""
    code = _code(_complain(browser, "Nobody answers.").text)
    clock.advance(60 * DAY)

    told = text_of(_look(browser, code).text)

    assert "overdue" in told
    assert "We did not answer in time." in told


@pytest.mark.parametrize("code", ["", "AAAA", "A" * 26, SCRIPT, "' OR 1=1 --", "é" * 26])
def test_a_wrong_code_opens_nothing(browser: TestClient, house: House, code: str) -> None:
    """In the same words, and it is not typed in again for the next one who looks."""
    _complain(browser, "Something.")

    answer = _look(browser, code)

    assert answer.status_code == 422
    assert "There is no such code." in text_of(answer.text)
    assert not code or code not in answer.text.partition("<main")[2]


def test_a_form_sent_twice_is_one_case(browser: TestClient, house: House) -> None:
    """And the second click shows the same code."""
    page = browser.get("/cases/new").text
    fields = {**fields_of(page, "/cases/new"), "kind": "complaint", "text": "Twice.", "purpose": ""}

    first, second = (browser.post("/cases/new", data=fields) for _ in range(2))

    assert _code(first.text) == _code(second.text)
    assert len(house.home.cases.every()) == 1


def test_a_flood_of_complaints_is_held_up(browser: TestClient, house: House) -> None:
    """In words, and what was taken in before stays; whoever opened their own pages is not held up."""
    taken = [_complain(browser, f"Number {n}.").status_code for n in range(MOST)]

    flood = _complain(browser, "One more.")

    assert set(taken) == {200}
    assert flood.status_code == 429
    assert "Too much was sent in the last quarter of an hour." in text_of(flood.text)
    assert len(house.home.cases.every()) == MOST
    agree(browser, invited(house))
    assert _ask(browser, "complaint", text="My own.").status_code == 200


def test_the_pace_is_of_a_quarter_of_an_hour() -> None:
    """Then there is room again, and a million networks take no more memory than some."""
    now = 0.0
    pace = Pace(lambda: now)
    for _ in range(MOST):
        pace.step("192.0.2.1")
    with pytest.raises(TooMany) as held:
        pace.step("192.0.2.1")
    assert 0 < held.value.retry_after <= WINDOW_S
    pace.step("192.0.2.2")

    now = WINDOW_S + 1.0
    pace.step("192.0.2.1")


def test_an_endless_text_is_refused(browser: TestClient, house: House) -> None:
    """Before anything is kept."""
    assert _complain(browser, "x" * 5_000).status_code == 400
    assert _complain(browser, "null\x00byte").status_code == 400
    assert house.home.cases.every() == []


def _complain(browser: TestClient, text: str) -> Any:
    page = browser.get("/cases/new").text
    return send(browser, page, "/cases/new", kind="complaint", text=text, purpose="")


def _ask(browser: TestClient, kind: str, **filled: str) -> Any:
    page = browser.get("/mine/cases/new", params={"kind": kind}).text
    return send(browser, page, "/mine/cases/new", **{"text": "", **filled})


def _look(browser: TestClient, code: str) -> Any:
    return send(browser, browser.get("/cases").text, "/cases", code=code)


def _code(page: str) -> str:
    found = CODE.search(page)
    assert found, text_of(page)
    return found[1]
