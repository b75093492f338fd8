"""Links that were stolen, visits that were stolen, forms of other sites: against a person's own pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.governance.deliveries import Kind, Words
from facekeep.web.app import application
from facekeep.web.logs import RequestLog, log_to
from facekeep.web.pages.site import VISIT
from facekeep.web.portal.visits import IDLE_S, LONGEST_S, Visits
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site, publish, purpose_text
from tests.rooms.web.portal.own import come_in, settled, withdraw
from tests.rooms.web.portal.walking import (
    ORIGIN,
    PIN,
    agree,
    fields_of,
    invited,
    send,
    text_of,
    walker,
)

OWN = (
    "/mine", "/mine/history", "/mine/history.csv", "/mine/withdraw", "/mine/reset", "/mine/other-way",
    "/mine/pin", "/mine/passkey", "/mine/cases/new", "/mine/receipts", "/mine/face",
)  # fmt: skip
ACTS = (
    "/mine/withdraw", "/mine/reset", "/mine/other-way", "/mine/pin", "/mine/passkey",
    "/mine/cases/new", "/mine/copy", "/mine/leave", f"/mine/notices/{'0' * 32}",
)  # fmt: skip


@pytest.fixture
def thief(site: Site, house: House) -> Iterator[TestClient]:
    """A browser of their own."""
    with walker(house, site.settings, site.people) as client:
        yield client


@pytest.fixture
def victim(site: Site, house: House) -> Iterator[TestClient]:
    """The person's browser, with the gate agreed to and used."""
    with walker(house, site.settings, site.people) as client:
        settled(client, site, house)
        site.ask(house, "anna")
        yield client


# -- stolen links ---------------------------------------------------------------------------


def test_an_unanswered_link_of_another_purpose_opens_no_story(
    thief: TestClient, victim: TestClient, house: House
) -> None:
    """Somebody steals the link to the gym and sets a PIN there: the gate's story stays shut."""
    publish(house, purpose_text("gym"))
    stolen = invited(house, "anna", "gym")
    assert thief.get(f"{stolen}/open", follow_redirects=False).headers["location"] == stolen
    assert agree(thief, stolen, "975312").status_code == 200

    shown = [thief.get(path).text for path in ("/mine", "/mine/history", "/mine/history.csv")]
    copy = send(thief, shown[0], "/mine/copy").content
    packed = zipfile.ZipFile(io.BytesIO(copy))

    assert not any("Face verified" in page or "gate" in page for page in shown)
    assert [one["purpose"] for one in json.loads(packed.read("answers.json"))] == ["gym"]
    assert b"gate" not in b"".join(packed.read(name) for name in packed.namelist())


def test_what_is_done_by_that_link_touches_that_purpose_alone(
    thief: TestClient, victim: TestClient, site: Site, house: House
) -> None:
    """Withdrawing, reading notices, asking: the gate goes on as before."""
    publish(house, purpose_text("gym"))
    house.outbox.tell("anna", "gate", Kind.MESSAGE, Words("门换了", "The door moved"), 3)
    (gates,) = house.outbox.banner("anna", "gate")
    agree(thief, invited(house, "anna", "gym"), "975312")
    token = fields_of(thief.get("/mine/withdraw").text, "/mine/withdraw")["token"]

    shown = house.home.deliveries.shown(gates).hex()
    read = thief.post(f"/mine/notices/{shown}", data={"token": token, "once": "n1"})
    event = house.home.journal.last(house.home.chain_of("anna", "gate"))
    assert event is not None
    entry = thief.get(f"/mine/history/{event.entry.id.hex()}")
    assert withdraw(thief).status_code == 200

    assert (read.status_code, entry.status_code) == (404, 404)
    assert len(house.outbox.banner("anna", "gate")) == 1
    assert victim.get("/mine").status_code == 200


def test_the_pin_of_one_purpose_opens_no_other(
    thief: TestClient, victim: TestClient, house: House
) -> None:
    """Nor one person's PIN another's pages."""
    path = invited(house, "bella")
    agree(thief, path, "975312")
    thief.cookies.clear()

    assert come_in(thief, path, PIN).status_code == 422
    assert thief.get("/mine").status_code == 401


def test_a_stolen_link_without_the_pin_shows_nothing(
    thief: TestClient, site: Site, house: House
) -> None:
    """The page asks; it says neither who, nor whether anything is kept."""
    path = settled(thief, site, house, "zhang-wei-1990")
    thief.cookies.clear()

    page = thief.get(f"{path}/open")

    assert "zhang" not in page.text
    for one in OWN:
        assert thief.get(one).status_code == 401, one


def test_five_guesses_are_all_there_are(thief: TestClient, site: Site, house: House) -> None:
    """Over however many browsers and pages."""
    path = settled(thief, site, house)
    for guess in ("111222", "222333", "333444", "444555", "555666"):
        thief.cookies.clear()
        assert come_in(thief, path, guess).status_code == 422
    thief.cookies.clear()

    assert come_in(thief, path, PIN).status_code == 422


def test_an_older_link_opens_nothing_once_a_newer_one_is_out(
    thief: TestClient, site: Site, house: House
) -> None:
    """The desk hands over a new one; whoever has the old one has paper."""
    old = settled(thief, site, house)
    thief.cookies.clear()
    new = house.invitations.hand_over("anna", "gate").path

    assert thief.get(f"{old}/open").status_code == 403
    assert come_in(thief, new).status_code == 200


# -- stolen visits, and none ----------------------------------------------------------------


