"""A model that is good for demonstrations alone is named on every page that people read."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.terms.errors import Broken
from facekeep.terms.values import Grade
from tests.attacks.http import TestClient

SAYS = "A demonstration model is in use here"
PAGES = ("/", "/notices/gate", "/notices/nothing", f"/p/{'0' * 40}", "/mine/face")


def test_every_page_says_so(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refusals too."""
    monkeypatch.setattr(house, "grade", lambda model: Grade.DEMONSTRATION)

    assert not [page for page in PAGES if SAYS not in door.get(page).text]


@pytest.mark.parametrize("grade", [Grade.PRODUCTION, None])
def test_no_page_says_so_of_another_model(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch, grade: Grade | None
) -> None:
    """None where the model's file is not here: it is not in use."""
    monkeypatch.setattr(house, "grade", lambda model: grade)

    assert not [page for page in PAGES if SAYS in door.get(page).text]


def test_the_cards_are_read_once(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page does not wait for files."""
    asked: list[str] = []
    monkeypatch.setattr(house, "grade", asked.append)

    for page in PAGES:
        door.get(page)

    assert asked == ["simulated"]


def test_a_page_that_says_what_is_broken_is_shown_all_the_same(
    door: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store went away."""

    def broken() -> list[str]:
        raise Broken("the store went away")

    monkeypatch.setattr(house.home.purposes, "names", broken)

    answer = door.get("/")

    assert answer.status_code == 503
    assert "The store went away" in answer.text
