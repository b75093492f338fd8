"""Jobs and witnesses as they are typed: both languages, one document, honest exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from facekeep.db.queue import standing_id
from facekeep.ledger.checkpoint import Signer, parse_checkpoint, parse_note
from facekeep.oversight import plan
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import Site
from tests.rooms.cli.test_evidence import Typed, typed

__all__ = ["clock", "people", "site", "typed"]

REJECTED = 1


@pytest.fixture
def ran(typed: Typed, site: Site) -> Typed:
    """A home a service ran for."""
    with site.open() as house:
        house.jobs.tick()
    return typed


def test_home_no_service_ran_for_has_no_jobs(typed: Typed) -> None:
    """Said, and nothing wrong with it."""
    code, told = typed("jobs", "list")
    assert (code, "No jobs" in told) == (0, True)
    assert typed.json("jobs", "list")["jobs"] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("ending what is due", "late: ")), ("zh", ("到期清理", "逾期："))],
)
def test_list_names_the_work_and_what_is_late(
    ran: Typed, language: str, words: tuple[str, ...]
) -> None:
    """The service of this home last ran years ago: that is no quiet matter."""
    code, told = ran("jobs", "list", language=language)
    assert (code, all(word in told for word in words)) == (REJECTED, True)


def test_one_job_is_shown_and_tried_again(ran: Typed) -> None:
    """By its identifier."""
    job = standing_id(plan.SWEEP).hex()
    assert ran.json("jobs", "show", job)["kind"] == plan.SWEEP
    assert "last done" in ran("jobs", "show", job)[1]
    assert ran.json("jobs", "retry", job)["attempts"] == 0
    assert "tried again" in ran("jobs", "retry", job)[1]
    assert ran("jobs", "show", "nobody")[0] == 2


def test_edited_job_is_named_and_exits_one(ran: Typed, site: Site) -> None:
    """A script notices."""
    with site.sql("records") as raw:
        raw.execute("UPDATE job SET due = 1 WHERE kind = ?", (plan.SWEEP,))
    code, told = ran("jobs", "list", language="zh")
    assert (code, "在存储中被改动" in told) == (REJECTED, True)


def test_folder_is_asked_and_shown(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody at first; then a checkpoint on the other disk, and an age."""
    folder = tmp_path / "disk"
    folder.mkdir()
    assert typed("ledger", "witness", "show")[0] == 0  # nobody is set, so nobody is late
    assert typed("ledger", "witness", "ask")[0] == 3
    monkeypatch.setenv("FACEKEEP_WITNESS", f"file:{folder}")
    assert typed("ledger", "witness", "show")[0] == REJECTED
    asked = typed.json("ledger", "witness", "ask")
    assert (asked["set"], asked["late"]) == ("file", False)
    (note,) = folder.iterdir()
    assert parse_checkpoint(parse_note(note.read_text()).text).size == asked["size"]
    assert "hours ago" in typed("ledger", "witness", "show")[1]
    verified = typed("ledger", "verify", "--witnessed", note)
    assert verified[0] == 0


def test_sheet_is_written_and_not_over_anything(typed: Typed, tmp_path: Path) -> None:
    """To be printed and hung."""
    file = tmp_path / "sheet.html"
    told = typed.json("ledger", "witness", "print", file)
    assert told["name"] == "printed"
    assert "<svg" in file.read_text()


@pytest.mark.parametrize("as_file", [True, False])
def test_another_ledger_is_taken_on(typed: Typed, tmp_path: Path, as_file: bool) -> None:
    """By its key or the file of it; and what they have to set is said."""
    key = Signer("facekeep/other/1", b"k" * 32).vkey
    file = tmp_path / "other.pub"
    file.write_text(key + "\n")
    told = typed.json("ledger", "witness", "accept", file if as_file else key)
    assert told["logs"] == [key]
    said = typed("ledger", "witness", "accept", key)[1]
    assert "FACEKEEP_WITNESS=https://" in said
    assert typed("ledger", "witness", "accept", "not+a+key")[0] == 4
