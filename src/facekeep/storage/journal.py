"""Writing to the ledger about one person, one purpose or the home, and reading it back.

Events of one secret form a **chain** that only the secret can follow: the n-th event's identifier
is HMAC(s, n). There is no table of a person's events to steal, to join with a door log, or to
forget to erase; when s dies, the chain falls apart into unrelated entries (custody rule 6).

Each sealed entry carries the running totals of its chain, so a budget is read from the last
entry and can be recomputed from all of them.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from facekeep.db.store import Store
from facekeep.ledger import entries, log
from facekeep.ledger.entries import Entry
from facekeep.ledger.merkle import leaf_hash, root_of
from facekeep.terms.ports import Clock
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE row_seal (
        seal BLOB PRIMARY KEY, event BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX row_seal_by_event ON row_seal (event)",
)

HOLDINGS = (
    Holding("records", "row_seal", "seal", "keyed digests of reference rows; the salt dies with the row",
            "meaningless once the row is erased", "storage.erasure"),
)  # fmt: skip


STOPS = "stops"
"""How many restraints hold for whoever a chain is about (``governance.restraints``)."""

UNTOLD = "untold"
"""The changed notice that somebody waits for, by the identifier of its delivery; empty for none."""

LENGTHS = 200_000
"""How many chains' lengths are kept in mind, some 30 MB."""

