"""The staff's sign-in at a page: in, out, once more, taking up an account, one's own account."""

from __future__ import annotations

import base64
import re

import pytest

from facekeep.access import totp
from facekeep.assembly import House
from facekeep.web.caller import COOKIE
from facekeep.web.desk.signing_in import onward
from tests.attacks.signed_in import PASSPHRASE, employ, invite
from tests.rooms.web.desk.clerk import Clerk

NEW = "seven quiet rivers of jade"


def test_sign_in_leads_where_somebody_wanted_to_go(anybody: Clerk, house: House) -> None:
    """A page asked for without a sign-in is opened after it."""
    answer = anybody.client.get("/desk/campaigns", follow_redirects=False)
    assert answer.headers["location"] == "/staff/sign-in?next=%2Fdesk%2Fcampaigns"
    anybody.person = employ(house, "Mei")
    page = anybody.get(answer.headers["location"])
    answer = anybody.send(page, "/staff/sign-in", anybody.typed())
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/campaigns")


@pytest.mark.parametrize(
    ("role", "first"),
    [("attendant", "/desk"), ("officer", "/console"), ("inspector", "/console")],
)
def test_everybody_begins_at_their_own_first_page(
    anybody: Clerk, house: House, role: str, first: str
) -> None:
    """By role."""
    anybody.person = employ(house, "Mei", role)
    assert anybody.sign_in().headers["location"] == first


def test_cookie_is_new_each_time_and_no_script_reads_it(anybody: Clerk, house: House) -> None:
    """A name that somebody was given beforehand opens nothing (session fixation)."""
    anybody.client.cookies.set(COOKIE, "A" * 43, domain="testserver.local")
    anybody.person = employ(house, "Mei")
    names = []
    for _ in range(2):
        answer = anybody.sign_in()
        told = answer.headers["set-cookie"]
        assert all(word in told for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
        names.append(told.partition("=")[2].partition(";")[0])
    assert len({*names, "A" * 43}) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"passphrase": "another"},
        {"code": "000000"},
        {"name": "Nobody"},
        {"name": ""},
        {"code": "x" * 12},
    ],
)
def test_wrong_factor_is_told_alike_and_nothing_is_sent_back(
    anybody: Clerk, house: House, wrong: dict[str, str]
) -> None:
    """Which one was wrong is told to nobody; the passphrase is not on the page."""
    anybody.person = employ(house, "Mei")
    page = anybody.get("/staff/sign-in")
    answer = anybody.send(page, "/staff/sign-in", {**anybody.typed(), **wrong})
    assert answer.status_code == 422
    assert "What was shown does not sign anybody in" in answer.text
    assert PASSPHRASE not in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_five_wrong_ones_and_the_sixth_waits(anybody: Clerk, house: House) -> None:
    """As a page, with words and the time to wait."""
    anybody.person = employ(house, "Mei")
    page = anybody.get("/staff/sign-in")
    wrong = {**anybody.typed(), "passphrase": "another"}
    told = [anybody.send(page, "/staff/sign-in", wrong).status_code for _ in range(6)]
    assert told == [422] * 5 + [429]


def test_code_is_good_once_at_the_page_too(anybody: Clerk, house: House) -> None:
    """Whoever resends the very form gets no session of it."""
    anybody.person = employ(house, "Mei")
    page, typed = anybody.get("/staff/sign-in"), anybody.typed()
    first = anybody.send(page, "/staff/sign-in", typed)
    anybody.client.cookies.clear()
    second = anybody.send(page, "/staff/sign-in", typed)
    assert (first.status_code, second.status_code) == (303, 422)


def test_passkey_form_without_a_passkey_is_told(anybody: Clerk, house: House) -> None:
    """Sent by hand, empty or odd."""
    for credential in ("", "null", "[]", "{", '{"id": "x"}', "[" * 3000):
        answer = anybody.client.post(
            "/staff/sign-in/passkey", data={"credential": credential, "token": ""}
        )
        assert answer.status_code in (422, 429), credential


