"""Consent: given, shown, taken back. Taking back takes no more steps than giving."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from facekeep.assembly import House
from facekeep.collection.consents import Asking
from facekeep.governance import guardians
from facekeep.governance.consent import Consent, Scope
from facekeep.governance.consent_story import Channel, Shown
from facekeep.rights.withdrawal import Leaving
from facekeep.storage.signed import Paper
from facekeep.terms.errors import PurposeNotAllowed
from facekeep.terms.wire.base import Page
from facekeep.terms.wire.consents import (
    ConsentRequest,
    ConsentStanding,
    ConsentTold,
    GuardianTold,
    Receipt,
    Waiting,
)
from facekeep.web.bodies import body
from facekeep.web.caller import Calling, CallingToLeave
from facekeep.web.idempotency import Once
from facekeep.web.lanes import to_leave
from facekeep.web.moments import moment
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of
from facekeep.web.paths import EventPath, PurposePath, SubjectPath
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter(tags=["consent"], route_class=Once)
Body = Annotated[ConsentRequest, Depends(body(ConsentRequest))]
By = Annotated[
    Literal["person", "guardian"],
    Query(description="Who takes it back: a guardian may, for a child."),
]


@router.post("/subjects/{subject}/consents", operation_id="give_consent", status_code=201)
def give(call: Calling, subject: SubjectPath, asked: Body) -> Receipt:
    """The person says yes, to one purpose and one scope, having been shown its notice.

    Answers the signed consent receipt: give it to the person. A consent that is in force already is
    left as it is and its receipt made out anew. Under 14 a guardian consents, and says how that was
    shown. A purpose that keeps face data off the terminal needs a second consent with `scope: storage`.
    """
    with call.doing("give_consent", asked.purpose) as house:
        given = house.requests.give(_asking(house, subject, asked))
    return _receipt(house.consent_receipt(given))


@router.get("/subjects/{subject}/consents", operation_id="list_consents")
def list_consents(
    call: Calling, subject: SubjectPath, cursor: Cursor = None, limit: Limit = DEFAULT
) -> Page[ConsentStanding]:
    """How somebody stands to every purpose you may ask about; alike for whom nobody knows."""
    names = [name for name in call.house.home.purposes.known() if call.may("read_consent", name)]
    page = page_of(names, str, cursor, limit)
    found = (_standing_if_published(call.house, subject, name) for name in page.items)
    return Page(items=[one for one in found if one is not None], next=page.next)


@router.get("/subjects/{subject}/consents/{purpose}", operation_id="show_consents")
def show(call: Calling, subject: SubjectPath, purpose: PurposePath) -> ConsentStanding:
    """How somebody stands to one purpose: every record, oldest first; none where nobody is known."""
    with call.doing("read_consent", purpose) as house:
        return _standing(house, subject, purpose)


@router.get(
    "/subjects/{subject}/consents/{purpose}/record", operation_id="export_consents",
    response_class=Response,
    responses={200: {"content": {"application/ld+json": {"schema": {"type": "object"}}}}},
)  # fmt: skip
def export(call: Calling, subject: SubjectPath, purpose: PurposePath) -> Response:
    """The same as consent records (ISO/IEC TS 27560:2023) in the words of W3C DPV, as JSON-LD."""
    with call.doing("read_consent", purpose) as house:
        document = house.consents.export(subject, purpose)
    return JSONResponse(document, media_type="application/ld+json")


@router.delete(
    "/subjects/{subject}/consents/{purpose}", operation_id="withdraw", response_model=Receipt,
    responses={202: {"model": Waiting, "description": "It holds; the erasure waits for a store."}},
)  # fmt: skip
async def withdraw(
    call: CallingToLeave, subject: SubjectPath, purpose: PurposePath, by: By = "person"
) -> Response:
    """The person takes their consent back: from now on nobody compares their face, and what is kept of
    it is erased before you are answered.

    Answers the signed erasure receipt, which carries what only the person may have: give it to them
    and keep no copy. Where a store does not answer, the withdrawal holds all the same and 202 says
    where its receipt will be. Ask again for a receipt that was lost on the way.
    """
    return await to_leave(partial(_withdrawn, call, subject, purpose, by))


def _withdrawn(call: Call, subject: str, purpose: str, by: str) -> Response:
    with call.doing("withdraw", purpose) as house:
        leaving = house.withdrawals.begin(subject, purpose, by)
    try:
        receipt = house.withdrawals.erase(leaving)
    except Exception:  # noqa: BLE001 - it holds already: whatever holds up the rest is finished later
        return _waiting(leaving, purpose)
    sent = BackgroundTask(_close, house, leaving)
    return JSONResponse(_receipt(receipt).model_dump(), background=sent)


@router.get("/receipts/{event}", operation_id="fetch_receipt")
def receipt(call: Calling, event: EventPath) -> Receipt:
    """The receipt of a withdrawal that was finished later; 404 until it is."""
    kept = call.house.kept_receipt(event)
    if kept is None or not call.may("withdraw", str(kept.body["purpose"])):
        raise Unreadable(404)  # that somebody left is for their own purpose to know
    return _receipt(kept)


async def _close(house: House, leaving: Leaving) -> None:
    """Sent is handed over. What fails here is closed at the next look, its receipt kept."""
    with suppress(Exception):
        await to_leave(partial(house.withdrawals.close, leaving))


def _waiting(leaving: Leaving, purpose: str) -> Response:
    where = f"/v1/receipts/{leaving.event}"
    told = Waiting(purpose=purpose, event=leaving.event, receipt=where)
    return JSONResponse(told.model_dump(), 202, {"Location": where, "Retry-After": "30"})


def _receipt(paper: Paper) -> Receipt:
    return Receipt(body=paper.body, signature=paper.signature)


def _asking(house: House, subject: str, asked: ConsentRequest) -> Asking:
    now = house.consents.shown(asked.purpose, asked.language, Channel(asked.channel))
    shown = Shown(bytes.fromhex(asked.notice), now.language, now.channel, now.at)
    decider = _guardian(asked.guardian) if asked.guardian else None
    return Asking(subject, asked.purpose, Scope(asked.scope), decider, asked.birth_date, shown)


def _guardian(told: GuardianTold) -> guardians.Guardian:
    seen = told.evidence
    if seen is None:
        return guardians.Guardian(told.reference)
    relation, kind = guardians.Relation(seen.relation), guardians.ProofKind(seen.kind)
    return guardians.Guardian(told.reference, guardians.Evidence(relation, kind, seen.proof))


def _standing_if_published(house: House, subject: str, purpose: str) -> ConsentStanding | None:
    try:
        return _standing(house, subject, purpose)
    except PurposeNotAllowed:
        return None  # a draft: nobody was ever asked


def _standing(house: House, subject: str, purpose: str) -> ConsentStanding:
    records = house.consents.show(subject, purpose)
    text, now = house.home.purposes.current(purpose), house.home.journal.now()
    told = tuple(_told(one, one.in_force(text, now)) for one in records)
    given = {one.scope for one in told if one.in_force}
    return ConsentStanding(purpose=purpose, in_force="processing" in given, consents=told)


def _told(consent: Consent, in_force: bool) -> ConsentTold:
    shown = consent.about.shown
    return ConsentTold(
        purpose=consent.purpose,
        scope=consent.scope.value,
        state=consent.state.value,
        in_force=in_force,
        given_at=moment(consent.given_at),
        expires=moment(consent.expires),
        notice=consent.notice.hex(),
        language=shown.language if shown else None,
        channel=shown.channel.value if shown else None,
        asked=not consent.about.own_act,
        by="guardian" if consent.guardian else "person",
    )
