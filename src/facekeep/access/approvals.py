"""Four eyes: an act that one officer alone may not do (PIPL art. 51(4)).

An approval is an officer's signature over the act, the one thing it is about and the moment it runs
out. Two approvals by two officers in office, under two keys and two names, let the act happen once.
Nothing else counts: not the same officer twice, not a retired one, not an approval of another thing,
not one that ran out or was used.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from facekeep.access.officers import (
    ARTICLE,
    BY_HOME,
    LEAST_OFFICERS,
    Newcomer,
    Officer,
    OfficerBook,
    Signed,
    signature_holds,
)
from facekeep.db.diary import Diary
from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import Misused, Refused, Tampered
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE approval (
        id BLOB PRIMARY KEY, act TEXT NOT NULL, digest BLOB NOT NULL, officer BLOB NOT NULL,
        given_at INTEGER NOT NULL, expires INTEGER NOT NULL, used_at INTEGER NOT NULL,
        signature BLOB NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX approval_by_act ON approval (act, digest)",
)

HOLDINGS = (
    Holding("records", "approval", "officer", "which officer approved which act, by key",
            "as long as what was approved is kept as evidence", "access.approvals"),
)  # fmt: skip

UNUSED = 0
"""``used_at`` of an approval that still counts."""

LONGEST_S = 7 * 86_400
"""An approval lies about for a week at most: whoever signs knows what is going on now."""

ADMIT = "officer-add"
"""The act of letting a third and every later officer in."""

_ACT = re.compile("[a-z][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Approval:
    """One officer's word for one act. Times in seconds since 1970; ``used_at`` 0 while it counts."""

    act: str
    digest: bytes
    officer: bytes
    given_at: int
    expires: int
    signature: bytes = field(repr=False)
    used_at: int = UNUSED

    @property
    def id(self) -> bytes:
        """The same signature is the same approval: 16 bytes."""
        return hashlib.sha256(self.signature).digest()[:16]

    @property
    def fields(self) -> tuple[bytes, ...]:
        """What the row's seal covers: everything."""
        times = (self.given_at, self.expires, self.used_at)
        fixed = (self.id, self.act.encode(), self.digest, self.officer, self.signature)
        return (*fixed, *(time.to_bytes(8, "big") for time in times))

    @property
    def message(self) -> bytes:
        """What was signed."""
        return approval_message(self.act, self.digest, self.expires)

    def counts(self, now: float) -> bool:
        """Unused and not run out."""
        return self.used_at == UNUSED and self.given_at <= now < self.expires


def approval_message(act: str, digest: bytes, expires: int) -> bytes:
    """What an officer signs: the act, what it is about, until when (seconds since 1970)."""
    return canonical({"act": act, "digest": digest.hex(), "expires": expires})


def digest_of(act: str, what: str) -> bytes:
    """The digest that names one thing under one act, such as a case by its number: 32 bytes."""
    return hashlib.sha256(prefixed(b"facekeep approval", act.encode(), what.encode())).digest()


class ApprovalBook:
    """Approvals given. Every reader raises ``Tampered`` where rows and ledger disagree."""

    def __init__(self, records: Store, key: bytes, officers: OfficerBook, diary: Diary) -> None:
        self._records, self._officers, self._diary = records, officers, diary
        self._seal = Seal(key, "facekeep approval")

    def approve(
        self, tx: sqlite3.Connection, act: str, digest: bytes, signed: Signed, at: int, expires: int
    ) -> Approval:
        """Keep an officer's approval. Raises ``Refused`` for a signature that does not hold, a
        second approval of the same officer, or one that runs out too late or too early.
        """
        _refuse_odd(act, digest)
        _refuse_term(at, expires)
        officer = self._officers.decide(
            signed.officer, approval_message(act, digest, expires), signed.signature
        )
        _refuse_fresh(officer, at)
        approval = Approval(act, digest, officer.public, at, expires, signed.signature)
        self._refuse_second(approval, at)
        self._write(tx, approval, "access:approval:given")
        return approval

    def require_two(self, act: str, digest: bytes, now: float) -> tuple[str, str]:
        """The names of two officers who approve. Raises ``Refused`` naming PIPL art. 51(4)."""
        names = self.given(act, digest, now)
        if len(names) < LEAST_OFFICERS:
            raise Refused(
                "this needs the approval of two officers",
                f"Two different officers approve it: facekeep approve {act} WHAT"
                " --officer NAME --officer-key FILE",
                ARTICLE,
            )
        return names[0], names[1]

    def given(self, act: str, digest: bytes, now: float) -> list[str]:
        """The names of officers in office whose approval counts."""
        return sorted(self._behind(act, digest, now))

    def admit(self, tx: sqlite3.Connection, newcomer: Newcomer, now: int) -> Officer:
        """Enter an officer whom two in office approve, by name, role and key.

        Raises ``Refused`` naming PIPL art. 51(4), and what ``OfficerBook.add`` raises.
        """
        names = self.use(tx, ADMIT, digest_of(ADMIT, newcomer.what), now)
        return self._officers.admit(tx, newcomer, now, names)

    def use(self, tx: sqlite3.Connection, act: str, digest: bytes, now: int) -> tuple[str, str]:
        """The same, and the approvals are used up with it: the act happens once."""
        names = self.require_two(act, digest, now)
        for approval in self._counting(act, digest, now):
            self._write(tx, replace(approval, used_at=max(now, 1)), "access:approval:used")
        return names

    def void(self, tx: sqlite3.Connection, now: int) -> None:
        """No word given until now counts any more: it may have been used where we do not see it."""
        for approval in self.all():
            if approval.used_at == UNUSED:
                self._write(tx, replace(approval, used_at=max(now, 1)), "access:approval:void")

    def all(self) -> list[Approval]:
        """Every approval ever given. Raises ``Tampered``."""
        rows = self._records.rows("SELECT * FROM approval ORDER BY given_at, id")
        approvals = [self._opened(row) for row in rows]
        told = self._diary.last()
        if (told is None) != (not approvals) or (told and told["roll"] != _roll(approvals)):
            raise Tampered("the approvals are other than the ledger's")
        return approvals

    def _counting(self, act: str, digest: bytes, now: float) -> list[Approval]:
        same = (a for a in self.all() if (a.act, a.digest) == (act, digest))
        return [approval for approval in same if approval.counts(now)]

    def _behind(self, act: str, digest: bytes, now: float) -> dict[str, bytes]:
        """Officers in office who approve, keys by name: one name and one key count once."""
        office = {officer.public: officer for officer in self._officers.living()}
        return {
            office[a.officer].name: a.officer
            for a in self._counting(act, digest, now)
            if a.officer in office and signature_holds(a.officer, a.message, a.signature)
        }

    def _refuse_second(self, approval: Approval, now: int) -> None:
        known = self.all()
        if any(other.id == approval.id for other in known):
            raise Refused("this approval was given already", "Sign a new one", ARTICLE)
        same = self._counting(approval.act, approval.digest, now)
        if any(other.officer == approval.officer for other in same):
            raise Refused(
                "this officer has approved it already", "Another officer must approve", ARTICLE
            )

    def _write(self, tx: sqlite3.Connection, approval: Approval, kind: str) -> None:
        others = [other for other in self.all() if other.id != approval.id]
        tx.execute(
            "INSERT OR REPLACE INTO approval VALUES (?,?,?,?,?,?,?,?,?)",
            (
                approval.id,
                approval.act,
                approval.digest,
                approval.officer,
                approval.given_at,
                approval.expires,
                approval.used_at,
                approval.signature,
                self._seal.of(*approval.fields),
            ),
        )
        told = {"officer": approval.officer.hex(), "roll": _roll([*others, approval])}
        public = {"act": approval.act, "about": approval.digest.hex(), "until": approval.expires}
        self._diary.write(tx, kind, told, public)

    def _opened(self, row: tuple[Any, ...]) -> Approval:
        identity, act, digest, officer, given_at, expires, used_at, signature, seal = row
        approval = Approval(act, digest, officer, given_at, expires, signature, used_at)
        try:
            self._seal.check(seal, *approval.fields)
        except OverflowError:
            raise Tampered("an approval was changed") from None
        if approval.id != identity:
            raise Tampered("an approval was changed")
        return approval


