"""The whole promise told through the command line, on real faces, as an operator would type it.

One photograph of each person exists in the public domain, so the genuine pair is a photograph and
a transformed copy of it (turned by four degrees, brighter, re-encoded).
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageEnhance

ROOT = Path(__file__).resolve().parents[2]
GATE = ROOT / "docs" / "examples" / "gate.toml"
ASSESSMENT = ROOT / "docs" / "examples" / "gate-assessment.toml"
LOBBY = ROOT / "docs" / "examples" / "lobby.toml"
WHO = ("--subject", "resident-7", "--purpose", "gate")
AT = ("--device", "gate-1")
STRANGER = ("--subject", "resident-8", "--purpose", "gate")
ANSWER = {
    "decision", "max_fmr", "model", "grade", "calibration", "pad", "capture", "purpose", "event",
    "alternatives",
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """One call, ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


@dataclass
class Town:
    """A folder with a home, its custody, and pictures of two people."""

    folder: Path
    pictures: dict[str, Path] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def custody(self) -> Path:
        (found,) = (self.folder / "custody").iterdir()
        return found

    def type(
        self, *words: str | Path, language: str = "en", passphrase: str | None = "open, 芝麻",
        home: Path | None = None, **more: str,
    ) -> Done:  # fmt: skip
        """What an operator types after ``facekeep``."""
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "FACEKEEP_HOME": str(home or self.home),
            "FACEKEEP_CUSTODY": str(self.folder / "custody"),
            "FACEKEEP_MODELS": str(self.folder / "models"),
            "FACEKEEP_CACHE": str(self.folder / "cache"),
            "FACEKEEP_LANG": language,
            **({"FACEKEEP_PASSPHRASE": passphrase} if passphrase is not None else {}),
            **more,
        }
        done = subprocess.run(
            [sys.executable, "-m", "facekeep", *map(str, words)], env=environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False,
            cwd=self.folder,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def ask(self, *words: str | Path, **more: Any) -> Done:
        """The same with ``--json``: one document, whatever happens."""
        done = self.type(*words, "--json", **more)
        assert done.told is not None
        return done

    @property
    def officer(self) -> tuple[str | Path, ...]:
        """The officer who signs, entered where nobody is."""
        key = self.folder / "li.pem"
        if not key.exists():
            assert self.ask("officer", "add", "Li", "--key", key).code == 0
        return "--officer", "Li", "--officer-key", key

    def equip(self) -> None:
        """A place, a device with its key, and the sign that hangs beside it."""
        assert self.ask("place", "add", LOBBY).told["id"] == "lobby"
        key, sign = self.folder / "gate-1.key", self.folder / "sign.svg"
        device = ("--place", "lobby", "--purpose", "gate", "--key-out", key)
        assert self.ask("device", "add", "gate-1", *device).told["state"] == "registered"
        assert self.ask("sign", "make", "gate-1", "-o", sign).told["device"] == "gate-1"
        photo = self.pictures[
            "resident"
        ]  # any picture: nobody reads what a sign's photograph shows
        hung = ("--sign-photo", photo, *self.officer)
        assert self.ask("device", "activate", "gate-1", *hung).told["state"] == "active"

    def snapshot(self) -> None:
        """Remember home and custody as they lie."""
        for name in ("home", "custody"):
            shutil.copytree(self.folder / name, self.folder / "kept" / name)

    def restore(self) -> None:
        """Put both back, in the same place."""
        for name in ("home", "custody"):
            shutil.rmtree(self.folder / name)
            shutil.copytree(self.folder / "kept" / name, self.folder / name)


def _pictures(folder: Path, portraits: Any) -> dict[str, Path]:
    """The resident, the resident another day, and a stranger."""
    resident = Image.open(portraits.astronaut).convert("RGB")
    turned = resident.rotate(4, resample=Image.Resampling.BICUBIC)
    another_day = ImageEnhance.Brightness(turned).enhance(1.12)
    paths = {name: folder / f"{name}.jpg" for name in ("resident", "another_day", "stranger")}
    resident.save(paths["resident"], quality=95)
    another_day.save(paths["another_day"], quality=80)
    Image.open(portraits.admiral).convert("RGB").save(paths["stranger"], quality=90)
    return paths


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, portraits: Any) -> Town:
    """A home with a published purpose, one consent and one enrolment."""
    town = Town(tmp_path_factory.mktemp("town"))
    town.pictures = _pictures(town.folder, portraits)
    sheet = town.ask("init")
    assert sheet.code == 0, sheet
    assert {"home", "key", "fingerprint", "custody", "keep", "never", "lost"} <= sheet.told.keys()
    assessed = ("--assessment", ASSESSMENT, *town.officer)
    assert town.ask("purpose", "publish", GATE, *assessed).told["purpose"] == "gate"
    town.equip()
    assert town.ask("consent", "give", *WHO).told["state"] == "ConsentGiven"
    enrolled = town.ask("enrol", *WHO, *AT, town.pictures["resident"])
    assert (enrolled.code, enrolled.told["grade"]) == (0, "demonstration")
    town.snapshot()
    return town


