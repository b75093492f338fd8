"""backup, restore and passphrase change, as they are typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from facekeep.cli.app import run

PASSPHRASE, NEW = "seven geese over grey water", "eight swans on a winter lake"


class Shell:
    """A terminal in an empty folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, Any]:
        code = run([*words, "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def good(self, *words: str) -> Any:
        code, told = self(*words)
        assert code == 0, told
        return told


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A home in ``home``, folders for copies beside it."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "HOME": "home", "CUSTODY": "custody", "PASSPHRASE": PASSPHRASE, "LANG": "en",
        "MODELS": "models", "CACHE": "cache",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"FACEKEEP_{name}", value)
    for folder in ("copies", "keys"):
        Path(folder).mkdir()
    shell = Shell(capsys)
    shell.good("init")
    return shell


def test_there_and_back(shell: Shell) -> None:
    """Copy, try, lose the disk, bring it back; the doctor finds nothing graver than remarks."""
    made = shell.good("backup", "--to", "copies", "--with-keys", "keys")
    assert Path(made["file"]).is_file()
    assert Path(made["keys"]).is_file()
    tried = shell.good("restore", made["file"], "--verify")
    assert tried["verified"]
    assert (tried["people"], tried["enrolled"]) == (0, 0)
    shutil.rmtree("home")
    back = shell.good("restore", made["file"], "--to", "home", "--keys", made["keys"])
    assert back["entries"] >= made["entries"]
    assert Path(back["public_key"]).is_file()
    assert shell("doctor")[1]["code"] == 0
    assert shell.good("ledger", "verify")["whole"]


def test_what_is_said_in_both_languages(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line in two languages, none without words."""
    for language, said in (("zh", "备份完成"), ("en", "Backed up")):
        folder = Path("copies") / language
        folder.mkdir()
        assert run(["--lang", language, "backup", "--to", str(folder)]) == 0
        assert said in capsys.readouterr().out
        (file,) = folder.iterdir()
        assert run(["--lang", language, "restore", str(file), "--verify"]) == 0
        shown = capsys.readouterr().out
        assert ("enrol again" in shown) is (language == "en")
        assert ("重新登记" in shown) is (language == "zh")


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("backup", "--to", "nowhere"), 2, "usage"),
        (("backup", "--to", "home"), 2, "usage"),
        (("backup", "--to", "copies", "--with-keys", "copies"), 2, "usage"),
        (("backup", "--to", "copies", "--with-keys", "keys", "--days", "31"), 2, "usage"),
        (("restore", "nothing", "--verify"), 2, "usage"),
        (("restore", "nothing"), 2, "usage"),
        (("restore", "nothing", "--to", "x", "--verify"), 2, "usage"),
    ],
)
def test_what_makes_no_sense_is_said(
    shell: Shell, words: tuple[str, ...], code: int, error: str
) -> None:
    """And leaves nothing behind."""
    got, told = shell(*words)
    assert (got, told["error"]) == (code, error), told
    assert not any(Path("copies").iterdir())
    assert not any(Path("keys").iterdir())
    assert not Path("x").exists()


def test_an_altered_backup_is_named(shell: Shell) -> None:
    """The member, and exit 4."""
    file = Path(shell.good("backup", "--to", "copies")["file"])
    content = bytearray(file.read_bytes())
    content[content.index(b"records.sealed") + 100] ^= 1
    file.write_bytes(content)
    code, told = shell("restore", str(file), "--verify")
    assert (code, told["error"]) == (4, "tampered")
    assert "records.sealed" in told["message"]


def test_without_custody_it_says_what_is_needed(shell: Shell) -> None:
    """First whose signature, then what becomes of the consents."""
    file = shell.good("backup", "--to", "copies")["file"]
    shutil.copy("home/ledger.pub", "kept.pub")
    shutil.rmtree("home")
    shutil.rmtree("custody")
    code, told = shell("restore", file, "--to", "home")
    assert (code, told["error"]) == (5, "broken")
    assert "--key" in told["remedy"]
    code, told = shell("restore", file, "--to", "home", "--key", "kept.pub")
    assert (code, told["error"]) == (3, "refused")
    assert "--everybody-anew" in told["remedy"]
    shell.good("restore", file, "--to", "home", "--key", "kept.pub", "--everybody-anew")
    assert shell("doctor")[1]["code"] == 0


def test_passphrase_change(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one opens nothing any more, nor does an older copy of the key store."""
    Path("new.txt").write_text(f"{NEW}\n", encoding="utf-8")
    Path("weak.txt").write_text("password\n", encoding="utf-8")
    assert shell("passphrase", "change", "--new-passphrase-file", "weak.txt")[0] == 2
    old = Path("home/keys.db").read_bytes()
    shell.good("passphrase", "change", "--new-passphrase-file", "new.txt")
    assert shell("adopt", "--because", "a test")[1]["error"] == "wrong_passphrase"
    new = Path("home/keys.db").read_bytes()
    Path("home/keys.db").write_bytes(old)
    assert shell("doctor")[1]["code"] == 4
    Path("home/keys.db").write_bytes(new)
    monkeypatch.setenv("FACEKEEP_PASSPHRASE", NEW)
    shell.good("adopt", "--because", "a test")


def test_doctor_says_why_production_refuses(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it in development; each reason by itself in production."""
    assert "not_ready" not in {one["key"] for one in shell("doctor")[1]["findings"]}
    monkeypatch.setenv("FACEKEEP_MODE", "production")
    monkeypatch.setenv("FACEKEEP_PASSPHRASE", "password")
    code, told = shell("doctor")
    reasons = [one["said"] for one in told["findings"] if one["key"] == "not_ready"]
    assert code == 5
    assert len(reasons) == 3  # passphrase, TLS, witness
    assert all(one["remedy"] for one in told["findings"] if one["key"] == "not_ready")
