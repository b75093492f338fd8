"""A home's examination: reads everything, opens no face, changes nothing, needs no passphrase.

Each check says what it found; a check that cannot be made says why instead of stopping the
others. A flipped byte of a reference is found without any key: its row's seal is not in the
ledger's records any more.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from facekeep.db.store import Store
from facekeep.governance.intents import IntentLog
from facekeep.ledger import log
from facekeep.protect.keytree import Table
from facekeep.protect.schemes import split
from facekeep.storage.custody import Anchor, Custody, machine_id
from facekeep.storage.keys import generation
from facekeep.storage.plot import PUBLIC_KEY, Plot
from facekeep.storage.references import ReferenceStore
from facekeep.storage.schema import STORES
from facekeep.terms.errors import FacekeepError, StoreMissing, Tampered

WITNESS_DAYS = 30
"""A witness who has not seen the ledger for longer would miss a long rewrite."""

LEAST_FREE_BYTES = 256 * 2**20
"""A sweep copies pages: with less than this beside the stores, erasing may fail."""

CLOCK_SLACK = 120
"""Seconds a clock may lie behind the ledger's last, rounded, time."""

DAY = 86_400


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    TAMPERED = "tampered"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: ``key`` names its sentence, ``facts`` fill it, ``cause`` is an error met."""

    key: str
    level: Level
    facts: Mapping[str, object] = field(default_factory=dict)
    cause: FacekeepError | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """The home under examination, the passphrase file in use, and the hour."""

    plot: Plot
    passphrase_file: Path | None
    now: float

    @property
    def path(self) -> Path:
        """The home's folder."""
        return self.plot.path

    @property
    def custody(self) -> Custody:
        """What lies outside it."""
        return Custody(self.plot.custody)


Findings = Iterator[Finding]
Stores = Mapping[str, Store]
Check = Callable[[Patient, Stores], Findings]


def inspect(patient: Patient) -> list[Finding]:
    """Every finding, in the order of the checks."""
    with ExitStack() as stack:
        findings, stores = _opened(patient, stack)
        for check in _ON_FILES:
            findings += _attempted(check, patient, stores)
        if len(stores) == len(STORES):
            for check in _ON_STORES:
                findings += _attempted(check, patient, stores)
    return findings


def looked_at(what: str, patient: Patient, stores: Stores) -> list[Finding]:
    """One check alone, over stores somebody holds open: ``modes``, ``rows``, ``ledger``, ``custody``
    or ``anchor``."""
    (check,) = (c for c in (*_ON_FILES, *_ON_STORES) if c.__name__ == f"_{what}")
    return _attempted(check, patient, stores)


def unreadable(key: str, error: FacekeepError) -> Finding:
    """A check that met an error of the tree."""
    level = Level.TAMPERED if isinstance(error, Tampered) else Level.BROKEN
    return Finding(key, level, cause=error)


def _attempted(check: Check, patient: Patient, stores: Stores) -> list[Finding]:
    key = f"{check.__name__.removeprefix('_')}_unreadable"
    try:
        return list(check(patient, stores))
    except FacekeepError as error:
        return [unreadable(key, error)]
    except sqlite3.DatabaseError:
        return [unreadable(key, Tampered("a store is damaged"))]


# -- stores ---------------------------------------------------------------------------------


def _opened(patient: Patient, stack: ExitStack) -> tuple[list[Finding], dict[str, Store]]:
    findings: list[Finding] = []
    stores: dict[str, Store] = {}
    for name, migrations in STORES.items():
        try:
            store = Store.open(patient.plot.store(name), name, migrations, patient.plot.id)
        except FacekeepError as error:
            findings.append(unreadable("store_unreadable", error))
            continue
        stores[name] = stack.enter_context(closing(store))
        findings.append(_wholeness(name, store))
    return findings, stores


def _wholeness(name: str, store: Store) -> Finding:
    try:
        damage = store.damage()
    except sqlite3.DatabaseError:
        damage = "unreadable"
    if damage is None:
        return Finding("store_whole", Level.OK, {"name": name})
    return Finding("store_damaged", Level.TAMPERED, {"name": name})


def _rows(patient: Patient, stores: Stores) -> Findings:
    """Every reference's seal is known, every key has a reference, and the other way round."""
    references = ReferenceStore(stores["references"])
    known = {row[0] for row in stores["records"].rows("SELECT seal FROM row_seal")}
    held = references.identifiers()
    keyed = {row[0] for row in stores["keys"].rows("SELECT row FROM subject_key")}
    unsealed = sum(split.seal_of(record) not in known for record in references.every())
    interrupted = bool(IntentLog(stores["records"]).open())
    grave = Level.WARN if interrupted else Level.TAMPERED
    yield from _counted("rows_unsealed", unsealed, grave)
    yield from _counted("rows_widowed", len(keyed - held), grave)
    yield from _counted("rows_orphaned", len(held - keyed), Level.WARN)
    if not unsealed and keyed == held:
        yield Finding("rows_sealed", Level.OK, {"n": len(held)})


def _counted(key: str, n: int, level: Level) -> Findings:
    if n:
        yield Finding(key, level, {"n": n})


def _unfinished(patient: Patient, stores: Stores) -> Findings:
    acts = [intent.kind for intent in IntentLog(stores["records"]).open()]
    for kind in acts:
        yield Finding("act_unfinished", Level.WARN, {"kind": kind})
    pending = stores["keys"].rows("SELECT count(*) FROM subject_key WHERE pending IS NOT NULL")
    if pending[0][0] and "renewal" not in acts:
        yield Finding("renewal_unfinished", Level.WARN, {"n": pending[0][0]})
    if not acts and not pending[0][0]:
        yield Finding("nothing_unfinished", Level.OK)


