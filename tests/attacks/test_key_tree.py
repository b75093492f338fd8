"""Erasure reaches every copy of the key store (custody rule 4; templates.md traps 2, 7, 8)."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.db import store as db_store
from facekeep.protect.keytree import BUCKETS, Root, Table, row_binding
from facekeep.protect.schemes.split import Frame
from facekeep.storage import keys as key_store
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.storage.reset import Scope
from facekeep.terms.errors import Broken, FacekeepError, Refused, StoreMissing, Tampered
from tests.attacks.toolkit import PASSPHRASE, Site, search

PEOPLE = [f"p{n}" for n in range(8)]


@pytest.fixture
def enrolled(site: Site, house: House) -> House:
    for name in PEOPLE:
        site.enrol(house, name)
    return house


def slot_of(site: Site) -> bytes:
    return (site.custody / "slot").read_bytes()


def opened(copy: Path, slot: bytes, home: bytes) -> int:
    """How many subject keys a thief of a key store opens with the passphrase and a slot."""
    with closing(sqlite3.connect(copy)) as raw:
        (sealed,) = raw.execute("SELECT sealed FROM tree").fetchone()
        rows = raw.execute(f"SELECT {key_store._COLUMNS} FROM subject_key").fetchall()
        kept = raw.execute(
            "SELECT salt, memory_kib, passes, lanes, wrapped, evidence_public FROM root"
        ).fetchone()
    cost = key_store.PassphraseCost(*kept[1:4])
    root = Root.open(key_store.SealedRoot(kept[0], cost, *kept[4:]), PASSPHRASE)
    try:
        table = Table.open(sealed, slot[8:])
    except Tampered:
        return 0
    return sum(_opens(key_store._key_row(row), root, table, home) for row in rows)


def _opens(row: KeyRow, root: Root, table: Table, home: bytes) -> bool:
    try:
        inner = table.bucket(key_store.bucket_of(row.row)).unwrap(row.wrapped, b"key", row.row)
        root.unwrap_key(inner, row_binding(home, row.row, row.model, row.epoch, row.grant))
    except Tampered:
        return False
    return True


@pytest.mark.parametrize("act", ["withdraw", "enrol again", "renew"])
def test_old_key_store_with_passphrase_and_current_slot_opens_nothing(
    site: Site, enrolled: House, act: str
) -> None:
    """One erasure or renewal of one person makes every older copy noise; before, it all opens."""
    old = site.backup("stolen", "keys") / "keys.db"
    assert opened(old, slot_of(site), enrolled.home.id) == len(enrolled.home.vault.every())
    match act:
        case "withdraw":
            enrolled.withdrawals.withdraw("p0", "gate")
        case "enrol again":
            site.enrol(enrolled, "p0")
        case _:
            enrolled.resetter.renew(Scope("p0", "gate"), "routine")
    assert opened(old, slot_of(site), enrolled.home.id) == 0


def test_key_store_without_its_slot_opens_nothing(site: Site, enrolled: House) -> None:
    """A fresh copy of keys.db and the passphrase, without the slot, are noise."""
    stolen = site.backup("stolen", "keys") / "keys.db"
    assert opened(stolen, bytes(40), enrolled.home.id) == 0


def test_pasted_back_row_does_not_open(site: Site, enrolled: House) -> None:
    """The erased row's bucket has a new key: pasting the row back resurrects nobody."""
    old = site.backup("stolen", "keys", "references", "records")
    row = site.row(enrolled, "p0")
    enrolled.withdrawals.withdraw("p0", "gate")
    for store, table in (("keys", "subject_key"), ("references", "reference")):
        with site.sql(store) as raw:
            raw.execute("ATTACH ? AS old", (str(old / f"{store}.db"),))
            raw.execute(f"INSERT INTO {table} SELECT * FROM old.{table} WHERE row = ?", (row.row,))
    pasted = enrolled.home.vault.of_row(row.row)
    assert pasted is not None
    with pytest.raises(Tampered):
        enrolled.keepers.keys._mask(pasted)
    with pytest.raises(FacekeepError):
        enrolled.identifier.identify(search(enrolled, "gate", site.good_photo("p0")), site.people)


@pytest.mark.parametrize("pasted", [("consent",), ("person",), ("consent", "person")])
def test_pasted_back_records_let_nobody_withdrawn_in(
    site: Site, enrolled: House, pasted: tuple[str, ...]
) -> None:
    """Old rows of the records store carry valid seals; the key that they need is gone."""
    old = site.backup("stolen", "records")
    enrolled.withdrawals.withdraw("p0", "gate")
    with site.sql("records") as raw:
        raw.execute("ATTACH ? AS old", (str(old / "records.db"),))
        for table in pasted:
            raw.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM old.{table}")
    with suppress(Refused, Tampered):
        assert not site.matches(enrolled, "p0")


