"""Asking people, hearing no and later, and stopping on their word."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from facekeep.collection.requests import Question
from facekeep.governance.consent import Scope
from facekeep.governance.requests import Request
from facekeep.rights import cases
from facekeep.terms.wire.consents import (
    AnswerRequest,
    AskRequest,
    InvitationRequest,
    InvitationTold,
    RequestTold,
    RestraintRequest,
    RestraintTold,
    ScopeName,
)
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.moments import moment
from facekeep.web.paths import PurposePath, SubjectPath

router = APIRouter(tags=["consent"], route_class=Once)
Ask = Annotated[AskRequest, Depends(body(AskRequest))]
Invitation = Annotated[InvitationRequest, Depends(body(InvitationRequest))]
Answer = Annotated[AnswerRequest, Depends(body(AnswerRequest))]
Stop = Annotated[RestraintRequest, Depends(body(RestraintRequest))]


@router.post("/subjects/{subject}/requests", operation_id="ask", status_code=201)
def ask(call: Calling, subject: SubjectPath, asked: Ask) -> RequestTold:
    """Write down that somebody is being asked: show them the notice whose hash is answered.

    One purpose and one scope at a time. Whoever said no is not asked again for a month, whoever said
    later is reminded once: both are refused with `asked_too_soon`.
    """
    question = Question(subject, (asked.purpose,), (Scope(asked.scope),), guardian=asked.guardian)
    with call.doing("give_consent", asked.purpose) as house:
        request = house.requests.ask(question)
    return _told(request)


@router.post("/subjects/{subject}/invitations", operation_id="invite_subject", status_code=201)
def invite(call: Calling, subject: SubjectPath, asked: Invitation) -> InvitationTold:
    """A link to the portal for one person: the notice, a real choice, and later their own pages.

    An earlier link of the same person and purpose opens nothing any more. Whoever said no a short while
    ago is not asked again: `asked_too_soon`.
    """
    with call.doing("give_consent", asked.purpose) as house:
        made = house.invitations.invite(subject, asked.purpose, guardian=asked.guardian)
    link = f"{call.service.settings.origin.rstrip('/')}{made.path}"
    return InvitationTold(purpose=asked.purpose, link=link, expires=moment(made.expires))


@router.post(
    "/subjects/{subject}/requests/{purpose}/answers", operation_id="answer", status_code=201
)
def answer(call: Calling, subject: SubjectPath, purpose: PurposePath, said: Answer) -> RequestTold:
    """They said no, or later. Nothing else changes for them: the other ways are as good.

    No needs no question before it; later answers one. A yes is `POST /v1/subjects/{subject}/consents`.
    """
    with call.doing("give_consent", purpose) as house:
        desk = house.requests
        hear = desk.refuse if said.answer == "refused" else desk.defer
        request = hear(subject, purpose, Scope(said.scope))
    return _told(request)


@router.get("/subjects/{subject}/requests/{purpose}", operation_id="show_request")
def show(
    call: Calling, subject: SubjectPath, purpose: PurposePath,
    scope: Annotated[ScopeName, Query()] = "processing",
) -> RequestTold:  # fmt: skip
    """Where asking stands: requested, deferred, refused, or unknown where nobody asked."""
    with call.doing("read_consent", purpose) as house:
        name = house.home.purposes.current(purpose).id
        state = house.requests.state(subject, name, Scope(scope))
    return RequestTold(purpose=name, scope=scope, state=state.value)


@router.post("/subjects/{subject}/restraints", operation_id="restrain", status_code=201)
def restrain(call: Calling, subject: SubjectPath, asked: Stop) -> RestraintTold:
    """The person restricts or objects: from this moment their face is not compared, until the case
    that this opens is decided. Their consent and their reference stay.

    Give them the `code`: with it they see how their case stands.
    """
    with call.doing("withdraw", asked.purpose) as house:
        opened = house.cases.open(_request(subject, asked))
    row = opened.row
    return RestraintTold(
        purpose=row.purpose, case=row.number, code=opened.code, due=row.due.isoformat()
    )


def _request(subject: str, asked: RestraintRequest) -> cases.Request:
    return cases.Request(
        cases.Kind(asked.kind), asked.purpose, subject, asked.text, asked.identified
    )


def _told(request: Request) -> RequestTold:
    return RequestTold(
        purpose=request.purpose,
        scope=request.scope.value,
        state=request.state.value,
        rests_until=moment(request.until),
        notice=request.notice.hex(),
    )
