"""Consenting at the portal: to the notice on the page, once, with a PIN that was looked at before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.governance.consent import Consent
from facekeep.governance.consent_story import Channel
from facekeep.governance.invitations import InvitationState
from facekeep.terms.errors import Broken, FactorMissing
from facekeep.terms.values import Decision
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.pages.site import VISIT
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site, asked, publish, purpose_text
from tests.attacks.toolkit import agree as agree_at_the_desk
from tests.attacks.toolkit import guardian as mother
from tests.rooms.web.portal.test_notice import state_of
from tests.rooms.web.portal.walking import PIN, agree, fields_of, invited, send, text_of
from tests.rooms.web.steps import entries


def consents(house: House, purpose: str = "gate") -> list[Consent]:
    """What is recorded of anna."""
    return house.consents.show("anna", purpose)


def test_a_yes_is_recorded_as_it_was_given(browser: TestClient, house: House) -> None:
    """The notice of the page, its language, the portal; the PIN beside it; the link answered."""
    path = invited(house)

    answer = agree(browser, path)

    (consent,) = consents(house)
    shown = consent.about.shown
    assert shown is not None
    assert (shown.language, shown.channel) == ("en", Channel.PORTAL)
    assert shown.notice == house.consents.notice("gate").digest
    assert house.second_factors.opens("anna", "gate", Factor(FactorKind.PIN, PIN))
    assert state_of(house, path) is InvitationState.CONSENTED
    assert answer.url.path == "/mine/receipts"


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("", "", "6 to 12 digits"),
        ("48091", "48091", "6 to 12 digits"),
        ("4809134809134", "4809134809134", "6 to 12 digits"),
        ("４８０９１３", "４８０９１３", "6 to 12 digits"),
        ("48 913", "48 913", "6 to 12 digits"),
        ("<b>480913", "<b>480913", "6 to 12 digits"),
        ("000000", "000000", "among the first"),
        ("123456", "123456", "among the first"),
        ("987654", "987654", "among the first"),
        ("480913", "480914", "differ"),
        ("480913", "", "differ"),
    ],
)
def test_a_bad_pin_is_said_before_anything_is_recorded(
    browser: TestClient, house: House, pin: str, again: str, said: str
) -> None:
    """And neither of the two is sent back to the page."""
    path = invited(house)
    before = entries(house)

    answer = send(
        browser, browser.get(f"{path}/consent").text, f"{path}/consent", pin=pin, pin_again=again
    )

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert (consents(house), entries(house)) == ([], before)
    assert not pin or f'value="{pin}"' not in answer.text
    assert VISIT not in answer.cookies


def test_a_notice_that_changed_meanwhile_is_shown_again(browser: TestClient, house: House) -> None:
    """With what changed; nothing is recorded to the old one, and the new page takes the yes."""
    path = invited(house)
    old = browser.get(f"{path}/consent").text
    publish(house, purpose_text(risk='{zh = "新的风险", en = "Another risk"}'))

    answer = send(browser, old, f"{path}/consent", pin=PIN, pin_again=PIN)

    assert answer.status_code == 422
    assert "What the risk is: Another risk" in text_of(answer.text)
    assert consents(house) == []
    last = send(browser, answer.text, f"{path}/consent", pin=PIN, pin_again=PIN)
    assert last.url.path == "/mine/receipts"


@pytest.mark.parametrize("digest", ["", "0" * 64, "x" * 64, "0" * 63, "é", '"><script>'])
def test_a_notice_that_was_on_no_page_is_no_notice(
    browser: TestClient, house: House, digest: str
) -> None:
    """Whatever is sent in its place."""
    path = invited(house)
    page = browser.get(f"{path}/consent").text

    answer = send(browser, page, f"{path}/consent", notice=digest, pin=PIN, pin_again=PIN)

    assert answer.status_code == 422
    assert consents(house) == []


def test_a_yes_sent_twice_is_one_consent(browser: TestClient, house: House) -> None:
    """Both clicks get one answer and one visit."""
    path = invited(house)
    fields = {**fields_of(browser.get(f"{path}/consent").text, f"{path}/consent")}
    fields |= {"pin": PIN, "pin_again": PIN}
    first = browser.post(f"{path}/consent", data=fields, follow_redirects=False)
    browser.cookies.clear()

    second = browser.post(f"{path}/consent", data=fields, follow_redirects=False)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.cookies[VISIT] == second.cookies[VISIT]
    assert len(consents(house)) == 1


def test_a_yes_in_two_tabs_is_one_consent(browser: TestClient, house: House) -> None:
    """The second tab leads to the door; the PIN of the first holds."""
    path = invited(house)
    other = browser.get(f"{path}/consent").text
    agree(browser, path)
    browser.cookies.clear()

    answer = browser.post(
        f"{path}/consent",
        data={**fields_of(other, f"{path}/consent"), "pin": "135791", "pin_again": "135791"},
        follow_redirects=False,
    )

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert len(consents(house)) == 1
    assert not house.second_factors.opens("anna", "gate", Factor(FactorKind.PIN, "135791"))


def test_going_back_after_the_answer_leads_on(browser: TestClient, house: House) -> None:
    """The consent page of somebody who consented has nothing to ask."""
    path = invited(house)
    agree(browser, path)

    answer = browser.get(f"{path}/consent", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_what_was_cut_short_is_gone_on_with(
    browser: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The consent was recorded and the PIN was not: the same link takes the PIN, and one consent stands."""
    path = invited(house)

    def broken(*_: Any) -> None:
        raise Broken("the store went away")

    with monkeypatch.context() as cut:
        cut.setattr(house.second_factors, "set", broken)
        assert agree(browser, path).status_code == 503
    answer = browser.get(path)
    assert "your PIN is not set yet" in text_of(answer.text)

    last = send(browser, answer.text, f"{path}/consent", pin=PIN, pin_again=PIN)

    assert last.url.path == "/mine/receipts"
    assert len(consents(house)) == 1
    assert house.second_factors.opens("anna", "gate", Factor(FactorKind.PIN, PIN))


