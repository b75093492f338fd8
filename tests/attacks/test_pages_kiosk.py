"""A screen that stands alone: what somebody finds on it who comes next, and what they may hand it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.terms.values import AttackVerdict
from facekeep.web.caller import COOKIE
from tests.attacks.signed_in import cheaply, program
from tests.attacks.toolkit import Site, Turnable, device_for
from tests.rooms.web.desk.clerk import Clerk, desk_of

PICTURE = "a.jpg", "image/jpeg"


@pytest.fixture
def mei(site: Site, house: House, clock: Turnable) -> Iterator[Clerk]:
    """An attendant, signed in."""
    device_for(house, name="hall-kiosk", kind="kiosk")
    with desk_of(cheaply(house), site.settings, site.people, clock) as clerk:
        yield clerk.as_one_of_the_staff("Mei", "attendant")


@pytest.fixture
def kiosk(mei: Clerk) -> Clerk:
    """A screen that was turned into a kiosk."""
    mei.send(mei.get("/desk/kiosk"), "/desk/kiosk", {"device": "gate/hall-kiosk"})
    return mei


def test_going_back_to_the_last_persons_form_lets_nobody_in(
    kiosk: Clerk, house: House, site: Site
) -> None:
    """The browser still holds what anna sent. Whoever comes after her sends it again: neither her answer nor
    another look at her picture is had for it."""
    site.enrol(house, "anna")
    data, files = _filled(kiosk, "anna", site.good_photo("anna"))
    assert "Recognised" in _post(kiosk, data, files).text
    kiosk.get("/kiosk?lang=en")  # the page went back to the beginning

    again = _post(kiosk, data, files)
    anew = _post(kiosk, {**data, "once": "another"}, files)

    assert [one.status_code for one in (again, anew)] == [303, 303]
    assert {one.headers["location"] for one in (again, anew)} == {"/kiosk?lang=en"}


def test_a_second_click_gets_the_answer_of_the_first(
    kiosk: Clerk, house: House, site: Site
) -> None:
    """Whoever stands there still: one look, one answer."""
    site.enrol(house, "anna")
    data, files = _filled(kiosk, "anna", site.good_photo("anna"))

    first, second = _post(kiosk, data, files), _post(kiosk, data, files)

    assert first.status_code == second.status_code == 200
    assert first.text == second.text


@pytest.mark.parametrize("said", ["file", "", "Camera"])
def test_somebodys_portrait_out_of_a_folder_is_not_their_face(
    kiosk: Clerk, house: House, site: Site, said: str
) -> None:
    """A file that was chosen counts only where the attack check passed it."""
    site.enrol(house, "anna")
    data, files = _filled(kiosk, "anna", site.good_photo("anna"), source=said)
    assert "Recognised" not in _post(kiosk, data, files).text

    site.people.pad = AttackVerdict.PASSED
    data, files = _filled(kiosk, "anna", site.good_photo("anna"), source=said)
    assert "Recognised" in _post(kiosk, data, files).text


@pytest.mark.parametrize("profile", ["", "x", "staffed", "\u00b2", "<script>"])
def test_a_form_that_was_bent_breaks_nothing(
    kiosk: Clerk, house: House, site: Site, profile: str
) -> None:
    """A way of being guided that there is not, or that needs somebody beside: it is the ordinary one."""
    site.enrol(house, "anna")
    data, files = _filled(kiosk, "anna", site.good_photo("anna"))

    answer = _post(kiosk, {**data, "profile": profile}, files)

    assert "Recognised" in answer.text
    assert {(one.way, one.profile) for one in house.home.ways.tallies("gate")} == {
        ("face", "standard")
    }


def test_a_program_turns_no_screen_into_one(mei: Clerk, house: House) -> None:
    """It has no sign-in to give away, and borrows none by a cookie beside its key."""
    text, _ = program(house, "gate:verification")
    mei.client.cookies.clear()
    for cookie in ("", "somebody"):
        answer = mei.client.post(
            "/desk/kiosk", data={"once": "n", "device": "gate/hall-kiosk", "token": _token(cookie)},
            headers={"Authorization": f"Bearer {text}", "Cookie": f"{COOKIE}={cookie}"}, follow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/sign-in")


def _token(name: str) -> str:
    return sha256(b"facekeep form" + name.encode()).hexdigest()[:32] if name else ""


def _filled(
    kiosk: Clerk, subject: str, photo: bytes, source: str = "camera"
) -> tuple[dict[str, str], Any]:
    hidden = kiosk.hidden(kiosk.get("/kiosk/face"), "/kiosk/face")
    data = {**hidden, "reference": subject, "source": source}
    return data, [("photo", (PICTURE[0], photo, PICTURE[1]))]


def _post(kiosk: Clerk, data: dict[str, str], files: Any) -> Any:
    return kiosk.client.post("/kiosk/face", data=data, files=files, follow_redirects=False)
