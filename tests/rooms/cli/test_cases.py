"""Officers, cases, answers, copies, other ways in: as people type them."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path
from time import time
from typing import Any, NamedTuple

import pytest

from facekeep.cli import app
from facekeep.cli.door import Door
from facekeep.cli.faults import show_fault
from facekeep.settings import Settings
from facekeep.terms.errors import ConsentMissing, FacekeepError, NoFace, Restrained
from tests.attacks import toolkit
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import PASSPHRASE, Site

__all__ = ["clock", "people", "site"]


class Told(NamedTuple):
    """What a call came to."""

    code: int
    document: dict[str, Any]


class Desk:
    """The command line at a home; answers are JSON."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.site, self._capsys, self.folder = site, capsys, folder
        self.key = folder / "lin.pem"
        self.key.write_bytes(toolkit.OFFICER_KEY)

    @property
    def signing(self) -> list[str]:
        """The officer at work."""
        return ["--officer", toolkit.OFFICER, "--officer-key", str(self.key)]

    def run(self, *words: str) -> Told:
        """One call."""
        code = app.run(["--home", str(self.site.home), "--lang", "en", *words, "--json"])
        return Told(code, json.loads(self._capsys.readouterr().out))

    def screen(self, language: str, *words: str) -> str:
        """What a person sees."""
        app.run(["--home", str(self.site.home), "--lang", language, *words])
        told = self._capsys.readouterr()
        return told.out + told.err

    def open(self, kind: str, *more: str) -> dict[str, Any]:
        """A case about alice."""
        given = [
            "--kind",
            kind,
            "--subject",
            "alice",
            "--purpose",
            "gate",
            "--identified",
            "passport",
        ]
        (case,) = self.run("case", "open", *given, *more).document["cases"]
        assert isinstance(case, dict)
        return case