@pytest.mark.parametrize("kind", ["card", "passkey", "pin", "any"])
def test_a_pin_opens_the_pages_of_every_purpose(
    browser: TestClient, house: House, site: Site, kind: str
) -> None:
    """And beside a face it counts only where the purpose asks for a PIN."""
    text = purpose_text("vault", second_factor=f'"{kind}"', operations='["verification"]')
    publish(house, text)
    path = invited(house, purpose="vault")

    assert agree(browser, path).url.path == "/mine/receipts"

    pin = Factor(FactorKind.PIN, PIN)
    assert house.second_factors.opens("anna", "vault", pin)
    site.enrol(house, "anna", "vault")
    question = replace(asked(house, "anna", "vault", site.good_photo("anna")), factor=pin)
    if kind in ("pin", "any"):
        assert house.verifier.verify(question, site.people).decision is Decision.MATCH
        return
    with pytest.raises(FactorMissing):
        house.verifier.verify(question, site.people)


# -- under 14 ---------------------------------------------------------------------------------


def test_a_guardians_link_leads_to_the_desk(browser: TestClient, house: House) -> None:
    """Who decides, what to bring, and the ways without a face; nothing is recorded."""
    path = invited(house, guardian=True)

    answer = browser.get(f"{path}/consent")

    told = text_of(answer.text)
    assert answer.url.path == f"{path}/guardian"
    assert "The household register" in told
    assert "Use another way" in told
    assert consents(house) == []


def test_a_child_that_is_known_does_not_agree_alone(browser: TestClient, house: House) -> None:
    """Whatever the link said."""
    publish(house, purpose_text("school"))
    shown = house.consents.shown("school", "zh", Channel.COUNTER)
    house.consents.give(
        Asking("anna", "school", guardian=mother(), birth=date(2015, 5, 5), shown=shown)
    )
    path = invited(house)

    answer = agree(browser, path)

    assert answer.url.path == f"{path}/guardian"
    assert consents(house) == []


