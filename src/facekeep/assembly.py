"""Wires the rooms of one home for the doors, which import nothing else of it.

``found`` makes a home, ``enter`` opens it without the passphrase, ``House.unlock`` wakes the keepers,
``adopt`` takes in a restored, moved or cloned one, ``upgrade`` lifts its stores to this program.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from facekeep.access import approvals, officers, passkeys, pending, sessions, staff
from facekeep.access import keys as api_keys
from facekeep.access.approvals import Approval
from facekeep.access.authority import Gate
from facekeep.access.enlisting import Enlisting
from facekeep.access.keys import ApiKeyBook
from facekeep.access.officers import Newcomer, Officer, Signed
from facekeep.access.passkeys import Ceremony, Challenges, Site
from facekeep.access.passwords import Cost, Passwords
from facekeep.access.pending import Matter
from facekeep.access.roles import Policies
from facekeep.access.signin import Books as StaffBooks
from facekeep.access.signin import FrontDesk, Guard, Hand
from facekeep.access.staff import StaffBook
from facekeep.access.throttle import Throttle
from facekeep.collection import (
    consent_evidence,
    enrolment,
    guardian_evidence,
    purpose_evidence,
)
from facekeep.collection.campaigns import CampaignDesk
from facekeep.collection.capture import CaptureDesk, Register
from facekeep.collection.consents import ConsentDesk
from facekeep.collection.enrolment import Enroller
from facekeep.collection.invitations import InvitationDesk
from facekeep.collection.outbox import Outbox, Webhook
from facekeep.collection.purposes import PurposeDesk, Surroundings
from facekeep.collection.requests import RequestDesk
from facekeep.db import queue
from facekeep.db.home_lock import HomeLock
from facekeep.db.store import Store
from facekeep.governance import (
    assessments,
    consent,
    deliveries,
    filed,
    handler,
    handler_evidence,
    intents,
    invitations,
    notices,
    purposes,
    requests,
    restraints,
    whereabouts,
)
from facekeep.governance import captures as captures_room
from facekeep.governance.consent import Consent
from facekeep.governance.devices import DeviceBook, DeviceKind, DeviceState
from facekeep.governance.filings import Filing
from facekeep.governance.permits import PermitOffice
from facekeep.governance.purposes import Purpose, PurposeBook
from facekeep.ledger.witness import target_of
from facekeep.oversight import clocks, deregister, handed, plan, upkeep
from facekeep.oversight.books import Books
from facekeep.oversight.jobs import Jobs
from facekeep.oversight.upkeep import Completion, Desks
from facekeep.oversight.witnessing import Witnessing
from facekeep.protect.keytree import PassphraseCost, Root
from facekeep.rights import answers, case_evidence, consent_receipts, secrets, withdrawal
from facekeep.rights.cases import CaseDesk
from facekeep.rights.consent_receipts import ConsentReceipt
from facekeep.rights.ending import UseEnder
from facekeep.rights.receipts import Receipt
from facekeep.rights.withdrawal import WithdrawalDesk
from facekeep.settings import Settings
from facekeep.storage import (
    adoption,
    answered,
    case_rows,
    certificates,
    counting,
    factor_rows,
    journal,
    keys,
    readiness,
    references,
    replies,
    reset,
    restoration,
    retention,
    subjects,
    upgrading,
)
from facekeep.storage import evidence as storage_evidence
from facekeep.storage.anchoring import cast_anchor, refuse_another, remember_head, take_new_marks
from facekeep.storage.backup import Backup, BackupDesk
from facekeep.storage.ballast import Ballast
from facekeep.storage.bulk import BulkRenewals
from facekeep.storage.certificates import Certificate
from facekeep.storage.custody import Custody, replace_file
from facekeep.storage.home import Home
from facekeep.storage.journal import Told
from facekeep.storage.keepers.rooms import Keepers, wake
from facekeep.storage.keys import KeyVault
from facekeep.storage.plot import Plot
from facekeep.storage.reset import Resetter
from facekeep.storage.schema import STORES
from facekeep.storage.stand_in import StandIns
from facekeep.storage.wiring import devices_in, home_of, purposes_in
from facekeep.storage.witnessed import WitnessDesk
from facekeep.terms.errors import Broken, FacekeepError, Misused, Tampered
from facekeep.terms.evidence import Finding, Question
from facekeep.terms.ports import Clock, Entropy, Sight
from facekeep.terms.values import Grade, Holding, Regime
from facekeep.use import evidence as use_evidence
from facekeep.use import factors
from facekeep.use.decisions import fmr_for
from facekeep.use.factors import WayDesk
from facekeep.use.identification import Identifier
from facekeep.use.second_factors import FactorDesk
from facekeep.use.verification import Verifier

if TYPE_CHECKING:
    from facekeep.vision.evidence import Eyesight

HOLDINGS: tuple[Holding, ...] = (
    *keys.HOLDINGS,
    *references.HOLDINGS,
    *subjects.HOLDINGS,
    *consent.HOLDINGS,
    *deliveries.HOLDINGS,
    *requests.HOLDINGS,
    *invitations.HOLDINGS,
    *captures_room.HOLDINGS,
    *intents.HOLDINGS,
    *journal.HOLDINGS,
    *answered.HOLDINGS,
    *replies.HOLDINGS,
    *officers.HOLDINGS,
    *approvals.HOLDINGS,
    *api_keys.HOLDINGS,
    *staff.HOLDINGS,
    *sessions.HOLDINGS,
    *passkeys.HOLDINGS,
    *pending.HOLDINGS,
    *queue.HOLDINGS,
    *restraints.HOLDINGS,
    *purposes.HOLDINGS,
    *notices.HOLDINGS,
    *assessments.HOLDINGS,
    *handler.HOLDINGS,
    *case_rows.HOLDINGS,
    *factor_rows.HOLDINGS,
)
"""The personal data every room keeps; a test fails where a table has none."""


EVIDENCE: tuple[Question[Home], ...] = (
    *handler_evidence.EVIDENCE,
    *purpose_evidence.EVIDENCE,
    *whereabouts.EVIDENCE,
    *consent_evidence.EVIDENCE,
    *guardian_evidence.EVIDENCE,
    *storage_evidence.EVIDENCE,
    *use_evidence.EVIDENCE,
    *counting.EVIDENCE,
    *retention.EVIDENCE,
    *filed.EVIDENCE,
    *approvals.EVIDENCE,
    *answers.EVIDENCE,
    *case_evidence.EVIDENCE,
    *factors.EVIDENCE,
)
"""The questions every room can answer about itself; ``oversight`` knows rooms by these alone."""


class House:
    """An entered home, and after :meth:`unlock` everything that can be done in it."""

    def __init__(
        self, home: Home, settings: Settings, lock: HomeLock, recovered: list[str]
    ) -> None:
        self.home, self.settings, self.recovered = home, settings, recovered
        self.recovered_receipts: list[Path] = []
        self.weakness = ""
        """Why the passphrase that opened the home protects too little; production asks."""
        self._lock, self._at_rest = lock, False
        self.ticks: queue.Ticks = queue.steady
        self._keepers: Keepers | None = None

    # -- the passphrase ---------------------------------------------------------------------

    def unlock(self, passphrase: bytes) -> None:
        """Open the root, wake the keepers, finish interrupted renewals.

        Raises ``WrongPassphrase``.
        """
        home = self.home
        root = Root.open(home.vault.sealed_root, passphrase)
        self.weakness = readiness.weak(passphrase)
        self._keepers = wake(home, root)
        with suppress(Tampered):  # refused at its opening, and named by the doctor
            self._keepers.renewer.resume()
        for intent in home.intents.open():
            if intent.kind == reset.INTENT:
                self.resetter.recover(intent)
                self.recovered.append("renewal completed")

    def change_passphrase(self, old: bytes, new: bytes) -> str:
        """Close the root with another passphrase, and hang the tree on a new slot: no older copy of
        the key store opens with the old one. Returns the ledger's event.

        Raises ``WrongPassphrase``, ``Misused`` for one that protects nothing.
        """
        home, root = self.home, Root.open(self.home.vault.sealed_root, old)
        if why := readiness.weak(new):
            raise Misused(why)
        sealed = root.sealed(new, home.vault.sealed_root.cost, home.entropy)
        home.vault.rekey((), lambda tx: keys.put_root(tx, sealed))
        return home.note(home.own_chain(), "storage:passphrase:changed").id.hex()

    def recognise(self, passphrase: bytes) -> None:
        """Whether somebody may ask for faces where they are unlocked already.

        Raises ``WrongPassphrase``.
        """
        Root.open(self.home.vault.sealed_root, passphrase)

    @property
    def keepers(self) -> Keepers:
        """Raises ``Broken`` while the home is locked."""
        if self._keepers is None:
            raise Broken("this needs the passphrase", "Set FACEKEEP_PASSPHRASE_FILE")
        return self._keepers

    # -- what can be done -------------------------------------------------------------------

    @cached_property
    def consents(self) -> ConsentDesk:
        """Where consent is given and shown."""
        return ConsentDesk(self.home)

    def consent_receipt(self, given: Consent) -> ConsentReceipt:
        """The signed receipt of a consent in force. Raises ``ConsentMissing``."""
        return consent_receipts.issue(self.home, given)

    @cached_property
    def requests(self) -> RequestDesk:
        """Where people are asked, and say no or later."""
        return RequestDesk(self.home, self.consents)

    @cached_property
    def invitations(self) -> InvitationDesk:
        """Where links to the portal are made and opened."""
        return InvitationDesk(self.home, self.requests)

    @cached_property
    def campaigns(self) -> CampaignDesk:
        """Where many are asked at once, and what came of it."""
        return CampaignDesk(self.home, self.requests, self.invitations)

    @cached_property
    def outbox(self) -> Outbox:
        """Where notices leave the home."""
        return Outbox(self.home)

    @cached_property
    def enroller(self) -> Enroller:
        """Enrols."""
        return Enroller(self.home, self.keepers)

    @cached_property
    def captures(self) -> CaptureDesk:
        """Where pictures come in; needs no passphrase."""
        return CaptureDesk(self.home)

    @cached_property
    def register(self) -> Register:
        """Where officers enter places and devices; needs no passphrase."""
        return Register(self.home)

    @cached_property
    def verifier(self) -> Verifier:
        """Answers 1:1."""
        stand_ins = StandIns(self.home, self.keepers)
        return Verifier(self.home, self.keepers, self._permits, stand_ins, self.second_factors)

    @cached_property
    def second_factors(self) -> FactorDesk:
        """Where a PIN, a card or a passkey is set beside a face; needs no passphrase."""
        site = Site(self.settings.origin)
        return FactorDesk(self.home, site, Ceremony(site, Challenges(self.home.entropy)))

    @cached_property
    def identifier(self) -> Identifier:
        """Answers 1:N."""
        return Identifier(self.home, self.keepers, self._permits)

    @cached_property
    def resetter(self) -> Resetter:
        """Renews."""
        return Resetter(self.home, self.keepers)

    @cached_property
    def withdrawals(self) -> WithdrawalDesk:
        """Ends consents; needs no passphrase."""
        return WithdrawalDesk(self.home)

    @cached_property
    def cases(self) -> CaseDesk:
        """Where people ask for what is theirs; needs no passphrase."""
        return CaseDesk(self.home)

    @cached_property
    def ways(self) -> WayDesk:
        """Where attempts are counted, by face and otherwise; needs no passphrase."""
        return WayDesk(self.home)

    # -- who may ------------------------------------------------------------------------------

    @cached_property
    def api_keys(self) -> ApiKeyBook:
        """The keys of programs."""
        return self.home.api_keys

    @cached_property
    def staff(self) -> StaffBook:
        """The accounts of the staff."""
        return self.home.staff

    @cached_property
    def gate(self) -> Gate:
        """Who may do what. Raises ``Broken`` where the policies do not hold together."""
        home, test = self.home, self.settings.mode == "development"
        return Gate(
            home.records, Policies.shipped(), home.api_keys, home.sessions, home.approvals,
            home.journal.now, test=test,
        )  # fmt: skip

    @cached_property
    def passwords(self) -> Passwords:
        """The lane in which passphrases of the staff are looked at."""
        return Passwords(self.home.entropy, Cost.rfc9106_low_memory())

    @cached_property
    def front_desk(self) -> FrontDesk:
        """Where the staff sign in and out."""
        return FrontDesk(self._staff_books, self._staff_guard)

    @cached_property
    def enlisting(self) -> Enlisting:
        """Where newcomers of the staff take up their accounts."""
        home = self.home
        return Enlisting(self._staff_books, self._staff_guard, home.officers, home.entropy)

    @cached_property
    def _staff_books(self) -> StaffBooks:
        home = self.home
        return StaffBooks(home.records, home.staff, home.sessions, home.passkeys, home.sign_ins)

    @cached_property
    def _staff_guard(self) -> Guard:
        home = self.home
        ceremony = Ceremony(Site(self.settings.origin), Challenges(home.entropy))
        return Guard(self.passwords, Throttle(), ceremony, home.journal.now, home.clock)

    def recover_officer(
        self, newcomer: Newcomer, passphrase: bytes, hand_over: Callable[[Officer], object]
    ) -> Officer:
        """Enter an officer where every key is lost; only once ``hand_over`` returned is it done.

        Raises ``WrongPassphrase`` or ``Refused``.
        """
        Root.open(self.home.vault.sealed_root, passphrase)
        with self.home.records.transaction() as tx:
            officer = self.home.officers.recover(tx, newcomer, int(self.home.journal.now()))
            hand_over(officer)
        return officer

    def approve(self, act: str, what: str, signed: Signed, at: int, expires: int) -> Approval:
        """Keep one officer's word for an act that needs two. Raises ``Refused`` where it does not
        hold, or where nothing is left to approve. Times in seconds since 1970.
        """
        secrets.refuse_needless(self.home, act, what)
        with self.home.records.transaction() as tx:
            return self.home.pending.approve(tx, act, what, lambda _: signed, at, expires)

    def approve_by(self, hand: Hand, act: str, what: str, lasting_s: int) -> Matter:
        """The same for somebody of the staff, kept together with what it is about.

        Raises as :meth:`approve` does.
        """
        secrets.refuse_needless(self.home, act, what)
        home, now = self.home, int(self.home.journal.now())
        with home.records.transaction() as tx:
            home.pending.approve(tx, act, what, hand, now, now + lasting_s)
        return home.pending.matter(act, what, now)

    def open_secret(self, number: str, passphrase: bytes) -> list[Told]:
        """A departed person's story, for one case and by four eyes.

        Raises ``Refused`` without two approvals, ``WrongPassphrase``.
        """
        root = Root.open(self.home.vault.sealed_root, passphrase)
        return secrets.open_for_case(self.home, number, root.open_evidence)

    @cached_property
    def _permits(self) -> PermitOffice:
        keepers = self.keepers
        return PermitOffice(keepers.comparator.name, keepers.keys.boot_id, self.home.entropy)

    def sight(self, purpose: str, device: str | None = None) -> Sight:
        """The eyes a purpose names; loaded here, since most of what a home does needs none.

        Behind a device they see nobody outside its collection zone, where that is drawn in the picture.
        """
        from facekeep.vision.sight import sight_of

        self.purposes.check()  # another model under the same name is another method
        model, own = self.home.purposes.get(purpose).model, self.settings
        zone = self.home.devices.zone(device) if device else None
        mask = zone.holds if zone is not None and zone.unit == "picture" else None
        return sight_of(model, own.models, own.cache, own.threads, mask)

    @cached_property
    def purposes(self) -> PurposeDesk:
        """Where purposes come into force, and go out of it."""
        return PurposeDesk(self.home, self._surroundings)

    @cached_property
    def _surroundings(self) -> Surroundings:
        return Surroundings(self.questions, self._fingerprint)

    def set_handler(self, text: bytes, who: str, over: int | None = None) -> int:
        """Keep the handler's profile; returns its version. Raises ``Misused``, ``Refused``."""
        home, profile = self.home, handler.parse(text)
        with home.records.transaction() as tx:
            version = home.handler.set(tx, profile, who, int(home.journal.now()), over)
        self.purposes.check()  # another handler: what was assessed under the old one is suspended
        return version

    def _fingerprint(self, model: str) -> str:
        from facekeep.vision.models import Registry

        return Registry(self.settings.models, self.settings.cache).fingerprint(model)

    def grade(self, model: str) -> Grade | None:
        """What a model may be used for, by its card; None where its file is not here."""
        from facekeep.vision.models import Registry

        cards = Registry(self.settings.models, self.settings.cache).list()
        return next((card.grade for card in cards if card.id == model), None)

    def evidence(self) -> dict[str, Callable[[int], Finding]]:
        """Every question by its id, to be asked of this home at a moment (seconds since 1970)."""
        from facekeep.vision import evidence as eyes

        asks: dict[str, Callable[[int], Finding]] = {
            question.id: partial(question.ask, self.home) for question in EVIDENCE
        }
        asks |= {question.id: partial(self._ask_eyes, question) for question in eyes.EVIDENCE}
        scene = purpose_evidence.Scene(self.home, self._surroundings)
        asks |= {one.id: partial(one.ask, scene) for one in purpose_evidence.SURROUNDED}
        return asks

    def _ask_eyes(self, question: Question[Eyesight], at: int) -> Finding:
        """Vision knows no purposes: it is told what those in force ask of its models."""
        from facekeep.vision.evidence import Eyesight
        from facekeep.vision.models import Registry

        folder = self.settings.models
        registry = Registry(folder, self.settings.cache)
        return question.ask(Eyesight(registry, folder, self._wanted_of_eyes), at)

    def _wanted_of_eyes(self) -> dict[str, tuple[str, float]]:
        book = self.home.purposes
        wanted = {name: book.get(name) for name in book.names()}
        return {name: (purpose.model, purpose.max_fmr) for name, purpose in wanted.items()}

    def enrolled(self, purpose: str) -> int:
        """How many people are enrolled for a purpose."""
        return len(self.home.vault.of_purpose(purpose))

    @cached_property
    def backups(self) -> BackupDesk:
        """Where copies are made while the home is at work; needs no passphrase."""
        return BackupDesk(self.home)

    @property
    def regime(self) -> Regime:
        """Whose law this home follows."""
        return Plot.read(self.home.path).regime

    # -- the clocks -------------------------------------------------------------------------

    @cached_property
    def books(self) -> Books:
        """What oversight has before it: the rooms' answers and its own clocks."""
        home = self.home
        return Books(self.evidence(), home.clocks, home.records.transaction, home.journal.now)

    def questions(self) -> dict[str, Callable[[int], Finding]]:
        """Every room's questions and oversight's own, by id, to be asked of a moment."""
        asks = {**self.evidence(), **clocks.questions(self.books)}
        return asks | handed.questions(self.home, asks)

    @cached_property
    def hands(self) -> deregister.Hands:
        """What ends a use."""
        ender = UseEnder(self.home, self.withdrawals)
        return deregister.Hands(
            ender.stop, ender.erase, ender.end_archives, ender.left, ender.horizon
        )

    def end_use(self, name: str, officer: str) -> tuple[Certificate, Filing | None]:
        """End a purpose, or every one, for good; returns the certificate and the filing due."""
        ending, filing = deregister.end(self.books, self.hands, name, officer)
        begun, completed = map(bytes.fromhex, ending.events)
        return certificates.certify(self.home, begun, completed), filing

    def sweep(self) -> tuple[dict[str, int], dict[str, int]]:
        """End everything that is due; returns what was due before and what still is."""
        now = self.home.journal.now() + retention.GRACE_S
        before = retention.overdue(self.home, now)
        upkeep.end_what_is_due(self.home, self._desks)
        return before, retention.overdue(self.home, now)

    @cached_property
    def jobs(self) -> Jobs:
        """What runs by itself while the home is open; ``start`` it where a service does."""
        home = self.home
        rooms = plan.Rooms(
            self._desks, self.purposes, self.books, self._completions(),
            webhook=_webhook(self.settings), witness=self.witness,
        )  # fmt: skip
        renewals = BulkRenewals(home, home.jobs, lambda: self.keepers)
        return Jobs(home, renewals, plan.plan(home, rooms, self.ticks), self.witness)

    @cached_property
    def witness(self) -> Witnessing:
        """Who outside remembers our ledger. Raises ``Misused`` where what is set is none."""
        told = self.settings.witness
        return Witnessing(self.home, target_of(told) if told else None)

    @cached_property
    def witness_desk(self) -> WitnessDesk:
        """Where we remember other homes' ledgers."""
        return WitnessDesk(self.home)

    @property
    def _desks(self) -> Desks:
        return Desks(self.withdrawals, self.cases, self.requests, self.invitations, self.outbox)

    def _completions(self) -> dict[str, Completion]:
        """How acts that stayed half done are finished, and how long each may be under way."""
        home, keep = self.home, partial(_keep_receipt, self)
        return {
            withdrawal.INTENT: Completion(20, lambda one: withdrawal.recover(home, one, keep)),
            enrolment.INTENT: Completion(600, partial(enrolment.recover, home)),
            reset.INTENT: Completion(3600, lambda one: self.resetter.recover(one)),
        }

    def kept_receipt(self, event: str) -> Receipt | None:
        """The receipt of a withdrawal that was finished later; None where there is none (yet)."""
        try:
            return Receipt.from_json(
                (self.home.path / "receipts" / f"{event}.json").read_text("utf-8")
            )
        except FileNotFoundError:
            return None

    def seal_checkpoint(self) -> str:
        """Sign the ledger as it stands; returns the note."""
        return self.home.seal_checkpoint()

    def close(self) -> None:
        """Come to rest: settle, remember the ledger's head outside the home, let the next in.

        Closing twice does nothing more.
        """
        if self._at_rest:
            return
        self._at_rest, home = True, self.home
        if "jobs" in self.__dict__:
            self.jobs.stop()
        with ExitStack() as leaving:
            leaving.callback(self._lock.release)
            for store in (home.records, home.references.store, home.vault.store):
                leaving.callback(store.close)
            home.references.settle()
            remember_head(home.custody, home.records)


