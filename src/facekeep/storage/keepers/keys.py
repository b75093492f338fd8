"""The key keeper: opens subject keys, answers with <mask, q>. Never holds a reference or a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from facekeep.protect.keytree import Root, row_binding
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame
from facekeep.storage.gallery import Gallery
from facekeep.storage.keepers.pair import KeeperPair, refuse_unfit_probe
from facekeep.storage.keepers.used import UsedPermits
from facekeep.storage.keepers.warm import WarmRows
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.terms.errors import PermitExpired, Renewing, Retry, Tampered
from facekeep.terms.ports import Clock, Entropy
from facekeep.terms.values import Code, Epoch, Grant, Permit, Ring, RowId


@dataclass(frozen=True, slots=True)
class Renewal:
    """One row's way from an epoch to the next. Lives in memory only (custody rule 1)."""

    row: RowId
    before: Epoch
    after: Epoch
    delta: Ring = field(repr=False)


@dataclass(frozen=True)
class Listing:
    """The rows of a purpose as the key store had them in one state."""

    state: tuple[str, int, int]
    rows: tuple[KeyRow, ...] = field(repr=False)
    pending: bool
    galleries: dict[tuple[Frame, bytes, int], Gallery] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, state: tuple[str, int, int], rows: Sequence[KeyRow]) -> Listing:
        """Read once."""
        return cls(state, tuple(rows), any(row.pending is not None for row in rows))

    def gallery(self, frame: Frame, purpose_hash: bytes, now: float) -> Gallery:
        """The rows of this model and purpose whose consent has not expired at ``now``."""
        asked = (frame.model, frame.d, purpose_hash)
        fitting = (r for r in self.rows if (r.model, r.d, r.grant.purpose_hash) == asked)
        living = [row for row in fitting if row.grant.expires > now]
        # As time goes by, rows only leave: their number names them.
        known = frame, purpose_hash, len(living)
        if known not in self.galleries:
            rows, epochs = tuple(r.row for r in living), tuple(r.epoch for r in living)
            self.galleries[known] = Gallery(frame, rows, epochs)
        return self.galleries[known]