def test_where_children_are_not_admitted_the_page_says_so(
    browser: TestClient, house: House
) -> None:
    """And sends nobody to the desk for nothing."""
    publish(
        house,
        purpose_text("adults", minors='{admitted = "nobody", rule = {zh = "无", en = "None"}}'),
    )

    told = text_of(browser.get(f"{invited(house, purpose='adults')}/guardian").text)

    assert "Nobody under 14 uses their face here" in told
    assert "The household register" not in told


# -- storage off the terminal -------------------------------------------------------------------


@pytest.fixture
def vault(house: House) -> str:
    """A link to a purpose that keeps face data off the terminal."""
    publish(house, purpose_text("vault", storage='"premises"'))
    return invited(house, purpose="vault")


def test_storage_is_asked_separately(browser: TestClient, house: House, vault: str) -> None:
    """One yes is no yes to the other; both have a receipt of their own."""
    page = agree(browser, vault).text
    assert len(consents(house, "vault")) == 1
    assert 'href="/mine/storage"' in page
    question = browser.get("/mine/storage").text

    answer = send(browser, question, "/mine/storage/yes")

    assert answer.url.path == "/mine/receipts"
    assert [one.scope for one in consents(house, "vault")] == ["processing", "storage"]
    assert text_of(answer.text).count("Download the receipt") == 2


def test_a_no_to_storage_ends_nothing_and_may_be_changed(
    browser: TestClient, house: House, vault: str
) -> None:
    """No face is enrolled, nothing nags, and yes is one click away."""
    agree(browser, vault)

    answer = send(browser, browser.get("/mine/storage").text, "/mine/storage/no")

    assert "You said no to storage before" in text_of(answer.text)
    assert len(consents(house, "vault")) == 1
    assert 'href="/mine/storage"' not in browser.get("/mine/receipts").text
    assert "One question is open" in text_of(browser.get("/mine/face").text)
    assert send(browser, answer.text, "/mine/storage/yes").url.path == "/mine/receipts"
    assert len(consents(house, "vault")) == 2


def test_a_yes_to_storage_is_taken_back_by_withdrawing(
    browser: TestClient, house: House, vault: str
) -> None:
    """An old page's "no" leads there and ends nothing behind anybody's back."""
    agree(browser, vault)
    question = browser.get("/mine/storage").text
    send(browser, question, "/mine/storage/yes")

    answer = send(browser, question, "/mine/storage/no")

    assert answer.url.path == "/mine/withdraw"
    assert len(consents(house, "vault")) == 2


def test_an_old_page_records_no_storage_to_another_notice(
    browser: TestClient, house: House, vault: str
) -> None:
    """The first consent lost its force with the text; the old page says so and records nothing."""
    agree(browser, vault)
    old = browser.get("/mine/storage").text
    publish(house, purpose_text("vault", storage='"premises"', risk='{zh = "新", en = "Other"}'))

    answer = send(browser, old, "/mine/storage/yes")

    assert answer.status_code == 403
    assert "the notice changed while you were reading" in text_of(answer.text).lower()
    assert len(consents(house, "vault")) == 1


def test_no_storage_question_where_none_is_due(browser: TestClient, house: House) -> None:
    """A purpose that keeps to its terminal asks for nothing more."""
    agree(browser, invited(house))

    answer = browser.get("/mine/storage", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/mine")


def test_consent_at_the_desk_keeps_its_door_shut(browser: TestClient, house: House) -> None:
    """The link of somebody who consented elsewhere sets no PIN."""
    path = invited(house)
    page = browser.get(f"{path}/consent").text
    agree_at_the_desk(house, "anna")

    answer = browser.post(
        f"{path}/consent",
        data={**fields_of(page, f"{path}/consent"), "pin": PIN, "pin_again": PIN},
        follow_redirects=False,
    )

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert house.second_factors.standing("anna", "gate") == []
    assert VISIT not in answer.cookies