def test_sign_out_ends_the_session(attendant: Clerk) -> None:
    """Here and in the ledger."""
    page = attendant.get("/staff/me")
    old = dict(attendant.client.cookies)
    answer = attendant.send(page, "/staff/sign-out")
    assert answer.headers["location"] == "/staff/sign-in"
    attendant.client.cookies.update(old)
    assert attendant.client.get("/desk", follow_redirects=False).status_code == 303


def test_account_is_taken_up_with_app_and_passphrase(anybody: Clerk, house: House) -> None:
    """Code, secret as text and QR, passphrase twice, first code; then signed in."""
    code = invite(house, "Mei", "attendant")
    page = anybody.get("/staff/accept")
    answer = anybody.send(page, "/staff/accept", {"invitation": code})
    assert "<svg" in answer.text
    found = re.search(r'code big break">([A-Z2-7 ]+)<', answer.text)
    assert found
    secret = base64.b32decode(found[1].replace(" ", ""))
    first = {"passphrase": NEW, "again": "other", "code": totp.code(secret, anybody.clock())}
    page = anybody.send(answer.text, "/staff/accept/factors", first).text
    assert "differ" in page
    done = anybody.send(page, "/staff/accept/factors", {**first, "again": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/staff/sign-in")
    anybody.clock.advance(totp.STEP_S)
    typed = {"name": "Mei", "passphrase": NEW, "code": totp.code(secret, anybody.clock())}
    assert anybody.send(anybody.get("/staff/sign-in"), "/staff/sign-in", typed).status_code == 303


@pytest.mark.parametrize("code", ["", "wrong", "<script>alert(1)</script>", "x" * 60])
def test_unknown_invitation_is_told_in_words(anybody: Clerk, code: str) -> None:
    """And nothing of it is run."""
    answer = anybody.send(anybody.get("/staff/accept"), "/staff/accept", {"invitation": code})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


def test_grave_page_asks_for_both_factors_and_comes_back(attendant: Clerk) -> None:
    """Ten minutes later, to add a passkey."""
    assert "/staff/prove" not in str(attendant.client.get("/staff/me/passkey").url)
    attendant.clock.advance(601)
    answer = attendant.client.get("/staff/me/passkey", follow_redirects=False)
    assert answer.headers["location"] == "/staff/prove?next=/staff/me/passkey"
    page = attendant.get(answer.headers["location"])
    wrong = attendant.send(page, "/staff/prove", {**attendant.typed(), "code": "000000"})
    assert wrong.status_code == 422
    typed = attendant.typed()
    answer = attendant.send(wrong.text, "/staff/prove", typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/me/passkey")
    attendant.get("/staff/me/passkey")


def test_own_passphrase_is_changed(attendant: Clerk) -> None:
    """The old one is asked for, the new one twice, and every session ends."""
    page = attendant.get("/staff/me")
    told = {"old": PASSPHRASE, "new": NEW, "again": NEW}
    for wrong in ({"old": "another"}, {"again": "other"}, {"new": "", "again": ""}):
        answer = attendant.send(page, "/staff/me/passphrase", {**told, **wrong})
        assert answer.status_code == 422, wrong
        page = answer.text
    assert attendant.send(page, "/staff/me/passphrase", told).status_code == 303
    assert attendant.client.get("/desk", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "/desk//evil.example",
        "/desk/../../evil", "/%2f%2fevil.example", "/desk\n//evil.example", "/desk?next=//evil.example",
        "javascript:alert(1)", "/deskevil", "/portal", "desk", "", "/desk/" + "a" * 400, "/ｄｅｓｋ",
        "/staff/sign-in", "/staff/sign-out", "/desk#x", " /desk", "/desk\t", "/desk/.hidden",
    ],
)  # fmt: skip
def test_sign_in_leads_nowhere_else(elsewhere: str) -> None:
    """Open redirect: anything that is not letter by letter a page of the staff's."""
    assert onward(elsewhere, "/console") == "/console"


@pytest.mark.parametrize(
    "own", ["/desk", "/desk/campaigns", "/console/purposes/gate", "/kiosk", "/staff/me"]
)
def test_sign_in_leads_to_our_own_pages(own: str) -> None:
    """Control."""
    assert onward(own, "/console") == own
