"""A home to attack, its clock, and people to attack it with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from facekeep.assembly import House
from tests.attacks.toolkit import People, Site, Turnable
from tests.conftest import Mould


@pytest.fixture
def clock() -> Turnable:
    return Turnable()


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def site(tmp_path: Path, clock: Turnable, people: People, mould: Mould) -> Site:
    """A founded home with the purpose ``gate``, closed."""
    return Site(tmp_path, clock, people).settle(mould(clock.now))


@pytest.fixture
def house(site: Site) -> Iterator[House]:
    """The same home, open and unlocked; a test may close it."""
    with suppress(sqlite3.ProgrammingError), site.open() as house:
        yield house
