"""The staff: accounts, from the invitation of an officer to retirement (PIPL art. 51(4)).

``invited -> active -> retired``; a reset leads back to ``invited`` and needs four eyes, since whoever
resets an account could become its owner. The factors are the person's own: an officer hands over a
code that is good once and for two days, the person sets passphrase, one-time codes or a passkey.

Names lie wrapped, and are found by a keyed digest. ``epoch`` goes up with every change of role,
passphrase or state; whoever signed in under another epoch is signed out (``access.sessions``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import sqlite3
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from facekeep.access import totp
from facekeep.access.approvals import ApprovalBook, digest_of
from facekeep.access.officers import (
    ARTICLE,
    Newcomer,
    Officer,
    OfficerBook,
    Signed,
    clean_name,
)
from facekeep.access.passwords import Kept
from facekeep.access.register import Diaries, Margin, Register, Row
from facekeep.access.roles import StaffRole
from facekeep.db.remembered import Remembered
from facekeep.db.store import Store
from facekeep.protect.derive import derive
from facekeep.protect.envelope import Envelope
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, NotSignedIn, Refused, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE staff (
        id TEXT PRIMARY KEY, name BLOB NOT NULL, finder BLOB NOT NULL, role TEXT NOT NULL,
        state TEXT NOT NULL, epoch INTEGER NOT NULL, invited_by TEXT NOT NULL,
        changed_at INTEGER NOT NULL, code BLOB NOT NULL, code_until INTEGER NOT NULL,
        passphrase TEXT NOT NULL, totp BLOB NOT NULL, signing BLOB NOT NULL, public BLOB NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX one_account_in_office ON staff (finder) WHERE state <> 'retired'",
    """CREATE TABLE staff_step (
        id TEXT PRIMARY KEY, step INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "staff", "name", "who of the staff signs in, and what as",
            "as long as what they did is kept as evidence", "access.staff"),
    Holding("records", "staff_step", "id", "which one-time code somebody used last",
            "as long as their account is kept", "access.staff"),
)  # fmt: skip

CODE_S = 48 * 3600
"""An invitation is accepted within two days."""

CODE_BYTES = 15
"""120 bits: nobody becomes staff by trying."""

RESET = "staff-reset"
"""The act of taking an account's factors away, approved by two officers."""

SIGNING = frozenset({StaffRole.OFFICER, StaffRole.CASE_OFFICER, StaffRole.SECURITY})
"""Roles whose acts carry a signature: their accounts hold a private key."""


class State(StrEnum):
    """Where an account is in its life."""

    INVITED = "invited"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody signs in with. ``passphrase`` and ``totp`` come together, or neither does.

    ``signing`` is a private key as PEM under the passphrase's key, ``public`` its public half.
    """

    passphrase: Kept | None = None
    totp: bytes = field(default=b"", repr=False)
    signing: bytes = field(default=b"", repr=False)
    public: bytes = b""


@dataclass(frozen=True, slots=True)
class Staff:
    """One account. Times in seconds since 1970."""

    id: str
    name: str = field(repr=False)
    role: StaffRole
    state: State
    epoch: int
    invited_by: str = field(repr=False)
    changed_at: int
    code: bytes = field(default=b"", repr=False)
    code_until: int = 0
    factors: Factors = Factors()

    @property
    def newcomer(self) -> Newcomer:
        """How two officers approve that this account signs. Raises ``Refused`` without a key."""
        if not self.factors.public:
            raise Refused("this account holds no key to sign with", "Sign in and set one", ARTICLE)
        return Newcomer(self.name, self.role.value, self.factors.public)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is to be invited; drawn first, so that an officer signs for this very account."""

    id: str
    name: str
    role: StaffRole
    code: str = field(repr=False)

    @property
    def message(self) -> bytes:
        """What an officer signs."""
        told = {"act": "staff:invite", "id": self.id, "name": self.name, "role": self.role.value}
        return canonical(told)


def invitation(entropy: Entropy, name: str, role: str) -> Invitation:
    """Draw an account and its code. Raises ``Misused`` for an unusable name or role."""
    try:
        duty = StaffRole(role)
    except ValueError:
        raise Misused(f"a role is one of {', '.join(StaffRole)}") from None
    return Invitation(entropy(8).hex(), clean_name(name), duty, draw_code(entropy))


def draw_code(entropy: Entropy) -> str:
    """A code to be handed over: groups of letters and digits that are hard to mistake."""
    text = base64.b32encode(entropy(CODE_BYTES)).decode()
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