CARRIED = ("totals", STOPS, UNTOLD)
"""What each entry of a chain repeats from the one before."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The secret behind a run of entries."""

    secret: bytes = field(repr=False)
    purpose: str = ""
    key: entries.Secret = field(init=False, repr=False, compare=False)
    """The secret made ready for several entries; it goes when the chain goes."""

    _ids: dict[int, bytes] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", entries.Secret(self.secret))

    def event_id(self, n: int) -> bytes:
        """The identifier of the n-th event, 16 bytes."""
        if n not in self._ids:
            self._ids[n] = self._event_id(n)
        return self._ids[n]

    def _event_id(self, n: int) -> bytes:
        return hmac.digest(self.secret, b"event" + n.to_bytes(8, "big"), "sha256")[:16]


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with its details opened."""

    n: int
    index: int
    entry: Entry
    details: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class End:
    """Where a chain ends: how many events it has, and the newest of them.

    Good for the transaction, or the reader's turn, in which it was read: another event of the chain
    moves it, and an event that follows a passed end is refused by its identifier. ``version`` is the
    store's ``data_version`` then.
    """

    chain: Chain
    length: int
    last: Told | None
    version: int

    @property
    def details(self) -> Mapping[str, Any]:
        """The sealed details of the newest event; empty where there is none."""
        return {} if self.last is None else self.last.details


class Journal:
    """The ledger in the records store, told about chains."""

    def __init__(self, records: Store, clock: Clock) -> None:
        self._records, self._clock = records, clock
        self._lengths: dict[bytes, int] = {}
        self._latest: tuple[int | None, float] = (None, 0.0)

    def now(self) -> float:
        """Wall time that never moves behind the last ledger time."""
        with self._records.reading() as connection:
            version, (known, latest) = self._records.data_version, self._latest
            if known != version:  # else nobody but us has written, and we know what
                latest = float(log.last_time(connection))
                self._latest = (version, latest)
        return max(self._clock(), latest)

    def write(
        self,
        tx: sqlite3.Connection,
        chain: Chain,
        kind: str,
        details: Mapping[str, Any] | None = None,
        public: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Append one event to a chain inside the caller's transaction."""
        return self.follow(tx, self.end(chain), kind, details, public)

    def follow(
        self,
        tx: sqlite3.Connection,
        end: End,
        kind: str,
        details: Mapping[str, Any] | None = None,
        public: Mapping[str, Any] | None = None,
        at: float | None = None,
    ) -> Entry:
        """The same behind an end that was read in this very transaction, ``at`` what :meth:`now` said
        in it. Raises ``Broken`` where the chain has moved on since.
        """
        entry = self._made(end, kind, details, public, self.now() if at is None else at)
        log.append(tx, [entry])
        self._note_length(end.chain, end.length + 1)
        return entry

    def prepare(
        self,
        chain: Chain,
        kind: str,
        details: Mapping[str, Any] | None = None,
        public: Mapping[str, Any] | None = None,
    ) -> Entry:
        """The chain's next event, made out but not yet written. Totals are carried on."""
        return self._made(self.end(chain), kind, details, public, self.now())

    def _made(
        self,
        end: End,
        kind: str,
        details: Mapping[str, Any] | None,
        public: Mapping[str, Any] | None,
        at: float,
    ) -> Entry:
        chain, carried = end.chain, {k: end.details[k] for k in CARRIED if k in end.details}
        entry = entries.make(
            chain.key, event_id=chain.event_id(end.length), kind=kind, at=at,
            purpose=chain.purpose, details={**carried, **(details or {})}, public=public,
        )  # fmt: skip
        version, latest = self._latest
        self._latest = (version, max(latest, float(entry.at)))
        return entry

    def write_rows(
        self,
        tx: sqlite3.Connection,
        chain: Chain,
        kind: str,
        seals: Iterable[bytes],
        details: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Append an event that seals reference rows: their number and the root over their seals."""
        ordered = sorted(seals)
        public = {"rows": len(ordered), "root": root_of([leaf_hash(s) for s in ordered]).hex()}
        entry = self.write(tx, chain, kind, details, public)
        tx.executemany(
            "INSERT OR REPLACE INTO row_seal VALUES (?, ?)", [(seal, entry.id) for seal in ordered]
        )
        return entry

    def length(self, chain: Chain) -> int:
        """How many events a chain has, found by doubling and halving."""
        low = self._lengths.get(chain.event_id(0), 0)
        while low and not self._exists(chain, low - 1):
            low //= 2
        step = 1
        while self._exists(chain, low + step - 1):
            low, step = low + step, step * 2
        while step > 1:
            step //= 2
            if self._exists(chain, low + step - 1):
                low += step
        self._note_length(chain, low)
        return low

    def end(self, chain: Chain, before: End | None = None) -> End:
        """Where a chain ends now. ``before`` is an earlier look: where neither we nor anybody else has
        written to the chain since, it is the answer."""
        with self._records.reading() as connection:
            version, length = self._records.data_version, self._likely_length(chain)
            if before is not None and (before.length, before.version) == (length, version):
                return before
            wanted = [chain.event_id(n) for n in (length - 1, length) if n >= 0]
            found = log.of_ids(connection, *wanted)
            if found.keys() != set(wanted[:-1]):  # it grew or shrank behind our back
                length = self.length(chain)
                found = log.of_ids(connection, chain.event_id(length - 1)) if length else {}
        if not length:
            return End(chain, 0, None, version)
        index, leaf = found[chain.event_id(length - 1)]
        last = _opened(chain, length - 1, index, leaf)
        return End(chain, length, last, version)

    def last(self, chain: Chain) -> Told | None:
        """The newest event of a chain."""
        return self.end(chain).last

    def untold(self, chain: Chain) -> str:
        """The delivery whoever a chain is about waits for, hexadecimal; empty for none."""
        return str(self.end(chain).details.get(UNTOLD, ""))

    def told(self, chain: Chain, n: int) -> Told | None:
        """The n-th event of a chain, opened."""
        with self._records.reading() as connection:
            found = log.of_ids(connection, chain.event_id(n))
        for index, leaf in found.values():
            return _opened(chain, n, index, leaf)
        return None

    def story(self, chain: Chain) -> Iterator[Told]:
        """Every event of a chain, oldest first."""
        n = 0
        while (told := self.told(chain, n)) is not None:
            yield told
            n += 1

    def _likely_length(self, chain: Chain) -> int:
        """How long the chain was when it was last looked at."""
        return self._lengths.get(chain.event_id(0), 0)

    def _note_length(self, chain: Chain, length: int) -> None:
        """A hint, found anew where it is missing: whoever asks about strangers for days fills nothing."""
        if len(self._lengths) >= LENGTHS:
            self._lengths.clear()
        self._lengths[chain.event_id(0)] = length

    def _exists(self, chain: Chain, n: int) -> bool:
        return (
            self._records.one("SELECT 1 FROM ledger_entry WHERE id = ?", chain.event_id(n))
            is not None
        )


def _opened(chain: Chain, n: int, index: int, leaf: bytes) -> Told:
    entry = entries.parse_leaf(leaf)
    return Told(n, index, entry, entries.open_sealed(chain.key, entry))
