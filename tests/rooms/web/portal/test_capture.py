"""The picture in the person's own browser: after a visible start, once, looked at and thrown away."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.terms.errors import (
    NoFace,
    NotAPicture,
    NotRecognised,
    PictureTooLarge,
    PresentationAttack,
    SeveralFaces,
    TooPoor,
)
from facekeep.terms.values import AttackVerdict
from facekeep.web.portal.capture import LINK_S, MOST
from facekeep.web.portal.door import PORTAL
from facekeep.web.portal.standing import Person
from tests.attacks.http import TestClient
from tests.attacks.toolkit import DAY, Site, Turnable, publish, purpose_text
from tests.rooms.web.portal.walking import (
    agree,
    fields_of,
    invited,
    send,
    send_pictures,
    start_capture,
    text_of,
)
from tests.rooms.web.steps import entries


def is_enrolled(house: House, purpose: str = "gate") -> bool:
    """Whether a reference of anna is kept."""
    return Person(house, "anna", house.home.purposes.get(purpose)).enrolled


@pytest.fixture
def consented(browser: TestClient, house: House) -> TestClient:
    """Anna has agreed and is at her own pages."""
    agree(browser, invited(house))
    return browser


def test_a_picture_becomes_a_reference(consented: TestClient, house: House, site: Site) -> None:
    """Two pictures from the camera; the page says what is kept and what was thrown away."""
    page = start_capture(consented).text

    answer = send_pictures(consented, page, site.good_photo("anna"), site.good_photo("anna", 20))

    told = text_of(answer.text)
    assert answer.url.path == "/mine/face/done"
    assert "What is kept" in told
    assert "What was thrown away" in told
    assert is_enrolled(house)
    assert site.matches(house, "anna", site.good_photo("anna", 40))


def test_looking_at_the_page_opens_no_capture(consented: TestClient, house: House) -> None:
    """No link, no camera, until start is pressed."""
    before = entries(house)

    page = consented.get("/mine/face")

    assert entries(house) == before
    assert "camera.mjs" not in page.text
    assert "camera=()" in page.headers["permissions-policy"]


def test_only_the_page_behind_the_start_may_ask_for_a_camera(consented: TestClient) -> None:
    """By the policy the browser holds us to."""
    page = start_capture(consented)

    assert "camera=(self)" in page.headers["permissions-policy"]
    assert "microphone=()" in page.headers["permissions-policy"]
    assert "camera=()" in consented.get("/mine/receipts").headers["permissions-policy"]


@pytest.mark.parametrize(
    ("pad", "kept"), [(AttackVerdict.NOT_CHECKED, False), (AttackVerdict.PASSED, True)]
)
def test_a_file_counts_where_the_attack_check_passed_it(
    consented: TestClient, house: House, site: Site, pad: AttackVerdict, *, kept: bool
) -> None:
    """Otherwise nothing is kept, and the way to the desk is named."""
    site.people.pad = pad
    page = start_capture(consented).text

    answer = send_pictures(consented, page, site.good_photo("anna"), source="file")

    assert is_enrolled(house) is kept
    if not kept:
        assert answer.status_code == 403
        assert "come to the desk" in text_of(answer.text)


@pytest.mark.parametrize("source", ["", "file", "Camera", "camera ", "<b>"])
def test_whatever_does_not_say_camera_is_a_file(
    consented: TestClient, house: House, site: Site, source: str
) -> None:
    """As it is without scripts."""
    page = start_capture(consented).text

    send_pictures(consented, page, site.good_photo("anna"), source=source)

    assert is_enrolled(house) is (source.strip() == "camera")


def test_a_picture_that_does_not_serve_is_said_in_words(
    consented: TestClient, house: House, site: Site
) -> None:
    """With a fresh link for the next try, which then works."""
    first = start_capture(consented).text

    second = send_pictures(consented, first, b"a cat")

    assert second.status_code == 422
    assert "No face" in text_of(second.text)
    assert fields_of(second.text, "/mine/face")["link"] != fields_of(first, "/mine/face")["link"]
    assert send_pictures(consented, second.text, site.good_photo("anna")).status_code == 200
    assert is_enrolled(house)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "reason", [NoFace, SeveralFaces, TooPoor, PresentationAttack, NotAPicture, PictureTooLarge]
)
def test_every_reason_is_told_with_what_helps(
    consented: TestClient,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    reason: type[NotRecognised],
    language: str,
) -> None:
    """In the language of the page."""

    def refuse(_: object) -> None:
        raise reason("No face was found in the picture")

    monkeypatch.setattr(site.people, "for_enrolment", refuse)
    consented.get("/mine/face", params={"lang": language})
    page = start_capture(consented).text

    answer = send_pictures(consented, page, b"anna#1")

    assert answer.status_code == 422
    assert PORTAL.words.say(f"face.help.{reason.code}", language) in text_of(answer.text)


@pytest.mark.parametrize(
    ("photos", "said"),
    [((), "No picture arrived"), ((b"",), "No picture arrived"), ((b"anna#1",) * 4, "At most 3")],
)
def test_none_and_too_many_are_said_before_the_link_is_used(
    consented: TestClient, house: House, photos: tuple[bytes, ...], said: str
) -> None:
    """Beside the field."""
    page = start_capture(consented).text

    answer = send_pictures(consented, page, *photos)

    assert len(photos) <= MOST or said.startswith("At most")
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert not is_enrolled(house)


def test_an_enrolment_sent_twice_is_one(consented: TestClient, house: House, site: Site) -> None:
    """The second click gets the first one's answer."""
    page = start_capture(consented).text
    photo = site.good_photo("anna")
    first = send_pictures(consented, page, photo)
    count = entries(house)

    second = send_pictures(consented, page, photo)

    assert (first.url, second.url) == (second.url, first.url)
    assert entries(house) == count


