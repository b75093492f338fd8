"""Threads that answer share a core; what computes without the interpreter has all of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import pytest

from facekeep.terms import cores
from facekeep.terms.cores import settle, spread

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="one core, or a system without affinity",
)

ALL = set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set()


@pytest.fixture(autouse=True)
def nobody_settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cores, "_chosen", [])
    yield
    assert set(os.sched_getaffinity(0)) == ALL  # the thread of the tests never settles


def within(act: Callable[[], object]) -> object:
    """What an act says in a thread of its own."""
    said: list[object] = []
    thread = threading.Thread(target=lambda: said.append(act()))
    thread.start()
    thread.join()
    return said[0]


def mine() -> set[int]:
    return set(os.sched_getaffinity(0))


def test_all_who_settle_share_one_core_and_nobody_else() -> None:
    """And whoever they start."""

    def settled() -> tuple[set[int], object]:
        settle()
        settle()
        return mine(), within(mine)

    first, second = within(settled), within(settled)
    assert first == second
    assert isinstance(first, tuple)
    assert len(first[0]) == 1
    assert first[0] == first[1]
    assert within(mine) == ALL


def test_what_computes_has_all_cores_and_comes_back() -> None:
    """Also a thread that was started by a settled one, and after an error."""

    def computing() -> list[set[int]]:
        seen = []
        with pytest.raises(ZeroDivisionError), spread():  # noqa: PT012
            seen.append(mine())
            raise ZeroDivisionError
        return [*seen, mine()]

    def settled() -> tuple[object, object]:
        settle()
        return computing(), within(computing)

    own, started = within(settled)  # type: ignore[misc]
    assert own == started
    assert own[0] == ALL
    assert len(own[1]) == 1


def test_where_nobody_settled_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command line is left as it is."""

    def forbidden(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(os, "sched_setaffinity", forbidden)
    with spread():
        pass


def test_where_it_is_not_allowed_everybody_stays_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A container may refuse; the service answers all the same."""

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refused)

    def settled() -> set[int]:
        settle()
        with spread():
            return mine()

    assert within(settled) == ALL
