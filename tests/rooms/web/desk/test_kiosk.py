"""The kiosk: yes or no, the other way beside it, and nothing of the last person."""

from __future__ import annotations

from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind, Request
from facekeep.use.second_factors import Factor, FactorKind
from tests.attacks.toolkit import Site, agree, device_for, publish, purpose_text
from tests.rooms.web.desk.clerk import Clerk

DEVICE = {"device": "gate/hall-kiosk"}


@pytest.fixture
def kiosk(attendant: Clerk) -> Clerk:
    """A screen that was turned into a kiosk."""
    page = attendant.get("/desk/kiosk")
    answer = attendant.send(page, "/desk/kiosk", DEVICE)
    assert answer.headers["location"] == "/kiosk?lang=en"
    return attendant


def ask(kiosk: Clerk, subject: str, photo: bytes, **fields: str) -> Any:
    """Stand before it."""
    page = kiosk.get("/kiosk/face")
    files = [("photo", ("a.jpg", photo, "image/jpeg"))]
    return kiosk.send(
        page, "/kiosk/face", {"reference": subject, "source": "camera", **fields}, files=files
    )


def test_recognised_and_not_in_plain_words(kiosk: Clerk, house: House, site: Site) -> None:
    """No number on the page; the attempt is counted as one by face."""
    site.enrol(house, "anna")
    yes = ask(kiosk, "anna", site.good_photo("anna"))
    assert "Recognised" in yes.text
    no = ask(kiosk, "anna", site.good_photo("ben"))
    assert "Not recognised" in no.text
    assert {(one.way, one.n) for one in house.home.ways.tallies("gate")} == {("face", 1)}


def test_unknown_reference_is_answered_like_a_wrong_face(
    kiosk: Clerk, house: House, site: Site
) -> None:
    """The very same page."""
    site.enrol(house, "anna")
    known, unknown = (ask(kiosk, name, site.good_photo("ben")) for name in ("anna", "nobody"))
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text


def test_other_way_stands_beside_every_step_in_the_same_size(
    kiosk: Clerk, house: House, site: Site
) -> None:
    """First page, camera, answer, refusal: one button each, of one class."""
    site.enrol(house, "anna")
    pages = [
        kiosk.get("/kiosk"), kiosk.get("/kiosk/face"), ask(kiosk, "anna", site.good_photo("anna")).text,
        ask(kiosk, "anna", site.good_photo("ben")).text, ask(kiosk, "anna", b"nobody to be seen").text,
    ]  # fmt: skip
    for page in pages:
        assert 'class="button" href="/kiosk/other-way"' in page
    assert "Gate" in kiosk.get("/kiosk/other-way")


def test_page_goes_back_to_the_beginning_by_itself(kiosk: Clerk, house: House, site: Site) -> None:
    """Without a script, in the language of the kiosk, kept by nobody."""
    answer = ask(kiosk, "anna", site.good_photo("anna"))
    assert answer.headers["refresh"] == "15; url=/kiosk?lang=en"
    assert answer.headers["cache-control"] == "no-store"
    assert "anna" not in answer.text


@pytest.mark.parametrize("photo", [b"", b"no face", b"GIF89a", b"<script>alert(1)</script>"])
def test_any_upload_is_answered_in_words(kiosk: Clerk, photo: bytes) -> None:
    """422 and the other way."""
    answer = ask(kiosk, "anna", photo)
    assert answer.status_code == 422
    assert "/kiosk/other-way" in answer.text


def test_nothing_typed_comes_back(kiosk: Clerk) -> None:
    """A page with a fault forgets the reference: somebody else may be standing there."""
    answer = ask(kiosk, "resident-17", b"")
    assert answer.status_code == 422
    assert "resident-17" not in answer.text


def test_second_factor_is_asked_for_and_both_must_be_right(
    attendant: Clerk, house: House, site: Site
) -> None:
    """A wrong PIN and a wrong face are one answer."""
    publish(house, purpose_text("vault", operations='["verification"]', second_factor='"pin"'))
    device_for(house, "vault", "vault-kiosk", "kiosk")
    agree(house, "anna", "vault")
    site.enrol(house, "anna", "vault")
    house.second_factors.set("anna", "vault", Factor(FactorKind.PIN, "480913"))
    attendant.send(attendant.get("/desk/kiosk"), "/desk/kiosk", {"device": "vault/vault-kiosk"})
    photo = site.good_photo("anna")
    assert "Recognised" in ask(attendant, "anna", photo, pin="480913").text
    wrong_pin, wrong_face = (
        ask(attendant, "anna", photo, pin="590482"), ask(attendant, "anna", site.good_photo("ben"), pin="480913"),
    )  # fmt: skip
    assert wrong_pin.text == wrong_face.text
    assert ask(attendant, "anna", photo).status_code == 403


def test_kiosk_opens_nothing_else_of_the_staff(kiosk: Clerk) -> None:
    """The sign-in is not in the browser any more: desk, console and account ask for it."""
    for path in ("/desk", "/desk/campaigns", "/console", "/staff/me", "/desk/kiosk"):
        answer = kiosk.client.get(path, follow_redirects=False)
        assert answer.headers.get("location", "").startswith("/staff/sign-in"), path


def test_screen_is_taken_back_by_signing_in(kiosk: Clerk) -> None:
    """Then it is no kiosk any more."""
    kiosk.sign_in()
    assert kiosk.get("/desk")
    assert "/desk/kiosk" in str(kiosk.client.get("/kiosk").url)


def test_kiosk_ends_with_the_account_that_began_it(kiosk: Clerk, house: House) -> None:
    """Retired means out, here too."""
    assert kiosk.person is not None
    with house.home.records.transaction() as tx:
        house.staff.retire(tx, kiosk.person.staff.id, "Ann", int(house.home.journal.now()))
    answer = kiosk.client.get("/kiosk", follow_redirects=False)
    assert answer.headers["location"].startswith("/staff/sign-in")


@pytest.mark.parametrize("device", ["", "gate/", "gate/nowhere", "/hall-kiosk", "hall/hall-kiosk"])
def test_only_a_device_in_use_becomes_one(attendant: Clerk, device: str) -> None:
    """Whatever the form says."""
    page = attendant.get("/desk/kiosk")
    assert attendant.send(page, "/desk/kiosk", {"device": device}).status_code == 422


@pytest.mark.parametrize("what", ["withdrawn", "restricted", "consented only"])
def test_how_somebody_stands_is_told_to_nobody_who_types_their_reference(
    kiosk: Clerk, house: House, site: Site, what: str
) -> None:
    """Anybody may type any reference: it is the page that an unknown one gets."""
    if what == "consented only":
        agree(house, "anna")
    else:
        site.enrol(house, "anna")
    if what == "withdrawn":
        house.withdrawals.withdraw("anna", "gate")
    if what == "restricted":
        house.cases.open(Request(Kind.RESTRICTION, "gate", "anna", identified="at the desk"))
    told, unknown = (ask(kiosk, name, site.good_photo("anna")) for name in ("anna", "nobody"))
    assert (told.status_code, told.text) == (unknown.status_code, unknown.text)
    assert "Not recognised" in told.text
