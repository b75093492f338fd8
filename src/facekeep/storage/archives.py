"""Archives with a horizon: sealed copies that die when their key does (custody rule 4).

By default there are none, and nobody's key is ever backed up. An operator who needs a copy seals
it to a key that lies beside the slot, outside every store and backup, and dies on a stated day:

* an archive of **references** is noise without keys; its key dies after 30 days, or at once in
  ``renew --because keys`` (an old key and an old reference together are a template);
* an archive of **keys** holds the key store *and* its slot; its key dies after 7 days, or at once
  where a renewal replaced what it holds. Opening it
  replays the erasure list, and is refused with a list older than the archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from facekeep.db.store import Store
from facekeep.protect import chunks
from facekeep.protect.chunks import Chunks
from facekeep.storage.copies import chunks_of, copied, write_new
from facekeep.storage.custody import Custody, destroy_file, replace_file
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Refused, Tampered
from facekeep.terms.ports import Entropy

DAY = 86_400
REFERENCES_HORIZON_DAYS = 30
KEYS_HORIZON_DAYS = 7
LONGEST_HORIZON_DAYS = 30
_MAGIC = b"facekeep archive 2\n"
_MAX_HEADER = 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """One sealed copy: what it holds and when its key dies (seconds since 1970)."""

    id: str
    store: str
    sealed_at: int
    dies_at: int


class Archives:
    """Archive keys beside the slot."""

    def __init__(self, custody: Custody, entropy: Entropy) -> None:
        self._custody, self._entropy = custody, entropy
        self._folder = custody.folder / "archive-keys"

    def sealed(
        self, store: str, plain: Chunks, now: int, days: int
    ) -> tuple[Archive, Iterator[bytes]]:
        """A sealed copy to be written somewhere, and what it is; its key dies after ``days``.

        Raises ``Misused`` for a horizon longer than allowed.
        """
        if not 1 <= days <= LONGEST_HORIZON_DAYS:
            raise Misused(f"an archive's key dies after 1 to {LONGEST_HORIZON_DAYS} days")
        archive, secret = self._begun(store, now, days)
        header = canonical(asdict(archive))
        return archive, chain([_MAGIC + header + b"\n"], chunks.sealed(secret, plain, header))

    def seal_references(self, store: Store, to: Path, now: int) -> Archive:
        """A sealed copy of the reference store in a file."""
        with copied(store) as file:
            archive, sealed = self.sealed(
                "references", chunks_of(file), now, REFERENCES_HORIZON_DAYS
            )
            self._write(archive, sealed, to)
        return archive

    def seal_keys(
        self, store: Store, generation: int, to: Path, now: int, days: int = KEYS_HORIZON_DAYS
    ) -> Archive:
        """A sealed copy of the key store with its slot in a file; made in memory alone."""
        store.sweep()
        with store.reading() as connection:
            plain = [self._custody.slot(generation), connection.serialize()]
        archive, sealed = self.sealed("keys", plain, now, days)
        self._write(archive, sealed, to)
        return archive

    def open(self, path: Path, now: int) -> tuple[Archive, bytes]:
        """What an archive file holds. Raises ``Refused`` past its horizon or before its erasures."""
        with path.open("rb") as file:
            archive, plain = self.opened(chunks_of(file), now)
            return archive, b"".join(plain)

    def opened(self, sealed: Chunks, now: int) -> tuple[Archive, Iterator[bytes]]:
        """The same chunk by chunk; ``Tampered`` may come at any of them."""
        archive, header, rest = _read(iter(sealed))
        secret = self._secret(archive, now)
        if not self._custody.knows_archive(archive.id):
            raise Refused(
                "the erasure list is older than this archive",
                "Bring the newest custody folder; without it people re-enrol",
                article="FRM-08-2",
            )
        return archive, chunks.opened(secret, rest, header)

    def living(self, now: int) -> list[Archive]:
        """Archives whose key has not died, the longest-lived last."""
        found = (Archive(**json.loads(path.read_bytes())["archive"]) for path in self._keys())
        return sorted((a for a in found if a.dies_at > now), key=lambda a: a.dies_at)

    def horizon(self, now: int) -> int | None:
        """When the last copy of any key dies; None where no copy exists."""
        keys = [archive.dies_at for archive in self.living(now) if archive.store == "keys"]
        return max(keys, default=None)

    def end_expired(self, now: int) -> list[Archive]:
        """Destroy the keys of archives past their horizon; returns what ended."""
        alive = {archive.id for archive in self.living(now)}
        return [self._destroy(path) for path in self._keys() if path.stem not in alive]

    def past_horizon(self, now: int) -> list[Archive]:
        """Archives whose key should have died by now and has not."""
        found = (Archive(**json.loads(path.read_bytes())["archive"]) for path in self._keys())
        return [archive for archive in found if archive.dies_at <= now]

    def end_every(self) -> list[Archive]:
        """Destroy the keys of every archive: nothing sealed away is to be opened again."""
        return [self._destroy(path) for path in self._keys()]

    def end_references(self) -> list[Archive]:
        """Destroy the keys of every archive of references: after a key leak."""
        return self._end_of("references")

    def end_keys(self) -> list[Archive]:
        """Destroy the keys of every archive of keys: after a renewal they hold what was replaced."""
        return self._end_of("keys")

    def end(self, archive: Archive) -> None:
        """Destroy one archive's key: it was not written whole."""
        destroy_file(self._folder / f"{archive.id}.key")

    def _begun(self, store: str, now: int, days: int) -> tuple[Archive, bytes]:
        """An archive whose key lies in custody and whose note is in the erasure list."""
        archive = Archive(self._entropy(16).hex(), store, now, now + days * DAY)
        secret = self._entropy(32)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        key = {"archive": asdict(archive), "secret": secret.hex()}
        replace_file(self._folder / f"{archive.id}.key", canonical(key))
        self._custody.remember_archive(archive.id, now)
        return archive, secret

    def _write(self, archive: Archive, sealed: Chunks, to: Path) -> None:
        """What was not written whole has no key left."""
        try:
            write_new(to, sealed)
        except BaseException:
            self.end(archive)
            raise

    def _end_of(self, store: str) -> list[Archive]:
        held = [p for p in self._keys() if json.loads(p.read_bytes())["archive"]["store"] == store]
        return [self._destroy(path) for path in held]

    def _secret(self, archive: Archive, now: int) -> bytes:
        path = self._folder / f"{archive.id}.key"
        if not path.exists() or archive.dies_at <= now:
            raise Refused(
                "the key of this archive has died", "There is no other copy", article="FRM-08-2"
            )
        return bytes.fromhex(json.loads(path.read_bytes())["secret"])

    def _keys(self) -> list[Path]:
        return sorted(self._folder.glob("*.key"))

    def _destroy(self, path: Path) -> Archive:
        archive = Archive(**json.loads(path.read_bytes())["archive"])
        destroy_file(path)
        return archive


def split_keys_archive(plain: bytes) -> tuple[bytes, bytes]:
    """The slot and the key store's bytes of a keys archive."""
    return plain[:32], plain[32:]


def _read(sealed: Iterator[bytes]) -> tuple[Archive, bytes, Iterator[bytes]]:
    """The header, as an archive and as the bytes it is bound by, and the sealed rest."""
    start = b""
    for chunk in sealed:
        start += chunk
        if len(start) >= len(_MAGIC) + _MAX_HEADER:
            break
    header, mark, rest = start.removeprefix(_MAGIC).partition(b"\n")
    try:
        if not start.startswith(_MAGIC) or not mark:
            raise ValueError
        return _named(**json.loads(header)), header, chain([rest], sealed)
    except (ValueError, TypeError):
        raise Tampered("this is not an archive of ours, or only a part of one") from None


def _named(id: str, store: str, sealed_at: int, dies_at: int) -> Archive:  # noqa: A002 — a field
    """An archive whose header is well formed: its id names a file of ours and nothing else."""
    times = all(type(time) is int for time in (sealed_at, dies_at))
    if not times or store not in ("references", "keys") or not re.fullmatch("[0-9a-f]{32}", id):
        raise ValueError
    return Archive(id, store, sealed_at, dies_at)
