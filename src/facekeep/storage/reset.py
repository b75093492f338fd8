"""Resetting faces: renewal of one subject, one purpose or everybody, written down and resumable.

A leaked reference is reset like a password: nobody comes back to the camera, and the old copy is
refused as stale. After a key leak (``because = keys``) the archives of references die as well,
since an old key and an old reference together are a template.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from facekeep.governance.intents import Intent
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame
from facekeep.storage.archives import Archive
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.keys import KeyRow
from facekeep.terms.errors import Refused
from facekeep.terms.ports import Progress

INTENT = "renewal"
KIND = "storage:reference:renewed"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose references: one subject's, one purpose's, both, or everybody's."""

    subject: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """What was renewed: ``references`` of people, the stand-ins that went with them not counted."""

    references: int
    archives_ended: int
    event: str


class Resetter:
    """Renews what a scope covers."""

    def __init__(self, home: Home, keepers: Keepers) -> None:
        self._home, self._keepers = home, keepers

    def renew(
        self, scope: Scope, because: str, progress: Progress = lambda done, total: None
    ) -> Reset:
        """Renew and record. Raises ``Refused`` where nothing of a subject is kept, or the purpose is
        not published."""
        home = self._home
        if scope.purpose is not None:
            home.purpose(scope.purpose, KIND)
        rows = self._rows(scope)
        if scope.subject is not None and not rows:
            raise Refused(
                "nothing is kept that could be renewed", "Enrol first, or check the purpose",
                article="I24745-TPL",
            )  # fmt: skip
        intent = Intent(home.entropy(16), INTENT, "begun", _body(scope, rows, because))
        with home.records.transaction() as tx:
            home.intents.begin(tx, intent, int(home.clock()))
        self._keepers.renewer.renew(rows, progress)
        ended = self._end_archives(because)
        event = self._complete(intent, rows, partial(self._chain, scope), because)
        return Reset(sum(not row.is_stand_in for row in rows), len(ended), event)

    def recover(self, intent: Intent) -> int:
        """Finish an interrupted renewal; returns how many rows were still to do."""
        self._keepers.renewer.resume()
        done = {row.row for row in self._unsealed()}
        rows = [row for row in self._intended(intent) if row.row not in done]
        self._keepers.renewer.renew(rows)
        because = intent.body["because"]
        self._end_archives(because)
        self._complete(intent, self._unsealed(), self._home.own_chain, because)
        return len(rows)

    def _end_archives(self, because: str) -> list[Archive]:
        """An archive of keys would bring the replaced ones back; after a key leak an old reference
        would find its old key."""
        archives = self._home.archives
        ended = archives.end_keys()
        return [*ended, *archives.end_references()] if because == "keys" else ended

    def _intended(self, intent: Intent) -> list[KeyRow]:
        if intent.body["rows"]:
            return self._home.vault_rows(intent.body["rows"])
        return self._rows(Scope(purpose=intent.body["purpose"] or None))

    def _rows(self, scope: Scope) -> list[KeyRow]:
        home = self._home
        if scope.subject is None:
            return (
                home.vault.every()
                if scope.purpose is None
                else home.vault.of_purpose(scope.purpose)
            )
        persons = home.directory.persons(scope.subject, scope.purpose)
        consents = [c for person in persons for c in home.consents.of_person(person.id)]
        return [row for consent in consents for row in home.vault.all_of_consent(consent.id)]

    def _chain(self, scope: Scope) -> Chain:
        if scope.subject is not None and scope.purpose is not None:
            return self._home.chain(self._home.directory.person(scope.subject, scope.purpose))
        return self._home.own_chain()

    def _complete(
        self, intent: Intent, rows: Sequence[KeyRow], whose: Callable[[], Chain], because: str
    ) -> str:
        home = self._home
        seals = self._seals(rows)
        with home.records.transaction() as tx:
            entry = home.journal.write_rows(tx, whose(), KIND, seals, {"because": because})
            home.intents.close(tx, intent)
        home.records.sweep()
        return entry.id.hex()

    def _seals(self, rows: Sequence[KeyRow]) -> list[bytes]:
        found = (self._home.references.of_row(row.row) for row in rows)
        return [split.seal_of(record) for record in found if record is not None]

    def _unsealed(self) -> list[KeyRow]:
        """Rows an interrupted renewal had changed before their seals were written.

        A forged row gets no seal: it stays refused at every opening, and ``doctor`` names it.
        """
        home = self._home
        known = {row[0] for row in home.records.rows("SELECT seal FROM row_seal")}
        loose = {r.row for r in home.references.every() if split.seal_of(r) not in known}
        rows = [row for row in home.vault.every() if row.row in loose]
        genuine = self._keepers.references.genuine(
            (row.row, Frame(home.id, row.model, row.d)) for row in rows
        )
        return [row for row in rows if row.row in genuine]


def _body(scope: Scope, rows: Sequence[KeyRow], because: str) -> dict[str, str]:
    """A subject's rows by their random names; a purpose's or everybody's by saying so."""
    named = " ".join(row.row.hex() for row in rows) if scope.subject is not None else ""
    return {"because": because, "purpose": scope.purpose or "", "rows": named}