class KeyKeeper:
    """Auxiliary data's keeper (ISO/IEC 24745), with the root that opens it.

    ``boot_id`` is new at each start: a permit of an earlier start is dead, so single use needs
    no clock and no memory across starts.
    """

    def __init__(
        self,
        vault: KeyVault,
        root: Root,
        tenant: bytes,
        pair: KeeperPair,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._vault, self._root, self._tenant, self._pair = vault, root, tenant, pair
        self._clock, self._entropy = clock, entropy
        self.boot_id = entropy(16)
        self._used = UsedPermits()
        self._warm = WarmRows()
        self._listing: Listing | None = None
        vault.when_erased(self._warm.forget)

    # -- enrolment --------------------------------------------------------------------------

    def draw(self, row: RowId, grant: Grant, model: str, d: int) -> tuple[Epoch, Ring]:
        """Keep a new subject key for a row and hand its mask to the edge, once.

        The row is not in force yet: that is for whoever completes the enrolment.
        """
        epoch = Epoch(self._entropy(8))
        key = self._entropy(split.KEY_BYTES)
        frame = Frame(self._tenant, model, d)
        with self._vault.steady:
            wrapped = self._wrapped(key, row, epoch, grant, model)
            self._vault.keep([KeyRow(row, epoch, wrapped, grant, model, d, active=False)])
        return epoch, split.mask(key, frame, grant.purpose, row, epoch)

    # -- answers ----------------------------------------------------------------------------

    def answer_one(self, permit: Permit, probe: Code) -> split.Partial:
        """<mask, q> of one row. Raises ``PermitExpired``, ``Retry`` or ``Tampered``."""
        self._use_up(permit)
        digest = refuse_unfit_probe(probe, permit)
        self._vault.store.require_there()
        with self._vault.steady:
            row = self._vault.of_row(RowId(permit.target))
            if row is None or row.epoch != permit.epoch:
                raise Retry("the reference was renewed or erased meanwhile", "Ask again")
            if row.pending is not None:
                raise Renewing("a renewal is under way", "Ask again")
            self._refuse_foreign_grant(row.grant, permit)
            mask = self._mask(row)
        return self._pair.answered(permit, digest, split.sums_of_one(mask, probe, permit))

    def answer_many(self, permit: Permit, probe: Code, gallery: Gallery) -> split.Partial:
        """<mask, q> of every row of a gallery, from warm masks."""
        self._use_up(permit)
        refuse_unfit_probe(probe, permit)
        if permit.target != gallery.root:
            raise Tampered("the permit was made out for another gallery")
        self._vault.store.require_there()
        masks = self._warm.of(gallery, self._expanded)
        return self._pair.half(permit, probe, split.sums_of_many(masks, probe, permit))

    def gallery(self, purpose: str, purpose_hash: bytes, model: str, d: int) -> Gallery:
        """The rows released for this very purpose that can be searched now, in order of their
        identifiers. A row released for an earlier text of the purpose is not among them."""
        listed = self._listed(purpose)
        if listed.pending:
            raise Renewing("a renewal is under way", "Ask again")
        return listed.gallery(Frame(self._tenant, model, d), purpose_hash, self._clock())

    def _listed(self, purpose: str) -> Listing:
        """A purpose's rows, read again only when the key store changed, by us or by anybody."""
        state = (purpose, self._vault.changes, self._vault.store.data_version)
        if self._listing is None or self._listing.state != state:
            self._listing = Listing.of(state, self._vault.of_purpose(purpose))
        return self._listing

    # -- renewal ----------------------------------------------------------------------------

    def begin_renewal(self, rows: Sequence[KeyRow]) -> list[Renewal]:
        """Keep next keys as pending, then hand out the deltas. A repeated call gives the same.

        Rows are read as they are now, and whoever was erased meanwhile is left out: no re-keying
        comes between reading and keeping.
        """
        with self._vault.steady:
            present = self._vault.present(rows)
            fresh = [row for row in present if row.pending is None]
            drawn = {row.row: self._next_key() for row in fresh}
            renewals = [
                self._renewal(row, *(drawn.get(row.row) or self._pending_key(row)))
                for row in present
            ]
            self._vault.note_pending(
                (row.row, epoch, self._wrapped(key, row.row, epoch, row.grant, row.model))
                for row, (epoch, key) in zip(fresh, drawn.values(), strict=True)
            )
        return renewals

    def _next_key(self) -> tuple[Epoch, bytes]:
        return Epoch(self._entropy(8)), self._entropy(split.KEY_BYTES)

    def _pending_key(self, row: KeyRow) -> tuple[Epoch, bytes]:
        if row.pending is None or row.pending_epoch is None:
            raise Tampered("a renewal was asked for that was never begun")
        return row.pending_epoch, self._key(row, row.pending, row.pending_epoch)

    def _renewal(self, row: KeyRow, epoch: Epoch, key: bytes) -> Renewal:
        frame = Frame(self._tenant, row.model, row.d)
        following = split.mask(key, frame, row.grant.purpose, row.row, epoch)
        return Renewal(row.row, row.epoch, epoch, following - self._mask(row))

    # -- opening ----------------------------------------------------------------------------

    def _wrapped(self, key: bytes, row: RowId, epoch: Epoch, grant: Grant, model: str) -> bytes:
        inner = self._root.wrap_key(key, row_binding(self._tenant, row, model, epoch, grant))
        return self._vault.outer(row).wrap(inner, b"key", row)

    def _key(self, row: KeyRow, wrapped: bytes, epoch: Epoch) -> bytes:
        inner = self._vault.outer(row.row).unwrap(wrapped, b"key", row.row)
        return self._root.unwrap_key(
            inner, row_binding(self._tenant, row.row, row.model, epoch, row.grant)
        )

    def _mask(self, row: KeyRow) -> Ring:
        frame = Frame(self._tenant, row.model, row.d)
        key = self._key(row, row.wrapped, row.epoch)
        return split.mask(key, frame, row.grant.purpose, row.row, row.epoch)

    def _expanded(self, row: RowId, epoch: Epoch) -> Ring:
        with self._vault.steady:
            found = self._vault.of_row(row)
            if found is None or found.epoch != epoch:
                raise Retry("a row left the gallery meanwhile", "Ask again")
            return self._mask(found)

    # -- permits ----------------------------------------------------------------------------

    def _use_up(self, permit: Permit) -> None:
        if permit.boot_id != self.boot_id:
            raise PermitExpired("the permit is of an earlier start", "Ask for a new one")
        self._used.use_up(permit)

    def _refuse_foreign_grant(self, grant: Grant, permit: Permit) -> None:
        if grant.purpose_hash != permit.purpose_hash:
            raise PermitExpired("the purpose changed since this consent", "Ask the person again")
        if grant.expires <= self._clock():
            raise PermitExpired("the consent behind this key has expired", "Ask the person again")
