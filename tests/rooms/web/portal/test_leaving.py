"""Taking it back: no more steps than giving, at once, with a receipt; and going back afterwards."""

from __future__ import annotations

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from facekeep.assembly import House
from facekeep.rights import receipts
from facekeep.rights.receipts import Receipt
from facekeep.terms.errors import ConsentWithdrawn, DiskFull, Refused
from facekeep.web.lanes import is_leaving
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.rooms.web.portal.own import come_in, settled, withdraw
from tests.rooms.web.portal.walking import agree, fields_of, invited, send, text_of, walker


def test_the_receipt_is_on_the_page_and_holds(
    browser: TestClient, site: Site, house: House
) -> None:
    """It is checked with the ledger's public key alone, and nothing of the person is left."""
    settled(browser, site, house)

    answer = withdraw(browser)

    assert answer.status_code == 200
    assert "Your consent has ended and your face data is erased" in text_of(answer.text)
    receipt = _receipt(answer.text)
    assert receipts.verify_against(receipt, house.home.signer.vkey, house.home).references == 1
    with pytest.raises((ConsentWithdrawn, Refused)):
        site.ask(house, "anna")


def test_it_says_what_will_happen_in_three_sentences(
    browser: TestClient, site: Site, house: House
) -> None:
    """And asks for one click: no reason, no PIN again, no second thoughts."""
    settled(browser, site, house)

    page = browser.get("/mine/withdraw").text

    assert len(re.findall("<li>", page.partition("<main")[2])) == 3
    assert page.count("<form") == 1
    assert set(fields_of(page, "/mine/withdraw")) == {"token", "once"}
    assert "required" not in page


def test_it_takes_no_more_steps_than_consenting(
    browser: TestClient, site: Site, house: House
) -> None:
    """Pages that are opened and forms that are sent, both ways counted (PIPL art. 15)."""
    path = invited(house)
    given = [browser.get(path), browser.get(f"{path}/choice"), browser.get(f"{path}/consent")]
    page = given[-1].text
    given.append(send(browser, page, f"{path}/consent", pin="480913", pin_again="480913"))
    assert all(one.status_code == 200 for one in given)

    first = browser.get("/mine")
    assert 'href="/mine/withdraw"' in first.text
    taken_back = [first, withdraw(browser)]  # which opens the page that asks

    assert taken_back[-1].status_code == 200
    assert len(taken_back) + 1 <= len(given)


def test_two_clicks_get_one_receipt(browser: TestClient, site: Site, house: House) -> None:
    """The visit is over by the second one; its answer is the first one's."""
    settled(browser, site, house)
    fields = fields_of(browser.get("/mine/withdraw").text, "/mine/withdraw")

    first, second = (browser.post("/mine/withdraw", data=fields) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert _receipt(first.text).event == _receipt(second.text).event


def test_two_clicks_at_the_same_moment_get_one_receipt(
    browser: TestClient, site: Site, house: House
) -> None:
    """The second waits for the first."""
    settled(browser, site, house)
    fields = fields_of(browser.get("/mine/withdraw").text, "/mine/withdraw")

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(browser.post, "/mine/withdraw", data=fields) for _ in range(2)]
        answers = [one.result() for one in tries]

    assert [one.status_code for one in answers] == [200, 200]
    assert len({_receipt(one.text).event for one in answers}) == 1


def test_two_tabs_end_it_once(browser: TestClient, site: Site, house: House) -> None:
    """The second tab's form is another one: it is told in words that the visit is over."""
    settled(browser, site, house)
    one, other = (fields_of(browser.get("/mine/withdraw").text, "/mine/withdraw") for _ in range(2))

    assert browser.post("/mine/withdraw", data=one).status_code == 200
    late = browser.post("/mine/withdraw", data=other)

    assert late.status_code == 401
    assert "Your visit is over" in text_of(late.text)


@pytest.mark.parametrize(
    "path",
    ["/mine", "/mine/history", "/mine/withdraw", "/mine/reset", "/mine/pin", "/mine/cases/new"],
)
def test_going_back_after_it_shows_words(
    browser: TestClient, site: Site, house: House, path: str
) -> None:
    """No page of before is kept by the browser, and none opens again."""
    settled(browser, site, house)
    assert "no-store" in browser.get(path).headers["cache-control"]
    withdraw(browser)

    answer = browser.get(path)

    assert answer.status_code == 401
    assert "Your visit is over" in text_of(answer.text)


def test_every_visit_of_the_person_ends(browser: TestClient, site: Site, house: House) -> None:
    """On another device too, and the PIN opens nothing."""
    path = settled(browser, site, house)
    elsewhere = {"Cookie": f"__Host-facekeep-mine={browser.cookies['__Host-facekeep-mine']}"}
    browser.cookies.clear()
    come_in(browser, path)
    withdraw(browser)
    browser.cookies.clear()

    assert browser.get("/mine", headers=elsewhere).status_code == 401
    assert browser.get(f"{path}/open", follow_redirects=False).headers["location"] == path


def test_the_receipt_is_kept_as_a_file(browser: TestClient, site: Site, house: House) -> None:
    """Without scripts, after the visit is over, and without a copy of ours."""
    settled(browser, site, house)
    page = withdraw(browser).text

    kept = send(browser, page, "/check/paper")

    assert kept.headers["content-disposition"].endswith('facekeep-erasure-receipt.json"')
    assert Receipt.from_json(kept.text) == _receipt(page)


