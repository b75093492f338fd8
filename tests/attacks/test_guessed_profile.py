"""The ledger that outsiders read holds no digest of a person's name to guess against."""

from __future__ import annotations

import json

from facekeep.assembly import House
from facekeep.ledger import log
from tests.attacks.toolkit import OFFICER
from tests.law.profile import HANDLER


def test_profile_is_in_no_open_part_of_the_ledger(house: House) -> None:
    """Names and telephone numbers are few: their unsalted digest would be found by trying."""
    house.set_handler(HANDLER, OFFICER)
    handler = house.home.handler.get()
    assert handler is not None
    with house.home.records.reading() as connection:
        entries = [log.entry(connection, n) for n in range(log.size(connection))]
    told = json.dumps([dict(entry.public or {}) for entry in entries])
    assert any(entry.kind == "governance:handler:set" for entry in entries)
    assert handler.identity not in told
