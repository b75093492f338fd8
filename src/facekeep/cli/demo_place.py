"""Where the demo plays: an officer who signs, one place, one gate, a sign the officer has seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources

from facekeep.access import officers
from facekeep.access.officers import Signed
from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.governance import places
from facekeep.governance.devices import device_of
from facekeep.governance.places import SignEvidence
from facekeep.terms.values import Origin

DEVICE = "gate-1"
OFFICER = "demo"


def appoint(house: House) -> Callable[[bytes], Signed]:
    """Enter the demo's officer; returns how they sign. Their key is never written down."""
    key = officers.draw_key(house.home.entropy)
    with house.home.records.transaction() as tx:
        at = int(house.home.journal.now())
        house.home.officers.add(tx, OFFICER, "officer", officers.public_of(key), at)
    return lambda message: Signed(OFFICER, officers.sign(key, message))


def publish(house: House, purpose: bytes) -> tuple[str, int]:
    """Bring the demo's purpose into force as an officer does; its name and version."""
    pages = resources.files("facekeep.cli").joinpath("pages")
    assessment = pages.joinpath("gate-assessment.toml").read_bytes()
    return house.purposes.publish(purpose, assessment, OFFICER, appoint(house))


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
