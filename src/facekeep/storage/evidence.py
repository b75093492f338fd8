"""What the stores answer about themselves: apart, without pictures, sealed, whole.

Nothing here needs the passphrase or opens a face. Samples are bounded, so that a home of a million
people answers in seconds.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Record
from facekeep.storage.archives import LONGEST_HORIZON_DAYS
from facekeep.storage.home import Home
from facekeep.storage.inspection import WITNESS_DAYS
from facekeep.storage.lots import some
from facekeep.storage.picture_scan import SHORTEST, kinds_in
from facekeep.storage.plot import RECORDS_KEY
from facekeep.storage.posture import checked, six
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.values import Operation

DAY = 86_400
SAMPLE = 2_000
"""References looked at one by one."""

LEAST_LOG_DAYS = 183
"""Six months: how long logs of identification are kept at least (AI Act art. 26)."""

DOCTOR = "facekeep doctor"

# -- apart (PIPL art. 51, GB/T 40660 6, GB/T 35273 6.3) --------------------------------------

REFERENCE_COLUMNS = {
    "store_identity": {"only", "name", "home", "mark"},
    "reference": {"row", "epoch", "words", "salt", "mac"},
}
"""Everything ``references.db`` may hold."""

KEY_TABLES = {"store_identity", "root", "tree", "subject_key", "person_secret"}
PASSING = {"intent"}
"""Tables of acts under way: a random name may lie there until the act is over."""


def _separation(home: Home, now: int) -> Finding:
    """References, keys and identities in three stores that no value joins."""
    references = _columns(home.references.store)
    gaps = [
        *_foreign("references.db", _named(references), _named(REFERENCE_COLUMNS)),
        *_foreign("keys.db", set(_columns(home.vault.store)), KEY_TABLES),
        *_joined(home),
        *_same_keys(home),
    ]
    facts = {"stores": 3, "reference_columns": sorted(references.get("reference", ()))}
    return Finding(facts, tuple(gaps))


def _named(tables: Mapping[str, Iterable[str]]) -> set[str]:
    return {f"{table}.{column}" for table, columns in tables.items() for column in columns}


def _columns(store: Store) -> dict[str, set[str]]:
    """The columns of every table of a store."""
    tables = store.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return {
        str(table): {str(row[1]) for row in store.rows(f'PRAGMA table_info("{table}")')}
        for (table,) in tables
    }


def _foreign(file: str, found: set[str], allowed: set[str]) -> Iterator[Gap]:
    if more := sorted(found - allowed):
        yield Gap(f"{file} holds what does not belong there: {', '.join(more)}", DOCTOR)


def _joined(home: Home) -> Iterator[Gap]:
    """No identifier of a reference stands in the records, where people are."""
    sample = [bytes(row) for row in islice(home.references.identifiers(), SAMPLE)]
    for table, columns in _columns(home.records).items():
        for column in columns:
            if table not in PASSING and _holds_any(home.records, table, column, sample):
                yield Gap(f"records.db joins people and references: {table}.{column}", DOCTOR)


def _holds_any(store: Store, table: str, column: str, values: list[bytes]) -> bool:
    for start in range(0, len(values), 500):
        asked = values[start : start + 500]
        marks = ",".join("?" * len(asked))
        sql = f'SELECT 1 FROM "{table}" WHERE "{column}" IN ({marks}) LIMIT 1'
        if store.one(sql, *asked) is not None:
            return True
    return False


def _same_keys(home: Home) -> Iterator[Gap]:
    """The key of the records, the slot and the signing seed are three, in two folders."""
    number = home.vault.generation
    drawn = [
        (home.path / RECORDS_KEY).read_bytes(),
        home.custody.slot(number),
        home.custody.signing_seed(),
    ]
    if len(set(drawn)) < len(drawn):
        yield Gap("two stores share one key", DOCTOR)
    if home.custody.folder.resolve().is_relative_to(home.path.resolve()):
        yield Gap("the slot lies inside the home", "facekeep adopt --because moved")


# -- no pictures (GB/T 35273 6.3, GB/T 41819 7, Network Data Regulations 24) ------------------


def _pictures(home: Home, now: int) -> Finding:
    """No file and no value of any store is a picture."""
    stores = (home.records, home.references.store, home.vault.store)
    own = {store.path.resolve() for store in stores}
    files = [path for path in _files(home) if not _is_of_a_store(path, own)]
    found = Counter(_in_files(files, home.path))
    values = 0
    for store in stores:
        for table, column, cell in _cells(store):
            values += 1
            found.update(f"{table}.{column}: {kind}" for kind in islice(kinds_in(cell), 1))
    gaps = tuple(
        Gap(f"a picture is kept: {where}", "Erase it; no picture is kept here")
        for where in sorted(found)
    )
    return Finding({"files": len(files), "values": values, "pictures": found.total()}, gaps)


def _files(home: Home) -> list[Path]:
    folders = {home.path.resolve(), home.custody.folder.resolve()}
    return sorted({p for folder in folders for p in folder.rglob("*") if p.is_file()})


def _is_of_a_store(path: Path, stores: set[Path]) -> bool:
    """SQLite's own files are read through SQLite: closing them here would drop its locks."""
    name = path.name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal")
    return path.with_name(name).resolve() in stores