class StaffBook:
    """The accounts. Every reader raises ``Tampered`` where row and ledger disagree."""

    def __init__(
        self, records: Store, key: bytes, officers: OfficerBook, approvals: ApprovalBook,
        diaries: Diaries,
    ) -> None:  # fmt: skip
        self._records, self._officers, self._approvals = records, officers, approvals
        self._register = Register("staff", 14, key, diaries)
        self._steps = Margin("staff_step", key)
        self._finding = derive(key, "facekeep staff finder")
        self._wrap = Envelope(key, "facekeep staff")
        self._kept: Remembered[Staff | None] = Remembered(records)

    # -- changing ---------------------------------------------------------------------------

    def invite(self, tx: sqlite3.Connection, invited: Invitation, signed: Signed, at: int) -> Staff:
        """Make an account whose owner has yet to come; an officer signed ``invited.message``.

        Raises ``Refused`` where the signature does not hold or the name is taken.
        """
        officer = self._officers.decide(signed.officer, invited.message, signed.signature)
        if self._register.knows(invited.id) or self.named(invited.name) is not None:
            raise Refused("somebody of this name has an account", "Choose another name", ARTICLE)
        staff = Staff(
            invited.id, invited.name, invited.role, State.INVITED, 1, officer.name, at,
            code_digest(invited.code), at + CODE_S,
        )  # fmt: skip
        told = {"signature": signed.signature.hex(), "by": officer.name}
        self._write(tx, staff, "access:staff:invited", told)
        return staff

    def invited(self, code: str, now: float) -> Staff:
        """The account that a code lets its owner take up. Raises ``NotSignedIn``, alike for all codes
        that do not."""
        wanted = code_digest(code)
        rows = self._records.rows(
            "SELECT * FROM staff WHERE state = 'invited' AND code = ?", wanted
        )
        for staff in map(self._opened, rows):
            if staff.changed_at <= now < staff.code_until:
                return staff
        raise NotSignedIn(
            "this invitation is not known here, was used or ran out", "Ask an officer for another"
        )

    def accept(self, tx: sqlite3.Connection, code: str, factors: Factors, at: int) -> Staff:
        """The owner takes up an account, in the transaction that uses the code up.

        Raises ``NotSignedIn`` as :meth:`invited` does.
        """
        staff = self.invited(code, at)
        return self._change(
            tx, staff, "access:staff:accepted", at,
            state=State.ACTIVE, code=b"", code_until=0, factors=factors,
        )  # fmt: skip

    def set_factors(self, tx: sqlite3.Connection, staff: Staff, factors: Factors, at: int) -> Staff:
        """Another passphrase or other codes; ends every session."""
        return self._change(tx, staff, "access:staff:factors", at, factors=factors)

    def strengthen(self, tx: sqlite3.Connection, staff: Staff, factors: Factors, at: int) -> Staff:
        """The same passphrase at today's cost: nobody is signed out by that."""
        stronger = replace(staff, factors=factors, changed_at=at)
        self._write(tx, stronger, "access:staff:strengthened", {})
        return stronger

    def retire(self, tx: sqlite3.Connection, identity: str, by: str, at: int) -> Staff:
        """End an account for good; its factors leave the store. Raises ``Refused``."""
        staff = self.get(identity)
        return self._change(
            tx, staff, "access:staff:retired", at, {"by": clean_name(by)},
            state=State.RETIRED, code=b"", code_until=0, factors=Factors(public=staff.factors.public),
        )  # fmt: skip

    def reset(self, tx: sqlite3.Connection, identity: str, code: str, at: int) -> Staff:
        """Take an account's factors away and invite its owner anew, by four eyes.

        Raises ``Refused`` without two approvals, or while the account's key is still on the roll of
        officers: two who reset it could otherwise sign under its name.
        """
        staff = self.get(identity)
        self._refuse_signing(staff)
        names = self._approvals.use(tx, RESET, digest_of(RESET, identity), at)
        return self._change(
            tx, staff, "access:staff:reset", at, {"by": list(names)},
            state=State.INVITED, code=code_digest(code), code_until=at + CODE_S, factors=Factors(),
        )  # fmt: skip

    def admit(
        self, tx: sqlite3.Connection, identity: str, at: int, vouched: Signed | None = None
    ) -> Officer:
        """Put an account's key on the roll of officers, as any other newcomer's.

        ``vouched`` is a colleague's word while there is only one officer; from then on two approvals
        of ``Staff.newcomer.what`` are. Raises ``Refused``.
        """
        newcomer = self.get(identity).newcomer
        if self._officers.founded:
            return self._approvals.admit(tx, newcomer, at)
        return self._officers.add(tx, newcomer.name, newcomer.role, newcomer.public, at, vouched)

    # -- asking -----------------------------------------------------------------------------

    def get(self, identity: str) -> Staff:
        """The account of that id while it is not retired. Raises ``Refused``."""
        staff = self.find(identity)
        if staff is None or staff.state is State.RETIRED:
            raise Refused(
                "nobody of the staff has this number", "See: facekeep staff list", ARTICLE
            )
        return staff

    def find(self, identity: str) -> Staff | None:
        """The account of that id; None where there is none."""
        return self._kept.get(identity, self._read)

    def named(self, name: str) -> Staff | None:
        """The account of that name while it is not retired; None where there is none."""
        row = self._records.one(
            "SELECT * FROM staff WHERE finder = ? AND state <> 'retired'", self.finder(name)
        )
        return None if row is None else self._opened(row)

    def all(self) -> list[Staff]:
        """Every account, oldest change first."""
        return [self._opened(row) for row in self._records.rows("SELECT * FROM staff ORDER BY id")]

    def signs(self, staff: Staff) -> bool:
        """Whether what this account signs counts: its key is on the roll of officers in office."""
        public = staff.factors.public
        return bool(public) and any(one.public == public for one in self._officers.living())

    def finder(self, name: str) -> bytes:
        """By what an account is found, whatever the spelling's case: 32 bytes."""
        try:
            spelt = clean_name(name)
        except Misused:
            spelt = ""  # nobody's, and found no faster than anybody's
        return hmac.digest(self._finding, spelt.casefold().encode("utf-8", "replace"), "sha256")

    # -- one-time codes ---------------------------------------------------------------------

    def last_step(self, connection: sqlite3.Connection, staff: Staff) -> int:
        """The step of the last code used. Raises ``Tampered`` where an account's is gone."""
        step = self._steps.read(connection, staff.id)
        if step is None:
            raise Tampered("the last one-time code of an account is gone")
        return step

    def use_step(self, tx: sqlite3.Connection, staff: Staff, step: int) -> None:
        """This code and all before it are used up."""
        self._steps.write(tx, staff.id, step)

    # -- rows -------------------------------------------------------------------------------

    def _refuse_signing(self, staff: Staff) -> None:
        if self.signs(staff):
            raise Refused(
                "this account's key is on the roll of officers",
                "Take it off first: facekeep officer retire NAME",
                ARTICLE,
            )

    def _change(
        self, tx: sqlite3.Connection, staff: Staff, kind: str, at: int,
        details: dict[str, Any] | None = None, **changed: Any,
    ) -> Staff:  # fmt: skip
        """The next epoch of an account: whoever is signed in to it is signed out."""
        after = replace(staff, epoch=staff.epoch + 1, changed_at=at, **changed)
        self._write(tx, after, kind, details or {})
        if after.factors.totp and after.factors.totp != staff.factors.totp:
            self._steps.write(tx, staff.id, totp.NEVER)
        return after

    def _write(
        self, tx: sqlite3.Connection, staff: Staff, kind: str, details: dict[str, Any]
    ) -> None:
        self._kept.forget()
        told = {"name": staff.name, **details}
        public = {"staff": staff.id, "role": staff.role.value, "state": staff.state.value}
        self._register.write(tx, self._row(staff), kind, told, public)

    def _row(self, staff: Staff) -> Row:
        own, factors = staff.id.encode(), staff.factors
        return (
            staff.id, self._wrap.wrap(staff.name.encode(), own, b"name"), self.finder(staff.name),
            staff.role.value, staff.state.value, staff.epoch, staff.invited_by, staff.changed_at,
            staff.code, staff.code_until, str(factors.passphrase or ""),
            self._wrap.wrap(factors.totp, own, b"totp"),
            self._wrap.wrap(factors.signing, own, b"signing"), factors.public,
        )  # fmt: skip

    def _read(self, identity: str) -> Staff | None:
        row = self._records.one("SELECT * FROM staff WHERE id = ?", identity)
        return None if row is None else self._opened(row)

    def _opened(self, row: tuple[Any, ...]) -> Staff:
        identity, name, _, role, state, epoch, by, at, code, until, *own = self._register.opened(
            row
        )
        passphrase, codes, signing, public = own
        bound = str(identity).encode()
        factors = Factors(
            Kept.read(str(passphrase)) if passphrase else None,
            self._wrap.unwrap(codes, bound, b"totp"),  # type: ignore[arg-type] # as sealed
            self._wrap.unwrap(signing, bound, b"signing"),  # type: ignore[arg-type]
            public,  # type: ignore[arg-type]
        )
        told = self._wrap.unwrap(name, bound, b"name").decode()  # type: ignore[arg-type]
        return Staff(
            identity, told, StaffRole(role), State(state), epoch, by, at, code, until, factors  # type: ignore[arg-type]
        )  # fmt: skip


def code_digest(code: str) -> bytes:
    """SHA-256 of a code, however it was grouped: 120 random bits need no slow hash."""
    plain = code.replace("-", "").replace(" ", "").upper()
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()