@pytest.fixture
def town(founded: Town) -> Iterator[Town]:
    """The same home for every test, put back afterwards."""
    yield founded
    founded.restore()


# -- the story ------------------------------------------------------------------------------


def test_a_match_a_stranger_and_somebody_unknown(town: Town) -> None:
    """A match exits 0, a non-match 1; a subject we do not know is answered like one we do."""
    match = town.ask("verify", *WHO, *AT, town.pictures["another_day"])
    stranger = town.ask("verify", *WHO, *AT, town.pictures["stranger"])
    unknown = town.ask("verify", *STRANGER, *AT, town.pictures["stranger"])
    assert (match.code, match.told["decision"]) == (0, "match")
    assert (stranger.code, stranger.told["decision"]) == (1, "non-match")
    assert match.told.keys() == stranger.told.keys() == ANSWER
    assert (match.told["max_fmr"], match.told["pad"]) == (1e-3, "not_checked")
    assert stranger.told["alternatives"] == ["card", "desk"]
    assert unknown.code == stranger.code
    assert {k for k in ANSWER if unknown.told[k] != stranger.told[k]} == {"event"}
    proof = town.ask("ledger", "prove", unknown.told["event"])
    assert proof.told["entry"]["kind"] == "use:verification:answered"


def test_without_consent_nobody_is_enrolled(town: Town) -> None:
    """Refused by the article, with a way out, before a pixel is read."""
    refused = town.ask("enrol", *STRANGER, *AT, town.pictures["stranger"])
    assert refused.code == refused.told["code"] == 3
    assert refused.told["article"] == "FRM-06-1"
    assert "card" in refused.told["remedy"]


def test_identification_names_the_person(town: Town) -> None:
    """1:N finds the one enrolled person, and says among how many only by magnitude."""
    found = town.ask("identify", "--purpose", "gate", *AT, town.pictures["another_day"])
    assert (found.code, found.told["subjects"]) == (0, ["resident-7"])
    assert found.told["searched_range"] == "1-9"


@pytest.mark.long
def test_identification_names_nobody_for_a_stranger(town: Town) -> None:
    """A probe that matches nobody exits 1 and leaves nothing but its entry."""
    nobody = town.ask("identify", "--purpose", "gate", *AT, town.pictures["stranger"])
    assert (nobody.code, nobody.told["subjects"]) == (1, [])


