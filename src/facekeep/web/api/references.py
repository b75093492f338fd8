"""References: enrolling, how it stands, renewing. Deleting one is withdrawing the consent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends

from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.storage.reset import Scope
from facekeep.storage.standing import Standing, standing_of
from facekeep.terms.values import CaptureProfile, Operation
from facekeep.terms.wire.base import Page
from facekeep.terms.wire.references import (
    Reference,
    ReferenceRequest,
    ReferenceStanding,
    Renewal,
    RenewalRequest,
)
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.moments import day
from facekeep.web.origins import origin_of
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of
from facekeep.web.paths import PurposePath, SubjectPath

router = APIRouter(tags=["references"], route_class=Once)
Body = Annotated[ReferenceRequest, Depends(body(ReferenceRequest, form=True))]
Why = Annotated[RenewalRequest, Depends(body(RenewalRequest))]


@router.post("/subjects/{subject}/references", operation_id="enrol", status_code=201)
def enrol(call: Calling, subject: SubjectPath, asked: Body) -> Reference:
    """Enrol somebody who consented, from 1 to 8 photographs of them alone; no picture is kept.

    An earlier reference is replaced. Photographs that do not serve are left out, and named by why;
    where none serves, or two seem to show different people, nobody is enrolled.
    """
    profile = CaptureProfile(asked.profile)
    wish = Wish(asked.purpose, Operation.ENROLMENT, subject, profile)
    with call.doing("enrol", asked.purpose) as house:
        if asked.link is not None:
            origin, device = house.captures.through_link(asked.link, wish, asked.photos), None
        else:
            origin = origin_of(house, wish, asked.photos, asked.device, asked.capture)
            device = origin.device
        eyes = call.service.eyes(asked.purpose, device)
        enrolled = house.enroller.enrol(subject, asked.purpose, asked.photos, eyes, origin)
    return Reference.model_validate(asdict(enrolled))


@router.get("/subjects/{subject}/references", operation_id="list_references")
def list_references(
    call: Calling, subject: SubjectPath, cursor: Cursor = None, limit: Limit = DEFAULT
) -> Page[ReferenceStanding]:
    """Whether somebody can be recognised, in every purpose in force you may ask about.

    Whom nobody knows is answered like anybody who is not enrolled.
    """
    names = [one for one in call.house.home.purposes.names() if call.may("read_reference", one)]
    page = page_of(names, str, cursor, limit)
    return Page(items=[_standing(call.house, subject, one) for one in page.items], next=page.next)


@router.get("/subjects/{subject}/references/{purpose}", operation_id="show_reference")
def show(call: Calling, subject: SubjectPath, purpose: PurposePath) -> ReferenceStanding:
    """The same for one purpose."""
    with call.doing("read_reference", purpose) as house:
        return _standing(house, subject, purpose)


@router.post(
    "/subjects/{subject}/references/{purpose}/renewals", operation_id="renew", status_code=201
)
def renew(call: Calling, subject: SubjectPath, purpose: PurposePath, asked: Why) -> Renewal:
    """Reset one person's face like a password: nobody comes back to the camera, and every earlier copy
    is refused as stale. Everybody's at once is `POST /v1/renewals`.
    """
    with call.doing("renew", purpose) as house:
        done = house.resetter.renew(Scope(subject, purpose), asked.because)
    return Renewal(purpose=purpose, references=done.references, event=done.event)


def _standing(house: House, subject: str, purpose: str) -> ReferenceStanding:
    found: Standing = standing_of(house.home, subject, house.home.purposes.get(purpose))
    return ReferenceStanding(
        purpose=purpose,
        enrolled=found.enrolled,
        model=found.model,
        since=None if found.since is None else day(found.since),
        needs=found.needs,
    )