def test_old_log_beside_the_new_store_brings_nothing_back(site: Site, enrolled: House) -> None:
    """keys.db with the WAL of before the erasure: SQLite's salts refuse the log, we the rest."""
    site.enrol(enrolled, "late")
    old = site.backup("stolen", "keys")
    row = site.row(enrolled, "p0")
    enrolled.withdrawals.withdraw("p0", "gate")
    fresh = site.backup("fresh", "keys")
    for log in old.glob("keys.db-*"):
        (fresh / log.name).write_bytes(log.read_bytes())
    raw = sqlite3.connect(fresh / "keys.db")
    with closing(raw), suppress(sqlite3.DatabaseError):  # most often it is not even a database
        found = raw.execute("SELECT 1 FROM subject_key WHERE row = ?", (row.row,)).fetchone()
        assert not found or not opened(fresh / "keys.db", slot_of(site), enrolled.home.id)


def test_old_slot_is_overwritten_on_disk(site: Site, enrolled: House) -> None:
    """After a re-keying no byte of the old slot lies in the custody folder."""
    old = slot_of(site)[8:]
    held = (site.custody / "slot").open("rb")  # the very blocks, not the name
    enrolled.withdrawals.withdraw("p0", "gate")
    with held:
        assert held.read() == bytes(40)
    assert not any(old in path.read_bytes() for path in site.custody.rglob("*") if path.is_file())


def test_missing_slot_is_refused_with_the_way_out(site: Site, enrolled: House) -> None:
    """Without a slot the key store is noise: say so, name ``adopt``."""
    enrolled.close()
    (site.custody / "slot").unlink()
    with pytest.raises(StoreMissing, match="adopt"), site.open():
        pass


# -- a reader in the way --------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db_store, "SWEEP_PATIENCE_S", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("store", ["keys", "references", "records"])
def test_reader_in_the_log_holds_the_receipt_back(site: Site, store: str) -> None:
    """wal_checkpoint returns busy without raising: no receipt before the log is empty."""
    with site.open() as house:
        site.enrol(house, "alice")
        with site.sql(store) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with pytest.raises(Broken, match="reader"):
                house.withdrawals.withdraw("alice", "gate")
            with pytest.raises(Refused):
                site.ask(house, "alice")
    with site.open() as house:
        assert house.recovered == ["withdrawal completed"]
        assert len(house.recovered_receipts) == 1
        assert not house.home.intents.open()


@pytest.mark.usefixtures("impatient")
def test_withdrawal_repeated_after_the_reader_left_completes(site: Site, house: House) -> None:
    """A long-running home must not wait for its next start to hand the receipt out."""
    site.enrol(house, "alice")
    with site.sql("references") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM reference").fetchone()
        with pytest.raises(Broken):
            house.withdrawals.withdraw("alice", "gate")
    receipt = house.withdrawals.withdraw("alice", "gate")
    assert receipt.event
    assert not house.home.intents.open()


@pytest.mark.usefixtures("impatient")
def test_re_keying_after_a_held_sweep_never_loses_the_slot(
    site: Site, enrolled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A committed generation whose slot was not promoted survives the next, interrupted one."""
    vault = enrolled.home.vault
    with site.sql("keys") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM tree").fetchone()
        with pytest.raises(Broken):
            vault.rekey({1}, lambda tx: None)

    def die(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(KeyVault, "_rewrap", die)
    with pytest.raises(SystemExit):
        vault.rekey({2}, lambda tx: None)
    monkeypatch.undo()
    assert vault.generation in enrolled.home.custody.generations()
    enrolled.close()
    with site.open() as house:
        assert site.matches(house, "p1")


def test_enrolment_amid_re_keying_is_never_lost(site: Site, enrolled: House) -> None:
    """A key wrapped under a bucket key that is replaced before it is kept would be noise."""
    done = threading.Event()

    def rekey() -> None:
        while not done.is_set():
            enrolled.home.vault.rekey(range(BUCKETS), lambda tx: None)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(rekey)
        names = [f"late{n}" for n in range(12)]
        try:
            for name in names:
                site.enrol(enrolled, name)
        finally:
            done.set()
        other.result()
    assert all(site.matches(enrolled, name) for name in names)


def test_mask_is_bound_to_tenant_purpose_row_model_and_epoch() -> None:
    """One key in two places makes two masks (trap 2: what varies is under the key, not beside)."""
    from facekeep.protect.schemes.split import mask

    places = [
        (Frame(t, m, 128), p, row, epoch)
        for t in (b"a", b"b") for m in ("m", "n") for p in ("p", "q")
        for row in (b"r" * 16, b"s" * 16) for epoch in (b"e" * 8, b"f" * 8)
    ]  # fmt: skip
    masks = {mask(bytes(32), *place).tobytes() for place in places}  # type: ignore[arg-type]
    assert len(masks) == len(places)
