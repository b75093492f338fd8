"""The three stores, version by version; every room brings its own tables."""

from __future__ import annotations

from collections.abc import Sequence

from facekeep.db.store import Migration
from facekeep.governance import consent, intents, purposes
from facekeep.ledger import log
from facekeep.storage import answered, journal, keys, references, subjects

RECORDS: tuple[Migration, ...] = (
    (
        *log.SCHEMA,
        *purposes.TABLES,
        *subjects.TABLES,
        *consent.TABLES,
        *intents.TABLES,
        *journal.TABLES,
        *answered.TABLES,
    ),
)

STORES: dict[str, Sequence[Migration]] = {
    "records": RECORDS,
    "references": references.MIGRATIONS,
    "keys": keys.MIGRATIONS,
}
