"""Other ways in: how they go, and which there are. Face is never the only way (Measures art. 10)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from facekeep.storage.ways import Ending
from facekeep.terms.values import CaptureProfile
from facekeep.terms.wire.alternatives import AlternativeRequest, AlternativeTold
from facekeep.use.factors import Attempt
from facekeep.web.api.purposes import ways_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once

router = APIRouter(tags=["use"], route_class=Once)
Body = Annotated[AlternativeRequest, Depends(body(AlternativeRequest))]


@router.post("/alternatives", operation_id="record_alternative", status_code=201)
def record_alternative(call: Calling, asked: Body) -> AlternativeTold:
    """Count one attempt without a face: by card, by PIN, at the desk. Nobody is named.

    So it shows where another way is slower or fails more often than the face. Attempts by face are
    counted by themselves.
    """
    ending, profile = Ending(asked.outcome), CaptureProfile(asked.profile)
    attempt = Attempt(asked.purpose, asked.way, ending, asked.seconds, profile)
    with call.doing("record_alternative", asked.purpose) as house:
        tally, purpose = house.ways.count(attempt), house.home.purposes.current(asked.purpose)
    return AlternativeTold(
        purpose=tally.purpose,
        day=tally.day.isoformat(),
        way=tally.way,
        profile=tally.profile,
        outcome=tally.outcome.value,
        seconds_up_to=tally.seconds,
        ways=ways_of(purpose),
    )
