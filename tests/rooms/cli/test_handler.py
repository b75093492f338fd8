"""Who handles the data, and what went to others: as officers type it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from facekeep.cli import app
from tests.attacks import toolkit
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import OFFICER, Site
from tests.house.walk import ROOT

__all__ = ["clock", "people", "site"]

EXAMPLE = (ROOT / "docs" / "examples" / "handler.toml").read_bytes()
MINE = EXAMPLE.replace('"Riverside Residence 河畔公寓"'.encode(), b'"Riverside"')
"""The example, for whoever publishes the purposes of these tests."""


class Desk:
    """The command line at a home, and an officer's key."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.site, self._capsys, self.folder = site, capsys, folder
        key = folder / "lin.pem"
        key.write_bytes(toolkit.OFFICER_KEY)
        self.signing: list[object] = ["--officer", OFFICER, "--officer-key", key]

    def __call__(self, *words: object) -> tuple[int, dict[str, Any]]:
        """Exit code and the one document."""
        code = app.run(["--home", str(self.site.home), *map(str, words), "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def screen(self, language: str, *words: object) -> str:
        """What a person sees."""
        app.run(["--home", str(self.site.home), "--lang", language, *map(str, words)])
        return self._capsys.readouterr().out

    def set(self, text: bytes, *more: object) -> tuple[int, dict[str, Any]]:
        """Set the profile."""
        file = self.folder / "handler.toml"
        file.write_bytes(text)
        return self("handler", "set", file, *self.signing, *more)


@pytest.fixture
def desk(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    with site.open(locked=True) as house:
        toolkit.officer_of(house)
    return Desk(site, capsys, tmp_path)


def test_every_version_is_kept(desk: Desk) -> None:
    """Nobody yet; one; the same again; another; and whoever wrote over an old one is told."""
    assert desk("handler", "show")[1] == {"version": 0, "handler": None}
    assert desk.set(MINE)[1]["version"] == 1
    assert desk.set(MINE)[1]["version"] == 1
    moved = MINE.replace(b"answered_within_days = 15", b"answered_within_days = 10")
    assert desk.set(moved, "--over", 1)[1]["version"] == 2
    assert desk.set(MINE, "--over", 1)[0] == 3
    shown = desk("handler", "show")[1]
    assert shown["handler"]["complaints"]["answered_within_days"] == 10


def test_only_an_officer_sets_it(desk: Desk) -> None:
    """A key that is not the officer's does nothing, and neither does a file that is none."""
    wrong = desk.folder / "wrong.pem"
    wrong.write_bytes(toolkit.officers.draw_key(lambda n: b"\x01" * n))
    file = desk.folder / "handler.toml"
    file.write_bytes(MINE)
    refused = desk("handler", "set", file, "--officer", OFFICER, "--officer-key", wrong)
    assert refused[0] == 3
    assert desk.set(MINE.replace(b"FKEEP0L", b"FKEEP0M"))[0] == 2
    assert desk.set(b"not = [toml")[0] == 2
    assert desk("handler", "show")[1]["version"] == 0


@pytest.mark.parametrize(
    ("language", "word"), [("zh", "法定代表人"), ("en", "legal representative")]
)
def test_it_is_shown_in_either_language(desk: Desk, language: str, word: str) -> None:
    """With what runs out, and when."""
    empty = desk.screen(language, "handler", "show")
    assert "facekeep handler set" in empty
    desk.set(MINE)
    seen = desk.screen(language, "handler", "show")
    assert word in seen
    assert "2035-12-31" in seen


def test_what_went_to_others_is_written_down(desk: Desk) -> None:
    """Only to somebody of the profile, for a purpose there is, in one visible line."""
    went = {"--what": "device logs", "--why": "repair", "--purpose": "gate", "--kind": "entrusted",
            "--recipient": "door-care"}  # fmt: skip

    def record(**other: str) -> int:
        told = {**went, **{f"--{key}": value for key, value in other.items()}}
        words = [word for pair in told.items() for word in pair]
        return desk("sharing", "record", *words, *desk.signing)[0]

    assert record() == 2
    desk.set(MINE)
    assert [record(recipient="nobody"), record(purpose="bank"), record(kind="shared")] == [2, 3, 2]
    assert record(what="two\nlines") == 2
    assert record() == 0
    (only,) = desk("sharing", "list")[1]["sharing"]
    assert (only["n"], only["recipient"], only["who"]) == (1, "door-care", OFFICER)
    assert "door-care" in desk.screen("zh", "sharing", "list")
