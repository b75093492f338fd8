"""Taking one's consent back: one button, no more steps than giving it, past every queue (``web.lanes``).

The receipt carries what only the person may have. It is shown in the answer itself, and kept for whoever
sends the same form again as long as ``web.pages.forms.once`` keeps an answer.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.background import BackgroundTask

from facekeep.assembly import House
from facekeep.rights import receipts
from facekeep.rights.receipts import Receipt
from facekeep.rights.withdrawal import INTENT, Departure, Leaving
from facekeep.terms.errors import FacekeepError
from facekeep.web.lanes import OWN_PAGE, to_leave
from facekeep.web.pages.forms import Filled, once
from facekeep.web.pages.site import show
from facekeep.web.portal.checking import key_of
from facekeep.web.portal.door import PORTAL, Linked, Visiting, Visitor, visiting, visits_of
from facekeep.web.portal.receipt_paper import is_printable
from facekeep.web.portal.titles import title_of, ways_of
from facekeep.web.problems import Unreadable, language_of

router = APIRouter()
NumberPath = Annotated[str, Path(alias="event")]


@router.get(OWN_PAGE)
def ask(request: Request, visitor: Visiting) -> Response:
    """What will happen, and one button."""
    home = visitor.house.home
    horizon = home.archives.horizon(int(home.journal.now()))
    return show(
        request, PORTAL, "portal/withdraw.html.j2", back="/mine", purpose=visitor.purpose,
        horizon=horizon,
    )  # fmt: skip


@router.post(OWN_PAGE)
async def withdraw(request: Request, form: Filled) -> Response:
    """End the consent, erase, and hand the receipt over. Who is here is asked within: whoever clicks
    twice has no visit any more the second time, and gets the same receipt."""
    return await to_leave(partial(once, request, form, partial(_withdrawn, request)))


@router.get("/p/{token}/left/{event}")
def finished(request: Request, guest: Linked, number: NumberPath) -> Response:
    """The receipt of a withdrawal that was finished later, for whoever has the link and its number."""
    house, purpose, event = guest.house, guest.opened.purpose, number[:32]
    if not compare_digest(number.encode(), _number(house, guest.token, event).encode()):
        raise Unreadable(404)
    receipt = house.kept_receipt(event)
    if receipt is not None and receipt.body["purpose"] == purpose:
        return _handed(request, house, receipt)
    if (event, purpose) not in _under_way(house):
        raise Unreadable(404)
    return _waiting(request, house, purpose, event, guest.token)


def _withdrawn(request: Request) -> Response:
    visitor = visiting(request)
    house, purpose = visitor.house, visitor.visit.purpose
    leaving = house.withdrawals.begin(visitor.subject, purpose, _by(visitor))
    visits_of(request).end_of(visitor.subject, purpose)
    try:
        receipt = house.withdrawals.erase(leaving)
    except Exception:  # noqa: BLE001 - it holds already: whatever holds up the rest is finished later
        return _waiting(request, house, purpose, leaving.event, visitor.visit.link, status=202)
    response = _handed(request, house, receipt)
    response.background = BackgroundTask(_close, house, leaving)
    return response


def _number(house: House, link: str, event: str) -> str:
    """What opens a receipt beside the link it was asked for by. The event alone stands in the ledger for
    many to read, and the receipt tells its person's entries from others'.
    """
    return event + house.home.directory.chain_secret(f"left/{link}/{event}").hex()[:32]


def _under_way(house: House) -> set[tuple[str, str]]:
    """The withdrawals that are not finished, by the number of their receipt and their purpose."""
    intents = (one for one in house.home.intents.open() if one.kind == INTENT)
    ends = (Departure.from_body(one.body).completion for one in intents)
    return {(end.id.hex(), end.purpose) for end in ends}


async def _close(house: House, leaving: Leaving) -> None:
    """Sent is handed over. What fails here is closed at the next look, its receipt kept."""
    with suppress(Exception):
        await to_leave(partial(house.withdrawals.close, leaving))


def _by(visitor: Visitor) -> str:
    """Whoever consented for a child withdraws for them; a damaged record keeps nobody here."""
    home = visitor.house.home
    with suppress(FacekeepError):
        person = home.directory.person(visitor.subject, visitor.visit.purpose)
        if any(one.stands and one.guardian for one in home.consents.of_person(person.id)):
            return "guardian"
    return "person"


def _handed(request: Request, house: House, receipt: Receipt) -> Response:
    purpose = str(receipt.body["purpose"])
    return show(
        request, PORTAL, "portal/erased.html.j2", title=title_of(house, purpose, language_of(request)),
        proved=receipts.verify(receipt, key_of(house.home, receipt)), ways=ways_of(house, purpose, language_of(request)),
        event=receipt.event, paper=receipt.to_json(), printable=is_printable(),
    )  # fmt: skip


def _waiting(
    request: Request, house: House, purpose: str, event: str, link: str, status: int = 200
) -> Response:
    return show(
        request, PORTAL, "portal/erasing.html.j2", status=status, event=event,
        path=f"/p/{link}/left/{_number(house, link, event)}",
        title=title_of(house, purpose, language_of(request)), ways=ways_of(house, purpose, language_of(request)),
    )  # fmt: skip
