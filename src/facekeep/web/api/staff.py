"""The staff: invited by an officer, taken up by themselves, retired, reset by four eyes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from facekeep.access.enlisting import Chosen
from facekeep.access.officers import add_message, role_of
from facekeep.access.staff import Staff, State, draw_code, invitation
from facekeep.access.totp import spelt
from facekeep.assembly import House
from facekeep.terms.wire.access import (
    Acceptance,
    InvitationTold,
    Invite,
    Offered,
    Signature,
    StaffTold,
    TakeUp,
)
from facekeep.terms.wire.base import Page
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling, Serving
from facekeep.web.moments import moment
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of

router = APIRouter(tags=["access"])

InviteBody = Annotated[Invite, Depends(body(Invite))]
SignatureBody = Annotated[Signature, Depends(body(Signature))]
TakeUpBody = Annotated[TakeUp, Depends(body(TakeUp))]
AcceptanceBody = Annotated[Acceptance, Depends(body(Acceptance))]
StaffPath = Annotated[
    str, Path(alias="staff", pattern=r"^[0-9a-f]{16}$", description="An account by its id.")
]


@router.get("/staff", operation_id="list_staff")
def list_staff(call: Calling, cursor: Cursor = None, limit: Limit = DEFAULT) -> Page[StaffTold]:
    """Every account, by its id."""
    with call.doing("read_staff") as house:
        page = page_of(house.staff.all(), lambda one: one.id, cursor, limit)
        return Page(items=[_told(house, one) for one in page.items], next=page.next)


@router.post("/staff", operation_id="invite", status_code=201)
def invite(call: Calling, request: Request, asked: InviteBody) -> InvitationTold:
    """Invite somebody. The code is shown this once: hand it over yourself; it is good for two days."""
    with call.doing("invite") as house:
        drawn = invitation(house.home.entropy, asked.name, asked.role)
        address = address_of(request, call.service.settings)
        hand = house.front_desk.hand(session_of(call), asked.passphrase, address)
        with house.home.records.transaction() as tx:
            at = int(house.home.journal.now())
            staff = house.staff.invite(tx, drawn, hand(drawn.message), at)
    return _invited(staff, drawn.code)


@router.delete("/staff/{staff}", operation_id="retire_staff", status_code=204)
def retire(call: Calling, staff: StaffPath) -> None:
    """End an account: its sessions end with the answer, its factors leave the store.

    A key on the roll of officers is taken off there: `facekeep officer retire`.
    """
    with call.doing("retire") as house:
        by = house.front_desk.owner(session_of(call)).name
        with house.home.records.transaction() as tx:
            house.staff.retire(tx, staff, by, int(house.home.journal.now()))


@router.post("/staff/{staff}/resets", operation_id="reset_staff", status_code=201)
def reset(call: Calling, staff: StaffPath) -> InvitationTold:
    """Take away every factor of an account and invite its owner anew.

    Two officers have approved it before (`POST /v1/approvals`, act `staff-reset`, its id).
    """
    with call.doing("reset") as house:
        code = draw_code(house.home.entropy)
        with house.home.records.transaction() as tx:
            after = house.staff.reset(tx, staff, code, int(house.home.journal.now()))
    return _invited(after, code)


@router.post("/staff/{staff}/admissions", operation_id="admit_staff")
def admit(call: Calling, request: Request, staff: StaffPath, asked: SignatureBody) -> StaffTold:
    """Put an account's key on the roll of officers, so that what it signs counts.

    Two officers have approved it before (act `officer-add`, what the account's `approve` says). While
    there is only one officer, your own signature is enough.
    """
    with call.doing("invite") as house:
        newcomer = house.staff.get(staff).newcomer
        address = address_of(request, call.service.settings)
        hand = house.front_desk.hand(session_of(call), asked.passphrase, address)
        word = hand(add_message(newcomer.name, role_of(newcomer.role), newcomer.public))
        with house.home.records.transaction() as tx:
            house.staff.admit(tx, staff, int(house.home.journal.now()), word)
        return _told(house, house.staff.get(staff))


# -- taking up an account: nobody is signed in yet ------------------------------------------


@router.post("/invitations", operation_id="open_invitation")
def open_invitation(service: Serving, request: Request, asked: TakeUpBody) -> Offered:
    """What whoever holds this code sets up before the account is theirs."""
    address = address_of(request, service.settings)
    offer = service.house.enlisting.offer(asked.code, address)
    return Offered(
        name=offer.staff.name,
        role=offer.staff.role.value,
        secret=spelt(offer.secret),
        uri=offer.uri,
        passkey=dict(offer.passkey) if offer.passkey else None,
    )


@router.post("/invitations/acceptances", operation_id="accept_invitation", status_code=201)
def accept(service: Serving, request: Request, asked: AcceptanceBody) -> StaffTold:
    """Take up the account with your own passphrase and the first code, or with a passkey."""
    chosen = Chosen(asked.passphrase, asked.first_code, asked.credential, asked.label)
    address = address_of(request, service.settings)
    return _told(service.house, service.house.enlisting.accept(asked.code, chosen, address))


def _invited(staff: Staff, code: str) -> InvitationTold:
    return InvitationTold(id=staff.id, code=code, until=moment(staff.code_until))


def _told(house: House, staff: Staff) -> StaffTold:
    signs = house.staff.signs(staff)
    waits = staff.state is State.ACTIVE and staff.factors.public and not signs
    return StaffTold(
        id=staff.id,
        name=staff.name,
        role=staff.role.value,
        state=staff.state.value,
        signs=signs,
        approve=staff.newcomer.what if waits else None,
    )