# -- founding -------------------------------------------------------------------------------


def found(
    path: Path, passphrase: bytes, settings: Settings, *, regime: Regime = "cn",
    cost: PassphraseCost | None = None, clock: Clock = time, entropy: Entropy = os.urandom,
) -> Plot:  # fmt: skip
    """Make a home: three stores, a key tree on a slot outside, a signing key, an anchor.

    Raises ``Broken`` where something lies already, ``Misused`` for an empty passphrase.
    """
    if not passphrase:
        raise Misused("an empty passphrase protects nothing")
    identity = entropy(16)
    plot = Plot(path, identity, (settings.custody / identity.hex()).resolve(), regime)
    plot.refuse_occupied()
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    lock = HomeLock(plot.lock)
    try:
        _build(plot, passphrase, cost or PassphraseCost.owasp_high(), entropy)
    finally:
        lock.release()
    told = {"instance": 1, "regime": regime}
    with entered(path, settings, clock=clock, entropy=entropy) as house:
        house.home.note(house.home.own_chain(), "storage:home:founded", {}, told)
    return plot


def _build(plot: Plot, passphrase: bytes, cost: PassphraseCost, entropy: Entropy) -> None:
    """``home.toml`` comes last: what was not finished is no home."""
    custody, mark = Custody.create(plot.custody, plot.path), entropy(16)
    stores = {n: Store.create(plot.store(n), n, m, plot.id, mark) for n, m in STORES.items()}
    _, sealed = Root.draw(passphrase, cost, entropy)
    KeyVault.create(stores["keys"], custody, entropy, sealed)
    plot.draw_records_key(entropy)
    plot.draw_signer(1, entropy)
    cast_anchor(plot, 1, mark, stores["records"])
    for store in stores.values():
        store.close()
    plot.write()


