"""The HTTP door of the home that is attacked elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from tests.attacks.conftest import clock, house, people, site
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import Site

__all__ = ["clock", "door", "house", "people", "site"]


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """A client with an API key that may do everything in the purpose ``gate``."""
    with at_the_door(house, site.settings, site.people) as client:
        yield client
