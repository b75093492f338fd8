"""What this home handed out: packs and bundles, each by its digest, on a chain of the ledger.

There is no table beside the ledger to be edited: whoever wants to know which papers were made, and
when, reads the chain, and whoever removes one breaks the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from facekeep.ledger.entries import Entry
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.terms.errors import FacekeepError, Tampered

PACKED = "oversight:filing:packed"
EXPORTED = "oversight:evidence:exported"


@dataclass(frozen=True, slots=True)
class Handed:
    """One paper: its kind, the moment (seconds since 1970), what was written about it."""

    kind: str
    at: int
    event: str
    facts: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of its manifest, in hexadecimal."""
        return str(self.facts.get("digest", ""))


class Trail:
    """The chain of papers of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._chain = Chain(home.directory.chain_secret("papers"))

    def write(self, kind: str, facts: Mapping[str, Any]) -> Entry:
        """One entry; the facts stand in the open and, against an edit, sealed beside it."""
        return self._home.note(self._chain, kind, {"facts": dict(facts)}, facts)

    def story(self) -> Iterator[Handed]:
        """Everything handed out, oldest first. Raises ``Tampered`` for an edited entry."""
        for told in self._home.journal.story(self._chain):
            sealed = told.details.get("facts", {})
            if dict(told.entry.public) != sealed:
                raise Tampered("a record of what was handed out was altered")
            yield Handed(told.entry.kind, told.entry.at, told.entry.id.hex(), sealed)

    def last(self, kind: str) -> Handed | None:
        """The newest of a kind. Raises ``Tampered`` for an edited entry."""
        found = [handed for handed in self.story() if handed.kind == kind]
        return found[-1] if found else None

    def unreadable(self) -> str:
        """Why the chain cannot be read; empty where it can."""
        try:
            for _ in self.story():
                pass
        except FacekeepError as error:
            return str(error)
        return ""
