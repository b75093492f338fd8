"""Making a backup of a home, open or not (custody rules 4 and 10).

One file, a parcel signed with the ledger's key (``ledger.parcel``):

* ``records.sealed``, ``papers.sealed``: consents and ledger, and the small files of the home. They
  are evidence and must outlive a burnt machine, so their key is sealed to the **root** (HPKE,
  RFC 9180): making a backup needs no passphrase, reading one does. They hold no face and no key
  of one.
* ``references.sealed``: noise by itself, under an archive key in custody that dies after 30 days.
* ``root.json``: the root as the key store keeps it, closed by the passphrase.
* ``checkpoint.note``: the ledger's head; the manifest says where the erasure list stood.

The keys are not in it. Who wants them copied names **another** folder: there they lie with their
slot, sealed to a key in custody that dies after 7 days. The slot itself, the signing key and
the passphrase are in neither.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from facekeep import __version__
from facekeep.ledger import log
from facekeep.ledger.parcel import Packer
from facekeep.protect import chunks
from facekeep.protect.derive import derive
from facekeep.protect.keytree import SealedRoot, seal_evidence
from facekeep.storage.archives import KEYS_HORIZON_DAYS, REFERENCES_HORIZON_DAYS, Archive
from facekeep.storage.copies import chunks_of, copied, new_file, refuse_existing
from facekeep.storage.home import Home
from facekeep.storage.plot import HOME_FILE, RECORDS_KEY
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.ports import Progress

KIND = "facekeep backup 1"
ENTRY = "storage:archive:sealed"
RECORDS, REFERENCES, PAPERS = "records.sealed", "references.sealed", "papers.sealed"
ROOT, CHECKPOINT = "root.json", "checkpoint.note"

PAPER_NAMES = (HOME_FILE, RECORDS_KEY, "*.pub", "receipts/*.json")
"""The home's small files: where custody lay, the key of people's rows, public keys, kept receipts."""

STEPS = 3


@dataclass(frozen=True, slots=True)
class Backup:
    """What was made. Times in seconds since 1970; ``digest`` is the manifest's SHA-256."""

    file: Path
    digest: str
    entries: int
    references_die_at: int
    keys: Path | None
    keys_die_at: int | None
    event: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where copies go. ``keys`` stays None unless somebody asked for a copy of the keys."""

    folder: Path
    keys: Path | None = None
    days: int = KEYS_HORIZON_DAYS


class BackupDesk:
    """Makes backups of an entered home; needs no passphrase."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def make(self, shelf: Shelf, progress: Progress = lambda done, total, /: None) -> Backup:
        """Write a backup, and where asked an archive of the keys; both are in the ledger.

        Raises ``Misused`` for a folder that will not do, ``Broken`` where the disk is full.
        """
        home = self._home
        refuse_shelf(home, shelf)
        _refuse_full(home, shelf)
        now = int(home.clock())
        file, keys = _files(shelf, home, now)
        home.custody.remember_signer(home.signer.vkey)
        note = home.seal_checkpoint()
        with _sealing(home, file) as begun:
            digest = self._pack(file, note, now, begun, progress)
            if keys is not None:
                begun.append(self._seal_keys(keys, now, shelf.days))
            event = self._record(digest, begun)
        dying = {archive.store: archive.dies_at for archive in begun}
        return Backup(
            file, digest, _entries(home), dying["references"], keys, dying.get("keys"), event
        )

    def _pack(
        self, file: Path, note: str, now: int, begun: list[Archive], progress: Progress
    ) -> str:
        """References first: a row that records know and the copy lacks is enrolled again; the other
        way round it would be somebody without a consent."""
        home, content = self._home, self._home.entropy(32)
        with new_file(file) as out:
            packer = Packer(out)
            progress(0, STEPS)
            self._pack_references(packer, now, begun)
            progress(1, STEPS)
            position = home.custody.position()
            with copied(home.records) as records:
                packer.add(
                    RECORDS, chunks.sealed(part_key(content, RECORDS), chunks_of(records), b"")
                )
            progress(2, STEPS)
            packer.add(
                PAPERS, chunks.sealed(part_key(content, PAPERS), [papers_of(home.path)], b"")
            )
            packer.add(ROOT, [canonical(_root_row(home.vault.sealed_root))])
            packer.add(CHECKPOINT, [note.encode()])
            about = _about(home, begun[0], now, position, self._sealed_to_root(content, begun[0]))
            digest = packer.finish(about, home.signer)
        progress(STEPS, STEPS)
        return digest

    def _pack_references(self, packer: Packer, now: int, begun: list[Archive]) -> None:
        home = self._home
        with copied(home.references.store) as references:
            archive, sealed = home.archives.sealed(
                "references", chunks_of(references), now, REFERENCES_HORIZON_DAYS
            )
            begun.append(archive)
            packer.add(REFERENCES, sealed)

    def _sealed_to_root(self, content: bytes, archive: Archive) -> bytes:
        public = self._home.vault.sealed_root.evidence_public
        return seal_evidence(content, public, content_binding(archive.id))

    def _seal_keys(self, file: Path, now: int, days: int) -> Archive:
        """No re-keying comes between slot and store."""
        home, vault = self._home, self._home.vault
        with vault.steady:
            return home.archives.seal_keys(vault.store, vault.generation, file, now, days)

    def _record(self, digest: str, begun: list[Archive]) -> str:
        home = self._home
        public = {"archives": [one.id for one in begun], "manifest": digest}
        return home.note(home.own_chain(), ENTRY, {}, public).id.hex()