def _in_files(files: Iterable[Path], home: Path) -> Iterator[str]:
    for path in files:
        for kind in islice(kinds_in(path.read_bytes()), 1):
            yield f"{_told(path, home)}: {kind}"


def _told(path: Path, home: Path) -> str:
    """A file as it is named inside the home; its bare name outside."""
    root = home.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _cells(store: Store) -> Iterator[tuple[str, str, bytes]]:
    """Every text and blob long enough to be a picture."""
    for table, columns in sorted(_columns(store).items()):
        for column in sorted(columns):
            sql = f'SELECT CAST("{column}" AS BLOB) FROM "{table}" WHERE length("{column}") >= ?'
            with store.reading() as connection:
                for (cell,) in connection.execute(sql, (SHORTEST,)):
                    yield table, column, bytes(cell)


# -- protected templates (GB/T 41819 8, ISO/IEC 24745 6) -------------------------------------

BINS = 16
CHI_SQUARE_LIMIT = 250.0
"""Over 16 bins of random words a statistic above this has a chance under 1e-30; two bins of plain
codes give seven times the number of words."""

LEAST_WORDS = 64
"""Fewer words say nothing about their distribution."""


def _templates(home: Home, now: int) -> Finding:
    """References are sealed, look like noise, share nothing, and can all be renewed."""
    rows = some(sorted(home.references.identifiers()), SAMPLE, home.entropy)
    sample = [record for record in home.references.of_rows(rows) if record is not None]
    gaps = [*_unsealed(home, sample), *_telling(sample), *_not_renewable(home)]
    facts = {"references": len(sample), "scheme": split.SCHEME}
    return Finding(facts, tuple(gaps), applies=bool(sample))


def _unsealed(home: Home, sample: list[Record]) -> Iterator[Gap]:
    seals = [split.seal_of(record) for record in sample]
    known = sum(
        home.records.one("SELECT 1 FROM row_seal WHERE seal = ?", seal) is not None
        for seal in seals
    )
    if known < len(seals):
        yield Gap(f"references that are not what the ledger sealed: {len(seals) - known}", DOCTOR)


def _telling(sample: list[Record]) -> Iterator[Gap]:
    """Plain codes are small numbers: their upper bits are all alike. A mask makes them noise."""
    plain = sum(_is_plain(record) for record in sample)
    if plain:
        yield Gap(f"references without a mask: {plain}", "facekeep renew --because leak")
    for told in ("epoch", "salt", "mac"):
        if len({getattr(record, told) for record in sample}) < len(sample):
            yield Gap(f"references share their {told} and can be linked", DOCTOR)


def _is_plain(record: Record) -> bool:
    words = np.asarray(record.words, dtype=np.uint16)
    if len(words) < LEAST_WORDS:
        return False
    seen = np.bincount(words >> 12, minlength=BINS)
    expected = len(words) / BINS
    return float(((seen - expected) ** 2 / expected).sum()) > CHI_SQUARE_LIMIT