# -- entering -------------------------------------------------------------------------------


def enter(
    path: Path, settings: Settings, *, clock: Clock = time, entropy: Entropy = os.urandom
) -> House:
    """Open a home without its passphrase: check that it is the one the anchor knows, finish what
    was interrupted, end what is due. Raises ``AdoptionRequired``, ``Tampered``, ``Broken``.
    """
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        lend = Ballast(plot.ballast).lend  # on a full disk, for withdrawals alone
        house = lend(lambda: _entered(plot, settings, lock, clock, entropy))
    except BaseException:
        lock.release()
        raise
    return house


@contextmanager
def entered(
    path: Path, settings: Settings, *, passphrase: bytes | None = None,
    clock: Clock = time, entropy: Entropy = os.urandom,
) -> Iterator[House]:  # fmt: skip
    """:func:`enter`, unlocked where a passphrase is given, and closed at the end."""
    house = enter(path, settings, clock=clock, entropy=entropy)
    try:
        if passphrase is not None:
            house.unlock(passphrase)
        yield house
    finally:
        house.close()


def _entered(
    plot: Plot, settings: Settings, lock: HomeLock, clock: Clock, entropy: Entropy
) -> House:
    anchor = Custody(plot.custody).anchor()
    with ExitStack() as opened:
        stores = {}
        for name, migrations in STORES.items():
            stores[name] = Store.open(plot.store(name), name, migrations, plot.id)
            opened.callback(stores[name].close)
        refuse_another(plot, anchor, stores)
        plot.refuse_other_signer(anchor.instance)
        home = home_of(plot, anchor.instance, stores, clock, entropy)
        take_new_marks(home.custody, anchor, stores, entropy)
        house = House(home, settings, lock, [])
        _recover(house)
        _end_what_is_due(house)
        _let_clocks_run(house)
        opened.pop_all()  # from here on the house closes them
    return house


