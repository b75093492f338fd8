"""The ledger's word that somebody waits to be told of a change, whatever the rows say.

It stands in the person's own chain and every later entry repeats it: a delivery deleted from the
store tells nobody anything.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from facekeep.storage.journal import UNTOLD, Chain, Journal
from facekeep.storage.keys import KeyVault
from facekeep.terms.errors import Tampered

CHANGED = "governance:notice:changed"
READ = "governance:notice:read"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose chain says that a changed notice has not arrived."""

    vault: KeyVault
    journal: Journal

    def begin(self, tx: sqlite3.Connection, person: bytes, purpose: str, delivery: bytes) -> None:
        """The person waits for this delivery, and for no earlier one."""
        chain = self._chain(person, purpose)
        if chain is not None:
            self.journal.write(tx, chain, CHANGED, {UNTOLD: delivery.hex()})

    def end(self, tx: sqlite3.Connection, person: bytes, purpose: str) -> None:
        """The person read the notice in force: nothing they wait for is left."""
        chain = self._chain(person, purpose)
        if chain is not None and self.journal.untold(chain):
            self.journal.write(tx, chain, READ, {UNTOLD: ""})

    def _chain(self, person: bytes, purpose: str) -> Chain | None:
        """None for whoever has left, or whose secret is damaged: they are compared no more."""
        try:
            secret = self.vault.secret(person)
        except Tampered:
            return None
        return None if secret is None else Chain(secret, purpose)
