"""Evidence and the filing pack as they are typed: both spellings, both languages, clear refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from facekeep.cli import app
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import Site

__all__ = ["clock", "people", "site"]

SINCE = "2023-01-01"


class Typed:
    """Types commands at a home and reads what comes back."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
        self.site, self._capsys = site, capsys

    @property
    def key(self) -> str:
        return str(self.site.home / "ledger.pub")

    def __call__(self, *words: object, language: str = "en", home: bool = True) -> tuple[int, str]:
        """Exit code, and everything written."""
        where = ["--home", str(self.site.home)] if home else []
        code = app.run(["--lang", language, *where, *map(str, words)])
        told = self._capsys.readouterr()
        return code, told.out + told.err

    def json(self, *words: object, home: bool = True) -> dict[str, Any]:
        """The one document."""
        told: dict[str, Any] = json.loads(self(*words, "--json", home=home)[1])
        return told


@pytest.fixture
def typed(site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A home that the command line finds."""
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    return Typed(site, capsys)


@pytest.mark.parametrize("spelling", [("evidence",), ("evidence", "export")])
def test_both_spellings_export_and_verify_offline(
    typed: Typed, tmp_path: Path, spelling: tuple[str, ...]
) -> None:
    """With and without the word ``export``; verified without a home."""
    file = tmp_path / "evidence.zip"
    done = typed.json(*spelling, "--since", SINCE, "-o", file)
    proved = typed.json("evidence", "verify", file, "--key", typed.key, home=False)
    assert proved["verified"] is True
    assert proved["digest"] == done["digest"]
    assert (proved["findings"], proved["gaps"]) == (done["findings"], done["gaps"])
    assert oct(file.stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_shown_is_in_one_language(typed: Typed, tmp_path: Path, language: str) -> None:
    """Exporting, verifying and refusing."""
    file = tmp_path / "evidence.zip"
    pages = [typed("evidence", "--since", SINCE, "-o", file, language=language)[1]]
    pages.append(typed("evidence", "verify", file, "--key", typed.key, language=language)[1])
    file.write_bytes(file.read_bytes().replace(b'"holds":true', b'"holds":null', 1))
    code, refusal = typed("evidence", "verify", file, "--key", typed.key, language=language)
    assert code == 4
    assert re.search(r"\d\d-[a-z-]+/findings/[a-z_.]+\.json", refusal.replace("\n    ", ""))
    for page in (*pages, refusal):
        if language == "en":
            assert not re.search("[\u4e00-\u9fff]", page)
        else:
            assert not re.search(r"\b(the|was|and|not)\b", page), page


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("evidence", "--since", SINCE), 2),
        (("evidence", "-o", "x.zip"), 2),
        (("evidence", "--since", "2023-02-30", "-o", "x.zip"), 2),
        (("evidence", "--since", "2999-01-01", "-o", "x.zip"), 2),
        (("evidence", "export", "--since", SINCE, "--until", "2022-01-01", "-o", "x.zip"), 2),
        (("evidence", "verify", "nowhere.zip", "--key", "nokey"), 2),
        (("evidence", "verify", "nowhere.zip"), 2),
        (("filing", "pack"), 2),
        (("filing", "pack", "-o", "x.zip", "--form", "odt"), 2),
    ],
)
def test_what_makes_no_sense_is_said(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    """Exit 2, and no file."""
    monkeypatch.chdir(tmp_path)
    assert typed(*words)[0] == code
    assert not (tmp_path / "x.zip").exists()


def test_a_wrong_key_and_a_witness_are_checked(typed: Typed, tmp_path: Path) -> None:
    """Another key alarms; a checkpoint kept elsewhere is compared."""
    file, note = tmp_path / "evidence.zip", tmp_path / "today.checkpoint"
    assert typed("ledger", "witness", "export", note)[0] == 0
    typed("evidence", "--since", SINCE, "-o", file)
    again = typed.json("evidence", "verify", file, "--key", typed.key, "--witnessed", note)
    assert again["witnessed"] == 1
    other = typed.site.home / "ledger.pub"
    forged = other.read_text().strip().replace("/1+", "/2+")
    assert typed("evidence", "verify", file, "--key", forged)[0] == 4
    later = tmp_path / "later.checkpoint"
    typed("ledger", "witness", "export", later)
    code, told = typed("evidence", "verify", file, "--key", typed.key, "--witnessed", later)
    assert (code, "rolled back" in told) == (4, True)


def test_the_filing_pack_is_made_and_verified(typed: Typed, tmp_path: Path) -> None:
    """HTML alone; what is missing is counted and named; the same key verifies it."""
    file = tmp_path / "filing.zip"
    done = typed.json("filing", "pack", "-o", file, "--form", "html", "--purpose", "gate")
    assert done["forms"] == ["html"]
    proved = typed.json("evidence", "verify", file, "--key", typed.key, home=False)
    assert (proved["digest"], len(proved["missing"])) == (done["digest"], len(done["missing"]))
    for language in ("zh", "en"):
        page = typed("filing", "pack", "-o", file, "--form", "html", language=language)[1]
        assert str(len(done["missing"])) in page
    file.write_bytes(file.read_bytes()[:-1])
    assert typed("evidence", "verify", file, "--key", typed.key)[0] == 4


def test_a_purpose_nobody_published_is_refused(typed: Typed, tmp_path: Path) -> None:
    """Exit 3, with the remedy."""
    code, told = typed("filing", "pack", "-o", tmp_path / "x.zip", "--purpose", "nowhere")
    assert (code, "purpose" in told) == (3, True)
