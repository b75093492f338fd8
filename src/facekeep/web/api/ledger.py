"""The ledger for whoever does not take our word: checkpoints, entries, proofs."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from facekeep.ledger import log
from facekeep.terms.errors import NotRecognised
from facekeep.terms.wire.base import Page
from facekeep.terms.wire.ledger import Growth, Inclusion, LedgerEntry, ProofText
from facekeep.web.caller import Calling, Serving
from facekeep.web.paging import DEFAULT, Cursor, Limit, cursor_of, name_behind
from facekeep.web.paths import EventPath
from facekeep.web.problems import Unreadable, fault

router = APIRouter(prefix="/ledger", tags=["ledger"])

LARGEST = 2**53 - 1
"""Every JSON reader keeps it exact (RFC 7493)."""

READ = "read_ledger"
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


@router.get("/checkpoint", operation_id="checkpoint", response_class=PlainTextResponse)
def checkpoint(service: Serving) -> PlainTextResponse:
    """The newest signed checkpoint (C2SP tlog-checkpoint), as text. Needs no key.

    Keep it: a ledger that was rewritten or rolled back later does not continue it.
    """
    with service.house.home.records.reading() as connection:
        note = log.last_checkpoint(connection)
    if note is None:
        raise Unreadable("not_sealed_yet")
    return PlainTextResponse(note)


@router.get("/entries", operation_id="ledger_entries")
def entries(call: Calling, cursor: Cursor = None, limit: Limit = DEFAULT) -> Page[LedgerEntry]:
    """Entries the newest checkpoint vouches for, oldest first. They name nobody.

    Written canonically, one line an item, they are what `facekeep ledger verify --export` reads.
    """
    first = _first(cursor)
    with call.doing(READ) as house, house.home.records.reading() as connection:
        lines = log.page(connection, first, limit + 1)
    items = [LedgerEntry.model_validate(json.loads(line)) for line in lines[:limit]]
    more = len(lines) > limit
    return Page(items=items, next=cursor_of(str(first + limit)) if more else None)


@router.get("/entries/{event}", operation_id="ledger_entry")
def entry(call: Calling, event: EventPath) -> LedgerEntry:
    """One entry, once a checkpoint vouches for it (within ten seconds)."""
    with call.doing(READ) as house, house.home.records.reading() as connection:
        index = _sealed(connection, event)
        (line,) = log.page(connection, index, 1)
    return LedgerEntry.model_validate(json.loads(line))


@router.get("/entries/{event}/proof", operation_id="inclusion")
def inclusion(call: Calling, event: EventPath) -> Inclusion:
    """The proof that an entry lies under the newest checkpoint, and that checkpoint (RFC 6962)."""
    with call.doing(READ) as house, house.home.records.reading() as connection:
        _sealed(connection, event)
        proof = log.prove(connection, bytes.fromhex(event), log.covered(connection))
        note = log.last_checkpoint(connection) or ""
    text = ProofText.model_validate(json.loads(proof.to_json()))
    return Inclusion(proof=text, checkpoint=note)


@router.get("/consistency", operation_id="consistency")
def consistency(
    call: Calling,
    older: Annotated[
        int,
        Query(ge=0, le=LARGEST, alias="from", description="Entries of the checkpoint you kept."),
    ],
    newer: Annotated[
        int | None,
        Query(
            ge=0, le=LARGEST, alias="to", description="Of a later one; the newest where left out."
        ),
    ] = None,
) -> Growth:
    """The proof that the log only grew between two sizes: nothing was changed or taken out."""
    with call.doing(READ) as house, house.home.records.reading() as connection:
        newest = log.covered(connection)
        until = newest if newer is None else newer
        if not older <= until <= newest:
            raise fault("/query/to", f"sizes rise from `from` over `to` up to {newest}")
        path = log.consistency(connection, older, until)
        note = log.checkpoint_of(connection, until)
    return Growth(older=older, newer=until, path=tuple(map(bytes.hex, path)), checkpoint=note)


def _first(cursor: str | None) -> int:
    """The index a page begins at. Answers 422 for a cursor of another list."""
    place = name_behind(cursor) or "0"
    if not _INDEX.fullmatch(place):
        raise fault("/query/cursor", "a cursor is taken from the page before")
    return int(place)


def _sealed(connection: sqlite3.Connection, event: str) -> int:
    """The index of an entry under the newest checkpoint. Answers 404 or, for now, 409."""
    try:
        index = log.find(connection, bytes.fromhex(event))
    except NotRecognised:
        raise Unreadable(404) from None
    if index >= log.covered(connection):
        raise Unreadable("not_sealed_yet")
    return index
