"""The doctor finds what is wrong with a home, each thing by its name, and changes nothing."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from facekeep import assembly
from facekeep.cli import doctor
from facekeep.cli.door import Door
from facekeep.protect.keytree import PassphraseCost
from facekeep.settings import Settings
from facekeep.storage import inspection
from facekeep.storage.inspection import Finding, Level, Patient
from facekeep.storage.plot import Plot
from facekeep.terms.errors import Broken
from facekeep.terms.values import AttackVerdict, Features, Grade, Quality
from tests.attacks.toolkit import agree, publish, taken

GATE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "gate.toml"


class Eyes:
    """Eyes that see one number per person."""

    model, grade, dim, calibration = "dlib-resnet", Grade.DEMONSTRATION, 128, "invented"

    def features(self, source: Path | bytes) -> Features:
        vector = np.random.default_rng(list(bytes(source))).standard_normal(128)  # type: ignore[arg-type]
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        quality = Quality(90, "size", {})
        return Features(unit, self.model, self.grade, quality, AttackVerdict.NOT_CHECKED)

    for_enrolment = features

    def threshold(self, fmr: float) -> int:
        return 9_000


class Practice(NamedTuple):
    """A home in a folder, and the settings it lives under."""

    home: Path
    settings: Settings

    @property
    def plot(self) -> Plot:
        return Plot.read(self.home)

    def find(self, passphrase_file: Path | None = None) -> dict[str, Finding]:
        """Findings by key."""
        found = doctor.examine(self.home, self.settings, passphrase_file)
        return {finding.key: finding for finding in found}

    def graves(self) -> set[str]:
        """The keys of what is tampered with or broken."""
        grave = {Level.TAMPERED, Level.BROKEN}
        return {key for key, finding in self.find().items() if finding.level in grave}

    def alter(self, store: str, sql: str, *values: object) -> None:
        """What somebody with the file and a shell can do."""
        connection = sqlite3.connect(self.home / f"{store}.db")
        with connection:
            connection.execute(sql, values)
        connection.close()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A home with two people enrolled."""
    folder = tmp_path_factory.mktemp("practice")
    settings = Settings(
        custody=folder / "custody", models=folder / "models", cache=folder / "cache"
    )
    home = folder / "home"
    assembly.found(home, b"p", settings, cost=PassphraseCost.cheapest())
    with assembly.entered(home, settings, passphrase=b"p") as house:
        publish(house, GATE.read_bytes())
        for name in ("7", "8"):
            agree(house, name, "gate")
            photos = [name.encode()]
            origin = taken(house, name, "gate", photos)
            house.enroller.enrol(name, "gate", photos, Eyes(), origin)
    shutil.copytree(folder, folder.with_name("kept"))
    return Practice(home, settings)


@pytest.fixture
def practice(kept: Practice) -> Iterator[Practice]:
    """The same home, put back after every test."""
    yield kept
    folder = kept.home.parent
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("kept"), folder)


def _digests(folder: Path) -> dict[str, str]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {
        str(p): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
        if p.suffix not in {".lock", ".db-wal", ".db-shm", ".graph"}
    }


def test_a_whole_home_is_in_order_and_stays_as_it_is(practice: Practice) -> None:
    """Remarks, no alarms; not one byte of home or custody changes."""
    before = _digests(practice.home.parent)
    found = practice.find()
    assert _digests(practice.home.parent) == before
    assert {f.level for f in found.values()} <= {Level.OK, Level.WARN}
    assert found["rows_sealed"].facts == {"n": 2}
    assert "ledger_whole" in found
    assert "slot_opens" in found
    assert doctor.exit_code(list(found.values())) == 0


def _flip(practice: Practice) -> None:
    (words,) = sqlite3.connect(practice.home / "references.db").execute(
        "SELECT words FROM reference ORDER BY row"
    ).fetchone()  # fmt: skip
    forged = bytes(words[:-1]) + bytes([words[-1] ^ 128])
    practice.alter("references", "UPDATE reference SET words = ? WHERE words = ?", forged, words)


def _edit_ledger(practice: Practice) -> None:
    practice.alter(
        "records", "UPDATE ledger_entry SET leaf = CAST(leaf || ' ' AS BLOB) WHERE idx = 1"
    )


def _take_reference(practice: Practice) -> None:
    practice.alter(
        "references", "DELETE FROM reference WHERE row = (SELECT min(row) FROM reference)"
    )


def _another_mark(practice: Practice) -> None:
    practice.alter("keys", "UPDATE store_identity SET mark = randomblob(16)")


def _truncate(practice: Practice) -> None:
    file = practice.home / "keys.db"
    file.write_bytes(file.read_bytes()[:5000])


def _lose_slot(practice: Practice) -> None:
    (practice.plot.custody / "slot").unlink()


def _swap_slot(practice: Practice) -> None:
    slot = practice.plot.custody / "slot"
    content = slot.read_bytes()
    slot.write_bytes(content[:8] + bytes([content[8] ^ 1]) + content[9:])


def _lose_anchor(practice: Practice) -> None:
    (practice.plot.custody / "anchor.json").unlink()


