"""Captures: what a device is to sign, and links for a person's own phone (custody rule 11)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends

from facekeep.collection.capture import Wish
from facekeep.governance.captures import SESSION_S
from facekeep.terms.values import CaptureProfile, Operation
from facekeep.terms.wire.captures import CaptureRequest, CaptureSession, Link, LinkRequest
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once

router = APIRouter(tags=["captures"], route_class=Once)
Body = Annotated[CaptureRequest, Depends(body(CaptureRequest))]
LinkBody = Annotated[LinkRequest, Depends(body(LinkRequest))]

ACTIONS = {"enrolment": "enrol", "verification": "verify", "identification": "identify"}
"""A session is opened by whoever may ask the question it is for."""


@router.post("/captures", operation_id="open_capture", status_code=201)
def open_capture(call: Calling, asked: Body) -> CaptureSession:
    """Open a session for one picture by a registered device, good once and for two minutes.

    The device shows the `challenge`, takes the picture, fills in `picture` (its SHA-256) and `verdict`,
    signs the canonical JSON, and sends it all as `capture` with the question it was opened for. Any
    other device, purpose, operation, subject or picture is refused with its own `why`.
    """
    operation, profile = Operation(asked.operation), CaptureProfile(asked.profile)
    wish = Wish(asked.purpose, operation, asked.subject or "", profile)
    with call.doing(ACTIONS[asked.operation], asked.purpose) as house:
        token = house.captures.open(asked.device, wish)
    return CaptureSession.model_validate({**token.as_dict(), "expires_in": SESSION_S})


@router.post("/captures/links", operation_id="make_link", status_code=201)
def make_link(call: Calling, asked: LinkBody) -> Link:
    """A link by which one person enrols once from their own phone, at most a week later.

    Hand it to them by a way that reaches nobody else; it is kept here as a digest only.
    """
    with call.doing("enrol", asked.purpose) as house:
        token = house.captures.link(asked.subject, asked.purpose, asked.seconds)
    path = f"/v1/subjects/{quote(asked.subject, safe='')}/references"
    return Link(path=path, token=token, expires_in=asked.seconds)
