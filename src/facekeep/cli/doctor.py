"""The doctor's findings on the screen; the examination itself is ``storage.inspection``'s."""

from __future__ import annotations

import sqlite3
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from facekeep.cli.door import Door
from facekeep.cli.models import registry_of
from facekeep.cli.screen import Screen
from facekeep.cli.words import WORDS
from facekeep.db.home_lock import SOCKET, HomeLock
from facekeep.db.store import Store
from facekeep.settings import Settings
from facekeep.storage.inspection import Finding, Level, Patient, inspect, unreadable
from facekeep.storage.plot import Plot
from facekeep.storage.schema import RECORDS, STORES
from facekeep.storage.wiring import purposes_in
from facekeep.terms.errors import Broken, FacekeepError, HomeBusy
from facekeep.terms.messages import told
from facekeep.terms.values import Grade

if TYPE_CHECKING:
    from facekeep.storage.readiness import Demand
    from facekeep.vision.models import Registry

EXIT = {Level.BROKEN: 5, Level.TAMPERED: 4, Level.WARN: 0, Level.OK: 0}
MARKS = {Level.BROKEN: "bad", Level.TAMPERED: "bad", Level.WARN: "warn", Level.OK: "good"}

LOOKS = 2
"""At a home that is written to meanwhile, before the look that counts: what is wrong stays wrong."""

UNDER_A_FINDING = 4
"""Columns: a way out stands under the finding it belongs to."""


def examine(home: Path, settings: Settings, passphrase_file: Path | None) -> list[Finding]:
    """Everything that can be found without the passphrase. Raises where no home lies."""
    plot = Plot.read(home)
    patient = Patient(plot, passphrase_file or settings.passphrase_file, time.time())
    found = [*_inspected(patient), *_eyes(plot, registry_of(settings))]
    return [*found, *_readiness(patient, settings)]


def _inspected(patient: Patient) -> list[Finding]:
    """Alone with the home; beside a service that owns it, what is seen at every look.

    A look at three stores while somebody writes to them may find one ahead of another.
    """
    try:
        lock = HomeLock(patient.plot.lock)
    except HomeBusy:
        return _seen_every_time(patient)
    try:
        return inspect(patient)
    finally:
        lock.release()


def _seen_every_time(patient: Patient) -> list[Finding]:
    """The calmest of several looks. Raises ``HomeBusy`` where no service owns the home."""
    if not (patient.path / SOCKET).is_socket():
        raise HomeBusy("another process owns this home", "Let it finish, or speak to it instead")
    looks = (inspect(patient) for _ in range(LOOKS))
    calm = (findings for findings in looks if exit_code(findings) == 0)
    return next(calm, None) or inspect(patient)


def exit_code(findings: list[Finding]) -> int:
    """Tampered before broken: the graver alarm is the one to act on."""
    levels = {finding.level for finding in findings}
    if Level.TAMPERED in levels:
        return EXIT[Level.TAMPERED]
    return max(EXIT[level] for level in levels) if levels else 0


# -- eyes -----------------------------------------------------------------------------------


def _eyes(plot: Plot, registry: Registry) -> list[Finding]:
    """The model files are whole, and those the purposes name are fit for them."""
    try:
        count = len(registry.check())
        findings = [Finding("models_whole", Level.OK, {"n": count}), _attack_check(registry)]
    except FacekeepError as error:
        return [unreadable("models_unreadable", error)]
    return findings + [f for model in _models_of(plot) for f in _model(model, registry)]


def _attack_check(registry: Registry) -> Finding:
    judge = registry.attack_judge()
    return Finding("attack_none", Level.WARN) if judge is None else Finding("attack_here", Level.OK)


def _models_of(plot: Plot) -> list[str]:
    """The models of the purposes in force; none where the records cannot tell."""
    try:
        store = Store.open(plot.store("records"), "records", RECORDS, plot.id)
    except FacekeepError:
        return []
    with closing(store), suppress(FacekeepError, sqlite3.DatabaseError):
        book = purposes_in(store, plot.records_key())
        return sorted({book.get(name).model for name in book.names()})
    return []


