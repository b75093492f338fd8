"""A home without a purpose, so that nobody is in office yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.protect.keytree import PassphraseCost
from tests.attacks.conftest import clock, people
from tests.attacks.toolkit import PASSPHRASE, People, Site, Turnable

__all__ = ["clock", "people"]


@pytest.fixture
def house(tmp_path: Path, clock: Turnable, people: People) -> Iterator[House]:
    """A founded home, open."""
    site = Site(tmp_path, clock, people)
    assembly.found(
        site.home, PASSPHRASE, site.settings, cost=PassphraseCost.cheapest(), clock=clock
    )
    with site.open() as house:
        yield house
