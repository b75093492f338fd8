"""The gate: every act of the service passes here, and again inside its own transaction.

Whoever asks is told apart by what they showed: an API key, a signed-in session, or the home's own
files. What they may do is never taken from there: role, scopes, revocation, term and the life of
the session are read anew where the act is written, so that nobody acts on a right that was taken
away meanwhile (PIPL art. 51(4)).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from facekeep.access.approvals import ApprovalBook, digest_of
from facekeep.access.keys import ApiKeyBook
from facekeep.access.roles import Act, Facts, Policies
from facekeep.db.store import Store
from facekeep.terms.errors import NotPermitted, NotSignedIn


@dataclass(frozen=True, slots=True)
class Local:
    """The command line of whoever owns the home's files."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that showed an API key, by the key's number."""

    key: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff who is signed in, by the digest of their session's identifier."""

    session: bytes


ANY_PURPOSE = "any"
"""A purpose of no special right: staff are not limited to one."""

Caller = Local | Program | Member
"""Whoever asks."""


class Sessions(Protocol):
    """What the gate asks about whoever is signed in."""

    def known(self, token: str, now: float) -> bytes:
        """The session whose identifier somebody shows, by its digest. Raises ``NotSignedIn``."""
        ...

    def facts(self, session: bytes, now: float) -> tuple[str, bool]:
        """Role, and whether both factors were shown a short while ago. Raises ``NotSignedIn``."""
        ...


class Gate:
    """May this caller do this, now? ``test`` is True for a home in mode ``development``."""

    def __init__(
        self, records: Store, policies: Policies, keys: ApiKeyBook, sessions: Sessions,
        approvals: ApprovalBook, now: Callable[[], float], *, test: bool,
    ) -> None:  # fmt: skip
        self._records, self._policies, self._keys = records, policies, keys
        self._sessions, self._approvals = sessions, approvals
        self._now, self._test = now, test

    def caller(self, bearer: str, cookie: str | None) -> Caller | None:
        """Who shows this API key or, where there is none, this session; None for nobody at all.

        Raises ``NotSignedIn`` for a key or a session that is not known or ended.
        """
        if bearer:
            with self._records.reading():  # one look at the clock's floor and at the key
                known = self._keys.known(bearer, self._now())
            return Program(known.id)
        return Member(self._sessions.known(cookie, self._now())) if cookie else None

    def require(self, caller: Caller, act: Act) -> None:
        """Raises ``NotSignedIn`` or ``NotPermitted``, ``Tampered`` where rows and ledger disagree."""
        with self._records.reading():
            facts = self._facts(caller)
        self._policies.require(facts, act)

    def allows(self, caller: Caller, act: Act) -> bool:
        """Whether :meth:`require` would let it pass: for lists that show only what is one's own."""
        try:
            self.require(caller, act)
        except (NotSignedIn, NotPermitted):
            return False
        return True

    def allows_somewhere(self, caller: Caller, action: str) -> bool:
        """Whether an act is open to whoever asks, about the home or about some purpose."""
        return self.allows(caller, Act(action)) or self.allows(caller, Act(action, ANY_PURPOSE))

    def could(self, caller: Caller, action: str) -> bool:
        """Whether an act is whoever asks's to do, about the home or about some purpose, at the latest
        once both factors are shown: for menus. Raises ``NotSignedIn``.
        """
        facts = replace(self._facts(caller), proved=True)
        return any(self._policies.allows(facts, Act(action, about)) for about in ("", ANY_PURPOSE))

    @contextmanager
    def holding(self, caller: Caller, act: Act) -> Iterator[None]:
        """The right to an act for as long as it takes.

        Asked at once, and again inside every transaction that begins within, before anything of it
        is written. Raises as :meth:`require` does.
        """
        self.require(caller, act)
        with self._records.under(lambda _: self.require(caller, act)):
            yield

    @contextmanager
    def holding_two(self, caller: Caller, act: Act, matter: tuple[str, str]) -> Iterator[None]:
        """:meth:`holding`, for an act that two officers approved: ``matter`` is the act's name among
        approvals and what it is about.

        The approvals are used up in the first transaction of the act; an act that writes nothing
        uses them up at its end, before its answer is released. Raises ``Refused`` without two.
        """
        spending = _Spending(self._approvals, *matter, self._now)
        self._approvals.require_two(spending.act, spending.digest, self._now())
        with self.holding(caller, act):
            with self._records.under(spending):
                yield
            if not spending.spent:
                with self._records.transaction() as tx:
                    spending(tx)

    def _facts(self, caller: Caller) -> Facts:
        if isinstance(caller, Program):
            key = self._keys.living(caller.key, self._now())
            return Facts("Program", scopes=key.scopes, test=self._test)
        if isinstance(caller, Member):
            role, proved = self._sessions.facts(caller.session, self._now())
            return Facts("Member", role, proved=proved, test=self._test)
        return Facts("Local", test=self._test)


class _Spending:
    """Uses up two approvals in whichever transaction asks first; one that was taken back does not count."""

    def __init__(
        self, approvals: ApprovalBook, act: str, what: str, now: Callable[[], float]
    ) -> None:
        self._approvals, self._now = approvals, now
        self.act, self.digest, self.spent = act, digest_of(act, what), False

    def __call__(self, tx: sqlite3.Connection) -> None:
        if not self.spent or self._approvals.given(self.act, self.digest, self._now()):
            self._approvals.use(tx, self.act, self.digest, int(self._now()))
            self.spent = True
