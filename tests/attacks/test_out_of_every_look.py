"""A breach at the end of a long store: a look at the first ones only would never meet it."""

from __future__ import annotations

import pytest

from facekeep.storage.lots import some
from tests.attacks.toolkit import Lot


def test_few_are_all_looked_at() -> None:
    """No lot where there is nothing to leave out."""
    assert some([3, 1, 2], 3, Lot(1)) == [3, 1, 2]
    assert some([], 3, Lot(1)) == []


@pytest.mark.parametrize("hidden", [0, 499, 999])
def test_no_place_is_out_of_sight(hidden: int) -> None:
    """Wherever it lies: 200 looks at a tenth each miss it with a chance under 1e-9."""
    lot, many = Lot(7), list(range(1000))
    looks = [some(many, 100, lot) for _ in range(200)]
    assert all(len(set(look)) == 100 for look in looks)
    assert any(hidden in look for look in looks)
