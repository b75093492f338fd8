"""1:N: a picture and a purpose; who is it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends

from facekeep.collection.capture import Wish
from facekeep.terms.values import CaptureProfile, Operation
from facekeep.terms.wire.identifications import Identification, IdentificationRequest
from facekeep.use.identification import Search
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.origins import origin_of

router = APIRouter(tags=["use"], route_class=Once)
Body = Annotated[IdentificationRequest, Depends(body(IdentificationRequest, form=True))]


@router.post("/identifications", operation_id="identify")
def identify(call: Calling, asked: Body) -> Identification:
    """Who is this? Only by the person's own act, or on a recorded public-safety ground.

    Nobody found is an answer with no `subjects`; more matches than `top` are the problem `ambiguous`,
    and nobody is named. A picture that matches nobody dies with the answer.
    """
    profile = CaptureProfile(asked.profile)
    wish = Wish(asked.purpose, Operation.IDENTIFICATION, profile=profile)
    with call.doing("identify", asked.purpose) as house:
        origin = origin_of(house, wish, [asked.photo], asked.device, asked.capture)
        with house.ways.face(asked.purpose, profile) as succeeded:
            search = Search(asked.purpose, asked.photo, origin, asked.max_fpir, asked.top)
            found = house.identifier.identify(
                search, call.service.eyes(asked.purpose, origin.device)
            )
            succeeded(bool(found.subjects))
    return Identification.model_validate(asdict(found))