def test_reset_withdraw_and_proof(town: Town) -> None:
    """A reset face still matches; after withdrawal it is refused, and the receipt proves why."""
    assert town.ask("renew", "--because", "leak").told["references"] >= 1
    assert town.ask("verify", *WHO, *AT, town.pictures["another_day"]).code == 0
    receipt, key = town.folder / "receipt.json", town.home / "ledger.pub"
    gone = town.ask("withdraw", *WHO, "-o", receipt, passphrase=None)
    assert gone.code == 0
    refused = town.ask("verify", *WHO, *AT, town.pictures["another_day"])
    assert (refused.code, refused.told["error"]) == (3, "consent_withdrawn")
    proved = town.ask("receipt", "verify", receipt, "--key", key, passphrase=None)
    assert (proved.code, proved.told["references"]) == (0, 1)
    against = town.ask("receipt", "verify", receipt, "--key", key, "--against", town.home)
    assert (against.code, against.told["verified"]) == (0, True)
    receipt.write_text(receipt.read_text().replace('"gate"', '"gaze"'))
    altered = town.ask("receipt", "verify", receipt, "--key", key)
    assert (altered.code, altered.told["error"]) == (4, "tampered")


def test_an_altered_ledger_row_is_found(town: Town) -> None:
    """The whole ledger verifies; one changed letter in one row, and it does not."""
    whole = town.ask("ledger", "verify", passphrase=None)
    assert (whole.code, whole.told["whole"]) == (0, True)
    with sqlite3.connect(town.home / "records.db") as altered:
        rows = altered.execute("SELECT idx, leaf FROM ledger_entry").fetchall()
        at, leaf = next(row for row in rows if b":published" in bytes(row[1]))
        forged = bytes(leaf).replace(b"published", b"punished!")
        altered.execute("UPDATE ledger_entry SET leaf = ? WHERE idx = ?", (forged, at))
    altered.close()
    found = town.ask("ledger", "verify", passphrase=None)
    assert (found.code, found.told["error"]) == (4, "tampered")
    assert f"first bad index {at}" in found.told["message"]


def test_a_ledger_that_left_the_house_verifies_without_it(town: Town) -> None:
    """Export, checkpoint and public key are enough; a witness's note comes back and is kept."""
    export, note = town.folder / "ledger.jsonl", town.folder / "auditor.checkpoint"
    key = town.home / "ledger.pub"
    assert town.ask("ledger", "export", export).code == 0
    offline = ("ledger", "verify", "--export", export, "--key", key)
    assert town.ask(*offline).told["whole"] is True
    assert town.ask("ledger", "witness", "export", note).code == 0
    assert town.ask("ledger", "witness", "import", note).told["witness"] == "auditor"
    assert town.ask("ledger", "verify").told["witnessed"] is True
    export.write_text(export.read_text().replace("published", "punished!"))
    assert town.ask(*offline).code == 4


def test_no_other_event_is_proved(town: Town) -> None:
    """An id that is in no answer leads nowhere; one that is no id is a usage error."""
    assert town.ask("ledger", "prove", "00" * 16).code == 1
    assert town.ask("ledger", "prove", "not hexadecimal").code == 2


# -- languages, streams, manners ------------------------------------------------------------


def test_screens_speak_one_language(town: Town) -> None:
    """A Chinese screen carries full-width punctuation and no English sentence."""
    shown = town.type("consent", "show", *WHO, language="zh")
    refused = town.type("withdraw", *STRANGER, language="zh")
    assert "已同意" in shown.out
    assert (refused.code, refused.out) == (3, "")
    assert "没有可撤回的同意。" in refused.err
    assert "consent" not in refused.err


def test_the_grade_is_said_on_the_screen(town: Town) -> None:
    """A demonstration model warns wherever it answers."""
    screen = town.type("verify", *WHO, *AT, town.pictures["another_day"])
    assert "Demonstration grade" in screen.out
    assert "at most 1 stranger in 1,000" in screen.out


def test_usage_errors_are_one_document_too(town: Town) -> None:
    """Exit 2, in JSON where JSON was asked for."""
    missing = town.ask("verify", "--purpose", "gate")
    assert (missing.code, missing.told["error"]) == (2, "usage")
    assert town.ask("verify", *WHO, *AT, "--max-fmr", "0.5", town.pictures["stranger"]).code == 2
    assert town.type("no-such-command").code == 2
    assert town.ask("receipt", "verify", "no-such-file", "--key", "no-such-key").code == 2


