"""Case files as they lie: one sealed row a case, changed only from the version that was read.

What a person asks and what they are told is enciphered under the home's own key; the row's seal
covers the rest. The ledger's last word about a case names that seal, so an older state pasted back
is refused, and the chain of openings knows of every case, so a row that was deleted is missed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from facekeep.db.store import Store
from facekeep.protect.derive import Seal, derive
from facekeep.protect.envelope import Envelope
from facekeep.storage.journal import Chain, Journal
from facekeep.storage.subjects import Directory
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Refused, Tampered
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE rights_case (
        id BLOB PRIMARY KEY, code BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, purpose TEXT NOT NULL,
        person BLOB NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,
        opened INTEGER NOT NULL, due TEXT NOT NULL, provisional INTEGER NOT NULL,
        ended INTEGER NOT NULL, about BLOB NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX rights_case_by_person ON rights_case (person)",
)

HOLDINGS = (
    Holding("records", "rights_case", "person", "what a person asked for and what they were told, sealed",
            "three years after the case ended", "rights.cases"),
)  # fmt: skip

BLOCK = 512
"""What is sealed about a case is padded to a multiple of this many bytes."""

OPEN = 0
"""``ended`` of a case that is not over."""

_COLUMNS = "id, code, kind, purpose, person, state, version, opened, due, provisional, ended, about"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. Times in seconds since 1970; ``due`` a day in China; ``about`` is enciphered.

    ``code`` is the keyed digest of what the person holds; ``person`` is empty where nobody of ours
    is concerned.
    """

    id: bytes
    code: bytes = field(repr=False)
    kind: str
    purpose: str
    person: bytes = field(repr=False)
    state: str
    version: int
    opened: int
    due: date
    provisional: bool
    about: Mapping[str, Any] = field(repr=False)
    ended: int = OPEN

    @property
    def number(self) -> str:
        """How officers call it: the identifier in hex."""
        return self.id.hex()

    @property
    def bound(self) -> tuple[bytes, ...]:
        """What the enciphered part is bound to: everything else."""
        numbers = (self.version, self.opened, self.ended, int(self.provisional))
        words = (self.kind, self.purpose, self.state, self.due.isoformat())
        fixed = (self.id, self.code, self.person)
        return (*fixed, *(w.encode() for w in words), *(n.to_bytes(8, "big") for n in numbers))