@pytest.mark.parametrize("path", OWN)
def test_nobody_is_shown_a_page_without_a_visit(thief: TestClient, path: str) -> None:
    """In words, with a status a program understands, and kept by no browser."""
    answer = thief.get(path)

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("how", ["foreign", "origin", "no token", "stolen token", "no once"])
def test_no_act_is_done_for_another_site(
    victim: TestClient, site: Site, house: House, path: str, how: str
) -> None:
    """Cross-site request forgery, with all a forger could know."""
    token = fields_of(victim.get("/mine/pin").text, "/mine/pin")["token"]
    data = {"token": token, "once": "n1", "kind": "deletion", "new": PIN, "pin_again": PIN}
    headers: dict[str, str] = {}
    match how:
        case "foreign":
            headers = {"Sec-Fetch-Site": "cross-site"}
        case "origin":
            headers = {"Origin": "https://evil.example"}
        case "no token":
            data["token"] = ""
        case "stolen token":
            data["token"] = "f" * 32
        case _:
            data = {"token": token[:-1] + "x"}
    before = _state(house)

    answer = victim.post(path, data=data, headers=headers)

    assert answer.status_code == 403
    assert _state(house) == before
    assert site.matches(house, "anna")


def test_a_planted_visit_is_not_taken_up(thief: TestClient, site: Site, house: House) -> None:
    """Session fixation: the thief's own visit, set in the person's browser, ends when they come in."""
    agree(thief, invited(house, "mallory"), "975312")
    planted = thief.cookies[VISIT]
    path = settled(thief, site, house)  # another person, in the browser with the planted visit

    with walker(house, site.settings, site.people) as person:
        headers = {"Cookie": f"{VISIT}={planted}"}
        page = person.get(f"{path}/open", headers=headers).text
        data = {**fields_of(page, f"{path}/open"), "pin": PIN}
        person.post(f"{path}/open", data=data, headers=headers)

        assert person.cookies[VISIT] != planted
        person.cookies.clear()
        assert person.get("/mine", headers=headers).status_code == 401


def test_a_visit_ends_by_itself() -> None:
    """After a quarter of an hour of silence, and after two hours in any case."""
    now = 1_000.0
    visits = Visits(lambda: now)
    quiet, busy = (visits.begin("anna", "gate", "link") for _ in range(2))
    began = now
    while now < began + LONGEST_S:
        now += IDLE_S - 1
        if now <= began + LONGEST_S:
            visits.find(busy)

    for name in (quiet, busy, "", "x" * 9_000, "\ud800"):
        with pytest.raises(Exception, match="visit is over"):
            visits.find(name)


# -- what is led elsewhere, what is left behind -----------------------------------------------


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_led_away(victim: TestClient, away: str) -> None:
    """No field and no query of ours becomes an address."""
    for path in (*OWN, "/check", "/cases", "/cases/new"):
        for name in ("next", "back", "to", "lang", "c", "kind", "event", "purpose"):
            answer = victim.get(path, params={name: away}, follow_redirects=False)
            assert not answer.headers.get("location", "").startswith(("//", "http", "/\\"))
            assert f'href="{away}' not in answer.text
            assert f'action="{away}' not in answer.text


@pytest.mark.parametrize("path", [*OWN, "/check", "/cases", "/cases/new"])
def test_a_page_asks_for_nothing_from_elsewhere(victim: TestClient, path: str) -> None:
    """Its policy forbids it, no address in it leads away, and no style or script lies in it."""
    answer = victim.get(path)
    if not answer.headers["content-type"].startswith("text/html"):
        return

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"""(?:href|src|action)=["'](?:https?:)?//""", answer.text)
    assert not re.search(
        r"<style|<script(?! type=\"module\" src=\"/assets/)|\son\w+=|\sstyle=", answer.text
    )


@pytest.mark.parametrize("style", ["json", "console"])
def test_the_log_knows_no_link_no_pin_and_no_code(site: Site, house: House, style: Any) -> None:
    """Whoever reads it opens nothing with it."""
    stream = io.StringIO()
    log = RequestLog(log_to(stream, style), site.settings)
    app = application(house, site.settings, lambda *_: site.people, log)  # type: ignore[arg-type,return-value]
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as person:
        path = settled(person, site, house, "zhang-wei-1990")
        name = person.cookies[VISIT]
        person.cookies.clear()
        come_in(person, path)
        page = person.get("/mine/cases/new", params={"kind": "complaint"}).text
        page = send(person, page, "/mine/cases/new", text="secret words").text
        code = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}-[A-Z2-7]{2}", page)
        assert code
        send(person, person.get("/cases").text, "/cases", code=code[0])
        withdraw(person)

    told = stream.getvalue()
    assert told.count("/p/{token}/open") == 2
    for secret in (path.rpartition("/")[2], PIN, name, code[0], "zhang", "secret words"):
        assert secret not in told


def test_back_from_a_withdrawal_by_another_visit_shows_nobody(
    victim: TestClient, site: Site, house: House
) -> None:
    """The consent is ended at the desk while the person reads: their pages say so at once."""
    house.withdrawals.withdraw("anna", "gate")

    for path in OWN:
        answer = victim.get(path)
        assert answer.status_code in (401, 403), (path, answer.status_code)
        assert "Face verified" not in text_of(answer.text)


def _state(house: House) -> tuple[int, int]:
    """What an act would have changed: the person's story and the cases."""
    home = house.home
    return home.journal.length(home.chain_of("anna", "gate")), len(home.cases.every())
