"""A key store, a reference store and a records store on a shelf, without a home around them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facekeep.db.store import Store
from facekeep.protect.keytree import PassphraseCost, Root
from facekeep.protect.schemes.split import Record
from facekeep.storage.custody import Custody
from facekeep.storage.erasure import Eraser
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.storage.references import ReferenceStore
from facekeep.storage.schema import STORES
from facekeep.terms.values import Epoch, Grant, RowId

FAR = 2**40


@dataclass
class Shelf:
    """What lies in one folder."""

    root: Root
    custody: Custody
    vault: KeyVault
    references: ReferenceStore
    records: Store

    @property
    def eraser(self) -> Eraser:
        return Eraser(self.vault, self.references, self.records)

    def key(
        self, consent: bytes = b"c" * 16, *, active: bool = True, expires: int = FAR,
        purpose: str = "gate",
    ) -> KeyRow:  # fmt: skip
        """A kept key row; what it wraps is its own name, twice."""
        row = RowId(os.urandom(16))
        wrapped = self.vault.outer(row).wrap(row * 2, b"key", row)
        grant = Grant(purpose, b"h" * 32, consent, expires)
        kept = KeyRow(row, Epoch(os.urandom(8)), wrapped, grant, "m", 8, active)
        self.vault.keep([kept])
        return kept

    def reference(self, row: RowId | None = None) -> RowId:
        """A kept reference, by default of nobody."""
        name = row or RowId(os.urandom(16))
        words = np.frombuffer(os.urandom(20), "<u2")
        self.references.keep(Record(name, Epoch(b"e" * 8), words, b"s" * 16, b"m" * 32))
        return name

    def pair(self, consent: bytes = b"c" * 16, **how: object) -> KeyRow:
        row = self.key(consent, **how)  # type: ignore[arg-type]
        self.reference(row.row)
        return row

    def opens(self, row: KeyRow) -> bool:
        """Whether a row as it is now opens to what was wrapped."""
        found = self.vault.of_row(row.row)
        assert found is not None
        return self.vault.outer(row.row).unwrap(found.wrapped, b"key", row.row) == row.row * 2

    def reopened(self) -> KeyVault:
        """The key store as the next start finds it."""
        return KeyVault(self.vault.store, self.custody, os.urandom)


@contextmanager
def shelf_in(folder: Path) -> Iterator[Shelf]:
    """Three new stores and a custody."""
    stores = {
        n: Store.create(folder / f"{n}.db", n, m, b"h" * 16, b"m" * 16) for n, m in STORES.items()
    }
    custody = Custody.create(folder / "custody", folder / "home")
    root, sealed = Root.draw(b"p", PassphraseCost.cheapest(), os.urandom)
    vault = KeyVault.create(stores["keys"], custody, os.urandom, sealed)
    yield Shelf(root, custody, vault, ReferenceStore(stores["references"]), stores["records"])
    for store in stores.values():
        store.close()
