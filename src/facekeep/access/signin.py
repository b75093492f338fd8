"""Signing in, and showing both factors once more.

Passphrase and one-time code together, or a passkey whose device checked who holds it. A name that
nobody has takes the same work and gets the same answer as a wrong passphrase. Failures are counted
over all factors, for the account and for the address; the fifth is written down.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from facekeep.access import officers, totp
from facekeep.access.officers import ARTICLE, Signed
from facekeep.access.passkeys import Ceremony, Passkey, PasskeyBook, credential_id
from facekeep.access.passwords import Passwords
from facekeep.access.sessions import Session, SessionBook
from facekeep.access.staff import Factors, Staff, StaffBook, State
from facekeep.access.throttle import Throttle, network_of
from facekeep.db.diary import Diary
from facekeep.db.store import Store
from facekeep.terms.errors import Misused, NotSignedIn, Refused, WrongPassphrase
from facekeep.terms.ports import Clock

SIGN_IN = "sign-in"
"""What a challenge for a sign-in is drawn for."""

BY_PASSPHRASE, BY_PASSKEY = "passphrase", "passkey"

Hand = Callable[[bytes], Signed]
"""Signs a message under somebody's name."""

NOBODYS_KEY = bytes.fromhex(
    "a5010203262001215820"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "225820"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
"""A public key (COSE, P-256: the curve's own generator) for passkeys that nobody has here."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody types: a passphrase and the code of this moment."""

    passphrase: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, and its name for the browser: shown once."""

    token: str = field(repr=False)
    session: Session


@dataclass(frozen=True, slots=True)
class Books:
    """The books of the staff."""

    records: Store
    staff: StaffBook
    sessions: SessionBook
    passkeys: PasskeyBook
    diary: Diary


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands before every attempt. ``now`` never runs back; ``clock`` is the wall's, for codes."""

    passwords: Passwords
    throttle: Throttle
    ceremony: Ceremony
    now: Clock
    clock: Clock


class FrontDesk:
    """Where the staff sign in and out."""

    def __init__(self, books: Books, guard: Guard) -> None:
        self._books, self._guard = books, guard

    # -- in and out -------------------------------------------------------------------------

    def sign_in(self, name: str, shown: Shown, address: str) -> Opened:
        """By passphrase and code. Raises ``NotSignedIn``, ``TooMany``."""
        books, account = self._books, books_account(self._books.staff, name)
        with self._attempt(account, address):
            staff, key = self._proven(books.staff.named(name), shown)
            stronger = self._stronger(staff, shown.passphrase, key)
            with books.records.transaction() as tx:
                self._use_code(tx, staff, shown.code)
                now = int(self._guard.now())
                if stronger is not None:
                    books.staff.strengthen(tx, staff, stronger, now)
                return Opened(*books.sessions.open(tx, staff, BY_PASSPHRASE, now))

    def question(self) -> dict[str, Any]:
        """What a browser needs to sign in by passkey; tells nothing about anybody."""
        return self._guard.ceremony.question(SIGN_IN, self._guard.now())

    def sign_in_by_passkey(self, credential: Mapping[str, Any], address: str) -> Opened:
        """By passkey. Raises ``NotSignedIn``, ``TooMany``.

        An account whose passphrase somebody keeps guessing still opens by passkey: nobody guesses one.
        """
        books = self._books
        with self._attempt(None, address):
            passkey, count = self._answered(SIGN_IN, credential)
            staff = books.staff.find(passkey.staff)
            if staff is None or staff.state is not State.ACTIVE:
                raise _wrong()
            with books.records.transaction() as tx:
                books.passkeys.counted(tx, passkey.id, count)
                return Opened(*books.sessions.open(tx, staff, BY_PASSKEY, int(self._guard.now())))

    def sign_out(self, session: bytes) -> None:
        """End a session."""
        with self._books.records.transaction() as tx:
            self._books.sessions.end(tx, session, int(self._guard.now()))

    # -- both factors once more -------------------------------------------------------------

    def prove(self, session: bytes, shown: Shown, address: str) -> None:
        """Passphrase and code again, for what cannot be taken back. Raises ``NotSignedIn``, ``TooMany``."""
        books, staff = self._books, self.owner(session)
        with self._attempt(books_account(books.staff, staff.name), address):
            self._proven(staff, shown)
            with books.records.transaction() as tx:
                self._use_code(tx, staff, shown.code)
            books.sessions.prove(session, int(self._guard.now()))

    def question_again(self, session: bytes) -> dict[str, Any]:
        """What a browser needs to show a passkey again, for this session alone."""
        return self._guard.ceremony.question(_again(session), self._guard.now())

    def prove_by_passkey(self, session: bytes, credential: Mapping[str, Any], address: str) -> None:
        """The owner's passkey again. Raises ``NotSignedIn``, ``TooMany``."""
        books, staff = self._books, self.owner(session)
        with self._attempt(None, address):
            passkey, count = self._answered(_again(session), credential)
            if passkey.staff != staff.id:
                raise _wrong()
            with books.records.transaction() as tx:
                books.passkeys.counted(tx, passkey.id, count)
            books.sessions.prove(session, int(self._guard.now()))

    # -- whoever is signed in ---------------------------------------------------------------

    def owner(self, session: bytes) -> Staff:
        """Whose session it is. Raises ``NotSignedIn``."""
        return self._books.sessions.living(session, self._guard.now())[1]

    def hand(self, session: bytes, passphrase: str, address: str) -> Hand:
        """The owner's signature, for one act: the passphrase is asked for again.

        Raises ``NotSignedIn`` where it is another, ``Refused`` where the account holds no key.
        """
        staff = self.owner(session)
        with self._attempt(books_account(self._books.staff, staff.name), address):
            key = self._guard.passwords.open(staff.factors.passphrase, passphrase)
            if key is None:
                raise _wrong()
        if not staff.factors.signing:
            raise Refused("this account holds no key to sign with", "Let an officer do it", ARTICLE)
        under = key_passphrase(key)
        return lambda message: Signed(
            staff.name, officers.sign(staff.factors.signing, message, under)
        )

    @contextmanager
    def guessing(self, session: bytes, address: str) -> Iterator[None]:
        """An attempt at another secret by whoever is signed in, counted as a sign-in of theirs.

        ``WrongPassphrase`` leaves it as ``NotSignedIn``. Raises ``TooMany``.
        """
        account = books_account(self._books.staff, self.owner(session).name)
        with self._attempt(account, address), self._guard.passwords.turn():
            try:
                yield
            except WrongPassphrase:
                raise _wrong() from None

    # -- the factors ------------------------------------------------------------------------

    def _proven(self, staff: Staff | None, shown: Shown) -> tuple[Staff, bytes]:
        """Whoever both factors belong to, and the key under the passphrase. Raises ``NotSignedIn``."""
        active = staff if staff is not None and staff.state is State.ACTIVE else None
        factors = active.factors if active else Factors()
        key = self._guard.passwords.open(factors.passphrase, shown.passphrase)
        secret = factors.totp or bytes(totp.SECRET_BYTES)
        step = totp.accepted(secret, shown.code, self._guard.clock(), totp.NEVER)
        if active is None or key is None or step is None or not factors.totp:
            raise _wrong()
        return active, key

    def _use_code(self, tx: sqlite3.Connection, staff: Staff, code: str) -> None:
        """A code is good once: the step is looked at and used up in one transaction."""
        book = self._books.staff
        last = book.last_step(tx, staff)
        step = totp.accepted(staff.factors.totp, code, self._guard.clock(), last)
        if step is None:
            raise _wrong()
        book.use_step(tx, staff, step)

    def _stronger(self, staff: Staff, passphrase: str, key: bytes) -> Factors | None:
        """The passphrase at today's cost, where it was kept at another."""
        factors, passwords = staff.factors, self._guard.passwords
        if factors.passphrase is None or not passwords.outgrown(factors.passphrase):
            return None
        with suppress(Misused):
            kept, new = passwords.keep(passphrase)
            moved = moved_key(factors.signing, key, new)
            return replace(factors, passphrase=kept, signing=moved)
        return None

    def _answered(self, about: str, credential: Mapping[str, Any]) -> tuple[Passkey, int]:
        """The passkey that answered our question, and its count. Raises ``NotSignedIn``."""
        guard, book = self._guard, self._books.passkeys
        passkey = book.find(credential_id(credential))
        public = passkey.public if passkey else NOBODYS_KEY
        before = book.count(passkey.id) if passkey else 0
        count = guard.ceremony.answered(about, credential, public, before, guard.now())
        if passkey is None:
            raise _wrong()
        return passkey, count

    @contextmanager
    def _attempt(self, account: str | None, address: str) -> Iterator[None]:
        """One attempt, counted; the one that uses up the last try is written down."""
        now, throttle = self._guard.now(), self._guard.throttle
        names = [f"address/{network_of(address)}", *([account] if account else [])]
        try:
            with throttle.attempt(now, *names):
                yield
        except NotSignedIn:
            if any(throttle.spent(now, name) for name in names):
                self._note_guessing(names)
            raise

    def _note_guessing(self, names: list[str]) -> None:
        with self._books.records.transaction() as tx:
            self._books.diary.write(tx, "access:session:guessed", {"whose": names}, {})


def books_account(staff: StaffBook, name: str) -> str:
    """How an account is counted, be it anybody's or not."""
    return f"account/{staff.finder(name).hex()}"


def key_passphrase(key: bytes) -> bytes:
    """The passphrase of an officer's key file, of the key that the owner's passphrase yields."""
    return key.hex().encode()


def moved_key(signing: bytes, old: bytes, new: bytes) -> bytes:
    """A private key under the key of another passphrase; nothing stays nothing."""
    if not signing:
        return b""
    return officers.rewrapped(signing, key_passphrase(old), key_passphrase(new))


def _again(session: bytes) -> str:
    return f"prove/{session.hex()}"


def _wrong() -> NotSignedIn:
    return NotSignedIn(
        "what was shown does not sign anybody in",
        "Check name, passphrase and the code of this moment; a code is good once",
    )
