"""What lies outside the home and in no backup: slot, anchor, signing key, erasure list.

The key tree hangs on the **slot**; replacing it turns every older copy of the key store into
noise. The **anchor** remembers which home, machine, path, boot, slot generation and ledger head
belong together, so a rolled-back, swapped or cloned home is refused (custody rule 10).

A file is replaced by writing a neighbour, syncing it, renaming it and syncing the folder. On
flash and virtual disks an overwritten block may survive in spare blocks or snapshots; the threat
model says so.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, StoreMissing, Tampered
from facekeep.terms.ports import Entropy

SLOT_BYTES = 32
_ONE_AT_A_TIME = Lock()
"""Two threads must not write one neighbour."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a home looked like when it was last at rest. Hex strings; no personal data."""

    home: str
    instance: int
    machine: str
    path: str
    mark: str
    next_mark: str
    ledger_size: int
    ledger_root: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the erasure list, replayed over any restored or adopted copy. Hex strings.

    ``row`` is empty where a consent ended without an enrolment; ``departed`` says that the consent
    ended, not only the reference.
    """

    row: str
    consent: str
    at: int
    departed: bool


class Custody:
    """The folder outside the home. Everything in it is mode 0600 in a folder of mode 0700."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path, home: Path) -> Custody:
        """A new custody folder. Raises ``Broken`` inside the home, or where one already lies."""
        refuse_inside(folder, home)
        if (folder / "slot").exists():
            raise Broken("another home keeps its slot there", "Choose an empty folder")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return cls(folder)

    # -- slot -------------------------------------------------------------------------------

    def slot(self, generation: int) -> bytes:
        """The slot of one generation. Raises ``StoreMissing`` or ``Tampered``."""
        found = self._slots()
        if not found:
            raise StoreMissing("the slot is missing", _ADOPT)
        if generation not in found:
            raise Tampered(f"the key store is not the one this slot belongs to. {_ADOPT}")
        return found[generation]

    def prepare_slot(self, generation: int, entropy: Entropy) -> bytes:
        """Draw the next slot and keep it beside the living one until :meth:`promote_slot`."""
        secret = entropy(SLOT_BYTES)
        self._replace("slot.next", generation.to_bytes(8, "big") + secret)
        return secret

    def promote_slot(self, generation: int) -> None:
        """Overwrite the old slot and put the prepared one in its place. Idempotent."""
        following = self.folder / "slot.next"
        if not following.exists() or _generation(following) != generation:
            return
        _overwrite(self.folder / "slot")
        os.replace(following, self.folder / "slot")
        _sync_folder(self.folder)

    def discard_prepared_slot(self) -> None:
        """Forget a slot whose re-keying never committed. Idempotent."""
        following = self.folder / "slot.next"
        if following.exists():
            _overwrite(following)
            following.unlink()

    def generations(self) -> set[int]:
        """The generations of the slots that lie here: one, or two amid a re-keying."""
        return set(self._slots())

    def _slots(self) -> dict[int, bytes]:
        paths = (self.folder / "slot", self.folder / "slot.next")
        contents = [path.read_bytes() for path in paths if path.exists()]
        return {
            int.from_bytes(c[:8], "big"): c[8:]
            for c in contents
            if len(c) == 8 + SLOT_BYTES and any(c[8:])
        }

    # -- anchor -----------------------------------------------------------------------------

    def anchor(self) -> Anchor:
        """Raises ``StoreMissing`` where it is gone, ``Tampered`` where it cannot be read."""
        path = self.folder / "anchor.json"
        if not path.exists():
            raise StoreMissing("the anchor is missing", _ADOPT)
        try:
            return Anchor(**json.loads(path.read_bytes()))
        except (ValueError, TypeError):
            raise Tampered("the anchor cannot be read") from None

    def set_anchor(self, anchor: Anchor) -> None:
        """Remember this."""
        self._replace("anchor.json", canonical(asdict(anchor)))

    # -- signing key ------------------------------------------------------------------------

    def signing_seed(self) -> bytes:
        """The instance's Ed25519 seed; separate from the root, so receipts need no passphrase."""
        path = self.folder / "signing.key"
        if not path.exists():
            raise StoreMissing("the signing key is missing", _ADOPT)
        return path.read_bytes()

    def draw_signing_seed(self, entropy: Entropy) -> bytes:
        """A new instance key, at ``init`` and ``adopt``."""
        seed = entropy(32)
        self._replace("signing.key", seed)
        return seed

    def remember_signer(self, vkey: str) -> None:
        """Note who signs backups: an adopted home signs with another key."""
        known = self.signers()
        if vkey not in known:
            self._replace("signers", "".join(f"{one}\n" for one in [*known, vkey]).encode())

    def signers(self) -> list[str]:
        """Everybody who signed a backup of this home, oldest first."""
        path = self.folder / "signers"
        return path.read_text().splitlines() if path.exists() else []

    # -- erasure list -----------------------------------------------------------------------

    def remember_erasures(self, erasures: Iterable[Erasure]) -> None:
        """Append before anything is erased; an interrupted line is completed by repeating it."""
        self._append_to_list([asdict(erasure) for erasure in erasures])

    def remember_archive(self, archive: str, at: int) -> None:
        """Note in the list that an archive was sealed: a list without the note is older than it."""
        self._append_to_list([{"archive": archive, "at": at}])

    def knows_archive(self, archive: str) -> bool:
        """Whether the erasure list is newer than an archive."""
        return any(line.get("archive") == archive for line in self._list())

    def position(self) -> tuple[int, str]:
        """How long the list is, in bytes, and the SHA-256 of what it says (hexadecimal)."""
        content = self._list_bytes()
        return len(content), sha256(content).hexdigest()

    def continues(self, position: tuple[int, str]) -> bool:
        """Whether the list goes on from what it said at a position: nothing was taken out of it."""
        length, digest = position
        content = self._list_bytes()
        return len(content) >= length and sha256(content[:length]).hexdigest() == digest

    def erasures(self) -> Iterator[Erasure]:
        """Every erasure remembered, oldest first."""
        return (Erasure(**line) for line in self._list() if "row" in line)

    def _append_to_list(self, lines: Iterable[dict[str, Any]]) -> None:
        path = self.folder / "erasures.jsonl"
        torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
        with os.fdopen(os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600), "ab") as file:
            file.write(b"\n" * torn + b"".join(canonical(line) + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())

    def _list(self) -> Iterator[dict[str, Any]]:
        """The list's lines; a torn one is passed over, its act is repeated at the next start."""
        for line in self._list_bytes().split(b"\n"):
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def _list_bytes(self) -> bytes:
        path = self.folder / "erasures.jsonl"
        return path.read_bytes() if path.exists() else b""

    # -- files ------------------------------------------------------------------------------

    def _replace(self, name: str, content: bytes) -> None:
        replace_file(self.folder / name, content)


_ADOPT = "If this home was restored or moved: facekeep adopt"


def refuse_inside(folder: Path, home: Path) -> None:
    """Raises ``Broken`` for a custody folder inside its home: every copy would take both."""
    if folder.resolve().is_relative_to(home.resolve()):
        raise Broken("the slot would lie inside the home", "Choose a folder outside it")


def replace_file(path: Path, content: bytes) -> None:
    """Write, sync, rename, sync: the old content or the new one, never a part."""
    neighbour = path.with_name(path.name + ".part")
    with _ONE_AT_A_TIME:
        neighbour.unlink(missing_ok=True)  # never somebody else's file or link of that name
        handle = os.open(neighbour, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(neighbour, path)
        _sync_folder(path.parent)


def machine_id() -> str:
    """What the operating system calls this machine; a network address where it has no name."""
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if path.exists() and (name := path.read_text().strip()):
            return name
    return f"{uuid.getnode():012x}"


def destroy_file(path: Path) -> None:
    """Overwrite and remove a key file. Idempotent."""
    _overwrite(path)
    path.unlink(missing_ok=True)


def _generation(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[:8], "big")


def _overwrite(path: Path) -> None:
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
