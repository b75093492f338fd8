"""Links to the portal in the wrong hands: stolen, previewed, forged, mixed up, sent from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.governance.invitations import InvitationState
from facekeep.terms.values import ConsentState
from facekeep.web.pages.site import VISIT
from facekeep.web.portal.standing import Person
from tests.attacks.http import TestClient
from tests.attacks.toolkit import STORES, Site, agree, publish, purpose_text
from tests.rooms.web.portal.walking import (
    PIN,
    fields_of,
    invited,
    send_pictures,
    start_capture,
    walker,
)
from tests.rooms.web.portal.walking import agree as agree_at_the_portal

PAGES = ("", "/choice", "/other-way", "/later", "/consent", "/guardian")
MINE = ("/mine/receipts", "/mine/storage", "/mine/face", "/mine/face/done")


@pytest.fixture
def thief(site: Site, house: House) -> Iterator[TestClient]:
    """Somebody who found a link."""
    with walker(house, site.settings, site.people) as client:
        yield client


@pytest.fixture
def anna(site: Site, house: House) -> Iterator[TestClient]:
    """Whom it was meant for."""
    with walker(house, site.settings, site.people) as client:
        yield client


def test_a_stolen_link_shows_nothing_that_is_annas(thief: TestClient, house: House) -> None:
    """Who she is stands on no page of it, and her own pages stay shut."""
    path = invited(house, "resident-anna")

    pages = [thief.get(path + page) for page in PAGES]

    assert not [one for one in pages if "resident-anna" in one.text]
    assert {thief.get(page).status_code for page in MINE} == {401}


def test_a_stolen_link_of_somebody_who_consented_at_the_desk_sets_no_pin(
    thief: TestClient, house: House
) -> None:
    """A PIN of the thief's would open her whole story."""
    path = invited(house, "anna")
    page = thief.get(f"{path}/consent").text
    agree(house, "anna")

    for _ in range(2):
        fields = {**fields_of(page, f"{path}/consent"), "pin": PIN, "pin_again": PIN}
        answer = thief.post(f"{path}/consent", data=fields, follow_redirects=False)
        assert answer.headers["location"] == path
        assert VISIT not in answer.cookies

    assert house.second_factors.standing("anna", "gate") == []
    assert {thief.get(page).status_code for page in MINE} == {401}


def test_a_stolen_link_sets_no_second_pin(
    thief: TestClient, anna: TestClient, house: House
) -> None:
    """Once answered, it asks for the one that was set."""
    path = invited(house, "anna")
    stolen = thief.get(f"{path}/consent").text
    agree_at_the_portal(anna, path)

    fields = {**fields_of(stolen, f"{path}/consent"), "pin": "135791", "pin_again": "135791"}
    answer = thief.post(f"{path}/consent", data=fields, follow_redirects=False)

    assert answer.headers["location"] == path
    assert thief.get("/mine/receipts").status_code == 401


def test_a_removed_pin_is_not_taken_for_one_that_was_never_set(
    thief: TestClient, anna: TestClient, house: House
) -> None:
    """The desk forgets her PIN; the link does not take another one."""
    from facekeep.use.second_factors import FactorKind

    path = invited(house, "anna")
    agree_at_the_portal(anna, path)
    house.second_factors.remove("anna", "gate", FactorKind.PIN)

    answer = thief.get(f"{path}/consent", follow_redirects=False)

    assert answer.headers["location"] == path
    assert thief.get(path, follow_redirects=False).headers["location"] == f"{path}/open"


def test_a_link_of_one_purpose_opens_no_other(anna: TestClient, house: House) -> None:
    """Her receipt of another purpose is not handed out here."""
    publish(house, purpose_text("vault"))
    other = agree(house, "anna", "vault").id.hex()

    agree_at_the_portal(anna, invited(house, "anna"))

    assert other not in anna.get("/mine/receipts").text
    assert anna.get(f"/mine/receipts/{other}/file").status_code == 404


def test_a_capture_link_of_somebody_else_enrols_neither(
    anna: TestClient, thief: TestClient, house: House, site: Site
) -> None:
    """Bert is at his own pages and sends his face with a link that was made for anna."""
    agree_at_the_portal(anna, invited(house, "anna"))
    agree_at_the_portal(thief, invited(house, "bert"))
    hers, his = start_capture(anna).text, start_capture(thief).text
    link = fields_of(hers, "/mine/face")["link"]

    fields = {**fields_of(his, "/mine/face"), "link": link, "source": "camera"}
    files = [("photo", ("1.jpg", site.good_photo("bert"), "image/jpeg"))]
    answer = thief.post("/mine/face", data=fields, files=files)

    assert answer.status_code == 422
    gate = house.home.purposes.get("gate")
    assert not Person(house, "anna", gate).enrolled
    assert not Person(house, "bert", gate).enrolled


