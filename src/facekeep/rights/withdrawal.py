"""Withdrawal: one call ends it. Entry → key row → rows → sweep → completion entry → receipt.

It needs neither passphrase, vision nor comparator: it deletes. What is begun is finished at the next
start, before anybody is served, and the act is over only when the receipt has been handed over
(custody rule 5). Nothing somebody damaged can hold it up: ending asks for no seal and opens no secret
it cannot do without. Where the key store or the references do not answer, the withdrawal holds all the
same and the erasure waits for them. Expiry takes the same way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from facekeep.governance.consent import Ending
from facekeep.governance.intents import Intent
from facekeep.ledger import log
from facekeep.ledger.entries import Entry, leaf_bytes, parse_leaf
from facekeep.rights.receipts import Erased, Receipt, issue
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.subjects import Person
from facekeep.terms.errors import Broken, ConsentMissing, ConsentWithdrawn, Tampered
from facekeep.terms.values import ConsentState, RowId

INTENT = "withdrawal"
ACCEPTED = "rights:withdrawal:accepted"
COMPLETED = "rights:withdrawal:completed"
DONE = "done"
"""The stage from which only the receipt is outstanding."""

EVIDENCE_TERM_DAYS = 3 * 365
"""The evidence secret lives this long after the face is gone, opened only for a case."""

DAY = 86_400
MINUTE = 60

AWAY = (Tampered, Broken, sqlite3.Error)
"""What a store raises that is damaged, away or busy."""

HandOver = Callable[[Receipt], object]
"""Keeps or prints a receipt; when it returns, the person has it."""


@dataclass(frozen=True, slots=True)
class Departure:
    """An ending under way: what is erased, and the completion entry made out beforehand.

    ``completion`` is sealed before the evidence secret is put out of reach, so an interrupted
    ending can be completed without it.
    """

    person: bytes
    consents: tuple[bytes, ...]
    rows: tuple[RowId, ...] = field(repr=False)
    accepted: bytes
    completion: Entry
    at: int

    @property
    def erased(self) -> Erased:
        """What the receipt vouches for."""
        entry = self.completion
        horizon = entry.public.get("horizon")
        return Erased(entry.purpose, self.accepted, entry.id, self.consents, horizon)

    def as_body(self) -> dict[str, str]:
        """What the intent log keeps."""
        return {
            "person": self.person.hex(),
            "consents": _joined(self.consents),
            "rows": _joined(self.rows),
            "accepted": self.accepted.hex(),
            "completion": leaf_bytes(self.completion).decode(),
            "at": str(self.at),
        }

    @classmethod
    def from_body(cls, body: dict[str, str]) -> Departure:
        """What the intent log kept."""
        return cls(
            bytes.fromhex(body["person"]),
            _apart(body["consents"]),
            tuple(RowId(row) for row in _apart(body["rows"])),
            bytes.fromhex(body["accepted"]),
            parse_leaf(body["completion"].encode()),
            int(body["at"]),
        )


@dataclass(frozen=True, slots=True)
class Leaving:
    """A withdrawal that holds already. ``secret`` is the person's, in the process that began it."""

    intent: Intent
    secret: bytes | None = field(default=None, repr=False)

    @property
    def event(self) -> str:
        """The completion entry's identifier, hex: what the receipt will be called."""
        return Departure.from_body(self.intent.body).completion.id.hex()


