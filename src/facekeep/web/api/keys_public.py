"""The public keys of this home, for whoever verifies its ledger and receipts."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from facekeep.assembly import House
from facekeep.storage.plot import Plot
from facekeep.terms.wire.ledger import PublicKey, PublicKeys
from facekeep.web.caller import Serving

router = APIRouter(tags=["ledger"])


@router.get("/keys", operation_id="public_keys", response_model=PublicKeys,
            responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})  # fmt: skip
def public_keys(request: Request, service: Serving) -> PublicKeys | Response:
    """The keys that verify checkpoints and receipts of this home. Needs no key.

    `Accept: text/plain` gets one verifier key (C2SP signed-note) a line, the one in use first. Get
    it once from somebody you trust: whoever swaps the ledger could swap this answer as well.
    """
    keys = PublicKeys(keys=tuple(_keys(service.house)))
    if request.headers.get("accept", "").strip().lower().startswith("text/plain"):
        return PlainTextResponse("".join(f"{key.vkey}\n" for key in keys.keys))
    return keys


def _keys(house: House) -> Iterator[PublicKey]:
    yield PublicKey(vkey=house.home.signer.vkey, current=True)
    for vkey in Plot.read(house.home.path).earlier_keys():
        yield PublicKey(vkey=vkey, current=False)
