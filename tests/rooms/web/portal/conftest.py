"""The portal of the home that is attacked elsewhere, and somebody before it without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.rooms.web.portal.walking import walker


@pytest.fixture
def browser(site: Site, house: House) -> Iterator[TestClient]:
    """Somebody who reads English."""
    with walker(house, site.settings, site.people) as client:
        yield client
