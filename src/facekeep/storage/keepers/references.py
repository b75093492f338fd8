"""The reference keeper: holds ``c``, answers with <c, q>. Never holds a key or a score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame, Record
from facekeep.storage.gallery import Gallery
from facekeep.storage.keepers.pair import KeeperPair, refuse_unfit_probe
from facekeep.storage.keepers.warm import WarmRows
from facekeep.storage.references import ReferenceStore
from facekeep.terms.errors import Retry, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Code, Epoch, Permit, Ring, RowId


class ReferenceKeeper:
    """The pseudonymous identifier's keeper (ISO/IEC 24745).

    Its MAC key lives in the process, not in its database; every opening verifies the MAC.
    """

    def __init__(
        self, references: ReferenceStore, mac_key: bytes, pair: KeeperPair, entropy: Entropy
    ) -> None:
        self._references, self._mac_key, self._pair, self._entropy = (
            references,
            mac_key,
            pair,
            entropy,
        )
        self._warm = WarmRows()
        self._seen = references.store.data_version

    def keep(self, frame: Frame, row: RowId, epoch: Epoch, words: Ring) -> Record:
        """Authenticate and store a new record."""
        record = self._sealed(frame, row, epoch, words)
        self._references.keep(record)
        return record

    def epochs(self, rows: Iterable[RowId]) -> dict[RowId, Epoch]:
        """Where each row stands, for a renewal that was interrupted."""
        found = self._references.of_rows(list(rows))
        return {record.row: record.epoch for record in found if record is not None}

    def answer_one(self, permit: Permit, probe: Code, frame: Frame) -> split.Partial:
        """<c, q> of one row. Raises ``Retry`` or ``Tampered``."""
        digest = refuse_unfit_probe(probe, permit)
        self._references.store.require_there()
        record = self._opened(RowId(permit.target), frame)
        if record.epoch != permit.epoch:
            raise Retry("the reference is at another epoch", "Ask again")
        return self._pair.answered(permit, digest, split.sums_of_one(record.words, probe, permit))

    def answer_many(self, permit: Permit, probe: Code, gallery: Gallery) -> split.Partial:
        """<c, q> of every row of a gallery, authenticated when it was loaded."""
        refuse_unfit_probe(probe, permit)
        if permit.target != gallery.root:
            raise Tampered("the permit was made out for another gallery")
        self._references.store.require_there()
        return self._pair.half(
            permit, probe, split.sums_of_many(self._words(gallery), probe, permit)
        )

    def confirm(self, gallery: Gallery, positions: Sequence[int]) -> None:
        """Verify the MAC of every row that is about to be returned, from the store again."""
        loaded = self._words(gallery)
        for position in positions:
            record = self._opened(gallery.rows[position], gallery.frame)
            if record.epoch != gallery.epochs[position] or (record.words != loaded[position]).any():
                raise Tampered("a reference changed under the search")

    def renew(self, frame: Frame, changes: Sequence[tuple[RowId, Epoch, Epoch, Ring]]) -> None:
        """``c += delta`` where a row is still at the epoch before: compare-and-set, MAC to MAC.

        A delta drawn or applied twice is refused with ``Retry``; nothing else changes.
        """
        swaps = []
        found = self._references.of_rows([row for row, *_ in changes])
        for (row, before, after, delta), kept in zip(changes, found, strict=True):
            record = self._checked(kept, frame)
            if record.epoch != before:
                raise Retry("the delta was drawn for another epoch", "Ask again")
            swaps.append((self._sealed(frame, row, after, record.words + delta), before))
        if self._references.swap(swaps) != len(swaps):
            raise Retry("a reference changed under the renewal", "Ask again")

    def genuine(self, rows: Iterable[tuple[RowId, Frame]]) -> set[RowId]:
        """Those whose authentication code holds."""
        return {row for row, frame in rows if self._holds(row, frame)}

    def _holds(self, row: RowId, frame: Frame) -> bool:
        try:
            self._opened(row, frame)
        except Tampered:
            return False
        return True

    def forget(self, rows: Iterable[RowId]) -> None:
        """Drop erased or renewed rows from memory."""
        self._warm.forget(rows)

    def _opened(self, row: RowId, frame: Frame) -> Record:
        return self._checked(self._references.of_row(row), frame)

    def _checked(self, record: Record | None, frame: Frame) -> Record:
        if record is None:
            raise Tampered("a key has no reference beside it")
        return split.checked(record, self._mac_key, frame)

    def _sealed(self, frame: Frame, row: RowId, epoch: Epoch, words: Ring) -> Record:
        salt = self._entropy(split.SALT_BYTES)
        mac = split.authenticate(self._mac_key, frame, row, epoch, words, salt)
        return Record(row, epoch, words, salt, mac)

    def _loaded(self, row: RowId, epoch: Epoch, frame: Frame) -> Ring:
        record = self._opened(row, frame)
        if record.epoch != epoch:
            raise Retry("a reference is at another epoch than the gallery", "Ask again")
        return record.words

    def _words(self, gallery: Gallery) -> Ring:
        """Authenticated when loaded; loaded anew when somebody else wrote to the store."""
        if self._seen != (now := self._references.store.data_version):
            self._warm.drop()
            self._seen = now
        return self._warm.of(gallery, lambda row, epoch: self._loaded(row, epoch, gallery.frame))
