"""A home to judge: the same as attackers get, on a day on which every source is in force."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facekeep.assembly import House
from tests.attacks.toolkit import People, Site, Turnable
from tests.conftest import Mould

DAY_OF_JUDGEMENT = datetime(2026, 6, 15, 4, tzinfo=UTC).timestamp()
"""A Monday, noon in Shanghai: a working day in a published year."""


@pytest.fixture
def clock() -> Turnable:
    """Stands still until a test turns it."""
    return Turnable(DAY_OF_JUDGEMENT)


@pytest.fixture
def people() -> People:
    """Simulated people."""
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
