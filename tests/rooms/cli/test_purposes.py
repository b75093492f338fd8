"""Purposes as officers type them: step by step, in one go, out of force, and for everybody to read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from facekeep.cli import app
from tests.attacks import toolkit
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import OFFICER, Site, assessment_text, purpose_text

__all__ = ["clock", "people", "site"]


class Desk:
    """The command line at a home, and an officer's key."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.site, self._capsys, self.folder = site, capsys, folder
        self.key = folder / "lin.pem"
        self.key.write_bytes(toolkit.OFFICER_KEY)

    @property
    def officer(self) -> list[object]:
        return ["--officer", OFFICER]

    @property
    def signing(self) -> list[object]:
        return [*self.officer, "--officer-key", self.key]

    def __call__(self, *words: object) -> tuple[int, dict[str, Any]]:
        """Exit code and the one document."""
        code = app.run(["--home", str(self.site.home), *map(str, words), "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def screen(self, language: str, *words: object) -> str:
        """What a person sees."""
        app.run(["--home", str(self.site.home), "--lang", language, *map(str, words)])
        told = self._capsys.readouterr()
        return told.out + told.err

    def file(self, name: str, text: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text)
        return path


@pytest.fixture
def desk(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    with site.open(locked=True) as house:
        toolkit.officer_of(house)
    return Desk(site, capsys, tmp_path)


def test_step_by_step(desk: Desk) -> None:
    """Draft, assess, sign, release; none of them before the one it follows."""
    text = desk.file("bank.toml", purpose_text("bank"))
    report = desk.file("report.toml", assessment_text("bank"))
    code, drafted = desk("purpose", "draft", text, *desk.officer)
    assert (code, drafted["version"], drafted["gaps"]) == (0, 1, [])
    assert desk("purpose", "sign", "bank", *desk.signing)[0] == 3
    assert desk("purpose", "release", "bank", *desk.officer)[0] == 3
    code, assessed = desk("purpose", "assess", "bank", "--assessment", report, *desk.officer)
    assert (code, [one["holds"] for one in assessed["controls"]]) == (
        0, [True] * len(assessed["controls"]),
    )  # fmt: skip
    assert desk("purpose", "release", "bank", *desk.officer)[0] == 3
    assert desk("purpose", "sign", "bank", *desk.signing)[1]["officer"] == OFFICER
    code, released = desk("purpose", "release", "bank", *desk.officer)
    assert (code, released["version"]) == (0, 1)
    steps = desk("purpose", "history", "bank")[1]["steps"]
    assert [one["stage"] for one in steps] == ["draft", "assessed", "signed", "published"]
    assert steps[-1]["assessment"] == assessed["assessment"]
    assert steps[-1]["signed"] is True
    assert steps[-1]["locked_until"] is None


def test_in_one_go_and_again(desk: Desk) -> None:
    """The same text again changes nothing; a new one is the next version, and both can be read."""
    report = desk.file("report.toml", assessment_text("bank"))
    first = desk.file("one.toml", purpose_text("bank"))
    second = desk.file("two.toml", purpose_text("bank", retention_days=30))
    how = ("--assessment", report, *desk.signing)
    assert desk("purpose", "publish", first, *how)[1]["version"] == 1
    assert desk("purpose", "publish", first, *how)[1]["version"] == 1
    assert desk("purpose", "publish", second, *how)[1]["version"] == 2
    old = desk("purpose", "show", "bank", "--version", 1)[1]
    new = desk("purpose", "show", "bank")[1]
    assert "365" in old["en"]
    assert "30 days" in new["en"]
    assert old["digest"] != new["digest"]
    assert desk("purpose", "show", "bank", "--version", 7)[0] == 2


def test_gaps_are_named_where_something_is_missing(desk: Desk) -> None:
    """A draft lists them; publishing refuses, in either language, and keeps the reader's."""
    text = desk.file("bank.toml", purpose_text("bank", options="[]"))
    report = desk.file("report.toml", assessment_text("bank"))
    gaps = desk("purpose", "draft", text, *desk.officer)[1]["gaps"]
    assert [one["what"] for one in gaps] == ["no less intrusive option was compared"]
    assess = ("purpose", "assess", "bank", "--assessment", report, *desk.officer)
    code, refused = desk(*assess)
    assert (code, refused["error"]) == (3, "not_publishable")
    chinese = desk.screen("zh", *assess)
    assert "没有比较过侵害更小的方式" in chinese
    assert "option was compared" not in chinese


def test_a_second_draft_is_told(desk: Desk) -> None:
    """Two officers at once: the later one must look first."""
    desk("purpose", "draft", desk.file("a.toml", purpose_text("bank")), *desk.officer)
    other = desk.file("b.toml", purpose_text("bank", retention_days=9))
    assert desk("purpose", "draft", other, *desk.officer)[0] == 3
    assert desk("purpose", "draft", other, *desk.officer, "--over", 1)[1]["version"] == 2


def test_out_of_force_takes_an_officers_key(desk: Desk) -> None:
    """Suspend and end are signed; a wrong key, a stranger and silence do nothing."""
    wrong = desk.folder / "other.pem"
    wrong.write_bytes(toolkit.officers.draw_key(lambda n: b"\x01" * n))
    because = ("--because", "new gates")
    assert desk("purpose", "suspend", "gate", *because, "--officer", OFFICER,
                "--officer-key", wrong)[0] == 3  # fmt: skip
    assert desk("purpose", "suspend", "gate", *because, "--officer", "Nobody",
                "--officer-key", desk.key)[0] == 3  # fmt: skip
    assert desk("purpose", "suspend", "gate", "--because", "a\nb", *desk.signing)[0] == 2
    assert desk("purpose", "suspend", "gate", *because, *desk.signing)[1]["stage"] == "suspended"
    assert desk("purpose", "show", "gate")[0] in (0, 3)
    assert desk("purpose", "end", "gate", *because, *desk.signing)[1]["stage"] == "ended"
    listed = desk("purpose", "list")[1]["purposes"]
    assert [(one["id"], one["stage"]) for one in listed] == [("gate", "ended")]
    last = desk("purpose", "history", "gate")[1]["steps"][-1]
    assert (last["who"], last["because"]) == (OFFICER, "new gates")


def test_what_an_assessment_may_cite(desk: Desk) -> None:
    """Every question with whether it holds; nothing moved, nothing is suspended."""
    known = {one["id"]: one["holds"] for one in desk("purpose", "controls")[1]["controls"]}
    assert known["storage.separation.stores"] is True
    assert len(known) > 30
    assert desk("purpose", "check")[1] == {"purposes": 1, "suspended": []}


def test_the_assessment_in_the_shape_of_other_laws(desk: Desk, tmp_path: Path) -> None:
    """GDPR art. 35(7) and AI Act art. 27 are views of the same facts."""
    file = tmp_path / "assessment.json"
    code, told = desk("purpose", "assessment", "gate", "-o", file)
    assert code == 0
    assert json.loads(file.read_text()) == told
    assert set(told["gdpr_35_7"]) == {"35(7)(a)", "35(7)(b)", "35(7)(c)", "35(7)(d)"}
    assert "27(1)(a)" in told["ai_act_27_1"]
    assert desk("purpose", "assessment", "nobody")[0] == 2


def test_the_public_rules_load_and_run_nothing(desk: Desk, tmp_path: Path) -> None:
    """Every version in both languages; what an officer wrote is text, never markup."""
    hostile = b'{zh = "<script>alert(1)</script>\xe9\x97\xa8", en = "<img src=x onerror=y> gate"}'
    text = purpose_text("bank").replace(b"title = " + toolkit.SAME.encode(), b"title = " + hostile)
    report = desk.file("report.toml", assessment_text("bank"))
    how = ("--assessment", report, *desk.signing)
    assert desk("purpose", "publish", desk.file("bank.toml", text), *how)[0] == 0
    out = tmp_path / "rules.html"
    code, told = desk("purpose", "rules", "-o", out)
    page = out.read_text("utf-8")
    assert (code, told["purposes"], told["versions"]) == (0, ["bank", "gate"], 2)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert 'lang="zh-CN"' in page
    assert 'lang="en"' in page
    assert desk("purpose", "rules", "-o", tmp_path / "no" / "rules.html")[0] == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", ["list", "history gate", "assessment gate", "controls", "check"])
def test_screens_are_drawn(desk: Desk, view: str, language: str) -> None:
    """In either language, with nothing left to fill in."""
    seen = desk.screen(language, "purpose", *view.split())
    assert seen.strip()
    assert not set("{}") & set(seen)


@pytest.mark.parametrize("step", ["draft", "assess", "release"])
def test_steps_without_a_signature_ask_who_writes_them_down(desk: Desk, step: str) -> None:
    """Their help asks for no officer who signs: nothing is signed."""
    page = " ".join(desk.screen("en", "purpose", step, "--help").split())
    assert "writes this down" in page
    assert "who signs" not in page
