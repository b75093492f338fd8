"""A human looks at a decision again (PIPL art. 24): reason codes, never scores.

The reviewer sees what the ledger kept of the decision: outcome, reason, error rate, capture, attack
check, device. Vectors and scores were never kept, so nobody can be shown one.
"""

from __future__ import annotations

from typing import Any

from facekeep.rights.cases import ARTICLE, Kind, State
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.home import Home
from facekeep.storage.journal import Told
from facekeep.storage.subjects import Person
from facekeep.terms.errors import Misused, Refused

CODES = (
    "outcome", "reason", "max_fmr", "max_fpir", "pad", "capture", "device", "place", "model",
    "quality", "calibration", "ground", "alarm",
)  # fmt: skip
"""What of an entry may be seen by anybody but the machine: running totals stay sealed."""

_DECISIONS = ("use:verification:", "use:identification:", "collection:enrolment:")


def codes(told: Told) -> dict[str, Any]:
    """An entry's reason codes, and when it was."""
    kept = {key: told.details[key] for key in CODES if key in told.details}
    return {"event": told.entry.id.hex(), "kind": told.entry.kind, "at": told.entry.at, **kept}


def decision_of(home: Home, row: CaseRow) -> dict[str, Any]:
    """The decision a review is about. Raises ``Misused`` where it is not this person's."""
    if Kind(row.kind) is not Kind.HUMAN_REVIEW:
        raise Refused("this case is no review of a decision", "Open one: facekeep case open --kind human-review", ARTICLE)  # fmt: skip
    for told in home.journal.story(home.chain(_person(home, row))):
        if told.entry.id.hex() == row.about["event"]:
            return _with_model(home, row, _decided(told))
    raise Misused("the ledger has no such decision about this person")


def _person(home: Home, row: CaseRow) -> Person:
    """Whom the case is about: their reference may have been corrected, and be somebody else's now."""
    known = row.person in home.directory.everybody()
    departed = known and not home.directory.lives(row.person)
    return Person(row.person, row.purpose, known, departed)


def overturned(rows: list[CaseRow]) -> tuple[int, int]:
    """Reviews answered, and how many of them did not uphold the decision."""
    reviews = [row for row in rows if row.kind == Kind.HUMAN_REVIEW]
    answered = [row for row in reviews if row.state in (State.ANSWERED, State.CLOSED)]
    outcomes = [
        step["outcome"] for row in answered for step in row.about["steps"] if "outcome" in step
    ]
    return len(outcomes), sum(outcome != "upheld" for outcome in outcomes)


def _decided(told: Told) -> dict[str, Any]:
    if not told.entry.kind.startswith(_DECISIONS):
        raise Misused("this ledger entry is no decision")
    return codes(told)


def _with_model(home: Home, row: CaseRow, kept: dict[str, Any]) -> dict[str, Any]:
    """The purpose's model and rate beside the decision, as they are in force now."""
    try:
        purpose = home.purposes.current(row.purpose)
    except Refused:
        return kept
    return {"model": purpose.model, **kept, "purpose_max_fmr": f"{purpose.max_fmr:g}"}
