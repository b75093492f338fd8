"""Being a witness to other homes' ledgers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from facekeep.terms.wire.jobs import WitnessAsked, WitnessTold
from facekeep.web.bodies import body
from facekeep.web.caller import Serving

router = APIRouter(tags=["ledger"])
Body = Annotated[WitnessAsked, Depends(body(WitnessAsked))]


@router.post("/witness", operation_id="witness")
def witness(service: Serving, asked: Body) -> WitnessTold:
    """Cosign the checkpoint of another home's ledger, where it continues the one we remember.

    Needs no key: the log's own signature says who asks, and its keeper was let in by its public key
    (`facekeep ledger witness accept KEY`). Nothing in it is personal.
    """
    told = service.house.witness_desk.answer(
        asked.note, asked.since, tuple(map(bytes.fromhex, asked.path))
    )
    return WitnessTold(size=told.size, note=told.note, continues=told.continues)
