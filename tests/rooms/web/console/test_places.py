"""Places at the console: registered, changed, closed; a private space never."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.at_the_console import Officer, console
from tests.attacks.toolkit import Site

HOME = "/console/places"


@pytest.fixture
def sue(site: Site, house: House) -> Iterator[Officer]:
    """Somebody of security: places are theirs."""
    with console(site, house, "security", "Sue") as officer:
        yield officer


def told(**more: Any) -> dict[str, Any]:
    """A place as somebody types it."""
    return {
        "id": "yard", "kind": "entrance", "name.zh": "院子", "name.en": "Yard",
        "address": "2 River Road", "zones.0.label": "whole", "zones.0.unit": "metres",
        "zones.0.points": "0, 0\n3, 0\n3, 2\n0, 2", **more,
    }  # fmt: skip


def test_register_change_close(sue: Officer, house: House) -> None:
    assert sue.send(f"{HOME}/_new", **told()).headers["location"] == f"{HOME}/yard"
    assert house.home.places.row("yard").place.zones[0].area == 6
    page = sue.get(f"{HOME}/yard").text
    assert "6.0 m²" in page
    assert "/console/ledger/" in page
    answer = sue.send(f"{HOME}/yard/edit", address="3 River Road")
    assert answer.status_code == 303
    assert house.home.places.row("yard").version == 2
    assert "0 devices" in sue.get(f"{HOME}/yard/close").text
    assert sue.send(f"{HOME}/yard/close").status_code == 303
    assert house.home.places.row("yard").state == "closed"


def test_close_names_the_devices(sue: Officer) -> None:
    assert "gate-door" in sue.get(f"{HOME}/entrance/close").text


@pytest.mark.parametrize(
    "kind",
    ["hotel_room", "public_bath", "changing_room", "toilet", "dormitory_room", "nursing_room", "fitting_room"],
)  # fmt: skip
def test_private_space_is_refused_with_its_article(sue: Officer, house: House, kind: str) -> None:
    """There is no override, and the try is in the ledger."""
    answer = sue.send(f"{HOME}/_new", **told(kind=kind))
    assert answer.status_code == 422
    assert "FRM-13" in answer.text
    assert "no override" in answer.text
    assert house.home.places.find("yard") is None
    last = house.home.journal.last(house.home.own_chain())
    assert last is not None
    assert last.entry.kind == "collection:capture:refused"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"id": "Yard!"}, "id"), ({"name.zh": ""}, "name.zh"), ({"address": ""}, "address"),
        ({"zones.0.points": "0, 0\n1, 1"}, "zones.0.points"),
        ({"zones.0.points": "corner"}, "zones.0.points"),
        ({"zones.0.points": "0,0\n2,2\n2,0\n0,2"}, "zones.0"),
        ({"zones.0.points": "0 0\n1e9 0\n1 1"}, "zones.0.points"),
        ({"zones.0.unit": "miles"}, "zones.0.unit"), ({"kind": "moon"}, "kind"),
    ],
)  # fmt: skip
def test_wrong_field_is_named(sue: Officer, house: House, more: dict[str, str], field: str) -> None:
    answer = sue.send(f"{HOME}/_new", **told(**more))
    assert answer.status_code == 422, answer.text
    assert f'href="#{field}' in answer.text
    assert house.home.places.find("yard") is None


def test_public_place_needs_its_document(sue: Officer, house: House) -> None:
    answer = sue.send(f"{HOME}/_new", **told(kind="public", public="yes"))
    assert answer.status_code == 422
    assert "FRM-13-1" in answer.text
    more = {"public": "yes", "public_safety.document": "Order 7"}
    assert sue.send(f"{HOME}/_new", **told(kind="public", **more)).status_code == 303
    assert house.home.places.row("yard").place.public_safety is not None


def test_two_at_one_place(sue: Officer, house: House) -> None:
    """Whoever comes second is refused in words; the first one's change stays."""
    form = sue.form(f"{HOME}/entrance/edit")
    sue.send(f"{HOME}/entrance/edit", address="first")
    answer = sue.post(form, address="second")
    assert answer.status_code == 422
    assert "second" in answer.text
    assert house.home.places.row("entrance").place.address == "first"


def test_officer_sees_and_changes_nothing(site: Site, house: House) -> None:
    with console(site, house) as ann:
        assert "_new" not in ann.get(HOME).text
        assert ann.get(f"{HOME}/_new").status_code == 403
        assert ann.get(f"{HOME}/nowhere").status_code == 404
