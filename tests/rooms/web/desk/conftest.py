"""The staff's pages of the home that is attacked elsewhere, and somebody of the staff before them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from tests.attacks.signed_in import cheaply
from tests.attacks.toolkit import Site, Turnable, device_for
from tests.rooms.web.desk.clerk import Clerk, desk_of


@pytest.fixture
def anybody(site: Site, house: House, clock: Turnable) -> Iterator[Clerk]:
    """A browser in which nobody is signed in."""
    device_for(house, name="front-desk", kind="desk")
    device_for(house, name="hall-kiosk", kind="kiosk")
    with desk_of(cheaply(house), site.settings, site.people, clock) as clerk:
        yield clerk


@pytest.fixture
def attendant(anybody: Clerk) -> Clerk:
    """An attendant, signed in."""
    return anybody.as_one_of_the_staff("Mei", "attendant")


@pytest.fixture
def officer(anybody: Clerk) -> Clerk:
    """An officer, signed in, both factors shown."""
    return anybody.as_one_of_the_staff("Ann", "officer")
