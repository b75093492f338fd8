"""Bringing a home back from a backup (custody rules 4 and 10).

Nobody comes back with it. Everything restored is taken in by :func:`~facekeep.storage.adoption.adopt`:
the anchor's list of erasures is replayed, a new instance key drawn, and what no key opens is erased.
Three things are checked before a byte is written: the signature under a key that somebody outside
the backup names, the passphrase, and that the erasure list goes on from where it stood when the
backup was made. Without that list nobody knows who withdrew since: then every consent ends, and
people are asked again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from facekeep.db.home_lock import HomeLock
from facekeep.db.store import Store
from facekeep.governance.consent import Ending
from facekeep.ledger import log
from facekeep.protect.keytree import BUCKETS
from facekeep.protect.schemes import split
from facekeep.storage import adoption, backup_box, keys, outdated
from facekeep.storage.adoption import Adoption
from facekeep.storage.archives import Archives, split_keys_archive
from facekeep.storage.backup import (
    CHECKPOINT,
    RECORDS,
    REFERENCES,
)
from facekeep.storage.backup_box import Box
from facekeep.storage.copies import write_new
from facekeep.storage.custody import Custody, refuse_inside
from facekeep.storage.home import Home
from facekeep.storage.plot import HOME_FILE, Plot
from facekeep.storage.schema import STORES
from facekeep.storage.upgrading import move
from facekeep.storage.wiring import home_of
from facekeep.terms.errors import Broken, FacekeepError, Misused, Refused, StoreMissing, Tampered
from facekeep.terms.ports import Clock, Entropy
from facekeep.terms.values import ConsentState

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system that lies in memory, on Linux


@dataclass(frozen=True, slots=True)
class Restoring:
    """What a restoration is given.

    ``key`` is the public key the operator kept; None where custody still knows who signed.
    ``everybody_anew`` ends every consent where no erasure list tells who withdrew.
    """

    backup: Path
    to: Path
    passphrase: bytes = field(repr=False)
    custodies: Path
    clock: Clock
    entropy: Entropy
    because: str = "restored from a backup"
    key: str | None = None
    keys: Path | None = None
    everybody_anew: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back; ``done`` says in words what was done and what could not be. Seconds since 1970."""

    made_at: int
    entries: int
    people: int
    references: int
    enrolled: int
    done: tuple[str, ...]


def restore(wish: Restoring) -> Restored:
    """Bring a home back into an empty folder.

    Raises ``Tampered`` naming the altered member, ``Refused`` without an erasure list that goes on
    from the backup's, ``WrongPassphrase``, ``Broken`` where something lies already.
    """
    with _read(wish) as box:
        source = _source(box, wish)
        knows = source is not None and _follows(source, box)
        if not knows and not wish.everybody_anew:
            raise Refused(
                "no erasure list tells who withdrew since this backup was made",
                "Bring the newest custody folder, or end every consent: --everybody-anew",
                article="FRM-08-2",
            )
        target = _target(box, wish, source)
        with _fresh_home(wish.to, wish.custodies), _custody_at(target, source):
            return _built(box, wish, source if knows else None, target)


def tried(wish: Restoring) -> Restored:
    """The same in a folder that is gone afterwards, with a custody of its own: what would come back.

    The home at work, its custody and its anchor stay as they are.
    """
    with TemporaryDirectory(prefix="facekeep-", dir=_scratch(wish)) as folder, _read(wish) as box:
        source, here = _source(box, wish), Path(folder)
        knows = source is not None and _follows(source, box)
        trial = replace(wish, to=here / "home", everybody_anew=not knows)
        with _fresh_home(trial.to, wish.custodies), _custody_at(here / "custody", source):
            return _built(box, trial, source if knows else None, here / "custody")


def _scratch(wish: Restoring) -> Path | None:
    """Where a trial lies: in memory where it lays keys and references together, since a disk keeps what
    was deleted in blocks it calls free. Raises ``Broken`` where there is no room.
    """
    if wish.keys is None:
        return None
    needed = 3 * sum(one.stat().st_size for one in (wish.backup, wish.keys) if one.is_file())
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < needed:
        raise Broken(
            "there is no room in memory to try keys and references together",
            "Try it without --keys, or where more memory is free",
        )
    return MEMORY


def _read(wish: Restoring) -> AbstractContextManager[Box]:
    return backup_box.opened(wish.backup, wish.passphrase, wish.key, wish.custodies)


# -- custody --------------------------------------------------------------------------------