def test_a_visit_that_was_laid_before_somebody_is_not_taken_up(
    anna: TestClient, thief: TestClient, house: House
) -> None:
    """Session fixation: the name of a visit is new at every consent."""
    planted = {"Cookie": f"{VISIT}=planted-by-somebody-else"}
    path = f"{invited(house, 'anna')}/consent"
    fields = fields_of(anna.get(path, headers=planted).text, path)

    answer = anna.post(
        path, data={**fields, "pin": PIN, "pin_again": PIN}, headers=planted, follow_redirects=False
    )

    assert answer.headers["location"] == "/mine/receipts"
    assert answer.cookies[VISIT] not in planted["Cookie"]
    assert thief.get("/mine/receipts", headers=planted).status_code == 401


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"}, {"Origin": "null"},
])  # fmt: skip
def test_another_site_answers_in_nobodys_name(
    anna: TestClient, house: House, headers: dict[str, str]
) -> None:
    """Even one that knows the link."""
    path = invited(house, "anna")
    choice, consent = (anna.get(path + page).text for page in ("/choice", "/consent"))

    for action, page, filled in (
        ("/other-way", choice, {}), ("/later", choice, {}),
        ("/consent", consent, {"pin": PIN, "pin_again": PIN}),
    ):  # fmt: skip
        fields = {**fields_of(page, path + action), **filled}
        assert anna.post(path + action, data=fields, headers=headers).status_code == 403

    assert house.requests.state("anna", "gate") is ConsentState.REQUESTED
    assert house.consents.show("anna", "gate") == []


def test_a_form_of_another_visit_is_refused(anna: TestClient, house: House, site: Site) -> None:
    """Its hidden token is that visit's own."""
    agree_at_the_portal(anna, invited(house, "anna"))
    page = start_capture(anna).text
    forged = {**fields_of(page, "/mine/face"), "token": "0" * 32}

    answer = anna.post("/mine/face", data=forged, files=[("photo", ("1.jpg", b"anna#1"))])

    assert answer.status_code == 403
    assert not Person(house, "anna", house.home.purposes.get("gate")).enrolled


def test_no_page_gives_the_link_away(anna: TestClient, house: House) -> None:
    """Another site learns of it by no referrer, a cache keeps no page of it."""
    path = invited(house, "anna")

    for page in PAGES:
        headers = anna.get(path + page).headers
        assert headers["referrer-policy"] in ("same-origin", "no-referrer")
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_neither_link_nor_pin_nor_picture_lies_in_a_store(
    anna: TestClient, house: House, site: Site
) -> None:
    """What opens something, and what shows somebody, is nowhere in the home's files."""
    path = invited(house, "anna")
    agree_at_the_portal(anna, path)
    page = start_capture(anna).text
    secrets = [path.rpartition("/")[2], fields_of(page, "/mine/face")["link"], "480913"]
    photo = b"\xff\xd8 a picture that nobody keeps #7" * 8
    send_pictures(anna, page, photo)

    house.home.records.sweep()
    raw = b"".join(file.read_bytes() for store in STORES for file in site.home.glob(f"{store}.db*"))

    assert not [one for one in secrets if one.encode() in raw]
    assert photo[:32] not in raw


@pytest.mark.parametrize("sent", [
    b"", b"\x00" * 64, b"GIF89a" + b"\x00" * 64, b"%PDF-1.7", b"PK\x03\x04" + b"\x00" * 64,
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"\xff\xd8\xff\xe0" + b"A" * 4096,
])  # fmt: skip
def test_an_upload_of_anything_enrols_nobody(anna: TestClient, house: House, sent: bytes) -> None:
    """It is answered in words, and the link of the next try is another one."""
    agree_at_the_portal(anna, invited(house, "anna"))
    page = start_capture(anna).text

    answer = send_pictures(anna, page, sent)

    assert answer.status_code == 422
    assert b"onload" not in answer.content
    assert not Person(house, "anna", house.home.purposes.get("gate")).enrolled


def test_a_campaign_counts_an_answer_once(anna: TestClient, house: House) -> None:
    """However often the link is opened, in however many tabs it is answered."""
    path = invited(house, "anna", campaign="spring")
    for _ in range(3):
        anna.get(f"{path}/choice")
    agree_at_the_portal(anna, path)
    anna.get(path)

    counts = house.home.invitations.campaigns()[("spring", "gate")]

    assert (counts["opened"], counts["consented"]) == (1, 1)
    opened = house.invitations.open(path.rpartition("/")[2])
    assert opened.invitation.state is InvitationState.CONSENTED


