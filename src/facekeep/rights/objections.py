"""Putting right what is wrong about a person (PIPL art. 46): a birth date, the operator's reference.

Restriction and objection (art. 44) lie in ``governance.restraints``; their cases place and lift
them. A corrected birth date is read against the consents at once: one that a child under 14 gave
without a guardian loses its force.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from facekeep.governance.consent import Ending
from facekeep.governance.guardians import ages
from facekeep.storage.home import Home
from facekeep.storage.subjects import normal
from facekeep.terms.errors import Misused
from facekeep.terms.values import ConsentState

WHY = "a corrected birth date: a guardian must consent"


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be put right: another reference, another birth date, or both."""

    reference: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)

    def as_body(self) -> dict[str, str]:
        """What a case keeps. Raises ``Misused`` where nothing is to be corrected."""
        if not self.reference and self.birth is None:
            raise Misused("a correction says what is to be corrected, and nothing else does")
        reference = normal(self.reference) if self.reference else ""
        return {"reference": reference, "birth": self.birth.isoformat() if self.birth else ""}


def correct(home: Home, tx: sqlite3.Connection, subject: str, body: Mapping[str, Any]) -> None:
    """Carry a correction out, in every purpose. Raises ``Misused`` for a reference that is taken
    or a birth date that cannot be.
    """
    if body["birth"]:
        _correct_ages(home, tx, subject, date.fromisoformat(body["birth"]))
    if body["reference"]:
        home.directory.rename(tx, subject, body["reference"])


def _correct_ages(home: Home, tx: sqlite3.Connection, subject: str, birth: date) -> None:
    today = datetime.fromtimestamp(home.journal.now(), UTC).date()
    known = ages(birth, today)
    home.directory.correct_ages(tx, subject, known)
    if today >= known.turns_14:
        return
    for person in home.directory.persons(subject, None):
        consents = home.consents.of_person(person.id)
        if any(c.state is ConsentState.GIVEN and c.guardian is None for c in consents):
            ending = Ending(ConsentState.INVALIDATED, int(home.journal.now()), "handler", WHY)
            home.consents.conclude(tx, person.id, ending)