@pytest.fixture
def desk(
    site: Site, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """Alice is enrolled; the officer's key lies in a file. The command line reads the real clock."""
    site.clock.now = time()
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    monkeypatch.setenv("FACEKEEP_PASSPHRASE", PASSPHRASE.decode())
    with site.open() as house:
        site.enrol(house, "alice")
    return Desk(site, capsys, tmp_path)


# -- officers -------------------------------------------------------------------------------


def test_officer_is_added_with_a_key_file_of_their_own(desk: Desk) -> None:
    """0600, listed, and able to let the next one in."""
    mine = desk.folder / "mo.pem"
    told = desk.run(
        "officer", "add", "Mo", "--role", "case-officer", "--key", str(mine), *desk.signing
    )
    assert (told.code, told.document["added_by"]) == (0, toolkit.OFFICER)
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    names = [o["name"] for o in desk.run("officer", "list").document["officers"]]
    assert sorted(names) == [toolkit.OFFICER, "Mo"]
    assert "PRIVATE" not in json.dumps(told.document)


def test_third_officer_is_entered_by_two(desk: Desk) -> None:
    """The key is drawn once; the same command enters its owner when two have approved."""
    mo, zoe = desk.folder / "mo.pem", desk.folder / "zoe.pem"
    desk.run("officer", "add", "Mo", "--key", str(mo), *desk.signing)
    third = ["officer", "add", "Zoe", "--role", "security", "--key", str(zoe)]
    told = desk.run(*third, *desk.signing).document
    assert (told["state"], told["approved_by"]) == ("waiting", [toolkit.OFFICER])
    drawn = zoe.read_bytes()
    assert desk.run(*third, *desk.signing).document["approve"] == told["approve"]
    by_mo = ["--officer", "Mo", "--officer-key", str(mo)]
    assert desk.run("approve", "officer-add", told["approve"], *by_mo).code == 0
    assert desk.run(*third).document["added_by"] == " + ".join(sorted([toolkit.OFFICER, "Mo"]))
    assert zoe.read_bytes() == drawn
    fresh = desk.folder / "x.pem"
    assert desk.run("officer", "add", "X", "--role", "king", "--key", str(fresh)).code == 2
    assert not fresh.exists()


def test_officer_nobody_vouches_for_leaves_no_file(desk: Desk) -> None:
    """Refused, and the key is not lying about."""
    mine = desk.folder / "eve.pem"
    told = desk.run("officer", "add", "Eve", "--key", str(mine))
    assert (told.code, told.document["article"]) == (3, "PIPL-51-4")
    assert not mine.exists()


@pytest.mark.parametrize("place", ["home", "over", "nowhere"])
def test_key_file_has_a_sensible_place(desk: Desk, place: str) -> None:
    """Not inside the home, not over something else, not in a folder that is not there."""
    where = {
        "home": desk.site.home / "x.pem",
        "over": desk.key,
        "nowhere": desk.folder / "no" / "x",
    }
    told = desk.run("officer", "add", "Mo", "--key", str(where[place]), *desk.signing)
    assert told.code == 2


def test_key_under_a_passphrase_signs_with_it_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The passphrase comes from a file; another one opens nothing."""
    mine, words = desk.folder / "mo.pem", desk.folder / "words"
    words.write_text("four words here\n")
    monkeypatch.setenv("FACEKEEP_OFFICER_PASSPHRASE_FILE", str(words))
    assert desk.run("officer", "add", "Mo", "--key", str(mine), *desk.signing).document["protected"]
    act = ["approve", "move-house", "x", "--officer", "Mo", "--officer-key", str(mine)]
    assert desk.run(*act).code == 0
    words.write_text("other words\n")
    assert desk.run(*act).document["error"] == "wrong_passphrase"


def test_lost_keys_are_replaced_by_the_passphrase(desk: Desk) -> None:
    """Listed as what it is; the key file is written."""
    mine = desk.folder / "zoe.pem"
    assert desk.run("officer", "recover", "Zoe", "--key", str(mine)).code == 0
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    (zoe,) = [o for o in desk.run("officer", "list").document["officers"] if o["name"] == "Zoe"]
    assert zoe["added_by"] == "*home"


def test_person_fetches_a_receipt_by_their_code(desk: Desk) -> None:
    """As far as the case is now."""
    case, file = desk.open("copy"), desk.folder / "now.json"
    desk.run("case", "move", case["number"], "--to", "acknowledged", *desk.signing)
    assert desk.run("case", "receipt", "--code", case["code"], "-o", str(file)).code == 0
    public = str(desk.site.home / "ledger.pub")
    told = desk.run("case", "verify", str(file), "--key", public).document
    assert told["state"] == "acknowledged"


def test_officer_and_key_come_together(desk: Desk) -> None:
    """One without the other is a usage error with words."""
    told = desk.run("case", "show", "00" * 16, "--officer", toolkit.OFFICER)
    assert told.code == 2


# -- cases ----------------------------------------------------------------------------------


def test_case_from_the_person_to_its_close(desk: Desk) -> None:
    """Opened with a receipt, listed without a name, shown to an officer, answered, closed."""
    receipt = desk.folder / "case.json"
    case = desk.open("restriction", "--text", "please stop", "-o", str(receipt))
    listed = desk.run("case", "list").document["cases"]
    assert [one["number"] for one in listed] == [case["number"]]
    assert "alice" not in json.dumps(listed)
    public = str(desk.site.home / "ledger.pub")
    assert desk.run("case", "verify", str(receipt), "--key", public).document["verified"]
    shown = desk.run("case", "show", case["number"], *desk.signing).document
    assert (shown["subject"], shown["text"]) == ("alice", "please stop")
    answer = [
        "case",
        "answer",
        case["number"],
        "--outcome",
        "lifted",
        "--text",
        "done",
        "--read",
        "1",
    ]
    assert desk.run(*answer, *desk.signing).document["state"] == "answered"
    assert desk.run(*answer, *desk.signing).document["error"] == "refused"
    assert desk.run("case", "close", case["number"], *desk.signing).document["state"] == "closed"
    assert desk.run("case", "show", "--code", case["code"]).document["state"] == "closed"


def test_forged_receipt_is_an_alarm(desk: Desk) -> None:
    """Exit 4."""
    receipt = desk.folder / "case.json"
    desk.open("copy", "-o", str(receipt))
    receipt.write_text(receipt.read_text().replace('"kind": "copy"', '"kind": "deletion"'))
    public = str(desk.site.home / "ledger.pub")
    assert desk.run("case", "verify", str(receipt), "--key", public).code == 4


def test_refusal_and_extension_name_their_reasons(desk: Desk) -> None:
    """The parser asks for them, the desk refuses what is none."""
    number = desk.open("copy")["number"]
    extended = desk.run("case", "extend", number, "--text", "we ask the maker", *desk.signing)
    assert extended.document["state"] == "extended"
    bare = ["case", "refuse", number, "--reason", "because", "--text", "no", "--appeal", "court"]
    assert desk.run(*bare, *desk.signing).code == 2
    bare[4] = "legal-duty"
    assert desk.run(*bare, *desk.signing).document["state"] == "refused"


def test_deletion_by_case_hands_the_receipt_over_once(desk: Desk) -> None:
    """To the file; the answer does not repeat the secret."""
    number, receipt = desk.open("deletion")["number"], desk.folder / "erased.json"
    answer = ["case", "answer", number, "--outcome", "done", "--text", "erased", "-o", str(receipt)]
    told = desk.run(*answer, *desk.signing)
    assert told.document["receipt"] == str(receipt)
    secret = json.loads(receipt.read_text())["body"]["secret"]
    assert secret
    assert secret not in json.dumps(told.document)
    assert desk.run("answers", "--subject", "alice").document["answers"] == []


def test_secret_opens_by_four_eyes(desk: Desk) -> None:
    """One approval is refused, two show the story, the third look needs new ones."""
    mine = desk.folder / "mo.pem"
    desk.run("officer", "add", "Mo", "--key", str(mine), *desk.signing)
    desk.run("withdraw", "--subject", "alice", "--purpose", "gate", "-o", str(desk.folder / "r"))
    number = desk.open("explanation")["number"]
    desk.run("approve", "open-secret", number, *desk.signing)
    assert desk.run("case", "open-secret", number).document["article"] == "PIPL-51-4"
    desk.run("approve", "open-secret", number, "--officer", "Mo", "--officer-key", str(mine))
    events = desk.run("case", "open-secret", number).document["events"]
    assert events[0]["kind"] == "collection:consent:given"
    assert sorted(events[-1]["officers"]) == [toolkit.OFFICER, "Mo"]
    assert desk.run("case", "open-secret", number).code == 3
    for who, key in ((toolkit.OFFICER, desk.key), ("Mo", mine)):
        given = ["--officer", who, "--officer-key", str(key), "--hours", "20"]
        assert desk.run("approve", "open-secret", number, *given).code == 0
    page = " ".join(desk.screen("en", "case", "open-secret", number).split())
    assert f"{toolkit.OFFICER}, Mo" in page
    assert "['" not in page


def test_nobody_approves_for_a_case_that_is_over(desk: Desk) -> None:
    """Refused at the first signature, not at the opening; so is a case that never was."""
    number = desk.open("explanation")["number"]
    answer = ["case", "answer", number, "--outcome", "done", "--text", "told"]
    assert desk.run(*answer, *desk.signing).code == 0
    told = desk.run("approve", "open-secret", number, *desk.signing)
    assert (told.code, told.document["reason"][:17]) == (3, "this case is over")
    assert desk.run("approve", "open-secret", "0" * 32, *desk.signing).code != 0


def test_answers_and_copy(desk: Desk) -> None:
    """Who looked is in the next answer; the copy opens without us."""
    desk.run("answers", "--subject", "alice", *desk.signing)
    (one,) = desk.run("answers", "--subject", "alice").document["answers"]
    assert [event["officer"] for event in one["looked"] if "officer" in event] == [toolkit.OFFICER]
    file = desk.folder / "copy.zip"
    assert desk.run("copy", "--subject", "alice", "-o", str(file)).code == 0
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
    assert desk.run("copy", "--subject", "nobody", "-o", str(file)).code == 3


@pytest.mark.parametrize(("language", "heading"), [("zh", "怎样保存"), ("en", "How it is kept")])
def test_each_question_has_its_heading_once(desk: Desk, language: str, heading: str) -> None:
    """The answer under it does not begin with it again."""
    page = desk.screen(language, "answers", "--subject", "alice")
    assert page.count(heading) == 1
    assert f"{heading}:" not in page
    assert f"{heading}：" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_screens_speak_one_language(desk: Desk, language: str) -> None:
    """Every screen of this file, drawn."""
    number = desk.open("objection", "--text", "stop")["number"]
    words = [
        ("officer", "list"), ("case", "list", "--all"), ("case", "show", number, *desk.signing),
        ("answers", "--subject", "alice"), ("parity",), ("alternative", "list", "-p", "gate"),
        ("alternative", "used", "-p", "gate", "--way", "card", "--outcome", "done", "--seconds", "4"),
        ("case", "open", "--kind", "complaint", "--text", "x"), ("case", "open", "--kind", "copy"),
        ("case", "lift", number, "--text", "", *desk.signing),
    ]  # fmt: skip
    for line in words:
        page = desk.screen(language, *line)
        assert page.strip(), line
        assert "Traceback" not in page


# -- other ways in --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [NoFace("none"), Restrained("stopped", "wait"), ConsentMissing("x", "y")]
)
@pytest.mark.parametrize("as_json", [True, False])
def test_whoever_is_not_let_in_by_face_is_told_the_other_ways(
    error: FacekeepError, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Art. 10: not recognised, refused or unwilling, the way without a face stands beside it."""
    door = Door(Settings.model_construct(), "en", as_json, other_ways={"card": "a card"})
    show_fault(error, door)
    told = capsys.readouterr()
    if as_json:
        assert json.loads(told.out)["alternatives"] == ["card"]
    else:
        assert "a card" in told.err


def test_parity_is_drawn_and_a_worse_way_exits_1(desk: Desk) -> None:
    """SVG and table beside it."""
    used = ["alternative", "used", "-p", "gate", "--outcome", "done"]
    for _ in range(20):
        desk.run(*used, "--way", "face", "--seconds", "3")
        desk.run(*used, "--way", "card", "--seconds", "20")
    drawing = desk.folder / "parity.svg"
    told = desk.run("parity", "-o", str(drawing))
    assert told.code == 1
    assert told.document["worse"] == ["card is worse than the face in gate for standard: slower"]
    assert drawing.read_text().startswith("<svg")
    assert drawing.with_suffix(".csv").read_text().startswith("purpose,profile,way")


@pytest.mark.parametrize("file", ["parity.png", "no/parity.svg"])
def test_parity_refuses_an_odd_file(desk: Desk, file: str) -> None:
    """Before anything is read."""
    assert desk.run("parity", "-o", str(desk.folder / file)).code == 2


@pytest.mark.parametrize("outcome", ["won", ""])
def test_odd_outcomes_are_named(desk: Desk, outcome: str) -> None:
    """done, failed or abandoned."""
    used = ["alternative", "used", "-p", "gate", "--way", "card", "--seconds", "3"]
    assert desk.run(*used, "--outcome", outcome).code == 2
