"""Reading a backup: whose it is, that every byte is theirs, and what the passphrase opens in it.

A signature counts under a key that somebody outside the backup names: the operator, who kept it, or
custody, which noted it when the backup was made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from facekeep.ledger import parcel
from facekeep.ledger.parcel import SIGNATURE, Parcel, TamperedMember
from facekeep.protect import chunks
from facekeep.protect.keytree import PassphraseCost, Root, SealedRoot
from facekeep.storage.backup import KIND, PAPERS, ROOT, content_binding, part_key
from facekeep.storage.custody import Custody
from facekeep.storage.plot import HOME_FILE
from facekeep.terms.errors import Broken, Misused, Tampered

_PAPER = re.compile(r"home\.toml|records\.key|[A-Za-z0-9-]+\.pub|receipts/[A-Za-z0-9-]+\.json")


@dataclass(frozen=True, slots=True)
class Box:
    """A backup whose every byte was checked, and which the passphrase opens."""

    parcel: Parcel
    vkey: str
    root: SealedRoot
    content: bytes = field(repr=False)

    @property
    def about(self) -> Mapping[str, Any]:
        """What the manifest says beside its list."""
        return self.parcel.about

    @property
    def home(self) -> bytes:
        """Whose backup it is."""
        return bytes.fromhex(self.about["home"])

    @property
    def archive(self) -> str:
        """The archive of references in it, by its id."""
        return str(self.about["references"]["id"])

    @property
    def position(self) -> tuple[int, str]:
        """Where the erasure list stood: its length in bytes and its SHA-256."""
        told = self.about["erasures"]
        return int(told["bytes"]), str(told["sha256"])

    def part(self, name: str) -> Iterator[bytes]:
        """A sealed member, opened. Raises ``TamperedMember``."""
        try:
            yield from chunks.opened(part_key(self.content, name), self.parcel.chunks(name), b"")
        except TamperedMember:
            raise
        except Tampered:
            raise TamperedMember(name, "its content was altered") from None

    def papers(self) -> dict[str, bytes]:
        """The small files, by names that are ours."""
        told = json.loads(b"".join(self.part(PAPERS)))
        if not all(_PAPER.fullmatch(name) for name in told) or HOME_FILE not in told:
            raise TamperedMember(PAPERS, "the name is not plain")
        return {name: bytes.fromhex(content) for name, content in told.items()}


@contextmanager
def opened(path: Path, passphrase: bytes, key: str | None, custodies: Path) -> Iterator[Box]:
    """A backup file, open as long as the block lasts.

    Raises ``Misused`` where it cannot be read, ``TamperedMember``, ``WrongPassphrase``, and ``Broken``
    where nobody here knows who signed it.
    """
    try:
        file = path.open("rb")
    except OSError:
        raise Misused("the backup cannot be read") from None
    with file:
        held, vkey = _trusted(file, key, custodies)
        if held.about.get("kind") != KIND:
            raise Tampered("this is not a backup of a home")
        root = _root(held.json(ROOT))
        sealed = bytes.fromhex(held.about["content"])
        binding = content_binding(str(held.about["references"]["id"]))
        content = Root.open(root, passphrase).open_evidence(sealed, binding)
        yield Box(held, vkey, root, content)


def _trusted(file: BinaryIO, key: str | None, custodies: Path) -> tuple[Parcel, str]:
    """The parcel, if it is whole under a key we were given or custody holds."""
    known = [key] if key is not None else [*_signers(custodies)]
    if not known:
        raise Broken("nobody here knows who signed this backup", _NAME_KEY)
    met: list[TamperedMember] = []
    for vkey in known:
        try:
            return parcel.opened(file, vkey), vkey
        except TamperedMember as error:
            met.append(error)
    altered = next((error for error in met if error.member != SIGNATURE), None)
    if altered is not None or len(met) == 1:
        raise altered or met[0]
    raise Broken("nobody here knows who signed this backup", _NAME_KEY)


_NAME_KEY = "Name the public key you kept: --key ledger.pub"


def _signers(custodies: Path) -> Iterator[str]:
    """Whose signatures the custody folders of this machine vouch for."""
    for folder in sorted(custodies.glob("*")):
        yield from Custody(folder).signers()


def _root(row: Mapping[str, Any]) -> SealedRoot:
    salt, wrapped, public = (
        bytes.fromhex(row[name]) for name in ("salt", "wrapped", "evidence_public")
    )
    return SealedRoot(salt, PassphraseCost(**row["cost"]), wrapped, public)