def _roll(approvals: list[Approval]) -> str:
    rows = sorted(prefixed(*approval.fields) for approval in approvals)
    return hashlib.sha256(prefixed(*rows)).hexdigest()


def _refuse_fresh(officer: Officer, now: float) -> None:
    if not officer.may_approve(now):
        raise Refused(
            "this officer was entered by the passphrase alone less than a week ago",
            "Wait, or let other officers approve",
            ARTICLE,
        )


def _refuse_odd(act: str, digest: bytes) -> None:
    if not _ACT.fullmatch(act) or len(digest) != hashlib.sha256().digest_size:
        raise Misused("an approval names an act in small letters and a digest of 32 bytes")


def _refuse_term(at: int, expires: int) -> None:
    if not at < expires <= at + LONGEST_S:
        raise Refused(
            "an approval runs out after a moment and within a week",
            "Sign anew with an earlier end",
            ARTICLE,
        )


# -- evidence -------------------------------------------------------------------------------


class Books(Protocol):
    """What the questions below look at: part of an open home."""

    @property
    def officers(self) -> OfficerBook:
        """The roll."""
        ...

    @property
    def approvals(self) -> ApprovalBook:
        """Approvals given."""
        ...


_ADD = "facekeep officer add NAME --role officer --key FILE"


def _least_privilege(home: Books, now: int) -> Finding:
    """Two officers at least, and none that nobody entered (PIPL art. 51(4))."""
    try:
        officers = home.officers.all()
    except Tampered:
        return Finding(
            {}, (Gap("the roll of officers was changed in the store", "facekeep doctor"),)
        )
    living = [officer for officer in officers if officer.in_office]
    gaps = () if len(living) >= LEAST_OFFICERS else (Gap("fewer than two officers are in office", _ADD),)  # fmt: skip
    recovered = sum(officer.added_by == BY_HOME for officer in officers)
    roles: Mapping[str, int] = {o.role: sum(p.role is o.role for p in living) for o in living}
    facts = {
        "officers": len(living), "retired": len(officers) - len(living),
        "recovered": recovered, "roles": roles,
    }  # fmt: skip
    return Finding(facts, gaps)


def _four_eyes(home: Books, now: int) -> Finding:
    """Every approval still carries its officer's signature (PIPL art. 51(4))."""
    try:
        approvals, officers = home.approvals.all(), home.officers.all()
    except Tampered:
        return Finding({}, (Gap("the approvals were changed in the store", "facekeep doctor"),))
    known = {officer.public for officer in officers}
    forged = [
        a
        for a in approvals
        if a.officer not in known or not signature_holds(a.officer, a.message, a.signature)
    ]
    gaps = (Gap("an approval does not carry an officer's signature", "facekeep doctor"),) if forged else ()  # fmt: skip
    used = sum(approval.used_at != UNUSED for approval in approvals)
    return Finding({"approvals": len(approvals), "used": used}, gaps, applies=bool(approvals))


EVIDENCE: tuple[Question[Books], ...] = (
    Question("access.officers.least_privilege", _least_privilege),
    Question("access.approvals.four_eyes", _four_eyes),
)
