"""Four eyes: what waits for a second officer, and an officer's word for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from facekeep.access.pending import Matter
from facekeep.terms.wire.access import Approve, MatterTold
from facekeep.terms.wire.base import Page
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.moments import moment
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of

router = APIRouter(tags=["access"])
Body = Annotated[Approve, Depends(body(Approve))]
HOUR = 3600


@router.get("/approvals", operation_id="list_approvals")
def list_approvals(
    call: Calling, cursor: Cursor = None, limit: Limit = DEFAULT
) -> Page[MatterTold]:
    """What somebody approved and what did not happen yet, in words; sign only for what you know of."""
    with call.doing("read_approvals") as house:
        waiting = sorted(house.home.pending.waiting(house.home.journal.now()), key=_name)
        page = page_of(waiting, _name, cursor, limit)
        return Page(items=[_told(one) for one in page.items], next=page.next)


@router.post("/approvals", operation_id="approve", status_code=201)
def approve(call: Calling, request: Request, asked: Body) -> MatterTold:
    """Your word for one act. Two officers' words let it happen once; yours alone lets nothing happen."""
    with call.doing("approve") as house:
        address = address_of(request, call.service.settings)
        hand = house.front_desk.hand(session_of(call), asked.passphrase, address)
        matter = house.approve_by(hand, asked.act, asked.what, asked.hours * HOUR)
    return _told(matter)


def _name(matter: Matter) -> str:
    return f"{matter.act}\n{matter.what}"


def _told(matter: Matter) -> MatterTold:
    return MatterTold(
        act=matter.act, what=matter.what, until=moment(matter.until), by=matter.by,
        complete=matter.complete,
    )  # fmt: skip
