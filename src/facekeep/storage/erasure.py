"""Erasure: key row first — that is the deletion, copies included — then the rows, then the sweep.

Needs neither passphrase, vision nor comparator. Returns only when no byte is left in pages, free
list or WAL of any of our three stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from facekeep.db.store import Store
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.storage.references import ReferenceStore
from facekeep.terms.values import RowId


class Eraser:
    """Ends face data in all stores."""

    def __init__(self, vault: KeyVault, references: ReferenceStore, records: Store) -> None:
        self._vault, self._references, self._records = vault, references, records

    def erase(self, rows: Sequence[KeyRow], at: int) -> None:
        """End these enrolments; the persons' evidence secrets live on."""
        if rows:
            self._vault.erase(rows, at)
        self._erase_references(row.row for row in rows)

    def replace(self, row: RowId, older: Sequence[RowId], at: int) -> None:
        """A new enrolment counts; the ones it replaces end, in either store where they still are."""
        found = [one for one in map(self._vault.of_row, older) if one is not None]
        self._vault.put_in_force(row, found, at)
        if older:
            self._erase_references(older)

    def erase_row(self, row: RowId, at: int) -> None:
        """End one enrolment wherever it got to: key row, reference, both or neither."""
        found = self._vault.of_row(row)
        if found is not None:
            self._vault.erase([found], at)
        self._erase_references([row])

    def depart(
        self,
        person: bytes,
        consents: Iterable[bytes],
        rows: Sequence[KeyRow],
        more: Iterable[RowId],
        at: int,
        until: int,
    ) -> None:
        """End a person's face data; seal the evidence secret to the officer until ``until``.

        ``more`` names rows a first, interrupted try had already taken from the key store.
        """
        self._vault.depart(person, consents, rows, at, until)
        self._erase_references({*more, *(row.row for row in rows)})

    def erase_ungranted(self, ended: Iterable[bytes], now: float) -> int:
        """Rows whose grant has run out or whose consent was ended: a changed purpose, a re-consent."""
        gone = {row.row: row for row in self._vault.of_consents(ended)}
        gone |= {row.row: row for row in self._vault.past_grant(now)}
        if gone:
            self.erase(list(gone.values()), int(now))
        return len(gone)

    def erase_orphans(self) -> int:
        """References whose key is gone say nothing to anybody, and go too; returns how many."""
        orphans = self._references.identifiers() - {row.row for row in self._vault.every()}
        if orphans:
            self._erase_references(orphans)
        return len(orphans)

    def erase_widowed(self, at: int) -> int:
        """Keys whose reference is gone open nothing, and go too; returns how many."""
        held = self._references.identifiers()
        widowed = [row for row in self._vault.every() if row.row not in held]
        if widowed:
            self._vault.erase(widowed, at)
        return len(widowed)

    def _erase_references(self, rows: Iterable[RowId]) -> None:
        self._references.erase(rows)
        self._records.sweep()
