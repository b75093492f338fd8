"""Archives with a horizon: sealed copies that die when their key does (custody rule 4).

By default there are none, and nobody's key is ever backed up. An operator who needs a copy seals
it to a key that lies beside the slot, outside every store and backup, and dies on a stated day:

* an archive of **references** is noise without keys; its key dies after 30 days, or at once in
  ``renew --because keys`` (an old key and an old reference together are a template);
* an archive of **keys** holds the key store *and* its slot; its key dies after 7 days. Opening it
  replays the erasure list, and is refused with a list older than the archive.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from facekeep.db.store import Store
from facekeep.protect.envelope import Envelope
from facekeep.storage.custody import Custody, destroy_file, replace_file
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Refused, Tampered
from facekeep.terms.ports import Entropy

DAY = 86_400
REFERENCES_HORIZON_DAYS = 30
KEYS_HORIZON_DAYS = 7
LONGEST_HORIZON_DAYS = 30
_MAGIC = b"facekeep archive 1\n"


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

    def seal_references(self, store: Store, to: Path, now: int) -> Archive:
        """A sealed copy of the reference store."""
        return self._seal(_snapshot(store), "references", to, now, REFERENCES_HORIZON_DAYS)

    def seal_keys(self, store: Store, generation: int, to: Path, now: int) -> Archive:
        """A sealed copy of the key store with its slot."""
        slot = self._custody.slot(generation)
        return self._seal(slot + _snapshot(store), "keys", to, now, KEYS_HORIZON_DAYS)

    def open(self, path: Path, now: int) -> tuple[Archive, bytes]:
        """What an archive holds. Raises ``Refused`` past its horizon or before its erasures."""
        archive, sealed = _read(path)
        secret = self._secret(archive, now)
        if not self._custody.knows_archive(archive.id):
            raise Refused(
                "the erasure list is older than this archive",
                "Bring the newest custody folder; without it people re-enrol",
                article="FRM-08-2",
            )
        return archive, Envelope(secret, "facekeep archive").unwrap(
            sealed, canonical(asdict(archive))
        )

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
        held = [
            p
            for p in self._keys()
            if json.loads(p.read_bytes())["archive"]["store"] == "references"
        ]
        return [self._destroy(path) for path in held]

    def _seal(self, plain: bytes, store: str, to: Path, now: int, days: int) -> Archive:
        archive = Archive(self._entropy(16).hex(), store, now, now + days * DAY)
        secret = self._entropy(32)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        key = {"archive": asdict(archive), "secret": secret.hex()}
        replace_file(self._folder / f"{archive.id}.key", canonical(key))
        self._custody.remember_archive(archive.id, now)
        header = canonical(asdict(archive))
        sealed = Envelope(secret, "facekeep archive").wrap(plain, header)
        replace_file(to, _MAGIC + header + b"\n" + sealed)
        return archive

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


def _snapshot(store: Store) -> bytes:
    """A consistent copy of a store, made in memory: no second file lies about."""
    store.sweep()
    return store.connection.serialize()


def _read(path: Path) -> tuple[Archive, bytes]:
    content = path.read_bytes()
    header, mark, sealed = content.removeprefix(_MAGIC).partition(b"\n")
    try:
        if not content.startswith(_MAGIC) or not mark:
            raise ValueError
        return _named(**json.loads(header)), sealed
    except (ValueError, TypeError):
        raise Tampered("this is not an archive of ours, or only a part of one") from None


def _named(id: str, store: str, sealed_at: int, dies_at: int) -> Archive:  # noqa: A002 — a field
    """An archive whose header is well formed: its id names a file of ours and nothing else."""
    times = all(type(time) is int for time in (sealed_at, dies_at))
    if not times or store not in ("references", "keys") or not re.fullmatch("[0-9a-f]{32}", id):
        raise ValueError
    return Archive(id, store, sealed_at, dies_at)