def test_a_link_that_is_over_is_begun_anew(
    consented: TestClient, house: House, site: Site, clock: Turnable
) -> None:
    """In words, on the page that starts again."""
    page = start_capture(consented).text
    clock.advance(LINK_S + 1)

    answer = send_pictures(consented, page, site.good_photo("anna"))

    assert answer.status_code == 422
    assert "The time for this picture is over" in text_of(answer.text)
    assert 'action="/mine/face/start"' in answer.text
    assert not is_enrolled(house)


@pytest.mark.parametrize("link", ["", "0" * 40, "<script>", "é" * 40])
def test_a_link_nobody_made_enrols_nobody(
    consented: TestClient, house: House, site: Site, link: str
) -> None:
    """Whatever it looks like."""
    page = start_capture(consented).text
    fields = {**fields_of(page, "/mine/face"), "link": link, "source": "camera"}

    answer = consented.post(
        "/mine/face", data=fields, files=[("photo", ("1.jpg", site.good_photo("anna")))]
    )

    assert answer.status_code == 422
    assert not is_enrolled(house)


@pytest.mark.parametrize(
    "profile", ["standard", "voice", "large_type", "no_challenge", "staffed", "x"]
)
def test_nobody_is_asked_to_blink_or_turn(
    consented: TestClient, house: House, site: Site, profile: str
) -> None:
    """In no profile; one we do not offer is the ordinary one."""
    page = start_capture(consented, profile).text

    assert "turn your head" not in page.lower()
    assert "blink" not in page.lower()
    known = profile in ("standard", "voice", "large_type", "no_challenge")
    assert fields_of(page, "/mine/face")["profile"] == (profile if known else "standard")
    assert send_pictures(consented, page, site.good_photo("anna")).status_code == 200


def test_without_a_visit_there_is_no_picture_page(browser: TestClient, house: House) -> None:
    """The link alone takes nobody's picture."""
    browser.get(invited(house))

    for answer in (browser.get("/mine/face"), browser.get("/mine/face/done")):
        assert answer.status_code == 401


def test_after_a_withdrawal_nothing_is_enrolled(
    consented: TestClient, house: House, site: Site
) -> None:
    """The page was open when they withdrew elsewhere."""
    page = start_capture(consented).text
    house.withdrawals.close(house.withdrawals.begin("anna", "gate", "person"))

    answer = send_pictures(consented, page, site.good_photo("anna"))

    assert answer.status_code in (401, 403)
    assert not is_enrolled(house)


def test_where_a_registered_device_is_asked_for_the_desk_is_named(
    browser: TestClient, house: House
) -> None:
    """No picture that would be refused is taken."""
    publish(house, purpose_text("strict", capture='"device"'))
    agree(browser, invited(house, purpose="strict"))

    page = browser.get("/mine/face").text

    assert "pictures are taken by a registered device" in text_of(page)
    assert "/mine/face/start" not in page


def test_the_start_of_an_old_page_takes_no_picture_without_consent(
    consented: TestClient, house: House, clock: Turnable
) -> None:
    """A consent that ran out meanwhile opens no camera."""
    page = consented.get("/mine/face").text
    clock.advance(400 * DAY)

    answer = send(consented, page, "/mine/face/start")

    assert "no picture is taken" in text_of(answer.text)
    assert "camera.mjs" not in answer.text


def test_coming_back_to_the_picture_page_begins_anew(consented: TestClient) -> None:
    """Its link is shown once."""
    answer = consented.get("/mine/face/start", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/mine/face")
