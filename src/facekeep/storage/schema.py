"""The three stores, version by version; every room brings its own tables."""

from __future__ import annotations

from collections.abc import Sequence

from facekeep.access import approvals, officers, passkeys, pending, sessions, staff
from facekeep.access import keys as api_keys
from facekeep.db import queue
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
    invitations,
    notices,
    places,
    purposes,
    requests,
    restraints,
)
from facekeep.ledger import log
from facekeep.storage import (
    answered,
    case_rows,
    factor_rows,
    journal,
    keys,
    references,
    replies,
    subjects,
    ways,
)

FIRST: Migration = (
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
)

SERVICE: Migration = (
    *factor_rows.TABLES,
    *api_keys.TABLES,
    *staff.TABLES,
    *sessions.TABLES,
    *passkeys.TABLES,
    *pending.TABLES,
    *queue.TABLES,
    *replies.TABLES,
)
"""What a running service keeps: staff and programs, sessions, jobs, replies."""

PAGES: Migration = (*invitations.TABLES,)
"""What pages for people keep: links to the portal."""

RECORDS: tuple[Migration, ...] = (FIRST, SERVICE, PAGES)

STORES: dict[str, Sequence[Migration]] = {
    "records": RECORDS,
    "references": references.MIGRATIONS,
    "keys": keys.MIGRATIONS,
}
