"""Taking in a home that was restored, moved or cloned (custody rule 10).

A new instance key is drawn and every erasure replayed, so that nobody who left comes back with a
backup. What cannot be opened is set aside and begun anew; nothing is thrown away but face data
that no key opens any more.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from facekeep.db.store import Store
from facekeep.governance.consent import Ending
from facekeep.ledger import log
from facekeep.protect.keytree import PassphraseCost, Root
from facekeep.storage import keys, outdated
from facekeep.storage.anchoring import cast_anchor, is_behind
from facekeep.storage.custody import Custody, refuse_inside
from facekeep.storage.home import Home
from facekeep.storage.plot import Plot
from facekeep.storage.schema import STORES
from facekeep.storage.wiring import home_of
from facekeep.terms.errors import FacekeepError, Misused, StoreMissing, Tampered
from facekeep.terms.ports import Clock, Entropy
from facekeep.terms.values import ConsentState


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption is given: the passphrase, the reason, and where new custody may go."""

    passphrase: bytes = field(repr=False)
    because: str
    spare_custody: Path
    clock: Clock
    entropy: Entropy


def adopt(plot: Plot, adoption: Adoption) -> list[str]:
    """Take the home in; returns what was done, in words.

    Raises ``WrongPassphrase``, ``Misused`` without a reason, ``StoreMissing`` or ``Tampered``
    where the records store is lost: without consents and ledger nothing here is lawful.
    """
    if not adoption.because.strip():
        raise Misused("say why: --because …")
    _refuse_wrong_passphrase(plot, adoption.passphrase)
    plot = _with_custody(plot, adoption.spare_custody)
    stores, done = _salvaged(plot, adoption.entropy)
    with ExitStack() as leaving:
        for store in stores.values():
            leaving.callback(store.close)
        return done + _taken_in(plot, stores, adoption)


def _taken_in(plot: Plot, stores: dict[str, Store], adoption: Adoption) -> list[str]:
    entropy = adoption.entropy
    done = _revive_root(stores["keys"], adoption.passphrase, entropy)
    done += _revive_tree(stores["keys"], Custody(plot.custody), entropy)
    instance = _last_instance(plot) + 1
    plot.draw_signer(instance, entropy)
    home = home_of(plot, instance, stores, adoption.clock, entropy)
    done += _replay_erasures(home)
    done += outdated.end_rights(home) if is_behind(plot, home.records) else []
    _begin_instance(home, instance, adoption.because)
    mark = entropy(16)
    for store in stores.values():
        store.set_mark(mark)
    cast_anchor(plot, instance, mark, home.records)
    return done


def _refuse_wrong_passphrase(plot: Plot, passphrase: bytes) -> None:
    """Before anything is touched. A key store that cannot be read has nothing to open."""
    try:
        store = Store.open(plot.store("keys"), "keys", STORES["keys"], plot.id)
    except (StoreMissing, Tampered):
        return
    try:
        if store.one("SELECT 1 FROM root") is not None:
            Root.open(keys.sealed_root(store), passphrase)
    finally:
        store.close()


def _with_custody(plot: Plot, spare: Path) -> Plot:
    """The custody folder the home names. Where it is gone, or still serves the home this one was
    cloned from, a new one: two homes under one slot would make each other's keys noise."""
    if plot.custody.is_dir() and not _serves_another(plot):
        return plot
    folder = spare if not spare.exists() else spare.with_name(f"{spare.name}-{plot.path.name}")
    refuse_inside(folder, plot.path)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    moved = replace(plot, custody=folder)
    if plot.custody.is_dir():
        Custody(folder).remember_erasures(Custody(plot.custody).erasures())
    moved.write()
    return moved


def _serves_another(plot: Plot) -> bool:
    """Whether the anchor's home still stands somewhere else."""
    try:
        elsewhere = Path(Custody(plot.custody).anchor().path)
        return elsewhere != plot.path.resolve() and Plot.read(elsewhere).id == plot.id
    except FacekeepError:
        return False


