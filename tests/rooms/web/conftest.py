"""The HTTP door of the home that is attacked elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from tests.attacks.conftest import clock, house, people, site
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import People, Site, Turnable
from tests.conftest import Mould

__all__ = ["clock", "door", "house", "people", "site"]


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """A client with an API key that may do everything in the purpose ``gate``."""
    with at_the_door(house, site.settings, site.people) as client:
        yield client


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory, mould: Mould) -> Site:
    """One home for a whole file, for tests that leave it as it was."""
    clock = Turnable()
    return Site(tmp_path_factory.mktemp("door"), clock, People()).settle(mould(clock.now))


@pytest.fixture(scope="module")
def one_house(one_site: Site) -> Iterator[House]:
    """The same, open and unlocked."""
    with one_site.open() as house:
        yield house


@pytest.fixture(scope="module")
def one_door(one_site: Site, one_house: House) -> Iterator[TestClient]:
    """The same with a key that may do everything in ``gate``."""
    with at_the_door(one_house, one_site.settings, one_site.people) as client:
        yield client
