"""A home that is open: its stores and everything that works without the passphrase."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facekeep.access.approvals import ApprovalBook
from facekeep.access.keys import ApiKeyBook
from facekeep.access.officers import OfficerBook
from facekeep.access.passkeys import PasskeyBook
from facekeep.access.pending import PendingBook
from facekeep.access.sessions import SessionBook
from facekeep.access.staff import StaffBook
from facekeep.db.diary import Diary
from facekeep.db.queue import Queue
from facekeep.db.store import Store
from facekeep.governance.assessments import AssessmentBook
from facekeep.governance.captures import CaptureBook
from facekeep.governance.clockbook import ClockBook
from facekeep.governance.consent import ConsentBook
from facekeep.governance.deliveries import DeliveryBook
from facekeep.governance.devices import DeviceBook
from facekeep.governance.handler import HandlerBook, SharingBook
from facekeep.governance.intents import Intent, IntentLog
from facekeep.governance.invitations import InvitationBook
from facekeep.governance.notices import NoticeBook
from facekeep.governance.places import PlaceBook
from facekeep.governance.purposes import Purpose, PurposeBook
from facekeep.governance.requests import RequestBook
from facekeep.governance.restraints import OTHER_WAY, RestraintBook
from facekeep.ledger import log
from facekeep.ledger.checkpoint import Signer
from facekeep.ledger.entries import Entry
from facekeep.storage.anchoring import remember_head
from facekeep.storage.archives import Archives
from facekeep.storage.ballast import Ballast
from facekeep.storage.case_rows import CaseRows
from facekeep.storage.custody import Custody
from facekeep.storage.erasure import Eraser
from facekeep.storage.factor_rows import FactorRows
from facekeep.storage.journal import STOPS, UNTOLD, Chain, End, Journal, Told
from facekeep.storage.keys import KeyRow, KeyVault
from facekeep.storage.lots import some
from facekeep.storage.references import ReferenceStore
from facekeep.storage.replies import ReplyBook
from facekeep.storage.subjects import Directory, Person
from facekeep.storage.ways import WayBook
from facekeep.terms.errors import FacekeepError, NoticeNotShown, Refused, Restrained, Tampered
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
    ballast: Ballast
    directory: Directory
    purposes: PurposeBook
    notices: NoticeBook
    assessments: AssessmentBook
    handler: HandlerBook
    sharing: SharingBook
    consents: ConsentBook
    requests: RequestBook
    invitations: InvitationBook
    deliveries: DeliveryBook
    restraints: RestraintBook
    factors: FactorRows
    places: PlaceBook
    devices: DeviceBook
    captures: CaptureBook
    intents: IntentLog
    journal: Journal
    officers: OfficerBook
    approvals: ApprovalBook
    api_keys: ApiKeyBook
    staff: StaffBook
    sessions: SessionBook
    passkeys: PasskeyBook
    sign_ins: Diary
    pending: PendingBook
    cases: CaseRows
    ways: WayBook
    clocks: ClockBook
    jobs: Queue
    replies: ReplyBook
    signer: Signer
    clock: Clock
    entropy: Entropy

    def chain(self, person: Person) -> Chain:
        """A person's chain of entries; a stand-in's for somebody unknown or departed.

        Raises ``Tampered`` where somebody living has no secret: a departed row was pasted back.
        """
        secret = self.vault.secret(person.id) if person.known and not person.departed else None
        if secret is not None:
            return Chain(secret, person.purpose)
        # Whoever withdrew between two looks departs first and loses the secret then.
        if person.known and not person.departed and self.directory.lives(person.id):
            raise Tampered("a person without an evidence secret is called living")
        return Chain(self.directory.stranger_secret(person), person.purpose)

    def chain_of(self, subject: str, purpose: str) -> Chain:
        """The chain of whoever the reference names at this moment."""
        return self.chain(self.directory.person(subject, purpose))

    def purpose_chain(self, purpose: str) -> Chain:
        """Entries about a purpose as a whole, such as searches."""
        return Chain(self.directory.chain_secret(f"purpose/{purpose}"), purpose)

    def own_chain(self) -> Chain:
        """Entries about the home itself."""
        return Chain(self.directory.chain_secret("home"))

    def require_free(self, person: Person) -> None:
        """Raises ``Restrained`` while a restraint holds, ``NoticeNotShown`` while a changed notice
        has not arrived, by the ledger's word where the row is gone: a row that was deleted frees
        nobody. Raises ``Tampered`` where one was edited.
        """
        self.require_free_at(person, self.journal.end(self.chain(person)))

    def require_free_at(self, person: Person, end: End) -> None:
        """The same by the end of the person's chain that the caller has read."""
        self.restraints.require_free(person.id)
        if end.details.get(STOPS, 0):
            raise Restrained("comparison was stopped, and the row that says so is gone", OTHER_WAY)
        if end.details.get(UNTOLD):
            raise NoticeNotShown(
                "a changed notice was not delivered, and its row is gone",
                "Show the notice and renew: facekeep consent renew --subject S --purpose P",
                article="FRM-05-2",
            )

    def purpose(self, name: str, kind: str) -> Purpose:
        """The purpose in force; a refusal is written down under the ``kind`` of what was asked."""
        try:
            return self.purposes.get(name)
        except Refused as error:
            self.note_refusal(self.own_chain, kind, error)
            raise

    def recent(self, chains: int = 400, entries: int = 8) -> Iterator[Told]:
        """The newest entries of living persons and of purposes, opened; each chain newest first.

        At most so many chains of persons, drawn by their random identifiers, and of each so many.
        """
        living = some(self.directory.living(), chains, self.entropy)
        secrets = (self.vault.secret(person) for person in living)
        own = [Chain(secret) for secret in secrets if secret is not None]
        for chain in [*own, *map(self.purpose_chain, self.purposes.names())]:
            length = self.journal.length(chain)
            for n in range(length - 1, max(length - entries, 0) - 1, -1):
                told = self.journal.told(chain, n)
                if told is not None:
                    yield told

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
