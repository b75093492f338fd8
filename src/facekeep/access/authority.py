"""The gate: every act of the service passes here, and again inside its own transaction.

Whoever asks is told apart by what they showed: an API key, a signed-in session, or the home's own
files. What they may do is never taken from there: role, scopes, revocation, term and the life of
the session are read anew where the act is written, so that nobody acts on a right that was taken
away meanwhile (PIPL art. 51(4)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

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
        now: Callable[[], float], *, test: bool,
    ) -> None:  # fmt: skip
        self._records, self._policies, self._keys = records, policies, keys
        self._sessions, self._now, self._test = sessions, now, test

    def caller(self, bearer: str, cookie: str | None) -> Caller | None:
        """Who shows this API key or, where there is none, this session; None for nobody at all.

        Raises ``NotSignedIn`` for a key or a session that is not known or ended.
        """
        if bearer:
            return Program(self._keys.known(bearer, self._now()).id)
        return Member(self._sessions.known(cookie, self._now())) if cookie else None

    def require(self, caller: Caller, act: Act) -> None:
        """Raises ``NotSignedIn`` or ``NotPermitted``, ``Tampered`` where rows and ledger disagree."""
        self._policies.require(self._facts(caller), act)

    def allows(self, caller: Caller, act: Act) -> bool:
        """Whether :meth:`require` would let it pass: for lists that show only what is one's own."""
        try:
            self.require(caller, act)
        except (NotSignedIn, NotPermitted):
            return False
        return True

    @contextmanager
    def holding(self, caller: Caller, act: Act) -> Iterator[None]:
        """The right to an act for as long as it takes.

        Asked at once, and again inside every transaction that begins within, before anything of it
        is written. Raises as :meth:`require` does.
        """
        self.require(caller, act)
        with self._records.under(lambda _: self.require(caller, act)):
            yield

    def _facts(self, caller: Caller) -> Facts:
        if isinstance(caller, Program):
            key = self._keys.living(caller.key, self._now())
            return Facts("Program", scopes=key.scopes, test=self._test)
        if isinstance(caller, Member):
            role, proved = self._sessions.facts(caller.session, self._now())
            return Facts("Member", role, proved=proved, test=self._test)
        return Facts("Local", test=self._test)
