"""Notices that must reach people, and what became of each.

Facekeep holds no contacts: it knows that somebody must be told something by a day, and the operator
tells them through a webhook, a banner or a list. A delivery stays open, and visible, until
something proves that it arrived; it is void when its person left meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from facekeep.db.store import Store
from facekeep.governance.consent import (
    TOLD_SEAL,
    UNTOLD,
    Consent,
    ConsentBook,
    Ending,
    delivery_fields,
)
from facekeep.governance.purposes import Purpose
from facekeep.protect.derive import Alias, Seal
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import ConsentState, Holding

TABLES = (
    """CREATE TABLE delivery (
        id BLOB PRIMARY KEY, person BLOB NOT NULL, purpose TEXT NOT NULL, kind TEXT NOT NULL,
        words TEXT NOT NULL, created INTEGER NOT NULL, not_before INTEGER NOT NULL,
        due INTEGER NOT NULL, tries TEXT NOT NULL, next_try INTEGER NOT NULL,
        settled_at INTEGER, outcome TEXT, proof TEXT, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX delivery_by_person ON delivery (person, kind, settled_at)",
    "CREATE INDEX delivery_open ON delivery (settled_at, not_before)",
)

HOLDINGS = (
    Holding("records", "delivery", "person", "what people were told, when, and the proof of it",
            "the end of the evidence term", "storage.subjects"),
)  # fmt: skip

DAY = 86_400
NOTICE_DAYS = 7
"""Days within which a changed notice must have arrived: use stops until it has, so a week of a
closed gate is the longest anybody should meet unprepared."""

FIRST_PAUSE_S = 300
LONGEST_PAUSE_S = DAY
"""Seconds between tries: five minutes, doubled each time, a day at most."""

MINUTE = 60
"""Times are kept to the minute: the second in which somebody reads a banner joins them to a log."""

MAX_TRIES_KEPT = 20
MAX_WORDS = 8000
"""Characters of one text."""


MOST_ZH, MOST_EN = 4000, 7000
"""Characters of changed items that fit into one notice; the whole text is in the notice itself."""


class Kind(StrEnum):
    """What a delivery is about."""

    NOTICE_CHANGE = UNTOLD
    TURNING_14 = "turning-14"
    REMINDER = "reminder"
    INCIDENT = "incident"
    MESSAGE = "message"


class Way(StrEnum):
    """How a delivery arrived."""

    WEBHOOK = "webhook"
    BANNER = "banner"
    LIST = "list"
    COUNTER = "counter"