def _let_clocks_run(house: House) -> None:
    """Ends of use that were interrupted, then the day's count and what follows from it.

    A damaged book keeps nobody out: the questions about it name the gap.
    """
    with suppress(FacekeepError):
        for _ in deregister.resume(house.books, house.hands):
            house.recovered.append("ending completed")
    if upkeep.count_the_day(house.books):
        upkeep.look_at_the_ground(house.purposes)


def _end_what_is_due(house: House) -> None:
    """What is over, and what an enrolment that was rolled back left: nobody is enrolling now."""
    home = house.home
    if leftover := home.vault.inactive():
        home.eraser.erase(leftover, int(home.clock()))
    upkeep.end_what_is_due(home, house._desks)


def _webhook(settings: Settings) -> Webhook | None:
    """Where notices are posted. Raises ``Misused`` for an address without a secret in a file."""
    if settings.webhook is None:
        return None
    try:
        file = settings.webhook_secret_file
        secret = b"" if file is None else file.read_bytes().split(b"\n", 1)[0].removesuffix(b"\r")
    except OSError:
        raise Broken("the webhook's secret cannot be read", "Check its file and rights") from None
    return Webhook(settings.webhook, secret)


def _recover(house: House) -> None:
    """Finish or roll back what was interrupted and needs no passphrase; says so."""
    for cut_short in house.home.path.glob("export-*"):
        shutil.rmtree(cut_short, ignore_errors=True)
    for intent in house.home.intents.open():
        if intent.kind == enrolment.INTENT:
            house.recovered.append(f"enrolment {enrolment.recover(house.home, intent)}")
        elif intent.kind == withdrawal.INTENT:
            withdrawal.recover(house.home, intent, partial(_keep_receipt, house))
            house.recovered.append("withdrawal completed")


