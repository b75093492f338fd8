"""API keys of programs: made by whoever signs for them, ended at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from facekeep.access.keys import DAY, ApiKey, Scope, draft
from facekeep.assembly import House
from facekeep.terms.wire.access import ApiKeyMade, ApiKeyTold, NewApiKey
from facekeep.terms.wire.base import Page
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.moments import day, moment
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of

router = APIRouter(tags=["access"])
Body = Annotated[NewApiKey, Depends(body(NewApiKey))]
KeyPath = Annotated[
    str, Path(alias="key", pattern=r"^[0-9a-f]{8}$", description="A key by its number.")
]


@router.get("/api-keys", operation_id="list_api_keys")
def list_keys(call: Calling, cursor: Cursor = None, limit: Limit = DEFAULT) -> Page[ApiKeyTold]:
    """Every API key ever made, by its number; no text of any."""
    with call.doing("read_keys") as house:
        keys = sorted(house.api_keys.all(), key=lambda key: key.id)
        page = page_of(keys, lambda key: key.id, cursor, limit)
        return Page(items=[_told(house, key) for key in page.items], next=page.next)


@router.post("/api-keys", operation_id="make_api_key", status_code=201)
def make(call: Calling, request: Request, asked: Body) -> ApiKeyMade:
    """Let a program in, for these purposes and operations and no longer than these days.

    A scope is `PURPOSE:OPERATION`; `ledger` and `metrics` stand alone. The text is shown this once.
    """
    with call.doing("make_key") as house:
        scopes = [Scope.read(text) for text in asked.scopes]
        now, entropy = house.home.journal.now(), house.home.entropy
        drawn = draft(entropy, asked.label, scopes, now, asked.days * DAY)
        address = address_of(request, call.service.settings)
        hand = house.front_desk.hand(session_of(call), asked.passphrase, address)
        with house.home.records.transaction() as tx:
            key = house.api_keys.enter(tx, drawn, hand(drawn.message), int(now))
        return ApiKeyMade(**_told(house, key).model_dump(), text=drawn.text)


@router.delete("/api-keys/{key}", operation_id="revoke_api_key", status_code=204)
def revoke(call: Calling, key: KeyPath) -> None:
    """End a key. Whatever it is asked for from now on is refused, requests under way too."""
    with call.doing("revoke_key") as house:
        by = house.front_desk.owner(session_of(call)).name
        with house.home.records.transaction() as tx:
            house.api_keys.revoke(tx, key, by, int(house.home.journal.now()))


def _told(house: House, key: ApiKey) -> ApiKeyTold:
    used = house.api_keys.used_on(key.id)
    return ApiKeyTold(
        id=key.id,
        label=key.label,
        scopes=tuple(sorted(map(str, key.scopes))),
        made_by=key.made_by,
        made_at=moment(key.made_at),
        expires=moment(key.expires),
        revoked_at=moment(key.revoked_at) if key.revoked else None,
        used_on=None if used is None else day(used * DAY),
    )
