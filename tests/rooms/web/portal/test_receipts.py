"""Receipts of consents: read, kept, checked without us."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.rights.consent_receipts import ConsentReceipt, verify
from facekeep.terms.errors import Tampered
from facekeep.web.portal import receipt_paper
from facekeep.web.portal.receipt_paper import is_printable
from tests.attacks.http import TestClient
from tests.attacks.toolkit import agree as agree_at_the_desk
from tests.rooms.web.portal.walking import agree, invited, text_of


def the_file(browser: TestClient, house: House, subject: str = "anna") -> str:
    """Where the receipt of somebody's newest consent lies."""
    return f"/mine/receipts/{house.consents.show(subject, 'gate')[-1].id.hex()}/file"


def test_the_page_says_what_was_agreed_to(browser: TestClient, house: House) -> None:
    """What, by whom, until when, and where it stands in the ledger."""
    told = text_of(agree(browser, invited(house)).text)

    for one in (
        "Consent to the use of your face",
        "yourself",
        "Until",
        "version 1",
        "Ledger entry",
    ):
        assert one in told


def test_the_file_proves_itself(browser: TestClient, house: House) -> None:
    """With the home's public key alone; and a letter changed breaks it."""
    agree(browser, invited(house))

    answer = browser.get(the_file(browser, house))

    assert answer.headers["content-disposition"].startswith("attachment;")
    key = house.home.signer.vkey
    assert verify(ConsentReceipt.from_json(answer.text), key).purpose == "gate"
    with pytest.raises(Tampered):
        verify(ConsentReceipt.from_json(answer.text.replace('"gate"', '"door"')), key)


def test_the_receipt_of_somebody_else_is_nobodys(browser: TestClient, house: House) -> None:
    """Alike for one that exists and for one that does not."""
    agree_at_the_desk(house, "bert")
    agree(browser, invited(house))

    theirs = browser.get(the_file(browser, house, "bert"))
    none = browser.get(f"/mine/receipts/{'0' * 32}/file")

    assert (theirs.status_code, none.status_code) == (404, 404)


def test_without_a_consent_there_is_no_receipt(browser: TestClient, house: House) -> None:
    """The page says that nothing is in force."""
    agree(browser, invited(house))
    file = the_file(browser, house)
    house.withdrawals.close(house.withdrawals.begin("anna", "gate", "person"))

    answers = (browser.get("/mine/receipts"), browser.get(file))

    assert all(one.status_code in (200, 401, 404) for one in answers)
    assert "Download the receipt" not in text_of(answers[0].text)


@pytest.mark.parametrize("name", ["..%2f..%2fkeys", "x", "0" * 33, "%3Cscript%3E"])
def test_no_other_file_is_handed_out(browser: TestClient, house: House, name: str) -> None:
    """A receipt is asked for by its number."""
    agree(browser, invited(house))

    assert browser.get(f"/mine/receipts/{name}/file").status_code in (400, 404, 422)


def test_the_receipt_as_a_sheet(browser: TestClient, house: House) -> None:
    """In both languages, where sheets can be made; where they cannot, the page offers none."""
    page = agree(browser, invited(house)).text
    path = the_file(browser, house).replace("/file", "/paper")

    for language in ("zh", "en"):
        answer = browser.get(path, params={"lang": language})
        if is_printable():
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF")
        else:
            assert answer.status_code == 404
    assert (path in page) is is_printable()


def test_without_a_maker_of_sheets_none_is_offered(
    browser: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is printed by the browser then."""
    monkeypatch.setattr(receipt_paper, "_press", lambda: None)

    page = agree(browser, invited(house)).text

    assert "/paper" not in page
    assert browser.get(the_file(browser, house).replace("/file", "/paper")).status_code == 404
