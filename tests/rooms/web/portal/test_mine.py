"""What is held, what happened, the copy, the reset: of one purpose, in words, without a face."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html import unescape

import pytest

from facekeep.assembly import House
from facekeep.cli.words import WORDS as TERMINAL
from facekeep.governance.deliveries import Kind, Words
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.web.portal.words import happened
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.rooms.web.portal.own import come_in, settled
from tests.rooms.web.portal.walking import PIN, agree, fields_of, invited, send, text_of

HAN = re.compile("[\u4e00-\u9fff]")
PAGES = (
    "/mine", "/mine/history", "/mine/withdraw", "/mine/reset", "/mine/other-way", "/mine/pin",
    "/mine/passkey", "/mine/cases/new", "/mine/cases/new?kind=correction",
    "/mine/cases/new?kind=complaint", "/cases/new", "/cases", "/check",
)  # fmt: skip


def test_it_says_what_is_held_and_shows_no_face(
    browser: TestClient, site: Site, house: House
) -> None:
    """Halves of a number, a purpose, a term, a consent, three questions; no picture."""
    settled(browser, site, house)

    page = browser.get("/mine").text

    told = text_of(page)
    assert "One half of a split number" in told
    for question in ("Why is my face collected", "How is it kept", "What is the risk"):
        assert question in told
    assert "in force" in told
    assert "<img" not in page


def test_every_page_speaks_one_language(browser: TestClient, site: Site, house: House) -> None:
    """English pages hold no Chinese but the link to it; Chinese ones are Chinese."""
    settled(browser, site, house)
    for path in PAGES:
        mark = "&" if "?" in path else "?"
        english = text_of(browser.get(f"{path}{mark}lang=en").text).replace("中文", "")
        assert not HAN.search(english), (path, HAN.search(english))
        chinese = browser.get(f"{path}{mark}lang=zh")
        assert chinese.status_code == 200
        assert len(HAN.findall(text_of(chinese.text))) > 60, path


def test_looking_again_at_once_is_written_down_once(
    browser: TestClient, site: Site, house: House
) -> None:
    """Whoever reloads a page does not fill their own history with it."""
    settled(browser, site, house)
    browser.get("/mine")
    before = house.home.journal.length(house.home.chain_of("anna", "gate"))
    browser.get("/mine")
    browser.get("/mine")

    assert house.home.journal.length(house.home.chain_of("anna", "gate")) == before

    site.ask(house, "anna")
    browser.get("/mine")

    assert house.home.journal.length(house.home.chain_of("anna", "gate")) == before + 2


def test_the_history_tells_every_use_with_place_and_outcome(
    browser: TestClient, site: Site, house: House
) -> None:
    """In words: no code of ours stands on the page."""
    settled(browser, site, house)
    site.ask(house, "anna")
    site.ask(house, "anna", site.good_photo("mallory"))

    told = text_of(browser.get("/mine/history").text)

    assert told.count("Face verified (1:1)") == 2
    assert told.index(" no match ") < told.index(" match Where")
    assert told.count("Gate, gate-door") + told.count("Entrance, gate-door") == 3
    assert "use:verification" not in told


def test_an_entry_is_proved_before_the_readers_eyes(
    browser: TestClient, site: Site, house: House
) -> None:
    """What the page shows is enough to check it without us."""
    settled(browser, site, house)
    house.seal_checkpoint()
    event = _events(browser)[-1]

    page = browser.get(f"/mine/history/{event}").text

    assert "It holds" in text_of(page)
    note, proof = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    proved = Proof.from_json(unescape(proof))
    assert verify_proof(proved, unescape(note), house.home.signer.vkey).id.hex() == event


def test_an_entry_without_a_checkpoint_says_so(
    browser: TestClient, site: Site, house: House
) -> None:
    """It is not called proved before it is."""
    settled(browser, site, house)
    site.ask(house, "anna")

    page = browser.get(f"/mine/history/{_events(browser)[0]}")

    assert "No checkpoint covers this entry yet" in text_of(page.text)


def test_anothers_entry_is_nothing_that_lies_here(
    browser: TestClient, site: Site, house: House
) -> None:
    """Nor is one that never was, nor one of the home's own."""
    settled(browser, site, house)
    site.enrol(house, "bella")
    bella = house.home.journal.last(house.home.chain_of("bella", "gate"))
    own = house.home.journal.last(house.home.purpose_chain("gate"))
    assert bella is not None
    assert own is not None

    for event in (bella.entry.id.hex(), own.entry.id.hex(), "0" * 32):
        assert browser.get(f"/mine/history/{event}").status_code == 404
    assert browser.get("/mine/history/../../etc/passwd").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999"])
def test_an_impossible_page_is_said_in_words(
    browser: TestClient, site: Site, house: House, page: str
) -> None:
    """A page of a history is a number."""
    settled(browser, site, house)

    assert browser.get("/mine/history", params={"page": page}).status_code == 422


def test_a_long_history_has_pages(browser: TestClient, site: Site, house: House) -> None:
    """Newest first; behind the last one there is nothing, in words."""
    settled(browser, site, house)
    chain = house.home.chain_of("anna", "gate")
    for _ in range(60):
        house.home.note(chain, "rights:answer:given")

    first, last = (len(_events(browser, f"/mine/history?page={n}")) for n in (1, 3))

    assert first == 25
    assert 0 < last < 25
    assert "Nothing has happened yet" in text_of(browser.get("/mine/history?page=9").text)


