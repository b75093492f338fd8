"""What is exported: the right stretch of the ledger, every finding, whole or not at all."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.ledger import log
from facekeep.ledger.bundle import COLLECTED, ENTRIES, verify_bundle
from facekeep.ledger.checkpoint import cosign
from facekeep.oversight import asked, bundle
from facekeep.oversight.handed import obligations
from facekeep.oversight.trail import EXPORTED, Trail
from facekeep.terms.errors import Broken, Misused, Tampered
from facekeep.terms.evidence import Finding, Gap
from tests.attacks.toolkit import DAY, NOON, Site, Turnable


@pytest.fixture
def clock() -> Turnable:
    """Noon in November 2023."""
    return Turnable()


def export(house: House, file: Path, since: str, until: str | None = None) -> bundle.Exported:
    """The bundle of a period."""
    days = bundle.period(since, until, house.home.journal.now())
    return bundle.export(house.home, house.questions(), obligations(), days, file)


def entries(file: Path) -> list[dict[str, int]]:
    """Index and time of every entry in a bundle."""
    with zipfile.ZipFile(file) as read:
        lines = read.read(ENTRIES).decode().splitlines()
    return [{"index": json.loads(x)["index"], "at": json.loads(x)["leaf"]["at"]} for x in lines]


def live(house: House, clock: Turnable, days: int) -> None:
    """One entry a day, a checkpoint every third."""
    for n in range(days):
        clock.advance(DAY)
        house.home.note(house.home.own_chain(), "storage:test:noted", {}, {"n": n})
        if n % 3 == 0:
            house.seal_checkpoint()


@pytest.mark.parametrize(("since", "until"), [(0, 0), (0, 3), (2, 2), (4, 9), (0, 30), (11, 20)])
def test_any_period_verifies(
    house: House, clock: Turnable, tmp_path: Path, since: int, until: int
) -> None:
    """From the first day, in the middle, beyond today."""
    live(house, clock, 12)
    first, last = (bundle.day_of(NOON + n * DAY).isoformat() for n in (since, until))
    done = export(house, tmp_path / "e.zip", first, last)
    with (tmp_path / "e.zip").open("rb") as file:
        proved = verify_bundle(file, house.home.signer.vkey)
    assert (proved.digest, proved.entries) == (done.digest, done.entries)
    told = entries(tmp_path / "e.zip")
    days = bundle.period(first, last, house.home.journal.now())
    with house.home.records.reading() as connection:
        wanted = [
            n for n in range(log.size(connection) - 1)
            if days.start <= log.entry(connection, n).at < days.end
        ]  # fmt: skip
    assert set(wanted) <= {one["index"] for one in told} | {proved.size}


def test_each_finding_lies_in_its_topic(house: House, tmp_path: Path) -> None:
    """Every question once; its gaps are counted."""
    done = export(house, tmp_path / "e.zip", "2023-11-01")
    with zipfile.ZipFile(tmp_path / "e.zip") as read:
        findings = [name for name in read.namelist() if "/findings/" in name]
        told = [json.loads(read.read(name)) for name in findings]
        page = read.read("index.html").decode()
    assert sorted(one["id"] for one in told) == sorted(house.questions())
    assert sum(len(one["gaps"]) for one in told) == done.gaps
    assert all(one["id"] in page for one in told)
    assert "<script" not in page


def test_the_ledger_remembers_before_and_after(house: House, tmp_path: Path) -> None:
    """The findings' digest before packing, the bundle's after."""
    done = export(house, tmp_path / "e.zip", "2023-11-01")
    kinds = [handed.kind for handed in Trail(house.home).story()]
    assert kinds == [COLLECTED, EXPORTED]
    last = Trail(house.home).last(EXPORTED)
    assert last is not None
    assert (last.digest, last.event) == (done.digest, done.event)


def test_a_witness_goes_with_the_bundle(house: House, tmp_path: Path, site: Site) -> None:
    """What a witness returned is packed with its proof of growth, and counted."""
    from facekeep.ledger.checkpoint import Signer

    note = cosign(house.seal_checkpoint(), Signer("witness.example", b"\x01" * 32))
    with house.home.records.transaction() as tx:
        log.save_witnessed(tx, "witness.example", note, int(site.clock.now))
    export(house, tmp_path / "e.zip", "2023-11-01")
    with (tmp_path / "e.zip").open("rb") as file:
        assert verify_bundle(file, house.home.signer.vkey).outside == 1


def test_a_question_that_cannot_be_answered_is_a_gap(house: House, tmp_path: Path) -> None:
    """An alarm while asking is exported as one."""

    def alarm(_at: int) -> Finding:
        raise Tampered("a row was changed")

    def broken(_at: int) -> Finding:
        raise ZeroDivisionError

    days = bundle.period("2023-11-01", None, house.home.journal.now())
    asks = {"a.b.alarm": alarm, "a.b.broken": broken}
    done = bundle.export(house.home, asks, {}, days, tmp_path / "e.zip")
    assert (done.findings, done.gaps) == (2, 2)


def test_a_file_appears_whole_or_not_at_all(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure while packing leaves what was there, and nothing beside it."""
    file = tmp_path / "e.zip"
    file.write_bytes(b"older")
    monkeypatch.setattr(bundle, "page", lambda *_: (_ for _ in ()).throw(Broken("x")))
    with pytest.raises(Broken):
        export(house, file, "2023-11-01")
    assert file.read_bytes() == b"older"
    assert [path.name for path in tmp_path.glob("e.zip*")] == ["e.zip"]
    assert Trail(house.home).last(EXPORTED) is None