# -- places ---------------------------------------------------------------------------------


def refuse_shelf(home: Home, shelf: Shelf) -> None:
    """Raises ``Misused`` for a folder inside the home or custody, or keys beside references."""
    kept = [home.path.resolve(), home.custody.folder.resolve()]
    wanted = [folder.resolve() for folder in (shelf.folder, shelf.keys) if folder is not None]
    for folder in wanted:
        if not folder.is_dir():
            raise Misused("there is no such folder")
        if any(folder.is_relative_to(one) for one in kept):
            raise Misused("a backup inside the home or its custody folder protects nothing")
    if len(wanted) == 2 and (
        wanted[0].is_relative_to(wanted[1]) or wanted[1].is_relative_to(wanted[0])
    ):
        raise Misused("copies of keys and of references never lie in one folder")


def _refuse_full(home: Home, shelf: Shelf) -> None:
    """Before anything is begun: the copy lies once beside the store and once where it goes."""
    largest = max(store.path.stat().st_size for store in (home.records, home.references.store))
    both = sum(store.path.stat().st_size for store in (home.records, home.references.store))
    for folder, needed in ((home.path, largest), (shelf.folder, both)):
        if shutil.disk_usage(folder).free < needed + (16 << 20):
            raise Broken("there is no room for a backup", f"Free {needed >> 20} MB and try again")


@contextmanager
def _sealing(home: Home, file: Path) -> Iterator[list[Archive]]:
    """Archives begun in here lose their keys, and the file goes, where the backup is not made."""
    begun: list[Archive] = []
    try:
        yield begun
    except BaseException:
        for archive in begun:
            home.archives.end(archive)
        file.unlink(missing_ok=True)
        raise


def _files(shelf: Shelf, home: Home, now: int) -> tuple[Path, Path | None]:
    """The names of the two files; neither may lie there already."""
    moment = datetime.fromtimestamp(now, UTC)
    name = f"facekeep-{home.id.hex()[:8]}-{moment:%Y%m%dT%H%M%SZ}"
    file = shelf.folder / f"{name}.backup"
    keys = None if shelf.keys is None else shelf.keys / f"{name}.keys"
    for path in (file, keys):
        if path is not None:
            refuse_existing(path)
    return file, keys


# -- contents -------------------------------------------------------------------------------


def papers_of(home: Path) -> bytes:
    """The home's small files by name, as canonical JSON of hexadecimal contents.

    Those that are named here and no others: somebody's passphrase file stays where it lies.
    """
    found = {
        path.relative_to(home).as_posix(): path.read_bytes().hex()
        for pattern in PAPER_NAMES
        for path in sorted(home.glob(pattern))
    }
    return canonical(found)


def content_binding(archive: str) -> bytes:
    """What the sealed content key of one backup is bound to."""
    return b"facekeep backup " + archive.encode()


def part_key(content: bytes, part: str) -> bytes:
    """The key of one sealed member."""
    return derive(content, "facekeep backup", part.encode())


def _root_row(root: SealedRoot) -> Mapping[str, Any]:
    return {
        "salt": root.salt.hex(),
        "cost": asdict(root.cost),
        "wrapped": root.wrapped.hex(),
        "evidence_public": root.evidence_public.hex(),
    }


def _about(
    home: Home, references: Archive, now: int, position: tuple[int, str], content: bytes
) -> Mapping[str, Any]:
    stores = {
        "records": home.records,
        "references": home.references.store,
        "keys": home.vault.store,
    }
    return {
        "kind": KIND,
        "home": home.id.hex(),
        "made_at": now,
        "program": __version__,
        "schemas": {name: store.version for name, store in stores.items()},
        "references": asdict(references),
        "content": content.hex(),
        "erasures": {"bytes": position[0], "sha256": position[1]},
    }


def _entries(home: Home) -> int:
    with home.records.reading() as connection:
        return log.size(connection)
