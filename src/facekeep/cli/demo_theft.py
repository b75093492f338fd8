"""Acts 5 and 6: ``references.db`` is stolen and says nothing; the face is reset."""

from __future__ import annotations

import gc
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facekeep import assembly
from facekeep.cli.demo_measures import Guess, best_guess, cosine, evenness, sweep
from facekeep.cli.demo_stage import (
    PERSON,
    PURPOSE,
    Stage,
    Step,
    attempt,
    copy_store,
    key_row,
    note_event,
    outcome,
    parts,
    timed,
)
from facekeep.protect.schemes.split import CHECK_WORDS
from facekeep.storage.reset import Scope
from facekeep.terms.errors import AdoptionRequired, FacekeepError, Tampered
from facekeep.terms.values import NORM_BOUND, Decision, Ring

Row = tuple[bytes, ...]
_ROWS = "SELECT row, epoch, words, salt, mac FROM reference ORDER BY row"
_PUT_BACK = "UPDATE reference SET epoch = ?2, words = ?3, salt = ?4, mac = ?5 WHERE row = ?1"


@dataclass(frozen=True, slots=True)
class Loot:
    """What the thief carried away, and which row is our person's."""

    store: Path
    rows: tuple[Row, ...]
    files: int
    size: int
    person: bytes

    @property
    def words(self) -> Ring:
        """Every stolen reference: ``uint16 (rows, d + 2)``."""
        return np.array([np.frombuffer(row[2], "<u2") for row in self.rows], dtype=np.uint16)

    @property
    def own(self) -> Row:
        """The person's stolen row."""
        return next(row for row in self.rows if row[0] == self.person)


def theft(stage: Stage) -> Step:
    """A thief copies the reference store of a running home and tries to read a face in it."""
    step = Step("theft")
    with stage.open() as house:
        loot = _steal(stage, key_row(house).row)
        threshold = stage.sight.threshold(house.home.purposes.get(PURPOSE).max_fmr)
        genuine = stage.code_of(house, stage.sight.features(stage.photographs.again).vector)
    stage.notes["loot"] = loot
    step.found("stolen", bool(loot.rows), files=loot.files, bytes=loot.size, rows=len(loot.rows))
    _find_noise(step, stage, loot)
    _find_chance(step, stage, loot, threshold / NORM_BOUND, cosine(genuine, stage.template.code))
    find_no_template(step, stage)
    error = _used_elsewhere(stage, loot)
    step.found("elsewhere", isinstance(error, Tampered), outcome=outcome(error))
    return step


def _steal(stage: Stage, person: bytes) -> Loot:
    store = stage.den / "references.db"
    copies = copy_store(stage.home / "references.db", store)
    size = sum(copy.stat().st_size for copy in copies)
    with closing(sqlite3.connect(store)) as stolen:
        rows = tuple(stolen.execute(_ROWS))
        stolen.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Loot(store, rows, len(copies), size, person)


def _find_noise(step: Step, stage: Stage, loot: Loot) -> None:
    """The byte histogram of the loot; the same eyes see the naked template at once."""
    rng = np.random.default_rng()
    data = b"".join(row[2] for row in loot.rows)
    seen, control = evenness(data, rng), evenness(_naked(stage), rng)
    step.found(
        "noise", seen.is_noise and not control.is_noise,
        chi_square=seen.chi_square, p=seen.p, low=seen.low, high=seen.high, bytes=seen.bytes,
        control_p=control.p, control_chi_square=control.chi_square,
        control_low=control.low, control_high=control.high,
    )  # fmt: skip
    step.figures["noise"] = {
        "stolen": loot.own[2].hex(),
        "random": secrets.token_hex(len(loot.own[2])),
    }


def _naked(stage: Stage) -> bytes:
    """The template as ring words without a mask: what the store would hold if it kept faces."""
    return stage.template.code.astype("<i2").tobytes()


def _find_chance(step: Step, stage: Stage, loot: Loot, threshold: float, genuine: float) -> None:
    """The best cosine any reading of the loot reaches, among random words'."""
    template, words = stage.template, np.ascontiguousarray(loot.words[:, :-CHECK_WORDS])
    code = template.code.astype(np.float64)
    targets = np.stack([code / np.linalg.norm(code), template.vector.astype(np.float64)])
    guess = best_guess(words, targets, np.random.default_rng())
    told = _told(guess) | {"threshold": threshold, "genuine": genuine}
    step.found("chance", guess.is_chance and guess.best < threshold, **told)
    step.figures["cosine"] = told | guess.histogram()


def _told(guess: Guess) -> dict[str, Any]:
    return {
        "best": guess.best, "p": guess.p, "low": guess.low, "high": guess.high,
        "most": guess.most, "readings": guess.readings, "draws": len(guess.null),
    }  # fmt: skip