def _source(box: Box, wish: Restoring) -> Custody | None:
    """The custody folder of this home on this machine; None where it is lost."""
    for folder in sorted(wish.custodies.glob("*")):
        try:
            if Custody(folder).anchor().home == box.home.hex():
                return Custody(folder)
        except FacekeepError:
            continue
    return None


def _follows(source: Custody, box: Box) -> bool:
    """Whether its erasure list is the backup's own, gone on."""
    return source.knows_archive(box.archive) and source.continues(box.position)


def _target(box: Box, wish: Restoring, source: Custody | None) -> Path:
    """The custody of the home that comes back: its own, or a new one beside a home that stands."""
    if source is not None and not _stands_elsewhere(source, wish.to, box.home):
        return source.folder
    if source is not None and wish.keys is not None:
        raise Refused(
            "the home these keys belong to still stands",
            "Two homes under one key are one too many: move it away first",
            article="I24745-TPL",
        )
    spare = wish.custodies.resolve() / box.home.hex()
    folder = spare if not spare.exists() else spare.with_name(f"{spare.name}-{wish.to.name}")
    refuse_inside(folder, wish.to)
    if folder.exists():
        raise Broken(f"{folder.name} already exists", "Choose another name for the home")
    return folder


def _stands_elsewhere(source: Custody, to: Path, home: bytes) -> bool:
    elsewhere = Path(source.anchor().path)
    try:
        return elsewhere != to.resolve() and Plot.read(elsewhere).id == home
    except FacekeepError:
        return False


@contextmanager
def _custody_at(folder: Path, source: Custody | None) -> Iterator[None]:
    """The folder, made where it is new; a failure leaves none that was not there before."""
    if folder.exists():
        yield
        return
    folder.mkdir(parents=True, mode=0o700)
    try:
        if source is not None:
            Custody(folder).remember_erasures(source.erasures())
        yield
    except BaseException:
        shutil.rmtree(folder)
        raise


# -- building -------------------------------------------------------------------------------


@contextmanager
def _fresh_home(to: Path, custodies: Path) -> Iterator[None]:
    """An empty folder that is ours alone; a failure leaves nothing in it."""
    if to.resolve().is_relative_to(custodies.resolve()):
        raise Misused("a home beside its slot protects nothing: choose another folder")
    Plot(to, b"", Path()).refuse_occupied()
    to.mkdir(parents=True, exist_ok=True)
    to.chmod(0o700)
    lock = HomeLock(to / "home.lock")
    try:
        yield
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise
    finally:
        lock.release()


def _built(box: Box, wish: Restoring, list_of: Custody | None, target: Path) -> Restored:
    """``list_of`` is the custody whose list follows the backup; None where it is lost."""
    plot, done = _written(box, wish, target), []
    done += _bring_references(box, wish, list_of, plot)
    done += _bring_keys(box, wish, list_of, plot)
    _audit(box, plot)
    given = Adoption(wish.passphrase, wish.because, target, wish.clock, wish.entropy)
    done += adoption.adopt(plot, given)
    with _home(plot, wish) as home:
        done += _tidied(home, wish)
        found = _counted(home, box, done)
    plot.write()
    return found


def _written(box: Box, wish: Restoring, target: Path) -> Plot:
    """Papers and records. ``home.toml`` comes last of all: what was not finished is no home."""
    papers = box.papers()
    regime = Plot.parsed(wish.to, papers.pop(HOME_FILE)).regime
    for name, content in papers.items():
        path = wish.to / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_new(path, [content])
    plot = Plot(wish.to, box.home, target.resolve(), regime)
    write_new(plot.store("records"), box.part(RECORDS))
    _lift(plot, "records")
    return plot


def _lift(plot: Plot, name: str) -> None:
    """A store of an older program, brought to this one's schema."""
    store = Store.open_any_version(plot.store(name), name, STORES[name], plot.id)
    with closing(store):
        move(store, len(STORES[name]))


def _bring_references(box: Box, wish: Restoring, list_of: Custody | None, plot: Plot) -> list[str]:
    try:
        if list_of is None:
            raise StoreMissing("the custody folder is lost")
        archives = Archives(list_of, wish.entropy)
        _, plain = archives.opened(box.parcel.chunks(REFERENCES), int(wish.clock()))
        write_new(plot.store("references"), plain)
        _lift(plot, "references")
    except (Refused, StoreMissing):
        Store.create(
            plot.store("references"), "references", STORES["references"], plot.id, bytes(16)
        ).close()
        return ["the key of its references has died: people enrol again"]
    return []


