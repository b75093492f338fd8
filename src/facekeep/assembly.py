"""Wires the rooms of one home for the doors, which import nothing else of it.

``found`` makes a home, ``enter`` opens it without the passphrase, ``House.unlock`` wakes the keepers,
``adopt`` takes in a restored, moved or cloned one, ``upgrade`` lifts its stores to this program.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from facekeep.access import approvals, officers
from facekeep.access import keys as api_keys
from facekeep.access.approvals import Approval, digest_of
from facekeep.access.authority import Gate
from facekeep.access.keys import ApiKeyBook
from facekeep.access.officers import Newcomer, Officer, Signed
from facekeep.access.roles import Policies
from facekeep.access.sessions import SessionBook
from facekeep.collection import (
    consent_evidence,
    enrolment,
    guardian_evidence,
    purpose_evidence,
)
from facekeep.collection.capture import CaptureDesk, Register
from facekeep.collection.consents import ConsentDesk
from facekeep.collection.enrolment import Enroller
from facekeep.collection.outbox import Outbox
from facekeep.collection.purposes import PurposeDesk, Surroundings
from facekeep.collection.requests import RequestDesk
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
    notices,
    purposes,
    requests,
    restraints,
    whereabouts,
)
from facekeep.governance import captures as captures_room
from facekeep.governance.consent import Consent
from facekeep.governance.filings import Filing
from facekeep.governance.permits import PermitOffice
from facekeep.oversight import clocks, counter, deregister, handed
from facekeep.oversight import filing as filing_room
from facekeep.oversight.books import Books
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
    journal,
    keys,
    references,
    reset,
    retention,
    subjects,
)
from facekeep.storage import evidence as storage_evidence
from facekeep.storage.anchoring import cast_anchor, refuse_another, remember_head, take_new_marks
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
from facekeep.storage.wiring import home_of
from facekeep.terms.errors import Broken, FacekeepError, Misused, Refused, Tampered
from facekeep.terms.evidence import Finding, Question
from facekeep.terms.ports import Clock, Entropy, Sight
from facekeep.terms.values import Holding, Regime
from facekeep.use import evidence as use_evidence
from facekeep.use import factors
from facekeep.use.factors import WayDesk
from facekeep.use.identification import Identifier
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
    *captures_room.HOLDINGS,
    *intents.HOLDINGS,
    *journal.HOLDINGS,
    *answered.HOLDINGS,
    *officers.HOLDINGS,
    *approvals.HOLDINGS,
    *api_keys.HOLDINGS,
    *restraints.HOLDINGS,
    *purposes.HOLDINGS,
    *notices.HOLDINGS,
    *assessments.HOLDINGS,
    *handler.HOLDINGS,
    *case_rows.HOLDINGS,
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
        self._lock, self._at_rest = lock, False
        self._keepers: Keepers | None = None

    # -- the passphrase ---------------------------------------------------------------------

    def unlock(self, passphrase: bytes) -> None:
        """Open the root, wake the keepers, finish interrupted renewals.

        Raises ``WrongPassphrase``.
        """
        home = self.home
        root = Root.open(home.vault.sealed_root, passphrase)
        self._keepers = wake(home, root)
        for intent in home.intents.open():
            if intent.kind == reset.INTENT:
                self.resetter.recover(intent)
                self.recovered.append("renewal completed")

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
        return Verifier(self.home, self.keepers, self._permits, stand_ins)

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

    @cached_property
    def api_keys(self) -> ApiKeyBook:
        """The keys of programs."""
        return self.home.api_keys

    @cached_property
    def gate(self) -> Gate:
        """Who may do what. Raises ``Broken`` where the policies do not hold together."""
        home, test = self.home, self.settings.mode == "development"
        policies = Policies.shipped()
        return Gate(home.records, policies, home.api_keys, SessionBook(), home.journal.now, test=test)

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
            digest = digest_of(act, what)
            return self.home.approvals.approve(tx, act, digest, signed, at, expires)

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
        _end_what_is_due(self)
        return before, retention.overdue(self.home, now)

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
        house = _entered(plot, settings, lock, clock, entropy)
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
    with suppress(Tampered, Refused):
        if not counter.taken_today(house.books):
            counter.take(house.books)
            house.purposes.check()
            filing_room.add_years(house.books, {})
            filing_room.watch(house.books)


def _end_what_is_due(house: House) -> None:
    """Consents past their term, secrets past the evidence term, archives past their horizon."""
    house.withdrawals.expire_due()
    house.withdrawals.forget_due()
    house.cases.forget_due()
    house.requests.forget_due()
    house.outbox.queue_coming_of_age()
    home = house.home
    home.erase_ungranted()
    if leftover := home.vault.inactive():
        home.eraser.erase(leftover, int(home.clock()))
    with home.records.transaction() as tx:
        answered.forget_old(tx, home.journal.now())
        home.captures.sweep(tx, home.journal.now())
    with suppress(Tampered), home.records.transaction() as tx:  # a question names what was changed
        home.assessments.sweep(tx, home.journal.now())
        home.sharing.sweep(tx, home.journal.now())
    for archive in home.archives.end_expired(int(home.clock())):
        home.note(home.own_chain(), "storage:archive:ended", {}, {"archive": archive.id})


def _recover(house: House) -> None:
    """Finish or roll back what was interrupted and needs no passphrase; says so."""
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


def upgrade(path: Path) -> dict[str, int]:
    """Lift every store to this program's schema; returns how many steps each took."""
    plot = Plot.read(path)
    lock = HomeLock(plot.lock)
    try:
        steps = {}
        for name, migrations in STORES.items():
            store = Store.open_any_version(plot.store(name), name, migrations, plot.id)
            steps[name] = store.upgrade()
            store.close()
        return steps
    finally:
        lock.release()
