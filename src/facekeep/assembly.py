"""Wires the rooms of one home for the doors, which import nothing else of it.

``found`` makes a home, ``enter`` opens it without the passphrase, ``House.unlock`` wakes the keepers,
``adopt`` takes in a restored, moved or cloned one, ``upgrade`` lifts its stores to this program.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from pathlib import Path
from time import time

from facekeep.collection import enrolment
from facekeep.collection.consents import ConsentDesk
from facekeep.collection.enrolment import Enroller
from facekeep.db.home_lock import HomeLock
from facekeep.db.store import Store
from facekeep.governance import consent, intents, purposes
from facekeep.governance.permits import PermitOffice
from facekeep.protect.keytree import PassphraseCost, Root
from facekeep.rights import withdrawal
from facekeep.rights.receipts import Receipt
from facekeep.rights.withdrawal import WithdrawalDesk
from facekeep.settings import Settings
from facekeep.storage import adoption, answered, journal, keys, references, reset, subjects
from facekeep.storage.anchoring import cast_anchor, refuse_another, remember_head, take_new_marks
from facekeep.storage.custody import Custody, replace_file
from facekeep.storage.home import Home, home_of
from facekeep.storage.keepers.rooms import Keepers, wake
from facekeep.storage.keys import KeyVault
from facekeep.storage.plot import Plot
from facekeep.storage.reset import Resetter
from facekeep.storage.schema import STORES
from facekeep.storage.stand_in import StandIns
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.evidence import Finding, Question
from facekeep.terms.ports import Clock, Entropy, Sight
from facekeep.terms.values import Holding
from facekeep.use.identification import Identifier
from facekeep.use.verification import Verifier

HOLDINGS: tuple[Holding, ...] = (
    *keys.HOLDINGS,
    *references.HOLDINGS,
    *subjects.HOLDINGS,
    *consent.HOLDINGS,
    *intents.HOLDINGS,
    *journal.HOLDINGS,
    *answered.HOLDINGS,
)
"""The personal data every room keeps; a test fails where a table has none."""


EVIDENCE: tuple[Question[Home], ...] = ()
"""The questions every room can answer about itself; ``oversight`` knows rooms by these alone."""


class House:
    """An entered home, and after :meth:`unlock` everything that can be done in it."""

    def __init__(
        self, home: Home, settings: Settings, lock: HomeLock, recovered: list[str]
    ) -> None:
        self.home, self.settings, self.recovered = home, settings, recovered
        self.recovered_receipts: list[Path] = []
        self._lock, self._at_rest = lock, False
        self._keepers: Keepers | None = None

    # -- the passphrase ---------------------------------------------------------------------

    def unlock(self, passphrase: bytes) -> None:
        """Open the root, wake the keepers, finish interrupted renewals.

        Raises ``WrongPassphrase``.
        """
        home = self.home
        root = Root.open(home.vault.sealed_root, passphrase)
        self._keepers = wake(home, root)
        for intent in home.intents.open():
            if intent.kind == reset.INTENT:
                self.resetter.recover(intent)
                self.recovered.append("renewal completed")

    @property
    def keepers(self) -> Keepers:
        """Raises ``Broken`` while the home is locked."""
        if self._keepers is None:
            raise Broken("this needs the passphrase", "Set FACEKEEP_PASSPHRASE_FILE")
        return self._keepers

    # -- what can be done -------------------------------------------------------------------

    @cached_property
    def consents(self) -> ConsentDesk:
        """Where consent is given and shown."""
        return ConsentDesk(self.home)

    @cached_property
    def enroller(self) -> Enroller:
        """Enrols."""
        return Enroller(self.home, self.keepers)

    @cached_property
    def verifier(self) -> Verifier:
        """Answers 1:1."""
        stand_ins = StandIns(self.home, self.keepers)
        return Verifier(self.home, self.keepers, self._permits, stand_ins)

    @cached_property
    def identifier(self) -> Identifier:
        """Answers 1:N."""
        return Identifier(self.home, self.keepers, self._permits)

    @cached_property
    def resetter(self) -> Resetter:
        """Renews."""
        return Resetter(self.home, self.keepers)

    @cached_property
    def withdrawals(self) -> WithdrawalDesk:
        """Ends consents; needs no passphrase."""
        return WithdrawalDesk(self.home)

    @cached_property
    def _permits(self) -> PermitOffice:
        keepers = self.keepers
        return PermitOffice(keepers.comparator.name, keepers.keys.boot_id, self.home.entropy)

    def sight(self, purpose: str) -> Sight:
        """The eyes a purpose names; loaded here, since most of what a home does needs none."""
        from facekeep.vision.sight import sight_of

        model = self.home.purposes.get(purpose).model
        return sight_of(model, self.settings.models, self.settings.cache, self.settings.threads)

    def publish(self, text: bytes) -> tuple[str, int]:
        """Publish a purpose file; returns its name and version."""
        purpose, home = purposes.parse(text), self.home
        with home.records.transaction() as tx:
            before = home.purposes.version(purpose.id)
            version = home.purposes.publish(tx, purpose, int(home.journal.now()))
            if version != before:
                public = {"version": version, "hash": purpose.hash.hex()}
                home.journal.write(
                    tx, home.purpose_chain(purpose.id), "governance:purpose:published", {}, public
                )
        return purpose.id, version

    def evidence(self) -> dict[str, Callable[[int], Finding]]:
        """Every question by its id, to be asked of this home at a moment (seconds since 1970)."""
        return {question.id: partial(question.ask, self.home) for question in EVIDENCE}

    def seal_checkpoint(self) -> str:
        """Sign the ledger as it stands; returns the note."""
        return self.home.seal_checkpoint()

    def close(self) -> None:
        """Come to rest: settle, remember the ledger's head outside the home, let the next in.

        Closing twice does nothing more.
        """
        if self._at_rest:
            return
        self._at_rest, home = True, self.home
        with ExitStack() as leaving:
            leaving.callback(self._lock.release)
            for store in (home.records, home.references.store, home.vault.store):
                leaving.callback(store.close)
            home.references.settle()
            remember_head(home.custody, home.records)


# -- founding -------------------------------------------------------------------------------


def found(
    path: Path, passphrase: bytes, settings: Settings, *,
    cost: PassphraseCost | None = None, clock: Clock = time, entropy: Entropy = os.urandom,
) -> Plot:  # fmt: skip
    """Make a home: three stores, a key tree on a slot outside, a signing key, an anchor.

    Raises ``Broken`` where something lies already, ``Misused`` for an empty passphrase.
    """
    if not passphrase:
        raise Misused("an empty passphrase protects nothing")
    identity = entropy(16)
    plot = Plot(path, identity, (settings.custody / identity.hex()).resolve())
    plot.refuse_occupied()
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    lock = HomeLock(plot.lock)
    try:
        _build(plot, passphrase, cost or PassphraseCost.owasp_high(), entropy)
    finally:
        lock.release()
    with entered(path, settings, clock=clock, entropy=entropy) as house:
        house.home.note(house.home.own_chain(), "storage:home:founded", {}, {"instance": 1})
    return plot


def _build(plot: Plot, passphrase: bytes, cost: PassphraseCost, entropy: Entropy) -> None:
    """``home.toml`` comes last: what was not finished is no home."""
    custody, mark = Custody.create(plot.custody, plot.path), entropy(16)
    stores = {n: Store.create(plot.store(n), n, m, plot.id, mark) for n, m in STORES.items()}
    _, sealed = Root.draw(passphrase, cost, entropy)
    KeyVault.create(stores["keys"], custody, entropy, sealed)
    plot.draw_records_key(entropy)
    plot.draw_signer(1, entropy)
    cast_anchor(plot, 1, mark, stores["records"])
    for store in stores.values():
        store.close()
    plot.write()


# -- entering -------------------------------------------------------------------------------


def enter(
    path: Path, settings: Settings, *, clock: Clock = time, entropy: Entropy = os.urandom
) -> House:
    """Open a home without its passphrase: check that it is the one the anchor knows, finish what
    was interrupted, end what is due. Raises ``AdoptionRequired``, ``Tampered``, ``Broken``.
    """
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        house = _entered(plot, settings, lock, clock, entropy)
    except BaseException:
        lock.release()
        raise
    return house


@contextmanager
def entered(
    path: Path, settings: Settings, *, passphrase: bytes | None = None,
    clock: Clock = time, entropy: Entropy = os.urandom,
) -> Iterator[House]:  # fmt: skip
    """:func:`enter`, unlocked where a passphrase is given, and closed at the end."""
    house = enter(path, settings, clock=clock, entropy=entropy)
    try:
        if passphrase is not None:
            house.unlock(passphrase)
        yield house
    finally:
        house.close()


def _entered(
    plot: Plot, settings: Settings, lock: HomeLock, clock: Clock, entropy: Entropy
) -> House:
    anchor = Custody(plot.custody).anchor()
    with ExitStack() as opened:
        stores = {}
        for name, migrations in STORES.items():
            stores[name] = Store.open(plot.store(name), name, migrations, plot.id)
            opened.callback(stores[name].close)
        refuse_another(plot, anchor, stores)
        plot.refuse_other_signer(anchor.instance)
        home = home_of(plot, anchor.instance, stores, clock, entropy)
        take_new_marks(home.custody, anchor, stores, entropy)
        house = House(home, settings, lock, [])
        _recover(house)
        _end_what_is_due(house)
        opened.pop_all()  # from here on the house closes them
    return house


def _end_what_is_due(house: House) -> None:
    """Consents past their term, secrets past the evidence term, archives past their horizon."""
    house.withdrawals.expire_due()
    house.withdrawals.forget_due()
    home = house.home
    home.erase_ungranted()
    if leftover := home.vault.inactive():
        home.eraser.erase(leftover, int(home.clock()))
    with home.records.transaction() as tx:
        answered.forget_old(tx, home.journal.now())
    for archive in home.archives.end_expired(int(home.clock())):
        home.note(home.own_chain(), "storage:archive:ended", {}, {"archive": archive.id})


def _recover(house: House) -> None:
    """Finish or roll back what was interrupted and needs no passphrase; says so."""
    for intent in house.home.intents.open():
        if intent.kind == enrolment.INTENT:
            house.recovered.append(f"enrolment {enrolment.recover(house.home, intent)}")
        elif intent.kind == withdrawal.INTENT:
            withdrawal.recover(house.home, intent, partial(_keep_receipt, house))
            house.recovered.append("withdrawal completed")


def _keep_receipt(house: House, receipt: Receipt) -> None:
    """A recovered receipt is kept in the home until somebody hands it over."""
    folder = house.home.path / "receipts"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{receipt.event}.json"
    replace_file(path, receipt.to_json().encode())
    house.recovered_receipts.append(path)


# -- adopting and upgrading -----------------------------------------------------------------


def adopt(
    path: Path, passphrase: bytes, because: str, settings: Settings, *,
    clock: Clock = time, entropy: Entropy = os.urandom,
) -> list[str]:  # fmt: skip
    """Take in a home that is older or elsewhere; returns what was done, in words."""
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        spare = (settings.custody / plot.id.hex()).resolve()
        given = adoption.Adoption(passphrase, because, spare, clock, entropy)
        return adoption.adopt(plot, given)
    finally:
        lock.release()


def upgrade(path: Path) -> dict[str, int]:
    """Lift every store to this program's schema; returns how many steps each took."""
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        steps = {}
        for name, migrations in STORES.items():
            store = Store.open_any_version(plot.store(name), name, migrations, plot.id)
            steps[name] = store.upgrade()
            store.close()
        return steps
    finally:
        lock.release()
