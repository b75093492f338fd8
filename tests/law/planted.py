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
    also: frozenset[str] = frozenset()
    """Duties judged from the very row that was edited: its seal broke for them too."""


CONSENT = frozenset(
    [
        "FRM-06-1",
        "FRM-07-1",
        "FRM-07-2",
        "FRM-08-1",
        "FRM-08-2",
        "FRM-12",
        "FRM-14-1",
        "NDSR-09",
        "PIPL-14",
        "PIPL-19",
        "SPC-2021",
        "I27560-REC",
        "GDPR-9-35",
        "BIPA-15",
        "FRM-05-2",
        "NDSR-11",
        "PIPL-47",
    ]
)
"""Duties judged from a consent's sealed row."""

PEOPLE = frozenset(["FRM-15-1", "PIPL-52", "G45574-DPO", "AUD-04", "NDSR-28", "MINOR-37"])
"""Duties judged from who is on the roll."""

CASES = frozenset(["PIPL-24", "PIPL-44-46", "PIPL-49", "PIPL-50", "FRM-17", "NDSR-20"])
"""Duties judged from the cases."""

PURPOSES = frozenset(
    [
        "FRM-04",
        "FRM-05-1",
        "FRM-05-3",
        "FRM-09-1",
        "FRM-09-2",
        "FRM-09-4",
        "FRM-10-1",
        "FRM-10-2",
        "FRM-15-3",
        "PIPL-13",
        "PIPL-16",
        "PIPL-17",
        "PIPL-28",
        "PIPL-30",
        "NDSR-12",
        "PIPL-23",
        "PIPL-40",
        "PIPL-48",
        "I29184-NOT",
        "I19795-PERF",
        "I30107-PAD",
        "SPC-2021",
        "AIA-26",
        "AIA-14-5",
    ]
)
"""Duties judged from a purpose's text."""

DECISIONS = frozenset(["FRM-05-3", "FRM-13-1", "AIA-5-E", "G38671-LIV", "G41819-COL", "PIPL-26"])
"""Duties judged from the sealed entries of decisions."""

FILINGS = frozenset(
    ["FRM-15-1", "FRM-15-2", "FRM-15-3", "FRM-15-4", "PIPL-52", "MINOR-37", "AUD-11", "FRF-MAT"]
)
"""Duties judged from the register of filings."""

WITNESS = frozenset({"FRM-14-1", "PIPL-69"})
"""Duties that ask for a witness of the last thirty days: where a breach takes its time."""

PROFILE = frozenset(
    [
        "AUD-04",
        "AUD-11",
        "FRM-02",
        "FRM-05-1",
        "FRM-09-4",
        "FRM-11",
        "FRM-14-2",
        "FRM-17",
        "G45574-DPO",
        "NDSR-12",
        "NDSR-20",
        "NDSR-28",
        "PIPL-21",
        "PIPL-23",
        "PIPL-40",
        "PIPL-51-1",
        "PIPL-51-4",
        "PIPL-52",
        "PIPL-54",
    ]
)
"""Duties judged from the handler's profile."""

BREACHES: list[Breach] = []


def breach(*breaks: str, says: str, also: frozenset[str] = frozenset()) -> Callable[[Plant], Plant]:
    """Register a planted breach under its function's name."""

    def register(plant: Plant) -> Plant:
        name = plant.__name__
        BREACHES.append(Breach(name, frozenset(breaks), says, plant, also))
        return plant

    return register


def run(store: Store, sql: str, *values: object) -> None:
    """A statement behind the room's back."""
    store.connection.execute(sql, values)