def _keep_receipt(house: House, receipt: Receipt) -> None:
    """A recovered receipt is kept in the home until somebody hands it over."""
    folder = house.home.path / "receipts"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{receipt.event}.json"
    replace_file(path, receipt.to_json().encode())
    house.recovered_receipts.append(path)


# -- readiness ------------------------------------------------------------------------------


def refusals(house: House, settings: Settings) -> list[readiness.Refusal]:
    """Every reason not to answer in production; empty where there is none, and in development."""
    home = house.home
    demands = _demands(home.purposes, home.devices, house.enrolled)
    return refusals_of(Plot.read(home.path), demands, settings, house.weakness, home.clock())


def require_ready(house: House, settings: Settings) -> None:
    """Raises ``NotReady`` that names every reason not to answer in production."""
    readiness.require_none(refusals(house, settings))


def refusals_of(
    plot: Plot, demands: Sequence[readiness.Demand], settings: Settings, weakness: str, now: float
) -> list[readiness.Refusal]:
    """The same for somebody who did not enter the home."""
    if settings.mode != "production":
        return []
    from facekeep.vision.models import Registry

    return readiness.refusals(
        readiness.Premises(
            home=plot.path,
            custody=plot.custody,
            demands=demands,
            models=Registry(settings.models, settings.cache),
            weakness=weakness,
            passphrase_file=settings.passphrase_file,
            tls_certificate=settings.tls_certificate,
            tls_key=settings.tls_key,
            proxied=bool(settings.trusted_proxies),
            witness=settings.witness,
            now=now,
        )
    )


