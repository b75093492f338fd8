"""Asking people: one purpose and one scope at a time; "no" and "later" are heard and kept.

A request stands under a pseudonym. Whoever says no is enrolled into nothing and is not asked again
for a while; whoever says later is reminded once. A yes is recorded by the consent desk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from facekeep.collection.consents import Asking, ConsentDesk
from facekeep.governance.consent import Consent, Scope
from facekeep.governance.notices import notice_of
from facekeep.governance.requests import COOL_DOWN_DAYS, DAY, OPEN_DAYS, Request, one_only
from facekeep.storage.home import Home
from facekeep.storage.subjects import normal
from facekeep.terms.errors import ConsentMissing, Misused, Refused
from facekeep.terms.values import ConsentState, StorageClass

OPENED = "collection:request:opened"
ANSWERED = "collection:request:answered"
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked for what. ``default`` is an answer chosen beforehand, which makes it void;
    ``guardian`` says that a guardian is asked for a child.
    """

    subject: str = field(repr=False)
    purposes: tuple[str, ...]
    scopes: tuple[Scope, ...] = (Scope.PROCESSING,)
    default: str | None = None
    guardian: bool = False


class RequestDesk:
    """Opens requests and hears the answers."""

    def __init__(self, home: Home, consents: ConsentDesk) -> None:
        self._home, self._consents = home, consents

    def ask(self, question: Question) -> Request:
        """Open a request, or remind once of one that was deferred. A refusal is recorded.

        Raises ``ConsentVoid`` for a bundle or an answer chosen beforehand, ``AskedTooSoon`` while a
        refusal rests or a request is open, ``Misused`` for a storage consent nobody needs.
        """
        try:
            one_only(question.purposes, question.scopes, question.default)
            return self._opened(question)
        except Refused as error:
            self._home.note_refusal(self._home.own_chain, OPENED, error)
            raise

    def ask_new(self, questions: Sequence[Question]) -> list[bool]:
        """Open a request for each of whom nobody asked before, in one transaction; whoever consented,
        was asked, said no or said later is left alone. Says for each whether one was opened.
        """
        with self._home.records.transaction() as tx:
            return [self._open_if_new(tx, question) for question in questions]

    def refuse(self, subject: str, purpose: str, scope: Scope = Scope.PROCESSING) -> Request:
        """The person says no; the purpose's other ways stay as they are. No request need be open.

        Raises ``Misused`` where a consent is in force: that is ended by withdrawing.
        """
        return self._answer(subject, purpose, scope, ConsentState.REFUSED)

    def defer(self, subject: str, purpose: str, scope: Scope = Scope.PROCESSING) -> Request:
        """The person says later. Raises ``ConsentMissing`` where nobody asked."""
        return self._answer(subject, purpose, scope, ConsentState.DEFERRED)

    def give(self, asking: Asking) -> Consent:
        """The person says yes. Raises what ``ConsentDesk.give`` raises."""
        return self._consents.give(asking)

    def refuse_pressing(self, subject: str, purpose: str, scope: Scope = Scope.PROCESSING) -> None:
        """Raises ``AskedTooSoon`` where somebody said no and the rest after it is not over."""
        latest = self._latest(subject, purpose, scope)
        if latest is not None and latest.state is ConsentState.REFUSED:
            self._home.requests.refuse_pressing(latest, self._now())

    def state(self, subject: str, purpose: str, scope: Scope = Scope.PROCESSING) -> ConsentState:
        """Where asking stands: requested, deferred, refused, or unknown where nobody asked."""
        latest = self._latest(subject, purpose, scope)
        return ConsentState.UNKNOWN if latest is None else latest.state

    def forget_due(self) -> int:
        """Forget requests whose time is over; returns how many."""
        home = self._home
        with home.records.transaction() as tx:
            return home.requests.forget_due(tx, home.journal.now())

    # -- inside ---------------------------------------------------------------------------------

    def _opened(self, question: Question) -> Request:
        home, (name,), (scope,) = self._home, question.purposes, question.scopes
        purpose, now = home.purposes.get(name), self._now()
        if scope is Scope.STORAGE and purpose.storage is StorageClass.TERMINAL:
            raise Misused("this purpose keeps face data in the terminal: no storage consent is due")
        notice = notice_of(purpose).digest
        with home.records.transaction() as tx:
            self._refuse_consented(question.subject, purpose.id, scope)
            earlier = self._latest(question.subject, purpose.id, scope)
            if earlier is not None and earlier.state is ConsentState.DEFERRED:
                request = earlier.reminded(now)
            else:
                home.requests.refuse_pressing(earlier, now)
                request = self._new(question, purpose.id, scope, notice)
            self._keep(tx, request, OPENED)
        return request

    def _open_if_new(self, tx: sqlite3.Connection, question: Question) -> bool:
        (name,), (scope,) = question.purposes, question.scopes
        purpose = self._home.purposes.get(name)
        if self._latest(question.subject, name, scope) is not None:
            return False
        if self._consented(question.subject, name, scope):
            return False
        self._keep(tx, self._new(question, name, scope, notice_of(purpose).digest), OPENED)
        return True

    def _new(self, question: Question, purpose: str, scope: Scope, notice: bytes) -> Request:
        home, now = self._home, self._now()
        subject = home.directory.pseudonym(normal(question.subject), purpose)
        return Request(
            home.entropy(16), subject, purpose, scope, ConsentState.REQUESTED, notice, now, None,
            0, question.guardian, now + (OPEN_DAYS + COOL_DOWN_DAYS) * DAY,
        )  # fmt: skip

    def _answer(self, subject: str, purpose: str, scope: Scope, state: ConsentState) -> Request:
        """Two doors that hear one answer: the second is told that it was given."""
        home = self._home
        name = home.purposes.current(purpose).id
        with home.records.transaction() as tx:
            self._refuse_consented(subject, name, scope)
            latest = self._latest(subject, name, scope)
            if latest is None or not latest.open:
                latest = self._own_act(subject, name, scope, state)
            answered = latest.answered(state, self._now())
            self._keep(tx, answered, ANSWERED)
        return answered

    def _own_act(self, subject: str, purpose: str, scope: Scope, state: ConsentState) -> Request:
        """Somebody may say no before being asked; "later" answers a question."""
        if state is not ConsentState.REFUSED:
            raise ConsentMissing("nobody asked, or it was answered already", "Ask first")
        notice = notice_of(self._home.purposes.current(purpose)).digest
        new = self._new(Question(subject, (purpose,), (scope,)), purpose, scope, notice)
        return replace(new, asked_at=None)

    def _refuse_consented(self, subject: str, purpose: str, scope: Scope) -> None:
        if self._consented(subject, purpose, scope):
            raise Misused("a consent is in force: it is ended by withdrawing")

    def _consented(self, subject: str, purpose: str, scope: Scope) -> bool:
        home = self._home
        person = home.directory.person(subject, purpose)
        latest = home.consents.latest(person.id, scope)
        now = home.journal.now()
        return latest is not None and latest.in_force(home.purposes.current(purpose), now)

    def _latest(self, subject: str, purpose: str, scope: Scope) -> Request | None:
        """The newest request whose time is not over; silence has become "later"."""
        home, now = self._home, self._home.journal.now()
        found = home.requests.latest(home.directory.pseudonym(subject, purpose), purpose, scope)
        return None if found is None or found.until <= now else found.lapsed(now)

    def _keep(self, tx: sqlite3.Connection, request: Request, kind: str) -> None:
        home = self._home
        home.requests.keep(tx, request)
        told = {"state": request.state.value, "scope": request.scope.value}
        home.journal.write(tx, home.purpose_chain(request.purpose), kind, told)

    def _now(self) -> int:
        return int(self._home.journal.now() // MINUTE) * MINUTE
