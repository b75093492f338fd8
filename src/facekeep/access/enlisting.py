"""Taking up an account: the person sets their own factors, with the code an officer handed over.

The secret of the one-time codes is drawn here and waits ten minutes for the first code that proves it
arrived. An account whose role signs gets a private key under the passphrase; what it signs counts once
officers have put it on their roll (``StaffBook.admit``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from facekeep.access import officers, totp
from facekeep.access.officers import ARTICLE, OfficerBook
from facekeep.access.passkeys import Passkey
from facekeep.access.passkeys import Shown as NewPasskey
from facekeep.access.signin import Books, Guard, key_passphrase, moved_key
from facekeep.access.staff import SIGNING, Factors, Staff, code_digest
from facekeep.access.throttle import network_of
from facekeep.terms.errors import Misused, NotSignedIn, Refused
from facekeep.terms.ports import Entropy

OFFER_S = 10 * 60
WAITING = 200
"""Secrets waiting for their first code; beyond it the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a newcomer is shown: a secret for their authenticator app, options for a passkey."""

    staff: Staff
    secret: bytes = field(repr=False)
    passkey: Mapping[str, Any] | None = None

    @property
    def uri(self) -> str:
        """What an authenticator app reads."""
        return totp.uri(self.secret, self.staff.name)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a newcomer sets: passphrase and the first code, or a passkey; officers a passphrase anyway.

    ``key_pem`` is the private key of an officer who is on the roll already, without a passphrase.
    """

    passphrase: str | None = field(default=None, repr=False)
    code: str | None = field(default=None, repr=False)
    credential: Mapping[str, Any] | None = None
    label: str = "passkey"
    key_pem: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a newcomer proved to have: the secret of their codes, at which step, or a passkey."""

    secret: bytes = field(default=b"", repr=False)
    step: int = totp.NEVER
    passkey: NewPasskey | None = None


class Enlisting:
    """Where newcomers take up their accounts, and the staff change their factors."""

    def __init__(self, books: Books, guard: Guard, officers: OfficerBook, entropy: Entropy) -> None:
        self._books, self._guard, self._officers = books, guard, officers
        self._entropy, self._lock = entropy, Lock()
        self._secrets: dict[bytes, tuple[bytes, float]] = {}

    def offer(self, code: str, address: str) -> Offer:
        """What to show whoever has this code. Raises ``NotSignedIn``, ``TooMany``."""
        guard = self._guard
        now = guard.now()
        with guard.throttle.attempt(now, _counted(address)):
            staff = self._books.staff.invited(code, now)
        secret = self._keep_secret(code_digest(code), totp.draw(self._entropy), now)
        try:
            options = guard.ceremony.registration(_about(staff), staff.id, staff.name, now)
        except Refused:  # no address to bind one to: passphrase and code it is
            return Offer(staff, secret)
        return Offer(staff, secret, options)

    def accept(self, code: str, chosen: Chosen, address: str) -> Staff:
        """The account is taken up. Raises ``NotSignedIn``, ``Misused``, ``TooMany``."""
        guard, books = self._guard, self._books
        now = guard.now()
        with guard.throttle.attempt(now, _counted(address)):
            staff = books.staff.invited(code, now)
            proof = self._proved(staff, code, chosen, now)
            factors = self._factors(staff, proof.secret, chosen)
            with books.records.transaction() as tx:
                taken = books.staff.accept(tx, code, factors, int(now))
                self._remove_passkeys(tx, staff.id, int(now))
                self._keep_proof(tx, taken, proof, chosen.label, int(now))
                return taken

    # -- changing one's own -----------------------------------------------------------------

    def change_passphrase(self, staff: Staff, old: str, new: str) -> Staff:
        """Another passphrase; ends every session of the account. Raises ``NotSignedIn``, ``Misused``."""
        guard = self._guard
        name = f"account/{self._books.staff.finder(staff.name).hex()}"
        with guard.throttle.attempt(guard.now(), name):
            before = guard.passwords.open(staff.factors.passphrase, old)
            if before is None:
                raise NotSignedIn("the passphrase is another", "Type the one you sign in with")
        kept, key = guard.passwords.keep(new)
        moved = moved_key(staff.factors.signing, before, key)
        factors = replace(staff.factors, passphrase=kept, signing=moved)
        with self._books.records.transaction() as tx:
            return self._books.staff.set_factors(tx, staff, factors, int(guard.now()))

    def passkey_options(self, staff: Staff) -> Mapping[str, Any]:
        """What a browser needs to make one more passkey. Raises ``Refused`` without an address."""
        guard = self._guard
        return guard.ceremony.registration(_about(staff), staff.id, staff.name, guard.now())

    def add_passkey(self, staff: Staff, credential: Mapping[str, Any], label: str) -> Passkey:
        """One more passkey. Raises ``NotSignedIn``, ``Refused``."""
        guard, books = self._guard, self._books
        shown = guard.ceremony.registered(_about(staff), credential, guard.now())
        with books.records.transaction() as tx:
            return books.passkeys.add(tx, staff.id, shown, label, int(guard.now()))

    def remove_passkey(self, staff: Staff, identity: bytes) -> None:
        """One passkey less; the last way to sign in stays. Raises ``Refused``."""
        books = self._books
        if not staff.factors.totp and len(books.passkeys.of(staff.id)) == 1:
            raise Refused("this is your only way to sign in", "Add another passkey first", ARTICLE)
        with books.records.transaction() as tx:
            books.passkeys.remove(tx, staff.id, identity, int(self._guard.now()))

    # -- the newcomer's factors -------------------------------------------------------------

    def _proved(self, staff: Staff, code: str, chosen: Chosen, now: float) -> _Proof:
        """The secret that the first code proves, or the passkey. Raises ``NotSignedIn``, ``Misused``."""
        if chosen.credential is not None:
            shown = self._guard.ceremony.registered(_about(staff), chosen.credential, now)
            return _Proof(passkey=shown)
        if chosen.code is None or chosen.passphrase is None:
            raise Misused("set a passphrase and show the first code, or make a passkey")
        secret = self._secret(code_digest(code), now)
        step = totp.accepted(secret, chosen.code, self._guard.clock(), totp.NEVER)
        if step is None:
            raise NotSignedIn("this is not the code of this moment", "Look at the app again; check its clock")  # fmt: skip
        return _Proof(secret, step)

    def _keep_proof(
        self, tx: sqlite3.Connection, staff: Staff, proof: _Proof, label: str, at: int
    ) -> None:
        """A passkey is added; a first code is used up, and signs nobody in."""
        if proof.passkey is not None:
            self._books.passkeys.add(tx, staff.id, proof.passkey, label, at)
        if proof.secret:
            self._books.staff.use_step(tx, staff, proof.step)

    def _factors(self, staff: Staff, secret: bytes, chosen: Chosen) -> Factors:
        if chosen.passphrase is None:
            if staff.role in SIGNING:
                raise Misused("this role signs: set a passphrase, which the key lies under")
            return Factors()
        kept, key = self._guard.passwords.keep(chosen.passphrase)
        if staff.role not in SIGNING:
            return Factors(kept, secret)
        signing = self._signing(staff, chosen, key_passphrase(key))
        return Factors(kept, secret, signing, officers.public_of(signing, key_passphrase(key)))

    def _signing(self, staff: Staff, chosen: Chosen, under: bytes) -> bytes:
        """A new private key, or the one that is on the roll under this very name."""
        if chosen.key_pem is None:
            return officers.draw_key(self._entropy, under)
        if self._officers.get(staff.name).public != officers.public_of(chosen.key_pem):
            raise Refused(
                "this is not the key on the roll of officers",
                "Name that officer's key file",
                ARTICLE,
            )
        return officers.rewrapped(chosen.key_pem, None, under)

    def _remove_passkeys(self, tx: sqlite3.Connection, staff: str, at: int) -> None:
        """Whoever is invited anew begins without the passkeys of before."""
        for passkey in self._books.passkeys.of(staff):
            self._books.passkeys.remove(tx, staff, passkey.id, at)

    def _keep_secret(self, code: bytes, secret: bytes, now: float) -> bytes:
        with self._lock:
            self._secrets[code] = (secret, now)
            while len(self._secrets) > WAITING:
                del self._secrets[next(iter(self._secrets))]
        return secret

    def _secret(self, code: bytes, now: float) -> bytes:
        with self._lock:
            secret, since = self._secrets.get(code, (b"", 0.0))
        if not secret or not since <= now < since + OFFER_S:
            raise NotSignedIn("the secret waited too long for its first code", "Begin anew")
        return secret


def _about(staff: Staff) -> str:
    """What a challenge for a new passkey is drawn for: this account in this epoch."""
    return f"passkey/{staff.id}/{staff.epoch}"


def _counted(address: str) -> str:
    return f"address/{network_of(address)}"
