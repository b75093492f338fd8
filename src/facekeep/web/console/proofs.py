"""The proof strip of what these pages assert: the ledger's newest entry about it."""

from __future__ import annotations

from dataclasses import dataclass

from facekeep.access.roles import Action
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.journal import Chain, Told
from facekeep.web.service import Call

LOOK_BACK = 200
"""How many entries of a chain that many things share are looked through."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One entry, and where it is checked in front of whoever may read the ledger."""

    entry: str
    link: str


def purpose_strip(call: Call, name: str) -> Strip | None:
    """The newest entry about a purpose."""
    return _newest(call, Chain(call.house.home.directory.chain_secret("purposes")), "purpose", name)


def own_strip(call: Call, key: str, value: str) -> Strip | None:
    """The newest entry of the home's own chain that names something, such as a device."""
    return _newest(call, call.house.home.own_chain(), key, value)


def case_strip(call: Call, row: CaseRow) -> Strip | None:
    """The newest entry about a case."""
    told = call.house.home.journal.last(call.house.home.cases.chain(row.id))
    return None if told is None else _strip(call, told)


def _newest(call: Call, chain: Chain, key: str, value: str) -> Strip | None:
    journal = call.house.home.journal
    length = journal.length(chain)
    for n in range(length - 1, max(length - LOOK_BACK, 0) - 1, -1):
        told = journal.told(chain, n)
        if told is not None and told.entry.public.get(key) == value:
            return _strip(call, told)
    return None


def _strip(call: Call, told: Told) -> Strip:
    entry = told.entry.id.hex()
    return Strip(entry, f"/console/ledger/{entry}" if call.may(Action.READ_LEDGER) else "")