class CaseRows:
    """Every case of a home."""

    def __init__(self, records: Store, key: bytes, directory: Directory, journal: Journal) -> None:
        self._records, self._directory, self._journal = records, directory, journal
        self._seal = Seal(key, "facekeep case")
        self._envelope = Envelope(derive(key, "facekeep case"), "facekeep cases")

    def code_digest(self, code: str) -> bytes:
        """The keyed digest a receipt code is kept as, 32 bytes."""
        return self._seal.of(b"code", code.encode())

    # -- reading ----------------------------------------------------------------------------

    def get(self, case: bytes) -> CaseRow:
        """One case. Raises ``Misused`` where there is none, ``Tampered`` where it was changed."""
        return self._only("id = ?", case)

    def by_code(self, digest: bytes) -> CaseRow:
        """The case whose code the person holds. Raises ``Misused``."""
        return self._only("code = ?", digest)

    def every(self) -> list[CaseRow]:
        """All cases, oldest first. Raises ``Tampered``."""
        return [self.get(case) for case in self.identifiers()]

    def identifiers(self) -> list[bytes]:
        """All cases' identifiers as the rows say, unopened, oldest first."""
        rows = self._records.rows("SELECT id FROM rights_case ORDER BY opened, id")
        return [bytes(row[0]) for row in rows]

    def of_person(self, person: bytes) -> list[CaseRow]:
        """A person's cases, oldest first. Raises ``Tampered``."""
        return [self.get(case) for case in self.numbers_of(person)]

    def numbers_of(self, person: bytes) -> list[bytes]:
        """The identifiers of a person's cases as the rows say, unopened, oldest first."""
        rows = self._records.rows(
            "SELECT id FROM rights_case WHERE person = ? ORDER BY opened, id", person
        )
        return [bytes(row[0]) for row in rows]

    def missing(self) -> list[str]:
        """Numbers of cases that the ledger opened and did not forget, and that have no row."""
        known: dict[str, bool] = {}
        for told in self._journal.story(self._openings):
            known[told.details["case"]] = told.entry.kind == "rights:case:opened"
        held = {case.hex() for case in self.identifiers()}
        return sorted(case for case, lives in known.items() if lives and case not in held)

    # -- writing ----------------------------------------------------------------------------

    def open(self, tx: sqlite3.Connection, row: CaseRow) -> CaseRow:
        """A new case."""
        self._journal.write(tx, self._openings, "rights:case:opened", {"case": row.number}, {"kind": row.kind})  # fmt: skip
        self._write(tx, row, "rights:case:kept")
        return row

    def change(self, tx: sqlite3.Connection, seen: CaseRow, now: CaseRow, kind: str) -> CaseRow:
        """A case's next state, from the version that was read.

        Raises ``Refused`` where somebody else changed it meanwhile: nothing of theirs is lost.
        """
        if self.get(seen.id).version != seen.version:
            raise Refused(
                "somebody else changed this case meanwhile",
                f"Look at it again: facekeep case show {seen.number}",
                "PIPL-50",
            )
        following = replace(now, version=seen.version + 1)
        self._write(tx, following, kind)
        return following

    def note(
        self, tx: sqlite3.Connection, row: CaseRow, kind: str, told: Mapping[str, Any]
    ) -> bytes:
        """An entry about a case that leaves it as it is; returns its identifier."""
        last = self._journal.last(self.chain(row.id))
        carried = {"seal": last.details["seal"]} if last else {}
        public = {"kind": row.kind, "state": row.state}
        return self._journal.write(tx, self.chain(row.id), kind, {**carried, **told}, public).id

    def forget(self, tx: sqlite3.Connection, cases: list[bytes]) -> None:
        """Past their term: rows go, the chain of openings says so."""
        for case in cases:
            self._journal.write(tx, self._openings, "rights:case:forgotten", {"case": case.hex()})
            tx.execute("DELETE FROM rights_case WHERE id = ?", (case,))

    def ended_of(self, person: bytes) -> list[bytes]:
        """A person's cases that are over, as the rows say, unopened."""
        rows = self._records.rows(
            "SELECT id FROM rights_case WHERE person = ? AND ended > 0", person
        )
        return [bytes(row[0]) for row in rows]

    def ended_before(self, at: float) -> list[bytes]:
        """Cases that were over before a moment, as the rows say."""
        rows = self._records.rows(
            "SELECT id FROM rights_case WHERE ended > 0 AND ended < ?", int(at)
        )
        return [bytes(row[0]) for row in rows]

    def chain(self, case: bytes) -> Chain:
        """Entries about one case."""
        return Chain(self._directory.chain_secret(f"case/{case.hex()}"))

    # -- rows -------------------------------------------------------------------------------

    @property
    def _openings(self) -> Chain:
        return Chain(self._directory.chain_secret("cases"))

    def _only(self, where: str, value: bytes) -> CaseRow:
        found = self._records.one(f"SELECT {_COLUMNS}, seal FROM rights_case WHERE {where}", value)
        if found is None:
            raise Misused("there is no such case")
        return self._opened(found)

    def _opened(self, found: tuple[Any, ...]) -> CaseRow:
        """A row as it was last written, by the ledger's word. Raises ``Tampered``."""
        *plain, about, seal = found
        row = _bare(plain)
        try:
            told = json.loads(self._envelope.unwrap(about, *row.bound))
            self._seal.check(seal, about, *row.bound)
        except OverflowError:
            raise Tampered("a case was changed") from None
        last = self._journal.last(self.chain(row.id))
        if last is None or last.details["seal"] != bytes(seal).hex():
            raise Tampered("a case is another than the ledger's")
        return replace(row, about=told)

    def _write(self, tx: sqlite3.Connection, row: CaseRow, kind: str) -> None:
        about = canonical(dict(row.about))
        about = self._envelope.wrap(about.ljust(-(-len(about) // BLOCK) * BLOCK), *row.bound)
        seal = self._seal.of(about, *row.bound)
        tx.execute(
            f"INSERT OR REPLACE INTO rights_case ({_COLUMNS}, seal)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (row.id, row.code, row.kind, row.purpose, row.person, row.state, row.version,
             row.opened, row.due.isoformat(), int(row.provisional), row.ended, about, seal),
        )  # fmt: skip
        told = {"seal": seal.hex(), "version": row.version}
        self._journal.write(tx, self.chain(row.id), kind, told, {"kind": row.kind, "state": row.state})  # fmt: skip


def _bare(plain: list[Any]) -> CaseRow:
    case, code, kind, purpose, person, state, version, opened, due, provisional, ended = plain
    try:
        day = date.fromisoformat(due)
    except ValueError:
        raise Tampered("a case was changed") from None
    return CaseRow(
        case, code, kind, purpose, person, state, version, opened, day, bool(provisional), {}, ended
    )
