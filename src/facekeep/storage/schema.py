"""The three stores, version by version; every room brings its own tables."""

from __future__ import annotations

from collections.abc import Sequence

from facekeep.access import approvals, officers
from facekeep.db.store import Migration
from facekeep.governance import (
    assessments,
    captures,
    clockbook,
    consent,
    deliveries,
    devices,
    handler,
    intents,
    notices,
    places,
    purposes,
    requests,
    restraints,
)
from facekeep.ledger import log
from facekeep.storage import answered, case_rows, journal, keys, references, subjects, ways

RECORDS: tuple[Migration, ...] = (
    (
        *log.SCHEMA,
        *purposes.TABLES,
        *notices.TABLES,
        *assessments.TABLES,
        *handler.TABLES,
        *subjects.TABLES,
        *consent.TABLES,
        *deliveries.TABLES,
        *requests.TABLES,
        *places.TABLES,
        *devices.TABLES,
        *captures.TABLES,
        *intents.TABLES,
        *journal.TABLES,
        *answered.TABLES,
        *clockbook.TABLES,
        *officers.TABLES,
        *approvals.TABLES,
        *restraints.TABLES,
        *case_rows.TABLES,
        *ways.TABLES,
    ),
)

STORES: dict[str, Sequence[Migration]] = {
    "records": RECORDS,
    "references": references.MIGRATIONS,
    "keys": keys.MIGRATIONS,
}
