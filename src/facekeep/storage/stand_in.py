"""A stand-in row for each purpose, so that an unknown subject takes the path of a known one.

A real row in both stores under a random code; never part of a gallery, never a match.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np

from facekeep.governance.purposes import Purpose
from facekeep.protect.derive import derive
from facekeep.protect.encoding import quantise
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame
from facekeep.storage.home import Home
from facekeep.storage.keepers.rooms import Keepers
from facekeep.storage.keys import STAND_IN, KeyRow
from facekeep.terms.errors import Broken
from facekeep.terms.ports import Sight
from facekeep.terms.values import Code, Grant, RowId

FAR_FUTURE = 253_402_300_740
"""The last whole minute of the year 9999: nobody's consent stands behind a stand-in."""


class StandIns:
    """Finds a purpose's stand-in, or makes it."""

    def __init__(self, home: Home, keepers: Keepers) -> None:
        self._home, self._keepers = home, keepers
        self._making = Lock()

    def of(self, purpose: Purpose, sight: Sight) -> KeyRow:
        """The stand-in's key row for the purpose as it is now."""
        return self.beside(None, purpose, sight)[1]

    def beside(
        self, consent: bytes | None, purpose: Purpose, sight: Sight
    ) -> tuple[KeyRow | None, KeyRow]:
        """The row of a consent, where there is one, and the stand-in's. They are looked up together
        for everybody, so that whether the stand-in was needed does not show."""
        nobody = _nobody(self._home.id, purpose.id, purpose.hash)
        own, found = self._home.vault.of_either(consent or nobody, nobody)
        return (own if consent else None), found or self._first(purpose, nobody, sight)

    def _first(self, purpose: Purpose, nobody: bytes, sight: Sight) -> KeyRow:
        with self._making:  # two who ask first at the same time find the same
            return self._home.vault.of_consent(nobody) or self._made(purpose, nobody, sight)

    def _made(self, purpose: Purpose, nobody: bytes, sight: Sight) -> KeyRow:
        row = RowId(self._home.entropy(16))
        # The trailing mark keeps the row out of the purpose's gallery: no purpose may be so named.
        grant = Grant(f"{purpose.id}{STAND_IN}", purpose.hash, nobody, FAR_FUTURE)
        epoch, mask = self._keepers.keys.draw(row, grant, sight.model, sight.dim)
        frame = Frame(self._home.id, sight.model, sight.dim)
        words = split.split(self._random_code(sight.dim), mask)
        record = self._keepers.references.keep(frame, row, epoch, words)
        with self._home.records.transaction() as tx:
            self._home.journal.write_rows(
                tx, self._home.own_chain(), "storage:stand-in:kept", [split.seal_of(record)]
            )
        self._home.vault.put_in_force(row, [], int(self._home.clock()))
        made = self._home.vault.of_row(row)
        if made is None:
            raise Broken("the key store did not keep a row")
        return made

    def _random_code(self, d: int) -> Code:
        seed = int.from_bytes(self._home.entropy(32), "big")
        direction = np.random.default_rng(seed).standard_normal(d)
        return quantise(direction / np.linalg.norm(direction))


@lru_cache(64)
def _nobody(home: bytes, purpose: str, purpose_hash: bytes) -> bytes:
    """Under which consent a purpose's stand-in lies: nobody's, 16 bytes."""
    return derive(home, "facekeep nobody", purpose.encode(), purpose_hash)[:16]
