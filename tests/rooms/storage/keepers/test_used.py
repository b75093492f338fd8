"""A permit is used once; the memory of it does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from facekeep.storage.keepers import used
from facekeep.storage.keepers.used import UsedPermits
from facekeep.terms.errors import PermitExpired


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[UsedPermits]:
    monkeypatch.setattr(used, "REMEMBERED", 8)
    return UsedPermits()


def permit(number: int, tail: bytes = b"x" * 8) -> Any:
    return SimpleNamespace(id=number.to_bytes(8, "big") + tail)


def test_each_permit_is_used_once_in_any_order(few: UsedPermits) -> None:
    """Threads overtake each other on the way to the keeper."""
    for number in (3, 1, 2, 6, 4, 5):
        few.use_up(permit(number))
    for number in range(1, 7):
        with pytest.raises(PermitExpired):
            few.use_up(permit(number))
    with pytest.raises(PermitExpired):
        few.use_up(permit(2, b"another!"))


def test_a_permit_that_grew_too_old_is_dead_used_or_not(few: UsedPermits) -> None:
    """Never the other way round: what is no longer told apart is refused."""
    few.use_up(permit(1))
    few.use_up(permit(1 + 8))
    few.use_up(permit(2 + 8))
    for number in (1, 2):
        with pytest.raises(PermitExpired):
            few.use_up(permit(number))


def test_memory_does_not_grow() -> None:
    """A service answers a thousand questions a second for years."""
    kept = UsedPermits()
    size = kept._newest.buffer_info()[1]
    for number in range(1, 200_000):
        kept.use_up(permit(number))
    assert kept._newest.buffer_info()[1] == size == used.REMEMBERED


def test_of_two_threads_one_uses_a_permit() -> None:
    """The same permit handed in at once."""
    kept, numbers = UsedPermits(), count(1)

    def both(number: int) -> int:
        def once(_: int) -> int:
            try:
                kept.use_up(permit(number))
            except PermitExpired:
                return 0
            return 1

        return sum(pool.map(once, range(2)))

    with ThreadPoolExecutor(2) as pool:
        assert [both(next(numbers)) for _ in range(500)] == [1] * 500
