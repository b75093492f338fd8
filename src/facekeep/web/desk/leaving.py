"""Withdrawing at the desk: said once, done at once, with the receipt to take along."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.background import BackgroundTask

from facekeep.rights.withdrawal import Leaving
from facekeep.web.desk.door import Helped, Helping, saying
from facekeep.web.lanes import to_leave
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.portal.door import visits_of
from facekeep.web.problems import Unreadable

router = APIRouter()
HERE = "/desk/people/{turn}/withdraw"


@router.get(HERE)
def withdraw_page(helping: Helped) -> Response:
    """What will happen, and one button."""
    return helping.turned("desk/withdraw.html.j2", faults=Faults())


@router.post(HERE)
async def withdraw(helping: Helped, form: Filled) -> Response:
    """From now on nobody compares their face; what is kept of it is erased before the page answers."""
    return await to_leave(partial(_once, helping, form))


@router.get("/desk/people/{turn}/papers/{number}")
def paper(helping: Helped, number: Annotated[int, Path(ge=0, le=9)]) -> Response:
    """A receipt as a file, while its owner stands here."""
    if number >= len(helping.turn.papers):
        raise Unreadable(404)
    text = helping.turn.papers[number].to_json()
    named = {"Content-Disposition": f'attachment; filename="receipt-{number + 1}.json"'}
    return Response(text, media_type="application/json", headers=named)


def _once(helping: Helping, form: Form) -> Response:
    return once(helping.request, form, partial(_withdrawn, helping))


def _withdrawn(helping: Helping) -> Response:
    turn, faults = helping.turn, Faults()
    with (
        saying(faults, "withdraw", helping.call.language),
        helping.call.doing("withdraw", turn.purpose) as house,
    ):
        leaving = house.withdrawals.begin(turn.subject, turn.purpose)
    if faults:
        return helping.turned("desk/withdraw.html.j2", status=422, faults=faults)
    visits_of(helping.request).end_of(turn.subject, turn.purpose)
    return _answered(helping, leaving)


def _answered(helping: Helping, leaving: Leaving) -> Response:
    """With the receipt; where a store does not answer, the withdrawal holds all the same."""
    desk = helping.house.withdrawals
    try:
        receipt = desk.erase(leaving)
    except Exception:  # noqa: BLE001 - it holds already: whatever holds up the rest is finished later
        return helping.turned("desk/withdrawn.html.j2", status=202, receipt=None)
    helping.turns.note(helping.turn, papers=(receipt,))
    response = helping.turned("desk/withdrawn.html.j2", receipt=receipt.body)
    response.background = BackgroundTask(_close, helping, leaving)
    return response


def _close(helping: Helping, leaving: Leaving) -> None:
    """Shown is handed over. What fails here is closed at the next look, its receipt kept."""
    with suppress(Exception):
        helping.house.withdrawals.close(leaving)