def _salvaged(plot: Plot, entropy: Entropy) -> tuple[dict[str, Store], list[str]]:
    """The stores that can be opened; a lost or damaged one is set aside and begun anew.

    ``records`` is never begun anew: without consents and ledger nothing here is lawful.
    """
    stores, done = {}, []
    for name, migrations in STORES.items():
        try:
            stores[name] = Store.open(plot.store(name), name, migrations, plot.id)
        except (StoreMissing, Tampered):
            if name == "records":
                raise
            _set_aside(plot.store(name))
            stores[name] = Store.create(plot.store(name), name, migrations, plot.id, entropy(16))
            done.append(f"{name}.db was lost or damaged and begun anew: people enrol again")
    return stores, done


def _set_aside(path: Path) -> None:
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if file.exists():
            file.replace(_unused(file.with_name(f"{file.name}.set-aside")))


def _unused(path: Path) -> Path:
    """The name, or the first numbered one that is free: nothing set aside is overwritten."""
    numbered = (path.with_name(f"{path.name}-{n}") for n in count(2))
    return next(name for name in chain([path], numbered) if not name.exists())


def _revive_root(store: Store, passphrase: bytes, entropy: Entropy) -> list[str]:
    """The passphrase must open the root; a key store begun anew draws another."""
    if store.one("SELECT 1 FROM root") is not None:
        Root.open(keys.sealed_root(store), passphrase)
        return []
    _, sealed = Root.draw(passphrase, PassphraseCost.owasp_high(), entropy)
    keys.keep_root(store, sealed)
    return ["a new root was drawn under this passphrase"]


def _revive_tree(store: Store, custody: Custody, entropy: Entropy) -> list[str]:
    """Keep the key tree where its slot lives; else plant an empty one: people enrol again."""
    if keys.hangs_on(store, custody):
        return []
    latest = max({keys.generation(store), *custody.generations()})
    keys.plant_tree(store, custody, entropy, latest + 1)
    return ["no slot for these keys: every reference is noise, people enrol again"]


def _last_instance(plot: Plot) -> int:
    try:
        return Custody(plot.custody).anchor().instance
    except (StoreMissing, Tampered):
        return 1 + len(list(plot.path.glob("ledger-*.pub")))


def _replay_erasures(home: Home) -> list[str]:
    """Erase again whatever the list says was erased, and the consents behind it."""
    erasures = list(home.custody.erasures())
    listed = {bytes.fromhex(e.row) for e in erasures if e.row}
    revenants = [row for row in home.vault.every() if row.row in listed]
    home.eraser.erase(revenants, int(home.clock()))
    ended = _end_consents(home, {bytes.fromhex(e.consent) for e in erasures if e.departed})
    orphans = home.eraser.erase_orphans()
    widowed = home.eraser.erase_widowed(int(home.clock()))
    for person in home.directory.living():
        home.vault.draw_secret(person)
    return [
        f"{len(revenants)} erased references erased again, {ended} ended consents ended again",
        f"{orphans} references without a key and {widowed} keys without a reference erased",
    ]


def _end_consents(home: Home, ended: set[bytes]) -> int:
    """Consents the list says were ended; damaged rows are ended too, and named by ``doctor``."""
    persons = home.consents.persons_of_given(ended)
    ending = Ending(ConsentState.WITHDRAWN, int(home.journal.now()), "handler", "ended before")
    with home.records.transaction() as tx:
        for person in persons:
            home.consents.conclude(tx, person, ending)
            home.factors.forget(tx, person)
            with suppress(Tampered):
                home.directory.depart(tx, person)
    return len(persons)


def _begin_instance(home: Home, instance: int, because: str) -> None:
    """Earlier checkpoints were signed by the earlier key; their heads stay in this entry."""
    connection = home.records.connection
    public = {
        "instance": instance,
        "size_before": log.size(connection),
        "root_before": log.root(connection).hex(),
    }
    with home.records.transaction() as tx:
        tx.execute("DELETE FROM ledger_checkpoint")
        tx.execute("DELETE FROM ledger_witness")
        home.journal.write(
            tx, home.own_chain(), "storage:home:adopted", {"because": because}, public
        )