def demands_of(records: Store, keys: Store, records_key: bytes) -> list[readiness.Demand]:
    """What the purposes in force ask of the eyes, read from stores alone."""

    def enrolled(purpose: str) -> int:
        sql = "SELECT count(*) FROM subject_key WHERE purpose = ? AND active = 1"
        return int(keys.rows(sql, purpose)[0][0])

    return _demands(purposes_in(records, records_key), devices_in(records, records_key), enrolled)


def _demands(
    purposes: PurposeBook, devices: DeviceBook, enrolled: Callable[[str], int]
) -> list[readiness.Demand]:
    alone = {
        purpose
        for row in map(devices.row, devices.names())
        if row.state is DeviceState.ACTIVE and row.device.kind is not DeviceKind.DESK
        for purpose in row.device.purposes
        if purpose not in row.device.trusted_for
    }
    return [
        readiness.Demand(name, told.model, _rates(told, enrolled(name)), name in alone)
        for name in purposes.names()
        for told in (purposes.get(name),)
    ]


def _rates(purpose: Purpose, enrolled: int) -> tuple[float, ...]:
    """False match rates the thresholds must support: 1:1, and 1:N among those enrolled today."""
    searched = "identification" in purpose.operations
    return (purpose.max_fmr, *([fmr_for(purpose.max_fpir, enrolled)] if searched else []))


