"""Renewal: a new mask for a reference without recapture; the old key is destroyed.

Order, for each batch (custody rule 1): the key keeper keeps the next keys as pending → the
reference keeper applies the deltas by compare-and-set → the pending keys come into force and the
old ones die. Deltas live in memory only. Every step can be repeated, so an interrupted renewal is
finished by :meth:`Renewer.resume`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from threading import RLock

from facekeep.protect.keytree import BUCKETS, bucket_of
from facekeep.protect.schemes.split import Frame
from facekeep.storage.keepers.keys import KeyKeeper
from facekeep.storage.keepers.references import ReferenceKeeper
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.terms.errors import Tampered
from facekeep.terms.ports import Progress

BATCH_BUCKETS = 128
"""Rows of this many buckets are renewed together: each bucket is re-keyed once a renewal."""


class Renewer:
    """Renews rows through both keepers."""

    def __init__(
        self, vault: KeyVault, keys: KeyKeeper, references: ReferenceKeeper, tenant: bytes
    ) -> None:
        self._vault, self._keys, self._references, self._tenant = vault, keys, references, tenant
        self.turn = RLock()
        """Held over a batch: of two renewals at once neither finds the other's half-done."""

    def renew(self, rows: Sequence[KeyRow], progress: Progress = lambda done, total: None) -> None:
        """New masks for these rows; raises with the remaining rows untouched or resumable."""
        done = 0
        for batch in _batches(rows):
            with self.turn:
                self._apply_to_living(batch)
                self._vault.finish_renewal(batch)
            done += len(batch)
            progress(done, len(rows))

    def resume(self) -> int:
        """Finish what was begun and interrupted; returns how many rows."""
        with self.turn:
            unfinished = self._vault.unfinished()
            if unfinished:
                at = self._references.epochs(row.row for row in unfinished)
                if len(at) != len(unfinished):
                    raise Tampered("a key under renewal has no reference beside it")
                self._apply([row for row in unfinished if at[row.row] != row.pending_epoch])
                self._vault.finish_renewal(unfinished)
        return len(unfinished)

    def _apply_to_living(self, rows: Sequence[KeyRow]) -> None:
        """Whoever withdraws under our hands takes their reference along; the others go on."""
        try:
            self._apply(rows)
        except Tampered:
            living = self._vault.present(rows)
            if len(living) == len(rows):
                raise
            self._apply_to_living(living)

    def _apply(self, rows: Sequence[KeyRow]) -> None:
        renewals = self._keys.begin_renewal(rows)
        for (model, d), group in _by_frame(rows):
            members = {row.row for row in group}
            self._references.renew(
                Frame(self._tenant, model, d),
                [(r.row, r.before, r.after, r.delta) for r in renewals if r.row in members],
            )


def _batches(rows: Sequence[KeyRow]) -> Iterator[list[KeyRow]]:
    ordered = sorted(rows, key=lambda row: row.row)
    width = BUCKETS if len(rows) < BUCKETS else BATCH_BUCKETS
    for _, batch in groupby(ordered, key=lambda row: bucket_of(row.row) // width):
        yield list(batch)


def _by_frame(rows: Sequence[KeyRow]) -> Iterator[tuple[tuple[str, int], list[KeyRow]]]:
    ordered = sorted(rows, key=lambda row: (row.model, row.d))
    for frame, group in groupby(ordered, key=lambda row: (row.model, row.d)):
        yield frame, list(group)