def _model(name: str, registry: Registry) -> list[Finding]:
    card = next((c for c in registry.list() if c.id == name and c.role == "embedder"), None)
    if card is None:
        return [Finding("model_missing", Level.BROKEN, {"model": name})]
    findings = []
    if card.grade is Grade.DEMONSTRATION:
        findings.append(Finding("model_demonstration", Level.WARN, {"model": name}))
    calibration = registry.calibration(name)
    if calibration is None:
        findings.append(Finding("calibration_none", Level.WARN, {"model": name}))
    else:
        population = calibration.population
        facts = {"model": name, "population": population.name, "date": population.date}
        findings.append(Finding("calibration_here", Level.OK, facts))
    return findings


# -- production -----------------------------------------------------------------------------


def _readiness(patient: Patient, settings: Settings) -> list[Finding]:
    """Why ``serve`` would refuse in production; nothing in development."""
    from facekeep import assembly

    if settings.mode != "production":
        return []
    used = settings.model_copy(update={"passphrase_file": patient.passphrase_file})
    try:
        demands = _demands(patient.plot)
        found = assembly.refusals_of(patient.plot, demands, used, _weakness(used), patient.now)
    except (FacekeepError, sqlite3.DatabaseError):
        return []  # the stores' own findings say why
    causes = [Broken(one.what, one.remedy) for one in found]
    if not causes:
        return [Finding("ready", Level.OK)]
    return [Finding("not_ready", Level.BROKEN, cause=cause) for cause in causes]


def _weakness(settings: Settings) -> str:
    """Of a passphrase that is written somewhere; one that is typed is judged at the start."""
    from facekeep.cli.door import read_passphrase
    from facekeep.storage.readiness import weak

    if settings.passphrase is not None:
        return weak(settings.passphrase.get_secret_value().encode())
    return weak(read_passphrase(settings.passphrase_file)) if settings.passphrase_file else ""


def _demands(plot: Plot) -> list[Demand]:
    from facekeep import assembly

    with ExitStack() as opened:
        stores = {
            name: opened.enter_context(
                closing(Store.open(plot.store(name), name, STORES[name], plot.id))
            )
            for name in ("records", "keys")
        }
        return assembly.demands_of(stores["records"], stores["keys"], plot.records_key())


# -- screen ---------------------------------------------------------------------------------


def said(finding: Finding, door: Door) -> str:
    """A finding in words."""
    if finding.cause is not None:
        return told(finding.cause, door.language).what
    facts = {name: door.word("act", value) for name, value in finding.facts.items()}
    return door.say(f"finding.{finding.key}", **facts)


def remedy(finding: Finding, door: Door) -> str:
    """What can be done about it; empty where nothing is wrong."""
    if finding.cause is not None:
        return told(finding.cause, door.language).remedy
    key = f"fix.{finding.key}"
    return door.say(key) if key in WORDS else ""


def document(finding: Finding, door: Door) -> dict[str, object]:
    """A finding for ``--json``: its stable key, its facts, and what a person would read."""
    return {
        "key": finding.key,
        "level": finding.level.value,
        "facts": dict(finding.facts),
        "error": finding.cause.code if finding.cause else None,
        "said": said(finding, door),
        "remedy": remedy(finding, door),
    }


def show(screen: Screen, findings: list[Finding], door: Door) -> None:
    """The graver first; what is well, in one breath at the end."""
    wrong = [f for f in findings if f.level in (Level.TAMPERED, Level.BROKEN)]
    doubtful = [f for f in findings if f.level is Level.WARN]
    well = [f for f in findings if f.level is Level.OK]
    key = "doctor.bad" if wrong else "doctor.warn" if doubtful else "doctor.ok"
    screen.headline("bad" if wrong else "warn" if doubtful else "good", door.say(key))
    for finding in (*wrong, *doubtful):
        screen.note(said(finding, door), MARKS[finding.level])
        if way := remedy(finding, door):
            screen.way_out(way, UNDER_A_FINDING)
    if well:
        screen.gap()
    for finding in well:
        screen.note(said(finding, door), "good")