# -- adopting and upgrading -----------------------------------------------------------------


def adopt(
    path: Path, passphrase: bytes, because: str, settings: Settings, *,
    clock: Clock = time, entropy: Entropy = os.urandom,
) -> list[str]:  # fmt: skip
    """Take in a home that is older or elsewhere; returns what was done, in words."""
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        spare = (settings.custody / plot.id.hex()).resolve()
        given = adoption.Adoption(passphrase, because, spare, clock, entropy)
        return adoption.adopt(plot, given)
    finally:
        lock.release()


def restore(wish: restoration.Restoring) -> restoration.Restored:
    """Bring a home back from a backup into an empty folder; nobody who left comes with it."""
    return restoration.restore(wish)


def try_restoring(wish: restoration.Restoring) -> restoration.Restored:
    """The same in a folder that is gone afterwards: what would come back."""
    return restoration.tried(wish)


def plan_upgrade(path: Path, to: int | None = None) -> upgrading.Plan:
    """What :func:`upgrade` would do to each store."""
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        return upgrading.planned(plot, to)
    finally:
        lock.release()


def upgrade(
    path: Path, *, to: int | None = None, backup: Path | None = None, without_backup: bool = False,
    clock: Clock = time, entropy: Entropy = os.urandom,
) -> tuple[upgrading.Plan, Backup | None]:  # fmt: skip
    """Lead every store to this program's schema, or to another revision; what was done, and the
    backup made before."""
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        given = upgrading.Upgrading(clock, entropy, to, backup, without_backup)
        return upgrading.upgrade(plot, given)
    finally:
        lock.release()