def _swap_public_key(practice: Practice) -> None:
    other = practice.home.parent / "other"
    settings = practice.settings.model_copy(update={"custody": practice.home.parent / "elsewhere"})
    assembly.found(other, b"p", settings, cost=PassphraseCost.cheapest())
    with assembly.entered(practice.home, practice.settings) as house:
        house.seal_checkpoint()
    shutil.copy(other / "ledger.pub", practice.home / "ledger.pub")


@pytest.mark.parametrize(
    ("harm", "key", "code"),
    [
        (_flip, "rows_unsealed", 4),
        (_edit_ledger, "ledger_unreadable", 4),
        (_take_reference, "rows_widowed", 4),
        (_another_mark, "store_older", 4),
        (_truncate, "store_unreadable", 4),
        (_swap_slot, "custody_unreadable", 4),
        (_swap_public_key, "ledger_unreadable", 4),
        (_lose_slot, "custody_unreadable", 5),
        (_lose_anchor, "anchor_unreadable", 5),
    ],
)
def test_harm_is_found(
    practice: Practice, harm: Callable[[Practice], None], key: str, code: int
) -> None:
    """Each by the check that is there for it, and told apart: tampered 4, broken 5."""
    harm(practice)
    found = doctor.examine(practice.home, practice.settings, None)
    grave = {f.key for f in found if f.level in {Level.TAMPERED, Level.BROKEN}}
    assert grave == {key}
    assert doctor.exit_code(found) == code


def test_a_cloned_home_is_found(practice: Practice) -> None:
    """Same bytes in another place."""
    clone = practice.home.parent / "clone"
    shutil.copytree(practice.home, clone)
    found = {f.key: f for f in doctor.examine(clone, practice.settings, None)}
    assert found["other_place"].level is Level.BROKEN


def test_a_passphrase_beside_what_it_opens_is_remarked(practice: Practice) -> None:
    """Inside the home, beside it, elsewhere."""
    inside, beside = practice.home / "p", practice.home.parent / "p"
    apart = practice.home.parent / "far" / "p"
    assert "passphrase_inside" in practice.find(inside)
    assert "passphrase_beside" in practice.find(beside)
    assert practice.find(apart)["passphrase_apart"].level is Level.OK


def test_a_file_others_may_read_is_remarked(practice: Practice) -> None:
    """By its path."""
    (practice.home / "records.key").chmod(0o644)
    finding = practice.find()["file_open"]
    assert (finding.level, str(finding.facts["path"])[-11:]) == (Level.WARN, "records.key")


def test_an_orphan_is_a_remark_only(practice: Practice) -> None:
    """A reference without a key is noise."""
    practice.alter("keys", "DELETE FROM subject_key WHERE row = (SELECT min(row) FROM subject_key)")
    found = practice.find()
    assert found["rows_orphaned"].level is Level.WARN
    assert practice.graves() == set()


def test_what_was_interrupted_is_told(practice: Practice) -> None:
    """And an unsealed row amid it is no alarm."""
    practice.alter(
        "records", "INSERT INTO intent VALUES (?, 'renewal', 'begun', '{}', 0)", bytes(16)
    )
    practice.alter("keys", "UPDATE subject_key SET pending = x'00', pending_epoch = x'00'")
    _flip(practice)
    found = practice.find()
    assert found["act_unfinished"].facts == {"kind": "renewal"}
    assert found["rows_unsealed"].level is Level.WARN


def test_a_full_disk_and_a_note_that_is_none(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk without room to erase in; a witness's note that was never one."""
    full = shutil.disk_usage(practice.home)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    practice.alter("records", "INSERT INTO ledger_witness VALUES (0, 'w', '', 0)")
    patient = Patient(practice.plot, None, 0.0)
    early = {f.key: f for f in inspection.inspect(patient)}
    assert early["disk_full"].level is Level.WARN
    assert early["ledger_unreadable"].level is Level.TAMPERED  # the witness's note is none


def test_a_clock_behind_the_ledger_and_an_old_witness(practice: Practice) -> None:
    """Both are remarks with their figures."""
    with assembly.entered(practice.home, practice.settings) as house:
        note = house.seal_checkpoint()
        with house.home.records.transaction() as tx:
            from facekeep.ledger import log

            log.save_witnessed(tx, "auditor", note, 100)
    behind = {f.key: f for f in inspection.inspect(Patient(practice.plot, None, 1000.0))}
    assert behind["clock_behind"].level is Level.WARN
    assert behind["witness_seen"].facts == {"days": 0}
    late = {f.key: f for f in inspection.inspect(Patient(practice.plot, None, 4e9))}
    assert late["witness_old"].level is Level.WARN
    assert "clock_ahead" in late


def test_everything_is_said_in_both_languages(practice: Practice) -> None:
    """Every finding of a sick home has a sentence, and every grave one a way out."""
    _flip(practice)
    _lose_anchor(practice)
    findings = doctor.examine(practice.home, practice.settings, None)
    for language in ("zh", "en"):
        door = Door(practice.settings, "zh" if language == "zh" else "en")
        for finding in findings:
            assert doctor.document(finding, door)["said"]
            if finding.level is not Level.OK:
                assert doctor.remedy(finding, door), finding.key


def test_no_home_no_doctor(tmp_path: Path) -> None:
    """There is nobody to examine."""
    with pytest.raises(Broken):
        doctor.examine(tmp_path, Settings(), None)
