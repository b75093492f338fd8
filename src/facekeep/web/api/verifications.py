"""1:1: a picture, a subject, a purpose; yes or no."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Annotated

from fastapi import APIRouter, Depends

from facekeep.collection.capture import Wish
from facekeep.terms.values import CaptureProfile, Operation
from facekeep.terms.wire.verifications import Verification, VerificationRequest
from facekeep.use.verification import Asked
from facekeep.web.api.factors import factor_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.origins import origin_of
from facekeep.web.service import Call

router = APIRouter(tags=["use"], route_class=Once)
Body = Annotated[VerificationRequest, Depends(body(VerificationRequest, form=True))]


@router.post("/verifications", operation_id="verify")
def verify(call: Calling, asked: Body) -> Verification:
    """Is this the person? The decision is in the ledger before you read it.

    Where the purpose asks for a second factor, or the person shows one, both must be right; which of
    them was wrong is told to nobody. An unknown subject, or one who never enrolled, is answered
    `non-match` like anybody else. Offer the `alternatives` whatever the answer: face is never the
    only way.
    """
    profile = CaptureProfile(asked.profile)
    wish = Wish(asked.purpose, Operation.VERIFICATION, asked.subject, profile)
    with ExitStack() as held:
        with _look(call, asked):
            house = held.enter_context(call.doing("verify", asked.purpose))
            origin = origin_of(house, wish, [asked.photo], asked.device, asked.capture)
            attempt = held.enter_context(house.ways.face(asked.purpose, profile))
        shown = None if asked.factor is None else factor_of(asked.factor, asked.capture)
        question = Asked(asked.subject, asked.purpose, asked.photo, origin, asked.max_fmr, shown)
        eyes = call.service.eyes(asked.purpose, origin.device)
        answer = house.verifier.verify(question, eyes, attempt.beside)
    return Verification.model_validate(answer, from_attributes=True)


def _look(call: Call, asked: VerificationRequest) -> AbstractContextManager[object]:
    """One look at who may ask and at the registers; what a device signed is used up, which writes."""
    return call.house.home.records.reading() if asked.capture is None else nullcontext()
