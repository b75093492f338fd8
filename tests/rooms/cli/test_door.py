"""Where the passphrase comes from, what the home is, and that answers are one document."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from facekeep.cli import door as doors
from facekeep.cli.door import Door, read_passphrase
from facekeep.settings import Settings
from facekeep.terms.errors import Broken, Misused


def door(**more: Any) -> Door:
    """A door of an English call without any environment."""
    settings = Settings.model_construct(home=None, passphrase=None, passphrase_file=None)
    return Door(more.pop("settings", settings), "en", **more)


def test_the_file_named_on_the_line_comes_before_the_environment(tmp_path: Path) -> None:
    """Then the variable, then the variable's file."""
    named, other = tmp_path / "named", tmp_path / "other"
    named.write_text("on the line\nsecond line\n")
    other.write_bytes("路\r\n".encode())
    both = Settings.model_construct(passphrase=SecretStr("variable"), passphrase_file=other)
    assert door(settings=both, passphrase_file=named).passphrase() == b"on the line"
    assert door(settings=both).passphrase() == b"variable"
    only_file = Settings.model_construct(passphrase=None, passphrase_file=other)
    assert door(settings=only_file).passphrase() == "路".encode()


def test_an_unreadable_file_is_broken_not_empty(tmp_path: Path) -> None:
    """A missing file must not become an empty passphrase."""
    with pytest.raises(Broken):
        read_passphrase(tmp_path / "missing")


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy names every way to give one."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("not a terminal"))
    with pytest.raises(Broken) as refused:
        door().passphrase()
    assert "FACEKEEP_PASSPHRASE_FILE" in refused.value.remedy


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_new_passphrase_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that differ are no passphrase."""
    typed = iter(["one", "two", "one", "one", "one"])
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    with pytest.raises(Misused):
        door().passphrase(twice=True)
    assert door().passphrase(twice=True) == b"one"
    assert door().passphrase() == b"one"


def test_no_home_is_a_usage_error(tmp_path: Path) -> None:
    """``--home`` wins over the environment."""
    with pytest.raises(Misused):
        _ = door().place
    settings = Settings.model_construct(home=tmp_path / "environment")
    assert door(settings=settings).place == tmp_path / "environment"
    assert door(settings=settings, home=tmp_path).place == tmp_path


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes become hexadecimal, paths text; no screen is drawn."""
    shown: list[object] = []
    told = {"id": b"\x01\xff", "path": Path("a"), "词": "合符"}
    door(as_json=True).answer(told, shown.append)
    assert json.loads(capsys.readouterr().out) == {"id": "01ff", "path": "a", "词": "合符"}
    assert shown == []


def test_a_word_without_translation_stays_itself() -> None:
    """Model names and the like."""
    assert door().word("grade", "demonstration") == "demonstration grade"
    assert door().word("grade", "something else") == "something else"
    assert door().error_word("too_poor") == "The picture is too poor"
    assert doors.MAX_PASSPHRASE_BYTES > 64
