"""Whether somebody can be recognised in a purpose, for whoever may ask. Opens no reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from facekeep.governance.purposes import Purpose
from facekeep.ledger import log
from facekeep.protect.schemes import split
from facekeep.storage.home import Home
from facekeep.storage.keys import KeyRow
from facekeep.terms.values import RowId

Needs = Literal["nothing", "renewal", "enrolment"]


@dataclass(frozen=True, slots=True)
class Standing:
    """``since``: when it was enrolled or last renewed, as the ledger says (seconds since 1970)."""

    enrolled: bool
    model: str | None = None
    since: int | None = None
    needs: Needs = "nothing"


def standing_of(home: Home, subject: str, purpose: Purpose) -> Standing:
    """How somebody stands; whoever is unknown, or has left, is not enrolled."""
    person = home.directory.person(subject, purpose.id)
    consents = [] if person.departed else home.consents.of_person(person.id)
    rows = (home.vault.of_consent(consent.id) for consent in consents)
    row = next((one for one in rows if one is not None), None)
    if row is None:
        return Standing(enrolled=False)
    return Standing(True, row.model, _since(home, row.row), _needs(row, purpose))


def _needs(row: KeyRow, purpose: Purpose) -> Needs:
    """A changed purpose or model enrols anew; a renewal that is not through is finished."""
    if row.model != purpose.model or row.grant.purpose_hash != purpose.hash:
        return "enrolment"
    return "nothing" if row.pending is None else "renewal"


def _since(home: Home, row: RowId) -> int | None:
    """When the ledger last vouched for the reference: at its enrolment, or its renewal."""
    record = home.references.of_row(row)
    found = record and home.records.one(
        "SELECT event FROM row_seal WHERE seal = ?", split.seal_of(record)
    )
    if not found:
        return None
    with home.records.reading() as connection:
        return log.entry(connection, log.find(connection, found[0])).at
