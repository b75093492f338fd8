"""The handler ends a use: capture stops, and everybody's face data in it goes (PIPL art. 47).

The hands of the end of a use; ``oversight.deregister`` keeps the book. Each act may be repeated after
a crash and then finds less to do. None needs the passphrase. Whoever's consent ends here keeps what a
withdrawal would leave them: an evidence secret until the end of its term.
"""

from __future__ import annotations

from collections.abc import Mapping

from facekeep.collection.capture import Register
from facekeep.governance.devices import DeviceState
from facekeep.governance.purposes import Stage
from facekeep.rights.withdrawal import WithdrawalDesk
from facekeep.storage.home import Home
from facekeep.terms.values import ConsentState

BECAUSE = "the use of face recognition ended"


class UseEnder:
    """Ends purposes and what was kept for them."""

    def __init__(self, home: Home, withdrawals: WithdrawalDesk) -> None:
        self._home, self._withdrawals = home, withdrawals

    def stop(self, purpose: str) -> None:
        """The purpose ends for good, and devices that serve no other one are suspended."""
        home = self._home
        if home.purposes.stage(purpose) is not Stage.ENDED:
            with home.records.transaction() as tx:
                at = int(home.journal.now())
                home.purposes.end(tx, purpose, "oversight", BECAUSE, at)
        for name, row in home.devices.audit():
            if row is None:  # changed in the store: refused at every use, and named by its question
                continue
            if row.state is DeviceState.ACTIVE and not self._serves(row.device.purposes):
                Register(home).suspend(name)

    def erase(self, purpose: str) -> int:
        """Face keys and references first, all at once; then each person's consents.

        Returns how many people's consents this call ended.
        """
        home = self._home
        keys = [row for row in home.vault.every() if row.grant.purpose == purpose]
        home.eraser.erase(keys, int(home.clock()))
        home.eraser.erase_orphans()
        people = self._living(purpose)
        for person in people:
            self._withdrawals.revoke(person, purpose)
        return len(people)

    def end_archives(self) -> None:
        """No sealed copy opens any more."""
        home = self._home
        for archive in home.archives.end_every():
            home.note(home.own_chain(), "storage:archive:ended", {}, {"archive": archive.id})

    def left(self, purposes: tuple[str, ...]) -> Mapping[str, int]:
        """How much still exists: keys, references without a key, living people, consents given."""
        home, rows = self._home, self._home.vault.every()
        held = {row.row for row in rows}
        return {
            "keys": sum(row.grant.purpose in purposes for row in rows),
            "references": len(home.references.identifiers() - held),
            "people": sum(len(self._living(purpose)) for purpose in purposes),
            "consents": sum(self._given(purpose) for purpose in purposes),
        }

    def horizon(self) -> int | None:
        """When the last sealed copy of any key dies (seconds since 1970)."""
        return self._home.archives.horizon(int(self._home.journal.now()))

    def _serves(self, purposes: list[str]) -> bool:
        return any(self._home.purposes.in_force(purpose) for purpose in purposes)

    def _living(self, purpose: str) -> list[bytes]:
        """Persons whose consent has not ended, as the rows say, unopened."""
        sql = "SELECT id FROM person WHERE purpose = ? AND departed = 0 ORDER BY id"
        return [bytes(row[0]) for row in self._home.records.rows(sql, purpose)]

    def _given(self, purpose: str) -> int:
        sql = "SELECT count(*) FROM consent WHERE purpose = ? AND state IN (?, ?)"
        found = self._home.records.one(sql, purpose, ConsentState.GIVEN, ConsentState.RENEWED)
        return int(found[0]) if found else 0
