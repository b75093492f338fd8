"""comply and explain at the door: what is shown, what exits how, in which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from facekeep.cli.app import run
from facekeep.oversight.comply import Status
from facekeep.storage.plot import Plot


class Said(NamedTuple):
    """One call, ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        return json.loads(self.out)


Type = Callable[..., Said]


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Type:
    """What somebody types, in a folder with nothing in it."""
    for name, value in {
        "FACEKEEP_CUSTODY": tmp_path / "custody", "FACEKEEP_MODELS": tmp_path / "models",
        "FACEKEEP_CACHE": tmp_path / "cache", "FACEKEEP_PASSPHRASE": "open, 芝麻",
        "FACEKEEP_LANG": "en",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))

    def type_(*words: str) -> Said:
        code = run(words)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return type_


@pytest.fixture
def home(tmp_path: Path, typed: Type) -> str:
    """A home under the law of China."""
    assert typed("--home", str(tmp_path / "home"), "init", "--json").code == 0
    return str(tmp_path / "home")


def test_every_row_says_how_it_stands(typed: Type, home: str) -> None:
    """Ninety duties of China and of the standards, each with a status and its evidence."""
    told = typed("--home", home, "comply", "--json").told
    assert told["regime"] == "cn"
    assert told["selected_checks_not_an_assessment"] is False
    assert len(told["rows"]) == sum(told["counts"].values()) == 90
    statuses = {status.value for status in Status}
    for row in told["rows"]:
        assert row["status"] in statuses
        assert row["text"]["zh"]
        assert row["text"]["en"]
        if row["status"] == "not met":
            assert row["next"]["zh"]
            assert row["next"]["en"]


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "目前尚不适用"), ("en", "Nothing here applies yet")]
)
def test_what_applies_to_nothing_is_not_praised(
    typed: Type, home: str, language: str, said: str
) -> None:
    """An empty home has met no duty about places: there are none."""
    rows = typed("--home", home, "comply", "--json").told["rows"]
    idle = next(row["id"] for row in rows if row["status"] == "not applicable")
    page = typed("--home", home, "--lang", language, "comply", idle).out
    assert said in page
    assert "is met" not in page
    assert "都已满足" not in page


def test_a_missing_capability_names_itself(typed: Type, home: str) -> None:
    """In next, in both languages."""
    (row,) = typed("--home", home, "comply", "CSIR-04-4H", "--json").told["rows"]
    assert row["status"] == "not met"
    assert row["next"]["en"].startswith("incident response")
    assert row["missing"][0]["meanwhile"]["zh"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_reads_in_one_language(typed: Type, home: str, language: str) -> None:
    """No Chinese in English; each stage has its heading."""
    page = typed("--lang", language, "--home", home, "comply")
    assert page.code == 0
    assert page.err == ""
    if language == "en":
        assert not [c for c in page.out if "一" <= c <= "鿿"]
    assert ("治理" if language == "zh" else "Governance") in page.out
    assert ("未经核对" if language == "zh" else "not verified") in page.out


def test_only_what_is_asked_for_is_listed(typed: Type, home: str) -> None:
    """The tally still counts everything."""
    told = typed("--home", home, "comply", "--only", "not-automatable", "--json").told
    assert [row["id"] for row in told["rows"]] == ["FRM-18"]
    assert sum(told["counts"].values()) == 90


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--check",), 3)])
def test_a_check_can_stop_a_pipeline(
    typed: Type, home: str, words: tuple[str, ...], code: int
) -> None:
    """Asked to, it exits like a refusal; otherwise a report is a report."""
    assert typed("--home", home, "comply", *words, "--json").code == code
    assert typed("--home", home, "comply", "FRM-18", *words, "--json").code == 0


@pytest.mark.parametrize("regime", ["gdpr", "bipa"])
def test_other_regimes_say_that_they_are_a_selection(typed: Type, home: str, regime: str) -> None:
    """Selected checks, not an assessment: on the page and in the document."""
    told = typed("--home", home, "comply", "--regime", regime, "--json").told
    assert told["selected_checks_not_an_assessment"] is True
    page = typed("--home", home, "comply", "--regime", regime)
    assert "selected checks, not an assessment" in page.out


def test_a_home_remembers_its_regime(typed: Type, tmp_path: Path) -> None:
    """Chosen at the beginning, recorded, and used where nothing else is named."""
    place = str(tmp_path / "abroad")
    sheet = typed("--home", place, "init", "--regime", "gdpr", "--json").told
    assert sheet["regime"] == "gdpr"
    assert Plot.read(Path(place)).regime == "gdpr"
    told = typed("--home", place, "comply", "--json").told
    assert told["regime"] == "gdpr"
    assert {row["regime"] for row in told["rows"]} == {"gdpr", "every"}


def test_a_regime_nobody_knows_is_refused(typed: Type, home: str) -> None:
    """At the door, and in the home's own file."""
    assert typed("--home", home, "comply", "--regime", "mars").code == 2
    file = Path(home, "home.toml")
    file.write_text(file.read_text().replace('"cn"', '"mars"'))
    assert typed("--home", home, "comply").code == 4


@pytest.mark.parametrize(
    "day", ["soon", "2027-02-30", "27-12-02", "1999-01-01", "2101-01-01", "", "١٢٣٤-٠١-٠١"]
)
def test_a_day_that_is_none_is_refused(typed: Type, home: str, day: str) -> None:
    """With an example of one."""
    said = typed("--home", home, "comply", "--as-of", day, "--json")
    assert said.code == 2
    assert "2027-12-02" in said.out


def test_as_of_another_day(typed: Type, home: str) -> None:
    """What binds later does not apply yet, and says from when."""
    before = typed("--home", home, "comply", "AIA-26", "--as-of", "2027-12-01", "--json").told
    (row,) = before["rows"]
    assert row["status"] == "not applicable"
    assert "2027-12-02" in row["because"]["en"]
    assert before["as_of"] == "2027-12-01"


def test_explain_needs_no_home(typed: Type) -> None:
    """Source, article, basis and both languages; a beginning is enough."""
    told = typed("explain", "frm-10", "--json").told["obligations"]
    assert [one["id"] for one in told] == ["FRM-10-1", "FRM-10-2"]
    assert told[0]["article"] == "10(1)"
    assert told[0]["live"] is None
    page = typed("explain", "FRM-10-1")
    assert "刷脸" in page.out
    assert "Face must not be the only method" in page.out


def test_explain_says_how_it_stands(typed: Type, home: str) -> None:
    """With a home, its row is there."""
    (one,) = typed("--home", home, "explain", "PIPL-69", "--json").told["obligations"]
    assert one["live"]["status"] == "not met"
    assert "storage.ledger.whole" in typed("--home", home, "explain", "PIPL-69").out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_duty_names_its_neighbours(typed: Type, language: str) -> None:
    """Exit 2, and ids to try."""
    said = typed("--lang", language, "explain", "FRM-99")
    assert said.code == 2
    assert "FRM-" in said.err
