"""docs/operate.md, followed line by line: the home it makes is in order.

Commands come from the page's shell blocks and go through the command line's own front door, in one
process with a clock that stands still; photographs are two public-domain portraits.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageEnhance

from facekeep import assembly
from facekeep.cli.app import run
from facekeep.oversight.obligations import book
from tests.attacks.toolkit import Turnable
from tests.house.test_docs_commands import shell_lines
from tests.house.walk import ROOT

PAGE = ROOT / "docs" / "operate.md"
DAY = datetime(2026, 12, 1, 4, tzinfo=UTC)
"""A Tuesday, noon in Shanghai, after every date in the examples."""

ATTACK_MODELS = ("minifasnet_v2_2.7_80.onnx", "minifasnet_v1se_4.0_80.onnx")
NEEDS_ATTACK_MODELS = {"G38671-LIV", "I30107-PAD"}

NOTHING_TO_JUDGE = frozenset(
    [
        "LNP-DRAFT",
        "FRM-15-1",
        "FRM-15-3",
        "FRM-15-4",
        "PIPL-52",
        "G45574-DPO",
        "AUD-04",
        "NDSR-28",
        "MINOR-37",
        "AUD-11",
        "FRM-05-2",
        "NDSR-11",
        "FRM-07-1",
        "FRM-07-2",
        "FRM-08-1",
        "PIPL-21",
        "PIPL-23",
        "NDSR-12",
        "PIPL-24",
        "PIPL-44-46",
        "PIPL-49",
        "PIPL-50",
        "CSIR-04-1H",
        "CSIR-04-2H",
        "PIPL-26",
        "VIDEO-PRIV",
        "FRF-MAT",
    ]
)
"""Duties such a small home need not meet: nobody asked, nobody is a child, few people, no recipient,
no notice that changed, no incident."""


@dataclass
class Operator:
    """Somebody with the page, an empty folder, and a terminal."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def follow(self, lines: Iterator[str]) -> None:
        """Type every line; each must succeed."""
        for line in lines:
            words = shlex.split(line, comments=True)
            if words[0] == "export":
                self.monkeypatch.setenv(*words[1].split("=", 1))
            else:
                assert words[0] == "facekeep", line
                code = run([one for word in words[1:] for one in typed(word)])
                told = self.capsys.readouterr()
                assert code == 0, (line, told.out, told.err)

    def ask(self, *words: str) -> Any:
        """A command with ``--json``."""
        run([*words, "--json"])
        return json.loads(self.capsys.readouterr().out)


def typed(word: str) -> list[str]:
    """A word as a shell hands it over: a pattern becomes the files it finds."""
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


@pytest.fixture
def operator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    portraits: Any,
) -> Operator:  # fmt: skip
    """At work in a folder that holds the examples and three photographs."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    photographs(tmp_path / "photos", portraits)
    (tmp_path / "copies").mkdir()  # stands for another disk
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "FACEKEEP_PASSPHRASE": "open, 芝麻", "FACEKEEP_LANG": "en",
        "FACEKEEP_MODELS": "models", "FACEKEEP_CACHE": "cache",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    stop_the_clock(monkeypatch)
    return Operator(tmp_path, capsys, monkeypatch)


def photographs(folder: Path, portraits: Any) -> None:
    """The resident, the resident another day, and a sign."""
    folder.mkdir()
    resident = Image.open(portraits.astronaut).convert("RGB")
    turned = resident.rotate(4, resample=Image.Resampling.BICUBIC)
    resident.save(folder / "resident.jpg", quality=95)
    ImageEnhance.Brightness(turned).enhance(1.12).save(folder / "another-day.jpg", quality=80)
    Image.new("RGB", (64, 48), "white").save(folder / "sign.jpg")


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every home that is found, entered or adopted reads the same hour."""
    clock = Turnable(DAY.timestamp())
    for way in (assembly.found, assembly.enter, assembly.adopt, assembly.entered.__wrapped__):  # type: ignore[attr-defined]
        monkeypatch.setitem(way.__kwdefaults__, "clock", clock)


@pytest.fixture
def attack_models(request: pytest.FixtureRequest, tmp_path: Path) -> set[str]:
    """The two network files beside the page, where the development folder has them."""
    try:
        folder: Path = request.getfixturevalue("dev_data")
    except pytest.skip.Exception:
        return set()
    found = [folder / "models" / name for name in ATTACK_MODELS]
    if not all(file.is_file() for file in found):
        return set()
    for file in found:
        shutil.copy(file, tmp_path)
    return set(ATTACK_MODELS)


def lines_of(page: Path, keep: Callable[[str], bool]) -> Iterator[str]:
    """What is to be typed, in order."""
    return (line for _, line in shell_lines(page.read_text("utf-8")) if keep(line))


def test_a_home_run_by_this_page_is_in_order(operator: Operator, attack_models: set[str]) -> None:
    """Every duty a machine can check and this version can fulfil is met, or has nothing to judge."""
    absent = {name for name in ATTACK_MODELS if name not in attack_models}
    operator.follow(lines_of(PAGE, lambda line: not any(name in line for name in absent)))
    rows = {row["id"]: row for row in operator.ask("comply")["rows"]}
    tolerated = NEEDS_ATTACK_MODELS if absent else set()
    unmet = {
        name: [gap["what"]["en"] for gap in row["gaps"]]
        for name, row in rows.items()
        if row["status"] == "not met" and not row["missing"] and name not in tolerated
    }
    assert unmet == {}
    idle = {name for name, row in rows.items() if row["status"] == "not applicable"}
    assert idle <= NOTHING_TO_JUDGE
    assert sum(row["status"] == "met" for row in rows.values()) >= 55


def test_what_stays_unmet_names_the_capability(operator: Operator) -> None:
    """The page's table is the book's."""
    table = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    told = {duty for line in table for duty in line.split("|")[2].replace(" ", "").split(",")}
    missing = {
        one.id
        for one in book().obligations
        if one.capability and one.begins is None and one.when is None
    }
    assert missing <= told
