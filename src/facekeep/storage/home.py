"""A home that is open: its stores and everything that works without the passphrase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facekeep.db.store import Store
from facekeep.governance.consent import ConsentBook
from facekeep.governance.intents import Intent, IntentLog
from facekeep.governance.purposes import Purpose, PurposeBook
from facekeep.ledger import log
from facekeep.ledger.checkpoint import Signer
from facekeep.ledger.entries import Entry
from facekeep.storage.anchoring import remember_head
from facekeep.storage.archives import Archives
from facekeep.storage.custody import Custody
from facekeep.storage.erasure import Eraser
from facekeep.storage.journal import Chain, Journal
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.storage.plot import Plot
from facekeep.storage.references import ReferenceStore
from facekeep.storage.subjects import Directory, Person
from facekeep.terms.errors import FacekeepError, Refused, Tampered
from facekeep.terms.ports import Clock, Entropy
from facekeep.terms.values import RowId


@dataclass(frozen=True, slots=True)
class Home:
    """The rooms' shared floor. Deleting works from here; opening a reference needs ``Keepers``."""

    path: Path
    id: bytes
    records: Store
    references: ReferenceStore
    vault: KeyVault
    custody: Custody
    archives: Archives
    eraser: Eraser
    directory: Directory
    purposes: PurposeBook
    consents: ConsentBook
    intents: IntentLog
    journal: Journal
    signer: Signer
    clock: Clock
    entropy: Entropy

    def chain(self, person: Person) -> Chain:
        """A person's chain of entries; a stand-in's for somebody unknown or departed.

        Raises ``Tampered`` where somebody living has no secret: a departed row was pasted back.
        """
        if not person.known or person.departed:
            return Chain(self.directory.stranger_secret(person), person.purpose)
        secret = self.vault.secret(person.id)
        if secret is None:
            raise Tampered("a person without an evidence secret is called living")
        return Chain(secret, person.purpose)

    def chain_of(self, subject: str, purpose: str) -> Chain:
        """The chain of whoever the reference names at this moment."""
        return self.chain(self.directory.person(subject, purpose))

    def purpose_chain(self, purpose: str) -> Chain:
        """Entries about a purpose as a whole, such as searches."""
        return Chain(self.directory.chain_secret(f"purpose/{purpose}"), purpose)

    def own_chain(self) -> Chain:
        """Entries about the home itself."""
        return Chain(self.directory.chain_secret("home"))

    def purpose(self, name: str, kind: str) -> Purpose:
        """The purpose in force; a refusal is written down under the ``kind`` of what was asked."""
        try:
            return self.purposes.get(name)
        except Refused as error:
            self.note_refusal(self.own_chain, kind, error)
            raise

    def seal_checkpoint(self) -> str:
        """Sign the ledger as it stands, and let the anchor remember it; returns the note."""
        with self.records.transaction() as tx:
            note = log.seal(tx, self.signer)
        remember_head(self.custody, self.records)
        return note

    def note(
        self,
        chain: Chain,
        kind: str,
        details: Mapping[str, Any] | None = None,
        public: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Write one entry in a transaction of its own."""
        with self.records.transaction() as tx:
            return self.journal.write(tx, chain, kind, details, public)

    def note_refusal(self, whose: Callable[[], Chain], kind: str, error: FacekeepError) -> Entry:
        """A refusal is an entry too: its reason sealed, its kind the same for everybody.

        ``whose`` is asked inside the transaction: somebody may have withdrawn meanwhile, and their
        chain ends with that.
        """
        with self.records.transaction() as tx:
            told = {"outcome": "refused", "reason": error.code}
            return self.journal.write(tx, whose(), kind, told)

    def erase_ungranted(self) -> int:
        """Face data nobody consents to any more; returns how many references went."""
        ended = self.consents.ended(self.vault.consents())
        return self.eraser.erase_ungranted(ended, self.journal.now())

    def close(self, intent: Intent) -> None:
        """An act is over: its random names leave the file with it."""
        with self.records.transaction() as tx:
            self.intents.close(tx, intent)
        self.records.sweep()

    def vault_rows(self, identifiers: str) -> list[KeyRow]:
        """The key rows that still exist of a space-separated list of hex identifiers."""
        found = (self.vault.of_row(RowId(bytes.fromhex(one))) for one in identifiers.split())
        return [row for row in found if row is not None]


def home_of(
    plot: Plot, instance: int, stores: dict[str, Store], clock: Clock, entropy: Entropy
) -> Home:
    """The rooms of an opened home, wired; finishes a half-done re-keying on the way."""
    records, references = stores["records"], ReferenceStore(stores["references"])
    custody, key = Custody(plot.custody), plot.records_key()
    vault = KeyVault(stores["keys"], custody, entropy)
    return Home(
        path=plot.path,
        id=plot.id,
        records=records,
        references=references,
        vault=vault,
        custody=custody,
        archives=Archives(custody, entropy),
        eraser=Eraser(vault, references, records),
        directory=Directory(records, key, entropy),
        purposes=PurposeBook(records),
        consents=ConsentBook(records, key),
        intents=IntentLog(records),
        journal=Journal(records, clock),
        signer=plot.signer(instance),
        clock=clock,
        entropy=entropy,
    )