# -- ledger ---------------------------------------------------------------------------------


def _ledger(patient: Patient, stores: Stores) -> Findings:
    """The whole ledger recomputed under the public key that lies in the home."""
    connection = stores["records"].connection
    size = log.audit(connection, _public_key(patient))
    yield Finding("ledger_whole", Level.OK, {"n": size})
    yield _witness(patient, connection)
    behind = log.last_time(connection) - patient.now
    if behind > CLOCK_SLACK:
        yield Finding("clock_behind", Level.WARN, {"minutes": round(behind / 60)})
    else:
        yield Finding("clock_ahead", Level.OK)


def _public_key(patient: Patient) -> str:
    file = patient.path / PUBLIC_KEY
    if not file.is_file():
        raise StoreMissing(f"{PUBLIC_KEY} is missing", "Bring it back from a backup of the home")
    return file.read_text().strip()


def _witness(patient: Patient, connection: sqlite3.Connection) -> Finding:
    seen = connection.execute("SELECT max(seen_at) FROM ledger_witness").fetchone()[0]
    if seen is None:
        return Finding("witness_none", Level.WARN)
    days = max(0, int((patient.now - seen) / DAY))
    level = Level.WARN if days > WITNESS_DAYS else Level.OK
    return Finding("witness_old" if days > WITNESS_DAYS else "witness_seen", level, {"days": days})


# -- custody --------------------------------------------------------------------------------


def _custody(patient: Patient, stores: Stores) -> Findings:
    """What lies outside the home is there, and the slot opens the key tree."""
    custody = patient.custody
    custody.signing_seed()
    number = generation(stores["keys"])
    sealed = stores["keys"].rows("SELECT sealed FROM tree")[0][0]
    Table.open(bytes(sealed), custody.slot(number))
    yield Finding("slot_opens", Level.OK, {"n": number})


def _anchor(patient: Patient, stores: Stores) -> Findings:
    """The anchor knows this home, this machine, this place, these stores and this ledger."""
    anchor = patient.custody.anchor()
    found = [*_displaced(patient, anchor), *_rolled_back(stores, anchor)]
    yield from found
    if not found:
        yield Finding("anchor_agrees", Level.OK)


def _displaced(patient: Patient, anchor: Anchor) -> Findings:
    if anchor.home != patient.plot.id.hex():
        yield Finding("anchor_foreign", Level.TAMPERED)
    if anchor.machine != machine_id():
        yield Finding("other_machine", Level.BROKEN)
    if anchor.path != str(patient.path.resolve()):
        yield Finding("other_place", Level.BROKEN)


def _rolled_back(stores: Stores, anchor: Anchor) -> Findings:
    for name, store in stores.items():
        if store.mark.hex() not in {anchor.mark, anchor.next_mark}:
            yield Finding("store_older", Level.TAMPERED, {"name": name})
    connection = stores["records"].connection
    if log.size(connection) < anchor.ledger_size:
        yield Finding("ledger_shorter", Level.TAMPERED)
    elif anchor.ledger_size and (
        log.root(connection, anchor.ledger_size).hex() != anchor.ledger_root
    ):
        yield Finding("ledger_other", Level.TAMPERED)


# -- files ----------------------------------------------------------------------------------


def _places(patient: Patient, stores: Stores) -> Findings:
    """The two halves of a home lie apart, and the passphrase beside neither."""
    if not patient.custody.folder.is_dir():
        yield Finding("custody_missing", Level.BROKEN, {"path": patient.custody.folder})
        return
    same = patient.path.stat().st_dev == patient.custody.folder.stat().st_dev
    yield Finding("slot_beside", Level.WARN) if same else Finding("slot_apart", Level.OK)
    if patient.passphrase_file is not None:
        yield _passphrase_place(patient, patient.passphrase_file.resolve())


def _passphrase_place(patient: Patient, file: Path) -> Finding:
    home, custody = patient.path.resolve(), patient.custody.folder.resolve()
    if file.is_relative_to(home) or file.is_relative_to(custody):
        return Finding("passphrase_inside", Level.WARN)
    if file.parent == home.parent:
        return Finding("passphrase_beside", Level.WARN)
    return Finding("passphrase_apart", Level.OK)


def _modes(patient: Patient, stores: Stores) -> Findings:
    open_to_others = [path for path in _own_files(patient) if _is_open(path)]
    for path in open_to_others:
        yield Finding("file_open", Level.WARN, {"path": path})
    if not open_to_others:
        yield Finding("files_closed", Level.OK)


def _own_files(patient: Patient) -> Iterator[Path]:
    for folder in (patient.path, patient.custody.folder):
        if folder.is_dir():
            yield folder
            yield from sorted(p for p in folder.iterdir() if p.suffix != ".pub")


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _disk(patient: Patient, stores: Stores) -> Findings:
    used = sum(store.path.stat().st_size for store in stores.values())
    free = shutil.disk_usage(patient.path).free
    level = Level.WARN if free < LEAST_FREE_BYTES + used else Level.OK
    key = "disk_full" if level is Level.WARN else "disk_free"
    yield Finding(key, level, {"gb": f"{free / 1e9:.1f}"})


_ON_FILES: tuple[Check, ...] = (_places, _modes, _disk)
_ON_STORES: tuple[Check, ...] = (_rows, _unfinished, _ledger, _custody, _anchor)