def test_the_table_is_whole_and_computes_nothing(
    browser: TestClient, site: Site, house: House
) -> None:
    """One row an entry."""
    settled(browser, site, house)
    site.ask(house, "anna")

    answer = browser.get("/mine/history.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == house.home.journal.length(house.home.chain_of("anna", "gate"))
    assert rows[0]["outcome"] == "match"
    assert "attachment" in answer.headers["content-disposition"]


def test_the_copy_is_of_this_purpose_and_holds_no_face(
    browser: TestClient, site: Site, house: House
) -> None:
    """JSON-LD and a page to read; the look is written down."""
    settled(browser, site, house)
    page = browser.get("/mine").text

    answer = send(browser, page, "/mine/copy")

    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert {"README.html", "consents.jsonld", "history.json", "manifest.json"} <= set(
        packed.namelist()
    )
    assert list(json.loads(packed.read("history.json"))) == ["gate"]
    last = house.home.journal.last(house.home.chain_of("anna", "gate"))
    assert last is not None
    assert last.entry.kind == "rights:copy:given"


def test_a_reset_renews_without_a_camera(browser: TestClient, site: Site, house: House) -> None:
    """Sent twice it is done once, and the person is recognised as before."""
    settled(browser, site, house)
    before = site.row(house, "anna").epoch
    fields = fields_of(browser.get("/mine/reset").text, "/mine/reset")

    first, second = (browser.post("/mine/reset", data=fields) for _ in range(2))

    assert "Your face is reset" in text_of(first.text)
    assert second.text == first.text
    assert site.row(house, "anna").epoch != before
    renewed = [e for e in _kinds(house) if e == "storage:reference:renewed"]
    assert len(renewed) == 1
    assert site.matches(house, "anna")


def test_nothing_is_there_to_reset_before_enrolment(browser: TestClient, house: House) -> None:
    """And no button pretends otherwise."""
    agree(browser, invited(house))

    page = browser.get("/mine/reset").text

    assert "No face data is kept that could be reset." in text_of(page)
    assert 'action="/mine/reset"' not in page


def test_a_notice_is_read_before_anything_is_compared(
    browser: TestClient, site: Site, house: House
) -> None:
    """Of this person alone; another number reads nothing."""
    settled(browser, site, house)
    house.outbox.tell("anna", "gate", Kind.MESSAGE, Words("门换了", "<b>The door moved</b>"), 3)

    page = browser.get("/mine").text

    assert "&lt;b&gt;The door moved" in page
    (action,) = re.findall(r'action="(/mine/notices/[0-9a-f]{32})"', page)
    fields = fields_of(page, action)
    assert browser.post(f"/mine/notices/{'0' * 32}", data=fields).status_code == 404
    assert "The door moved" not in browser.post(action, data=fields).text
    assert house.outbox.banner("anna") == []


def test_the_pin_is_changed_by_whoever_knows_it(
    browser: TestClient, site: Site, house: House
) -> None:
    """Other visits end; the old PIN opens nothing any more."""
    path = settled(browser, site, house)
    old_name = browser.cookies["__Host-facekeep-mine"]
    page = browser.get("/mine/pin").text

    wrong = send(browser, page, "/mine/pin", old="135791", new="975312", pin_again="975312")
    differs = send(browser, page, "/mine/pin", old=PIN, new="975312", pin_again="975313")
    easy = send(browser, page, "/mine/pin", old=PIN, new="123456", pin_again="123456")
    short = send(browser, page, "/mine/pin", old=PIN, new="9753", pin_again="9753")

    assert [one.status_code for one in (wrong, differs, easy, short)] == [422] * 4
    assert PIN not in wrong.text
    assert "975312" not in wrong.text

    page = browser.get("/mine/pin").text
    done = send(browser, page, "/mine/pin", old=PIN, new="975312", pin_again="975312")

    assert "The PIN is changed" in text_of(done.text)
    assert browser.cookies["__Host-facekeep-mine"] != old_name
    assert browser.get("/mine").status_code == 200
    browser.cookies.clear()
    assert come_in(browser, path).status_code == 422
    assert come_in(browser, path, "975312").status_code == 200


def test_without_an_address_no_passkey_is_offered(
    browser: TestClient, site: Site, house: House
) -> None:
    """The page says so, and a made-up answer is refused in words."""
    settled(browser, site, house)

    page = browser.get("/mine/passkey").text

    assert "No passkey can be added here." in text_of(page)
    fields = {"token": fields_of(browser.get("/mine/pin").text, "/mine/pin")["token"], "once": "a1"}
    for credential in ("", "{}", "[]", "null", "[" * 9_000, '{"response": 7}'):
        answer = browser.post("/mine/passkey", data={**fields, "credential": credential})
        assert answer.status_code in (403, 422), credential[:20]
        fields["once"] += "1"


def test_every_kind_of_entry_has_words() -> None:
    """Those the rooms write to a person's chain; an unknown one has words that hold for any."""
    known = {key for key in TERMINAL if key.startswith("did.") and key.count(":") == 2}
    assert known
    assert known <= set(happened.WORDS)


def _events(browser: TestClient, path: str = "/mine/history") -> list[str]:
    return re.findall(r'href="/mine/history/([0-9a-f]{32})"', browser.get(path).text)


def _kinds(house: House, subject: str = "anna") -> list[str]:
    return [
        told.entry.kind for told in house.home.journal.story(house.home.chain_of(subject, "gate"))
    ]
