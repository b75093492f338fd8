"""Agenda, counter, sweep and the register of filings as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from facekeep.cli import app
from facekeep.governance.workdays import day_of
from tests.attacks.conftest import people
from tests.attacks.toolkit import (
    OFFICER,
    OFFICER_KEY,
    Site,
    Turnable,
    officer_of,
    publish,
    purpose_text,
)
from tests.rooms.cli.test_evidence import Typed, typed
from tests.rooms.governance.test_workdays import GOOD

__all__ = ["people", "typed"]


@pytest.fixture
def clock() -> Turnable:
    """The command line knows the true time only; so does this home."""
    return Turnable(datetime.now(UTC).timestamp() - 60)


@pytest.fixture
def site(tmp_path: Path, clock: Turnable, people: object) -> Site:
    """A founded home with somebody in it."""
    site = Site(tmp_path, clock, people).found()  # type: ignore[arg-type]
    with site.open() as house:
        site.enrol(house, "alice-7781")
    return site


@pytest.fixture
def signing(site: Site, tmp_path: Path) -> tuple[str, ...]:
    """An officer in office, and the options that sign for them."""
    with site.open(locked=True) as house:
        officer_of(house)
    key = tmp_path / "officer.pem"
    key.write_bytes(OFFICER_KEY)
    return ("--officer", OFFICER, "--officer-key", str(key))


def today(site: Site) -> str:
    return day_of(site.clock.now).isoformat()


def test_the_agenda_and_its_file(typed: Typed, tmp_path: Path) -> None:
    """A list, one document, a calendar file; none names anybody."""
    file = tmp_path / "due.ics"
    for language in ("zh", "en"):
        code, page = typed("agenda", "--ics", file, language=language)
        assert code == 0
        assert "alice" not in page + file.read_text(encoding="utf-8")
        assert Calendar.from_ical(file.read_bytes())
    told = typed.json("agenda")
    assert told.keys() == {"today", "items", "unanswered"}
    assert told["unanswered"] == []
    assert typed("agenda", "--ics", tmp_path / "no" / "due.ics")[0] == 2


def test_the_counter_and_the_sweep(typed: Typed) -> None:
    """One person, nothing overdue."""
    assert typed.json("counter")["people"]["stored"] == [1, 1]
    assert sum(typed.json("sweep")["left"].values()) == 0
    for words in (("counter",), ("sweep",), ("filing", "status"), ("agenda", "calendar", "show")):
        for language in ("zh", "en"):
            assert typed(*words, language=language)[0] == 0


def test_a_schedule_is_added_once_and_a_wrong_one_never(typed: Typed, tmp_path: Path) -> None:
    """The day that contradicts itself is named, in the language of the call."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("2027-02-06", "2027-02-08", 1), encoding="utf-8")
    code, page = typed("agenda", "calendar", "add", bad, language="zh")
    assert (code, "2027-02-08 既列为放假又列为上班" in page) == (2, True)
    assert typed.json("agenda", "calendar", "add", good)["years"] == [2027]
    assert typed.json("agenda", "calendar", "add", good)["years"] == []
    assert [y["year"] for y in typed.json("agenda", "calendar", "show")["years"]][-1] == 2027
    assert typed("agenda", "calendar", "add", tmp_path / "none.yaml")[0] == 2


def test_filed_changed_and_ended(
    site: Site, typed: Typed, signing: tuple[str, ...], tmp_path: Path
) -> None:
    """From the first filing to the certificate that nothing is left, checked without the home."""
    day = today(site)
    filed = typed.json(
        "filing", "submitted", "face_filing", "--number", "44-1", "--on", day, *signing
    )
    assert (filed["status"], filed["officer"], filed["level"]) == ("submitted", OFFICER, "province")
    with site.open(locked=True) as house:
        publish(house, purpose_text(retention_days=300))
    assert "purposes" in typed.json("filing", "status")["changed"]
    typed("counter")
    code, _ = typed("filing", "close", "face_change", "--because", "we would rather not", *signing)
    assert code == 3
    paper = tmp_path / "end.json"
    ended = typed.json("filing", "deregister", "gate", "-o", paper, *signing)
    assert (ended["ended"]["people"], ended["filing"]["kind"]) == (1, "face_deregister")
    shown = typed.json("filing", "certificate", paper, "--key", typed.key, home=False)
    assert shown["said"]["purposes"] == ["gate"]
    paper.write_text(
        paper.read_text(encoding="utf-8").replace('"gate"', '"lobby"'), encoding="utf-8"
    )
    assert typed("filing", "certificate", paper, "--key", typed.key, home=False)[0] == 4
    with site.open(locked=True) as house:
        assert house.home.vault.every() == []


def test_nobody_else_signs(
    typed: Typed, signing: tuple[str, ...], tmp_path: Path, site: Site
) -> None:
    """Another key under the officer's name ends nothing."""
    from facekeep.access.officers import draw_key

    other = tmp_path / "other.pem"
    other.write_bytes(draw_key(lambda n: b"\x33" * n))
    code, _ = typed("filing", "deregister", "--all", *signing[:3], other)
    assert code == 3
    with site.open() as house:
        assert site.matches(house, "alice-7781")


@pytest.mark.parametrize(
    "words",
    [
        ("filing", "submitted", "passport", "--number", "1", "--on", "2026-01-01"),
        ("filing", "submitted", "face_filing", "--number", "1", "--on", "yesterday"),
        ("filing", "deregister"),
        ("filing", "deregister", "gate", "--all"),
    ],
)
def test_what_makes_no_sense_is_said(
    typed: Typed, signing: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """Usage errors, before anything is done."""
    assert typed(*words, *signing)[0] == 2


def test_materials(typed: Typed, tmp_path: Path) -> None:
    """The digest is noted; of an identity scan no place."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    assert len(typed.json("filing", "material", "id_filer", scan)["digest"]) == 64
    assert typed("filing", "material", "id_filer", scan, "--where", "drawer")[0] == 2
    assert typed("filing", "material", "undertaking", tmp_path / "none")[0] == 2
    assert typed.json("filing", "status")["materials"]["id_filer"] is True


def test_the_group_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """``agenda --help`` shows both the list and the calendar."""
    assert app.run(["--lang", "en", "agenda", "--help"]) == 0
    page = capsys.readouterr().out
    assert "--ics" in page
    assert "calendar" in page