def _bring_keys(box: Box, wish: Restoring, list_of: Custody | None, plot: Plot) -> list[str]:
    """The archived keys under their slot, which is replaced at once; else the root alone."""
    if wish.keys is None:
        _root_alone(box, plot)
        return ["no copy of the keys was given: people enrol again"]
    if list_of is None:
        raise Refused(
            "the erasure list is older than this archive",
            "Bring the newest custody folder; without it people re-enrol",
            article="FRM-08-2",
        )
    archive, plain = Archives(list_of, wish.entropy).open(wish.keys, int(wish.clock()))
    if archive.store != "keys":
        raise Tampered("this is not an archive of keys")
    slot, content = split_keys_archive(plain)
    write_new(plot.store("keys"), [content])
    _lift(plot, "keys")
    _hang(plot, slot, wish.entropy)
    return []


def _root_alone(box: Box, plot: Plot) -> None:
    store = Store.create(plot.store("keys"), "keys", STORES["keys"], plot.id, bytes(16))
    with closing(store):
        keys.keep_root(store, box.root)


def _hang(plot: Plot, slot: bytes, entropy: Entropy) -> None:
    """Put the archived slot in force, and re-key: what the archive still opens is noise from here."""
    custody = Custody(plot.custody)
    with closing(Store.open(plot.store("keys"), "keys", STORES["keys"], plot.id)) as store:
        number = keys.generation(store)
        if number not in custody.generations() or custody.slot(number) != slot:
            custody.prepare_slot(number, lambda _: slot)
            custody.promote_slot(number)
        keys.KeyVault(store, custody, entropy).rekey(range(BUCKETS), lambda tx: None)


def _audit(box: Box, plot: Plot) -> None:
    """The ledger recomputes, under the key that signed the backup, to the head it names."""
    note = box.parcel.read(CHECKPOINT).decode()
    store = Store.open(plot.store("records"), "records", STORES["records"], plot.id)
    with closing(store), store.reading() as connection:
        log.audit(connection, box.vkey, note)


# -- afterwards -----------------------------------------------------------------------------


@contextmanager
def _home(plot: Plot, wish: Restoring) -> Iterator[Home]:
    with ExitStack() as opened:
        stores = {}
        for name, migrations in STORES.items():
            stores[name] = Store.open(plot.store(name), name, migrations, plot.id)
            opened.callback(stores[name].close)
        instance = Custody(plot.custody).anchor().instance
        yield home_of(plot, instance, stores, wish.clock, wish.entropy)


def _tidied(home: Home, wish: Restoring) -> list[str]:
    """What the copies of three moments do not share: keys nobody agreed to, changed references."""
    done = [*outdated.end_rights(home), *(_consents_ended(home) if wish.everybody_anew else ())]
    known = {row[0] for row in home.records.rows("SELECT seal FROM row_seal")}
    stale = {one.row for one in home.references.every() if split.seal_of(one) not in known}
    standing = {one.id for one, sealed in home.consents.every() if sealed and one.stands}
    loose = [
        row
        for row in home.vault.every()
        if row.row in stale or (row.grant.consent_id not in standing and not row.is_stand_in)
    ]
    home.eraser.erase(loose, int(home.clock()))
    orphans = home.eraser.erase_orphans()
    if loose or orphans:
        done.append(f"{len(loose) + orphans} enrolments that the records do not know erased")
    return done


def _consents_ended(home: Home) -> list[str]:
    """Nobody knows who withdrew: everybody is asked again."""
    now = int(home.journal.now())
    ending = Ending(ConsentState.REVOKED, now, "handler", "restored without its erasure list")
    people = home.directory.living()
    with home.records.transaction() as tx:
        for person in people:
            home.consents.conclude(tx, person, ending)
            home.factors.forget(tx, person)
            home.directory.depart(tx, person)
    home.records.sweep()
    return [f"{len(people)} people's consents ended: nobody knows who withdrew since"]


def _counted(home: Home, box: Box, done: list[str]) -> Restored:
    with home.records.reading() as connection:
        entries = log.size(connection)
    return Restored(
        made_at=int(box.about["made_at"]),
        entries=entries,
        people=len(home.directory.living()),
        references=len(home.references.identifiers()),
        enrolled=sum(row.active and not row.is_stand_in for row in home.vault.every()),
        done=tuple(done),
    )
