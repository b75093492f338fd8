"""An officer of two homes signs for one: the word ends, files or closes nothing in the other.

Nor does a word of another day.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from time import time

import pytest

from facekeep.access.officers import sign
from facekeep.cli import app, filing
from facekeep.governance.filings import Kind
from facekeep.oversight.filing import closed_message, ended_message, submitted_message
from tests.attacks.toolkit import OFFICER, OFFICER_KEY, PASSPHRASE, Site


@pytest.mark.parametrize(("other", "days"), [(True, 0), (False, 1), (False, -1)])
def test_replayed_word_ends_no_use(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: bool, days: int
) -> None:
    """Signed at another home, or on another day, handed in here and now: refused."""
    site.clock.now = time()
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    monkeypatch.setenv("FACEKEEP_PASSPHRASE", PASSPHRASE.decode())
    with site.open() as house:
        site.enrol(house, "alice")
        home = bytes(16) if other else house.home.id
        told = ended_message(home, "gate", house.books.today + timedelta(days))
    monkeypatch.setattr(filing, "signed", lambda *_: sign(OFFICER_KEY, told))
    key = tmp_path / "officer.pem"
    key.touch()
    words = ["filing", "deregister", "gate", "--officer", OFFICER, "--officer-key", str(key)]
    assert app.run(["--home", str(site.home), *words, "--json"]) == 3
    with site.open() as house:
        assert house.home.purposes.get("gate").id == "gate"
        assert site.matches(house, "alice")


def test_each_word_names_its_home_and_its_day() -> None:
    """Two homes, two days: four messages, whatever is signed."""
    homes, days = (bytes(16), b"\x01" * 16), (date(2026, 3, 1), date(2026, 3, 2))
    for told in (
        {ended_message(home, "gate", day) for home in homes for day in days},
        {closed_message(home, Kind.CHANGE, "mistaken", day) for home in homes for day in days},
        {submitted_message(home, Kind.CHANGE, "17", day) for home in homes for day in days},
    ):
        assert len(told) == 4