class WithdrawalDesk:
    """Ends consents and the face data behind them."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def withdraw(
        self,
        subject: str,
        purpose: str,
        hand_over: HandOver = lambda receipt: None,
        by: str = "person",
    ) -> Receipt:
        """End a person's consents for a purpose and everything they released. A ``guardian`` may
        do it for a child; nobody is asked for more than when the consent was given.

        Until ``hand_over`` has returned the act stays open: a crash before that leaves a receipt
        for the next start to make. Raises ``ConsentMissing`` or ``ConsentWithdrawn`` where there
        is nothing to end.
        """
        leaving = self.begin(subject, purpose, by)
        return self.carry_through(leaving.intent, leaving.secret, hand_over)

    def begin(self, subject: str, purpose: str, by: str = "person") -> Leaving:
        """From here on nothing is released about the person; :meth:`erase` and :meth:`close` follow,
        here or at the next start. Asks neither key store nor references.

        An ending that is under way is taken up again. Raises as :meth:`withdraw` does.
        """
        person = self._home.directory.person(subject, purpose)
        if person.departed:
            return Leaving(self._under_way(person))
        if not person.known:
            raise ConsentMissing(
                "there is no consent to withdraw", "Nothing is kept for this purpose"
            )
        return self._begin(person, self._ending(ConsentState.WITHDRAWN, by))

    def erase(self, leaving: Leaving) -> Receipt:
        """Carry out what :meth:`begin` began; the act stays open until :meth:`close`."""
        return self._home.ballast.lend(lambda: self._through(leaving.intent, leaving.secret))

    def close(self, leaving: Leaving) -> None:
        """The person has the receipt."""
        self._home.ballast.lend(lambda: self._home.close(leaving.intent))

    def revoke(self, person: bytes, purpose: str) -> None:
        """The handler ended the purpose, and with it a person's consents. Nobody waits for it."""
        gone = Person(person, purpose, known=True)
        with suppress(ConsentWithdrawn):  # they were quicker
            self._end(gone, self._ending(ConsentState.REVOKED, "handler"), lambda receipt: None)

    def _under_way(self, person: Person) -> Intent:
        """The ending that a busy store held up. Raises ``ConsentWithdrawn`` where none is."""
        for intent in self._home.intents.open():
            if intent.kind == INTENT and intent.body["person"] == person.id.hex():
                return intent
        raise _ended()

    def expire_due(self) -> int:
        """End every consent whose term is over; returns how many.

        A damaged record keeps nobody else waiting: its face data goes by the term of its grant
        all the same, and ``doctor`` names it.
        """
        due = self._home.consents.expired(self._home.journal.now())
        for consent in due:
            person = Person(consent.person, consent.purpose, known=True)
            with suppress(Tampered):
                self._end(person, self._ending(ConsentState.EXPIRED, "time"), lambda receipt: None)
        self._let_lapsed_go()
        return len(due)

    def _let_lapsed_go(self) -> None:
        """Whoever's consents lost their force, and never gave another, departs when their term
        would have been over: the evidence begins to run out like anybody's.
        """
        home = self._home
        for person in home.consents.lapsed(home.journal.now()):
            with suppress(Tampered):
                if home.directory.lives(person):
                    purpose = home.directory.purpose_of(person)
                    gone = Person(person, purpose, known=True)
                    self._end(gone, self._ending(ConsentState.EXPIRED, "time"), lambda _: None)

    def forget_due(self) -> int:
        """After the evidence term, forget the person altogether; returns how many.

        The directory first: as long as a secret is left, a crash in between is repeated. A secret
        whose person was never entered goes too.
        """
        home = self._home
        strays = home.vault.persons() - home.directory.everybody()
        persons = [*home.vault.past_term(home.journal.now()), *strays]
        if persons:
            with home.records.transaction() as tx:
                for person in persons:
                    home.directory.erase_person(tx, person)
                    home.restraints.forget(tx, person)
                    home.cases.forget(tx, home.cases.ended_of(person))
            home.records.sweep()
            home.vault.erase_secrets(persons)
        return len(persons)

    def carry_through(self, intent: Intent, secret: bytes | None, hand_over: HandOver) -> Receipt:
        """From wherever an ending got to, to its end."""
        receipt = self._home.ballast.lend(lambda: self._through(intent, secret))
        hand_over(receipt)
        self._home.close(intent)
        return receipt

    def _through(self, intent: Intent, secret: bytes | None) -> Receipt:
        departure = Departure.from_body(intent.body)
        if intent.stage != DONE:
            departure = self._with_every_row(intent, departure)
            self._erase(departure)
            self._complete(intent, departure)
        return issue(self._home, departure.erased, secret)

    def _ending(self, state: ConsentState, by: str) -> Ending:
        """How the consents end, to the minute like everything in the ledger."""
        return Ending(state, int(self._home.journal.now() // MINUTE) * MINUTE, by)

    def _end(self, person: Person, ending: Ending, hand_over: HandOver) -> Receipt:
        leaving = self._begin(person, ending)
        return self.carry_through(leaving.intent, leaving.secret, hand_over)

    def _begin(self, person: Person, ending: Ending) -> Leaving:
        chain, secret = self._chain(person)
        lend = self._home.ballast.lend  # a full disk keeps nobody here
        return Leaving(lend(lambda: self._accept(person, chain, ending)), secret)

    def _chain(self, person: Person) -> tuple[Chain, bytes | None]:
        """The person's chain and secret; one of this leaving alone where the secret is damaged or
        away: whoever asks after them meanwhile writes to a stand-in's.
        """
        try:
            chain = self._home.chain(person)
            return chain, chain.secret
        except AWAY:
            own = self._home.directory.chain_secret(f"leaving/{person.id.hex()}")
            return Chain(own, person.purpose), None

    def _accept(self, person: Person, chain: Chain, ending: Ending) -> Intent:
        """From this transaction's commit on, no decision about the person is released."""
        home = self._home
        with home.records.transaction() as tx:
            if not home.directory.lives(person.id):  # somebody else was quicker
                raise _ended()
            consents = home.consents.identifiers(person.id)
            rows = self._rows(consents)
            with suppress(Tampered):  # a damaged row keeps nobody here
                home.replies.forget(tx, home.directory.reference_of(person.id), person.purpose)
            home.consents.conclude(tx, person.id, ending)
            home.directory.depart(tx, person.id)
            home.factors.forget(tx, person.id)
            told = {
                "state": ending.state.value,
                "consents": [consent.hex() for consent in consents],
            }
            accepted = home.journal.write(tx, chain, ACCEPTED, told)
            completion = self._completion(chain, accepted, rows)
            departure = Departure(
                person.id, tuple(consents), rows or (), accepted.id, completion, accepted.at
            )
            intent = Intent(home.entropy(16), INTENT, "accepted", departure.as_body())
            return home.intents.begin(tx, intent, accepted.at)

    def _rows(self, consents: Iterable[bytes]) -> tuple[RowId, ...] | None:
        """The key rows these consents released; None where the key store does not answer."""
        with suppress(*AWAY):
            return tuple(row.row for row in self._home.vault.of_consents(consents))
        return None

    def _completion(self, chain: Chain, accepted: Entry, rows: tuple[RowId, ...] | None) -> Entry:
        home = self._home
        horizon = home.archives.horizon(int(home.journal.now()))
        public = {"accepted": accepted.id.hex()}
        told = public if horizon is None else {**public, "horizon": horizon}
        details = {} if rows is None else {"references": len(rows)}
        return home.journal.prepare(chain, COMPLETED, details, told)

    def _with_every_row(self, intent: Intent, departure: Departure) -> Departure:
        """Rows that the key store did not tell of at first are written down before they are erased."""
        told = [row.row for row in self._home.vault.of_consents(departure.consents)]
        rows = tuple(dict.fromkeys((*departure.rows, *told)))
        if rows == departure.rows:
            return departure
        whole = replace(departure, rows=rows)
        with self._home.records.transaction() as tx:
            self._home.intents.amend(tx, intent, whole.as_body())
        return whole

    def _erase(self, departure: Departure) -> None:
        home = self._home
        found = [row for row in map(home.vault.of_row, departure.rows) if row is not None]
        until = departure.at + EVIDENCE_TERM_DAYS * DAY
        home.eraser.depart(
            departure.person, departure.consents, found, departure.rows, departure.at, until
        )

    def _complete(self, intent: Intent, departure: Departure) -> None:
        with self._home.records.transaction() as tx:
            stages = {still.id: still.stage for still in self._home.intents.open()}
            if stages.get(intent.id, DONE) != DONE:
                log.append(tx, [departure.completion])
                self._home.intents.reach(tx, intent, DONE)
        self._home.records.sweep()


def _ended() -> ConsentWithdrawn:
    return ConsentWithdrawn("this consent has ended already", "The receipt given then is the proof")


def recover(home: Home, intent: Intent, hand_over: HandOver) -> Receipt:
    """Finish an interrupted ending. Its receipt lacks the secret, which is already sealed."""
    return WithdrawalDesk(home).carry_through(intent, None, hand_over)


def _joined(identifiers: tuple[bytes, ...]) -> str:
    return " ".join(one.hex() for one in identifiers)


def _apart(text: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(one) for one in text.split())
