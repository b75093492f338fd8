"""Who handles the data: one profile, every version kept, and the record of what went to others.

The profile answers what the law asks of the organisation rather than of one purpose: who it is, who
protects personal information there, what level its systems have, who works for it under which
contract, how it is audited, which rules its staff learned. The sharing record is append-only and
locked for three years (Network Data Regulations art. 12).
"""

from __future__ import annotations

import hashlib
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from facekeep.db.diary import Diary
from facekeep.db.store import Store
from facekeep.governance.purpose_text import HOME_REGION, Name, Part, Prose, Region, Text, told
from facekeep.governance.rolls import Roll
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Refused, Tampered
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE handler (
        version INTEGER PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE sharing (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL,
        what TEXT NOT NULL, why TEXT NOT NULL, purpose TEXT NOT NULL, who TEXT NOT NULL,
        seal BLOB NOT NULL
    ) STRICT""",
)

HOLDINGS = (
    Holding("records", "handler", "body", "names of the legal representative, officer and staff",
            "as long as the home exists: who was responsible when", "governance.handler"),
    Holding("records", "sharing", "who", "which member of staff recorded what went to whom",
            "three years after it was recorded", "governance.handler"),
)  # fmt: skip

MAX_HANDLER_BYTES = 256 * 1024
KEPT_S = 3 * 366 * 86_400
"""How long a record of sharing is locked (NDSR art. 12): three years, leap days included."""

MAX_SAME_AUDITOR = 3
"""One auditor at most so many times running (Audit Measures)."""

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH = 18


def credit_code(text: str) -> str:
    """A unified social credit code whose check character holds (GB 32100: weights 3^i mod 31).

    Raises ``ValueError``.
    """
    if len(text) != _CREDIT_LENGTH or any(c not in _CREDIT_ALPHABET for c in text):
        raise ValueError("a unified social credit code has 18 digits and capital letters")
    weighed = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(text[:-1]))
    if _CREDIT_ALPHABET[-weighed % 31] != text[-1]:
        raise ValueError("the check character of the credit code does not hold")
    return text


CreditCode = Annotated[str, AfterValidator(credit_code)]


class Officer(Part):
    """The personal-information protection officer (PIPL art. 52). Only the contact is published."""

    name: Prose
    contact: Prose
    appointed: date
    document: Prose


class Mlps(Part):
    """Multi-level protection: level, filing number, last assessment (Measures art. 14)."""

    level: Annotated[int, Field(ge=1, le=5)]
    number: Prose | None = None
    assessed: date | None = None
    assess_again_by: date | None = None


class Decision(Part):
    """A decision somebody took and dated."""

    decided_by: Prose
    on: date
    why: Text


class Applicability(Decision):
    """Whether the Measures apply (art. 2). ``research`` is training only: never matched."""

    applies: bool
    research: bool = False


class IdentityService(Decision):
    """Whether the national identity service is used, and why not (Measures art. 11)."""

    used: bool


class Complaints(Part):
    """Where anybody may complain, account or not (Measures art. 17)."""

    channel: Text
    answered_within_days: Annotated[int, Field(ge=1, le=60)]


class Processor(Part):
    """Somebody who works for the handler under a contract (PIPL art. 21, 59)."""

    id: Name
    name: Prose
    service: Text
    contract: Prose
    until: date
    audited: date | None = None
    subprocessors_allowed: bool = False


class Sharer(Part):
    """Somebody data is handed to for their own ends; named so that the record can be checked."""

    id: Name
    name: Prose
    contact: Prose
    contract: Prose


class Audit(Part):
    """How compliance is audited (PIPL art. 54): every so many months, last and next."""

    every_months: Annotated[int, Field(ge=1, le=24)]
    auditor: Prose
    times_running: Annotated[int, Field(ge=0, le=50)] = 0
    last: date | None = None
    next: date


class Found(Part):
    """One finding of an audit, and what became of it."""

    id: Name
    on: date
    text: Text
    ordered: bool = False
    rectified: date | None = None
    reported: date | None = None


class Policy(Part):
    """One internal rule: who owns it, which version, when it is looked at again."""

    id: Name
    title: Text
    owner: Prose
    version: Prose
    review_by: date
    acknowledged_on: date


class Trained(Part):
    """A member of staff who learned the rules, and until when that counts."""

    role: Prose
    until: date


class Handler(Part):
    """The whole profile, as ``handler.toml`` says it."""

    name: Prose
    credit_code: CreditCode | None = None
    legal_representative: Prose | None = None
    contact: Prose
    address: Prose | None = None
    province: Prose | None = None
    city: Prose | None = None
    org_type: Literal["company", "public_body", "central_state_body", "individual"]
    cii: bool = False
    region: Region = HOME_REGION
    parent: Prose | None = None
    """The group company that files for this one, where there is one."""
    officer: Officer | None = None
    mlps: Mlps | None = None
    applicability: Applicability | None = None
    identity_service: IdentityService | None = None
    complaints: Complaints | None = None
    processors: list[Processor] = Field(default_factory=list)
    recipients: list[Sharer] = Field(default_factory=list)
    audit: Audit | None = None
    findings: list[Found] = Field(default_factory=list)
    policies: list[Policy] = Field(default_factory=list)
    trained: list[Trained] = Field(default_factory=list)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Handler:
        if told_ := list(_contradictions(self)):
            raise ValueError("; ".join(told_))
        return self

    @property
    def identity(self) -> str:
        """SHA-256 over who this is: what an assessment rests on, hexadecimal."""
        fields = (self.name, self.credit_code, self.legal_representative, self.contact)
        who = [*fields, self.org_type, self.region]
        return hashlib.sha256(canonical(who)).hexdigest()


def _contradictions(handler: Handler) -> Iterator[str]:
    lists = {
        "processors": [one.id for one in handler.processors],
        "recipients": [one.id for one in handler.recipients],
        "findings": [one.id for one in handler.findings],
        "policies": [one.id for one in handler.policies],
    }
    for field, ids in lists.items():
        if len(set(ids)) < len(ids):
            yield f"{field}: named twice"
    if handler.org_type == "individual" and handler.credit_code is not None:
        yield "credit_code: an individual has none"
    if handler.cii and handler.org_type == "individual":
        yield "cii: an individual operates no critical infrastructure"
    for found in handler.findings:
        if found.rectified is not None and found.rectified < found.on:
            yield f"findings.{found.id}.rectified: before it was found"
        if found.reported is not None and found.rectified is None:
            yield f"findings.{found.id}.reported: before it was rectified"
    audit = handler.audit
    if audit is not None and audit.last is not None and audit.next <= audit.last:
        yield "audit.next: not after the last one"


def parse(text: bytes) -> Handler:
    """Read a handler file (TOML). Raises ``Misused``, naming the fields."""
    if len(text) > MAX_HANDLER_BYTES:
        raise Misused("the handler file is too large")
    try:
        return Handler.model_validate(tomllib.loads(text.decode()))
    except ValidationError as error:
        raise Misused(f"the handler file is not complete: {told(error, 'handler')}") from None
    except (ValueError, RecursionError) as error:
        raise Misused(f"the handler file is not TOML: {error}") from None


# -- the profile, version by version ------------------------------------------------------------


class HandlerBook:
    """The handler's profile. Readers raise ``Tampered``."""

    def __init__(self, records: Store, key: bytes, diary: Diary) -> None:
        self._records, self._seal = records, Seal(key, "facekeep handler")
        self._roll = Roll(
            records, diary, "SELECT seal FROM handler ORDER BY version", "versions of the handler"
        )

    def set(
        self, tx: sqlite3.Connection, handler: Handler, who: str, at: int, over: int | None = None
    ) -> int:
        """Keep a new version; the same again changes nothing. Returns the version.

        ``over`` names the version it was made from. Raises ``Refused`` where another came meanwhile.
        """
        version, known = self.version, self.get()
        if over is not None and over != version:
            raise Refused(
                f"the handler's profile was changed meanwhile: version {version}",
                "Compare: facekeep handler show; then set it again with --over", "FRM-15-2",
            )  # fmt: skip
        if known == handler:
            return version
        row = (version + 1, handler.model_dump_json(), at, who)
        tx.execute("INSERT INTO handler VALUES (?,?,?,?,?)", (*row, self._seal.of(*_fields(row))))
        # Sealed: an unsalted digest of a name and a telephone number is guessed.
        told = {"who": who, "identity": handler.identity}
        self._roll.write(tx, "governance:handler:set", told, {"version": version + 1})
        return version + 1

    def get(self) -> Handler | None:
        """The profile that holds now; None where nobody set one."""
        rows = self._rows()
        return self._opened(rows[-1]) if rows else None

    @property
    def version(self) -> int:
        """The newest version; 0 where there is none."""
        return len(self._rows())

    def at_version(self, version: int) -> Handler:
        """One version. Raises ``Misused``."""
        rows = self._rows()
        if not 1 <= version <= len(rows):
            raise Misused("there is no such version of the handler's profile")
        return self._opened(rows[version - 1])

    def _rows(self) -> list[tuple[Any, ...]]:
        with self._records.reading():
            self._roll.check()
            return self._records.rows("SELECT * FROM handler ORDER BY version")

    def _opened(self, row: tuple[Any, ...]) -> Handler:
        self._seal.check(row[-1], *_fields(row[:-1]))
        try:
            return Handler.model_validate_json(row[1])
        except ValueError:
            raise Tampered("the handler's profile was changed") from None


# -- what went to others ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sharing:
    """One act of handing data to somebody else. ``at`` in seconds since 1970."""

    n: int
    at: int
    kind: Literal["shared", "entrusted"]
    recipient: str
    what: str
    why: str
    purpose: str
    who: str


class SharingBook:
    """What went to whom, append-only (NDSR art. 12). Readers raise ``Tampered``."""

    def __init__(self, records: Store, key: bytes, diary: Diary) -> None:
        self._records, self._seal = records, Seal(key, "facekeep sharing")
        self._roll = Roll(records, diary, "SELECT seal FROM sharing ORDER BY n", "sharing records")

    def record(self, tx: sqlite3.Connection, sharing: Sharing) -> int:
        """Write an act down; its number is given here."""
        (newest,) = self._records.rows("SELECT coalesce(max(n), 0) FROM sharing")[0]
        row = (
            newest + 1, sharing.at, sharing.kind, sharing.recipient, sharing.what, sharing.why,
            sharing.purpose, sharing.who,
        )  # fmt: skip
        fields = (*row, self._seal.of(*_fields(row)))
        tx.execute("INSERT INTO sharing VALUES (?,?,?,?,?,?,?,?,?)", fields)
        public = {"n": newest + 1, "purpose": sharing.purpose, "kind": sharing.kind}
        self._roll.write(tx, "governance:sharing:recorded", {"who": sharing.who}, public)
        return int(newest) + 1

    def all(self) -> list[Sharing]:
        """Every act, oldest first."""
        with self._records.reading():
            self._roll.check()
            rows = self._records.rows("SELECT * FROM sharing ORDER BY n")
        return [self._opened(row) for row in rows]

    def sweep(self, tx: sqlite3.Connection, now: float) -> int:
        """Delete what is older than three years; returns how many."""
        due = [one for one in self.all() if one.at + KEPT_S <= now]
        for one in due:
            tx.execute("DELETE FROM sharing WHERE n = ?", (one.n,))
        if due:
            self._roll.write(tx, "governance:sharing:ended", {"ended": len(due)}, {})
        return len(due)

    def _opened(self, row: tuple[Any, ...]) -> Sharing:
        self._seal.check(row[-1], *_fields(row[:-1]))
        return Sharing(*row[:-1])


def _fields(row: tuple[Any, ...]) -> tuple[bytes, ...]:
    return tuple(str(value).encode() for value in row)
