"""Who enrolled after whom is written nowhere in a small store (custody rule 7)."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.storage import references
from facekeep.storage.reset import Scope
from tests.attacks.toolkit import Site

PEOPLE = 10


def enrolled_in_turn(site: Site, house: House) -> list[bytes]:
    """The identifiers of people enrolled one after the other."""
    rows: list[bytes] = []
    for number in range(PEOPLE):
        site.enrol(house, f"p{number}")
        known = {r.row for r in house.home.vault.of_purpose("gate")}
        rows.append((known - set(rows)).pop())
    return rows


def places_of(site: Site, rows: list[bytes]) -> list[int]:
    """Where each identifier lies in the file, in order of arrival."""
    content = site.file("references").read_bytes()
    places = [content.rfind(row) for row in rows]
    assert -1 not in places
    return places


def is_by_identifier(rows: list[bytes], places: list[int]) -> bool:
    """Whether the places within a page follow the random identifiers."""
    return sorted(rows, key=lambda row: places[rows.index(row)]) == sorted(rows, reverse=True)


def test_cells_of_a_small_store_lie_in_no_order_of_arrival(site: Site) -> None:
    """Ten people fit one page: their places in it follow their random identifiers, while the home is
    open (a thief, or a backup, copies it then) and when it has come to rest."""
    with site.open() as house:
        rows = enrolled_in_turn(site, house)
        assert is_by_identifier(rows, places_of(site, rows))
        house.resetter.renew(Scope(), "routine")
        assert is_by_identifier(rows, places_of(site, rows))
    assert is_by_identifier(rows, places_of(site, rows))


def test_control_an_unsettled_store_shows_the_order(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is not written anew has the last ones in lie in order: the control that can see."""
    monkeypatch.setattr(references, "FEW", 0)
    with site.open() as house:
        rows = enrolled_in_turn(site, house)
        places = places_of(site, rows)
    assert places == sorted(places, reverse=True)
    assert not is_by_identifier(rows, places)
