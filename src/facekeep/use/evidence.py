"""What the comparing room answers about itself: every answer is written down, and how it is acted on."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from facekeep.ledger.entries import head_of
from facekeep.storage.evidence import identifying
from facekeep.storage.home import Home
from facekeep.storage.lots import some
from facekeep.storage.subjects import Person
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.values import Decision
from facekeep.use import identification, verification

DAY = 86_400
SAMPLE = 200
"""People whose stories are read."""

WHOLE_ANSWER = {"max_fmr", "capture", "pad", "totals"}
"""What an entry says of every answer, beside the answer."""

KINDS = (verification.KIND, identification.KIND)


def _recorded(home: Home, now: int) -> Finding:
    """Every picture that was answered has an entry of the same day (Measures art. 14).

    Which pictures were answered is remembered apart from the ledger, under the chain's secret.
    """
    days = Counter({int(d): int(n) for d, n in home.records.rows(_BY_DAY)})
    with home.records.reading() as connection:
        written = _written(connection, min(days, default=0))
    silent = sum((days - written).values())
    gaps = []
    if silent:
        gaps.append(Gap(f"pictures answered without an entry: {silent}", "facekeep doctor"))
    if partial := sum(map(len, (_incomplete(home, one) for one in _sampled(home)))):
        gaps.append(
            Gap(f"entries that do not say how sure the answer was: {partial}", "facekeep doctor")
        )
    facts = {"answered": days.total(), "entries": written.total()}
    return Finding(facts, tuple(gaps), applies=bool(days or written))


_BY_DAY = "SELECT day, count(*) FROM answered GROUP BY day"
_NEWEST_FIRST = "SELECT leaf FROM ledger_entry ORDER BY idx DESC"


def _written(connection: sqlite3.Connection, since: int) -> Counter[int]:
    """Entries of answers by day, back to the first day of interest."""
    kinds = [f'"kind":"{kind}"'.encode() for kind in KINDS]
    counted: Counter[int] = Counter()
    for (leaf,) in connection.execute(_NEWEST_FIRST):
        day = head_of(leaf)[0] // DAY
        if day < since:
            break
        counted[day] += any(kind in leaf for kind in kinds)
    return +counted


def _sampled(home: Home) -> Iterator[Person]:
    drawn = some(home.directory.living(), SAMPLE, home.entropy)
    return (Person(one, "", known=True) for one in drawn)


def _incomplete(home: Home, person: Person) -> list[int]:
    """Places in a person's story where an answer says too little about itself."""
    decided = {decision.value for decision in Decision}
    return [
        told.n
        for told in home.journal.story(home.chain(person))
        if told.details.get("outcome") in decided and not told.details.keys() >= WHOLE_ANSWER
    ]


def _two_persons(home: Home, now: int) -> Finding:
    """A hit among many is acted on only after two people checked it (AI Act art. 14(5))."""
    searching = identifying(home)
    gaps = tuple(
        Gap(f"hits of {name} are released without two people's check", "facekeep purpose end NAME")
        for name in searching
    )
    return Finding({"purposes": searching}, gaps, applies=bool(searching))


EVIDENCE: tuple[Question[Home], ...] = (
    Question("use.decisions.recorded", _recorded),
    Question("use.identification.two_persons", _two_persons),
)
"""Measures art. 14; AI Act art. 14(5)."""
