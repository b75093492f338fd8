"""Devices at the console: registered, put to use once the sign hangs, out of use; the sign to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.at_the_console import Officer, console
from tests.attacks.signed_in import PASSPHRASE
from tests.attacks.toolkit import Site, device_key, place_text

HOME = "/console/devices"
JPEG = ("sign.jpg", b"a photograph", "image/jpeg")


@pytest.fixture
def sue(site: Site, house: House) -> Iterator[Officer]:
    """Somebody of security: devices are theirs."""
    with console(site, house, "security", "Sue") as officer:
        yield officer


def add(sue: Officer, **more: Any) -> Any:
    """A device as somebody registers it."""
    told = {"id": "lane-1", "where": "entrance/whole", "purposes": ["gate"], **more}
    return sue.send(f"{HOME}/_new", **told)


def test_from_the_form_to_use_and_out_of_it(sue: Officer, house: House) -> None:
    answer = add(sue, key=device_key("lane-1")[1])
    assert answer.headers["location"] == f"{HOME}/lane-1", answer.text
    answer = sue.sign(f"{HOME}/lane-1/activate", files={"photo": JPEG})
    assert answer.status_code == 303
    row = house.home.devices.row("lane-1")
    assert row.state == "active"
    assert row.sign is not None
    assert row.sign.officer == "Sue"
    page = sue.get(f"{HOME}/lane-1").text
    assert "Key fingerprint" in page
    assert "Sue saw it" in page
    assert "/console/ledger/" in page
    assert sue.send(f"{HOME}/lane-1/suspend").status_code == 303
    assert sue.sign(f"{HOME}/lane-1/activate", seen="yes").status_code == 303
    answer = sue.send(f"{HOME}/lane-1/retire", device="lane-2")
    assert answer.status_code == 422
    assert house.home.devices.row("lane-1").state == "active"
    assert sue.send(f"{HOME}/lane-1/retire", device="lane-1").status_code == 303
    assert house.home.devices.row("lane-1").state == "retired"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"id": "Bad Name"}, "not described"), ({"purposes": []}, "not described"),
        ({"where": "nowhere/whole"}, "no place of this name"), ({"purposes": ["nothing"]}, "no purpose"),
        ({"where": "entrance/attic"}, "no zone of that name"), ({"key": "half a key"}, "public key"),
        ({"id": "gate-door"}, "registered already"), ({"kind": "drone"}, "not described"),
    ],
)  # fmt: skip
def test_wrong_field_is_said_and_kept(sue: Officer, more: dict[str, Any], said: str) -> None:
    answer = add(sue, **more)
    assert answer.status_code == 422, answer.text
    assert said.lower() in answer.text.lower()
    assert sue.house.home.devices.names() == ["gate-door"]


def test_no_sign_no_use(sue: Officer, house: House) -> None:
    add(sue)
    answer = sue.sign(f"{HOME}/lane-1/activate")
    assert answer.status_code == 422
    assert house.home.devices.row("lane-1").state == "registered"
    answer = sue.send(f"{HOME}/lane-1/activate", seen="yes", passphrase="not the right one")
    assert answer.status_code == 422
    assert "not your passphrase" in answer.text
    assert house.home.devices.row("lane-1").state == "registered"


def test_public_place_needs_the_photograph(sue: Officer, house: House) -> None:
    """A ticked box is not enough there."""
    house.register.add_place(place_text("square", "entrance", public=True))
    add(sue, where="square/whole")
    assert 'name="seen"' not in sue.get(f"{HOME}/lane-1/activate").text
    form = sue.form(f"{HOME}/lane-1/activate")
    answer = sue.post(form, seen="yes", passphrase=PASSPHRASE)
    assert answer.status_code == 422
    assert house.home.devices.row("lane-1").state == "registered"


def test_sign_is_drawn_for_its_purpose(sue: Officer) -> None:
    drawn = sue.get(f"{HOME}/gate-door/sign.svg?purpose=gate")
    assert drawn.status_code == 200
    assert drawn.text.startswith("<svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "attachment" in drawn.headers["content-disposition"]
    assert sue.get(f"{HOME}/gate-door/sign.svg?purpose=other").status_code == 403
    assert sue.get(f"{HOME}/gate-door/sign.exe").status_code in (404, 422)


def test_sign_as_pdf(sue: Officer) -> None:
    pytest.importorskip("typst")
    assert sue.get(f"{HOME}/gate-door/sign.pdf").content.startswith(b"%PDF")


def test_double_click_retires_once(sue: Officer) -> None:
    add(sue)
    form = sue.form(f"{HOME}/lane-1/retire")
    assert [sue.post(form, device="lane-1").status_code for _ in range(2)] == [303, 303]
    assert sue.get(f"{HOME}/lane-1").text.count("Put to use") == 0


def test_only_security_manages(site: Site, house: House) -> None:
    with console(site, house) as ann:
        page = ann.get(f"{HOME}/gate-door").text
        assert "/suspend" not in page
        assert ann.get(f"{HOME}/gate-door/suspend").status_code == 403
        assert ann.get(f"{HOME}/ghost").status_code == 404
