"""The register of planted breaches: what is made wrong, which duties it breaks, how it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from facekeep.assembly import House
from facekeep.db.store import Store
from tests.attacks.toolkit import Site

Plant = Callable[[Site, House], object]


@dataclass(frozen=True)
class Breach:
    """What is made wrong, which duties it breaks, and words of the gap."""

    name: str
    breaks: frozenset[str]
    says: str
    plant: Plant = field(compare=False)
    spreads: bool = False
    """Whether rooms that need what was destroyed cannot answer either."""


BREACHES: list[Breach] = []


def breach(*breaks: str, says: str, spreads: bool = False) -> Callable[[Plant], Plant]:
    """Register a planted breach under its function's name."""

    def register(plant: Plant) -> Plant:
        name = plant.__name__
        BREACHES.append(Breach(name, frozenset(breaks), says, plant, spreads))
        return plant

    return register


def run(store: Store, sql: str, *values: object) -> None:
    """A statement behind the room's back."""
    store.connection.execute(sql, values)
