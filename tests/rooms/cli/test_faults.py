"""Whatever goes wrong is one calm message, one exit code, and never a local value."""

from __future__ import annotations

import json
import sqlite3

import pytest

from facekeep.cli import app
from facekeep.cli.door import Door
from facekeep.cli.faults import show_fault
from facekeep.db.faults import ours
from facekeep.settings import Settings
from facekeep.terms.errors import (
    Broken,
    ConsentWithdrawn,
    FacekeepError,
    HomeBusy,
    Misused,
    NoFace,
    Tampered,
)


def door(*, as_json: bool = False, language: str = "en") -> Door:
    """A door without environment."""
    return Door(Settings.model_construct(), "zh" if language == "zh" else "en", as_json)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoFace("No face was found in the picture"), 1),
        (Misused("arguments"), 2),
        (ConsentWithdrawn("the consent was withdrawn", "Offer another way: card"), 3),
        (Tampered("a place"), 4),
        (HomeBusy("another process owns this home", "Let it finish"), 5),
        (sqlite3.OperationalError("disk I/O error"), 5),
        (sqlite3.DatabaseError("database disk image is malformed"), 4),
        (PermissionError(13, "Permission denied"), 5),
        (MemoryError(), 5),
        (RuntimeError("anything"), 5),
    ],
)
def test_exit_codes(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The tree's own code, on the screen and as JSON alike."""
    assert show_fault(error, door()) == code
    assert capsys.readouterr().out == ""
    assert show_fault(error, door(as_json=True)) == code
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == code
    assert isinstance(told["error"], str)


def test_the_unforeseen_names_its_place_and_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    """A secret in a message or a local variable never reaches the screen."""
    secret = "the vector is 0.123"
    try:
        app._code(int(secret[:0] or "x1"))
    except ValueError as error:
        found = ours(error)
    assert isinstance(found, Broken)
    assert "ValueError" in found.what
    assert "x1" not in found.what
    show_fault(RuntimeError(secret), door())
    assert secret not in capsys.readouterr().err


def test_other_ways_in_are_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is not recognised is not left standing."""
    here = door(language="zh")
    here.other_ways = {"card": "门卡", "desk": "人工登记"}
    show_fault(NoFace("No face was found in the picture"), here)
    said = capsys.readouterr().err
    assert "图片中没有人脸" in said
    assert "同样可用：门卡、人工登记" in said


def test_an_interruption_is_130_and_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C is an answer, not a fault."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "tree", interrupted)
    assert app.run(["doctor"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_bad_environment_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is named, its value is not."""
    monkeypatch.setenv("FACEKEEP_THREADS", "many secrets")
    assert app.run(["models", "list", "--json"]) == 2
    said = capsys.readouterr().out
    assert "FACEKEEP_THREADS" in said
    assert "secrets" not in said


def test_the_tree_is_covered() -> None:
    """Every error keeps an exit code of the five."""
    kinds = [FacekeepError, *FacekeepError.__subclasses__()]
    assert {kind.exit_code for kind in kinds} <= {1, 2, 3, 4, 5}