def test_only_papers_of_ours_are_handed_back(browser: TestClient, site: Site, house: House) -> None:
    """The address that saves a receipt makes no files for anybody else."""
    settled(browser, site, house)
    page = withdraw(browser).text
    fields = fields_of(page, "/check/paper")
    altered = json.loads(fields["paper"])
    altered["body"]["purpose"] = "<script>alert(1)</script>"

    for paper in ("", "{}", "<script>alert(1)</script>", json.dumps(altered)):
        answer = browser.post("/check/paper", data={**fields, "paper": paper})
        assert answer.status_code >= 400
        assert "attachment" not in answer.headers.get("content-disposition", "")
        assert "<script>alert" not in answer.text


def test_a_store_that_is_away_holds_nobody_back(
    browser: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds at once; the page says where the receipt will be, and it is there."""
    path = settled(browser, site, house)
    with monkeypatch.context() as away:
        away.setattr(type(house.home.eraser), "depart", _away)
        answer = withdraw(browser)
        look = _link_to_receipt(answer.text, path)
        early = browser.get(look)

    assert answer.status_code == 202
    assert "the erasure is being completed" in text_of(answer.text)
    assert early.status_code == 200
    with pytest.raises((ConsentWithdrawn, Refused)):
        site.ask(house, "anna")

    house.close()
    with site.open() as later, walker(later, site.settings, site.people) as again:
        page = again.get(look).text  # the next start finished it

    assert "your face data is erased" in text_of(page)
    assert _receipt(page).event == look.rpartition("/")[2][:32]


def test_a_number_that_nobody_gave_out_is_nothing_that_lies_here(
    browser: TestClient, house: House
) -> None:
    """Nobody is told of an erasure that never was."""
    path = invited(house)

    assert browser.get(f"{path}/left/{'0' * 32}").status_code == 404
    assert browser.get(f"{path}/left/../../etc/passwd").status_code == 404


def test_a_full_disk_keeps_nobody(
    browser: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of it is for withdrawals, and for the way to them; what is not is refused in words."""
    path = settled(browser, site, house)
    page = browser.get("/mine").text
    browser.cookies.clear()
    monkeypatch.setattr(type(house.home.ballast), "require", _full)

    opened = come_in(browser, path)
    copy = send(browser, opened.text, "/mine/copy")
    gone = withdraw(browser)

    assert "One half of a split number" in text_of(page)
    assert opened.status_code == 200
    assert copy.status_code == 503
    assert "your face data is erased" in text_of(gone.text)


def test_a_suspended_purpose_keeps_nobody(browser: TestClient, site: Site, house: House) -> None:
    """A right outlives what it is a right against."""
    path = settled(browser, site, house)
    house.purposes.suspend("gate", "Director Lin", "major incident")
    browser.cookies.clear()

    assert come_in(browser, path).status_code == 200
    for page in ("/mine/history", "/mine/cases/new", "/mine/other-way", "/mine/reset"):
        assert browser.get(page).status_code == 200, page
    assert "your face data is erased" in text_of(withdraw(browser).text)


def test_it_passes_the_queue() -> None:
    """Whoever leaves waits behind nobody who asks (``web.lanes``)."""
    assert is_leaving({"type": "http", "method": "POST", "path": "/mine/withdraw"})
    assert not is_leaving({"type": "http", "method": "POST", "path": "/mine/withdraw/x"})
    assert not is_leaving({"type": "http", "method": "POST", "path": "/mine"})


def test_another_site_withdraws_for_nobody(browser: TestClient, site: Site, house: House) -> None:
    """Cross-site request forgery, with and without the hidden token."""
    settled(browser, site, house)
    fields = fields_of(browser.get("/mine/withdraw").text, "/mine/withdraw")

    foreign = browser.post(
        "/mine/withdraw", data=fields, headers={"Origin": "https://evil.example"}
    )
    stale = browser.post("/mine/withdraw", data={**fields, "token": "0" * 32})
    bare = browser.post("/mine/withdraw", data={"token": fields["token"]})

    assert [one.status_code for one in (foreign, stale, bare)] == [403] * 3
    assert site.matches(house, "anna")


def test_whoever_left_may_agree_again(browser: TestClient, site: Site, house: House) -> None:
    """By a new link, with a new PIN; nothing of before is shown."""
    settled(browser, site, house)
    withdraw(browser)
    browser.cookies.clear()
    path = house.invitations.hand_over("anna", "gate").path

    assert agree(browser, path, "975312").status_code == 200
    assert "Face verified" not in text_of(browser.get("/mine/history").text)


def _full(*_: object) -> None:
    raise DiskFull("the disk is full", "Free some space; withdrawals are still taken")


def _away(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("unable to open database file")


def _receipt(page: str) -> Receipt:
    found = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    assert found
    return Receipt.from_json(unescape(found[1]))


def _link_to_receipt(page: str, path: str) -> str:
    found = re.search(rf'href="({path}/left/[0-9a-f]{{64}})"', page)
    assert found
    return found[1]