def _not_renewable(home: Home) -> Iterator[Gap]:
    """Renewal needs a key row beside every reference, and none half renewed."""
    if home.vault.unfinished() and not home.intents.open():
        yield Gap("a renewal was begun and not finished", "facekeep renew --because schedule")
    keyed = {bytes(row[0]) for row in home.vault.store.rows("SELECT row FROM subject_key")}
    if alone := len(home.references.identifiers() - keyed):
        yield Gap(f"references that cannot be renewed, having no key: {alone}", DOCTOR)


# -- archives (Network Data Regulations 9) ---------------------------------------------------


def _archives(home: Home, now: int) -> Finding:
    """Sealed copies die on their day, no later than the longest horizon, and are known."""
    keys = sorted((home.custody.folder / "archive-keys").glob("*.key"))
    gaps = [gap for path in keys for gap in _archive(home, path, now)]
    return Finding({"archives": len(keys)}, tuple(gaps), applies=bool(keys))


def _archive(home: Home, path: Path, now: int) -> Iterator[Gap]:
    told = json.loads(path.read_bytes())["archive"]
    sealed_at, dies_at = int(told["sealed_at"]), int(told["dies_at"])
    if dies_at <= now:
        yield Gap("the key of an archive outlived its horizon", "facekeep sweep")
    if dies_at - sealed_at > LONGEST_HORIZON_DAYS * DAY:
        yield Gap("an archive's horizon is longer than allowed", DOCTOR)
    if not home.custody.knows_archive(str(told["id"])):
        yield Gap("an archive is not on the erasure list", DOCTOR)


# -- the ledger (PIPL art. 69, Measures art. 14, AI Act art. 26) ------------------------------

WITNESS = "facekeep ledger witness export FILE"


def _whole(home: Home, now: int) -> Finding:
    """The ledger recomputes, the anchor remembers it, and an outside witness saw it lately."""
    wrong = checked("ledger", home, now)
    gaps = []
    if "ledger_unreadable" in wrong:
        gaps.append(Gap("the ledger does not verify", "facekeep ledger verify"))
    if {"ledger_shorter", "ledger_other"} & set(checked("anchor", home, now)):
        gaps.append(Gap("the ledger is not the one the anchor remembers", DOCTOR))
    if "witness_none" in wrong:
        gaps.append(Gap("no outside witness has seen the ledger", WITNESS))
    if "witness_old" in wrong:
        gaps.append(Gap(f"no witness saw the ledger within {WITNESS_DAYS} days", WITNESS))
    with home.records.reading() as connection:
        facts = {"entries": log.size(connection), "checkpoints": len(log.checkpoints(connection))}
    return Finding(facts, tuple(gaps))


def _retained(home: Home, now: int) -> Finding:
    """Entries of identification say what was searched, and nothing of the log is missing."""
    searching = identifying(home)
    gaps = []
    if {"ledger_shorter", "ledger_other"} & set(checked("anchor", home, now)):
        gaps.append(Gap("the log was cut short", DOCTOR))
    for name in searching:
        last = home.journal.last(home.purpose_chain(name))
        if last and last.details.get("outcome") == "answered" and not _is_told(last.details):
            gaps.append(Gap(f"searches for {name} do not say what was searched", DOCTOR))
    facts = {"kept_days_at_least": LEAST_LOG_DAYS, "purposes": searching}
    return Finding(facts, tuple(gaps), applies=bool(searching))


def _is_told(details: Mapping[str, object]) -> bool:
    return {"max_fpir", "matched", "capture", "ground"} <= details.keys()


def identifying(home: Home) -> list[str]:
    """Purposes in force that search among many."""
    names = home.purposes.names()
    return [n for n in names if Operation.IDENTIFICATION in home.purposes.get(n).operations]


EVIDENCE: tuple[Question[Home], ...] = (
    Question("storage.posture.six", six),
    Question("storage.separation.stores", _separation),
    Question("storage.pictures.none", _pictures),
    Question("storage.templates.protected", _templates),
    Question("storage.archives.follow", _archives),
    Question("storage.ledger.whole", _whole),
    Question("storage.ledger.retained", _retained),
)
"""Measures art. 14; PIPL arts. 51, 69; GB/T 35273, 40660, 41819; ISO/IEC 24745; AI Act art. 26."""
