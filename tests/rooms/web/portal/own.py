"""Somebody who agreed, and is enrolled where a test needs it, at their own pages."""

from __future__ import annotations

from typing import Any

from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site, taken
from tests.rooms.web.portal.walking import PIN, agree, invited, send


def settled(client: TestClient, site: Site, house: House, subject: str = "anna") -> str:
    """Agreed at the portal and enrolled at the gate; the visit goes on. Where their link leads."""
    path = invited(house, subject)
    assert agree(client, path).status_code == 200
    photos = tuple(site.good_photo(subject, start) for start in (0, 10, 20))
    origin = taken(house, subject, "gate", photos)
    house.enroller.enrol(subject, "gate", photos, site.people, origin)
    return path


def come_in(client: TestClient, path: str, pin: str = PIN) -> Any:
    """Open one's own pages; the answer of the form."""
    page = client.get(f"{path}/open").text
    return send(client, page, f"{path}/open", pin=pin)


def withdraw(client: TestClient) -> Any:
    """Take the consent back on the page that asks."""
    return send(client, client.get("/mine/withdraw").text, "/mine/withdraw")