def test_a_closed_pipe_is_quiet(town: Town) -> None:
    """``facekeep … | head -0`` ends without a traceback."""
    words = f"{sys.executable} -m facekeep --help | true"
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT / "src"), "HOME": str(town.folder)}
    done = subprocess.run(
        ["/bin/sh", "-c", words], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# -- bad pictures ---------------------------------------------------------------------------


def _noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)


def _empty_scene(path: Path) -> None:
    Image.new("RGB", (320, 320), (90, 120, 90)).save(path)


def test_a_file_that_is_no_picture_is_named_with_the_other_ways(town: Town) -> None:
    """Not recognised exits 1 and offers what else opens the gate."""
    picture = town.folder / "noise.jpg"
    _noise(picture)
    done = town.ask("verify", *WHO, *AT, picture)
    assert (done.code, done.told["error"]) == (1, "not_a_picture")
    assert done.told["alternatives"] == ["card", "desk"]


def _truncated(path: Path) -> None:
    Image.new("RGB", (320, 320)).save(path, "PNG")
    path.write_bytes(path.read_bytes()[:200])


def _gigantic(path: Path) -> None:
    Image.new("1", (30_000, 30_000)).save(path, "PNG")


def _animated(path: Path) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.long
@pytest.mark.parametrize(
    ("draw", "error"),
    [
        (_truncated, "not_a_picture"),
        (_gigantic, "picture_too_large"),
        (_animated, "not_a_picture"),
        (_nothing, "not_a_picture"),
        (_empty_scene, "no_face"),
    ],
)
def test_bad_pictures_get_their_own_answer(
    town: Town, draw: Callable[[Path], None], error: str
) -> None:
    """Each kind is told apart, for verify and for enrol, and nothing is lost."""
    picture = town.folder / "bad.png"
    draw(picture)
    for words in (("verify", *WHO, *AT, picture), ("enrol", *WHO, *AT, picture)):
        done = town.ask(*words)
        assert (done.code, done.told["error"]) == (1, error)
    assert town.ask("verify", *WHO, *AT, town.pictures["another_day"]).code == 0


@pytest.mark.long
def test_two_people_in_one_picture_are_refused(town: Town) -> None:
    """Nobody is guessed at."""
    resident, stranger = (Image.open(town.pictures[n]) for n in ("resident", "stranger"))
    both = Image.new("RGB", (1024, 512))
    both.paste(resident.crop((100, 0, 356, 256)).resize((512, 512)), (0, 0))
    both.paste(stranger.resize((512, 614)).crop((0, 0, 512, 512)), (512, 0))
    both.save(town.folder / "both.jpg")
    assert town.ask("verify", *WHO, *AT, town.folder / "both.jpg").told["error"] == "several_faces"


# -- a home that is not whole ---------------------------------------------------------------

SHOW = ("consent", "show", *WHO)
"""The cheapest command that enters a home."""


def test_a_wrong_passphrase_opens_nothing(town: Town) -> None:
    """Exit 5 with the remedy; without any passphrase and nobody to ask, the ways to give one."""
    wrong = town.ask("renew", passphrase="guess")
    assert (wrong.code, wrong.told["error"]) == (5, "wrong_passphrase")
    none = town.ask("renew", passphrase=None)
    assert (none.code, "FACEKEEP_PASSPHRASE" in none.told["remedy"]) == (5, True)
    file = town.folder / "passphrase"
    file.write_text("open, 芝麻\n")
    assert town.ask("--passphrase-file", file, "renew", passphrase=None).code == 0


