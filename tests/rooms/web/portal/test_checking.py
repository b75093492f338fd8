"""Checking for oneself: what holds is said exactly, and hostile files are answered in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection import signs
from facekeep.governance.notices import notice_of
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site, device_for
from tests.rooms.web.portal.own import settled, withdraw
from tests.rooms.web.portal.walking import fields_of, send, text_of


def test_a_genuine_sign_shows_who_and_where(browser: TestClient, house: House) -> None:
    """Pasted, or by the address a phone opens."""
    code = _sign(house)

    pasted, opened = _check(browser, code), browser.get("/check", params={"c": code})

    for page in (pasted, opened):
        told = text_of(page.text)
        assert "The sign is genuine" in told
        assert "Riverside" in told
        assert "gate-door" in told
    assert pasted.status_code == 200


def test_a_changed_sign_is_forged(browser: TestClient, house: House) -> None:
    """One character is enough."""
    code = _sign(house)
    swapped = code[:-1] + ("A" if code[-1] != "A" else "B")

    for text in (swapped, "FK1:", "FK1:<script>alert(1)</script>", "FK1:" + "0" * 60_000):
        page = _check(browser, text)
        assert page.status_code == 200
        assert "The sign is forged" in text_of(page.text)
        assert "<script>alert" not in page.text


def test_a_consent_receipt_says_how_it_stands_now(
    browser: TestClient, site: Site, house: House
) -> None:
    """In force at first, withdrawn later; the same file."""
    settled(browser, site, house)
    (consent,) = house.consents.show("anna", "gate")
    paper = house.consent_receipt(consent).to_json()
    assert "The consent receipt holds" in text_of(_check(browser, paper).text)

    withdraw(browser)
    told = text_of(_check(browser, paper).text)

    assert "The consent receipt holds" in told
    assert "withdrawn" in told


def test_an_erasure_receipt_says_what_it_cannot_prove(
    browser: TestClient, site: Site, house: House
) -> None:
    """It speaks of our stores, as of its checkpoint."""
    settled(browser, site, house)
    paper = fields_of(withdraw(browser).text, "/check/paper")["paper"]

    told = text_of(_check(browser, paper).text)

    assert "The erasure receipt holds" in told
    assert "It cannot prove that no copy exists elsewhere." in told
    assert "no key of these consents is in the home now" in told


def test_a_case_receipt_is_checked_as_a_file(browser: TestClient, house: House) -> None:
    """Sent, not pasted."""
    page = browser.get("/cases/new").text
    page = send(browser, page, "/cases/new", kind="complaint", text="x", purpose="").text
    paper = fields_of(page, "/check/paper")["paper"]

    told = text_of(_check_file(browser, paper.encode()).text)

    assert "The case receipt holds" in told
    assert "complaint" in told


def test_a_changed_receipt_does_not_hold(browser: TestClient, site: Site, house: House) -> None:
    """Whatever was changed in it; and what somebody wrote into it is text."""
    settled(browser, site, house)
    paper = json.loads(fields_of(withdraw(browser).text, "/check/paper")["paper"])
    for change in (
        {"purpose": "<script>alert(1)</script>"}, {"horizon": 1}, {"proofs": []}, {"proofs": None},
        {"key": "x"}, {"checkpoint": 7}, {"secret": "zz"},
    ):  # fmt: skip
        altered = {**paper, "body": {**paper["body"], **change}}
        page = _check(browser, json.dumps(altered))
        assert page.status_code == 200, change
        assert "The erasure receipt does not hold" in text_of(page.text), change
        assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "raw",
    [
        b"{}", b"[]", b"null", b"7", b'"x"', b"[" * 60_000, b'{"a":' * 9_000, b"\xff\xd8\xff\xe0 a picture",
        b"PK\x03\x04 a zip", b"\x00" * 500, b'{"body": {"schema": "facekeep-erasure-receipt-1"}, "signature": ""}',
        b'{"body": {"schema": "facekeep-case-receipt-1"}, "signature": []}',
        b'{"body": {"schema": ["facekeep-case-receipt-1"]}, "signature": "x"}',
        b'{"body": 7, "signature": "x"}', b'{"body": {"x": NaN}, "signature": "x"}', b"x" * 200_000,
        "{\"body\": \"\ud800\"}".encode("utf-8", "surrogatepass"),
    ],
    ids=range(17),
)  # fmt: skip
def test_a_hostile_file_is_answered_in_words(browser: TestClient, house: House, raw: bytes) -> None:
    """Deep, large, of another kind, no text at all."""
    page = _check_file(browser, raw)

    assert page.status_code == 200
    told = text_of(page.text)
    assert "no receipt of ours" in told or "does not hold" in told


def test_nothing_at_all_is_said_beside_the_field(browser: TestClient, house: House) -> None:
    """The page comes back with what is missing."""
    for answer in (_check(browser, ""), _check_file(browser, b"")):
        assert answer.status_code == 422
        assert 'href="#paper"' in answer.text


def test_a_file_beyond_the_limit_is_refused(browser: TestClient, house: House) -> None:
    """A megabyte is no receipt; the refusal is a page."""
    answer = _check_file(browser, b"x" * 2_000_000)

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")


def test_a_receipt_is_printed_as_a_sheet(browser: TestClient, site: Site, house: House) -> None:
    """Where a maker of PDFs is installed; what we did not sign is never put on paper."""
    pytest.importorskip("typst")
    settled(browser, site, house)
    page = withdraw(browser).text
    if "/check/paper/sheet" not in page:
        pytest.skip("no font with Chinese is installed here")
    fields = fields_of(page, "/check/paper")

    for language in ("zh", "en"):
        told = browser.post("/check/paper/sheet", params={"lang": language}, data=fields)
        assert told.headers["content-type"] == "application/pdf"
        assert told.content.startswith(b"%PDF-")
    altered = json.loads(fields["paper"])
    altered["body"]["horizon"] = 1
    forged = browser.post("/check/paper/sheet", data={**fields, "paper": json.dumps(altered)})
    assert forged.status_code >= 400
    assert not forged.content.startswith(b"%PDF-")


def _sign(house: House) -> str:
    device = device_for(house)
    notice = notice_of(house.home.purposes.get("gate")).digest
    return signs.make(house.home, device, "gate", notice).text


def _check(browser: TestClient, text: str) -> Any:
    page = browser.get("/check").text
    return send(browser, page, "/check", files={"file": ("", b"")}, paper=text)


def _check_file(browser: TestClient, raw: bytes) -> Any:
    page = browser.get("/check").text
    return send(browser, page, "/check", files={"file": ("receipt.json", raw)}, paper="")
