"""A child's birthday is told to whoever must act on it, and put into no paper that leaves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from facekeep.assembly import House
from facekeep.governance.workdays import day_of
from facekeep.oversight import bundle, handed
from tests.attacks.toolkit import Site, agree, guardian


def test_evidence_bundle_tells_no_birthday(site: Site, house: House, tmp_path: Path) -> None:
    """Nor the day somebody turns 14 or 18, nor a consent by its number."""
    today = day_of(site.clock())
    turns = today + timedelta(days=20)
    born = date(turns.year - 14, turns.month, turns.day) - timedelta(days=1)
    consent = agree(house, "kim", birth=born, guardian=guardian())
    asked = house.questions()["governance.guardians.consented"](int(house.home.journal.now()))
    assert [one["due"] for one in asked.facts["due"]] == [turns.isoformat()]
    output = tmp_path / "evidence.zip"
    days = bundle.period(today.isoformat(), None, house.home.journal.now())
    bundle.export(house.home, house.questions(), handed.obligations(), days, output)
    packed = output.read_bytes()
    assert turns.isoformat().encode() not in packed
    assert consent.id.hex()[:12].encode() not in packed