@pytest.mark.parametrize(
    "name", ["keys", *(pytest.param(n, marks=pytest.mark.long) for n in ("records", "references"))]
)
def test_a_missing_store_is_named(town: Town, name: str) -> None:
    """Every command says which file is gone."""
    (town.home / f"{name}.db").unlink()
    done = town.ask(*SHOW)
    assert (done.code, done.told["error"]) == (5, "store_missing")
    assert f"{name}.db" in done.told["message"]


def test_a_truncated_store_is_tampered_with(town: Town) -> None:
    """Half a store is not read as a whole one."""
    store = town.home / "references.db"
    store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])
    assert town.ask(*SHOW).code == 4


def test_another_homes_store_is_not_taken_for_ours(town: Town) -> None:
    """A swapped file names its owner."""
    other = town.folder / "other"
    assert town.ask("init", home=other, FACEKEEP_CUSTODY=str(town.folder / "elsewhere")).code == 0
    shutil.copy(other / "references.db", town.home / "references.db")
    done = town.ask(*SHOW)
    assert (done.code, "another home" in done.told["message"]) == (4, True)
    shutil.rmtree(other)


def test_an_older_store_and_a_clone_are_refused_until_adopted(town: Town) -> None:
    """A store older than its twins, a home in another place: refused, and adopt says what it did."""
    older = (town.home / "references.db").read_bytes()
    assert town.ask(*SHOW).code == 0
    (town.home / "references.db").write_bytes(older)
    for suffix in ("-wal", "-shm"):
        (town.home / f"references.db{suffix}").unlink(missing_ok=True)
    refused = town.ask(*SHOW)
    assert (refused.code, refused.told["error"]) == (3, "adoption_required")
    adopted = town.ask("adopt", "--because", "a test restored one store")
    assert (adopted.code, bool(adopted.told["done"])) == (0, True)
    assert town.ask(*SHOW).code == 0
    clone = town.folder / "clone"
    shutil.copytree(town.home, clone)
    assert town.ask(*SHOW, home=clone).told["error"] == "adoption_required"
    shutil.rmtree(clone)


def test_without_the_slot_nothing_opens(town: Town) -> None:
    """The slot is half of every key."""
    (town.custody / "slot").unlink()
    done = town.ask(*SHOW)
    assert (done.code, done.told["error"]) == (5, "store_missing")


def test_the_doctor_finds_a_flipped_byte_without_any_key(town: Town) -> None:
    """A whole home passes with remarks; one bit of one reference, and its seal is unknown."""
    well = town.ask("doctor", passphrase=None)
    assert well.code == 0, well.out
    with sqlite3.connect(town.home / "references.db") as altered:
        (row, words) = altered.execute("SELECT row, words FROM reference").fetchone()
        forged = bytes([words[0] ^ 1]) + bytes(words[1:])
        altered.execute("UPDATE reference SET words = ? WHERE row = ?", (forged, row))
    altered.close()
    ill = town.ask("doctor", passphrase=None)
    tampered = [f["key"] for f in ill.told["findings"] if f["level"] == "tampered"]
    assert (ill.code, tampered) == (4, ["rows_unsealed"])


def test_no_home_is_said_plainly(town: Town) -> None:
    """A folder without a home, and no folder at all."""
    assert town.ask(*SHOW, home=town.folder / "nowhere").code == 5
    assert town.ask("init").code == 5
    assert town.type("doctor", FACEKEEP_HOME="").code in {2, 5}


def test_an_interrupted_enrolment_is_rolled_back_and_said(town: Town) -> None:
    """The next command finishes first, says so on standard error, and answers as ever."""
    with sqlite3.connect(town.home / "records.db") as records:
        body = json.dumps({"row": "11" * 16, "older": ""})
        records.execute(
            "INSERT INTO intent VALUES (?, 'enrolment', 'new', ?, 0)", (bytes(16), body)
        )
    records.close()
    done = town.ask(*SHOW)
    assert done.code == 0
    assert "rolled back" in done.err
    assert town.ask(*SHOW).err == ""
