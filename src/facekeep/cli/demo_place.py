"""Where the demo plays: one place, one gate with a key of its own, a sign the officer has seen."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources

from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.governance import places
from facekeep.governance.devices import device_of
from facekeep.governance.places import SignEvidence
from facekeep.terms.values import Origin

DEVICE = "gate-1"
OFFICER = "demo"


def install(house: House, purpose: str) -> str:
    """Register the demo's place and gate, where that has not been done; returns the device's name.

    The sign is a line on the screen: the demo shows nobody to a camera who did not start it.
    """
    home, at = house.home, int(house.home.journal.now())
    if home.devices.find(DEVICE) is not None:
        return DEVICE
    day = datetime.fromtimestamp(at, UTC).date()
    sign = SignEvidence(photo=sha256(b"demo").hexdigest(), day=day, officer=OFFICER)
    text = resources.files("facekeep.cli").joinpath("pages", "lobby.toml").read_bytes()
    place = places.parse(text)
    told = {"id": DEVICE, "kind": "gate", "place": place.id, "zone": place.zones[0].label}
    with home.records.transaction() as tx:
        home.places.put(tx, place, at)
        home.devices.register(tx, device_of(**told, purposes=[purpose]), at)
        home.devices.activate(tx, DEVICE, sign, at)
    return DEVICE


def origin(house: House, wish: Wish, pictures: list[bytes]) -> Origin:
    """Where the demo's pictures come from."""
    return house.captures.take(install(house, wish.purpose), wish, pictures)
