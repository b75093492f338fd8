"""API keys: how another program shows who it is, and for which purpose it may ask what.

The text of a key is shown once; we keep its SHA-256 digest. A key reaches as far as its scopes and
as long as its term, was signed for by an officer, and is revoked by one row that the ledger knows
(PIPL art. 51(4): least privilege, by role).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from facekeep.access.officers import ARTICLE, OfficerBook, Signed, clean_name
from facekeep.access.register import Diaries, Margin, Register, Row
from facekeep.db.remembered import Remembered
from facekeep.db.store import Store
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, Misused, NotSignedIn, Refused
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE api_key (
        id TEXT PRIMARY KEY, label TEXT NOT NULL, digest BLOB NOT NULL, scopes TEXT NOT NULL,
        made_by TEXT NOT NULL, made_at INTEGER NOT NULL, expires INTEGER NOT NULL,
        revoked_by TEXT NOT NULL, revoked_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE api_key_use (
        id TEXT PRIMARY KEY, day INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "api_key", "made_by", "which officer let which program in",
            "as long as what the program did is kept as evidence", "access.keys"),
    Holding("records", "api_key_use", "id", "the day a program was last here",
            "as long as its key is kept", "access.keys"),
)  # fmt: skip

DAY = 86_400
TERM_S = 365 * DAY
"""How long a key lives where nobody says otherwise."""

LONGEST_S = 2 * TERM_S
"""Nobody remembers longer what a key was for."""

IN_FORCE = 0
"""``revoked_at`` of a key that opens."""

ID_BYTES, SECRET_BYTES = 4, 32
MAX_SCOPES = 64

_TEXT = re.compile(r"fk_([0-9a-f]{8})_[a-z2-7]{52}", re.ASCII)
_PURPOSE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_NOBODY = hashlib.sha256(b"facekeep nobody's key").digest()


class Operation(StrEnum):
    """What a program may ask for."""

    VERIFICATION = "verification"
    IDENTIFICATION = "identification"
    ENROLMENT = "enrolment"
    CONSENT = "consent"
    ALTERNATIVE = "alternative"
    BULK = "bulk"
    LEDGER = "ledger"
    METRICS = "metrics"


HOME_WIDE = frozenset({Operation.LEDGER, Operation.METRICS})
"""Operations about the home as a whole; every other one is about one purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """One operation for one purpose; ``purpose`` is empty where it is about the home as a whole."""

    purpose: str
    operation: Operation

    @classmethod
    def read(cls, text: str) -> Scope:
        """``gate:verification`` or ``ledger``. Raises ``Misused``."""
        purpose, _, named = text.rpartition(":")
        try:
            operation = Operation(named)
        except ValueError:
            raise Misused(f"an operation is one of {', '.join(Operation)}") from None
        if (operation in HOME_WIDE) != (not purpose):
            raise Misused("a scope is PURPOSE:OPERATION; ledger and metrics stand alone")
        if purpose and not _PURPOSE.fullmatch(purpose):
            raise Misused("a scope names a purpose by its id")
        return cls(purpose, operation)

    def __str__(self) -> str:
        return f"{self.purpose}:{self.operation}" if self.purpose else str(self.operation)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key as it is kept. Times in seconds since 1970; ``revoked_at`` 0 in force."""

    id: str
    label: str
    digest: bytes = field(repr=False)
    scopes: frozenset[Scope]
    made_by: str
    made_at: int
    expires: int
    revoked_by: str = ""
    revoked_at: int = IN_FORCE

    @property
    def revoked(self) -> bool:
        """Whether it was ended before its time."""
        return self.revoked_at != IN_FORCE

    def require_living(self, now: float) -> None:
        """Raises ``NotSignedIn`` where it was revoked or ran out."""
        if self.revoked:
            raise NotSignedIn("this API key was revoked", _ASK)
        if now >= self.expires:
            raise NotSignedIn("this API key ran out", _ASK)

    @property
    def row(self) -> Row:
        """The columns, in the table's order."""
        return (
            self.id, self.label, self.digest, written(self.scopes), self.made_by, self.made_at,
            self.expires, self.revoked_by, self.revoked_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A key that is drawn but not entered: what an officer signs for, and its text, shown once."""

    id: str
    label: str
    scopes: frozenset[Scope]
    expires: int
    text: str = field(repr=False)

    @property
    def message(self) -> bytes:
        """What an officer signs: this very key, for whom, how far and how long."""
        return canonical(
            {
                "act": "api-key:make", "id": self.id, "label": self.label,
                "scopes": written(self.scopes), "expires": self.expires,
            }
        )  # fmt: skip


def draft(
    entropy: Entropy, label: str, scopes: Iterable[Scope], now: float, term_s: int = TERM_S
) -> Draft:
    """Draw a key. Raises ``Misused`` for an unusable label, no scope, or a term of no time."""
    reach = frozenset(scopes)
    if not 1 <= len(reach) <= MAX_SCOPES:
        raise Misused(f"an API key has 1 to {MAX_SCOPES} scopes")
    if not 0 < term_s <= LONGEST_S:
        raise Misused("an API key lives for two years at most")
    identity, secret = entropy(ID_BYTES).hex(), base64.b32encode(entropy(SECRET_BYTES))
    text = f"fk_{identity}_{secret.decode().rstrip('=').lower()}"
    return Draft(identity, _label(label), reach, int(now) + term_s, text)


class ApiKeyBook:
    """The keys of programs. Every reader raises ``Tampered`` where row and ledger disagree."""

    def __init__(self, records: Store, key: bytes, officers: OfficerBook, diaries: Diaries) -> None:
        self._records, self._officers = records, officers
        self._register = Register("api_key", 9, key, diaries)
        self._uses = Margin("api_key_use", key)
        self._kept: Remembered[ApiKey | None] = Remembered(records)
        self._days: dict[str, int] = {}

    def enter(self, tx: sqlite3.Connection, drawn: Draft, signed: Signed, at: int) -> ApiKey:
        """Let a program in; an officer in office signed ``drawn.message``.

        Raises ``Refused`` where the signature does not hold or the label is taken.
        """
        officer = self._officers.decide(signed.officer, drawn.message, signed.signature)
        if self._register.knows(drawn.id):
            raise Refused("a key of this number was entered already", "Draw another key", ARTICLE)
        if any(key.label == drawn.label and not key.revoked for key in self.all()):
            raise Refused(
                "a key of this name is in force", "Choose another name, or revoke that key", ARTICLE
            )
        key = ApiKey(
            drawn.id,
            drawn.label,
            _digest(drawn.text),
            drawn.scopes,
            officer.name,
            at,
            drawn.expires,
        )
        told = {"signature": signed.signature.hex(), "scopes": written(key.scopes)}
        self._write(tx, key, "access:api-key:made", told)
        return key

    def revoke(self, tx: sqlite3.Connection, identity: str, by: str, at: int) -> ApiKey:
        """End a key; whatever it is asked for from this transaction on is refused.

        Raises ``Refused`` for an unknown key or one that is revoked.
        """
        key = self.get(identity)
        if key.revoked:
            raise Refused("this API key was revoked already", "See: facekeep api-key list", ARTICLE)
        ended = replace(key, revoked_by=clean_name(by), revoked_at=max(at, 1))
        self._write(tx, ended, "access:api-key:revoked", {"by": ended.revoked_by})
        return ended

    def known(self, text: str, now: float) -> ApiKey:
        """The key whose text somebody shows. Raises ``NotSignedIn``, for all wrong texts alike."""
        shown = _TEXT.fullmatch(text)
        key = self.find(shown[1]) if shown else None
        right = hmac.compare_digest(_digest(text), key.digest if key else _NOBODY)
        if key is None or not right:
            raise NotSignedIn("this API key is not known here", _ASK)
        key.require_living(now)
        self._mark_used(key.id, int(now) // DAY)
        return key

    def living(self, identity: str, now: float) -> ApiKey:
        """The key of that number while it opens. Raises ``NotSignedIn``."""
        key = self.find(identity)
        if key is None:
            raise NotSignedIn("this API key is not known here", _ASK)
        key.require_living(now)
        return key

    def get(self, identity: str) -> ApiKey:
        """The key of that number. Raises ``Refused``."""
        key = self.find(identity)
        if key is None:
            raise Refused("no API key has this number", "See: facekeep api-key list", ARTICLE)
        return key

    def find(self, identity: str) -> ApiKey | None:
        """The key of that number; None where there is none."""
        return self._kept.get(identity, self._read)

    def all(self) -> list[ApiKey]:
        """Every key ever made, oldest first."""
        rows = self._records.rows("SELECT * FROM api_key ORDER BY made_at, id")
        return [self._opened(row) for row in rows]

    def used_on(self, identity: str) -> int | None:
        """The day of its last use, in days since 1970; None where it was never used."""
        with self._records.reading() as connection:
            return self._uses.read(connection, identity)

    def _mark_used(self, identity: str, day: int) -> None:
        """Once a day; a full disk is told by the act itself, not by this."""
        if self._days.get(identity) == day:
            return
        with suppress(Broken), self._records.transaction() as tx:
            self._uses.write(tx, identity, day)
            self._days[identity] = day

    def _write(
        self, tx: sqlite3.Connection, key: ApiKey, kind: str, details: dict[str, Any]
    ) -> None:
        self._kept.forget()
        told = {"label": key.label, **details}
        self._register.write(tx, key.row, kind, told, {"key": key.id})

    def _read(self, identity: str) -> ApiKey | None:
        row = self._records.one("SELECT * FROM api_key WHERE id = ?", identity)
        return None if row is None else self._opened(row)

    def _opened(self, row: tuple[Any, ...]) -> ApiKey:
        identity, label, digest, scopes, *rest = self._register.opened(row)
        reach = frozenset(map(Scope.read, str(scopes).split()))
        return ApiKey(identity, label, digest, reach, *rest)  # type: ignore[arg-type] # as sealed


_ASK = "Ask whoever runs this Facekeep for a new one: facekeep api-key add"


def written(scopes: Iterable[Scope]) -> str:
    """Scopes as text, in one order."""
    return " ".join(str(scope) for scope in sorted(scopes))


def _label(text: str) -> str:
    try:
        return clean_name(text)
    except Misused:
        raise Misused("an API key is named after its program, in 1 to 60 printable characters") from None  # fmt: skip


def _digest(text: str) -> bytes:
    """SHA-256: 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
