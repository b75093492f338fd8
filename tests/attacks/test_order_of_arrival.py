"""Who enrolled after whom is written nowhere in a home at rest (custody rule 7)."""

from __future__ import annotations

from facekeep.assembly import House
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


def test_cells_of_a_small_store_lie_in_no_order_of_arrival(site: Site) -> None:
    """Ten people fit one page: their places in it follow their random identifiers."""
    with site.open() as house:
        rows = enrolled_in_turn(site, house)
    content = site.file("references").read_bytes()
    places = [content.rfind(row) for row in rows]
    assert -1 not in places
    arrivals = sorted(range(PEOPLE), key=lambda n: places[n])
    by_identifier = sorted(range(PEOPLE), key=lambda n: rows[n], reverse=True)
    assert arrivals == by_identifier


def test_control_an_unsettled_store_shows_the_order(site: Site) -> None:
    """While the home is open the last ones in still lie in order: the control that can see."""
    with site.open() as house:
        rows = enrolled_in_turn(site, house)
        content = site.file("references").read_bytes()
    places = [content.rfind(row) for row in rows]
    assert places == sorted(places, reverse=True)
