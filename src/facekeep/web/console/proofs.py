"""The proof strip of what these pages assert: the ledger's newest entry about it."""

from __future__ import annotations

from dataclasses import dataclass

from facekeep.assembly import House
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.journal import Chain, Told

LOOK_BACK = 200
"""How many entries of a chain that many things share are looked through."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One entry: its identifier, its kind, and where it is checked in front of the reader."""

    entry: str
    kind: str
    at: int

    @property
    def link(self) -> str:
        """Where it is checked."""
        return f"/console/ledger/{self.entry}"


def purpose_strip(house: House, name: str) -> Strip | None:
    """The newest entry about a purpose."""
    return _newest(house, Chain(house.home.directory.chain_secret("purposes")), "purpose", name)


def own_strip(house: House, key: str, value: str) -> Strip | None:
    """The newest entry of the home's own chain that names something, such as a device."""
    return _newest(house, house.home.own_chain(), key, value)


def case_strip(house: House, row: CaseRow) -> Strip | None:
    """The newest entry about a case."""
    told = house.home.journal.last(house.home.cases.chain(row.id))
    return None if told is None else _strip(told)


def _newest(house: House, chain: Chain, key: str, value: str) -> Strip | None:
    journal = house.home.journal
    length = journal.length(chain)
    for n in range(length - 1, max(length - LOOK_BACK, 0) - 1, -1):
        told = journal.told(chain, n)
        if told is not None and told.entry.public.get(key) == value:
            return _strip(told)
    return None


def _strip(told: Told) -> Strip:
    return Strip(told.entry.id.hex(), told.entry.kind, told.entry.at)
