"""The home that is attacked elsewhere, and one that the tests of a file share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from facekeep.assembly import House
from tests.attacks.conftest import clock, house, people, site
from tests.attacks.toolkit import People, Site, Turnable
from tests.rooms.storage.shelf import Shelf, shelf_in

__all__ = ["Town", "clock", "house", "people", "shelf", "site", "town"]

settings.register_profile("facekeep", deadline=None)
settings.load_profile("facekeep")


class Town(NamedTuple):
    """An open, unlocked home with the purpose ``gate``; each test brings its own people."""

    site: Site
    house: House
    clock: Turnable


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One home for a whole file: founding one takes half a second."""
    clock = Turnable()
    site = Site(tmp_path_factory.mktemp("town"), clock, People()).found()
    with site.open() as house:
        yield Town(site, house, clock)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Stores without a home."""
    with shelf_in(tmp_path) as shelf:
        yield shelf