def find_no_template(step: Step, stage: Stage) -> None:
    """No file holds the template or the picture; a planted control is found in every form."""
    forms = _forms(stage)
    seen = sweep((*stage.at_rest, stage.den), forms)
    with _planted(stage, forms) as control:
        planted = sweep([control], forms)
    step.found(
        "nowhere", not seen.found and set(planted.found) == set(forms),
        files=seen.files, bytes=seen.bytes, found=len(seen.found),
        forms=len(forms), control=len(planted.found),
    )  # fmt: skip


def _forms(stage: Stage) -> dict[str, bytes]:
    """The template in every form it could be written in, and a stretch of the picture itself."""
    template, picture = stage.template, stage.photographs.first
    middle = len(picture) // 2
    return {
        "int8": template.code.tobytes(),
        "int16": _naked(stage),
        "float32": template.vector.astype("<f4").tobytes(),
        "float64": template.vector.astype("<f8").tobytes(),
        "hex": template.code.tobytes().hex().encode(),
        "picture": picture[middle : middle + 1024],
    }


@contextmanager
def _planted(stage: Stage, forms: dict[str, bytes]) -> Iterator[Path]:
    """A folder in which every form lies amid noise; gone afterwards."""
    folder = stage.den / "control"
    folder.mkdir()
    noise = secrets.token_bytes(1000)
    (folder / "planted").write_bytes(noise.join([b"", *forms.values(), b""]))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _used_elsewhere(stage: Stage, loot: Loot) -> FacekeepError | None:
    """The thief founds a home of his own and puts the stolen store into it."""
    own = stage.den / "own"
    settings = stage.settings.model_copy(update={"custody": stage.den / "own-custody"})
    assembly.found(own, b"thief", settings)
    shutil.copyfile(loot.store, own / "references.db")

    def enter() -> None:
        with assembly.entered(own, settings, passphrase=b"thief"):
            pass

    return attempt(enter)


# -- the reset ------------------------------------------------------------------------------


def reset(stage: Stage) -> Step:
    """The face is reset like a password; whoever holds the old reference holds nothing."""
    step, loot = Step("reset"), stage.notes["loot"]
    with stage.open() as house:
        renewed, seconds = timed(lambda: house.resetter.renew(Scope(PERSON, PURPOSE), "theft"))
        row = house.home.references.of_row(key_row(house).row)
        same = 0 if row is None else int((row.words == np.frombuffer(loot.own[2], "<u2")).sum())
        step.found(
            "renewed", renewed.references == 1, references=renewed.references,
            milliseconds=1000 * seconds, same=same, words=len(loot.own[2]) // 2,
        )  # fmt: skip
        note_event(step, house, renewed.event)
    _find_still_matching(step, stage, "still_matches")
    _find_stale_row(step, stage, loot)
    _find_stale_file(step, stage, loot)
    _find_still_matching(step, stage, "right_again")
    return step


def _find_still_matching(step: Step, stage: Stage, name: str) -> None:
    with stage.open() as house:
        answer = stage.verify(house, stage.photographs.again)
    step.found(name, answer.decision is Decision.MATCH, decision=answer.decision.value)


def _find_stale_row(step: Step, stage: Stage, loot: Loot) -> None:
    """The thief's row is written over the renewed one: refused before a score exists."""
    store = stage.home / "references.db"
    present = _swapped(store, loot.own)
    try:
        with stage.open() as house:
            error = attempt(lambda: stage.verify(house, stage.photographs.again))
    finally:
        _swapped(store, present)
    step.found("stale_row", isinstance(error, Tampered), outcome=outcome(error))
    step.error = error


def _swapped(store: Path, row: Row) -> Row:
    """Write a row over its namesake; returns what lay there."""
    with closing(sqlite3.connect(store)) as connection, connection:
        present: Row = connection.execute(
            "SELECT row, epoch, words, salt, mac FROM reference WHERE row = ?", [row[0]]
        ).fetchone()
        connection.execute(_PUT_BACK, row)
    return present


def _find_stale_file(step: Step, stage: Stage, loot: Loot) -> None:
    """The whole stolen file in place of the store: the home does not open."""
    with _replaced(stage.home / "references.db", loot.store, stage.den / "present.db"):
        error = attempt(lambda: _open_and_close(stage))
    refused = isinstance(error, (AdoptionRequired, Tampered))
    step.found("stale_file", refused, outcome=outcome(error))


@contextmanager
def _replaced(store: Path, by: Path, aside: Path) -> Iterator[None]:
    """Another file in a store's place for a while."""
    shutil.copyfile(store, aside)
    shutil.copyfile(by, store)
    try:
        yield
    finally:
        gc.collect()  # a refused home's connections are closed before its file comes back
        for path in parts(store):
            path.unlink()
        shutil.copyfile(aside, store)


def _open_and_close(stage: Stage) -> None:
    with stage.open():
        pass