def test_a_place_that_cannot_be_written_is_said(house: House, tmp_path: Path) -> None:
    """Before anything is signed away."""
    with pytest.raises(Misused):
        export(house, tmp_path / "no" / "e.zip", "2023-11-01")
    assert list(Trail(house.home).story()) == []


@pytest.mark.parametrize(
    ("since", "until"),
    [("2023-11-31", None), ("yesterday", None), ("2023-11-10", "2023-11-09"),
     ("2023-12-01", None), ("2023-11-10", "x"), ("", None)],
)  # fmt: skip
def test_what_is_no_period_is_refused(since: str, until: str | None) -> None:
    """No such day, the wrong way round, not begun."""
    with pytest.raises(Misused):
        bundle.period(since, until, NOON)


def test_a_period_ends_today_at_the_latest() -> None:
    """Whole days in China's time, both inclusive."""
    days = bundle.period("2023-11-14", "2030-01-01", NOON)
    assert (days.since, days.until) == (days.until, days.since)
    assert days.end - days.start == DAY
    assert days.start % DAY == DAY - 8 * 3600


def test_many_checkpoints_are_thinned_and_still_verify(
    house: House, clock: Turnable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first and the last stay."""
    monkeypatch.setattr(bundle, "MAX_NOTES", 5)
    for _ in range(20):
        live(house, clock, 1)
    export(house, tmp_path / "e.zip", "2023-11-01")
    with (tmp_path / "e.zip").open("rb") as file:
        assert verify_bundle(file, house.home.signer.vkey).entries > 20
    assert bundle._thinned(list(range(20))) == [0, 5, 10, 14, 19]


def test_findings_as_json_have_one_form() -> None:
    """Fractions, sets, dates and bytes become texts; equal answers have equal bytes."""
    from datetime import date

    facts = {"rate": 0.1, "set": {"b", "a"}, "day": date(2026, 1, 2), "raw": b"\x01", "t": (1, 2)}
    one = asked.told("a.b.c", Finding(facts, (Gap("x", "y"),)), 7)
    assert one["facts"] == {
        "rate": "0.1", "set": ["a", "b"], "day": "2026-01-02", "raw": "01", "t": [1, 2],
    }  # fmt: skip
    assert one == asked.told("a.b.c", Finding(facts, (Gap("x", "y"),)), 7)
    assert (one["holds"], one["applies"]) == (False, True)
