"""Receipts of people who left: the ledger names each departure's number, and a number alone opens nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.rooms.web.portal.own import settled, withdraw
from tests.rooms.web.portal.walking import invited, text_of, walker

KEPT = re.compile(r'href="(/p/[0-9a-f]{40})/left/([^"]+)"')


@pytest.fixture
def anna(site: Site, house: House) -> Iterator[TestClient]:
    """Whoever leaves."""
    with walker(house, site.settings, site.people) as client:
        yield client


@pytest.fixture
def bert(site: Site, house: House) -> Iterator[TestClient]:
    """A neighbour with a link of his own, who can read the ledger."""
    with walker(house, site.settings, site.people) as client:
        yield client


def test_the_number_of_a_departure_opens_nobody_elses_receipt(
    anna: TestClient, bert: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It carries the secret by which her entries are told from others': hers alone, while it is waited for
    and once it lies there."""
    path, number = _waits(anna, site, house, monkeypatch)
    his = invited(house, "bert")
    look = f"{path}/left/{number}"
    assert "your face data is erased" not in text_of(anna.get(look).text)
    assert bert.get(f"{his}/left/{number}").status_code == 404

    house.close()
    with site.open() as later, walker(later, site.settings, site.people) as again:
        assert again.get(f"{his}/left/{number}").status_code == 404
        assert again.get(f"{his}/left/{number[:32]}").status_code == 404
        assert again.get(f"{path}/left/{number[:32]}").status_code == 404
        assert "your face data is erased" in text_of(again.get(look).text)


def _waits(
    client: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """She takes it back while a store is away: the link to her receipt, and its number."""
    settled(client, site, house)
    with monkeypatch.context() as patch:
        patch.setattr(type(house.home.references), "destroy", _away, raising=False)
        patch.setattr(type(house.withdrawals), "erase", _away)
        answer = withdraw(client)
    assert answer.status_code == 202
    found = KEPT.search(answer.text)
    assert found
    return found[1], found[2]


def _away(*_: Any, **__: Any) -> None:
    raise sqlite3.OperationalError("unable to open database file")
