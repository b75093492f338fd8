"""A real server process for every test: faults of machine and network are no matter for a stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.served import Served, enrolled


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A running server; ``anna`` and ``bob`` are enrolled."""
    with Served.found(tmp_path / "site").at_rest_with(enrolled("anna", "bob")) as server:
        server.start()
        yield server