# -- links that were answered before ------------------------------------------------------------


def withdraw(house: House, subject: str = "anna") -> None:
    """Take the consent back, all the way."""
    leaving = house.withdrawals.begin(subject, "gate", "person")
    house.withdrawals.erase(leaving)
    house.withdrawals.close(leaving)


def test_after_a_withdrawal_an_old_link_agrees_to_nothing(
    thief: TestClient, anna: TestClient, house: House, site: Site
) -> None:
    """Its PIN died with the consent: whoever kept the link would enrol their own face under her name."""
    path = invited(house, "anna")
    old = {page: thief.get(path + page).text for page in ("/choice", "/consent")}
    agree_at_the_portal(anna, path)
    withdraw(house)

    fields = {**fields_of(old["/consent"], f"{path}/consent"), "pin": PIN, "pin_again": PIN}
    answers = [
        thief.post(f"{path}/other-way", data=fields_of(old["/choice"], f"{path}/other-way")),
        thief.post(f"{path}/later", data=fields_of(old["/choice"], f"{path}/later")),
        thief.post(f"{path}/consent", data=fields),
        *(thief.get(path + page) for page in ("", "/choice", "/consent", "/guardian")),
    ]

    assert {one.url.path for one in answers} == {path}
    assert all("This link has done its work" in one.text for one in answers)
    assert not any(one.stands for one in house.consents.show("anna", "gate"))
    assert {thief.get(page).status_code for page in MINE} == {401}


def test_after_a_withdrawal_a_new_link_begins_anew(anna: TestClient, house: House) -> None:
    """Handed out at the desk, where somebody sees who asks."""
    agree_at_the_portal(anna, invited(house, "anna"))
    withdraw(house)
    anna.cookies.clear()

    answer = agree_at_the_portal(anna, house.invitations.hand_over("anna", "gate").path)

    assert answer.url.path == "/mine/receipts"
    assert house.consents.show("anna", "gate")[-1].stands


def test_a_new_text_is_agreed_to_with_the_pin_that_was_set(
    thief: TestClient, anna: TestClient, house: House
) -> None:
    """Not with one that whoever holds the link makes up; and no other answer gets around it."""
    path = invited(house, "anna")
    agree_at_the_portal(anna, path)
    anna.cookies.clear()
    publish(house, purpose_text(risk='{zh = "新的风险", en = "Another risk"}'))

    for _ in range(2):
        page = thief.get(f"{path}/consent").text
        assert 'name="pin_again"' not in page
        fields = {**fields_of(page, f"{path}/consent"), "pin": "135791", "pin_again": "135791"}
        assert thief.post(f"{path}/consent", data=fields).status_code == 422
        choice = thief.get(f"{path}/choice").text
        thief.post(f"{path}/other-way", data=fields_of(choice, f"{path}/other-way"))
    assert thief.get("/mine/receipts").status_code == 401

    answer = agree_at_the_portal(anna, path)

    assert answer.url.path == "/mine/receipts"
    gate = house.home.purposes.get("gate")
    assert Person(house, "anna", gate).consented


def test_five_guesses_of_the_pin_end_guessing(
    thief: TestClient, anna: TestClient, house: House
) -> None:
    """Then the right one opens nothing either, until it is set anew at the desk."""
    path = invited(house, "anna")
    agree_at_the_portal(anna, path)
    publish(house, purpose_text(risk='{zh = "新的风险", en = "Another risk"}'))

    for guess in range(6):
        page = thief.get(f"{path}/consent").text
        pin = PIN if guess == 5 else f"13579{guess}"
        answer = thief.post(
            f"{path}/consent", data={**fields_of(page, f"{path}/consent"), "pin": pin}
        )
        assert answer.status_code == 422

    assert not Person(house, "anna", house.home.purposes.get("gate")).consented


def test_a_link_for_a_guardian_takes_no_consent_of_the_child(
    thief: TestClient, house: House
) -> None:
    """The form of another link, sent to this one."""
    path = invited(house, "child", guardian=True)
    other = invited(house, "anna")
    fields = fields_of(thief.get(f"{other}/consent").text, f"{other}/consent")

    answer = thief.post(
        f"{path}/consent", data={**fields, "pin": PIN, "pin_again": PIN}, follow_redirects=False
    )

    assert answer.headers["location"] == f"{path}/guardian"
    assert house.consents.show("child", "gate") == []
