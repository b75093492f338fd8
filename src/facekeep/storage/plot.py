"""Where a home's parts lie, and whose key signs for it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from facekeep.ledger.checkpoint import Signer
from facekeep.storage.custody import Custody, replace_file
from facekeep.terms.errors import AdoptionRequired, Broken, StoreMissing, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import REGIMES, Regime

HOME_FILE = "home.toml"
PUBLIC_KEY = "ledger.pub"
RECORDS_KEY = "records.key"
BALLAST = "ballast"
LOCK = "home.lock"


@dataclass(frozen=True, slots=True)
class Plot:
    """Where a home's parts lie, as ``home.toml`` says."""

    path: Path
    id: bytes
    custody: Path
    regime: Regime = "cn"
    """Whose law the home follows; our promises bind under each of them."""

    @classmethod
    def read(cls, path: Path) -> Plot:
        """Raises ``Broken`` where no home lies, ``Tampered`` where its file cannot be read."""
        file = path / HOME_FILE
        if not file.is_file():
            raise Broken("there is no home in this folder", "Make one: facekeep --home H init")
        return cls.parsed(path, file.read_bytes())

    @classmethod
    def parsed(cls, path: Path, text: bytes) -> Plot:
        """What a ``home.toml`` says. Raises ``Tampered`` where it cannot be read."""
        try:
            told = tomllib.loads(text.decode())
            regime = _regime(told.get("regime", "cn"))
            return cls(path, bytes.fromhex(told["home"]), Path(told["custody"]), regime)
        except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError):
            raise Tampered(f"{HOME_FILE} cannot be read") from None

    def write(self) -> None:
        """Write ``home.toml``; a home without it is none, so it comes last."""
        lines = [
            f'home = "{self.id.hex()}"',
            f"custody = {_quoted(str(self.custody))}",
            f'regime = "{self.regime}"',
        ]
        replace_file(self.path / HOME_FILE, ("\n".join(lines) + "\n").encode())

    def store(self, name: str) -> Path:
        """The file of a store."""
        return self.path / f"{name}.db"

    @property
    def lock(self) -> Path:
        """The file whose lock makes one process own the home."""
        return self.path / LOCK

    @property
    def ballast(self) -> Path:
        """Where room for withdrawals is kept while the home is served."""
        return self.path / BALLAST

    def refuse_occupied(self) -> None:
        """Raises ``Broken`` where something lies already."""
        path = self.path
        if path.exists() and (not path.is_dir() or any(p.name != LOCK for p in path.iterdir())):
            raise Broken("the folder is not empty", "Choose an empty folder for a new home")

    def draw_records_key(self, entropy: Entropy) -> None:
        """The key that finds and seals people's rows; it lies beside ``records.db``, not in it."""
        replace_file(self.path / RECORDS_KEY, entropy(32))

    def records_key(self) -> bytes:
        """Raises ``StoreMissing``."""
        path = self.path / RECORDS_KEY
        if not path.exists():
            raise StoreMissing(
                f"{RECORDS_KEY} is missing", "Bring it back from a backup of the home"
            )
        return path.read_bytes()

    def refuse_other_signer(self, instance: int) -> None:
        """Raises ``AdoptionRequired`` where an adoption was interrupted after its key was drawn."""
        public = self.path / PUBLIC_KEY
        if public.exists() and public.read_text().strip() != self.signer(instance).vkey:
            raise AdoptionRequired("an adoption was interrupted", "Run it again: facekeep adopt")

    def signer(self, instance: int) -> Signer:
        """Whoever signs for this instance of the home."""
        return Signer(self._signer_name(instance), Custody(self.custody).signing_seed())

    def draw_signer(self, instance: int, entropy: Entropy) -> None:
        """A new signing key; the public half lies in the home, earlier ones beside it."""
        Custody(self.custody).draw_signing_seed(entropy)
        public = self.path / PUBLIC_KEY
        older = self.path / f"ledger-{instance - 1}.pub"
        if public.exists() and not older.exists():  # a second try keeps what the first put by
            public.replace(older)
        replace_file(public, f"{self.signer(instance).vkey}\n".encode())

    def earlier_keys(self) -> list[str]:
        """The public halves of the keys that earlier instances signed with, the last one first."""
        found = sorted(self.path.glob("ledger-*.pub"), key=_instance_of, reverse=True)
        return [path.read_text().strip() for path in found]

    def _signer_name(self, instance: int) -> str:
        return f"facekeep/{self.id.hex()[:16]}/{instance}"


def _regime(told: object) -> Regime:
    """Raises ``ValueError`` where it is none of ours."""
    for regime in REGIMES:
        if told == regime:
            return regime
    raise ValueError


def _instance_of(path: Path) -> int:
    """``ledger-3.pub`` is of the third instance; 0 for a file of somebody else's."""
    number = path.stem.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, except that TOML escapes the delete character too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