def minute(now: float) -> int:
    """A moment as it is kept (seconds)."""
    return int(now // MINUTE) * MINUTE


class Bilingual(Protocol):
    """A sentence in Chinese and English."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """What a person is told, in both languages; it names nobody."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en or max(len(self.zh), len(self.en)) > MAX_WORDS:
            raise Misused(f"a notice has 1 to {MAX_WORDS} characters in each language")

    def of(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: when (seconds), which way, what came of it."""

    at: int
    way: Way
    outcome: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice for one person. Times in seconds since 1970; ``settled_at`` is None while open."""

    id: bytes
    person: bytes
    purpose: str
    kind: Kind
    words: Words
    created: int
    not_before: int
    due: int
    tries: tuple[Try, ...] = ()
    next_try: int = 0
    settled_at: int | None = None
    outcome: str | None = None
    proof: str | None = None

    @property
    def open(self) -> bool:
        """Whether nothing proves yet that it arrived."""
        return self.settled_at is None

    def overdue(self, now: float) -> bool:
        """Open, and its day is past."""
        return self.open and self.due <= now

    def tried(self, attempt: Try) -> Delivery:
        """After a try that failed: the next one comes later, and twice as late each time."""
        pause = min(FIRST_PAUSE_S * 2 ** min(len(self.tries), 16), LONGEST_PAUSE_S)
        kept = (*self.tries, attempt)[-MAX_TRIES_KEPT:]
        return replace(self, tries=kept, next_try=attempt.at + pause)

    def settled(self, at: int, outcome: str, proof: str) -> Delivery:
        """Delivered or void; a settled delivery stays as it is."""
        if not self.open:
            return self
        return replace(self, settled_at=at, outcome=outcome, proof=proof)

    @property
    def columns(self) -> tuple[Any, ...]:
        """The row, its seal left out."""
        words = canonical([self.words.zh, self.words.en]).decode()
        tries = canonical([[t.at, t.way.value, t.outcome] for t in self.tries]).decode()
        return (
            self.id, self.person, self.purpose, self.kind.value, words, self.created,
            self.not_before, self.due, tries, self.next_try, self.settled_at, self.outcome,
            self.proof,
        )  # fmt: skip


DELIVERED = "delivered"
VOID = "void"


@dataclass(frozen=True, slots=True)
class Told:
    """What a changed notice set going: notices queued, consents without force."""

    queued: int
    invalidated: int


class Waiting(Protocol):
    """The ledger's word about who waits for a changed notice, handed in by ``storage``."""

    def begin(self, tx: sqlite3.Connection, person: bytes, purpose: str, delivery: bytes) -> None:
        """The person waits for this delivery, and for no earlier one."""
        ...

    def end(self, tx: sqlite3.Connection, person: bytes, purpose: str) -> None:
        """The person waits for none any more."""
        ...


class DeliveryBook:
    """The outbox: every notice and its fate, each row under a seal."""

    def __init__(
        self, records: Store, key: bytes, consents: ConsentBook, waiting: Waiting,
        now: Callable[[], float], entropy: Entropy,
    ) -> None:  # fmt: skip
        self._records, self._consents, self._waiters = records, consents, waiting
        self._seal, self._now, self._entropy = Seal(key, TOLD_SEAL), now, entropy
        self._alias = Alias(key, "facekeep delivery shown")

    # -- queueing -----------------------------------------------------------------------------

    def queue(
        self, tx: sqlite3.Connection, person: bytes, purpose: str, kind: Kind, words: Words, *,
        due: int, not_before: int | None = None,
    ) -> Delivery:  # fmt: skip
        """One notice for one person, to arrive by ``due`` and not before ``not_before``."""
        now = minute(self._now())
        delivery = Delivery(
            self._entropy(16), person, purpose, kind, words, now,
            now if not_before is None else not_before, due,
        )  # fmt: skip
        self.keep(tx, delivery)
        return delivery

    def queue_notice_change(
        self, tx: sqlite3.Connection, purpose: Purpose, old_version: int, new_version: int,
        changed_items: Iterable[Bilingual],
    ) -> Told:  # fmt: skip
        """A new version of ``purpose`` is in force: tell everybody with a living consent.

        A consent to another text of the purpose loses its force here and now, and its record says
        why (PIPL art. 14); use stops for everybody until the change has arrived (Measures art. 5).
        """
        living = self._consents.standing(purpose.id)
        changed = [consent for consent in living if consent.purpose_hash != purpose.hash]
        at = int(self._now())
        why = f"version {old_version} of the purpose became version {new_version}"
        ending = Ending(ConsentState.INVALIDATED, at, "handler", why)
        for consent in changed:
            self._consents.conclude(tx, consent.person, ending, [consent.scope])
        words = changed_words(list(changed_items), bool(changed))
        persons = sorted({consent.person for consent in living})
        for person in persons:
            self._void_older(tx, person, at)
            due = at + NOTICE_DAYS * DAY
            queued = self.queue(tx, person, purpose.id, Kind.NOTICE_CHANGE, words, due=due)
            self._waiters.begin(tx, person, purpose.id, queued.id)
        return Told(len(persons), len(changed))

    def _void_older(self, tx: sqlite3.Connection, person: bytes, at: int) -> None:
        for older in self._waiting(person):
            if older.kind is Kind.NOTICE_CHANGE:
                self.keep(tx, older.settled(at, VOID, "a newer notice took its place"))

    # -- settling -----------------------------------------------------------------------------

    def keep(self, tx: sqlite3.Connection, delivery: Delivery) -> None:
        """Keep a delivery, new or changed."""
        columns = delivery.columns
        places = ",".join("?" * (len(columns) + 1))
        tx.execute(
            f"INSERT OR REPLACE INTO delivery VALUES ({places})", (*columns, self._sealed(columns))
        )

    def settle_shown(self, tx: sqlite3.Connection, consent: Consent) -> None:
        """Whoever read the notice in force and decided needs no word of its change any more."""
        for waiting in self._waiting(consent.person):
            if waiting.kind is Kind.NOTICE_CHANGE:
                proof = f"{Way.COUNTER.value}: read before consent"
                self.keep(tx, waiting.settled(consent.given_at, DELIVERED, proof))
        self._waiters.end(tx, consent.person, consent.purpose)

    # -- reading ------------------------------------------------------------------------------

    def shown(self, delivery: Delivery) -> bytes:
        """The identifier that webhooks, lists and screens carry: it joins nobody to a row."""
        return self._alias.of(delivery.id)

    def row_of(self, shown: bytes) -> bytes:
        """The row behind a shown identifier; empty where it is none."""
        return self._alias.row(shown)

    def get(self, identity: bytes) -> Delivery | None:
        """One delivery. Raises ``Tampered``."""
        row = self._records.one("SELECT * FROM delivery WHERE id = ?", identity)
        return None if row is None else self._opened(row)

    def open(self) -> list[Delivery]:
        """Everything that has not arrived yet, the earliest due first. What was damaged keeps nobody
        else from being told; :meth:`every` and :meth:`damaged` name it.
        """
        waiting = (one for one, sealed in self.every() if sealed and one.open)
        return sorted(waiting, key=lambda one: (one.due, one.id))

    def damaged(self) -> int:
        """How many rows do not hold as they were written, readable or not."""
        rows = self._records.rows("SELECT * FROM delivery")
        return sum(_read(row) is None or not self._holds(row) for row in rows)

    def open_of(self, person: bytes) -> list[Delivery]:
        """What one person has yet to be told. Raises ``Tampered``."""
        rows = self._records.rows(
            "SELECT * FROM delivery WHERE person = ? AND settled_at IS NULL ORDER BY due, id",
            person,
        )
        return [self._opened(row) for row in rows]

    def _waiting(self, person: bytes) -> list[Delivery]:
        """The same, sealed or not: what somebody damaged keeps nobody from being told or deciding."""
        rows = self._records.rows(
            "SELECT * FROM delivery WHERE person = ? AND settled_at IS NULL", person
        )
        return [delivery for delivery in map(_read, rows) if delivery is not None]

    def has(self, person: bytes, kind: Kind) -> bool:
        """Whether a person was ever to be told something of this kind."""
        sql = "SELECT 1 FROM delivery WHERE person = ? AND kind = ?"
        return self._records.one(sql, person, kind.value) is not None

    def every(self) -> list[tuple[Delivery, bool]]:
        """Every delivery with whether its seal holds; rows nobody can read are left out."""
        rows = self._records.rows("SELECT * FROM delivery ORDER BY created, id")
        return [(delivery, self._holds(row)) for row in rows if (delivery := _read(row))]

    def _holds(self, row: tuple[Any, ...]) -> bool:
        try:
            self._seal.check(row[-1], *delivery_fields(row[:-1]))
        except Tampered:
            return False
        return True

    def _opened(self, row: tuple[Any, ...]) -> Delivery:
        self._seal.check(row[-1], *delivery_fields(row[:-1]))
        delivery = _read(row)
        if delivery is None:
            raise Tampered("a sealed record was changed")
        return delivery

    def _sealed(self, columns: tuple[Any, ...]) -> bytes:
        return self._seal.of(*delivery_fields(columns))


def changed_words(items: list[Bilingual], asks_anew: bool) -> Words:
    """The text of a changed notice: what changed, and what it means for the person."""
    zh = "；".join(item.zh.rstrip("。") for item in items)[:MOST_ZH] or "告知书的文字"
    en = "; ".join(item.en.rstrip(".") for item in items)[:MOST_EN] or "the wording of the notice"
    if asks_anew:
        return Words(
            f"告知事项有变更：{zh}。您先前的同意不再有效，在您重新决定之前不会使用您的人脸。"
            "您可以不同意，其他方式照常可用。",
            f"What we told you has changed: {en}. Your earlier consent no longer holds, and your"
            " face is not used until you decide anew. You may say no; the other ways stay open.",
        )
    return Words(
        f"告知事项有变更：{zh}。您可以随时撤回同意。",
        f"What we told you has changed: {en}. You can withdraw at any time.",
    )


def _read(row: tuple[Any, ...]) -> Delivery | None:
    """A row as it lies in the store; None where nobody could have written it."""
    (identity, person, purpose, kind, words, created, not_before, due, tries, next_try, settled,
     outcome, proof, _) = row  # fmt: skip
    try:
        told = [Try(at, Way(way), came) for at, way, came in json.loads(tries)]
        return Delivery(
            identity, person, purpose, Kind(kind), Words(*json.loads(words)), created, not_before,
            due, tuple(told), next_try, settled, outcome, proof,
        )  # fmt: skip
    except (ValueError, TypeError, RecursionError, Misused):
        return None
